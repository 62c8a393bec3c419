"""A campaign's days: one measure by day and variant, or the days of a period beside as many days before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from analytics.exports.small_groups import FEWEST, without_few
from analytics.periods import Period
from analytics.pictures.asking import MEASURES, Asked
from analytics.pictures.base import (
    HIDDEN_WORD,
    OWN_LEGENDS,
    Drawing,
    Picture,
    by_day,
    by_name,
    counted,
    from_to,
    lines,
    specification,
)
from analytics.reports.campaign import CampaignReport
from privacy.agency import agency_today
from records import figures

DAILY = ("views", "visits", "responses", "conversions")
FEW_NOTE = gettext_lazy(
    "Days with fewer than %(few)s are left out, and where one of them could be computed, so is the next smallest."
)
TODAY_NOTE = gettext_lazy("Today is among these days and is not over.")
# What is counted by day, as one of it, none of it, and none recorded are called.
SINGULAR = {name: name.removesuffix("s") for name in DAILY}
NONE_OF = {
    "views": gettext_noop("No views"),
    "visits": gettext_noop("No visits"),
    "responses": gettext_noop("No responses"),
    "conversions": gettext_noop("No conversions"),
}


@dataclass(frozen=True)
class Series:
    """The counts of one variant by day; None where a count is hidden. Days without anything are not among them."""

    label: str
    counts: Mapping[date, int | None]


def days_pictures(report: CampaignReport, asked: Asked) -> list[Picture]:
    """The measure asked for, or the first of DAILY that was recorded; none where everything happened on one day."""
    measure = asked.measure or next((name for name in DAILY if getattr(report.totals, name)), "")
    if not measure:
        return []
    found = series_of(report, measure, asked)
    days = sorted({day for one in found for day in one.counts})
    if hides_all(found, days if asked.period is None else each_day(asked.period)):
        return []
    if asked.period is None:
        return [whole_picture(report, found, days, measure, asked)] if len(days) > 1 else []
    return [period_picture(report, found, asked.period, measure, asked)]


def hides_all(found: Sequence[Series], days: Iterable[date]) -> bool:
    """Whether there is something on these days and none of it is shown."""
    counts = [one.counts[day] for one in found for day in days if day in one.counts]
    return bool(counts) and all(count is None for count in counts)


def series_of(report: CampaignReport, measure: str, asked: Asked) -> list[Series]:
    """The variants that are asked for and have anything, the control last: what is compared with it comes first."""
    found = []
    for variant in sorted(report.variants, key=lambda one: one.is_control):
        counts = {row.day: getattr(row, measure) for row in report.days if row.variant == variant.name}
        counts = {day: count for day, count in counts.items() if count}
        if counts and asked.variant in ("", variant.name):
            shown = without_few(counts.values()) if asked.hides_few else list(counts.values())
            found.append(Series(variant.label, dict(zip(counts, shown, strict=True))))
    return found


def total_of(found: Iterable[Series], days: Iterable[date]) -> int:
    """Of the days that are shown; hidden ones count nothing."""
    days = list(days)
    return sum(one.counts.get(day) or 0 for one in found for day in days)


def note_of(found: Sequence[Series], days: Sequence[date], asked: Asked, *more: str) -> str:
    hides = asked.hides_few and any(count is None for one in found for count in one.counts.values())
    is_open = bool(days) and days[-1] >= agency_today()
    return " ".join(
        filter(None, (*more, str(TODAY_NOTE) if is_open else "", FEW_NOTE % {"few": FEWEST} if hides else ""))
    )


# All days ------------------------------------------------------------------------------------------------------------


def whole_picture(report: CampaignReport, found: list[Series], days: list[date], measure: str, asked: Asked) -> Picture:
    title = strongest_title(found, days, measure)
    return Picture(
        name="days",
        title=title,
        description=f"{title} {from_to(days[0], days[-1])}",
        specification=specification(
            values_of(found, days), title, layer=layers(found, days, measure), resolve=OWN_LEGENDS
        ),
        columns=(_("Day"), _("Variant"), measure_name(measure)),
        rows=rows_of(found, days),
        note=note_of(found, days, asked),
    )


def strongest_title(found: list[Series], days: list[date], measure: str) -> str:
    totals = {day: total_of(found, [day]) for day in days}
    most, everything = max(totals.values()), sum(totals.values())
    top = [day for day in days if totals[day] == most]
    if len(top) > 1:
        values = {"count": counted_as(most, measure), "days": figures.count(len(days)), "top": figures.count(len(top))}
        if len(top) == len(days):
            return _("Each of the %(days)s days has %(count)s.") % values
        return _("No day has more than %(count)s; %(top)s of %(days)s days have that many.") % values
    is_whole = not any(is_hidden(found, day) for day in days)
    values = {"most": figures.count(most), "all": counted_as(everything, measure), "day": figures.day(top[0])}
    if is_whole:
        return _("%(most)s of %(all)s came on %(day)s, the busiest day.") % values
    return _("%(most)s of the %(all)s shown came on %(day)s, the busiest day.") % values


def measure_name(measure: str) -> str:
    return _(MEASURES[measure])


def counted_as(count: int, measure: str) -> str:
    """`1 view`, `412 views`"""
    return figures.plural(count, SINGULAR[measure])


def values_of(found: Iterable[Series], days: Sequence[date]) -> list[dict[str, Any]]:
    return [
        {"day": day.isoformat(), "variant": one.label, "count": one.counts[day]}
        for day in days
        for one in found
        if one.counts.get(day) is not None
    ]


def rows_of(found: Iterable[Series], days: Sequence[date]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (figures.day(day), one.label, cell(one.counts[day])) for day in days for one in found if day in one.counts
    )


def cell(count: int | None) -> str:
    return HIDDEN_WORD if count is None else figures.count(count)


def layers(found: Sequence[Series], days: Sequence[date], measure: str) -> list[dict[str, Any]]:
    """Bars for one variant; for several a line each, which shape and dash tell apart as well as colour."""
    title, names = measure_name(measure), [one.label for one in found]
    most = max((count or 0 for one in found for count in one.counts.values()), default=0)
    if len(found) > 1:
        return lines(days, title, most, "variant", names)
    place = {"x": by_day(days), "y": counted(title, most), "color": by_name("variant", names)}
    return [{"mark": {"type": "bar", "tooltip": True}, "encoding": place}]


# A period, beside the one before -------------------------------------------------------------------------------------


def period_picture(report: CampaignReport, found: list[Series], period: Period, measure: str, asked: Asked) -> Picture:
    days, earlier = each_day(period), each_day(period.before)
    now, before = total_of(found, days), total_of(found, earlier)
    if any(is_hidden(found, day) for day in (*days, *earlier)):
        values = {"count": counted_as(now, measure), "days": these_words(period)}
        title = _("%(count)s or more %(days)s: days with few are left out.") % values
    else:
        title = change_title(now, before, measure, period, begin_of(report))
    drawn, names = compared_values(found, period), [_("These days"), before_label(period)]
    most = max((value["count"] for value in drawn), default=0)
    return Picture(
        name="days",
        title=title,
        description=f"{title} {from_to(period.first, period.last)} {laid_over(period)}",
        specification=specification(
            drawn, title, layer=lines(days, measure_name(measure), most, "which", names), resolve=OWN_LEGENDS
        ),
        columns=(_("Day"), measure_name(measure), before_label(period)),
        rows=compared_rows(found, period),
        note=note_of(found, days, asked),
    )


def each_day(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def before_label(period: Period) -> str:
    said = ngettext("The day before", "The %(count)s days before", period.days)
    return said % {"count": figures.count(period.days)}


def laid_over(period: Period) -> str:
    return _("Overlaid on them: %(days)s.") % {"days": before_label(period)}


def these_words(period: Period) -> str:
    said = ngettext("on this day", "in these %(count)s days", period.days)
    return said % {"count": figures.count(period.days)}


def those_words(period: Period) -> str:
    said = ngettext("on the day before", "in the %(count)s days before", period.days)
    return said % {"count": figures.count(period.days)}


def begin_of(report: CampaignReport) -> date | None:
    """When there was first anything of the campaign."""
    known = [row.day for row in report.days] + ([report.starts_on] if report.starts_on else [])
    return min(known, default=None)


def change_title(now: int, before: int, measure: str, period: Period, began: date | None) -> str:
    """`412 views in these 30 days, 38 more than in the 30 days before (374).`"""
    values = {
        "said": f"{counted_as(now, measure) if now else _(NONE_OF[measure])} {these_words(period)}",
        "those": those_words(period),
        "change": figures.count(abs(now - before)),
        "before": figures.count(before),
    }
    if began is None or began > period.before.first:
        return (
            ngettext(
                "%(said)s; the campaign had not begun when the day before began.",
                "%(said)s; the campaign had not begun when the days before began.",
                period.days,
            )
            % values
        )
    if not before:
        return (_("%(said)s, none %(those)s.") if now else _("%(said)s, and none %(those)s.")) % values
    if now == before:
        return _("%(said)s, as many as %(those)s.") % values
    if now > before:
        return _("%(said)s, %(change)s more than %(those)s (%(before)s).") % values
    return _("%(said)s, %(change)s fewer than %(those)s (%(before)s).") % values


def compared_values(found: Sequence[Series], period: Period) -> list[dict[str, Any]]:
    """Each day of the period twice: its own count, and that of the day as long after the earlier beginning."""
    values = []
    for day, earlier in zip(each_day(period), each_day(period.before), strict=True):
        for which, source in ((_("These days"), day), (before_label(period), earlier)):
            if not is_hidden(found, source):
                count = total_of(found, [source])
                values.append({"day": day.isoformat(), "which": which, "count": count, "date": figures.day(source)})
    return values


def compared_rows(found: Sequence[Series], period: Period) -> tuple[tuple[str, ...], ...]:
    pairs = zip(each_day(period), each_day(period.before), strict=True)
    return tuple((figures.day(day), of_day(found, day), of_day(found, earlier)) for day, earlier in pairs)


def of_day(found: Sequence[Series], day: date) -> str:
    return HIDDEN_WORD if is_hidden(found, day) else figures.count(total_of(found, [day]))


def is_hidden(found: Sequence[Series], day: date) -> bool:
    """Whether a part of the day's number is hidden: then the whole would tell it."""
    return any(day in one.counts and one.counts[day] is None for one in found)


def nothing_to_draw(report: CampaignReport, asked: Asked) -> str:
    if days_pictures(report, asked):
        return ""
    if asked.measure and not getattr(report.totals, asked.measure):
        return _("%(none)s were recorded.") % {"none": _(NONE_OF[asked.measure])}
    if not report.days:
        return _("Nothing has been recorded by day yet.")
    if asked.hides_few and len({row.day for row in report.days}) > 1:
        return _("None of these days has %(few)s or more.") % {"few": FEWEST}
    day = figures.day(report.days[0].day)
    return _("Everything that was recorded has one date, %(day)s: there is nothing to chart by day.") % {"day": day}


DRAWINGS = (Drawing("campaign", gettext_noop("By day"), 3, days_pictures, nothing_to_draw),)
