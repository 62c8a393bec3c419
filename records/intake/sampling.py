"""A file's header and first rows, as they stand in it and as an import would understand them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from records.intake import staging
from records.intake.cleansing import Columns, cleanse
from records.intake.delimited import Reader
from records.intake.kinds import Plan, Rows, importer_of
from records.intake.mapping import Mapping
from records.intake.problems import Problem, Refused, Reject, shown
from records.intake.reason_words import in_words
from records.intake.sniffing import Written
from records.intake.source import Source

ROWS = 200
SHOWN = 20  # rows of a preview
MOST_COLUMNS = 300  # a form of more is longer than Django takes (DATA_UPLOAD_MAX_NUMBER_FIELDS)
LONGEST_NAME = 200  # characters of a column's name


@dataclass(frozen=True)
class Sample:
    """A header, and the first values of each of its columns."""

    header: list[str]
    columns: list[list[str]]


@dataclass(frozen=True)
class Cell:
    """What an import would take from a cell; where it cannot, the text as it stands and why."""

    text: str
    problem: str = ""


@dataclass(frozen=True)
class PreviewRow:
    line: int
    cells: list[Cell] = field(default_factory=list)
    problem: str = ""  # of the whole row

    @property
    def is_rejected(self) -> bool:
        return bool(self.problem) or any(cell.problem for cell in self.cells)


@dataclass(frozen=True)
class Preview:
    """The first rows; `fields` names the fields that their cells are."""

    fields: list[str]
    rows: list[PreviewRow]


def sample(source: Source, written: Written) -> Sample:
    """Raises Refused where the file has no header that can be read so."""
    with source.text(written.encoding) as text:
        reader = Reader(
            text, name=source.name, encoding=written.encoding, delimiter=written.delimiter, quote=written.quote
        )
        _refuse_unmappable(source.name, reader.header)
        rows = [record[1] for record in islice(reader, ROWS) if not isinstance(record, Reject)]
    return Sample(reader.header, [[row[at] for row in rows] for at in range(len(reader.header))])


def _refuse_unmappable(name: str, header: Sequence[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise Refused(f"{name} has {len(header):,} columns, read so; at most {MOST_COLUMNS} can be mapped here")
    if any(len(column) > LONGEST_NAME for column in header):
        raise Refused(f"{name} has column names of more than {LONGEST_NAME} characters, read so: is it a table?")


def preview(source: Source, mapping: Mapping) -> Preview:
    """The first rows as this mapping understands them. Raises Refused as an import would, before any row."""
    plan = importer_of(mapping.kind).plan(mapping)
    with _rows(source, plan, mapping) as rows:
        bindings = staging.bind(plan, mapping, rows.header, source.name)
        columns = Columns(rows.header, {b.position: b.field for b in bindings if b.position is not None})
        first = [_understood(record, bindings, columns) for record in islice(rows, SHOWN)]
    return Preview([binding.name for binding in bindings], first)


@contextmanager
def _rows(source: Source, plan: Plan, mapping: Mapping) -> Iterator[Rows]:
    with source.text(mapping.layout.encoding) as text:
        yield plan.rows(text, mapping, Path(source.name))


def _understood(
    record: tuple[int, list[str]] | Reject, bindings: Sequence[staging.Binding], columns: Columns
) -> PreviewRow:
    if isinstance(record, Reject):
        return PreviewRow(record.line, problem=" ".join(filter(None, (record.column, in_words(record.reason)))))
    line, row = record
    cleansed = cleanse({line: row}, columns)
    if cleansed.rejects:
        reject = cleansed.rejects[0]
        return PreviewRow(line, problem=f"{reject.column} {in_words(reject.reason)}")
    return PreviewRow(line, [_cell(binding, cleansed.rows[line]) for binding in bindings])


def _cell(binding: staging.Binding, row: list[str]) -> Cell:
    (text,) = binding.texts([row])
    try:
        return Cell(shown(binding.field.read(text)).replace("\x1f", "; "))
    except Problem as problem:
        return Cell(shown(text), problem.words)
