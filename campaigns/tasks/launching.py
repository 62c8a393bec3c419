"""A campaign's launch: its draw and its shares."""

from celery import shared_task

from campaigns import launching


@shared_task
def work_on_launch(campaign_id: int) -> None:
    """Draw a campaign's people and share with them. Harmless when repeated: each is drawn and shared with once."""
    launching.work_on(campaign_id)


@shared_task
def tend_launches() -> None:
    """Go on with launches whose worker died, or that were paused and run again."""
    launching.tend()
