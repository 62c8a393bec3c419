"""A material's days, those of a custom web page too: how often people viewed it on each."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from analytics.exports.small_groups import days_without_few
from analytics.pictures.asking import Asked
from analytics.pictures.base import Drawing, Picture, by_day, counted, from_to, specification
from analytics.pictures.days import Series, cell, hides_all, measure_name, note_of, strongest_title
from analytics.reports.material import DayOfMaterial, MaterialReport
from analytics.reports.webpages import WebPageReport
from records import figures

DRAWN = timedelta(days=365)  # before the last of them; all of them would be too narrow to be read
EARLIER_NOTE = gettext_lazy("Days more than a year before the last are left out.")


def day_pictures(report: MaterialReport | WebPageReport, asked: Asked) -> list[Picture]:
    """None where all views came on one day, or where they tell of few people to whom may not see them."""
    told = days_without_few(report) if asked.hides_few else report.days
    drawn = of_last_year(told)
    found = [Series("", {row.day: row.views for row in drawn})]
    days = [row.day for row in drawn]
    if len(days) < 2 or hides_all(found, days):
        return []
    title = strongest_title(found, days, "views")
    return [
        Picture(
            name="days",
            title=title,
            description=f"{title} {from_to(days[0], days[-1])}",
            specification=specification(values_of(found[0]), title, layer=bars(found[0])),
            columns=(_("Day"), measure_name("views")),
            rows=tuple((figures.day(day), cell(found[0].counts[day])) for day in days),
            note=note_of(found, days, asked, str(EARLIER_NOTE) if len(drawn) < len(told) else ""),
        )
    ]


def of_last_year(days: Sequence[DayOfMaterial]) -> list[DayOfMaterial]:
    return [row for row in days if row.day > days[-1].day - DRAWN]


def values_of(one: Series) -> list[dict[str, object]]:
    return [{"day": day.isoformat(), "count": count} for day, count in one.counts.items() if count is not None]


def bars(one: Series) -> list[dict[str, object]]:
    shown = {day: count for day, count in one.counts.items() if count is not None}
    place = {"x": by_day(list(shown)), "y": counted(measure_name("views"), max(shown.values()))}
    return [{"mark": {"type": "bar", "tooltip": True}, "encoding": place}]


DRAWINGS = (
    Drawing("material", gettext_noop("By day"), 2, day_pictures),
    Drawing("webpage", gettext_noop("By day"), 1, day_pictures),
)
