"""Pictures: Vega-Lite specifications, each with a title that says the finding, a text alternative and its table.

Sizes come from the style sheet (width and height `container`), colours from the reader's theme (pictures.js).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.findings import LABELS, MONEY, difference, interval_words, verdict
from analytics.reports.campaign import LIFTED, CampaignReport, DayResult
from analytics.reports.customer import CustomerDay, CustomerReport
from records import figures

# Above this many days the axis names months.
LONG_DAYS = 150
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True)
class Picture:
    """`columns` and `rows` are the same numbers as a table; the first column of a row is its head."""

    name: str
    title: str
    description: str
    specification: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def script_id(self) -> str:
        """The id of the block of the page that holds the specification."""
        return f"{self.name}-specification"

    @property
    def table(self) -> list[list[tuple[str, bool]]]:
        """The rows' cells, each with whether its column holds numbers."""
        numeric = [all(is_number(cell) for cell in column) for column in zip(*self.rows, strict=True)]
        return [list(zip(row, numeric, strict=True)) for row in self.rows]


def is_number(cell: str) -> bool:
    return cell[:2].lstrip(f"+$-{figures.MINUS}")[:1].isdigit()


def specification(values: list[dict[str, Any]], description: str, **parts: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "height": "container",
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        **parts,
    }


def by_variant(labels: list[str]) -> dict[str, Any]:
    """Each variant has the same colour in every picture of a report: the control, where it is drawn, comes last."""
    return {"field": "variant", "type": "nominal", "title": None, "scale": {"domain": labels}}


def by_day(days: list[date]) -> dict[str, Any]:
    """The axis of days. They are read as UTC and drawn as UTC: a day is a day, wherever the reader is."""
    label = "%b %Y" if (days[-1] - days[0]).days > LONG_DAYS else "%-d %b"
    return {
        "field": "day",
        "type": "temporal",
        "timeUnit": "utcyearmonthdate",
        "title": None,
        "axis": {"format": label, "grid": False, "labelOverlap": True, "tickCount": 8},
    }


def counted(title: str, most: int) -> dict[str, Any]:
    """The axis of counts, with ticks at whole numbers only."""
    return {
        "field": "count",
        "type": "quantitative",
        "title": title,
        "axis": {"format": ",d", "tickCount": min(most, 5)},
    }


# Lifts of a campaign -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LiftMark:
    """One arm's lift of one measure, in words and as numbers in the picture's unit (points or dollars)."""

    measure: str
    variant: str
    lift: float
    low: float
    high: float
    words: str
    interval: str
    verdict: str

    @property
    def is_clear(self) -> bool:
        return self.low > 0 or self.high < 0


def lift_pictures(report: CampaignReport) -> list[Picture]:
    """Rates in percentage points, and money by itself; only what was recorded and has an interval."""
    rates = list(lift_marks(report, [measure for measure in LIFTED if measure not in MONEY], scale=100))
    money = list(lift_marks(report, list(MONEY), scale=1))
    pictures = []
    if rates:
        pictures.append(lift_picture("lift-of-rates", "Percentage points", rates))
    if money:
        pictures.append(lift_picture("lift-of-money", "Dollars per recipient", money))
    return pictures


def lift_marks(report: CampaignReport, measures: list[str], scale: int) -> Iterable[LiftMark]:
    for measure in measures:
        for variant in report.variants:
            lift = variant.lift[measure] if variant.lift and measure in report.recorded else None
            if lift is None or lift.ci_low is None or lift.ci_high is None:
                continue
            yield LiftMark(
                measure=LABELS[measure],
                variant=variant.label,
                lift=lift.absolute * scale,
                low=lift.ci_low * scale,
                high=lift.ci_high * scale,
                words=difference(measure, lift),
                interval=interval_words(measure, lift),
                verdict=verdict(lift),
            )


def lift_picture(name: str, axis: str, marks: list[LiftMark]) -> Picture:
    title = lift_title(marks)
    variants = list(dict.fromkeys(mark.variant for mark in marks))
    sentences = [f"{mark.variant}, {mark.measure.lower()}: {mark.words}, interval {mark.interval}." for mark in marks]
    values = [
        {"measure": mark.measure, "variant": mark.variant, "lift": mark.lift, "low": mark.low, "high": mark.high}
        for mark in marks
    ]
    return Picture(
        name=name,
        title=title,
        description=f"{title} {' '.join(sentences)}",
        specification=specification(values, title, layer=lift_layers(axis, variants), resolve=OWN_LEGENDS),
        columns=("Measure", "Variant", "Difference from the control", "95 % interval", "Reading"),
        rows=tuple((mark.measure, mark.variant, mark.words, mark.interval, mark.verdict) for mark in marks),
    )


def lift_title(marks: list[LiftMark]) -> str:
    clear = sum(mark.is_clear for mark in marks)
    if clear == len(marks):
        return "Every difference from the control is clear: no interval holds zero."
    if clear == 0:
        return "No difference from the control is clear: every interval holds zero."
    return f"{clear} of {len(marks)} differences from the control are clear: their intervals leave zero out."


# Colour and shape of the marks share one legend only when no other layer has a say in it.
OWN_LEGENDS = {"legend": {"color": "independent", "shape": "independent"}}


