"""A whole test judged: each arm against the control in each measure, corrected for how many there are."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from analytics.insight.experiments.adjusting import Adjusted, adjusted
from analytics.insight.experiments.balance import LEVEL as BALANCE_LEVEL
from analytics.insight.experiments.balance import Balance, balance, uneven_before
from analytics.insight.experiments.moments import Moments, Outcome
from analytics.insight.experiments.p_values import holm, p_of_means, p_of_rates
from analytics.insight.experiments.power import Power, power
from analytics.insight.experiments.sequential import always_half, always_p
from analytics.reports.intervals import LEVEL, Lift, lift_of_means, lift_of_rates

ALARM = 1 - LEVEL
FEWEST = 30  # people in an arm, below which a mean of amounts is not judged
FEWEST_AMOUNTS = 10  # people with an amount in an arm, likewise
SKEW_NEED = 355  # R. Kohavi and others, KDD 2014: people an arm needs, times the square of the skewness


class Verdict(StrEnum):
    BLOCKED = "blocked"
    TOO_FEW = "too few"
    CLEAR = "clear"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Comparison:
    """One arm against the control in one measure.

    `lift` bounds the difference at 95% for one look at the end; `always` bounds it however often one looks. `p` is of
    one look (of the adjusted difference where a covariate was given), `always_p` at any look; `corrected` and
    `always_corrected` are the same after Holm.
    `skewed` says that the interval of a mean is rough.
    """

    outcome: str
    is_rate: bool
    arm: str
    value: float
    control_value: float
    lift: Lift
    adjusted: Adjusted | None
    p: float | None
    corrected: float | None
    always_low: float | None
    always_high: float | None
    always_p: float
    always_corrected: float | None
    power: Power
    is_skewed: bool
    verdict: Verdict


@dataclass(frozen=True)
class Judged:
    """`people` by arm as they were divided; `blocked` says why there is no verdict at all, empty where there are."""

    control: str
    balance: Balance
    blocked: str
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Plan:
    """What was settled before anybody looked. `planned_people` may be 0: the people there are. `worth` is the
    difference that is looked for, in the measure's unit, by measure. `is_over` is False while more comes in, and people
    look again: clear is then only what is so however often they do."""

    control: str
    shares: Mapping[str, float]
    planned_people: int = 0
    worth: float | None = None
    covariate: str = ""
    balance_level: float = BALANCE_LEVEL
    is_over: bool = True


def judge(people: Mapping[str, int], outcomes: Sequence[Outcome], plan: Plan) -> Judged:
    """`people` counts everybody who was divided, also those of whom no outcome is known."""
    divided = balance(people, plan.shares, plan.balance_level)
    uneven = [uneven_before(one, plan.covariate, plan.balance_level) for one in outcomes if one.is_adjusted]
    blocked = divided.blocked or next(filter(None, uneven), "")
    drafts = [
        compared(outcome, arm, plan, sum(people.values()))
        for outcome in outcomes
        for arm in outcome.arms
        if arm != plan.control
    ]
    corrected = holm([draft.p for draft in drafts])
    always = holm([None if draft.p is None else draft.always_p for draft in drafts])
    drafts = [
        replace(draft, corrected=once, always_corrected=at_any_look)
        for draft, once, at_any_look in zip(drafts, corrected, always, strict=True)
    ]
    verdicts = [verdict_of(draft, blocked, is_over=plan.is_over) for draft in drafts]
    return Judged(
        plan.control, divided, blocked,
        tuple(replace(draft, verdict=verdict) for draft, verdict in zip(drafts, verdicts, strict=True)),
    )  # fmt: skip


def compared(outcome: Outcome, arm: str, plan: Plan, everybody: int) -> Comparison:
    one, control = outcome.arms[arm], outcome.arms[plan.control]
    lift, p = lift_and_p(outcome, one, control)
    better = adjusted(outcome, arm, plan.control) if outcome.is_adjusted else None
    variance = better.variance if better else variance_of(outcome, one, control)
    difference = better.difference if better else lift.absolute
    planned = planned_variance(outcome, one, control, plan.planned_people / everybody if everybody else 0)
    half = always_half(variance, planned) if variance > 0 and planned > 0 else None
    return Comparison(
        outcome=outcome.name,
        is_rate=outcome.is_rate,
        arm=arm,
        value=one.mean,
        control_value=control.mean,
        lift=lift,
        adjusted=better,
        p=better.p if better else p,
        corrected=None,
        always_low=None if half is None else difference - half,
        always_high=None if half is None else difference + half,
        always_p=always_p(difference, variance, planned),
        always_corrected=None,
        power=power(outcome.pooled_variance * remaining(better), one.count, control.count, control.mean, plan.worth),
        is_skewed=is_rough(outcome, one, control),
        verdict=Verdict.TOO_FEW if too_few(outcome, one, control, p) else Verdict.UNCLEAR,
    )


def lift_and_p(outcome: Outcome, one: Moments, control: Moments) -> tuple[Lift, float | None]:
    if not outcome.is_rate:
        return lift_of_means(one.sample, control.sample), p_of_means(one.sample, control.sample)
    counts = (round(one.total), one.count, round(control.total), control.count)
    return lift_of_rates(*counts), p_of_rates(*counts)


def variance_of(outcome: Outcome, one: Moments, control: Moments) -> float:
    """Of the difference of the two arms; zero where an arm is empty. Of rates no less than if both had the same one:
    where everybody did it in the one and nobody in the other, neither arm varies by itself."""
    if not one.count or not control.count:
        return 0.0
    apart = one.sample.variance / one.count + control.sample.variance / control.count
    together = (one.total + control.total) / (one.count + control.count)
    as_one = together * (1 - together) * (1 / one.count + 1 / control.count) if outcome.is_rate else 0.0
    return max(apart, as_one)


def planned_variance(outcome: Outcome, one: Moments, control: Moments, times: float) -> float:
    """Of the difference at the planned end, from all people together, so that it tells nothing of the arms."""
    if not one.count or not control.count:
        return 0.0
    return max(outcome.pooled_variance, outcome.whole_variance) * (1 / one.count + 1 / control.count) / (times or 1.0)


def remaining(better: Adjusted | None) -> float:
    return 1.0 if better is None else 1 - better.removed


def too_few(outcome: Outcome, one: Moments, control: Moments, p: float | None) -> bool:
    if p is None or outcome.is_rate:
        return p is None
    return min(one.count, control.count) < FEWEST or min(acted(one), acted(control)) < FEWEST_AMOUNTS


def acted(arm: Moments) -> float:
    """People with an amount, as far as the sums tell: so many equal amounts would have these sums (L. Kish)."""
    return arm.total**2 / arm.squares if arm.squares else 0.0


def is_rough(outcome: Outcome, one: Moments, control: Moments) -> bool:
    return not outcome.is_rate and min(one.count, control.count) < SKEW_NEED * outcome.skewness**2


def verdict_of(draft: Comparison, blocked: str, *, is_over: bool) -> Verdict:
    """Clear only where the corrected test and the shown interval both say so, and while more comes in, those that hold
    at every look as well."""
    if blocked:
        return Verdict.BLOCKED
    if draft.verdict is Verdict.TOO_FEW or draft.corrected is None or draft.always_corrected is None:
        return Verdict.TOO_FEW
    leaves_zero = draft.lift.is_clear if draft.adjusted is None else draft.adjusted.low > 0 or draft.adjusted.high < 0
    clear = draft.corrected < ALARM and leaves_zero and (is_over or draft.always_corrected < ALARM)
    return Verdict.CLEAR if clear else Verdict.UNCLEAR


def scale_of(value: float) -> int:
    """Decimals that show a value of this size to three figures, from two on."""
    return 2 if value == 0 or not math.isfinite(value) else max(2, 2 - math.floor(math.log10(abs(value))))
