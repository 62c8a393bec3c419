"""A campaign's goal in numbers as it is written: the same on its plan and in every report."""

from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.enums import GoalMeasure
from campaigns.models import Campaign
from records import figures

RATES = frozenset({GoalMeasure.VIEW_RATE, GoalMeasure.RESPONSE_RATE, GoalMeasure.CONVERSION_RATE})


def amount(measure: str, value: Decimal) -> str:
    """A share of the people in percent, money, or a number."""
    if GoalMeasure(measure) in RATES:
        return figures.rate(value / 100)
    if measure == GoalMeasure.REVENUE:
        return figures.money(value)
    return figures.written(value, 2 if value % 1 else 0)  # goals of before were not whole everywhere


def target_words(campaign: Campaign) -> str:
    """`Percent who respond, 2.50%`; empty where none is set."""
    if campaign.goal_value is None:
        return ""
    measure = str(GoalMeasure(campaign.goal_measure).label)
    return _("%(what)s, %(target)s") % {"what": measure, "target": amount(campaign.goal_measure, campaign.goal_value)}
