"""What is said of a campaign's goal in numbers, and never more than the numbers carry."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.exports.base import HIDDEN
from analytics.reports.goals import GoalResult, GoalState
from campaigns.enums import GoalMeasure
from campaigns.goal_amounts import amount
from records import figures


def goal_words(goal: GoalResult, *, is_few: bool = False) -> str:
    """`The goal: percent who respond, 2.50%. So far: 1.44% (95% interval 1.31 to 1.58%).` Where it tells of few
    people, the goal alone."""
    target = {"what": str(GoalMeasure(goal.measure).label).lower(), "target": amount(goal.measure, goal.target)}
    said = [_("The goal: %(what)s, %(target)s.") % target]
    if is_few:
        return said[0]
    if is_unrecorded(goal):
        said.append(_("None recorded so far.") if goal.state == GoalState.RUNNING else _("None was recorded."))
    else:
        said.append((_("So far: %s.") if goal.state == GoalState.RUNNING else _("It came to %s.")) % so_far_words(goal))
    if verdict := VERDICTS.get(GoalState(goal.state)):
        said.append(_(verdict))
    return " ".join(said)


def is_unrecorded(goal: GoalResult) -> bool:
    """Whether nobody recorded what the goal counts: a rate of it would say that nobody did it. Views record
    themselves, and are zero where nobody looked."""
    return not goal.so_far and goal.measure != GoalMeasure.VIEW_RATE


def so_far_words(goal: GoalResult) -> str:
    """`1.44% (95% interval 1.31 to 1.58)`"""
    so_far = amount(goal.measure, goal.so_far)
    if goal.low is not None and goal.high is not None:
        values = {"so_far": so_far, "low": figures.written(goal.low, 2), "high": figures.written(goal.high, 2)}
        return _("%(so_far)s (95%% interval %(low)s to %(high)s)") % values
    return so_far


VERDICTS = {
    GoalState.REACHED: gettext_noop("The goal is reached."),
    GoalState.MISSED: gettext_noop("The goal is missed."),
    GoalState.NEAR: gettext_noop("Whether the goal is reached or missed cannot be determined from this many people."),
}


# In a word, as a table has it.
STATES = {
    GoalState.RUNNING: gettext_noop("so far"),
    GoalState.REACHED: gettext_noop("met"),
    GoalState.NEAR: gettext_noop("too close to call"),
    GoalState.MISSED: gettext_noop("missed"),
}


# How far it is, of a goal of each kind.
REACHED = {
    GoalMeasure.VIEW_RATE: gettext_noop("%(so_far)s view it, %(share)s of the goal of %(target)s"),
    GoalMeasure.RESPONSE_RATE: gettext_noop("%(so_far)s respond, %(share)s of the goal of %(target)s"),
    GoalMeasure.CONVERSION_RATE: gettext_noop("%(so_far)s convert, %(share)s of the goal of %(target)s"),
    GoalMeasure.RESPONSES: gettext_noop("%(so_far)s of %(target)s responses, %(share)s"),
    GoalMeasure.CONVERSIONS: gettext_noop("%(so_far)s of %(target)s conversions, %(share)s"),
    GoalMeasure.REVENUE: gettext_noop("%(so_far)s of %(target)s in revenue, %(share)s"),
}


def reached_words(measure: str, target: Decimal, so_far: Decimal | None) -> str:
    """`12 of 40 conversions, 30%`; the goal alone where how far it is tells of few people (None)."""
    if so_far is None:
        values = {"what": str(GoalMeasure(measure).label), "target": amount(measure, target)}
        return _("%(what)s, %(target)s; the amount reached is hidden") % values
    values = {"so_far": amount(measure, so_far), "target": amount(measure, target)}
    return _(REACHED[GoalMeasure(measure)]) % {**values, "share": whole_percent(so_far, target)}


def whole_percent(so_far: Decimal, target: Decimal) -> str:
    """Never rounded up: what is not all of it is not called 100%."""
    return figures.percent(figures.count(int(100 * so_far // target)))


def standing_words(measure: str, target: Decimal, so_far: Decimal | None, state: str | None) -> str:
    """`12 of 40 conversions, 30%: so far`"""
    reached = reached_words(measure, target, so_far)
    return reached if state is None else f"{reached}: {_(STATES[GoalState(state)])}"


def goal_cells(measure: str, target: Decimal | None, so_far: Decimal | None, state: str | None) -> list[Any]:
    """The goal in numbers as files have it: of what, how much, how far it came and what came of it; in words, for each
    has its unit. Hidden where how far it came tells of few people (None); nothing where none was set."""
    if target is None:
        return [None] * 4
    what = [str(GoalMeasure(measure).label), amount(measure, target)]
    if so_far is None or state is None:
        return [*what, HIDDEN, HIDDEN]
    return [*what, amount(measure, so_far), _(STATES[GoalState(state)])]
