"""What importers of people's doings share: who a row is about, and when it happened where the file has no dates."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

from privacy.agency import agency_zone
from records.intake.fields import Field, Moment, Text
from records.intake.mapping import Column, Mapping
from records.intake.problems import Refused

SQL = Path(__file__).parent / "sql"
FIND_PEOPLE = (SQL / "find_people.sql").read_text()


def person_fields() -> dict[str, Field]:
    """The columns that say who a row is about: a customer's number, else their address."""
    return {"customer": Text(40), "email": Text(254)}


def moment_field(*, required: bool = True) -> Moment:
    """A moment; a clock time without an offset is the agency's."""
    return Moment(agency_zone(), required=required)


def find_people(cursor: CursorWrapper) -> None:
    """Make `staged_person` (line, customer_id, key) of the staged rows that name a customer; reject the unknown."""
    cursor.execute(FIND_PEOPLE)


def names_people(mapping: Mapping) -> bool:
    return any(name in mapping.columns for name in person_fields())


def require_people(mapping: Mapping) -> None:
    """Raises Refused where the mapping has no column that says whose row it is."""
    if not names_people(mapping):
        raise Refused(f"{mapping.name}: name the column of customer (their number) or of email")


def dated(mapping: Mapping, field: str, *, clock: str = "T12:00:00") -> dict[str, Column]:
    """The mapping's columns; in a file without dates the field is noon, the agency's, of its nominal date."""
    columns, nominal = dict(mapping.columns), mapping.layout.nominal_date
    if field in columns and nominal:
        raise Refused(f"{mapping.name}: nominal_date is for files without dates, and {field} has a column")
    if field not in columns and not nominal:
        raise Refused(f"{mapping.name}: name the column of {field}, or a nominal_date under [file]")
    if nominal:
        columns[field] = Column(constant=f"{nominal}{clock}")
    return columns
