"""A mapping file in the making: begun from a guess or another mapping, changed on the screen, written as TOML."""

import tomllib
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from records.enums import Location, Source
from records.intake.fields import Field, Text
from records.intake.guessing import DateGuess, guess_fields, guess_format, part_of, takes_date
from records.intake.kinds import Plan, default_mapping, description_of, importer_of
from records.intake.mapping import Mapping, parse_mapping
from records.intake.problems import Refused
from records.intake.sampling import Sample
from records.intake.sniffing import Written

NAME = "mapping.toml"
LEAVE_OUT = "-"  # what the screen sends for a column that is left out
Content = dict[str, Any]  # a mapping file's tables


@dataclass(frozen=True)
class Choice:
    """What somebody decided about one column: a field, `LEAVE_OUT` with a reason, or nothing yet (empty)."""

    column: str
    field: str = ""
    format: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Layout:
    """The table [file] as the screen asks for it."""

    written: Written
    source: str = Source.PERSONNEL
    location: str = Location.HEADQUARTERS


@dataclass
class Draft:
    """The choices for a file's columns, beside what a mapping said that the screen does not ask for."""

    kind: str
    layout: Layout
    choices: list[Choice]
    notes: MappingOf[str, str] = field(default_factory=dict)  # by column: what the guess rests on
    base: Content = field(default_factory=dict)

    def content(self) -> Content:
        """The mapping file's tables.

        Raises Refused where a column is left out without why, or several are one field that cannot be joined.
        """
        columns = {name: value for name, value in self._base_columns().items() if "constant" in value}
        columns |= {name: self._entry(name, chosen) for name, chosen in self._by_field().items()}
        return {
            **self.base,
            "kind": self.kind,
            "file": {**self.base.get("file", {}), **_file_table(self.layout)},
            "columns": columns,
            "drop": {one.column: _reason(one) for one in self.choices if one.field == LEAVE_OUT},
        }

    def _by_field(self) -> dict[str, list[Choice]]:
        found: dict[str, list[Choice]] = {}
        for one in self.choices:
            if one.field not in ("", LEAVE_OUT):
                found.setdefault(one.field, []).append(one)
        return found

    def _entry(self, name: str, chosen: list[Choice]) -> str | Content:
        """The field's entry; several columns are joined in the order of the field's parts, or else of the file."""
        if len(chosen) == 1:
            return self._column(chosen[0])
        description = description_of(self.kind)
        if not isinstance(fields_of(self.kind, as_toml(self.base) if self.base else "").get(name), Text):
            label = description.of(name).label
            raise Refused(f"{label}: chosen for more than one column, which cannot be joined. Leave one of them out")
        ordered = sorted(chosen, key=lambda one: part_of(description, name, one.column) or 0)
        return {"columns": [one.column for one in ordered]}

    def _base_columns(self) -> dict[str, Any]:
        columns: dict[str, Any] = self.base.get("columns", {})
        return {name: value if isinstance(value, dict) else {"column": value} for name, value in columns.items()}

    def _column(self, choice: Choice) -> str | Content:
        """The column's entry; what a mapping said of its values stays."""
        known = self._base_columns().get(choice.field, {})
        values = known.get("values") if known.get("column") == choice.column else None
        entry = {"column": choice.column, "format": choice.format, "values": values}
        filled = {key: value for key, value in entry.items() if value}
        return filled if len(filled) > 1 else choice.column


def _file_table(layout: Layout) -> Content:
    written = layout.written
    return {
        "encoding": written.encoding,
        "delimiter": written.delimiter,
        "quote": written.quote,
        "source": str(layout.source),
        "location": str(layout.location),
    }


def _reason(choice: Choice) -> str:
    if not choice.reason.strip():
        raise Refused(f"{choice.column}: say why it is left out")
    return choice.reason.strip()


def as_toml(content: Content) -> str:
    return tomli_w.dumps(content)


def mapping_in(toml: str, name: str = NAME) -> Mapping:
    """The mapping that a draft wrote. Raises Refused."""
    return parse_mapping(toml.encode(), Path(name))


def fields_of(kind: str, toml: str = "") -> dict[str, Field]:
    """The kind's fields, as the mapping has them or else the kind's own mapping file.

    Raises Refused where neither says enough: then a mapping file must be sent with the file.
    """
    if toml:
        try:
            return plan_in(toml).fields
        except Refused:
            if default_mapping(kind) is None:
                raise
    if (path := default_mapping(kind)) is None:
        raise Refused("Files of this kind need a mapping file: send one with the file (docs/importing.md tells how).")
    return plan_in(path.read_text()).fields


def plan_in(toml: str) -> Plan:
    """Raises Refused where the mapping asks for something that is not there, or lacks what is required."""
    mapping = mapping_in(toml)
    return importer_of(mapping.kind).plan(mapping)


def has_columns(kind: str, toml: str) -> bool:
    """Whether the columns of such files are chosen: some kinds have a format of their own."""
    path = default_mapping(kind)
    text = toml or (path.read_text() if path else "")
    return not text or bool(mapping_in(text).columns)


def guessed(kind: str, written: Written, sample: Sample) -> Draft:
    """A first draft for the file: what can be told from its header and its first rows."""
    fields = fields_of(kind)
    guesses = guess_fields(sample.header, sample.columns, fields, description_of(kind))
    choices, notes = list[Choice](), dict[str, str]()
    for column, guess, values in zip(sample.header, guesses, sample.columns, strict=True):
        found = _date_guess(fields.get(guess.field), values)
        choices.append(Choice(column, guess.field, found.format if found else ""))
        notes[column] = guess.why and f"Guessed {guess.why}."
    return Draft(kind, Layout(written), choices, notes)


def _date_guess(field: Field | None, values: Sequence[str]) -> DateGuess | None:
    if field is None or not takes_date(field):
        return None
    return guess_format(values, with_time=field.sql_type == "timestamptz")


def drafted(kind: str, toml: str, header: Sequence[str], written: Written) -> Draft:
    """The draft that a mapping is, for a file with this header. Raises Refused for one that is no mapping."""
    mapping_in(toml)
    base = tomllib.loads(toml)
    draft = Draft(kind, _layout_in(base, written), [], base=base)
    by_column = {
        column: (name, value)
        for name, value in draft._base_columns().items()
        for column in value.get("columns", [value.get("column")])
    }
    for column in header:
        name, value = by_column.get(column, ("", {}))
        reason = base.get("drop", {}).get(column, "")
        draft.choices.append(Choice(column, LEAVE_OUT if reason else name, value.get("format", ""), reason))
    return draft


def _layout_in(base: Content, written: Written) -> Layout:
    table = base.get("file", {})
    return Layout(
        Written(
            table.get("encoding", written.encoding),
            table.get("delimiter", written.delimiter),
            table.get("quote", written.quote),
        ),
        table.get("source", Source.PERSONNEL),
        table.get("location", Location.HEADQUARTERS),
    )
