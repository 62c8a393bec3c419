"""Whether the database can keep what was found, told of a line before a whole chunk would be refused for it."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from django.db.models import Model

from records.intake.fields import UNSTORABLE
from records.intake.meetings.findings import Findings, MeetingSeen, MessageSeen, Stretch
from records.models import Interval, Meeting, Message, Participation


def problems_of(findings: Findings) -> dict[int, str]:
    """By line, the first thing that is wrong with what it tells."""
    found: dict[int, str] = {}
    for line, problem in _problems(findings):
        found.setdefault(line, problem)
    return found


def without(findings: Findings, lines: set[int]) -> Findings:
    """All but what these lines tell."""
    return Findings(
        meetings=[told for told in findings.meetings if told[0] not in lines],
        stretches=[told for told in findings.stretches if told.line not in lines],
        messages=[told for told in findings.messages if told.line not in lines],
        records=[told for told in findings.records if told[0] not in lines],
    )


def _problems(findings: Findings) -> Iterator[tuple[int, str]]:
    for line, meeting in findings.meetings:
        yield from ((line, problem) for problem in _of_meeting(meeting))
    for stretch in findings.stretches:
        yield from ((stretch.line, problem) for problem in _of_stretch(stretch))
    for message in findings.messages:
        yield from ((message.line, problem) for problem in _of_message(message))


def _of_meeting(meeting: MeetingSeen) -> Iterator[str]:
    yield from _of_texts(meeting, Meeting)
    if not meeting.number or not meeting.uid:
        yield "names no meeting"
    if meeting.ended_at and meeting.ended_at < meeting.started_at:
        yield "ends before it starts"


def _of_stretch(stretch: Stretch) -> Iterator[str]:
    yield from _of_meeting(stretch.meeting)
    yield from _of_texts(stretch.person, Participation)
    yield from _of_texts(stretch, Interval)
    if stretch.left_at and stretch.left_at < stretch.joined_at:
        yield "leaves before joining"


def _of_message(message: MessageSeen) -> Iterator[str]:
    if message.meeting:
        yield from _of_meeting(message.meeting)
    yield from _of_texts(message, Message)
    if message.file_size is not None and not 0 <= message.file_size < 2**63:
        yield "file_size is no size"


def _of_texts(told: Any, model: type[Model]) -> Iterator[str]:
    """Texts that are longer than the model's field of the same name, or that no database keeps."""
    longest = {field.name: getattr(field, "max_length", None) for field in model._meta.concrete_fields}
    for name in (one.name for one in fields(told)):
        value = getattr(told, name)
        if isinstance(value, str) and name in longest:
            most = longest[name]
            if most is not None and len(value) > most:
                yield f"{name} is longer than {most:,} characters"
            if UNSTORABLE.search(value):
                yield f"{name} holds a character that cannot be stored"
