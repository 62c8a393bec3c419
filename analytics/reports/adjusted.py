"""A campaign's test with less noise: what people did before they were drawn is allowed for (CUPED).

The covariate is on how many days of the twelve weeks before somebody came. It was settled before the variants did
anything, so it cannot come from them. The statistics are those of analytics.insight.experiments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_noop

from analytics.insight.experiments.judging import Comparison, Plan, judge
from analytics.insight.experiments.moments import Moments, Outcome
from analytics.models import CampaignVariant
from analytics.reports.base import Freshness, freshness
from analytics.reports.campaign import LIFTED, recorded_measures, variant_rows
from analytics.reports.intervals import Lift
from analytics.reports.judged import REVENUE, JudgedLift, has_ended, least_skewness, shares_of, with_verdict
from analytics.reports.sums import added_up
from campaigns.models import Campaign
from privacy.agency import agency_zone

STATEMENT = (Path(__file__).parents[1] / "sql" / "adjusted_test.sql").read_text()
DAYS = 84
COVARIATE = gettext_noop("days on which people came in the twelve weeks before")


@dataclass(frozen=True)
class AdjustedLift:
    """One arm against the control in one measure: `lift` with the covariate allowed for, `plain` without. `removed` is
    the share (0 to 1) of the variance that went. Where there are fewer than 30 people in an arm there is none."""

    variant: str
    measure: str
    plain: Lift
    lift: JudgedLift
    removed: float


@dataclass(frozen=True)
class AdjustedTest:
    """`people` were drawn, of whom `came_before` came in the weeks before. `blocked` says why there is no verdict: they
    were not divided as meant, or the arms already differed before. No lifts where nobody came before."""

    campaign: str
    campaign_slug: str
    people: int
    came_before: int
    is_over: bool
    blocked: str
    lifts: tuple[AdjustedLift, ...]
    freshness: Freshness


@dataclass(frozen=True)
class Sums:
    """Of a variant and measure, and how many of its people came before."""

    moments: Moments
    came_before: int


def adjusted_test(campaign: Campaign) -> AdjustedTest | None:
    """None where there is no control, or nothing to hold against it. The caller has made sure that the reader may see
    the campaign. Four queries."""
    rows = variant_rows(campaign)
    control = next((row for row in rows if row.variant.is_control), None)
    if control is None or len(rows) < 2:
        return None
    sums, is_over, recorded = sums_of(campaign, rows), has_ended(campaign), recorded_measures(added_up(rows))
    outcomes = [outcome(sums, rows, measure) for measure in recorded] if came_before(sums) else []
    plan = Plan(control.variant.name, shares_of(campaign, rows), covariate=COVARIATE, is_over=is_over)
    judged = judge({row.variant.name: row.recipients for row in rows}, outcomes, plan)
    lifts = tuple(adjusted_lift(one, is_over=is_over) for one in judged.comparisons if one.adjusted)
    return AdjustedTest(
        campaign=campaign.name,
        campaign_slug=campaign.slug,
        people=sum(row.recipients for row in rows),
        came_before=came_before(sums),
        is_over=is_over,
        blocked=judged.blocked,
        lifts=lifts,
        freshness=freshness(),
    )


BySums = Mapping[tuple[int, str], Sums]  # by the variant's primary key and the measure


def sums_of(campaign: Campaign, rows: Sequence[CampaignVariant]) -> BySums:
    """Of every variant and measure. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"campaign": campaign.pk, "days": DAYS, "zone": str(agency_zone())})
        found = {
            (variant, measure): Sums(Moments(count, y, yy, x, xx, xy), before)
            for variant, measure, count, y, yy, x, xx, xy, before in cursor.fetchall()
        }
    nobody = Sums(Moments(0, 0.0, 0.0), 0)
    wanted = [(row.variant_id, measure) for row in rows for measure in LIFTED]
    return {key: found.get(key, nobody) for key in wanted}


def came_before(sums: BySums) -> int:
    return sum(one.came_before for (_, measure), one in sums.items() if measure == LIFTED[0])


def outcome(sums: BySums, rows: Sequence[CampaignVariant], measure: str) -> Outcome:
    arms = {row.variant.name: sums[row.variant_id, measure].moments for row in rows}
    is_rate = measure != REVENUE
    skewness = 0.0 if is_rate else least_skewness(list(arms.values()))
    return Outcome(measure, is_rate, arms, skewness, is_adjusted=True)


def adjusted_lift(found: Comparison, *, is_over: bool) -> AdjustedLift:
    assert found.adjusted is not None  # noqa: S101 (the caller has chosen those)
    better = Lift(found.adjusted.difference, None, found.adjusted.low, found.adjusted.high)
    return AdjustedLift(
        found.arm, found.outcome, found.lift, with_verdict(better, found, is_over=is_over), found.adjusted.removed
    )
