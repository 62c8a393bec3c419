"""From records of text to a temporary table: chunk by chunk, column by column, by COPY."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import compress
from typing import TypeVar

from django.db.backends.utils import CursorWrapper

from records.intake.cleansing import Columns, cleanse, is_suspect, marks_in
from records.intake.copying import copy_in
from records.intake.fields import Field
from records.intake.kinds import Plan, Rows
from records.intake.mapping import Column, Mapping
from records.intake.problems import Refused, Reject, shown

LARGEST_CHUNK = 16 << 20  # characters: rows of a megabyte must not gather by the thousand
COPY_SPECIAL = re.compile(r"[\\\t\n\r]")
COPY_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

T = TypeVar("T")


@dataclass(frozen=True)
class Binding:
    """A field, where its texts stand in a row of this file (None: a constant), and the column's name there."""

    name: str
    field: Field
    column: Column
    position: int | None
    further: tuple[int, ...] = ()  # positions of columns that are joined to it

    def texts(self, rows: Sequence[Sequence[str]]) -> list[str]:
        if self.position is None:
            return [self.column.constant or ""] * len(rows)
        position, values = self.position, self.column.values
        cells = [row[position] for row in rows]
        if self.further:
            cells = [" ".join(filter(None, (row[at].strip() for at in (position, *self.further)))) for row in rows]
        return [values.get(cell, cell) for cell in cells] if values else cells

    def shown(self, text: str) -> str:
        """As much of a cell as a reject shows: nothing of what is kept sealed."""
        return shown(text) if self.field.is_quoted and not self.field.is_sealed else ""


@dataclass
class Chunk:
    """Some records of the file: those that can be staged, as COPY wants them, and those already rejected."""

    rows: dict[int, list[str]] = field(default_factory=dict)  # by line
    rejects: list[Reject] = field(default_factory=list)
    copied: bytes = b""
    last_line: int = 0
    secrets: int = 0  # payment numbers that were cut out
    held: dict[int, dict[str, str]] = field(default_factory=dict)  # values to be sealed, by line and field

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.rejects)


def bind(plan: Plan, mapping: Mapping, header: Sequence[str], file: str) -> list[Binding]:
    """Find each mapped column in the header. Raises Refused for a column that is missing or not accounted for."""
    required = {name for column in plan.columns.values() if not column.optional for name in column.names}
    missing = sorted(required - {*header})
    if missing:
        raise Refused(f"{file} has no column {_listed(missing)}; it has {_listed(header)}")
    others = other_columns(plan, mapping, header)
    if others and not mapping.layout.ignores_others:
        raise Refused(
            f"{file} has columns that the mapping {mapping.name} neither takes nor drops: {_listed(others)}"
            ' (name them under [drop] with the reason, or set other_columns = "ignore" under [file])'
        )
    return [
        Binding(name, plan.fields[name], column, *_positions(column, header))
        for name, column in plan.columns.items()
        if {*header}.issuperset(column.names)
    ]


def _positions(column: Column, header: Sequence[str]) -> tuple[int | None, tuple[int, ...]]:
    positions = [header.index(name) for name in column.names]
    return (positions[0], tuple(positions[1:])) if positions else (None, ())


def other_columns(plan: Plan, mapping: Mapping, header: Sequence[str]) -> list[str]:
    known = {name for column in plan.columns.values() for name in column.names} | mapping.dropped.keys()
    return [name for name in header if name not in known]


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(map(repr, names))
    return text if len(text) <= 300 else f"{text[:300]}..."


