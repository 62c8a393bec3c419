"""The lifts of a campaign: each arm's difference from the control, with its interval."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.exports.small_groups import hidden_lifts
from analytics.findings import MONEY, difference, interval_words, label, verdict
from analytics.pictures.asking import Asked
from analytics.pictures.base import OWN_LEGENDS, Drawing, Picture, by_name, size_for, specification
from analytics.reports.campaign import LIFTED, CampaignReport

ALL = Asked()


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
    is_clear: bool


def lift_pictures(report: CampaignReport, asked: Asked = ALL) -> list[Picture]:
    """Rates in percentage points, and money by itself; only what was recorded and has an interval."""
    rates = list(lift_marks(report, [measure for measure in LIFTED if measure not in MONEY], 100, asked))
    money = list(lift_marks(report, list(MONEY), 1, asked))
    pictures = []
    if rates:
        pictures.append(lift_picture("lift-of-rates", _("Percentage points"), rates))
    if money:
        pictures.append(lift_picture("lift-of-money", _("Dollars per recipient"), money))
    return pictures


def lift_marks(report: CampaignReport, measures: list[str], scale: int, asked: Asked) -> Iterable[LiftMark]:
    hidden = hidden_lifts(report) if asked.hides_few else frozenset()
    for measure in measures:
        for variant in report.variants:
            lift = variant.lift_in(measure) if measure in report.recorded else None
            if (variant.name, measure) in hidden or asked.variant not in ("", variant.name):
                continue
            if lift is None or lift.low is None or lift.high is None:
                continue
            yield LiftMark(
                measure=label(measure),
                variant=variant.label,
                lift=lift.absolute * scale,
                low=lift.low * scale,
                high=lift.high * scale,
                words=difference(measure, lift),
                interval=interval_words(measure, lift),
                verdict=verdict(lift),
                is_clear=lift.is_clear,
            )


def lift_picture(name: str, axis: str, marks: list[LiftMark]) -> Picture:
    title = lift_title(marks)
    variants = list(dict.fromkeys(mark.variant for mark in marks))
    sentences = [f"{mark.variant}, {mark.measure.lower()}: {mark.words}, {interval_of(mark)}." for mark in marks]
    values = [
        {"measure": mark.measure, "variant": mark.variant, "lift": mark.lift, "low": mark.low, "high": mark.high}
        for mark in marks
    ]
    return Picture(
        name=name,
        title=title,
        description=f"{title} {' '.join(sentences)}",
        specification=specification(values, title, layer=lift_layers(axis, variants), resolve=OWN_LEGENDS),
        columns=(_("Measure"), _("Variant"), _("Difference from the control"), _("95% interval"), _("Reading")),
        rows=tuple((mark.measure, mark.variant, mark.words, mark.interval, mark.verdict) for mark in marks),
        size=size_for(len(marks)),
    )


def interval_of(mark: LiftMark) -> str:
    return _("interval %(interval)s") % {"interval": mark.interval}


def lift_title(marks: list[LiftMark]) -> str:
    clear = sum(mark.is_clear for mark in marks)
    if len(marks) == 1:
        if clear:
            return _("The one difference from the control is clear.")
        return _("The one difference from the control is not clear.")
    if clear == len(marks):
        return _("Every difference from the control is clear.")
    if clear == 0:
        return _("No difference from the control is clear.")
    values = {"clear": clear, "all": len(marks)}
    return _("%(clear)s of %(all)s differences from the control are clear.") % values


def lift_layers(axis: str, variants: list[str]) -> list[dict[str, Any]]:
    """The line of no difference; each interval; each difference, told apart by colour and by shape."""
    place = {
        "y": {"field": "measure", "type": "nominal", "title": None, "sort": None},
        "yOffset": {"field": "variant", "sort": None},
        "color": by_name("variant", variants),
    }
    ticks = {"tickCount": 6}
    low, high = {"field": "low", "type": "quantitative", "title": axis, "axis": ticks}, {"field": "high"}
    unnamed = {**by_name("variant", variants), "legend": None}
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
                "shape": by_name("variant", variants),
                "tooltip": tooltip,
            },
        },
    ]


DRAWINGS = (Drawing("campaign", gettext_noop("Difference from the control"), 2, lift_pictures),)
