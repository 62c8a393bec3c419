"""The importer of mailing lists, publications and Postal Customer Councils: who is on them from when until when."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from privacy.agency import agency_today
from records.enums import ListKind, Source
from records.intake import customers, people
from records.intake.copying import copy_in
from records.intake.describing import optional, refuse_other, short, slug_of
from records.intake.fields import Date, Email, Field, Phone, Text
from records.intake.kinds import Loaded, Plan, bound
from records.intake.known import count_known
from records.intake.mapping import Column, Mapping, Table
from records.intake.problems import Refused
from records.intake.staging import COPY_ESCAPES
from records.intake.undoing_rows import delete_unless_used
from records.models import Import, ListMembership, MailingList, Suppression
from records.suppressing import suppression_hashes

SQL = Path(__file__).parent / "sql"
CHECK = (SQL / "check_memberships.sql").read_text()
STAGE_ADDRESSES = (SQL / "stage_addresses.sql").read_text()
STAGE_SUPPRESSED = (SQL / "stage_suppressed.sql").read_text()
INSERT_CUSTOMERS = (SQL / "insert_listed_customers.sql").read_text()
INSERT = (SQL / "insert_memberships.sql").read_text()
SUPPRESS_ENDED = (SQL / "suppress_ended.sql").read_text()
COMPARE = (SQL / "compare_memberships.sql").read_text()

FIELDS: dict[str, Field] = {
    "list": Text(200, required=True),
    "customer": Text(40),
    "email": Email(),
    "name": Text(200),
    "phone": Phone(),
    "street": Text(200),
    "city": Text(100),
    "state": Text(50),
    "postal_code": Text(20),
    "address": Email(),
    "since": Date(required=True),
    "until": Date(),
    "end_reason": Text(200),
}


@dataclass(frozen=True)
class Described:
    """A list as the mapping describes it: made when there is none of its slug."""

    slug: str
    name: str
    kind: str
    provider: str
    terms: str

    def make(self, record: Import) -> None:
        """Raises Refused where the slug is another list's."""
        known = MailingList.objects.filter(slug=self.slug).first()
        if known is not None:
            refuse_other(
                f"the list {self.slug}", known, name=self.name, kind=self.kind, provider=self.provider, terms=self.terms
            )
            return
        MailingList.objects.create(
            slug=self.slug,
            name=self.name,
            kind=self.kind,
            provider=self.provider,
            terms=self.terms,
            source=record.source,
            location=record.location,
            source_import=record,
            is_demo=record.is_demo,
        )


class ListImporter:
    def plan(self, mapping: Mapping) -> Plan:
        return ListPlan(mapping)

    def undo(self, record: Import) -> str:
        """Delete the memberships and suppressions of an import, and its lists and customers that nobody refers to.

        Raises Refused where something else refers to one of its memberships or customers.
        """
        memberships = delete_unless_used(record, ListMembership.objects.filter(source_import=record))
        suppressions, _ = Suppression.objects.filter(reason=suppression_reason(record)).delete()
        lists, _ = MailingList.objects.filter(source_import=record, memberships=None, publication=None).delete()
        gone = customers.undo(record)
        return f"{memberships:,} memberships, {suppressions:,} suppressions, {lists:,} lists, {gone}"


class ListPlan(Plan):
    def __init__(self, mapping: Mapping) -> None:
        people.require_people(mapping)
        self.described = [_read_list(table, mapping) for table in mapping.extra.tables("lists")]
        self.makes_customers = mapping.extra.take("new_customers", bool, False)
        self.suppresses_ended = mapping.extra.take("suppress_ended", bool, False)
        mapping.extra.close()
        self.columns = people.dated(mapping, "since", clock="") | _only_list(self.described, mapping)
        self.fields = bound(FIELDS, mapping, given=("since", *self.columns))
        if self.makes_customers and "name" not in mapping.columns:
            raise Refused(f"{mapping.name}: new_customers = true needs the column of name")

    def begin(self, cursor: CursorWrapper, record: Import) -> None:
        for described in self.described:
            described.make(record)

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds a customer or a member while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_customer, records_listmembership IN SHARE ROW EXCLUSIVE MODE")
        values = {
            "import": record.pk,
            "source": record.source,
            "location": record.location,
            "today": agency_today(),
            "time_zone": settings.AGENCY_TIME_ZONE,
            "given": list(given),
            "reason": suppression_reason(record),
        }
        cursor.execute(CHECK, values)
        _stage_suppressed(cursor)
        if self.makes_customers:
            cursor.execute(INSERT_CUSTOMERS, values)
        people.find_people(cursor)
        cursor.execute(INSERT, values)
        loaded = cursor.rowcount
        if self.suppresses_ended:
            cursor.execute(SUPPRESS_ENDED, values)
        cursor.execute(COMPARE, values)
        return Loaded(loaded, count_known(cursor, record))


def _stage_suppressed(cursor: CursorWrapper) -> None:
    """Make `suppressed_row` (line, since); the hashes are made here, under a key that the database does not have."""
    cursor.execute(STAGE_ADDRESSES)
    for kind, addresses in cursor.fetchall():
        hashes = suppression_hashes(kind, addresses)
        rows = [
            f"{kind}\t{address.translate(COPY_ESCAPES)}\t\\\\x{value.hex()}\n"
            for address, value in zip(addresses, hashes, strict=True)
        ]
        copy_in(cursor, "COPY hashed_address FROM STDIN", "".join(rows).encode())
    cursor.execute(STAGE_SUPPRESSED, {"time_zone": settings.AGENCY_TIME_ZONE})


def suppression_reason(record: Import) -> str:
    """Tells the suppressions of an import from those that people wrote."""
    return f"left the list (import {record.pk})"


def _read_list(table: Table, mapping: Mapping) -> Described:
    described = Described(
        slug=slug_of(table),
        name=short(table, "name"),
        kind=table.choice("kind", tuple(ListKind.values), ListKind.MAILING),
        provider=optional(table, "provider", 200),
        terms=optional(table, "terms", 5_000),
    )
    table.close()
    if mapping.layout.source == Source.LIST_PROVIDER and not described.provider:
        raise Refused(f"{table.where}: provider is missing: the source is a list provider, say which")
    return described


def _only_list(described: list[Described], mapping: Mapping) -> dict[str, Column]:
    """A mapping that describes one list means it for every row, unless a column says."""
    if len(described) != 1 or "list" in mapping.columns:
        return {}
    return {"list": Column(constant=described[0].slug)}
