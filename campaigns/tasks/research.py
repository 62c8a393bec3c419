"""Letters to whoever takes part in a study, reminders, and what waits to be destroyed. Arguments are numbers alone."""

from celery import shared_task

from campaigns.programmes import research_letters
from privacy.errands import ask_once_committed
from records import research
from records.models import StudyParticipant


def write_to_participant_soon(participant: StudyParticipant) -> None:
    """Have the letter written once what became of it is committed."""
    ask_once_committed(write_to_participant.name, participant.pk)


@shared_task
def write_to_participant(participant: int) -> None:
    """Tell how it stands when the task runs. One that has gone meanwhile is told nothing."""
    rows = StudyParticipant.objects.select_related("study", "customer", "session__study")
    if found := rows.filter(pk=participant).first():
        research_letters.write(found)


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
