"""What both shapes share: when a row without a date happened, who a row is about, and ids for rows without one."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.bounds import first_kept
from campaigns.enums import SERIES_OF, EventKind, Series
from records.intake import people
from records.intake.fields import Field
from records.intake.mapping import Column, Mapping
from records.models import Import

SQL = Path(__file__).resolve().parent.parent / "sql"
LINE_UUID = (SQL / "intake_line_uuid.sql").read_text()

Values = dict[str, "int | str | list[str] | datetime | None"]


def person_fields() -> dict[str, Field]:
    return {"occurred_at": people.moment_field(), **people.person_fields()}


def dated(mapping: Mapping) -> dict[str, Column]:
    return people.dated(mapping, "occurred_at")


def find_people(cursor: CursorWrapper, record: Import) -> Values:
    """Make `staged_person` (line, customer, key) and reject who is not found. Returns the statements' values."""
    values: Values = {"import": record.pk, "content": record.content_hash}
    cursor.execute(LINE_UUID)
    people.find_people(cursor)
    return values


def first_kept_of(record: Import, kinds: Iterable[EventKind] = EventKind) -> dict[Series, datetime | None]:
    """Of each series of these kinds, from when on its events are still taken. None in a file without dates, which is
    taken whatever the one date that its mapping gives it."""
    kept = {} if record.nominal_date else first_kept(timezone.now())
    return {series: kept.get(series) for series in {SERIES_OF[kind] for kind in kinds}}


def read(name: str) -> str:
    """A statement of this importer, by name."""
    return (SQL / f"intake_{name}.sql").read_text()
