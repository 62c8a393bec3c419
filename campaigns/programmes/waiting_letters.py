"""Letters of how things stand: a registration, an entry to a contest, a prize, a subscription, an order, taking part in
a study, a share that was passed on.

That one waits stands in the thing's row until it went (records.models.correspondence): it is lost neither with a worker
nor with a broker or mail server that is away, and of thousands who come within a minute one sender writes to all, over
one connection.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import EmailMessage
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils import timezone
from psycopg2.errors import DeadlockDetected

from campaigns.enums import MessageState
from campaigns.mailing.handing import SENT, NoServer, Outcome, PostOffice
from campaigns.models import Share
from campaigns.programmes import confirming, prize_letters, publication_letters, research_letters
from campaigns.recipients import passing_letters
from privacy.tries import Limit
from records.intake.locks import held
from records.models import Award, ListMembership, PublicationOrder, Registration, StudyParticipant, Submission
from records.models.correspondence import Correspondence

STRETCH = 20.0  # seconds of work in one task
CHUNK = 20  # letters, after which the rows are told: a crash sends so many again, and never one not at all
MOST = 10_000  # letters that are looked up at once

# Source: RFC 5321, 4.5.4.1, which has one try for four or five days at least.
AGAIN = timedelta(minutes=2)  # where the mail server does not say that it is a matter of longer
GIVEN_UP = timedelta(days=5)


@dataclass(frozen=True)
class Kind:
    """Letters of one kind of thing. `letter` writes one of how it stands now, None where there is nobody to write to;
    it reads what `related` names. Of those that go under one name of `counted_as` no more go than `limit` allows.
    `silenced` tells the numbers of those things whose people want no such letter, in one statement."""

    model: type[Correspondence]
    related: tuple[str, ...]
    letter: Callable[[Any], EmailMessage | None]
    limit: Limit | None = None
    counted_as: Callable[[Any], str] = lambda thing: str(thing.token)
    silenced: Callable[[Collection[Any]], Collection[int]] = lambda things: ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def found(self, numbers: Iterable[int]) -> dict[int, Any]:
        return self.model._base_manager.select_related(*self.related).in_bulk(list(numbers))


DECLARED = (
    Kind(Registration, ("gathering", "customer"), confirming.letter, confirming.LETTERS),
    Kind(Submission, ("survey", "customer"), prize_letters.of_entry, prize_letters.LETTERS),
    Kind(Award, ("submission__survey", "submission__customer"), prize_letters.of_award),
    Kind(
        ListMembership,
        ("mailing_list__publication", "customer"),
        publication_letters.letter,
        publication_letters.LETTERS,
        publication_letters.mailbox_of,
    ),
    Kind(
        PublicationOrder,
        ("publication__mailing_list", "customer", "entry__fulfilment"),
        publication_letters.letter,
        publication_letters.LETTERS,
        publication_letters.mailbox_of,
    ),
    Kind(StudyParticipant, ("study", "customer", "session__study"), research_letters.letter, research_letters.LETTERS),
    Kind(Share, passing_letters.RELATED, passing_letters.letter, silenced=passing_letters.who_asked_for_nothing),
)
KINDS = {kind.table: kind for kind in DECLARED}

# Whatever it is about, what was asked for first. Relies on the index MODEL_letter of each.
QUEUE = " UNION ALL ".join(
    f"SELECT '{table}' AS kind, id, letter_due_at FROM {table} WHERE letter_due_at <= statement_timestamp()"
    for table in KINDS
)
QUEUE += " ORDER BY letter_due_at, kind, id LIMIT %s"

# What was asked for again while the letter was written waits on.
TRIED = """
UPDATE {table} AS thing SET letter_asked_at = tried.asked_at, letter_due_at = tried.again_at,
    letter_went_at = coalesce(tried.went_at, thing.letter_went_at)
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS tried (id, due_at, asked_at, again_at, went_at)
WHERE thing.id = tried.id AND thing.letter_due_at = tried.due_at
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Tried:
    """What becomes of a letter that was due: it went, or there was none to write (no `asked_at`); it waits for
    `again_at`; or it is given up, and `asked_at` alone is left."""

    number: int
    due_at: datetime
    asked_at: datetime | None = None
    again_at: datetime | None = None
    went_at: datetime | None = None

    @classmethod
    def of(cls, thing: Any, outcome: Outcome | None) -> "Tried":
        now = timezone.now()
        if outcome is None or (outcome.state is MessageState.IN_DOUBT and not outcome.stops):
            return cls(thing.pk, thing.letter_due_at)
        if outcome == SENT:
            return cls(thing.pk, thing.letter_due_at, went_at=now)
        waits = outcome.stops or outcome.state is MessageState.WAITING
        # What fails for want of a setting of ours is not the letter's fault, nor that it could not be tried before.
        was_put_off = thing.letter_due_at > thing.letter_asked_at
        lasts = outcome.trouble or not was_put_off or now - thing.letter_asked_at < GIVEN_UP
        # Later than the others that wait, so that one that is always put off keeps none back.
        again_at = now + (outcome.after or AGAIN) if waits and lasts else None
        return cls(thing.pk, thing.letter_due_at, thing.letter_asked_at, again_at)


