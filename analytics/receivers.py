"""What analytics does when something happens below."""

from typing import Any

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.tasks import fold_pending
from campaigns.signals import batch_committed

log = structlog.get_logger(__name__)


@receiver(batch_committed)
def ask_for_fold(sender: object, **_kwargs: Any) -> None:
    """Fold soon. A broker that is away loses no event: the schedule asks again every few seconds."""
    try:
        fold_pending.apply_async(retry=False)
    except OperationalError:
        log.warning("fold_not_asked_for", reason="the broker does not answer")
