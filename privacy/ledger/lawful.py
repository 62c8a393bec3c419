"""What went lawfully: acts that tell of rows which were disposed of, so that a check does not take them for missing."""

from collections.abc import Iterable
from datetime import UTC
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from privacy.ledger.findings import Leaf
from privacy.ledger.sources import ACCESS, ACT
from privacy.ledger.statements import KEPT
from privacy.models import Disclosure, LedgerAct
from privacy.retention.signals import append

ACCOUNTING_REMOVED = "accounting_removed"
LOG_MONTH_REMOVED = "log_month_removed"


def remove_accounting(disclosures: Iterable[int], why: str) -> None:
    """Before disclosures and their persons are deleted, in the same transaction. `why` is one lower-case word."""
    for number, reference in Disclosure.objects.filter(pk__in=list(disclosures)).values_list("pk", "reference"):
        append(ACCOUNTING_REMOVED, str(reference), disclosure=number, why=why)


def forget(rows: "QuerySet[Any]") -> None:
    """Delete runs, holds or rules that were made up for a demonstration; the ledger tells that they went."""
    kept = next(one for one in KEPT if one.model is rows.model)
    with transaction.atomic():
        for row in rows:
            append(f"{kept.prefix}removed", kept.reference(row), why="demo")
        rows.delete()


class Disposed:
    """What the acts tell of, read when the first row is found missing."""

    @cached_property
    def months(self) -> frozenset[str]:
        """Of the access log, as 2021-03 (UTC)."""
        acts = LedgerAct.objects.filter(kind=LOG_MONTH_REMOVED)
        return frozenset(acts.values_list("reference", flat=True))

    @cached_property
    def disclosures(self) -> frozenset[int]:
        acts = LedgerAct.objects.filter(kind=ACCOUNTING_REMOVED)
        return frozenset(int(told["disclosure"]) for told in acts.values_list("told", flat=True))

    def covers(self, leaf: Leaf) -> bool:
        if leaf.source == ACCESS.number:
            return leaf.at is not None and f"{leaf.at.astimezone(UTC):%Y-%m}" in self.months
        return leaf.source != ACT.number and leaf.number in self.disclosures
