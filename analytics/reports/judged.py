"""A campaign as the test that it is: its arms against the control, judged from the rollups.

The statistics are those of analytics.insight.experiments, by which `manage.py evaluate experiment` judges files.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.insight.experiments.judging import Comparison, Judged, Plan, Verdict, judge
from analytics.insight.experiments.moments import Moments, Outcome
from analytics.insight.experiments.power import rounded
from analytics.models import CampaignVariant
from analytics.reports.intervals import Lift, Sample, lift_of_means, lift_of_rates
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from campaigns.seeding import lots_of
from privacy.agency import agency_today

# Whose people, and which rollup counts them, by the rate that it is of; in the order of the funnel.
RATES = {
    "view_rate": "viewers",
    "visit_rate": "visitors",
    "response_rate": "responders",
    "conversion_rate": "converters",
}
REVENUE = "revenue_per_recipient"


@dataclass(frozen=True)
class JudgedLift(Lift):
    """A lift, and what the test says of it.

    `ci_…` hold for one look when all is over, `always_…` however often one looks; `p` is corrected by Holm for all
    comparisons of the test, and while the campaign runs it is the larger of the two. `more_recipients`: how many more
    of all arms together it takes to see a lift of `worth` four times in five (0: there are enough; None: not known).
    `verdict` is one of analytics.insight.experiments.judging.Verdict, None where nothing of the measure was recorded.
    """

    always_low: float | None = None
    always_high: float | None = None
    p: float | None = None
    more_recipients: int | None = None
    worth: float | None = None
    is_rough: bool = False
    is_over: bool = True
    verdict: str | None = None

    @property
    def low(self) -> float | None:
        return self.ci_low if self.is_over else self.always_low

    @property
    def high(self) -> float | None:
        return self.ci_high if self.is_over else self.always_high

    @property
    def is_clear(self) -> bool:
        """Whether the test says so, corrected, and nothing stops it."""
        return self.verdict == Verdict.CLEAR


@dataclass(frozen=True)
class Division:
    """People of an arm, and how many were to be expected by its share."""

    variant: str
    people: int
    expected: float


@dataclass(frozen=True)
class TestResult:
    """The test as a whole. `blocked` says why there is no verdict on any arm, empty where there are; `p` is how often
    chance divides people at least so unevenly. `has_shares` where other shares than equal ones were meant; where nobody
    stated any, equal ones are expected. `comparisons` is for how many the verdicts are corrected."""

    __test__ = False  # for pytest: no test of ours

    is_over: bool
    blocked: str
    cautions: tuple[str, ...]
    p: float | None
    division: tuple[Division, ...]
    has_shares: bool
    comparisons: int


@dataclass(frozen=True)
class CampaignTest:
    """A test, and its lifts by variant's name and measure: None where either arm has nobody to be compared."""

    result: TestResult
    lifts: Mapping[str, dict[str, JudgedLift | None]]


def campaign_test(campaign: Campaign, rows: Sequence[CampaignVariant], recorded: Sequence[str]) -> CampaignTest | None:
    """None where there is no control, or nothing to hold against it. `rows` know their variants. No query."""
    control = next((row for row in rows if row.variant.is_control), None)
    if control is None or len(rows) < 2:
        return None
    is_over = has_ended(campaign)
    people = {row.variant.name: row.recipients for row in rows}
    plan = Plan(control.variant.name, shares_of(campaign, rows), is_over=is_over)
    judged = judge(people, [outcome(rows, measure) for measure in recorded], plan)
    found = {(one.arm, one.outcome): one for one in judged.comparisons}
    lifts = {
        row.variant.name: {
            measure: with_verdict(lift, found.get((row.variant.name, measure)), is_over=is_over) if lift else None
            for measure, lift in plain_lifts(row, control).items()
        }
        for row in rows
        if row is not control
    }
    return CampaignTest(result_of(judged, is_over=is_over, has_shares=bool(plan.shares)), lifts)


def has_ended(campaign: Campaign) -> bool:
    """Whether it is closed, or its last day is over."""
    last = campaign.ends_on
    return campaign.state == CampaignState.CLOSED or (last is not None and last < agency_today())


