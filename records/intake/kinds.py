"""The importers by kind. Each floor registers its own when the program starts (AppConfig.ready)."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TextIO

from django.db.backends.utils import CursorWrapper

from records.intake.delimited import Reader, Row
from records.intake.description import Description, read_description
from records.intake.fields import Field
from records.intake.mapping import Column, Mapping, parse_mapping, read_mapping
from records.intake.problems import Refused, Reject
from records.intake.sealing import Held
from records.models import Import


@dataclass(frozen=True)
class Loaded:
    """What became of the rows of a chunk that were not rejected."""

    loaded: int
    already_present: int
    secrets: Counter[str] = field(default_factory=Counter)  # dropped, by element of the notice


class Rows(Protocol):
    """The records of a file, read one by one in bounded memory, each under a line (from 1) that no other has.

    `header` names the cells of a row; `line` is the last line of what was yielded so far, `consumed` the characters
    read for it. A format whose records are no lines numbers them.
    """

    header: list[str]
    line: int
    consumed: int

    def __iter__(self) -> Iterator[Row | Reject]: ...


class Plan(ABC):
    """What one mapping asks of an importer. The pipeline stages each chunk in the temporary table `staged_row`:
    `line` and a typed column for each of `fields`, null where the cell is empty or the field has no column.
    """

    fields: dict[str, Field]
    columns: dict[str, Column]  # by field
    rows_a_chunk: int = 20_000
    held: Held = MappingProxyType({})  # the values of sealed fields, which are never staged
    fills: tuple[str, ...] = ()  # tables whose size the later chunks' plans depend on

    def rows(self, text: TextIO, mapping: Mapping, path: Path) -> Rows:
        """The file's records: CSV, unless the kind's files have a format of their own. Raises Refused."""
        layout = mapping.layout
        return Reader(text, name=str(path), encoding=layout.encoding, delimiter=layout.delimiter, quote=layout.quote)

    def begin(self, cursor: CursorWrapper, record: Import) -> None:  # noqa: B027 (most need nothing)
        """Make what the whole import needs, in the transaction that starts it."""

    @abstractmethod
    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        """Store the staged rows; `given` are the fields that this file has.

        What cannot be stored goes to `staged_reject` (line, field, reason).
        """


class Importer(Protocol):
    def plan(self, mapping: Mapping) -> Plan:
        """Raises Refused where the mapping asks for something that is not there."""

    def undo(self, record: Import) -> str:
        """Take it all back, within the caller's transaction; says what went. Raises Refused with the reason."""


_importers: dict[str, Importer] = {}
_descriptions: dict[str, "Path | Callable[[], Description]"] = {}
_own_mappings: dict[str, Callable[[], str]] = {}
BESIDE = Path(__file__).parent


@dataclass(frozen=True)
class OwnMapping:
    """A kind's own mapping, for files whose columns have the plain names."""

    name: str
    content: str

    def read_text(self) -> str:
        return self.content


def register(
    kind: str,
    importer: Importer,
    description: "Path | Callable[[], Description] | None" = None,
    own_mapping: Callable[[], str] | None = None,
) -> None:
    """Make an importer known. `description` is its TOML file for people (records.intake.description), beside these
    unless said otherwise, or what gives the description; where there is none, the screens name the fields as the
    mapping file does. `own_mapping` gives the text of the kind's own mapping where no file holds it."""
    _importers[kind] = importer
    _descriptions[kind] = description or BESIDE / f"{kind}.toml"
    if own_mapping:
        _own_mappings[kind] = own_mapping


def kinds() -> list[str]:
    """Every registered kind, by name; those of a numbered category last, by number."""
    return sorted(_importers, key=_by_name_then_number)


def _by_name_then_number(kind: str) -> tuple[int, str]:
    number = kind.rpartition("-")[2]
    return (int(number), kind) if number.isdigit() else (0, kind)


def importer_of(kind: str) -> Importer:
    if kind not in _importers:
        raise Refused(f"there is no importer of {kind!r} (there are: {', '.join(kinds())})")
    return _importers[kind]


def description_of(kind: str) -> Description:
    """What people are told of the kind. Raises Refused for one that is not registered."""
    importer_of(kind)
    description = _descriptions[kind]
    return read_description(kind, description) if isinstance(description, Path) else description()


def default_mapping(kind: str) -> OwnMapping | None:
    """The kind's own mapping: in the folder `mappings` of the importer's package, or as the importer gives it."""
    importer_of(kind)
    name, description = f"{kind}.toml", _descriptions[kind]
    if own := _own_mappings.get(kind):
        return OwnMapping(name, own())
    path = description.parents[1] / "mappings" / name if isinstance(description, Path) else BESIDE / name
    return OwnMapping(name, path.read_text()) if path.exists() else None


def mapping_of(kind: str, path: Path | None) -> Mapping:
    """The mapping file, or the kind's own. Raises Refused where neither is there or it is for another kind."""
    if path is not None:
        mapping = read_mapping(path)
    elif own := default_mapping(kind):
        mapping = parse_mapping(own.content.encode(), Path(own.name))
    else:
        raise Refused(f"say which mapping file to use for {kind!r}: --mapping FILE (see docs/importing.md)")
    if mapping.kind != kind:
        raise Refused(f"the mapping {mapping.name} is for {mapping.kind!r}, not for {kind!r}")
    return mapping


def bound(fields: MappingOf[str, Field], mapping: Mapping, *, given: Collection[str] = ()) -> dict[str, Field]:
    """The fields as this mapping has them, date formats included. Raises Refused for one unknown or missing.

    Those in `given` get their values otherwise where they have no column.
    """
    unknown = [name for name in mapping.columns if name not in fields]
    if unknown:
        raise Refused(f"{mapping.name}: [columns] {', '.join(unknown)}: no such field (there are: {', '.join(fields)})")
    missing = [name for name, field in fields.items() if field.required and name not in {*mapping.columns, *given}]
    if missing:
        raise Refused(f"{mapping.name}: [columns] names no column for {', '.join(missing)}")
    return {name: _formatted(name, field, mapping) for name, field in fields.items()}


def _formatted(name: str, field: Field, mapping: Mapping) -> Field:
    column = mapping.columns.get(name)
    return field.with_format(column.format) if column and column.format else field
