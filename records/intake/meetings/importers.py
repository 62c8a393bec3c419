"""The importers of meetings: one plan for each format, the same keeping and the same undo for all."""

import json
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from django.db.backends.utils import CursorWrapper

from privacy.agency import agency_zone
from records.attributes import check
from records.intake.cleansing import REASON
from records.intake.delimited import Row
from records.intake.fields import Amount, Email, Field, Moment, Text, Uuid
from records.intake.kinds import Loaded, Plan, Rows
from records.intake.mapping import Column, Mapping
from records.intake.meetings import chat, participants, sound
from records.intake.meetings.findings import Findings, MeetingSeen, MessageSeen, Person, Stretch, made_uid
from records.intake.meetings.jsonitems import LONGEST_ITEM, JsonItems
from records.intake.meetings.names import parts_of
from records.intake.meetings.options import MeetingOptions, read_options
from records.intake.meetings.service import Given, interpret
from records.intake.meetings.storing import Origin, store
from records.intake.meetings.table import table
from records.intake.meetings.undoing import undo
from records.intake.problems import Problem, Reject
from records.keeping import FoundBy, NewRecord
from records.models import Import

MINUTES = Amount(lowest=Decimal(0), highest=Decimal(100_000))
ESCAPED = 6  # characters that one character may take in JSON
STAGED = "SELECT {columns} FROM staged_row ORDER BY line"
REJECT = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, %s)"

Staged = dict[str, Any]


class FindingsPlan(Plan):
    """Turns each staged row into what it tells, and keeps that. A kind says what a row of its format tells."""

    def __init__(self, mapping: Mapping) -> None:
        self.options = read_options(mapping)
        mapping.extra.close()
        self.fields = self.fields_of(self.options)
        self.columns = {name: Column(name=name) for name in self.fields}

    @abstractmethod
    def fields_of(self, options: MeetingOptions) -> dict[str, Field]:
        """What the cells of a row of this format are."""

    @abstractmethod
    def tell(self, row: Staged, findings: Findings) -> None:
        """Add what the row tells to the findings. Raises Problem."""

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        findings, problems = Findings(), dict[int, str]()
        lines = set[int]()
        for row in self._staged(cursor):
            lines.add(row["line"])
            try:
                told = Findings()
                self.tell(row, told)
                _add(findings, told)
            except Problem as problem:
                problems[row["line"]] = problem.reason
        problems |= sound.problems_of(findings)
        cursor.executemany(REJECT, [(line, "", reason) for line, reason in problems.items()])
        origin = Origin(record.source, record.location, record.pk)
        stored = store(cursor, sound.without(findings, set(problems)), origin)
        loaded = len(stored.new_lines)
        return Loaded(loaded, len(lines) - len(problems) - loaded, secrets=stored.dropped)

    def _staged(self, cursor: CursorWrapper) -> Iterator[Staged]:
        columns = ["line", *self.fields]
        cursor.execute(STAGED.format(columns=", ".join(columns)))
        return iter([dict(zip(columns, row, strict=True)) for row in cursor.fetchall()])


def _add(findings: Findings, told: Findings) -> None:
    findings.meetings += told.meetings
    findings.stretches += told.stretches
    findings.messages += told.messages
    findings.records += told.records


class ParticipantsPlan(FindingsPlan):
    def fields_of(self, options: MeetingOptions) -> dict[str, Field]:
        moment = options.moment
        return {
            "number": Text(40, required=True), "topic": Text(300), "host_name": Text(200), "host_email": Email(),
            "meeting_start": moment, "meeting_end": moment, "name": Text(400), "email": Email(), "joined_at": moment,
            "left_at": moment, "minutes": MINUTES, "guest": Text(20), "consent": Text(100), "waiting": Text(20),
            "submitted_at": moment, "answers": Text(20_000),
        }  # fmt: skip

    def rows(self, text: TextIO, mapping: Mapping, path: Path) -> Rows:
        return participants.ParticipantsReader(text, path, mapping.layout, self.options)

    def tell(self, row: Staged, findings: Findings) -> None:
        meeting = self._meeting(row)
        shown, original, role = parts_of(row["name"] or "")
        status = "guest" if (row["guest"] or "").casefold() == "yes" else ""
        person = Person(shown, original, row["email"] or "", role=role, status=status)
        waited = (row["waiting"] or "").casefold() == "yes"
        if row["answers"]:
            told = {"c10-polling-associated-responses": json.loads(row["answers"])}
            findings.records.append(_record(row, meeting, person, "poll", row["submitted_at"], told))
        elif waited:
            told = {"c10-participant-status": "in waiting room", "c10-participant-join-time": _iso(row["joined_at"])}
            findings.records.append(_record(row, meeting, person, "waiting room", row["joined_at"], told))
        else:
            findings.stretches.append(_stretch(row, meeting, person))
            if (consent := row["consent"] or "").casefold() not in ("", "na", "n/a", "-"):
                told = {"c10-participant-recording-details": {"consent": consent}}
                findings.records.append(_record(row, meeting, person, "consent", row["joined_at"], told))

    def _meeting(self, row: Staged) -> MeetingSeen:
        if not row["meeting_start"]:
            raise Problem("does not say when its meeting was")
        uid = self.options.uid or made_uid(row["number"], row["meeting_start"])
        return MeetingSeen(
            uid, row["number"], row["meeting_start"], row["meeting_end"], row["topic"] or "",
            host_name=row["host_name"] or "", host_email=row["host_email"] or "",
        )  # fmt: skip


