"""A campaign's funnel by groups, as a user may see it: the form of its page, what tells of few people left out, and as
a file: a row a group and step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.exports.base import HIDDEN, Head, Notes, Table
from analytics.exports.names import report_name
from analytics.exports.small_groups import is_few, said_of_few, without_few
from analytics.exports.source import BadFilters, Maker, Source, hides_few, wrong_filter
from analytics.goal_words import goal_words
from analytics.lists import SEES_CAMPAIGNS
from analytics.pictures.asking import Asked
from analytics.pictures.drawings import pictures_of
from analytics.reports.funnel import FunnelQuery, FunnelReport, Group, Step, funnel_report, ordered
from analytics.reports.past import PastCampaign
from analytics.reports.steps import STEPS
from campaigns.models import Campaign
from privacy.guards import require
from privacy.languages import filled
from privacy.models import User
from records import figures
from records.listing import Kind

METHOD = gettext_noop(
    "Everybody drawn into the campaign counts once in a group and is in the denominator of each of its "
    "steps; next to it is the percentage of those who reached the step before. Viewed, engaged, responded "
    "and converted are what people did in the campaign, with machines left out; by material, anyone who "
    "viewed or read on must have done so with that material. Engaged: read for ten seconds in all, or came "
    "more than once. Anyone reached by two materials, channels or senders counts with both, so groups may "
    "add up to more than everybody. Materials, channels and senders are those of shares or, where there are "
    "none, the variant’s material and the campaign’s only channel; territory, state and firm are those in "
    "the customer’s record today. By day means the agency’s day on which people were drawn. Differences "
    "between groups do not say why: only variants were drawn at random. Past campaigns are those of the same "
    "kind that began before and that you may see, at most 20."
)
HOW_FAR = gettext_noop("%(name)s: how far people got")
LABELS = {
    "variant": _("Variant"),
    "material": _("Material"),
    "channel": _("Channel"),
    "staff": _("Shared by"),
    "territory": _("Territory"),
    "state": _("State or region"),
    "size": _("Size of the firm"),
    "industry": _("Industry (NAICS sector)"),
    "day": _("Day of the draw"),
}
HEADS = (
    Head(pgettext_lazy("column", "By"), "by"),
    Head(_("Group"), "group"),
    Head(_("People drawn"), "drawn", Kind.COUNT),
    Head(_("Step"), "step"),
    Head(_("People"), "people", Kind.COUNT),
    Head(_("Of those drawn"), "rate", Kind.RATE),
    Head(_("Reached the step before"), "before", Kind.COUNT),
    Head(_("Of those, reached this one"), "both", Kind.COUNT),
    Head(_("Of the step before"), "rate_of_before", Kind.RATE),
    Head(_("Revenue of the group"), "revenue", Kind.MONEY),
)
DEFAULTS = {"by": "material"}


class FunnelForm(forms.Form):
    by = forms.ChoiceField(label=_("By"), choices=list(LABELS.items()))

    def __init__(self, asked: QueryDict) -> None:
        """What the address does not say is as in DEFAULTS."""
        super().__init__(DEFAULTS | {name: asked[name] for name in DEFAULTS if asked.get(name)})

    @property
    def is_narrowed(self) -> bool:
        return self.data != DEFAULTS


def group_name(by: str, group: Group) -> str:
    """What people call it; of those without a key, what they lack."""
    if group.name == "others" and by == "staff":
        return str(_("Other colleagues"))
    return group.name or str(UNNAMED.get(by, _("Not known")))


UNNAMED = {
    "material": _("Nothing was shared"),
    "channel": _("Nothing was shared"),
    "staff": _("Nothing was shared, or nobody is named"),
}


# Few people ----------------------------------------------------------------------------------------------------------


def without_few_people(report: FunnelReport) -> FunnelReport:
    """Without what tells of fewer than 5 people, or would by the sums."""
    people = without_few(group.people or 0 for group in report.groups)
    columns = [without_few(group.step(name).people or 0 for group in report.groups) for name in report.steps]
    groups = tuple(
        told_of(group, count, [column[place] for column in columns])
        for place, (group, count) in enumerate(zip(report.groups, people, strict=True))
    )
    whole = report.total
    drawn, *counts = (
        None if is_few(count) else count for count in (whole.people, *(one.people for one in whole.steps))
    )
    past = tuple(without_few_of_past(one) for one in report.past if not is_few(one.people))
    return replace(report, groups=ordered(report.by, groups), total=told_of(whole, drawn, counts), past=past)


def told_of(group: Group, people: int | None, counts: Sequence[int | None]) -> Group:
    """A group with the counts that may be told; its revenue goes with those who converted, or with anything else."""
    steps = tuple(
        told_step(step, None if people is None else count) for step, count in zip(group.steps, counts, strict=True)
    )
    told = replace(group, people=people, steps=steps)
    return told if is_whole(told) else replace(told, revenue=None)


def is_whole(group: Group) -> bool:
    """Whether nothing of its people is hidden."""
    return group.people is not None and all(step.people is not None for step in group.steps)


def told_step(step: Step, people: int | None) -> Step:
    """Those who reached it of those before tell of few where they, or the rest of them, are few."""
    if people is None:
        return Step(step.name, None, None, None)
    before, both = step.before, step.both
    if before is None or both is None or any(map(is_few, (before, both, before - both, people - both))):
        before = both = None
    return Step(step.name, people, before, both)


def without_few_of_past(one: PastCampaign) -> PastCampaign:
    return replace(one, reached={step: None if is_few(count) else count for step, count in one.reached.items()})


def tells_of_few(report: FunnelReport) -> bool:
    """Whether how far the goal is may tell of people whose number is hidden."""
    return any(step.people is None for step in report.total.steps)


# As a file -----------------------------------------------------------------------------------------------------------


def funnel_table(report: FunnelReport, as_of: datetime, notes: Notes, *, hides_few: bool) -> Table:
    said = list(said_of_few(hides_few=hides_few))
    if report.goal:
        said.append((gettext("Goal"), goal_words(report.goal, is_few=tells_of_few(report))))
    if report.gone:
        gone = gettext("%(count)s people for whom no individual data is kept anymore")
        said.append((gettext("Not in it"), gone % {"count": figures.count(report.gone)}))
    past = [
        (gettext("Past campaign: %(name)s") % {"name": one.name}, past_words(one, report.steps)) for one in report.past
    ]
    rows = [cells(report.by, group, step) for group in report.groups for step in group.steps]
    return Table(
        name=report_name("funnel", report.slug, pgettext("file name", "by"), report.by),
        title=gettext(HOW_FAR) % {"name": report.name},
        heads=HEADS,
        rows=iter([*rows, *(cells("", report.total, step) for step in report.total.steps)]),
        as_of=as_of,
        notes=(*notes, *said, *past, (gettext("Method"), gettext(METHOD))),
        pictures=pictures_of("funnel", report, Asked(hides_few=hides_few)),
    )


def past_words(one: PastCampaign, steps: Sequence[str]) -> str:
    """`2026-03-02: 1,200 people; Viewed 31.20%; Responded 4.10%`"""
    rates = [(step, one.rate(step)) for step in steps]
    said = [f"{STEPS[step].label} {figures.rate(rate)}" for step, rate in rates if rate is not None]
    return "; ".join(
        [
            gettext("%(day)s: %(count)s people") % {"day": one.began.isoformat(), "count": figures.count(one.people)},
            *said,
        ]
    )


def cells(by: str, group: Group, step: Step) -> list[Any]:
    def told(value: Any) -> Any:
        return HIDDEN if value is None else value

    is_told = step.people is not None
    before = [step.before, step.both, step.rate_of_before]
    revenue = group.revenue if is_whole(group) else HIDDEN
    return [
        str(LABELS[by]) if by else gettext("All"), group_name(by, group) if by else gettext("All"), told(group.people),
        str(STEPS[step.name].label), told(step.people), group.rate(step) if is_told else HIDDEN,
        *(before if is_told else [HIDDEN] * 3), revenue,
    ]  # fmt: skip


def funnel_source(user: User, slug: str, query: str) -> Source:
    """How far a campaign's people came, by what the address asks."""
    require(user, *SEES_CAMPAIGNS)
    found = get_object_or_404(Campaign.objects.visible_to(user), slug=slug)
    form = FunnelForm(QueryDict(query))
    if not form.is_valid():
        raise BadFilters(wrong_filter(form))
    hides = hides_few(user, query)

    @cache
    def report() -> FunnelReport:
        """Asked for once, for both the number of rows and the rows."""
        told = funnel_report(FunnelQuery(user, found, form.cleaned_data["by"]))
        return without_few_people(told) if hides else told

    def table(as_of: datetime, notes: Notes) -> Table:
        return funnel_table(report(), as_of, notes, hides_few=hides)

    def count() -> int:
        return (len(report().groups) + 1) * len(report().steps)

    page = reverse("campaign_funnel", args=[slug]) + (f"?{query}" if query else "")
    return Source(f"funnel/{slug}", filled(_(HOW_FAR), name=found.name), page, count, table, draws=True)


SOURCES: dict[str, Maker] = {"funnel": funnel_source}
