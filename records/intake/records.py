"""The importers of the long tail: one kind a category, whose columns are the elements of the notice.

`category-12` takes files whose columns are elements of category 12 (`c12-user-department`), beside whose record it is,
when it was collected and the keys by which it is found. Values are checked by their type in the notice; secrets are
dropped and counted.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TextIO
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from privacy.notice import Element, NotInForce
from records import keeping
from records.attributes import Checked
from records.elements import category_of, is_of_customers, keys_of_category, notice_of_category, read_text
from records.intake import people
from records.intake.description import Description, FieldDescription
from records.intake.fields import Field, Sealed, Text
from records.intake.kinds import Loaded, Plan, Rows, bound
from records.intake.mapping import Mapping
from records.intake.meetings.storing import count_dropped
from records.intake.problems import Refused
from records.intake.staging import other_columns
from records.keeping import FoundBy, NewRecord, Why, keys_of, rule_of
from records.models import DroppedSecret, Import, Record

KEYS = {
    "meeting_number": ("meeting_id", Text(40)),
    "host_name": ("host_name", Text(200)),
    "host_email": ("host_email", Text(254)),
    "organizer": ("organizer_name", Text(254)),
    "participant": ("other_personal_identifier", Text(254)),
}
LABELS = {
    "customer": "Whose record: customer ID",
    "email": "Whose record: e-mail address",
    "collected_at": "When it was collected",
    "number": "The record's number",
    "meeting_number": "Found by: meeting ID",
    "host_name": "Found by: host's name",
    "host_email": "Found by: host's e-mail address",
    "organizer": "Found by: who organized or sent it",
    "participant": "Found by: who took part",
}
NAMES = {
    "customer": ("customer id", "customer number", "customer no"),
    "email": ("customer email", "e-mail", "email address"),
    "collected_at": ("collected", "recorded at", "date collected"),
    "number": ("record id", "record number", "id"),
    "meeting_number": ("meeting id",),
    "host_email": ("host e-mail",),
    "organizer": ("organizer name", "organiser", "sender"),
    "participant": ("participant name", "attendee", "recipient"),
}
REJECT = "INSERT INTO staged_reject (line, field, reason) VALUES (%s, %s, %s)"
STAGED = "SELECT line, {columns} FROM staged_row ORDER BY line"
PEOPLE = "SELECT line, customer_id, key FROM staged_person"
NAMELESS = "SELECT line FROM staged_row WHERE customer IS NULL AND email IS NULL"
DIFFERS = "differs from what is known of this record"

Row = dict[str, Any]
Person = tuple[int, UUID]


@dataclass(frozen=True)
class ElementField(Field):
    """A value of an element, staged as the JSON that is kept of it."""

    element: Element
    required: bool = False

    def parse(self, text: str) -> str:
        return json.dumps(read_text(self.element, text), ensure_ascii=False)


@dataclass(frozen=True)
class Secret(Field):
    """An element that is never kept: of its cells nothing is staged but that there was one."""

    required: bool = False
    is_quoted: ClassVar[bool] = False
    takes_numbers: ClassVar[bool] = True  # counted as dropped, whatever stands there

    def parse(self, text: str) -> str:
        return "dropped"


def column_of(identifier: str) -> str:
    """An element's name as a column of the database: `c12_user_department`."""
    return identifier.replace("-", "_")


def element_field(element: Element) -> Field:
    if element.is_secret:
        return Secret()
    return Sealed(ElementField(element)) if element.is_encrypted else ElementField(element)


def record_fields(category: int) -> dict[str, Field]:
    """Every field that a file of the category may have today."""
    return _record_fields(category, notice_of_category(category).version)


@cache
def _record_fields(category: int, version: str) -> dict[str, Field]:
    """They are the same as long as the version of the notice is."""
    keys = keys_of_category(category)
    return {
        **people.person_fields(),
        "collected_at": people.moment_field(),
        "number": Text(100),
        **{name: field for name, (key, field) in KEYS.items() if key in keys},
        **{column_of(element.id): element_field(element) for element in category_of(category).elements},
    }