def _stretch(row: Staged, meeting: MeetingSeen, person: Person) -> Stretch:
    if row["joined_at"]:
        return Stretch(row["line"], meeting, person, row["joined_at"], row["left_at"])
    if row["minutes"] is None:
        raise Problem("has neither a join time nor minutes")
    return Stretch(row["line"], meeting, person, meeting.started_at, seconds=int(row["minutes"] * 60))


def _record(
    row: Staged, meeting: MeetingSeen, person: Person, what: str, at: datetime | None, told: dict[str, object]
) -> tuple[int, NewRecord]:
    checked = check(10, {"c10-participant-name": person.name, "c10-participant-user-name": person.email, **told})
    found_by = FoundBy(meeting.number, meeting.host_name, meeting.host_email, participant=person.email or person.name)
    moment = at or meeting.started_at
    origin = (what, meeting.uid, person.identity, moment.isoformat(), json.dumps(told))
    return row["line"], NewRecord(checked, moment, origin, found_by)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


class ChatPlan(FindingsPlan):
    def fields_of(self, options: MeetingOptions) -> dict[str, Field]:
        moment = Moment(options.zone)
        return {
            "number": Uuid(required=True), "sender": Text(254, required=True), "channel": Text(200),
            "sent_at": moment, "text": Text(20_000), "main_number": Uuid(), "main_sent_at": moment,
        }  # fmt: skip

    def rows(self, text: TextIO, mapping: Mapping, path: Path) -> Rows:
        reader = chat.ChatReader(text, path, self.options)
        self.meeting = MeetingSeen(
            reader.uid, reader.meeting_number, reader.start, topic=self.options.topic,
            host_name=self.options.host_name, host_email=self.options.host_email,
        )  # fmt: skip
        return reader

    def tell(self, row: Staged, findings: Findings) -> None:
        findings.messages.append(
            MessageSeen(
                row["line"], str(row["number"]), row["sender"], row["sent_at"], row["text"] or "", self.meeting,
                main_number=str(row["main_number"] or ""), main_sent_at=row["main_sent_at"],
                channel=row["channel"] or "",
            )
        )  # fmt: skip


@dataclass
class ItemsReader:
    """The items of a file, numbered as they come. It is read once before, so that nothing of a broken one is kept."""

    text: TextIO
    name: str
    header: list[str] = field(default_factory=lambda: ["within", "item", "page"])
    line: int = 0
    consumed: int = 0

    def __post_init__(self) -> None:
        first, joins = self._items(), set[datetime]()
        for item in first:
            value = item.value.get("join_time") if isinstance(item.value, dict) else None
            if isinstance(value, str) and (joined := _moment_or_none(value)):
                joins = {min({joined, *joins})}
        self.contexts, self.earliest = first.contexts, min(joins, default=None)
        self.text.seek(0)

    def _items(self) -> JsonItems:
        return JsonItems(self.text, self.name, table().lists, table().context)

    def __iter__(self) -> Iterator[Row | Reject]:
        items = self._items()
        for item in items:
            self.line, self.consumed = self.line + 1, items.consumed
            yield self.line, [item.within, json.dumps(item.value), str(item.page)]


def _moment_or_none(text: str) -> datetime | None:
    try:
        return Moment(agency_zone()).parse(text)
    except Problem:
        return None


class ServicePlan(FindingsPlan):
    rows_a_chunk = 2_000

    def __init__(self, mapping: Mapping) -> None:
        super().__init__(mapping)
        day = mapping.layout.nominal_date
        self.nominal = datetime.combine(day, time(12), agency_zone()) if day else None
        self.ignores_others = mapping.layout.ignores_others

    def fields_of(self, options: MeetingOptions) -> dict[str, Field]:
        return {"within": Text(80), "item": Text(LONGEST_ITEM * ESCAPED), "page": Text(20)}

    def rows(self, text: TextIO, mapping: Mapping, path: Path) -> Rows:
        self.reader = ItemsReader(text, str(path))
        return self.reader

    def tell(self, row: Staged, findings: Findings) -> None:
        item, within = _item(row["item"]), row["within"] or ""
        shape = table().shape_of(within, item) if isinstance(item, dict) else None
        if shape is None or not isinstance(item, dict):
            keys = ", ".join(list(item)[:8]) if isinstance(item, dict) else type(item).__name__
            raise Problem(f"is nothing that is taken in: {within or 'an answer'} with {keys}")
        _add(findings, interpret(shape, item, self._given(int(row["page"]), within), line=row["line"], within=within))

    def _given(self, page: int, within: str) -> Given:
        """What the answer says beside its list; one that is an item itself says nothing beside it."""
        beside = self.reader.contexts.get(page, {}) if within else {}
        context = {
            target: value for key, value in beside.items() for target in table().context[key] if value is not None
        }
        return Given(self.options, context, self.reader.earliest, self.nominal, self.ignores_others)


def _item(text: str | None) -> object:
    """The item again. One that was a number, or held one bare, has lost it where it was a card or account number."""
    try:
        return json.loads(text or "")
    except ValueError:
        raise Problem(REASON) from None


class MeetingImporter:
    """An importer of one of the formats."""

    def __init__(self, plan: Callable[[Mapping], FindingsPlan]) -> None:
        self._plan = plan

    def plan(self, mapping: Mapping) -> Plan:
        return self._plan(mapping)

    def undo(self, record: Import) -> str:
        return undo(record)


KINDS: dict[str, Callable[[Mapping], FindingsPlan]] = {
    "meeting-participants": ParticipantsPlan,
    "meeting-chat": ChatPlan,
    "meeting-service": ServicePlan,
}
