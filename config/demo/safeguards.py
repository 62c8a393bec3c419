"""Taking away what the demo's staff did with safeguards, paper and readings, and what was said of their accounts."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from privacy.ledger.lawful import forget
from privacy.models import (
    AccessReview,
    Destruction,
    Incident,
    IncidentReader,
    PhysicalUnit,
    ReadingDecision,
    ReviewedAccount,
    SafeguardCare,
    SafeguardCheck,
)


def clear_safeguards() -> None:
    """What the demo's accounts keep, found, decided, opened, registered and listed; rules they approved count too."""
    _clear_reviews()
    checks = SafeguardCheck.objects.filter(Q(done_by__is_demo=True) | Q(care__owner__is_demo=True))
    _forget("privacy_safeguardcheck", checks.values_list("pk", flat=True))
    SafeguardCare.objects.filter(owner__is_demo=True).delete()
    _clear_incidents()
    decisions = ReadingDecision.objects.filter(decided_by__is_demo=True)
    _forget("privacy_readingdecision", decisions.values_list("pk", flat=True))
    _clear_register()


def _clear_reviews() -> None:
    """A review that nobody is left in goes; one that somebody of the demo signed goes whole."""
    signed = Q(review__signed_by__is_demo=True)
    ReviewedAccount.objects.filter(signed | Q(account__is_demo=True) | Q(decided_by__is_demo=True)).delete()
    AccessReview.objects.filter(accounts=None).delete()


def _clear_incidents() -> None:
    theirs = Incident.objects.filter(Q(opened_by__is_demo=True) | Q(closed_by__is_demo=True))
    named = Q(user__is_demo=True) | Q(named_by__is_demo=True)
    IncidentReader.objects.filter(named | Q(incident__in=theirs)).delete()
    theirs.delete()


def _clear_register() -> None:
    by_demo = Q(listed_by__is_demo=True) | Q(witness__is_demo=True) | Q(units__registered_by__is_demo=True)
    under_theirs = Q(units__policy__made_by__is_demo=True) | Q(units__policy__decided_by__is_demo=True)
    destructions = set(Destruction.objects.filter(by_demo | under_theirs).values_list("pk", flat=True))
    PhysicalUnit.objects.filter(Q(registered_by__is_demo=True) | Q(destruction__in=destructions)).delete()
    forget(Destruction.objects.filter(pk__in=destructions))


def _forget(table: str, numbers: Iterable[int]) -> None:
    """Rows that nobody may change: only the keeper may take them away."""
    gone = list(numbers)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE waymark_keeper")
        cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [gone])
        cursor.execute("RESET ROLE")
