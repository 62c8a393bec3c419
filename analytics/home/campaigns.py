"""What the home page tells of campaigns: each beside its goal, those that move, and what came of tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.exports.small_groups import FEWEST, is_few, tells_of_few
from analytics.exports.source import sees_people
from analytics.findings import best_lift_words, difference, interval_words, label, level_words
from analytics.goal_words import goal_words
from analytics.models import CampaignVariant
from analytics.queries import BestLift, best_lifts
from analytics.reports.campaign import VariantResult
from analytics.reports.goals import GoalResult, goal_result
from analytics.reports.intervals import Lift
from analytics.reports.judged import has_ended
from analytics.return_words import sent_revenue_words
from campaigns.enums import CampaignState
from campaigns.goal_amounts import target_words
from campaigns.models import Campaign, CampaignQuerySet
from campaigns.models.campaign import seen_campaigns_in_sql
from privacy.agency import agency_today
from privacy.guards import listed
from privacy.models import User
from privacy.prepared import ask
from records import figures
from records.models.customer import is_one_of_in_sql

WEEK = timedelta(days=7)
OF_FEW = gettext_noop("its variants cover too few people")
# Where a campaign stands, in the order of the page, and how many of each it shows.
RUNS, PREPARED, OVER = gettext_noop("Running"), gettext_noop("In preparation"), gettext_noop("Finished")
MOST = {RUNS: 8, PREPARED: 3, OVER: 5}
# How many of each are looked at for tests to tell of.
LOOKED_AT = {RUNS: 20, PREPARED: 3, OVER: 20}
STAGES = tuple(MOST)
RUN = (CampaignState.RUNNING, CampaignState.PAUSED)


@dataclass(frozen=True)
class Standing:
    """A campaign, its goal in its keepers' words, and its numbers so far."""

    campaign: Campaign
    found: BestLift
    goal: str
    # Whether what tells of few people is not told: the reader may not see people.
    hides_few: bool = False

    @property
    def so_far(self) -> str:
        return so_far(self.found, hides_few=self.hides_few)

    @cached_property
    def reached(self) -> GoalResult | None:
        """What came of the goal in numbers; None where none was set."""
        return goal_result(self.campaign, self.found.totals)

    @property
    def hides_goal(self) -> bool:
        """Whether how far the goal is tells of few people, and is not told."""
        return self.hides_few and tells_of_few(self.found.totals)

    @property
    def in_numbers(self) -> str:
        """The goal in numbers, how far it is and what came of it; empty where none was set."""
        return goal_words(self.reached, is_few=self.hides_goal) if self.reached else ""

    @property
    def percent(self) -> int | None:
        """How much of the goal it came to, in whole percent from 0 to 100, never rounded up; None where it is not
        told."""
        return None if self.reached is None or self.hides_goal else max(0, min(100, int(100 * self.reached.share)))

    @property
    def stage(self) -> str:
        """RUNS, PREPARED or OVER, as `_by_stage` sorts them."""
        if has_ended(self.campaign):
            return OVER
        return RUNS if self.campaign.state in RUN else PREPARED

    @property
    def in_figures(self) -> str:
        """The goal in numbers of one in preparation; empty where none was set."""
        return target_words(self.campaign)

    @property
    def is_paused(self) -> bool:
        return self.stage == RUNS and self.campaign.state == CampaignState.PAUSED

    @property
    def tells_recipients(self) -> bool:
        return not (self.hides_few and is_few(self.found.recipients))

    @property
    def is_over(self) -> bool:
        return self.stage == OVER

    @property
    def is_prepared(self) -> bool:
        return self.stage == PREPARED

    @property
    def is_hidden(self) -> bool:
        """Whether nothing is told of its arms."""
        return self.hides_few and arms_tell_of_few(self.found)

    @property
    def words(self) -> str:
        return _(OF_FEW) if self.is_hidden else best_lift_words(self.found)

    @property
    def is_clear(self) -> bool:
        """Whether its best arm differs clearly from the control, however often one looks, and that is told."""
        if self.is_hidden:
            return False
        arm, measure = self.found.variant, self.found.measure
        lift = arm.lift_in(measure) if arm and measure else None
        return lift is not None and lift.is_clear


