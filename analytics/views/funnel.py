"""The page of how far a campaign's people came, by groups, beside its goal and past campaigns of its kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics.exports.funnel import (
    LABELS,
    METHOD,
    FunnelForm,
    group_name,
    tells_of_few,
    without_few_people,
)
from analytics.exports.source import sees_people
from analytics.goal_words import goal_words
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import drawn_sections
from analytics.reports.funnel import FunnelQuery, FunnelReport, Group, Step, funnel_report
from analytics.reports.steps import STEPS, WITH_MACHINES
from campaigns.models import Campaign
from privacy.guards import permit_required, signed_in
from records import figures
from records.views.lists import marked


@dataclass(frozen=True)
class StepCell:
    """A step of a group: how many, and which share of the group's people and of those of the step before."""

    people: int | None
    rate: float | None
    rate_of_before: float | None


@dataclass(frozen=True)
class GroupRow:
    name: str
    group: Group
    cells: list[StepCell]


@dataclass(frozen=True)
class Beside:
    """A step of the campaign beside the past ones of which anything is known: how many of them it is above."""

    label: str
    rate: float | None
    lowest: float
    middle: float
    highest: float
    above: int
    known: int


@dataclass(frozen=True)
class PastRow:
    slug: str
    name: str
    began: date
    people: int
    rates: list[float | None]


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def funnel(request: HttpRequest, slug: str) -> HttpResponse:
    """404 where the reader does not see the campaign."""
    user = signed_in(request)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    form = FunnelForm(request.GET)
    context: dict[str, object] = {"campaign": found, "form": marked(form), "method": gettext(METHOD)}
    if form.is_valid():
        report, hides = funnel_report(FunnelQuery(user, found, form.cleaned_data["by"])), not sees_people(user)
        context |= shown(without_few_people(report) if hides else report, hides=hides)
    return render(request, "analytics/funnel.html", context)


def shown(report: FunnelReport, *, hides: bool) -> dict[str, object]:
    steps = [step for step in report.steps if step != WITH_MACHINES]
    return {
        "report": report,
        "by": LABELS[report.by],
        "steps": [STEPS[step].label for step in report.steps],
        "group_rows": [row_of(report.by, group) for group in report.groups],
        "total": row_of("", report.total),
        "goal": goal_words(report.goal, is_few=tells_of_few(report)) if report.goal else "",
        "beside": list(beside(report, steps)),
        "past_steps": [STEPS[step].label for step in steps],
        "past": [
            PastRow(one.slug, one.name, one.began, one.people, [one.rate(step) for step in steps])
            for one in report.past
        ],
        "sections": drawn_sections("funnel", report, Asked(hides_few=hides)),
        "is_hidden": hides,
    }


def row_of(by: str, group: Group) -> GroupRow:
    name = figures.day(date.fromisoformat(group.key)) if by == "day" else group_name(by, group) if by else ""
    return GroupRow(name, group, [cell_of(group, step) for step in group.steps])


def cell_of(group: Group, step: Step) -> StepCell:
    return StepCell(step.people, group.rate(step), step.rate_of_before)


def beside(report: FunnelReport, steps: Iterable[str]) -> Iterable[Beside]:
    """Of each step what past campaigns came to; none where nothing is known of it of any."""
    for step in steps:
        rates = [rate for one in report.past if (rate := one.rate(step)) is not None]
        mine = report.total.rate(report.total.step(step))
        if rates:
            above = sum(rate < mine for rate in rates) if mine is not None else 0
            yield Beside(str(STEPS[step].label), mine, min(rates), median(rates), max(rates), above, len(rates)
            )  # fmt: skip
