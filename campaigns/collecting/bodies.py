"""Reading bodies: JSON or NDJSON, gzip allowed, into checked events. Nothing here asks the database.

An event of a program's has the fields of `Sent`, one of a page's those of `Read`. What cannot be read is told with its
place, its field and the reason, and keeps nothing else out; a body that is no JSON at all is refused whole.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from campaigns.collecting.arrivals import Rejected
from campaigns.enums import EventKind

MOST_OF_A_PAGE, MOST_OF_A_PROGRAM = 100, 10_000
# 10,000 events of a program's are about three megabytes.
BYTES_OF_A_PAGE, BYTES_OF_A_PROGRAM = 128 << 10, 8 << 20
LINES = re.compile(r"application/(x-)?(ndjson|jsonl|jsonlines|json-lines)\b", re.IGNORECASE)
WHERE = re.compile(r" - at `\$(.*)`$", re.DOTALL)
LARGEST = 2**53 - 1  # the largest number that a script keeps exactly

Small = Annotated[int, Meta(ge=1, le=32_767)]
Exact = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]


class BadBody(Exception):
    """Nothing of a body is taken. `status` of HTTP; the message says what is wrong."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Sent(Struct, forbid_unknown_fields=True):
    """What a program saw. `id` and `occurred_at` are its own and are never rewritten; see docs/api.md."""

    id: UUID
    kind: EventKind
    occurred_at: Annotated[datetime, Meta(tz=True)]
    share: UUID | None = None
    customer: UUID | None = None
    campaign: Annotated[str, Meta(max_length=80, pattern=r"^[-\w]+$")] | None = None
    visit: UUID | None = None
    version: Small | None = None
    page: Small | None = None
    dwell_seconds: Annotated[float, Meta(ge=0, le=86_400)] | None = None
    amount: Decimal | None = None


class Read(Struct):
    """So many milliseconds of one page, until `at` (milliseconds since 1970 by the server's clock)."""

    id: UUID
    kind: EventKind
    page: Exact
    dwell_ms: Exact
    at: Exact


class _Envelope(Struct):
    events: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


class _Letter(Struct):
    token: str
    visit: str
    events: list[msgspec.Raw]


Event = TypeVar("Event")


class Schema(Generic[Event]):
    """Events of one type, each checked by itself."""

    def __init__(self, of: type[Event]) -> None:
        self._decode: Callable[[bytes | msgspec.Raw], Event] = msgspec.json.Decoder(of).decode

    def checked(self, raw: Sequence[bytes | msgspec.Raw], rejected: list[Rejected]) -> list[tuple[int, Event]]:
        """Those that can be read, each with its place; the others go to `rejected`."""
        found = []
        for index, one in enumerate(raw):
            try:
                found.append((index, self._decode(one)))
            except msgspec.ValidationError as problem:
                rejected.append(_rejected(index, str(problem)))
            except (msgspec.DecodeError, RecursionError):
                rejected.append(Rejected(index, "", "is no JSON"))
        return found


OF_PROGRAMS, OF_PAGES = Schema(Sent), Schema(Read)
_envelope = msgspec.json.Decoder(_Envelope).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_letter = msgspec.json.Decoder(_Letter).decode


def events_of_program(content: bytes, content_type: str) -> Sequence[bytes | msgspec.Raw]:
    """The events of a body, not looked at yet: one object, a list, `{"events": […]}`, or a line each.

    Raises BadBody, also where there are none or too many.
    """
    events: Sequence[bytes | msgspec.Raw]
    if LINES.match(content_type):
        events = [line for line in content.splitlines() if line.strip()]
    else:
        try:
            events = _list(content) if content.lstrip()[:1] == b"[" else _of_object(content)
        except msgspec.ValidationError as problem:
            raise BadBody(
                400, f"The body is no event, no list of events and no object with events: {problem}."
            ) from None
        except (msgspec.DecodeError, RecursionError) as problem:
            raise BadBody(400, _no_json(problem)) from None
    _count(events, MOST_OF_A_PROGRAM)
    return events


def _of_object(content: bytes) -> Sequence[bytes | msgspec.Raw]:
    events = _envelope(content).events
    return [content] if isinstance(events, msgspec.UnsetType) else events


def letter_of_page(content: bytes) -> tuple[str, str, Sequence[msgspec.Raw]]:
    """A page's token, its signed visit, and its events, not looked at yet. Raises BadBody."""
    try:
        letter = _letter(content)
    except msgspec.ValidationError as problem:
        raise BadBody(400, f"The body is no object with token, visit and events: {problem}.") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise BadBody(400, _no_json(problem)) from None
    _count(letter.events, MOST_OF_A_PAGE)
    return letter.token, letter.visit, letter.events


def _no_json(problem: Exception) -> str:
    """Without what was sent: of a message only where the fault is."""
    place = re.search(r"\(byte \d+\)", str(problem))
    return f"The body is no JSON {place[0]}." if place else "The body is no JSON."


def _count(events: Sequence[Any], most: int) -> None:
    if not events:
        raise BadBody(400, "There must be at least one event.")
    if len(events) > most:
        raise BadBody(413, f"{len(events)} events at once; at most {most:,} are taken. Nothing was stored.")


def _rejected(index: int, problem: str) -> Rejected:
    """msgspec says where: `Expected `int` >= 1 - at `$.page``; of a field that is missing or unknown it names it."""
    where = WHERE.search(problem)
    reason = WHERE.sub("", problem)
    named = re.search(r"field `([^`]{1,80})`", reason)
    field = where[1].lstrip(".") if where else named[1] if named else ""
    return Rejected(index, field, reason)


def unpacked(content: bytes, most: int) -> bytes:
    """What a gzip body holds. Raises BadBody where that is more than `most` bytes, or no gzip."""
    try:
        opened = zlib.decompressobj(wbits=31)
        found = opened.decompress(content, most + 1)
    except zlib.error:
        raise BadBody(400, "The body says that it is gzip, and is none.") from None
    if len(found) > most:
        raise too_long(most)
    if not opened.eof:
        raise BadBody(400, "The gzip body ends too early.")
    return found


def too_long(most: int) -> BadBody:
    return BadBody(413, f"At most {most} bytes are taken at once. Nothing was stored.")