def describe(category: int) -> Description:
    """What people are told of the kind: the notice's own words for the elements."""
    found = category_of(category)
    labels = _labels(found.elements)
    elements = {column_of(one.id): FieldDescription(labels[one.id], (one.id, one.label)) for one in found.elements}
    fields = record_fields(category)
    others = {name: FieldDescription(label, NAMES.get(name, ())) for name, label in LABELS.items() if name in fields}
    return Description(
        f"Category {category}: {found.title}",
        f"Records of the notice's category {category}, a column an element.",
        (category,),
        {**others, **elements},
    )


def _labels(elements: Sequence[Element]) -> dict[str, str]:
    """The notice's words for each; where it has the same words for two of them, the second says so."""
    seen, labels = Counter[str](), {}
    for element in elements:
        label = element.label[:1].upper() + element.label[1:]
        seen[label] += 1
        labels[element.id] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return labels


def plain_mapping(category: int) -> str:
    """The mapping of a file whose columns have the fields' own names, each where it has one."""
    elements = {column_of(one.id): one.id for one in category_of(category).elements}
    others = [name for name in record_fields(category) if name != "collected_at"]
    columns = [f'{name} = {{ column = "{elements.get(name, name)}", optional = true }}' for name in others]
    return "\n".join([f'kind = "category-{category}"', "[columns]", 'collected_at = "collected_at"', *columns])


class RecordImporter:
    def __init__(self, category: int) -> None:
        self.category = category

    def plan(self, mapping: Mapping) -> Plan:
        return RecordPlan(mapping, self.category)

    def undo(self, record: Import) -> str:
        """Delete the records of an import, and its counts of secrets."""
        DroppedSecret.objects.filter(source_import=record).delete()
        return f"{keeping.taken_back(record.pk):,} records"


