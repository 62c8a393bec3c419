"""How far people came by groups: of each group the share that took a step, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from scipy.stats import chi2_contingency

from analytics.exports.funnel import LABELS, group_name
from analytics.pictures.asking import Asked
from analytics.pictures.base import HIDDEN_WORD, Drawing, Picture, by_day, size_for, specification
from analytics.reports.funnel import FunnelReport, Group
from analytics.reports.intervals import wilson
from analytics.reports.steps import STEPS
from records import figures

# What is drawn: the last of these that was recorded.
DRAWN = ("responded", "engaged", "viewed", "visited", "converted")
MOST_DRAWN = 30
CHANCE = 0.05
# Chi-square holds where each cell is to hold as many (Cochran, 1954).
FEWEST_EXPECTED = 5
NOTE = gettext_lazy("Lines are 95% intervals (Wilson): with few people, little is known.")


@dataclass(frozen=True)
class Mark:
    """A group's people, those of them who took the step, and the share (0 to 1) with its interval."""

    name: str
    key: str
    people: int
    took: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        return self.took / self.people


def group_pictures(report: FunnelReport, asked: Asked) -> list[Picture]:
    """`report` is as its reader may see it: what tells of few people is gone."""
    step = next((name for name in DRAWN if name in report.steps), "")
    marks = [mark for group in report.groups if step and (mark := mark_of(report.by, group, step))]
    if len(marks) < 2:
        return []
    label = str(STEPS[step].label)
    title, is_by_day = groups_title(marks, label), report.by == "day"
    shown = marks if is_by_day else marks[:MOST_DRAWN]
    layers = days(shown, label) if is_by_day else dots(shown, label)
    return [
        Picture(
            name="groups",
            title=title,
            description=title,
            specification=specification(values(shown), title, layer=layers),
            columns=(str(LABELS[report.by]), _("Drawn into it"), label, _("Of those drawn"), _("95% interval")),
            rows=tuple(cells(report.by, group, step) for group in report.groups),
            size="m" if is_by_day else size_for(len(shown) + 1),
            note=str(NOTE),
        )
    ]  # fmt: skip


def mark_of(by: str, group: Group, step: str) -> Mark | None:
    """None of nobody, and where it is hidden."""
    took = group.step(step).people
    if not group.people or took is None:
        return None
    return Mark(group_name(by, group), group.key, group.people, took, *wilson(took, group.people))


def groups_title(marks: Sequence[Mark], label: str) -> str:
    """Which group is highest and which lowest, and whether chance alone would make them differ so."""
    named = sorted(marks, key=lambda mark: -mark.rate)
    values = {
        "step": label, "high": named[0].name, "highest": figures.rate(named[0].rate), "low": named[-1].name,
        "lowest": figures.rate(named[-1].rate),
    }  # fmt: skip
    said = _("%(step)s: highest in “%(high)s” (%(highest)s), lowest in “%(low)s” (%(lowest)s).") % values
    return f"{said} {difference_words(marks)}"


def difference_words(marks: Sequence[Mark]) -> str:
    """By the chi-square test of all groups together."""
    table = [[mark.took for mark in marks], [mark.people - mark.took for mark in marks]]
    if not all(map(sum, table)):
        return _("The groups do not differ.")
    test = chi2_contingency(table, correction=False)
    if test.expected_freq.min() < FEWEST_EXPECTED:
        return _("There are too few people to tell the groups apart.")
    if test.pvalue < CHANCE:
        return _("The groups differ by more than chance alone.")
    return _("Chance alone makes groups differ this much.")


def values(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    return [
        {
            "name": mark.name, "day": mark.key, "rate": mark.rate * 100, "low": mark.low * 100, "high": mark.high * 100,
            "words": f"{figures.rate(mark.rate)} ({figures.count(mark.took)} / {figures.count(mark.people)})",
        }
        for mark in marks
    ]  # fmt: skip


def axis_of(label: str) -> dict[str, Any]:
    title = _("%(step)s, percent of those drawn") % {"step": label}
    return {"type": "quantitative", "title": title, "scale": {"zero": True}, "axis": {"tickCount": 5}}


def dots(marks: Sequence[Mark], label: str) -> list[dict[str, Any]]:
    y = {"field": "name", "type": "nominal", "title": None, "sort": [mark.name for mark in marks]}
    axis = axis_of(label)
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
            "encoding": {"y": y, "x": {"field": "low", **axis}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1, "tooltip": True},
            "encoding": {"y": y, "x": {"field": "rate", **axis}},
        },
    ]


def days(marks: Sequence[Mark], label: str) -> list[dict[str, Any]]:
    x, axis = by_day([date.fromisoformat(mark.key) for mark in marks]), axis_of(label)
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
            "encoding": {"x": x, "y": {"field": "low", **axis}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "tooltip": True},
            "encoding": {"x": x, "y": {"field": "rate", **axis}},
        },
    ]


def cells(by: str, group: Group, step: str) -> tuple[str, ...]:
    name, mark = group_name(by, group), mark_of(by, group, step)
    if mark is None:
        hidden = figures.NOTHING if group.people == 0 else HIDDEN_WORD
        return (name, HIDDEN_WORD if group.people is None else figures.count(group.people), *[hidden] * 3)
    interval = f"{figures.rate(mark.low)} – {figures.rate(mark.high)}"
    return (name, figures.count(mark.people), figures.count(mark.took), figures.rate(mark.rate), interval)


def nothing(report: FunnelReport, asked: Asked) -> str:
    if not report.groups or group_pictures(report, asked):
        return ""
    return _("There are no two groups whose numbers may be shown, so there is no chart.")


DRAWINGS = (Drawing("funnel", gettext_noop("By groups"), 1, group_pictures, nothing),)
