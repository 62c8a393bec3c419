"""Saved chats (text) as the service writes them: one message a line, or a line of who to whom and the text below it.

    01:07:16<tab>Tom:<tab>Hi everyone
    08:59:02 From  Jacob  to  Everyone:
    <tab>For yesterday's homework
    <tab>https://www.example.com
    09:00:11 From Jun to Indiana (Direct Message):
    <tab>Replying to "For yesterday's home..."
    <tab>
    <tab>Thanks

Times are clock times of the meeting's zone, or count from the start of a recording; a time that jumps back by half a
day is of the next day.
"""

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from uuid import UUID

from privacy.vault import lookup_hash
from records.intake.delimited import LONGEST_RECORD, NOT_TEXT, Row
from records.intake.meetings.findings import made_uid
from records.intake.meetings.options import ELAPSED, MeetingOptions, number_in, start_in
from records.intake.problems import LONGEST_VALUE, Refused, Reject

COLUMNS = ("number", "sender", "channel", "sent_at", "text", "main_number", "main_sent_at")
TIME = r"(?:\d{4}-\d{2}-\d{2} )?(?P<hour>\d{1,3}):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)"
DIRECT = r"(?P<direct>\s*\((?:direct message|privately)\))?"
HEADS = (
    re.compile(rf"{TIME}\s+From\s+(?P<sender>.+?)\s+to\s+(?P<receiver>.+?){DIRECT}\s*:\s*(?P<text>.*)", re.IGNORECASE),
    re.compile(rf"{TIME}\s+From\s+(?P<sender>.+?)\s+:\s*(?P<text>.*)", re.IGNORECASE),
    re.compile(rf"{TIME}\t(?P<sender>[^\t]+?):\t(?P<text>.*)"),
)
REPLY = re.compile(r'Replying to "(?P<quoted>.*?)(?:\.\.\.|…)?"\s*(?:\n+|$)(?P<text>.*)', re.DOTALL)
EVERYONE, DIRECTLY = "Everyone", "Direct message"
REMEMBERED = 500  # messages back that a reply may answer
QUOTED = 15  # characters of a message that tell it from others
HALF_A_DAY = timedelta(hours=12)


class ChatReader:
    """The messages of a saved chat, in the order of COLUMNS. Raises Refused where nothing says when it was."""

    header = list(COLUMNS)

    def __init__(self, text: TextIO, path: Path, options: MeetingOptions) -> None:
        self._text, self._options = text, options
        self.line = self.consumed = 0
        self.meeting_number = options.number or number_in(path)
        start = options.start or start_in(path, options.zone)
        if not self.meeting_number or start is None:
            raise Refused(
                f"{path} does not say which meeting it is of: name its ID and start in the mapping, [meeting] number "
                "and start"
            )
        self.start = start
        self.uid = options.uid or made_uid(self.meeting_number, start)
        self._last = start.astimezone(options.zone)
        self._same_second: Counter[str] = Counter()
        self._past: deque[tuple[str, str, str]] = deque(maxlen=REMEMBERED)  # text, number, when

    def __iter__(self) -> Iterator[Row | Reject]:
        first, lines = 0, list[str]()
        while line := self._text.readline(LONGEST_RECORD):
            self.line += 1
            self.consumed += len(line)
            if self._begins(line) and lines:
                last, self.line = self.line, self.line - 1
                yield self._message(first, lines)
                self.line, lines = last, []
            if lines or line.strip():
                first = first if lines else self.line
                lines.append(line)
                if sum(map(len, lines[-2:])) > LONGEST_RECORD or len(lines) > 10_000:
                    raise Refused(f"line {first} begins a message that does not end: this is no saved chat")
        if lines:
            yield self._message(first, lines)

    def _begins(self, line: str) -> bool:
        return any(head.match(line) for head in HEADS)

    def _message(self, first: int, lines: list[str]) -> Row | Reject:
        head = next((found for pattern in HEADS if (found := pattern.fullmatch(lines[0].rstrip("\r\n")))), None)
        if head is None:
            reason = "begins no message: a time and a name come first"
            return Reject(first, "", reason, lines[0].strip()[:LONGEST_VALUE])
        text = "\n".join([head["text"], *(line.strip("\r\n").removeprefix("\t") for line in lines[1:])]).strip()
        if NOT_TEXT.search(text + head["sender"]):
            return Reject(first, "text", "holds a character that cannot be stored", "")
        if not text:
            return Reject(first, "text", "is empty", lines[0].strip()[:LONGEST_VALUE])
        sent_at = self._moment(head).isoformat()
        answered, text = self._answered(text)
        number = self._numbered(sent_at, head["sender"], text)
        self._past.append((text, number, sent_at))
        return first, [number, head["sender"].strip(), _channel(head), sent_at, text, *answered]

    def _moment(self, head: re.Match[str]) -> datetime:
        """The message's time on the day that goes on from the one before."""
        span = timedelta(hours=int(head["hour"]), minutes=int(head["minute"]), seconds=int(head["second"]))
        if self._options.times == ELAPSED:
            return self.start + span
        moment = self._last.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + span
        if self._last - moment > HALF_A_DAY:
            moment += timedelta(days=1)
        if moment.replace(tzinfo=None) > self._last.replace(tzinfo=None):
            self._same_second.clear()
        self._last = max(self._last, moment)
        return moment

    def _numbered(self, sent_at: str, sender: str, text: str) -> str:
        """The same words of the same sender in the same second are told apart by their order."""
        nth = f"{sent_at}|{sender}|{text}"
        self._same_second[nth] += 1
        named = json.dumps([self.uid, sent_at, sender, text, self._same_second[nth]])
        return str(UUID(bytes=lookup_hash("saved chat", named)[:16]))

    def _answered(self, text: str) -> tuple[tuple[str, str], str]:
        """Number and time of the message that this one answers, empty where it answers none, and its own text."""
        reply = REPLY.fullmatch(text)
        if not reply or not reply["text"].strip():
            return ("", ""), text
        quoted = reply["quoted"].strip()[:QUOTED]
        found = next((one for one in reversed(self._past) if one[0].startswith(quoted)), None)
        return (found[1:] if found else ("", "")), reply["text"].strip()


def _channel(head: re.Match[str]) -> str:
    """To whom, without naming anybody: the notice has no element for a message's receiver."""
    parts = head.groupdict()
    receiver = (parts.get("receiver") or EVERYONE).strip()
    return DIRECTLY if parts.get("direct") or receiver.casefold() != "everyone" else EVERYONE
