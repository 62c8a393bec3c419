"""A campaign held against the goal that was set for it in numbers.

A rate is known from so many people: its 95% interval (Wilson) says what is told of it. While a campaign runs nothing
is called reached or missed: an interval that is looked at daily holds less often than it says.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from analytics.models import CampaignVariant
from analytics.reports.intervals import wilson
from analytics.reports.judged import has_ended
from campaigns.enums import GoalMeasure
from campaigns.models import Campaign

PEOPLE = {
    GoalMeasure.VIEW_RATE: "viewers",
    GoalMeasure.RESPONSE_RATE: "responders",
    GoalMeasure.CONVERSION_RATE: "converters",
}


class GoalState(StrEnum):
    """`near`: the interval holds the goal, so that chance alone may have made the difference."""

    RUNNING = "running"
    REACHED = "reached"
    NEAR = "near"
    MISSED = "missed"


@dataclass(frozen=True)
class GoalResult:
    """`target`, `so_far`, `low` and `high` are percents of the people drawn for a rate, numbers of a count, and money
    in the agency's currency. `share` is how much of the target it came to: 1 is all. `low` and `high` bound a rate at
    95%; None for others, and of nobody. `state` is one of GoalState."""

    measure: str
    target: Decimal
    so_far: Decimal
    share: float
    low: float | None
    high: float | None
    state: str


def goal_result(campaign: Campaign, sums: CampaignVariant) -> GoalResult | None:
    """None where no goal in numbers was set. `sums` are of all variants together. No query."""
    if campaign.goal_value is None:
        return None
    measure, target = GoalMeasure(campaign.goal_measure), campaign.goal_value
    if measure not in PEOPLE:
        so_far = Decimal(getattr(sums, measure))
        state = state_of(campaign, target, so_far, None)
        return GoalResult(measure, target, so_far, share_of(so_far, target), None, None, state)
    people, drawn = getattr(sums, PEOPLE[measure]), sums.recipients
    so_far = 100 * Decimal(people) / drawn if drawn else Decimal(0)
    low, high = (100 * bound for bound in wilson(people, drawn)) if drawn else (None, None)
    bounds = None if low is None or high is None else (low, high)
    state = state_of(campaign, target, so_far, bounds)
    return GoalResult(measure, target, so_far, share_of(so_far, target), low, high, state)


def share_of(so_far: Decimal, target: Decimal) -> float:
    """How much of a goal is reached: 1 is all of it."""
    return float(so_far / target)


# The same in SQL, over a campaign's rows of CampaignVariant, which may be none: `measure` is of its goal.
SO_FAR = (
    "CASE measure "
    + " ".join(
        f"WHEN '{measure}' THEN 100 * sum({PEOPLE[measure]}) / nullif(sum(recipients), 0)::numeric"
        if measure in PEOPLE
        else f"WHEN '{measure}' THEN sum({measure})"
        for measure in GoalMeasure
    )
    + " END"
)


def state_of(campaign: Campaign, target: Decimal, so_far: Decimal, bounds: tuple[float, float] | None) -> GoalState:
    if not has_ended(campaign):
        return GoalState.RUNNING
    if bounds and bounds[0] < target <= bounds[1]:
        return GoalState.NEAR
    return GoalState.REACHED if so_far >= target else GoalState.MISSED
