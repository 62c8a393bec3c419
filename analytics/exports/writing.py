"""Writing one file: through the door, from one snapshot, accounted for where it leaves the agency."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import IO
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.http import Http404, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.exports.base import Format, Notes, Progress, moment_words
from analytics.exports.formats import check_rows, formats
from analytics.exports.names import picture_name
from analytics.exports.source import Source
from analytics.exports.sources import source_of
from privacy.access import Read, reading
from privacy.clocks import zone_called
from privacy.disclosures import Recipient, account_for
from privacy.enums import Language
from privacy.languages import tag_of
from privacy.models import User
from privacy.notice import routine_use
from privacy.purposes import Basis
from privacy.wording import label_words


@dataclass(frozen=True)
class Wish:
    """What somebody wants as a file. `basis` is for what identifiable records are read; `recipient` is given where it
    leaves the agency; `reference` names it in the accounting."""

    user: User
    of: str
    query: str
    format: str
    basis: Basis | None = None
    recipient: Recipient | None = None
    reference: UUID | None = None


@dataclass(frozen=True)
class Written:
    name: str
    rows: int
    as_of: datetime


def write_file(
    wish: Wish,
    file: IO[bytes],
    *,
    begun: Callable[[int, datetime], None] | None = None,
    look: Callable[[int], None] | None = None,
) -> Written:
    """Write the whole file, in the language of whoever asks, and where people read it by their clock; one for programs
    in English and in UTC.

    `begun` is told how many rows there are and as of when, `look` how many are written. Raises what source_of raises
    (Http404 for a picture too that there is not), Refused, TooManyRows, and whatever `look` raises.
    """
    one = formats()[wish.format]
    with translation.override(language_of(wish.user, one)), timezone.override(clock_of(wish.user, one)):
        return _write(wish, one, file, begun, look)


def language_of(user: User, one: Format) -> str:
    return Language.ENGLISH.value if one.is_for_programs else tag_of(user)


def clock_of(user: User, one: Format) -> tzinfo:
    return zone_called(user.time_zone) if one.is_by_readers_clock else UTC


def _write(
    wish: Wish,
    one: Format,
    file: IO[bytes],
    begun: Callable[[int, datetime], None] | None,
    look: Callable[[int], None] | None,
) -> Written:
    source = source_of(wish.user, wish.of, wish.query)
    progress = Progress(look)
    with door(source, wish) as read:
        with snapshot() as as_of:
            count = source.count()
            check_rows(one, count)
            if begun:
                begun(count, as_of)
            table = replace(
                source.table(as_of, notes_of(wish, source, as_of)), progress=progress, picture=picture_of(wish, one)
            )
            if one.is_picture and table.picture not in {drawn.name for drawn in table.pictures}:
                raise Http404
            one.write(table, file)
            _account(wish, source, as_of)
        if read:
            read.count = source.people_in(progress.rows)
    name = f"{table.name}-{picture_name(table.picture)}" if table.picture else table.name
    return Written(f"{name}.{one.name}", progress.rows, as_of)


def picture_of(wish: Wish, one: Format) -> str:
    """The name of the picture that the address asks for; none for a file of another kind."""
    return str(QueryDict(wish.query).get("picture", "")) if one.is_picture else ""


def door(source: Source, wish: Wish) -> AbstractContextManager[Read | None]:
    if source.place is None:
        return nullcontext()
    return reading(wish.user, wish.basis, place=source.place, key=source.key, categories=source.categories)


@contextmanager
def snapshot() -> Iterator[datetime]:
    """A transaction all of whose reads see the same moment, which is given."""
    is_outermost = not connection.in_atomic_block  # a test may stand in one
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT now()")
        yield cursor.fetchone()[0]


def notes_of(wish: Wish, source: Source, as_of: datetime) -> Notes:
    """What the file says of itself."""
    notes = [
        (_("What"), str(source.title)),
        (_("As of"), moment_words(as_of)),
        (_("Exported by"), wish.user.name),
    ]
    if source.is_identifiable and wish.basis:
        notes.append((_("Read for"), f"{wish.basis.title}: {wish.basis.text}"))
    if wish.recipient:
        title = label_words(routine_use(wish.recipient.routine_use).title)
        notes.append((_("For"), f"{wish.recipient.name}, {wish.recipient.address}"))
        notes.append((_("Routine use"), f"{wish.recipient.routine_use}: {title}"))
    return tuple(notes)


def _account(wish: Wish, source: Source, as_of: datetime) -> None:
    """The accounting is in English, as the notice is: whom it is about reads it too."""
    if wish.recipient is None or source.people is None or wish.basis is None:
        return
    with translation.override(Language.ENGLISH.value):
        nature = f"{source.title} as {formats()[wish.format].label}"
        purpose = f"{wish.basis.title}: {wish.basis.text}"
    account_for(
        wish.recipient,
        source.people(),
        nature=nature,
        purpose=purpose,
        categories=source.categories,
        by=wish.user,
        reference=wish.reference or uuid4(),
        at=as_of,
    )