def lift_layers(axis: str, variants: list[str]) -> list[dict[str, Any]]:
    """The line of no difference; each interval; each difference, told apart by colour and by shape."""
    place = {
        "y": {"field": "measure", "type": "nominal", "title": None, "sort": None},
        "yOffset": {"field": "variant", "sort": None},
        "color": by_variant(variants),
    }
    ticks = {"tickCount": 6}
    low, high = {"field": "low", "type": "quantitative", "title": axis, "axis": ticks}, {"field": "high"}
    unnamed = {**by_variant(variants), "legend": None}
    tooltip: list[dict[str, str]] = [{"field": "measure"}, {"field": "variant"}]
    tooltip += [{"field": field, "format": "+.3f"} for field in ("lift", "low", "high")]
    return [
        {"mark": {"type": "rule", "strokeDash": [4, 3]}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
        {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": {**place, "color": unnamed, "x": low, "x2": high}},
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {
                **place,
                "x": {"field": "lift", "type": "quantitative", "title": axis, "axis": ticks},
                "shape": by_variant(variants),
                "tooltip": tooltip,
            },
        },
    ]


# Days of a campaign --------------------------------------------------------------------------------------------------

DAILY = ("views", "visits", "responses", "conversions")


def days_picture(report: CampaignReport) -> Picture | None:
    """The first recorded of DAILY by day and variant; none where everything happened on one day."""
    measure = next((name for name in DAILY if getattr(report.totals, name)), None)
    days = [row for row in report.days if measure and getattr(row, measure)]
    if measure is None or len({row.day for row in days}) < 2:
        return None
    labels = {variant.name: variant.label for variant in report.variants}
    title = days_title(days, measure)
    values = [
        {"day": row.day.isoformat(), "variant": labels[row.variant], "count": getattr(row, measure)} for row in days
    ]
    return Picture(
        name="days",
        title=title,
        description=f"{title} From {figures.day(days[0].day)} to {figures.day(days[-1].day)}, by variant.",
        specification=specification(values, title, **bars(report, days, measure)),
        columns=("Day", "Variant", measure.capitalize()),
        rows=tuple((figures.day(row.day), labels[row.variant], figures.count(getattr(row, measure))) for row in days),
    )


def days_title(days: list[DayResult], measure: str) -> str:
    totals = totals_by_day(days, measure)
    top = max(totals, key=lambda day: totals[day])
    share = f"{figures.count(totals[top])} of {figures.count(sum(totals.values()))} {measure}"
    return f"{share} came on {figures.day(top)}, the strongest day."


def totals_by_day(days: list[DayResult], measure: str) -> dict[date, int]:
    """The measure of each day, all variants together."""
    totals: dict[date, int] = {}
    for row in days:
        totals[row.day] = totals.get(row.day, 0) + getattr(row, measure)
    return totals


def bars(report: CampaignReport, days: list[DayResult], measure: str) -> dict[str, Any]:
    in_order = sorted(report.variants, key=lambda variant: variant.is_control)
    return {
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": by_day([row.day for row in days]),
            "y": counted(measure.capitalize(), max(totals_by_day(days, measure).values())),
            "color": by_variant([variant.label for variant in in_order]),
        },
    }


# A customer's time line ----------------------------------------------------------------------------------------------

SIGNS = {"views": "Views", "shares": "Shared with them", "responses": "Responses", "conversions": "Conversions"}


def customer_timeline(report: CustomerReport) -> Picture | None:
    """Views as bars, and marks on the days of shares, responses and conversions; none where nothing happened."""
    days = [row for row in report.days if any(getattr(row, name) for name in SIGNS)]
    if not days:
        return None
    title = timeline_title(days)
    values = [
        {"day": row.day.isoformat(), "what": label, "count": getattr(row, name)}
        for row in days
        for name, label in SIGNS.items()
        if getattr(row, name)
    ]
    return Picture(
        name="timeline",
        title=title,
        description=f"{title} From {figures.day(days[0].day)} to {figures.day(days[-1].day)}.",
        specification=specification(values, title, layer=timeline_layers(days)),
        columns=("Day", *SIGNS.values()),
        rows=tuple((figures.day(row.day), *(figures.count(getattr(row, name)) for name in SIGNS)) for row in days),
    )


def timeline_title(days: list[CustomerDay]) -> str:
    seen = [row for row in days if row.views]
    if not seen:
        return "Nothing that was shared has been viewed yet."
    views = figures.plural(sum(row.views for row in seen), "view")
    return f"{views} on {figures.plural(len(seen), 'day')}, the last on {figures.day(seen[-1].day)}."


def timeline_layers(days: list[CustomerDay]) -> list[dict[str, Any]]:
    most = max(getattr(row, name) for row in days for name in SIGNS)
    axes = {"x": by_day([row.day for row in days]), "y": counted("How often", most)}
    colour = {"field": "what", "type": "nominal", "title": None, "scale": {"domain": list(SIGNS.values())}}
    return [
        {
            "transform": [{"filter": {"field": "what", "equal": "Views"}}],
            "mark": {"type": "bar", "width": 5, "tooltip": True},
            "encoding": {**axes, "color": colour},
        },
        {
            "transform": [{"filter": {"not": {"field": "what", "equal": "Views"}}}],
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "tooltip": True},
            "encoding": {**axes, "color": colour, "shape": colour},
        },
    ]
