"""A quarter's goals in numbers, and what came back of a cost, as its page has them."""

from django import template

from analytics.comparing.tables import goal_of
from analytics.goal_words import standing_words
from analytics.reports.quarter import QuarterRow
from analytics.return_words import return_words

register = template.Library()
register.filter(return_words)


@register.filter
def goal_in_numbers(row: QuarterRow, hides_few: bool) -> str:
    """`12 of 40 conversions, 30%: so far`; empty where none was set."""
    measure, target, so_far, state = goal_of(row, hides_few=hides_few)
    return "" if target is None else standing_words(measure, target, so_far, state)