def chunks(reader: Rows, bindings: Sequence[Binding], size: int, *, after: int) -> Iterator[Chunk]:
    """The records that begin after this line, `size` at a time, checked and ready to be copied."""
    columns = Columns(reader.header, {b.position: b.field for b in bindings if b.position is not None})
    chunk, start = Chunk(), reader.consumed
    for record in reader:
        line = record.line if isinstance(record, Reject) else record[0]
        if line <= after:
            continue
        if isinstance(record, Reject):
            chunk.rejects.append(record)
        else:
            chunk.rows[line] = record[1]
        chunk.last_line = reader.line
        if chunk.read >= size or reader.consumed - start >= LARGEST_CHUNK:
            yield _checked(chunk, bindings, columns)
            chunk, start = Chunk(), reader.consumed
    if chunk.read:
        yield _checked(chunk, bindings, columns)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same, the next one made in a thread while the caller works: the database loads while the file is read."""
    nothing = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, nothing)
        while (item := coming.result()) is not nothing:
            coming = thread.submit(next, items, nothing)
            yield item  # type: ignore[misc]  # it is not `nothing`


def _checked(chunk: Chunk, bindings: Sequence[Binding], columns: Columns) -> Chunk:
    """Parse every column, without payment numbers; rows with a problem move to the rejects, each with its first."""
    rows, read = chunk.rows, list(chunk.rejects)
    _parse(chunk, bindings)
    chunk.secrets = marks_in(chunk.rejects)
    if is_suspect(rows, columns, chunk.copied):
        found = cleanse(rows, columns)
        chunk.rows, chunk.rejects, chunk.secrets = found.rows, [*read, *found.rejects], found.removed + marks_in(read)
        _parse(chunk, bindings)
    chunk.secrets += _numbers_taken(chunk, bindings)
    return chunk


def _numbers_taken(chunk: Chunk, bindings: Sequence[Binding]) -> int:
    """How many full numbers were dropped after their remnants were read from them."""
    taken = [binding for binding in bindings if binding.field.takes_numbers]
    return sum(bool(text) for binding in taken for text in binding.texts(list(chunk.rows.values())))


def _parse(chunk: Chunk, bindings: Sequence[Binding]) -> None:
    rows, lines = list(chunk.rows.values()), list(chunk.rows)
    columns, bad, sealed = list[Sequence[str]](), dict[int, Reject](), dict[str, Sequence[str]]()
    for binding in bindings:
        texts = binding.texts(rows)
        values, problems = binding.field.read_column(texts)
        if binding.field.is_sealed:
            sealed[binding.name] = values
        else:
            columns.append(values)
        for at, reason in problems.items():
            bad.setdefault(at, Reject(lines[at], binding.column.name, reason, binding.shown(texts[at])))
    chunk.held = _held(lines, sealed)
    if bad:
        keep = [at not in bad for at in range(len(rows))]
        columns = [list(compress(column, keep)) for column in columns]
        lines = list(compress(lines, keep))
        chunk.rejects += bad.values()
        chunk.rows = {line: chunk.rows[line] for line in lines}
    chunk.copied = copy_text(lines, columns)


def _held(lines: Sequence[int], columns: MappingOf[str, Sequence[str]]) -> dict[int, dict[str, str]]:
    """The values of sealed fields by line, of the lines that have any."""
    held: dict[int, dict[str, str]] = {}
    for name, values in columns.items():
        for line, value in zip(lines, values, strict=True):
            if value:
                held.setdefault(line, {})[name] = value
    return held


def copy_text(lines: Sequence[int], columns: Sequence[Sequence[str]]) -> bytes:
    """The rows in COPY's text format, the line number first. Cells hold no NUL, so NUL may part them meanwhile."""
    if not lines:
        return b""
    escaped = [_escaped(column) for column in columns]
    return "\n".join(map("\t".join, zip(map(str, lines), *escaped, strict=True))).encode()


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    joined = "\x00".join(texts)
    return joined.translate(COPY_ESCAPES).split("\x00") if COPY_SPECIAL.search(joined) else texts


def stage(cursor: CursorWrapper, plan: Plan, bindings: Sequence[Binding], chunk: Chunk) -> None:
    """Fill the temporary tables `staged_row` and (empty) `staged_reject` for this transaction."""
    columns = ", ".join(f"{name} {of.sql_type}" for name, of in plan.fields.items() if not of.is_sealed)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_row, pg_temp.staged_reject")
    cursor.execute(f"CREATE TEMPORARY TABLE staged_row (line bigint NOT NULL, {columns}) ON COMMIT DROP")
    cursor.execute(
        "CREATE TEMPORARY TABLE staged_reject (line bigint NOT NULL, field text NOT NULL, reason text NOT NULL)"
        " ON COMMIT DROP"
    )
    names = ", ".join(["line", *(binding.name for binding in bindings if not binding.field.is_sealed)])
    copy_in(cursor, f"COPY staged_row ({names}) FROM STDIN WITH (FORMAT text, NULL '')", chunk.copied)
    cursor.execute("ANALYZE staged_row")
    plan.held = chunk.held


def staged_rejects(cursor: CursorWrapper, bindings: Sequence[Binding], chunk: Chunk) -> list[Reject]:
    """What the importer found wrong with staged rows, one reason a row, each with the cell as the file has it."""
    by_name = {binding.name: binding for binding in bindings}
    cursor.execute("SELECT DISTINCT ON (line) line, field, reason FROM staged_reject ORDER BY line, field, reason")
    return [_with_cell(line, by_name.get(name), reason, chunk) for line, name, reason in cursor.fetchall()]


def _with_cell(line: int, binding: Binding | None, reason: str, chunk: Chunk) -> Reject:
    if binding is None:
        return Reject(line, "", reason)
    (text,) = binding.texts([chunk.rows[line]])
    return Reject(line, binding.column.name, reason, binding.shown(text))
