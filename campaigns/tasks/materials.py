"""Materials turned into pages."""

from celery import shared_task

from campaigns.materials import preparing


@shared_task
def prepare_version(number: int) -> None:
    """Turn a version's file into pages. Harmless when repeated: one worker has it, and what is done stays done."""
    preparing.prepare(number)


@shared_task
def tend_materials() -> None:
    """Take up versions whose call was lost or whose worker died."""
    preparing.tend()
