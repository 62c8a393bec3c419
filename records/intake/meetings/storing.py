"""Keeping what was found: each meeting, stretch, message and record once, in a few statements for all of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from django.db.backends.utils import CursorWrapper
from django.db.models import Count, Min
from django.db.models.functions import Lower

from privacy.vault import KeyDestroyed, seal_many
from records.copying import copy_rows
from records.enums import MessageRule
from records.intake.meetings.findings import Findings, MeetingSeen, MessageSeen, Stretch
from records.intake.problems import Refused
from records.keeping import keep
from records.models import Customer, DroppedSecret, Meeting

SQL = Path(__file__).parent / "sql"
STAGE = (SQL / "stage_findings.sql").read_text()
KNOW_LINES = (SQL / "know_lines.sql").read_text()
STORE_MEETINGS = (SQL / "store_meetings.sql").read_text()
STORE_STRETCHES = (SQL / "store_stretches.sql").read_text()
SUM_STRETCHES = (SQL / "sum_stretches.sql").read_text()
STORE_MESSAGES = (SQL / "store_messages.sql").read_text()
COUNT_OVERLAPS = """
INSERT INTO records_importoverlap (later_id, earlier_id, rows)
SELECT %(import)s, import_id, count(DISTINCT line) FROM known_line
WHERE import_id <> %(import)s AND line <> ALL(%(new)s)
GROUP BY import_id
ON CONFLICT (later_id, earlier_id) DO UPDATE SET rows = records_importoverlap.rows + excluded.rows
"""
MEETING_COLUMNS = (
    "key",
    "uid",
    "number",
    "started_at",
    "ended_at",
    "topic",
    "kind",
    "host_id",
    "host_name",
    "host_email",
)
STRETCH_COLUMNS = (
    "line", "key", "meeting_uid", "customer_id", "participant_id", "user_id", "name", "original_name", "email", "role",
    "status", "place", "joined_at", "left_at", "leave_reason", "seconds",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "line", "key", "meeting_uid", "customer_id", "number", "main_number", "main_sent_at", "channel", "sender",
    "sent_at", "state", "text", "file_name", "file_size", "retention_rule",
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where it comes from: the notice's source and location, and the import; none where the service told it itself."""

    source: str
    location: str
    import_id: int | None = None


@dataclass
class Stored:
    """The lines that told something new, and the secrets dropped, by element."""

    new_lines: set[int] = field(default_factory=set)
    dropped: Counter[str] = field(default_factory=Counter)


def store(cursor: CursorWrapper, findings: Findings, origin: Origin) -> Stored:
    """Keep all of it within the caller's transaction. Raises Refused where a part was disposed of for good."""
    try:
        return _store(cursor, findings, origin)
    except KeyDestroyed:
        raise Refused(
            "some of these records were disposed of when their time was over: they cannot be brought in again"
        ) from None


def _store(cursor: CursorWrapper, findings: Findings, origin: Origin) -> Stored:
    values = {"source": origin.source, "location": origin.location, "import": origin.import_id}
    customers = customers_by_email(_addresses(findings))
    meetings = findings.every_meeting()
    known = known_meetings(meeting.uid for meeting in meetings.values())
    cursor.execute(STAGE)
    copy_rows(cursor, "staged_meeting", MEETING_COLUMNS, _meeting_rows(meetings.values(), known))
    copy_rows(cursor, "staged_stretch", STRETCH_COLUMNS, _stretch_rows(findings.stretches, customers))
    copy_rows(cursor, "staged_message", MESSAGE_COLUMNS, _message_rows(findings.messages, customers))
    cursor.execute(KNOW_LINES)
    cursor.execute(STORE_MEETINGS, values)
    cursor.execute(STORE_STRETCHES, values)
    sum_stretches(cursor, {stretch.participation_key for stretch in findings.stretches})
    cursor.execute(STORE_MESSAGES, values)
    stored = _keep_records(findings, origin, customers)
    stored.new_lines |= _new_lines(cursor, findings, known)
    if origin.import_id:
        cursor.execute(COUNT_OVERLAPS, {"import": origin.import_id, "new": list(stored.new_lines)})
    return stored


def customers_by_email(addresses: Iterable[str]) -> dict[str, int]:
    """Whose address each is, in lower case; one that several customers have is nobody's. One query, by its index."""
    wanted = {address.strip().lower() for address in addresses} - {""}
    rows = (
        Customer.objects.annotate(address=Lower("email"))
        .filter(address__in=wanted)
        .order_by()
        .values("address")
        .annotate(people=Count("pk"), customer=Min("pk"))
    )
    return {row["address"]: row["customer"] for row in rows if row["people"] == 1}


