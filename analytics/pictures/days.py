"""A campaign's days: one measure by day and variant, or the days of a period beside as many days before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from analytics.exports.small_groups import FEWEST, without_few
from analytics.periods import Period
from analytics.pictures.asking import Asked
from analytics.pictures.base import (
    HIDDEN_WORD,
    OWN_LEGENDS,
    Drawing,
    Picture,
    by_day,
    by_name,
    counted,
    lines,
    specification,
)
from analytics.reports.campaign import CampaignReport
from privacy.agency import agency_today
from records import figures

DAILY = ("views", "visits", "responses", "conversions")
FEW_NOTE = f"Days with fewer than {FEWEST} are left out, and where one of them could be computed, the next smallest."
TODAY_NOTE = "Today is among these days and is not over."


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
    return " ".join(filter(None, (*more, TODAY_NOTE if is_open else "", FEW_NOTE if hides else "")))


# All days ------------------------------------------------------------------------------------------------------------


def whole_picture(report: CampaignReport, found: list[Series], days: list[date], measure: str, asked: Asked) -> Picture:
    title = strongest_title(found, days, measure)
    return Picture(
        name="days",
        title=title,
        description=f"{title} From {figures.day(days[0])} to {figures.day(days[-1])}, by variant.",
        specification=specification(
            values_of(found, days), title, layer=layers(found, days, measure), resolve=OWN_LEGENDS
        ),
        columns=("Day", "Variant", measure.capitalize()),
        rows=rows_of(found, days),
        note=note_of(found, days, asked),
    )


def strongest_title(found: list[Series], days: list[date], measure: str) -> str:
    totals = {day: total_of(found, [day]) for day in days}
    most, everything = max(totals.values()), sum(totals.values())
    top = [day for day in days if totals[day] == most]
    if len(top) > 1:
        noun = figures.plural(most, measure.removesuffix("s"))
        return f"No day has more than {noun}; {len(top):,} of {len(days):,} days have as many."
    is_whole = not any(is_hidden(found, day) for day in days)
    everything_shown = f"{figures.count(everything)} {measure}" if is_whole else f"the {everything:,} {measure} shown"
    of_all = f"{figures.count(most)} of {everything_shown}"
    return f"{of_all} came on {figures.day(top[0])}, the strongest day."


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
    title, names = measure.capitalize(), [one.label for one in found]
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
        title = f"{now:,} {measure} or more {these_words(period)}: days with few are left out."
    else:
        title = change_title(now, before, measure, period, begin_of(report))
    values, names = compared_values(found, period), ["These days", before_label(period)]
    most = max((value["count"] for value in values), default=0)
    return Picture(
        name="days",
        title=title,
        description=f"{title} From {period.words}, and {before_label(period).lower()} laid over them.",
        specification=specification(
            values, title, layer=lines(days, measure.capitalize(), most, "which", names), resolve=OWN_LEGENDS
        ),
        columns=("Day", measure.capitalize(), before_label(period)),
        rows=compared_rows(found, period),
        note=note_of(found, days, asked),
    )


def each_day(period: Period) -> list[date]:
    return [period.first + timedelta(days=number) for number in range(period.days)]


def before_label(period: Period) -> str:
    return "The day before" if period.days == 1 else f"The {period.days:,} days before"


def these_words(period: Period) -> str:
    return "on this day" if period.days == 1 else f"in these {period.days:,} days"


def begin_of(report: CampaignReport) -> date | None:
    """When there was first anything of the campaign."""
    known = [row.day for row in report.days] + ([report.starts_on] if report.starts_on else [])
    return min(known, default=None)


def change_title(now: int, before: int, measure: str, period: Period, began: date | None) -> str:
    """`412 views in these 30 days, 38 more than in the 30 days before (374).`"""
    those = "on the day before" if period.days == 1 else f"in the {period.days:,} days before"
    said = f"{figures.plural(now, measure.removesuffix('s')) if now else f'No {measure}'} {these_words(period)}"
    if began is None or began > period.before.first:
        return f"{said}; the campaign had not begun when the {'day' if period.days == 1 else 'days'} before began."
    if not before:
        return f"{said}, and none {those}." if not now else f"{said}, none {those}."
    if now == before:
        return f"{said}, as many as {those}."
    change = f"{abs(now - before):,} {'more' if now > before else 'fewer'} than"
    return f"{said}, {change} {those} ({before:,})."


def compared_values(found: Sequence[Series], period: Period) -> list[dict[str, Any]]:
    """Each day of the period twice: its own count, and that of the day as long after the earlier beginning."""
    values = []
    for day, earlier in zip(each_day(period), each_day(period.before), strict=True):
        for which, source in (("These days", day), (before_label(period), earlier)):
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
        return f"No {asked.measure} were recorded."
    if not report.days:
        return "Nothing was recorded by day yet."
    if asked.hides_few and len({row.day for row in report.days}) > 1:
        return f"None of these days has {FEWEST} or more."
    return (
        f"All that was recorded carries one date, {figures.day(report.days[0].day)}: there is nothing to draw by day."
    )


DRAWINGS = (Drawing("campaign", "By day", 3, days_pictures, nothing_to_draw),)