class Reached(NamedTuple):
    """What a verdict says (analytics.models.ReachedVerdict): of which variant, None where none differs clearly."""

    variant: str | None
    measure: str
    difference: float | None
    low: float | None
    high: float | None
    blocked: str


@dataclass(frozen=True)
class Verdict:
    """What came of a test that has ended (analytics.deciding); `is_hidden` where its numbers tell of few people."""

    campaign: Campaign
    reached: Reached
    is_hidden: bool = False

    @property
    def words(self) -> str:
        """`Letter: +1.06 points in conversion rate against the control, 95% interval 0.22 to 1.93`"""
        measure = label(self.reached.measure).lower()
        lift = Lift(self.reached.difference or 0.0, None, self.reached.low, self.reached.high)
        if self.reached.blocked:
            return _("No verdict: the people were not divided among the variants as intended")
        if self.reached.variant is None:
            return _("No clear difference in %(measure)s") % {"measure": measure}
        if self.is_hidden:
            return _(OF_FEW)
        interval = interval_words(self.reached.measure, lift)
        values = {"difference": difference(self.reached.measure, lift), "measure": measure}
        said = _("%(difference)s in %(measure)s against the control") % values
        return f"{self.reached.variant}: {said}, {level_words(interval)}"


@dataclass(frozen=True)
class Mover:
    """A campaign whose views by people changed: the last seven days, today included, beside the seven before."""

    campaign: Campaign
    recent: int
    before: int

    @property
    def words(self) -> str:
        return _("%(change)s views: %(recent)s in the last 7 days, %(before)s in the 7 before") % {
            "change": figures.signed(self.recent - self.before, 0),
            "recent": figures.count(self.recent),
            "before": figures.count(self.before),
        }


FIELDS = [field.attname for field in Campaign._meta.concrete_fields]
# The newest of each stage, as has_ended and Standing.stage say it: its place among STAGES. Written out, as Django's
# writing took longer than all else.
STANDINGS = f"""
SELECT {", ".join(FIELDS)}
FROM (
    SELECT campaign.*, stage, row_number() OVER (
        PARTITION BY stage ORDER BY starts_on DESC NULLS LAST, campaign.id DESC
    ) AS place
    FROM campaigns_campaign AS campaign
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN campaign.state = '{CampaignState.CLOSED}' OR campaign.ends_on < %(today)s THEN {STAGES.index(OVER)}
            WHEN campaign.state IN ('{"', '".join(RUN)}') THEN {STAGES.index(RUNS)}
            ELSE {STAGES.index(PREPARED)}
        END
    ) AS stands (stage)
    WHERE {{seen}}
) AS placed
WHERE place <= (%(most)s::bigint[])[1 + stage]
ORDER BY stage, place
"""


def standings(user: User, most: Mapping[str, int] = LOOKED_AT) -> list[Standing]:
    """The campaigns that the user sees by their stages, those that run first: so many of each stage, the newest, those
    without dates last. Two statements."""
    seen, seen_by = seen_campaigns_in_sql(user)
    values = {"today": agency_today(), "most": [most[stage] for stage in STAGES], **seen_by}
    with connection.cursor() as cursor:
        ask(cursor, STANDINGS.format(seen=seen), values)
        campaigns = [Campaign.from_db(connection.alias, FIELDS, row) for row in cursor.fetchall()]
    hides = not sees_people(user)
    return [Standing(found.campaign, found, found.campaign.goal, hides) for found in best_lifts(campaigns)]


def staged(found: Sequence[Standing]) -> list[tuple[str, list[Standing]]]:
    """Of each stage, under its heading, the first; a stage without any is left out."""
    groups = [(_(stage), [one for one in found if one.stage == stage][:most]) for stage, most in MOST.items()]
    return [(heading, some) for heading, some in groups if some]


def arms_tell_of_few(found: BestLift) -> bool:
    """Whether any arm's numbers tell of fewer than 5 people: a lift and the one arm's rate tell the other's."""
    told: tuple[CampaignVariant | VariantResult, ...] = (found.totals, *found.arms)
    return any(is_few(count) for one in told for count in people_of(one))


