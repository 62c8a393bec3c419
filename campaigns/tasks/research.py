"""Reminders of studies' sessions, and what waits to be destroyed. Arguments are numbers alone."""

from celery import shared_task

from campaigns.programmes import research_letters, waiting_letters
from records import research
from records.models import StudyParticipant


@shared_task
def write_to_participant(participant: int) -> None:
    """Asked for by a process of the version before this one, which an upgrade leaves with the broker."""
    waiting_letters.ask(*StudyParticipant.objects.filter(pk=participant))


@shared_task
def remind_participant(participant: int) -> None:
    """The letter to one of them, so that one that does not go keeps no other back."""
    research_letters.remind(participant)


@shared_task
def tend_research() -> None:
    """Remind whose session begins within a day; destroy what a legal hold had kept of whoever withdrew."""
    for number in research_letters.to_remind().values_list("pk", flat=True):
        remind_participant.delay(number)
    research.forget_withdrawn()
