"""What analytics does when something happens below."""

from typing import Any

import structlog
from django.db import connection
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics import folding
from analytics.tasks import fold_pending
from campaigns.signals import batch_committed, batches_leaving, batches_left

log = structlog.get_logger(__name__)


@receiver(batch_committed)
def ask_for_fold(sender: object, **_kwargs: Any) -> None:
    """Fold soon. A broker that is away loses no event: the schedule asks again every few seconds."""
    try:
        fold_pending.apply_async(retry=False)
    except OperationalError:
        log.warning("fold_not_asked_for", reason="the broker does not answer")


@receiver(batches_leaving)
def take_batches_away(sender: object, batches: list[int], **_kwargs: Any) -> None:
    """Within the transaction that removes them, and before: fold these batches with the opposite sign."""
    with connection.cursor() as cursor:
        folding.take_away(cursor, batches)


@receiver(batches_left)
def settle_rollups(sender: object, batches: list[int], **_kwargs: Any) -> None:
    with connection.cursor() as cursor:
        folding.settle(cursor)
