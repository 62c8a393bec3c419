"""Entry points of background work."""

from celery import shared_task

from analytics import folding


@shared_task
def fold_pending() -> None:
    """Fold every batch that waits. Harmless when repeated: a batch is folded once (analytics.folding)."""
    folding.fold_all()
