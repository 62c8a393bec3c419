"""The mapping file (TOML): which column of a file is which field, and what is done with the others."""

import codecs
import hashlib
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from records.enums import Location, Source
from records.intake.problems import Refused

T = TypeVar("T")
NAMES = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    date: "a date like 2026-03-31",
    datetime: "a date and time like 2026-03-31T09:00:00",
    dict: "a table",
    list: "a list",
}
REQUIRED: Any = object()


class Table:
    """A table of the file whose keys are taken one by one; `close` refuses those that nobody took."""

    def __init__(self, where: str, content: dict[str, Any]) -> None:
        self.where, self._content, self._known = where, dict(content), list[str]()

    def take(self, key: str, kind: type[T], default: T = REQUIRED) -> T:
        """The value of the key, of this very type. Raises Refused where it is missing or something else."""
        self._known.append(key)
        if key not in self._content:
            if default is REQUIRED:
                raise Refused(f"{self.where}: {key} is missing")
            return default
        value = self._content.pop(key)
        if not isinstance(value, kind) or (kind is date and isinstance(value, datetime)):
            raise Refused(f"{self.where}: {key} is not {NAMES.get(kind, kind.__name__)}")
        return value

    def choice(self, key: str, words: tuple[str, ...], default: str = REQUIRED) -> str:
        word = self.take(key, str, default)
        if word not in words:
            raise Refused(f"{self.where}: {key} is {word!r}, none of {', '.join(map(repr, words))}")
        return word

    def texts(self, key: str, default: list[str] = REQUIRED) -> list[str]:
        """A list of texts that is not empty."""
        values: list[Any] = self.take(key, list, default)
        if (not values and default is REQUIRED) or not all(isinstance(value, str) for value in values):
            raise Refused(f"{self.where}: {key} is not a list of texts")
        return values

    def table(self, key: str, default: dict[str, Any] = REQUIRED) -> "Table":
        return Table(f"{self.where}: [{key}]", self.take(key, dict, default))

    def tables(self, key: str) -> "list[Table]":
        """The blocks [[key]]; none is an empty list."""
        blocks: list[Any] = self.take(key, list, [])
        if not all(isinstance(block, dict) for block in blocks):
            raise Refused(f"{self.where}: {key} is not written as [[{key}]]")
        return [Table(f"{self.where}: [[{key}]] {number}", block) for number, block in enumerate(blocks, 1)]

    def peek(self, key: str) -> object:
        return self._content.get(key)

    def names(self) -> list[str]:
        return list(self._content)

    def close(self) -> None:
        if self._content:
            known = f" (known: {', '.join(self._known)})" if self._known else ""
            raise Refused(f"{self.where}: {', '.join(self._content)} is not known here{known}")


@dataclass(frozen=True)
class Column:
    """Where a field's texts come from: a column of the file, several joined by spaces, or a constant for every row."""

    name: str = ""
    constant: str | None = None
    format: str = ""
    values: MappingOf[str, str] = field(default_factory=dict)
    optional: bool = False
    further: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that it takes."""
        return (self.name, *self.further) if self.constant is None else ()


@dataclass(frozen=True)
class Layout:
    encoding: str
    delimiter: str
    quote: str
    nominal_date: date | None
    ignores_others: bool
    source: str  # a value of records.enums.Source
    location: str  # a value of records.enums.Location


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read. `extra` holds the tables that only the kind's own importer knows."""

    name: str
    digest: str  # SHA-256 of the file
    kind: str
    layout: Layout
    columns: dict[str, Column]
    dropped: dict[str, str]  # column -> why it is not taken in
    extra: Table


def read_mapping(path: Path) -> Mapping:
    """Raises Refused with the file, the key and what is wrong with it."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise Refused(f"cannot read the mapping {path}: {problem.strerror}") from None
    return parse_mapping(content, path)


def parse_mapping(content: bytes, path: Path) -> Mapping:
    """The mapping that a file of this name holds. Raises Refused as `read_mapping` does."""
    try:
        top = Table(str(path), tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Refused(f"the mapping {path} is not TOML: {problem}") from None
    return Mapping(
        name=path.name,
        digest=hashlib.sha256(content).hexdigest(),
        kind=top.take("kind", str),
        layout=_read_layout(top.table("file", {})),
        columns=_read_columns(top.table("columns", {})) if top.peek("columns") is not None else {},
        dropped=_read_dropped(top.table("drop", {})),
        extra=top,
    )


def separator_of(mapping: Mapping) -> str:
    """What stands between several values of one cell: [several] separator, a semicolon where it is not said."""
    several = mapping.extra.table("several", {})
    separator = several.take("separator", str, ";")
    if not separator:
        raise Refused(f"{several.where}: separator is empty")
    several.close()
    return separator


def _read_layout(table: Table) -> Layout:
    layout = Layout(
        encoding=_known_encoding(table),
        delimiter=_one_character(table, "delimiter", ","),
        quote=_one_character(table, "quote", '"'),
        nominal_date=table.take("nominal_date", date, None),
        ignores_others=table.choice("other_columns", ("refuse", "ignore"), "refuse") == "ignore",
        source=table.choice("source", tuple(Source.values), Source.PERSONNEL),
        location=table.choice("location", tuple(Location.values), Location.HEADQUARTERS),
    )
    table.close()
    return layout


def _known_encoding(table: Table) -> str:
    name = table.take("encoding", str, "utf-8")
    try:
        "".encode(codecs.lookup(name).name)
    except (LookupError, UnicodeError, ValueError):
        raise Refused(f"{table.where}: encoding {name!r} is not known") from None
    return name


def _one_character(table: Table, key: str, default: str) -> str:
    value = table.take(key, str, default)
    if len(value) != 1 or value in "\r\n\x00":
        raise Refused(f"{table.where}: {key} is not one character")
    return value


def _read_columns(table: Table) -> dict[str, Column]:
    columns = {key: _read_column(table, key) for key in table.names()}
    if not columns:
        raise Refused(f"{table.where} names no column")
    return columns


def _read_column(table: Table, key: str) -> Column:
    value = table.take(key, object)
    if isinstance(value, str):
        return Column(name=value)
    if not isinstance(value, dict):
        raise Refused(f'{table.where}: {key} is neither a column\'s name nor a table like {{ column = "..." }}')
    return _read_column_table(Table(f"{table.where}: {key}", value))


def _read_column_table(table: Table) -> Column:
    constant = table.take("constant", str, "")
    values = table.take("values", dict, {})
    if not all(isinstance(value, str) for value in values.values()):
        raise Refused(f"{table.where}: values are not all texts")
    names = _read_names(table) if not constant else [""]
    column = Column(
        name=names[0],
        further=tuple(names[1:]),
        constant=constant or None,
        format=_known_format(table),
        values=values,
        optional=table.take("optional", bool, False),
    )
    table.close()
    return column


def _read_names(table: Table) -> list[str]:
    """`column`, or `columns` that are joined by spaces, as a first and a last name are."""
    return table.texts("columns") if table.peek("columns") is not None else [table.take("column", str)]


def _known_format(table: Table) -> str:
    """The strptime format, tried out: a wrong one would otherwise refuse every row."""
    pattern = table.take("format", str, "")
    now = datetime.now(UTC)
    try:
        datetime.strptime(now.strftime(pattern), pattern)  # noqa: DTZ007 (thrown away)
    except ValueError as problem:
        raise Refused(f"{table.where}: format {pattern!r} is not one for dates: {problem}") from None
    return pattern


def _read_dropped(table: Table) -> dict[str, str]:
    return {column: table.take(column, str) for column in table.names()}