def shares_of(campaign: Campaign, rows: Sequence[CampaignVariant]) -> dict[str, float]:
    """What share of the people each arm was meant to get, by the draw's lots; empty where all were to get the same."""
    lots = {
        one.variant_id: one.end - one.first for one in lots_of([row.variant for row in rows], holdout(campaign, rows))
    }
    shares = {row.variant.name: float(lots[row.variant.pk]) for row in rows}
    return {} if len(set(shares.values())) == 1 else shares


def holdout(campaign: Campaign, rows: Sequence[CampaignVariant]) -> int:
    return campaign.holdout_percent if any(row.variant.is_holdout for row in rows) else 0


def outcome(rows: Sequence[CampaignVariant], measure: str) -> Outcome:
    """One measure of all arms. A yes or no has itself as its square."""
    if measure == REVENUE:
        arms = {row.variant.name: moments(amounts(row)) for row in rows}
        return Outcome(measure, False, arms, least_skewness(list(arms.values())))
    did = {row.variant.name: (row.recipients, getattr(row, RATES[measure])) for row in rows}
    return Outcome(measure, True, {name: Moments(of, count, count) for name, (of, count) in did.items()})


def amounts(row: CampaignVariant) -> Sample:
    """Amounts of the people whose amount is known, those of zero included."""
    count = row.recipients - row.unknown_amount_people
    return Sample(count, float(row.revenue_of_known), float(row.revenue_squares_of_known))


def moments(sample: Sample) -> Moments:
    return Moments(sample.count, sample.total, sample.squares)


def least_skewness(arms: Sequence[Moments]) -> float:
    """The least skewness that amounts of this sum and sum of squares can have: that of nothing or one same amount.

    Sums of cubes are not kept, and by Cauchy and Schwarz E[x³] is no less than E[x²]² / E[x] for amounts from zero on.
    """
    count, total = sum(arm.count for arm in arms), sum(arm.total for arm in arms)
    if not count or total <= 0:
        return 0.0
    mean, square = total / count, sum(arm.squares for arm in arms) / count
    spread = math.sqrt(max(0.0, square - mean**2))
    return (square**2 / mean - 3 * mean * square + 2 * mean**3) / spread**3 if spread else 0.0


def plain_lifts(row: CampaignVariant, control: CampaignVariant) -> dict[str, Lift | None]:
    """Of every measure, whether or not anybody recorded it. Of nobody there is no rate, and no difference from it."""
    lifts: dict[str, Lift | None] = dict.fromkeys((*RATES, REVENUE))
    if row.recipients and control.recipients:
        for measure, people in RATES.items():
            did, control_did = getattr(row, people), getattr(control, people)
            lifts[measure] = lift_of_rates(did, row.recipients, control_did, control.recipients)
    known, control_known = amounts(row), amounts(control)
    if known.count and control_known.count:
        lifts[REVENUE] = lift_of_means(known, control_known)
    return lifts


def with_verdict(lift: Lift, found: Comparison | None, *, is_over: bool) -> JudgedLift:
    plain = JudgedLift(lift.absolute, lift.relative, lift.ci_low, lift.ci_high, is_over=is_over)
    if found is None:
        return plain
    several = [p for p in (found.corrected, None if is_over else found.always_corrected) if p is not None]
    more = found.power.more
    return JudgedLift(
        lift.absolute, lift.relative, lift.ci_low, lift.ci_high,
        always_low=found.always_low, always_high=found.always_high, p=max(several, default=None),
        more_recipients=more and rounded(more), worth=found.power.worth,
        is_rough=found.is_skewed, is_over=is_over, verdict=found.verdict.value,
    )  # fmt: skip


def result_of(judged: Judged, *, is_over: bool, has_shares: bool) -> TestResult:
    balance = judged.balance
    division = tuple(Division(name, count, balance.expected[name]) for name, count in balance.observed.items())
    judged_at_all = sum(one.p is not None for one in judged.comparisons)
    return TestResult(is_over, judged.blocked, balance.cautions, balance.p, division, has_shares, judged_at_all)
