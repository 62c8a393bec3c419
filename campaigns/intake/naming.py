"""What both shapes share: when a row without a date happened, who a row is about, and ids for rows without one."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

from privacy.agency import agency_zone
from records.intake.fields import Field, Moment, Text
from records.intake.mapping import Column, Mapping
from records.intake.problems import Refused
from records.models import Import

SQL = Path(__file__).resolve().parent.parent / "sql"
LINE_UUID = (SQL / "intake_line_uuid.sql").read_text()
PEOPLE = (SQL / "intake_people.sql").read_text()

Values = dict[str, "int | str | list[str] | None"]


def person_fields() -> dict[str, Field]:
    return {
        "occurred_at": Moment(agency_zone(), required=True),
        "customer": Text(40),
        "email": Text(254),
    }


def dated(mapping: Mapping) -> dict[str, Column]:
    """The mapping's columns; a file without dates happened at noon, the agency's, of its nominal date."""
    columns, nominal = dict(mapping.columns), mapping.layout.nominal_date
    if "occurred_at" in columns and nominal:
        raise Refused(f"{mapping.name}: nominal_date is for files without dates, and occurred_at has a column")
    if "occurred_at" not in columns and not nominal:
        raise Refused(f"{mapping.name}: name the column of occurred_at, or a nominal_date under [file]")
    if nominal:
        columns["occurred_at"] = Column(constant=f"{nominal}T12:00:00")
    return columns


def find_people(cursor: CursorWrapper, record: Import) -> Values:
    """Make `staged_person` (line, customer, key) and reject who is not found. Returns the statements' values."""
    values: Values = {"import": record.pk, "content": record.content_hash}
    cursor.execute(LINE_UUID)
    cursor.execute(PEOPLE, values)
    return values


def read(name: str) -> str:
    """A statement of this importer, by name."""
    return (SQL / f"intake_{name}.sql").read_text()
