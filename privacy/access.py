"""The one door to identifiable records: for a purpose or a duty, by a key of the notice, and logged.

    with reading(user, basis, place=CUSTOMER, key=KeyKind.CUSTOMER_ID) as read:
        ...
        read.count = 1
        return render(...)

What is shown is rendered inside. On entering, the intent is committed before the first record is read; on leaving, a
second line with the count follows, or one that says that nothing was read. Whoever is refused is logged too.
A page waits for the disk once: its outcome's commit takes the intent's there with it, before the answer goes out.
Source: DESIGN section 9, "The door to records".
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar
from uuid import UUID

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404

from privacy.accesslog import Actor, NotLogged, entry, settle, write
from privacy.enums import EntryKind, KeyKind, Why
from privacy.models import AccessEntry, User
from privacy.places import Place
from privacy.purposes import Basis
from privacy.refusing import Refused, Wish, check

__all__ = ["Actor", "Basis", "KeyKind", "NotLogged", "Read", "Refused", "reading", "reading_each"]

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Read:
    """A reading that is under way. `count` is how many records were shown: of people, not of rows about one."""

    def __init__(self, wish: Wish, intent: UUID | None) -> None:
        self.wish = wish
        # The line that says that it began; none for a page's renewal, which was logged when the page was opened.
        self.intent = intent
        self.count = 0
        self.is_open = True
        self.is_streamed = False

    def counted(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, each counted as it is handed on."""
        for row in rows:
            self.count += 1
            yield row

    def streamed(self, content: Iterator[T]) -> "Streamed[T]":
        """Content that is sent after the view has returned: the door stays open until the last of it is. What was
        written of it by now is on the disk before the first of it goes. Raises NotLogged."""
        self.is_streamed = True
        settle()
        return Streamed(self, content)

    def outcome(self, kind: EntryKind, why: Why = Why.NONE) -> list[AccessEntry]:
        """The line that says what became of the reading, which ends it; none where it has ended or has no intent."""
        if not self.is_open or self.intent is None:
            return []
        self.is_open = False
        return [_line(kind, self.wish, why=why, records=self.count, intent_id=self.intent)]


class Streamed(Generic[T]):
    """The parts of an answer that is sent while it is read. Whoever sends it calls `close` when that is over."""

    def __init__(self, read: Read, content: Iterator[T]) -> None:
        self.read = read
        self.content = content

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        try:
            return next(self.content)
        except StopIteration:
            _end([self.read], EntryKind.SHOWN)
            raise
        except Exception:
            _end([self.read], EntryKind.FAILED, Why.ERROR)
            raise

    def close(self) -> None:
        """Before the last part, it was cut off: what had been handed on by then is counted."""
        _end([self.read], EntryKind.FAILED, Why.CUT_OFF)


@contextmanager
def reading(
    reader: User | Actor,
    basis: Basis | None,
    *,
    place: Place,
    key: KeyKind = KeyKind.LIST,
    categories: tuple[int, ...] | None = None,
    is_renewal: bool = False,
    shows_at_end: bool = False,
) -> Iterator[Read]:
    """Let somebody read records of these categories (the place's, where none are given) by a kind of key.

    `is_renewal` where a page that was read so is read again by itself (privacy.renewing): a refusal alone is logged.
    `shows_at_end` where nothing of it leaves the program before the reading has ended, but for what is streamed.

    Raises Refused with a sentence for the reader, NotLogged where the log cannot be written, and RuntimeError within a
    transaction: its rollback would take back the log of what was seen.
    """
    part = (basis, place.categories if categories is None else categories)
    with reading_each(reader, [part], place=place, key=key, is_renewal=is_renewal, shows_at_end=shows_at_end) as (
        read,
    ):
        yield read


@contextmanager
def reading_each(
    reader: User | Actor,
    parts: Sequence[tuple[Basis | None, tuple[int, ...]]],
    *,
    place: Place,
    key: KeyKind = KeyKind.LIST,
    is_renewal: bool = False,
    shows_at_end: bool = False,
) -> Iterator[list[Read]]:
    """The same of a page that is read in parts, each for its own basis and categories: a reading for each.

    Nothing is read where one of them is refused. All intents are committed at once, and so are the outcomes.
    """
    actor = reader if isinstance(reader, Actor) else Actor.of(reader)
    wishes = [Wish(actor, basis, categories, key, place.name) for basis, categories in parts]
    reads = _enter(wishes, is_renewal=is_renewal, shows_at_end=shows_at_end)
    try:
        yield reads
    except BaseException as error:
        _fail(reads, error)
        raise
    _end([read for read in reads if not read.is_streamed], EntryKind.SHOWN)


def _enter(wishes: Sequence[Wish], *, is_renewal: bool, shows_at_end: bool) -> list[Read]:
    """The intents' lines stand whatever happens from here on; a renewal has none."""
    for wish in wishes:
        try:
            check(wish)
        except Refused as refusal:
            write(_line(EntryKind.REFUSED, wish, why=refusal.why))
            raise
    if is_renewal:
        return [Read(wish, None) for wish in wishes]
    lines = [_line(EntryKind.INTENT, wish) for wish in wishes]
    write(*lines, awaits_disk=not shows_at_end)
    return [Read(wish, line.id) for wish, line in zip(wishes, lines, strict=True)]


def _end(reads: Sequence[Read], kind: EntryKind, why: Why = Why.NONE) -> None:
    """Log what became of each reading, once."""
    lines = [line for read in reads for line in read.outcome(kind, why)]
    if lines:
        write(*lines)


def _fail(reads: Sequence[Read], error: BaseException) -> None:
    """Nothing is shown. That the outcome could not be logged either must not hide what went wrong."""
    for read in reads:
        read.count = 0
    try:
        _end(reads, EntryKind.FAILED, Why.NOT_FOUND if isinstance(error, Http404 | ObjectDoesNotExist) else Why.ERROR)
    except NotLogged:
        log.exception("access_outcome_not_logged", intents=[str(read.intent) for read in reads])


def _line(kind: EntryKind, wish: Wish, **columns: object) -> AccessEntry:
    about = {"categories": list(wish.categories), "key": wish.key, "place": wish.place}
    return entry(kind, wish.actor, wish.basis, **about, **columns)
