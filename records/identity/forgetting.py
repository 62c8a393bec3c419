"""Forget what was worked out of customers by comparing them: their import is taken back, say."""

from django.db.models import Q, QuerySet

from records.enums import PairState
from records.identity.merging import undo
from records.models import Customer, DuplicatePair, MatchKey, Merge


def forget(customers: QuerySet[Customer]) -> None:
    """Part what the program merged by itself, and delete keys, pairs and merges of these customers.

    What a person decided stays, and so do the records that it ties together.
    """
    touching = Merge.objects.filter(Q(kept__in=customers) | Q(absorbed__in=customers), merged_by=None)
    for merged in touching.filter(undone_at=None).order_by("-pk"):
        undo(merged, by=None)
    touching.delete()
    pairs = DuplicatePair.objects.filter(Q(first__in=customers) | Q(second__in=customers))
    pairs.exclude(state=PairState.MERGED, decided_by__isnull=False).delete()
    MatchKey.objects.filter(customer__in=customers)._raw_delete(using=customers.db)
