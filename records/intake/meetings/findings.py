"""What a source tells of meetings, whatever its format: meetings, stretches of participants, messages, records.

Each names itself by what the source says, never by chance, so that the same thing told twice is the same row.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from records.enums import MessageState
from records.keeping import NewRecord

NAMESPACE = uuid.UUID("0d3b7a66-55f6-5f58-9a5e-0c6f4f1e8a31")


def key_of(*parts: str) -> uuid.UUID:
    """The key of the thing that these parts name; the same parts give the same key everywhere."""
    return uuid.uuid5(NAMESPACE, json.dumps(parts))


@dataclass(frozen=True)
class MeetingSeen:
    """A session as a source tells of it. `uid` is the service's own name of it, or one made of number and start."""

    uid: str
    number: str
    started_at: datetime
    ended_at: datetime | None = None
    topic: str = ""
    kind: str = ""
    host_id: str = ""
    host_name: str = ""
    host_email: str = ""

    @property
    def key(self) -> uuid.UUID:
        return key_of("meeting", self.uid)

    @property
    def duration_seconds(self) -> int | None:
        return int((self.ended_at - self.started_at).total_seconds()) if self.ended_at else None


def made_uid(number: str, started_at: datetime) -> str:
    """What a session is called that the source gives no name of its own."""
    return f"{number}@{started_at.astimezone(UTC):%Y%m%dT%H%MZ}"


@dataclass(frozen=True)
class Person:
    """A participant as the source names them. A guest's blank e-mail stays blank."""

    name: str = ""
    original_name: str = ""
    email: str = ""
    participant_id: str = ""
    user_id: str = ""
    registrant_id: str = ""
    role: str = ""
    status: str = ""
    place: str = ""

    @property
    def identity(self) -> str:
        """Who it is within one meeting: by e-mail address, else by what the service calls them, else by name.

        Reports name the same person in several rows, one each time they come back; only their name may be known.
        """
        name = " ".join(self.name.casefold().split())
        return self.email.lower() or self.participant_id or self.registrant_id or name or self.user_id


@dataclass(frozen=True)
class Stretch:
    """One time that somebody was in a meeting. `seconds` is what a report says where it has no times of its own."""

    line: int
    meeting: MeetingSeen
    person: Person
    joined_at: datetime
    left_at: datetime | None = None
    leave_reason: str = ""
    seconds: int | None = None

    @property
    def participation_key(self) -> uuid.UUID:
        return key_of("participation", self.meeting.uid, self.person.identity)


@dataclass(frozen=True)
class MessageSeen:
    """A message of a meeting, or of the collaboration service where `meeting` is None."""

    line: int
    number: str
    sender: str
    sent_at: datetime
    text: str = ""
    meeting: MeetingSeen | None = None
    state: str = MessageState.SENT
    main_number: str = ""
    main_sent_at: datetime | None = None
    channel: str = ""
    file_name: str = ""
    file_size: int | None = None

    @property
    def key(self) -> uuid.UUID:
        return key_of("message", self.number, self.state)


@dataclass
class Findings:
    """All that some rows tell. `records` are by the line that tells of them; `meetings` lines that tell of one only."""

    meetings: list[tuple[int, MeetingSeen]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    messages: list[MessageSeen] = field(default_factory=list)
    records: list[tuple[int, NewRecord]] = field(default_factory=list)

    def every_meeting(self) -> dict[uuid.UUID, MeetingSeen]:
        """Each meeting that is told of, by key; what several lines tell of one is taken together."""
        told: dict[uuid.UUID, MeetingSeen] = {}
        for meeting in self._told():
            known = told.get(meeting.key)
            told[meeting.key] = together(known, meeting) if known else meeting
        return told

    def _told(self) -> Iterable[MeetingSeen]:
        yield from (meeting for _, meeting in self.meetings)
        yield from (stretch.meeting for stretch in self.stretches)
        yield from (message.meeting for message in self.messages if message.meeting)


def together(first: MeetingSeen, second: MeetingSeen) -> MeetingSeen:
    """What both tell; the first is believed where they differ, and the earlier start."""
    return MeetingSeen(
        uid=first.uid,
        number=first.number,
        started_at=min(first.started_at, second.started_at),
        ended_at=first.ended_at or second.ended_at,
        **{
            name: getattr(first, name) or getattr(second, name)
            for name in ("topic", "kind", "host_id", "host_name", "host_email")
        },
    )
