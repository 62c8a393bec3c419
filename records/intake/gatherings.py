"""The importer of registrations for events: a customer registers for an event once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from records.intake import cells, people
from records.intake.describing import in_agency_time, optional, refuse_other, short, slug_of
from records.intake.fields import Boolean, Field, Sealed, Text
from records.intake.kinds import Loaded, Plan, bound
from records.intake.known import count_known
from records.intake.mapping import Column, Mapping, Table
from records.intake.problems import Refused
from records.models import Gathering, Import, Registration

SQL = Path(__file__).parent / "sql"
STAGE = (SQL / "stage_registrations.sql").read_text()
INSERT = (SQL / "insert_registrations.sql").read_text()
COMPARE = (SQL / "compare_registrations.sql").read_text()

SEALED = ("itinerary", "accommodations")
NEW = "SELECT subject, key, line FROM staged_registration WHERE NOT is_known"
KNOWN = """
SELECT customer.key, known.key, line, known.itinerary, known.accommodations
FROM known_row
JOIN records_registration AS known USING (id)
JOIN records_customer AS customer ON customer.id = known.customer_id
WHERE line NOT IN (SELECT line FROM staged_reject)
"""


def registration_fields() -> dict[str, Field]:
    return {
        **people.person_fields(),
        "gathering": Text(200, required=True),
        "registered_at": people.moment_field(),
        "role": Text(100),
        "itinerary": Sealed(Text(5_000)),
        "badge_name": Text(100),
        "accommodations": Sealed(Text(2_000)),
        "attended": Boolean(),
        "cancelled_at": people.moment_field(required=False),
    }


@dataclass(frozen=True)
class Described:
    """An event as the mapping describes it: made when there is none of its slug."""

    slug: str
    name: str
    place: str
    starts_at: datetime
    ends_at: datetime | None

    def make(self, record: Import) -> None:
        """Raises Refused where the slug is another event's."""
        known = Gathering.objects.filter(slug=self.slug).first()
        if known is not None:
            refuse_other(f"the event {self.slug}", known, name=self.name, starts_at=self.starts_at)
            return
        Gathering.objects.create(
            slug=self.slug,
            name=self.name,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            source=record.source,
            location=record.location,
            source_import=record,
            is_demo=record.is_demo,
        )


class GatheringImporter:
    def plan(self, mapping: Mapping) -> Plan:
        return RegistrationPlan(mapping)

    def undo(self, record: Import) -> str:
        """Delete the registrations of an import, and the events that it made and nobody else registered for."""
        gone, _ = Registration.objects.filter(source_import=record).delete()
        events, _ = Gathering.objects.filter(source_import=record, registrations=None).delete()
        return f"{gone:,} registrations, {events:,} events"


class RegistrationPlan(Plan):
    def __init__(self, mapping: Mapping) -> None:
        people.require_people(mapping)
        self.described = [_read_gathering(table) for table in mapping.extra.tables("gatherings")]
        mapping.extra.close()
        self.columns = people.dated(mapping, "registered_at") | _only_gathering(self.described, mapping)
        self.fields = bound(registration_fields(), mapping, given=("registered_at", *self.columns))

    def begin(self, cursor: CursorWrapper, record: Import) -> None:
        for gathering in self.described:
            gathering.make(record)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else registers while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_registration IN SHARE ROW EXCLUSIVE MODE")
        people.find_people(cursor)
        cursor.execute(STAGE)
        cursor.execute(NEW)
        new = cursor.fetchall()
        texts = {field: cells.held_cells(new, self.held, field) for field in SEALED}
        cells.seal_cells(cursor, Registration, texts)
        cursor.execute(INSERT, {"import": record.pk, "source": record.source, "location": record.location})
        loaded = cursor.rowcount
        cursor.execute(COMPARE, {"given": list(given)})
        compared = {field: field for field in SEALED if field in given}
        cells.reject_differing(cursor, Registration, compared, KNOWN, self.held)
        return Loaded(loaded, count_known(cursor, record))


def _read_gathering(table: Table) -> Described:
    described = Described(
        slug=slug_of(table),
        name=short(table, "name"),
        place=optional(table, "place", 200),
        starts_at=in_agency_time(table.take("starts_at", datetime)),
        ends_at=in_agency_time(table.take("ends_at", datetime, None)),
    )
    table.close()
    if described.ends_at and described.ends_at < described.starts_at:
        raise Refused(f"{table.where}: ends_at is before starts_at")
    return described


def _only_gathering(described: list[Described], mapping: Mapping) -> dict[str, Column]:
    """A mapping that describes one event means it for every row, unless a column says."""
    if len(described) != 1 or "gathering" in mapping.columns:
        return {}
    return {"gathering": Column(constant=described[0].slug)}
