"""What an item of the conference service's answers, or an event that it tells, says: by the table of its keys."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from privacy.notice import elements_ever
from records.attributes import BadAttribute, check
from records.enums import MessageState
from records.intake.fields import Moment
from records.intake.meetings.findings import Findings, MeetingSeen, MessageSeen, Person, Stretch, made_uid
from records.intake.meetings.options import MeetingOptions, plain_number
from records.intake.meetings.table import AT, FOUND, IGNORE, TYPED, Shape
from records.intake.problems import Problem
from records.keeping import FoundBy, NewRecord

Values = Mapping[str, Any]
IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:]+")
STATES = {"edited_messages": MessageState.EDITED, "deleted_messages": MessageState.DELETED}
STATES |= {"chat_message.updated": MessageState.EDITED, "chat_message.deleted": MessageState.DELETED}
MILLISECONDS_SINCE = 10**11  # a number below it counts seconds
PERSON = tuple(one.name for one in fields(Person))
OF_WHICH_MEETING = "does not say which meeting it is of: name it in the mapping, [meeting] number"


@dataclass(frozen=True)
class Given:
    """What is known beside the item: the mapping's words on the meeting, and the answer's (by target)."""

    options: MeetingOptions
    context: Values = field(default_factory=dict)
    earliest: datetime | None = None
    nominal: datetime | None = None
    ignores_others: bool = False


@dataclass
class Told:
    """The values of an item by what they are."""

    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    elements: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    moments: list[Any] = field(default_factory=list)


def interpret(shape: Shape, item: Values, given: Given, *, line: int, within: str) -> Findings:
    """What the item says. Raises Problem for a key that nothing maps, or a value that cannot be taken."""
    findings = Findings()
    entries = [_told(shape.keys, entry, given) for entry in _entries(shape, item)]
    reading = Reading(shape, entries[0], given, line, within)
    reading.add_typed(findings)
    for told in entries:
        findings.records += ((line, record) for record in Reading(shape, told, given, line, within).records())
    return findings


def _entries(shape: Shape, item: Values) -> list[Values]:
    """The item once for each entry of its inner list, or as it is."""
    if shape.pivot and isinstance(item.get(shape.pivot), list):
        item = {**item, shape.pivot: {one["type"]: one["details"] for one in item[shape.pivot]}}
    if shape.turn and (name := shape.turn["values"].get(item.get(shape.turn["on"]))):
        item = {**item, name: item.get(shape.turn["key"])}
    inner = item.get(shape.each) if shape.each else None
    return [{**item, shape.each: [entry]} for entry in inner] if isinstance(inner, list) and inner else [item]


def _told(keys: Mapping[str, tuple[str, ...]], item: Values, given: Given) -> Told:
    """The values in the table's order: of two keys that say the same, it names the better one first."""
    told, order = Told(), list(keys)
    leaves = list(_leaves(item, keys))
    for path, value in sorted(leaves, key=lambda leaf: order.index(leaf[0]) if leaf[0] in keys else 0):
        if path not in keys and not given.ignores_others:
            raise Problem(f"has the key {path!r}, which is neither taken in nor left out")
        for target in keys.get(path, ()):
            _put(told, target, path, value)
    return told


