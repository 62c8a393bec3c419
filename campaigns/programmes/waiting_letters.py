"""Letters of how registrations stand. That one waits stands in the registration's row until it went: it is lost neither
with a worker nor with a broker or mail server that is away, and of thousands who come within a minute one sender writes
to all, over one connection.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from campaigns.enums import MessageState
from campaigns.mailing.handing import SENT, NoServer, Outcome, PostOffice
from campaigns.programmes import confirming
from records.intake.locks import held
from records.models import Registration

STRETCH = 20.0  # seconds of work in one task
CHUNK = 20  # letters, after which the rows are told: a crash sends so many again, and never one not at all

AGAIN = timedelta(minutes=2)  # where the mail server does not say that it is a matter of longer

# When each waits again, if it does. What was asked for again while the letter was written waits on.
TRIED = """
UPDATE records_registration SET letter_asked_at = again_at
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS tried (id, asked_at, again_at)
WHERE records_registration.id = tried.id AND letter_asked_at = asked_at
"""

log = structlog.get_logger(__name__)


def ask(registration: Registration) -> None:
    """Have a letter written of how it stands then. Within the transaction of what became of it, where there is one."""
    Registration.objects.filter(pk=registration.pk).update(letter_asked_at=Now())


def write_all() -> bool:
    """Write what waits, what was asked for first before the rest, for as long as a task should last. Whether more is
    left than could be tried in that time.

    What the mail server does not take now waits on; what it never takes does not. Raises Refused where another session
    is at it.
    """
    with held("registration letters", patience=0, otherwise="Another worker writes them."):
        office = PostOffice()
        try:
            return _write(office)
        except NoServer as problem:
            log.warning("registration_letters_wait", reason=problem.trouble)
            return False
        finally:
            office.close()


def _write(office: PostOffice) -> bool:
    until = time.monotonic() + STRETCH
    for chunk in _chunks():
        office.open()
        if not _write_chunk(chunk, office):
            return False
        if time.monotonic() > until:
            return True
    return False


def _chunks() -> Iterator[list[Registration]]:
    """Each whose time has come once; what is asked for meanwhile comes last. Relies on registration_letter."""
    rows = Registration.objects.filter(letter_asked_at__lte=Now()).select_related("gathering", "customer")
    rows, later = rows.order_by("letter_asked_at", "pk"), Q()
    while chunk := list(rows.filter(later)[:CHUNK]):
        yield chunk
        last = chunk[-1]
        later = Q(letter_asked_at__gt=last.letter_asked_at) | Q(letter_asked_at=last.letter_asked_at, pk__gt=last.pk)


def _write_chunk(chunk: Sequence[Registration], office: PostOffice) -> bool:
    """Whether the mail server takes more."""
    tried: list[tuple[int, datetime | None, datetime | None]] = []
    takes_more = True
    for one in chunk:
        outcome = _hand_over(one, office)
        tried.append((one.pk, one.letter_asked_at, _again_at(outcome)))
        takes_more = not outcome.stops
        if not takes_more:
            break
    with connection.cursor() as cursor:
        cursor.execute(TRIED, [list(column) for column in zip(*tried, strict=True)])
    return takes_more


def _again_at(outcome: Outcome) -> datetime | None:
    """Later than the others that wait, so that one that is always refused keeps none back."""
    waits = outcome.stops or outcome.state is MessageState.WAITING
    return timezone.now() + (outcome.after or AGAIN) if waits else None


def _hand_over(registration: Registration, office: PostOffice) -> Outcome:
    try:
        letter = confirming.letter(registration)
    except Exception:  # an error of ours in one letter keeps no other back
        log.exception("registration_letter_not_written", registration=registration.pk)
        return Outcome(MessageState.WAITING)
    outcome = office.hand_over(letter, attempts=1) if letter else SENT
    if outcome != SENT:
        confirming.not_sent(registration)
        log.warning("registration_letter_not_sent", registration=registration.pk, reason=outcome.why)
    return outcome