class RecordPlan(Plan):
    rows_a_chunk = 5_000

    def __init__(self, mapping: Mapping, category: int) -> None:
        self.category = category
        self.why = Why(mapping.extra.choice("why", tuple(Why.values), Why.USUAL))
        mapping.extra.close()
        mapping = replace(mapping, columns={column_of(name): column for name, column in mapping.columns.items()})
        if is_of_customers(category):
            people.require_people(mapping)
        self.columns = people.dated(mapping, "collected_at")
        self.fields = bound(record_fields(category), mapping, given=("collected_at",))
        self.elements = {column_of(one.id): one for one in category_of(category).elements}
        if not self.elements.keys() & mapping.columns.keys():
            raise Refused(f"{mapping.name}: [columns] names no element of category {category}")
        self._refuse_what_may_not_be_held(mapping)

    def _refuse_what_may_not_be_held(self, mapping: Mapping) -> None:
        try:
            rule_of(self.category, self.why)
        except (NotInForce, ValueError) as problem:
            raise Refused(f"{mapping.name}: {problem}") from None

    def rows(self, text: TextIO, mapping: Mapping, path: Path) -> Rows:
        """Raises Refused where no column says whose the records are, or none is an element."""
        rows = super().rows(text, mapping, path)
        if not mapping.layout.ignores_others and other_columns(self, mapping, rows.header):
            return rows  # refused by name, as for each kind
        given = {name for name, column in self.columns.items() if {*rows.header}.issuperset(column.names)}
        if not given & self.elements.keys():
            raise Refused(f"{path} has no column of an element of category {self.category}")
        if is_of_customers(self.category) and not given & people.person_fields().keys():
            raise Refused(f"{path} does not say whose the records are: it needs a column customer or email")
        return rows

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        found = self._people(cursor, given)
        rows = [row for row in self._staged(cursor, given) if found is None or row["line"] in found]
        told = {row["line"]: self._told(row, record, (found or {}).get(row["line"])) for row in rows}
        empty = [line for line, one in told.items() if not one.checked]
        cursor.executemany(REJECT, [(line, "", "holds nothing that may be kept") for line in empty])
        lines = [line for line, one in told.items() if one.checked]
        kept = keeping.keep(told[line] for line in lines)
        dropped = sum((one.checked.dropped for one in told.values()), Counter[str]())
        count_dropped(dropped, record.pk)
        known = [line for at, line in enumerate(lines) if at not in kept.new]
        differing = _differing({line: told[line] for line in known})
        cursor.executemany(REJECT, [(line, "", DIFFERS) for line in differing])
        return Loaded(kept.loaded, len(known) - len(differing), secrets=dropped)

    def _people(self, cursor: CursorWrapper, given: Collection[str]) -> "dict[int, Person | None] | None":
        """Whose each row is, by line; None where the file does not say. Rows of the unknown are rejected."""
        if not people.person_fields().keys() & set(given):
            return None
        people.find_people(cursor)
        cursor.execute(PEOPLE)
        found: dict[int, Person | None] = {line: (pk, key) for line, pk, key in cursor.fetchall()}
        cursor.execute(NAMELESS)
        nameless = [line for (line,) in cursor.fetchall()]
        if is_of_customers(self.category):
            cursor.executemany(REJECT, [(line, "", "does not say whose record it is") for line in nameless])
            return found
        return found | dict.fromkeys(nameless)

    def _staged(self, cursor: CursorWrapper, given: Collection[str]) -> Iterator[Row]:
        columns = ["line", *(name for name in given if not self.fields[name].is_sealed)]
        cursor.execute(STAGED.format(columns=", ".join(columns[1:])))
        for row in cursor.fetchall():
            cells = dict(zip(columns, row, strict=True))
            yield {**cells, **self.held.get(cells["line"], {})}

    def _told(self, row: Row, record: Import, person: Person | None) -> NewRecord:
        customer_id, subject = person or (None, None)
        return NewRecord(
            checked=self._checked(row),
            collected_at=row["collected_at"],
            origin=self._origin(row, customer_id, record),
            found_by=FoundBy(**{name: row.get(name) or "" for name in KEYS}),
            customer_id=customer_id,
            subject=subject,
            why=self.why,
            source=record.source,
            location=record.location,
            source_import_id=record.pk,
        )

    def _checked(self, row: Row) -> Checked:
        plain_values: dict[str, object] = {}
        sealed: dict[str, object] = {}
        dropped = Counter[str]()
        for name, element in self.elements.items():
            if not row.get(name):
                continue
            if element.is_secret:
                dropped[element.id] += 1
            elif (value := json.loads(row[name])) not in (None, "", []):
                (sealed if element.is_encrypted else plain_values)[element.id] = value
        return Checked(self.category, plain_values, sealed, dropped)

    def _origin(self, row: Row, customer_id: int | None, record: Import) -> tuple[str, ...]:
        """A number of the file's own names the record; without one the file and the line do."""
        if number := row.get("number"):
            return ("numbered", str(record.source), str(number))
        return ("file", record.content_hash, str(row["line"]), str(customer_id or ""))


def _differing(known: MappingOf[int, NewRecord]) -> list[int]:
    """The lines whose record is kept already with other contents."""
    keys = dict(zip(known, keys_of(list(known.values())), strict=True)) if known else {}
    stored = {record.key: record for record in Record.objects.filter(key__in=list(keys.values()))}
    return [line for line, one in known.items() if _differs(one, stored.get(keys[line]))]


def _differs(told: NewRecord, stored: Record | None) -> bool:
    if stored is None:
        return False
    same_person = told.customer_id == stored.customer_id
    same = dict(told.checked.plain) == stored.attributes and dict(told.checked.sealed) == (stored.sealed or {})
    return not (same and same_person)
