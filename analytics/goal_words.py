"""What is said of a campaign's goal in numbers, and never more than the numbers carry."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.goals import GoalResult, GoalState
from campaigns.enums import GoalMeasure
from campaigns.goal_amounts import amount
from records import figures


def goal_words(goal: GoalResult, *, is_few: bool = False) -> str:
    """`The goal: percent who respond, 2.50 %. So far: 1.44 % (95 % interval 1.31 to 1.58 %).` Where it tells of few
    people, the goal alone."""
    target = {"what": str(GoalMeasure(goal.measure).label).lower(), "target": amount(goal.measure, goal.target)}
    said = [_("The goal: %(what)s, %(target)s.") % target]
    if is_few:
        return said[0]
    so_far = amount(goal.measure, goal.so_far)
    if goal.low is not None and goal.high is not None:
        values = {"so_far": so_far, "low": figures.written(goal.low, 2), "high": figures.written(goal.high, 2)}
        so_far = _("%(so_far)s (95 %% interval %(low)s to %(high)s)") % values
    said.append((_("So far: %s.") if goal.state == GoalState.RUNNING else _("It came to %s.")) % so_far)
    if verdict := VERDICTS.get(GoalState(goal.state)):
        said.append(_(verdict))
    return " ".join(said)


VERDICTS = {
    GoalState.REACHED: gettext_noop("The goal is reached."),
    GoalState.MISSED: gettext_noop("The goal is missed."),
    GoalState.NEAR: gettext_noop("Whether the goal is reached or missed cannot be told from so many people."),
}


# In a word, as a table has it.
STATES = {
    GoalState.RUNNING: gettext_noop("so far"),
    GoalState.REACHED: gettext_noop("met"),
    GoalState.NEAR: gettext_noop("met or missed by chance"),
    GoalState.MISSED: gettext_noop("missed"),
}
