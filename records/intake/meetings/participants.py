"""Participants' reports (CSV) in the five shapes that the service writes, told apart by their headings.

sessions    a row each time somebody joined: name, e-mail, join and leave time, minutes, and more or less after them
preamble    the same after two lines about the meeting: its headings and its values
unique      a row for each person: name, e-mail, total minutes
details     an account's report: sessions of many meetings, each row with its meeting (two of its headings repeat)
poll        `Poll Report`, lines about the meeting, then who answered what: pairs of question and answer

Source: headings of public reports and of parsers of them.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from records.intake.delimited import LONGEST_RECORD, NOT_TEXT, Reader, Row
from records.intake.mapping import Layout
from records.intake.meetings.options import MeetingOptions, number_in, plain_number
from records.intake.problems import LONGEST_VALUE, Problem, Refused, Reject

COLUMNS = (
    "number", "topic", "host_name", "host_email", "meeting_start", "meeting_end", "name", "email", "joined_at",
    "left_at", "minutes", "guest", "consent", "waiting", "submitted_at", "answers",
)  # fmt: skip
NAME_HEADINGS = ("name (original name)", "name", "participant", "user name (original name)")
MEETING_HEADINGS = {
    "topic": "topic",
    "meeting id": "number",
    "id": "number",
    "webinar id": "number",
    "user name": "host_name",
    "host": "host_name",
    "host name": "host_name",
    "user email": "host_email",
    "host email": "host_email",
    "start time": "meeting_start",
    "actual start time": "meeting_start",
    "end time": "meeting_end",
}
PERSON_HEADINGS = {
    **dict.fromkeys(NAME_HEADINGS, "name"),
    "user email": "email",
    "email": "email",
    "join time": "joined_at",
    "leave time": "left_at",
    "duration (minutes)": "minutes",
    "duration(minutes)": "minutes",
    "duration": "minutes",
    "total duration (minutes)": "minutes",
    "guest": "guest",
    "recording consent": "consent",
    "consent": "consent",
    "recording disclaimer response": "consent",
    "in waiting room": "waiting",
}
# Counted or computed by the service, or no element of the notice's 18 categories.
IGNORED = {
    "department", "group", "has zoom rooms", "has zoom rooms?", "creation time", "duration", "duration (minutes)",
    "actual duration (minutes)", "participants", "marketing opt-in", "attentiveness score", "",
}  # fmt: skip
POLL = "poll report"
POLL_HEADING = "#"
POLL_FIXED = 4  # number, name, e-mail, moment; then questions and answers in pairs


@dataclass
class Session:
    """What the report says of the meeting that all of its rows are about."""

    values: dict[str, str]

    def cells(self, **of_row: str) -> list[str]:
        return [of_row.get(name) or self.values.get(name, "") for name in COLUMNS]


def heading(text: str) -> str:
    """A heading in lower case, without the number that somebody gave a repeated one."""
    return re.sub(r"_\d$", "", " ".join(text.casefold().split()))


class Headings(Reader):
    """A reader of delimited rows whose headings may repeat."""

    def _refuse_header(self, header: list[str]) -> None:
        pass


class ParticipantsReader:
    """The rows of a report, in the order of COLUMNS, whichever shape it has.

    Raises Refused where the headings are those of no known shape, or nothing says which meeting it was.
    """

    header = list(COLUMNS)

    def __init__(self, text: TextIO, path: Path, layout: Layout, options: MeetingOptions) -> None:
        self._text, self._path, self._layout, self._options = text, path, layout, options
        self._before = 0  # lines before those that `_reader` counts
        self.line = self.consumed = 0
        self._session = Session(self._stated())
        self._reader = self._opened()
        self._is_poll = heading(self._reader.header[0]) == POLL
        if self._is_poll:
            self._read_poll_head()
        else:
            self._positions = self._read_headings()
        self._complete()

    def _stated(self) -> dict[str, str]:
        """What the mapping, or the name of the file, says of the meeting."""
        said = self._options
        start = said.start.isoformat() if said.start else ""
        number = said.number or number_in(self._path)
        return {
            "number": number, "topic": said.topic, "host_name": said.host_name, "host_email": said.host_email,
            "meeting_start": start,
        }  # fmt: skip

    def _opened(self) -> Headings:
        layout = self._layout
        return Headings(
            self._text, name=str(self._path), encoding=layout.encoding, delimiter=layout.delimiter, quote=layout.quote
        )

    def _read_headings(self) -> dict[str, int]:
        """Where each column stands; reads the lines about the meeting first where there are some."""
        names = [heading(name) for name in self._reader.header]
        if not any(name in NAME_HEADINGS for name in names) and "number" in map(MEETING_HEADINGS.get, names):
            self._take_session(names)
            self._before += self._reader.line
            self._reader = self._after_blanks()
            names = [heading(name) for name in self._reader.header]
        first = next((at for at, name in enumerate(names) if name in NAME_HEADINGS), None)
        if first is None:
            raise Refused(
                f"{self._path} has none of the headings of a participants' report "
                f"({', '.join(map(repr, NAME_HEADINGS[:2]))} …); it has {', '.join(map(repr, self._reader.header))}"
            )
        return self._placed(names, first)

    def _placed(self, names: Sequence[str], first: int) -> dict[str, int]:
        places, unknown = dict[str, int](), list[str]()
        for at, name in enumerate(names):
            column = (MEETING_HEADINGS if at < first else PERSON_HEADINGS).get(name)
            if column:
                places.setdefault(column, at)
            elif name not in IGNORED:
                unknown.append(self._reader.header[at])
        if unknown and not self._layout.ignores_others:
            raise Refused(
                f"{self._path} has columns that no shape of a report knows: {', '.join(map(repr, unknown))}"
                ' (other_columns = "ignore" under [file] leaves them out)'
            )
        return places

    def _take_session(self, names: Sequence[str]) -> None:
        """The values below the meeting's headings; what the mapping says goes before."""
        row = next(iter(self._reader), None)
        if row is None or isinstance(row, Reject):
            raise Refused(f"{self._path}: no line of values stands below the meeting's headings")
        for name, cell in zip(names, row[1], strict=True):
            column = MEETING_HEADINGS.get(name)
            if column and not self._session.values.get(column):
                self._session.values[column] = cell.strip()

    def _after_blanks(self) -> Headings:
        """The reader from the next line on that holds something."""
        while line := self._text.readline(LONGEST_RECORD):
            if line.strip(f"\r\n {self._layout.delimiter}"):
                break
            self._before += 1
        return self._with(line)

    def _with(self, line: str) -> Headings:
        self._text = Again(line, self._text)  # type: ignore[assignment]  # the reader needs `readline` alone
        return self._opened()

    def _read_poll_head(self) -> None:
        """The lines up to the headings of the answers: pairs of headings and values about the meeting."""
        self._before, names = self._reader.line, list[str]()
        while line := self._text.readline(LONGEST_RECORD):
            self._before += 1
            cells = next(csv.reader([line], delimiter=self._layout.delimiter), [])
            if cells and heading(cells[0]) == POLL_HEADING:
                return
            if any(MEETING_HEADINGS.get(name) == "number" for name in names):
                self._session.values |= {
                    column: cell.strip()
                    for name, cell in zip(names, cells, strict=False)
                    if (column := MEETING_HEADINGS.get(name)) and not self._session.values.get(column)
                }
            names = [heading(cell) for cell in cells]
        raise Refused(f"{self._path} has no line of headings that begins with {POLL_HEADING!r}")

    def _complete(self) -> None:
        """The meeting's number and start, which no report may lack. Without one the first join is the start."""
        values = self._session.values
        values["number"] = plain_number(values.get("number", ""))
        if self._is_poll or "number" not in self._positions:
            if not values["number"]:
                raise Refused(
                    f"{self._path} does not say which meeting it is about: name its ID in the mapping, [meeting] number"
                )
            if not values.get("meeting_start"):
                values["meeting_start"] = self._first_moment()

    def _first_moment(self) -> str:
        """The earliest join time of the file, which is read once for it."""
        at = None if self._is_poll else self._positions.get("joined_at")
        if at is None:
            raise Refused(
                f"{self._path} does not say when the meeting was: name its start in the mapping, [meeting] start"
            )
        moments = [moment for row in self._reader if (moment := self._moment(row, at))]
        if not moments:
            raise Refused(f"{self._path} holds no row with a join time")
        self._begin_again()
        return min(moments).isoformat()

    def _moment(self, row: Row | Reject, at: int) -> datetime | None:
        try:
            return None if isinstance(row, Reject) else self._options.moment.parse(row[1][at])
        except Problem:
            return None

    def _begin_again(self) -> None:
        """To the first row again. Without a preamble, for a preamble has the start."""
        source = self._text.rest if isinstance(self._text, Again) else self._text
        source.seek(0)
        self._text = source
        for _ in range(self._before):
            source.readline()
        self._reader = self._opened()

    def __iter__(self) -> Iterator[Row | Reject]:
        return self._poll_rows() if self._is_poll else self._session_rows()

    def _session_rows(self) -> Iterator[Row | Reject]:
        for row in self._reader:
            self.line, self.consumed = self._before + self._reader.line, self._reader.consumed
            if isinstance(row, Reject):
                yield Reject(self._before + row.line, row.column, row.reason, row.value)
            else:
                cells = {name: row[1][at].strip() for name, at in self._positions.items()}
                if "number" in cells:
                    cells["number"] = plain_number(cells["number"])
                yield self._before + row[0], self._session.cells(**cells)

    def _poll_rows(self) -> Iterator[Row | Reject]:
        while line := self._text.readline(LONGEST_RECORD):
            self._before += 1
            self.line, self.consumed = self._before, self.consumed + len(line)
            if line.strip(f"\r\n {self._layout.delimiter}"):
                yield self._poll_row(line)

    def _poll_row(self, line: str) -> Row | Reject:
        try:
            cells = next(csv.reader([line], delimiter=self._layout.delimiter, strict=True))
        except csv.Error:
            return Reject(self.line, "", "a quote opens on this line and is not closed properly", line[:LONGEST_VALUE])
        if NOT_TEXT.search(line):
            return Reject(self.line, "", f"is not valid {self._layout.encoding}", line[:LONGEST_VALUE])
        asked = [cell.strip() for cell in cells[POLL_FIXED:]]
        pairs = list(zip(asked[::2], [*asked[1::2], ""], strict=False))
        answers = {question: answer for question, answer in pairs if question}
        if len(cells) < POLL_FIXED or not answers:
            return Reject(self.line, "", "holds no question and answer", line[:LONGEST_VALUE])
        _number, name, email, moment = cells[:POLL_FIXED]
        return self.line, self._session.cells(
            name=name.strip(), email=email.strip(), submitted_at=moment.strip(), answers=json.dumps(answers)
        )


class Again:
    """A text whose first line was read already, and is read again."""

    def __init__(self, line: str, rest: TextIO) -> None:
        self._line, self.rest = line, rest

    def readline(self, size: int = -1) -> str:
        line, self._line = self._line, ""
        return line or self.rest.readline(size)
