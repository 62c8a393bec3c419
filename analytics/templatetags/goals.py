"""A quarter's goals in numbers, as its page has them."""

from django import template
from django.utils.translation import gettext as _

from analytics.comparing.tables import goal_cells
from analytics.exports.base import HIDDEN
from analytics.reports.quarter import QuarterRow

register = template.Library()


@register.filter
def goal_in_numbers(row: QuarterRow, hides_few: bool) -> str:
    """`Percent who respond, 2.50 %; reached 1.44 %: so far`"""
    what, target, reached, state = goal_cells(row, hides_few=hides_few)
    values = {"what": what, "target": target, "reached": reached, "state": state}
    if reached is HIDDEN:
        return _("%(what)s, %(target)s; what is reached is hidden") % values
    return _("%(what)s, %(target)s; reached %(reached)s: %(state)s") % values