def known_meetings(uids: Iterable[str]) -> dict[str, UUID]:
    return dict(Meeting.objects.filter(uid__in=list(uids)).values_list("uid", "key"))


def sum_stretches(cursor: CursorWrapper, participations: Iterable[UUID]) -> None:
    """Take the seconds of these participations from their stretches again."""
    cursor.execute(SUM_STRETCHES, {"participations": list(participations)})


def count_dropped(dropped: Counter[str], import_id: int | None) -> None:
    """Add to the counts of secrets that were dropped, by element."""
    for element, count in sorted(dropped.items()):
        row, _ = DroppedSecret.objects.select_for_update().get_or_create(source_import_id=import_id, element=element)
        row.count += count
        row.save(update_fields=["count"])


def _addresses(findings: Findings) -> Iterable[str]:
    yield from (stretch.person.email for stretch in findings.stretches)
    yield from (message.sender for message in findings.messages)
    yield from (record.found_by.participant for _, record in findings.records)


def _meeting_rows(meetings: Iterable[MeetingSeen], known: Mapping[str, UUID]) -> Iterable[tuple[object, ...]]:
    told = [(known.get(meeting.uid, meeting.key), meeting) for meeting in meetings]
    topics = _sealed("records.Meeting.topic", [(key, meeting.topic) for key, meeting in told])
    for key, one in told:
        yield (
            key, one.uid, one.number, one.started_at, one.ended_at, topics.get(key), one.kind, one.host_id,
            one.host_name, one.host_email,
        )  # fmt: skip


def _stretch_rows(stretches: list[Stretch], customers: Mapping[str, int]) -> Iterable[tuple[object, ...]]:
    places = _sealed("records.Participation.place", [(one.participation_key, one.person.place) for one in stretches])
    for one in stretches:
        person = one.person
        yield (
            one.line, one.participation_key, one.meeting.uid, customers.get(person.email.lower()),
            person.participant_id, person.user_id, person.name, person.original_name, person.email, person.role,
            person.status, places.get(one.participation_key), one.joined_at, one.left_at, one.leave_reason, one.seconds,
        )  # fmt: skip


def _message_rows(messages: list[MessageSeen], customers: Mapping[str, int]) -> Iterable[tuple[object, ...]]:
    texts = _sealed("records.Message.text", [(one.key, one.text) for one in messages])
    names = _sealed("records.Message.file_name", [(one.key, one.file_name) for one in messages])
    for one in messages:
        yield (
            one.line, one.key, one.meeting.uid if one.meeting else None, customers.get(one.sender.lower()), one.number,
            one.main_number, one.main_sent_at, one.channel, one.sender, one.sent_at, one.state, texts.get(one.key),
            names.get(one.key), one.file_size, MessageRule.SESSION if one.meeting else MessageRule.COLLABORATION,
        )  # fmt: skip


def _sealed(place: str, texts: Iterable[tuple[UUID, str]]) -> dict[UUID, bytes]:
    """The texts sealed for rows that are their own subjects; empty ones are none."""
    wanted = {key: text for key, text in texts if text}
    sealed = seal_many(place, [(key, key, text) for key, text in wanted.items()])
    return dict(zip(wanted, sealed, strict=True))


def _keep_records(findings: Findings, origin: Origin, customers: Mapping[str, int]) -> Stored:
    told = [
        (
            line,
            replace(
                record,
                customer_id=customers.get(record.found_by.participant.lower()),
                source=origin.source,
                location=origin.location,
                source_import_id=origin.import_id,
            ),
        )
        for line, record in findings.records
    ]
    kept = keep(record for _, record in told)
    count_dropped(kept.dropped, origin.import_id)
    return Stored({line for at, (line, _) in enumerate(told) if at in kept.new}, kept.dropped)


def _new_lines(cursor: CursorWrapper, findings: Findings, known: Mapping[str, UUID]) -> set[int]:
    """The lines whose stretch, message or meeting was not there yet."""
    cursor.execute(
        "SELECT line FROM (SELECT line FROM staged_stretch UNION SELECT line FROM staged_message) AS told"
        " WHERE line NOT IN (SELECT line FROM known_line)"
    )
    told = {line for (line,) in cursor.fetchall()}
    seen = set(known)
    for line, meeting in findings.meetings:
        if meeting.uid not in seen:
            seen.add(meeting.uid)
            told.add(line)
    return told
