"""Customers whose relationship is over, so that the demo has something due, now and in the coming months."""

from datetime import date, timedelta

from config.demo.rhythm import Calendar
from privacy.holdings import SELF, holding_models
from records.models import Customer

MOST = 12
YEARS = 3  # after which the notice's rule 3 lets them go
APART = timedelta(days=25)
DUE_ALREADY = 5  # of the twelve; the others follow one after the other
REASON = "moved out of the area"


def make_former(calendar: Calendar) -> int:
    """End the relationships of customers who never did anything, some years back; returns how many.

    Whoever showed life since would be in doubt, and stay.
    """
    people = Customer.objects.filter(source_import__is_demo=True, merged_into=None, list_memberships=None)
    for model, holds in holding_models():
        if holds.shows_life and holds.individual not in ("", SELF):
            alive = model._base_manager.filter(**{f"{holds.individual}__isnull": False}).values(holds.individual)
            people = people.exclude(pk__in=alive)
    chosen = list(people.order_by("-number")[:MOST])
    for nth, customer in enumerate(chosen):
        customer.relationship_ended_on = ended_on(calendar.as_of, nth)
        customer.relationship_end_reason = REASON
    Customer.objects.bulk_update(chosen, ["relationship_ended_on", "relationship_end_reason"])
    return len(chosen)


def ended_on(as_of: date, nth: int) -> date:
    """The day on which the nth relationship ended: the first few are due, each next one is later."""
    due = as_of + APART * (nth - DUE_ALREADY)
    return date(due.year - YEARS, due.month, min(due.day, 28))
