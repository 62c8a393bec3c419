"""Letters of how things stand: one worker at a time writes all that wait, whatever they are about."""

from celery import shared_task
from django.db import transaction

from campaigns.programmes import waiting_letters
from privacy.errands import Errand
from records.intake.problems import Refused
from records.models.correspondence import Correspondence

LETTERS = Errand("letters", gather=1)


def write_soon(*things: Correspondence) -> None:
    """Have a letter written of how each stands, once what became of it is committed."""
    waiting_letters.ask(*things)
    write_waiting_soon()


def write_waiting_soon() -> None:
    """The letters of what says itself that one waits."""
    transaction.on_commit(lambda: LETTERS.ask(write_letters))


@shared_task
def write_letters() -> None:
    """Write what waits when its turn comes. The clock asks too: a worker, the broker or the mail server was away."""
    LETTERS.begins()
    try:
        is_more_left = waiting_letters.write_all()
    except Refused:
        is_more_left = True
    if is_more_left:
        LETTERS.ask(write_letters)
