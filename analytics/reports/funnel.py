"""How far those drawn into a campaign came, by variant, material, channel, staff, segment or day; beside its goal and
past campaigns of its kind.

Each step counts its people out of those of the group, and out of those who reached the step before. Of people of whom
nothing is kept by person any more the campaign's report tells alone (`gone`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from analytics.reports.base import Freshness, freshness
from analytics.reports.campaign import total, variant_rows
from analytics.reports.goals import GoalResult, goal_result
from analytics.reports.grouping import EVERYBODY, GROUPINGS, Asker, Grouping
from analytics.reports.past import PastCampaign, past_campaigns
from analytics.reports.steps import STEPS, WITH_MACHINES, recorded_steps
from campaigns.models import Campaign
from privacy.agency import agency_zone
from privacy.models import User
from records.ordering import most_first


@dataclass(frozen=True)
class FunnelQuery:
    """Which campaign, and one of GROUPINGS. The caller has made sure that the reader may see the campaign."""

    user: User
    campaign: Campaign
    by: str


@dataclass(frozen=True)
class Step:
    """How many of a group reached a step. Of the `before` who reached the step before, `both` reached this one too;
    None where there is none before. All are None where they tell of few people."""

    name: str
    people: int | None
    before: int | None
    both: int | None

    @property
    def rate_of_before(self) -> float | None:
        return None if self.both is None or not self.before else self.both / self.before


@dataclass(frozen=True)
class Group:
    """`people` were drawn, and are the denominator of each step; `name` is what people call the group, empty where
    there is none (nothing was shared with them, nobody is named). `revenue` is in the agency's currency, None where
    nobody in the campaign has any recorded. None where it tells of few people."""

    key: str
    name: str
    people: int | None
    steps: tuple[Step, ...]
    revenue: Decimal | None

    def rate(self, step: Step) -> float | None:
        """The share (0 to 1) of the group's people that reached the step."""
        return None if step.people is None or not self.people else step.people / self.people

    def step(self, name: str) -> Step:
        """Raises KeyError for one that nobody recorded."""
        return {one.name: one for one in self.steps}[name]


@dataclass(frozen=True)
class FunnelReport:
    """`steps` are those that somebody recorded, in their order. `groups` come by day where they are days, otherwise by
    how many people they have. Who is in two groups counts in both; `total` counts everybody once. `kind` is the
    campaign's, of which `past` ones are, the newest first."""

    slug: str
    name: str
    by: str
    kind: str
    steps: tuple[str, ...]
    groups: tuple[Group, ...]
    total: Group
    gone: int
    goal: GoalResult | None
    past: tuple[PastCampaign, ...]
    freshness: Freshness


@dataclass(frozen=True)
class Pattern:
    """Some people of a group, all of whom reached the same steps."""

    key: Any
    reached: frozenset[str]
    people: int
    revenue: Decimal


@dataclass(frozen=True)
class Counted:
    """What somebody recorded in the campaign: the steps, and whether any revenue."""

    steps: tuple[str, ...]
    has_revenue: bool


def funnel_report(query: FunnelQuery) -> FunnelReport:
    """Seven queries at most, whatever the number of groups."""
    sums = total(variant_rows(query.campaign))
    steps = recorded_steps(sums)
    patterns = patterns_of(query.campaign, GROUPINGS[query.by])
    everybody = patterns if query.by == "variant" else patterns_of(query.campaign, EVERYBODY)
    counted = Counted(steps, has_revenue=bool(sums.revenue))
    whole = group_of("", "", everybody, counted)
    return FunnelReport(
        slug=query.campaign.slug,
        name=query.campaign.name,
        by=query.by,
        kind=query.campaign.kind,
        steps=steps,
        groups=ordered(query.by, groups_of(query, patterns, counted)),
        total=whole,
        gone=max(0, sums.recipients - (whole.people or 0)),
        goal=goal_result(query.campaign, sums),
        past=past_campaigns(query.user, query.campaign),
        freshness=freshness(),
    )


def patterns_of(campaign: Campaign, grouping: Grouping) -> list[Pattern]:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(grouping.statement, {"campaign": campaign.pk, "zone": str(agency_zone())})
        return [
            Pattern(key, frozenset(name for name, did in zip(STEPS, steps, strict=True) if did), people, revenue)
            for key, *steps, people, revenue in cursor.fetchall()
        ]


def group_of(key: str, name: str, patterns: Sequence[Pattern], counted: Counted) -> Group:
    def count(*names: str) -> int:
        return sum(one.people for one in patterns if one.reached.issuperset(names))

    found, before = [], ""
    for step in counted.steps:
        found.append(Step(step, count(step), *((count(before), count(before, step)) if before else (None, None))))
        before = before if step == WITH_MACHINES else step
    revenue = sum((one.revenue for one in patterns), Decimal(0)) if counted.has_revenue else None
    return Group(key, name, count(), tuple(found), revenue)


def groups_of(query: FunnelQuery, patterns: Iterable[Pattern], counted: Counted) -> list[Group]:
    """Groups of one name are one group: colleagues whom the reader does not manage are not told apart."""
    patterns = list(patterns)
    names = GROUPINGS[query.by].named(Asker(query.user, query.campaign), {one.key for one in patterns})
    groups: dict[tuple[str, str], list[Pattern]] = {}
    for one in patterns:
        groups.setdefault(names[one.key], []).append(one)
    return [group_of(key, name, some, counted) for (key, name), some in groups.items()]


def ordered(by: str, groups: Sequence[Group]) -> tuple[Group, ...]:
    """Those without a name last, before them those of whom it is hidden how many they are."""
    if by == "day":
        return tuple(sorted(groups, key=lambda group: group.key))
    return tuple(sorted(groups, key=lambda group: (not group.name, most_first(group.people, group.name))))