def _leaves(item: Values, keys: Mapping[str, tuple[str, ...]], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value with its path, as deep as the table's paths go."""
    for key, value in item.items():
        path = f"{before}{key}"
        if path in keys or value is None:
            yield from [(path, value)] if value is not None else []
        elif isinstance(value, dict) and any(known.startswith(f"{path}.") for known in keys):
            yield from _leaves(value, keys, f"{path}.")
        elif isinstance(value, list) and any(known.startswith(f"{path}[].") for known in keys):
            for entry in value:
                if not isinstance(entry, dict):
                    raise Problem(f"holds in {path!r} what is no object")
                yield from _leaves(entry, keys, f"{path}[].")
        else:
            yield path, value


def _put(told: Told, target: str, path: str, value: Any) -> None:
    kind, _, name = target.partition(".")
    if target == AT:
        told.moments.append(value)
    elif kind in (*TYPED, FOUND):
        kept = told.typed.setdefault(kind, {})
        if value != "" and not kept.get(name):
            kept[name] = value
    elif not target.startswith(IGNORE):
        told.elements.setdefault(target, []).append((path.rpartition(".")[2], value))


class Reading:
    """One told item on its way to findings."""

    def __init__(self, shape: Shape, told: Told, given: Given, line: int, within: str) -> None:
        self.shape, self.told, self.given, self.line, self.within = shape, told, given, line, within
        self.meeting = self._meeting()

    def add_typed(self, findings: Findings) -> None:
        typed = self.told.typed
        if "participation" in typed:
            findings.stretches.append(self._stretch(typed["participation"]))
        elif "message" in typed:
            findings.messages.append(self._message(typed["message"]))
        elif "meeting" in typed:
            if self.meeting is None:
                raise Problem(OF_WHICH_MEETING)
            findings.meetings.append((self.line, self.meeting))

    def records(self) -> Iterator[NewRecord]:
        """A record for each category of which the item has elements."""
        by_category: dict[int, dict[str, Any]] = {}
        for identifier, values in self.told.elements.items():
            element = elements_ever()[identifier]
            by_category.setdefault(element.category, {})[identifier] = _value(element.type, element.is_many, values)
        for category, attributes in by_category.items():
            yield self._record(category, attributes)

    def _record(self, category: int, attributes: dict[str, Any]) -> NewRecord:
        try:
            checked = check(category, attributes)
        except BadAttribute as bad:
            raise Problem(f"{self._key_of(bad.element)} {bad.reason}") from None
        at = self._at()
        content = json.dumps({**checked.plain, **checked.sealed}, sort_keys=True)
        where = self.meeting.uid if self.meeting else ""
        return NewRecord(checked, at, (self.shape.name, where, at.isoformat(), content), self._found_by())

    def _key_of(self, element: str) -> str:
        return next(key for key, targets in self.shape.keys.items() if element in targets)

    def _meeting(self) -> MeetingSeen | None:
        """The meeting that it is of, where anything says so."""
        said, context, options = self.told.typed.get("meeting", {}), self.given.context, self.given.options
        number = plain_number(_text(said.get("number") or context.get("meeting.number") or "")) or options.number
        start = said.get("started_at") or context.get("meeting.started_at")
        started_at = self._moment(start) if start else options.start or self.given.earliest
        if not number or started_at is None:
            return None
        uid = _text(said.get("uid") or context.get("meeting.uid") or "") or options.uid or made_uid(number, started_at)
        ended = said.get("ended_at")
        texts = {name: _text(said.get(name, "")) for name in ("topic", "kind", "host_id", "host_name", "host_email")}
        for name in ("topic", "host_name", "host_email"):
            texts[name] = texts[name] or getattr(options, name)
        return MeetingSeen(uid, number, started_at, self._moment(ended) if ended else None, **texts)

    def _stretch(self, said: Values) -> Stretch:
        if self.meeting is None:
            raise Problem(OF_WHICH_MEETING)
        person = Person(**{name: _text(said.get(name, "")) for name in PERSON if name != "original_name"})
        joined, left = said.get("joined_at"), said.get("left_at")
        if not joined and not left:
            raise Problem("says neither when somebody joined nor when they left")
        left_at = self._moment(left) if left else None
        joined_at = self._moment(joined) if joined else left_at
        if joined_at is None:
            raise Problem("says neither when somebody joined nor when they left")
        return Stretch(self.line, self.meeting, person, joined_at, left_at, _text(said.get("leave_reason", "")))

    def _message(self, said: Values) -> MessageSeen:
        if not said.get("number") or not said.get("sender") or not said.get("sent_at"):
            raise Problem("is a message without its ID, sender or time")
        answered = said.get("main_sent_at")
        size = said.get("file_size")
        return MessageSeen(
            self.line,
            _text(said["number"]),
            _text(said["sender"]),
            self._moment(said["sent_at"]),
            text=str(said.get("text", "")),
            meeting=self.meeting if "meeting" in self.told.typed else None,
            state=STATES.get(self.within, MessageState.SENT),
            main_number=_text(said.get("main_number", "")),
            main_sent_at=self._moment(answered) if answered else None,
            channel=_text(said.get("channel", "")),
            file_name=_text(said.get("file_name", "")),
            file_size=size if isinstance(size, int) else None,
        )

    def _at(self) -> datetime:
        """When it was collected: what the item says, else its meeting, the answer's period, the mapping."""
        if self.told.moments:
            return max(self._moment(value) for value in self.told.moments)
        if joined := self.told.typed.get("participation", {}).get("joined_at"):
            return self._moment(joined)
        if self.meeting:
            return self.meeting.started_at
        if period := self.given.context.get(AT):
            return self._moment(period)
        if self.given.nominal:
            return self.given.nominal
        raise Problem("has no date: name one in the mapping, [file] nominal_date")

    def _found_by(self) -> FoundBy:
        found = {name: _text(value) for name, value in self.told.typed.get(FOUND, {}).items()}
        said = self.told.typed.get("participation", {})
        if participant := said.get("email") or said.get("name"):
            found["participant"] = _text(participant)
        number = self.given.options.number
        if self.meeting:
            found |= {"host_name": self.meeting.host_name, "host_email": self.meeting.host_email}
            number = self.meeting.number
        return FoundBy(**{"meeting_number": number, **found})

    def _moment(self, value: Any) -> datetime:
        """A moment as the service writes it: ISO 8601, or milliseconds since 1970."""
        if isinstance(value, int) and not isinstance(value, bool):
            seconds = value / 1000 if value > MILLISECONDS_SINCE else value
            value = datetime.fromtimestamp(min(max(seconds, 0), 10**11), UTC).isoformat()
        if not isinstance(value, str):
            raise Problem("has a time that is none")
        return Moment(self.given.options.zone).parse(value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Problem("has an object or list where a text was expected")
    return str(value).strip()


def _value(kind: str, is_many: bool, values: Sequence[tuple[str, Any]]) -> Any:
    """What the keys of one element say of it together."""
    if is_many:
        return [_one(kind, part) for _, value in values for part in (value if isinstance(value, list) else [value])]
    if kind == "json" and (len(values) > 1 or not isinstance(values[0][1], dict | list)):
        return dict(values)
    return next((_one(kind, value) for _, value in values if value not in ("", None)), None)


def _one(kind: str, value: Any) -> Any:
    if kind == "ip" and isinstance(value, str) and (found := IP.search(value)):
        return found[0]  # some calls write what the address is of before it
    if kind == "datetime" and isinstance(value, str | int):
        return _as_moment(value)
    return value


def _as_moment(value: str | int) -> str | int:
    """With the offset that the service leaves out where it writes UTC."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