def people_of(one: CampaignVariant | VariantResult) -> tuple[int, ...]:
    return (one.responders, one.converters, one.viewers)


def so_far(found: BestLift, *, hides_few: bool = False) -> str:
    """`210 responses and 12 conversions, $4,200.00 in revenue for $900.00 spent`"""
    totals, cost = found.totals, found.campaign.cost
    if hides_few and (is_few(totals.responders) or is_few(totals.converters)):
        return _("fewer than %(few)s people have responded or bought") % {"few": FEWEST}
    counts = {"response": totals.responses, "conversion": totals.conversions}
    said = listed([figures.plural(count, name) for name, count in counts.items() if count]) or _("no response yet")
    if totals.revenue and not (hides_few and any(map(is_few, found.told))):  # beside the counts it would tell theirs
        said += f", {sent_revenue_words(found.revenue, found.held_out)}"
    if cost is not None:
        said += " " + _("for %(money)s spent") % {"money": figures.money(cost)}
    return said


# Written out, as Django's writing took most of the time. By the table's key.
VERDICTS = """
SELECT reached.campaign_id, coalesce(nullif(variant.label, ''), variant.name), reached.measure, reached.difference,
    reached.low, reached.high, reached.blocked
FROM analytics_reachedverdict AS reached
JOIN campaigns_campaign AS campaign ON campaign.id = reached.campaign_id
LEFT JOIN campaigns_variant AS variant ON variant.id = reached.variant_id
WHERE reached.campaign_id = ANY (%s)
ORDER BY reached.reached_at DESC, campaign.ends_on DESC NULLS LAST, reached.campaign_id DESC
"""


def verdicts(found: Sequence[Standing]) -> list[Verdict]:
    """Of these campaigns the tests that have ended, the last decided first. One query."""
    standing = {one.campaign.pk: one for one in found}
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [list(standing)])
        rows = cursor.fetchall()
    return [
        Verdict(standing[number].campaign, Reached(*reached), standing[number].is_hidden) for number, *reached in rows
    ]


def clear_ones(found: Sequence[Standing], limit: int) -> list[Standing]:
    """Of the tests that still run those that differ clearly. One that has ended has its verdict within a minute."""
    return [one for one in found if one.is_clear and not has_ended(one.campaign)][:limit]


# Days of campaigns are few. Written out, as Django's writing took ten times what is left.
MOVERS = """
SELECT campaign_id, recent, before
FROM (
    SELECT campaign_id,
        coalesce(sum(views) FILTER (WHERE day >= %(recent)s), 0)::bigint AS recent,
        coalesce(sum(views) FILTER (WHERE day < %(recent)s), 0)::bigint AS before
    FROM analytics_campaignday
    WHERE day >= %(first)s AND day < %(after)s AND {seen}
    GROUP BY campaign_id
) AS counted
WHERE recent <> before
    AND NOT (%(hides_few)s AND (recent BETWEEN 1 AND %(most_few)s OR before BETWEEN 1 AND %(most_few)s))
ORDER BY abs(recent - before) DESC, campaign_id
LIMIT %(limit)s
"""


def movers(campaigns: CampaignQuerySet, limit: int, *, hides_few: bool = False) -> list[Mover]:
    """Those of the campaigns whose views changed most, up or down; with `hides_few` none whose views may be of fewer
    than 5 people. Two statements, one where none changed."""
    day = agency_today() + timedelta(days=1)
    seen, seen_by = is_one_of_in_sql("campaign_id", campaigns, "seen")
    values: dict[str, Any] = {
        "first": day - 2 * WEEK, "recent": day - WEEK, "after": day,
        "hides_few": hides_few, "most_few": FEWEST - 1, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MOVERS.format(seen=seen), values | seen_by)
        changed = cursor.fetchall()
    named = Campaign.objects.in_bulk([campaign for campaign, _, _ in changed]) if changed else {}
    return [Mover(named[campaign], recent, before) for campaign, recent, before in changed]