def ask(*things: Correspondence) -> None:
    """Have a letter written of how each stands then. Within the transaction of what became of it, if there is one."""
    for thing in things:
        type(thing)._base_manager.filter(pk=thing.pk).update(letter_asked_at=Now(), letter_due_at=Now())


def write_all() -> bool:
    """Write what waits, what was asked for first before the rest, for as long as a task should last. Whether more is
    left than could be tried in that time.

    What the mail server does not take now waits on, for five days; what it never takes does not. Raises Refused where
    another session is at it.
    """
    with held("letters", patience=0, otherwise="Another worker writes them."):
        office = PostOffice()
        try:
            return _write(office)
        except NoServer as problem:
            log.warning("letters_wait", reason=problem.trouble)
            return False
        finally:
            office.close()


def _write(office: PostOffice) -> bool:
    """Each that is due is tried once; what is asked for meanwhile is another task's."""
    until = time.monotonic() + STRETCH
    queue = _queue()
    for first in range(0, len(queue), CHUNK):
        office.open()
        if not _write_chunk(queue[first : first + CHUNK], office):
            return False
        if time.monotonic() > until:
            return True
    return len(queue) == MOST


def _queue() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, [MOST])
        return [(table, number) for table, number, _due_at in cursor.fetchall()]


def _write_chunk(chunk: list[tuple[str, int]], office: PostOffice) -> bool:
    """Whether the mail server takes more."""
    tried: dict[str, list[Tried]] = defaultdict(list)
    takes_more = True
    for kind, thing, is_wanted in _things(chunk):
        outcome = _hand_over(kind, thing, office) if is_wanted else None
        tried[kind.table].append(Tried.of(thing, outcome))
        takes_more = outcome is None or not outcome.stops
        if not takes_more:
            break
    for table, of_table in tried.items():
        _note(table, of_table)
    return takes_more


def _things(chunk: list[tuple[str, int]]) -> Iterator[tuple[Kind, Any, bool]]:
    """In their order, as they stand now, and whether a letter is wanted; without those that have gone meanwhile."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for table, number in chunk:
        numbers[table].append(number)
    found = {table: KINDS[table].found(of_table) for table, of_table in numbers.items()}
    silenced = {table: KINDS[table].silenced(things.values()) for table, things in found.items()}
    for table, number in chunk:
        if number in found[table]:
            yield KINDS[table], found[table][number], number not in silenced[table]


def _note(table: str, tried: list[Tried]) -> None:
    """The letters have gone: where somebody who waits for the same rows has the database refuse one of the two, this is
    said again, for the other goes on meanwhile. Otherwise all of them would go again."""
    columns = [[getattr(one, name) for one in tried] for name in Tried.__dataclass_fields__]
    for is_last in (False, False, True):
        try:
            with connection.cursor() as cursor:
                cursor.execute(TRIED.format(table=table), columns)
        except OperationalError as problem:
            if is_last or not isinstance(problem.__cause__, DeadlockDetected):
                raise
        else:
            return


def _hand_over(kind: Kind, thing: Any, office: PostOffice) -> Outcome | None:
    """None where there is no letter to write, or many went by now."""
    try:
        letter = kind.letter(thing)
    except Exception:  # an error of ours in one letter keeps no other back
        log.exception("letter_not_written", of=kind.table, number=thing.pk)
        return Outcome(MessageState.WAITING)
    if letter is None or not _count(kind, thing, 1):
        return None
    outcome = office.hand_over(letter, attempts=1)
    if outcome != SENT:
        _count(kind, thing, -1)
        log.warning("letter_not_sent", of=kind.table, number=thing.pk, reason=outcome.why)
    return outcome


def _count(kind: Kind, thing: Any, letters: int) -> bool:
    """Whether so many are allowed. Those that did not go count no more."""
    return kind.limit is None or kind.limit.take_while_counted(kind.counted_as(thing), letters)
