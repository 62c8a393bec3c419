"""Acts: what was decided, as rows of the ledger's own, written in the decision's transaction.

The row that an act is about can change later; the act keeps the digest of what it said then (`statements`).
"""

from typing import Any

from django.dispatch import receiver

from privacy.models import LedgerAct
from privacy.retention.signals import to_be_sealed


@receiver(to_be_sealed)
def keep(sender: object, kind: str, reference: str, told: dict[str, str | int], **_signal: Any) -> None:
    LedgerAct.objects.create(kind=kind, reference=reference, told=told)
