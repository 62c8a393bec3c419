"""The importer of organizations: their business, facts and industry codes, identifiers, supplier contracts.

A row brings an organization that is new, or adds to a known one: a cell of it says what is already known, or nothing.
"""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingOf
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from records.enums import IndustrySystem
from records.intake.fields import Amount, Checked, Date, Field, Integer, Sealed, Several, Text, separated
from records.intake.kinds import Loaded, Plan, bound
from records.intake.mapping import Mapping, separator_of
from records.intake.sealing import Value, opened, store_sealed
from records.intake.undoing_rows import delete_unless_used
from records.models import BusinessFact, Identifier, Import, IndustryCode, Organization, SupplierContract
from records.validation import duns, industry_code

SQL = Path(__file__).parent / "sql"
CHECK = (SQL / "check_organizations.sql").read_text()
INSERT = (SQL / "insert_organization_rows.sql").read_text()
INSERT_THINGS = (SQL / "insert_organization_things.sql").read_text()
COUNT = (SQL / "count_organizations.sql").read_text()

DOLLARS = Sealed(Amount(lowest=Decimal(0), highest=Decimal("9999999999999999.99")))
FACTS = Several(Text(500))
SEALED = ("sales", "revenue", "advertising_spending")
FIELDS: MappingOf[str, Field] = {
    "number": Text(40),
    "name": Text(200, required=True),
    "size": Text(40),
    "years_in_business": Integer(0, 1_000),
    "company_age": Integer(0, 1_000),
    "employees": Integer(0, 2_000_000_000),
    "sales": DOLLARS,
    "revenue": DOLLARS,
    "advertising_agency": Text(200),
    "advertising_spending": DOLLARS,
    "street": Text(200),
    "city": Text(100),
    "state": Text(50),
    "postal_code": Text(20),
    "relationship_ended_on": Date(),
    "sites": FACTS,
    "locations": FACTS,
    "urls": FACTS,
    "usps_products": FACTS,
    "competitor_products": FACTS,
    "customers_served": FACTS,
    "equipment": FACTS,
    "services": FACTS,
    "sic": Several(Checked(partial(industry_code, IndustrySystem.SIC), 6)),
    "naics": Several(Checked(partial(industry_code, IndustrySystem.NAICS), 6)),
    "duns": Several(Checked(duns, 9)),
    "contract_award_number": Text(60),
    "contract_starts_on": Date(),
    "contract_ends_on": Date(),
    "contract_value": DOLLARS,
    "contract_products": Text(10_000),
}


class OrganizationImporter:
    def plan(self, mapping: Mapping) -> Plan:
        separator = separator_of(mapping)
        mapping.extra.close()
        return OrganizationPlan(mapping, separator)

    def undo(self, record: Import) -> str:
        """Delete what the import brought. Raises Refused where something else refers to one of the organizations."""
        things = [
            model.objects.filter(source_import=record)._raw_delete("default")
            for model in (SupplierContract, BusinessFact, IndustryCode, Identifier)
        ]
        gone = delete_unless_used(record, Organization.objects.filter(source_import=record))
        return f"{gone:,} organizations, {things[0]:,} contracts, {sum(things[1:]):,} facts, codes and identifiers"


class OrganizationPlan(Plan):
    def __init__(self, mapping: Mapping, separator: str) -> None:
        self.columns = mapping.columns
        self.fields = {name: separated(field, separator) for name, field in bound(FIELDS, mapping).items()}

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds an organization or contract while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_organization, records_suppliercontract IN SHARE ROW EXCLUSIVE MODE")
        values: dict[str, Value] = {"import": record.pk, "source": record.source, "location": record.location}
        cursor.execute(CHECK)
        cursor.execute(INSERT, values)
        self._seal_business(cursor)
        self._compare_business(cursor)
        cursor.execute(INSERT_THINGS, values)
        self._seal_contracts(cursor)
        cursor.execute(COUNT, values)
        return Loaded(*cursor.fetchone())

    def _seal_business(self, cursor: CursorWrapper) -> None:
        cursor.execute("SELECT line, key, key FROM new_organization")
        keys = cursor.fetchall()
        for column in SEALED:
            store_sealed(cursor, Organization, column, list(self._held(keys, column)))

    def _seal_contracts(self, cursor: CursorWrapper) -> None:
        cursor.execute("SELECT line, subject, key FROM new_contract")
        store_sealed(cursor, SupplierContract, "value", list(self._held(cursor.fetchall(), "contract_value")))

    def _held(self, keys: list[tuple[int, UUID, UUID]], column: str) -> Iterator[tuple[UUID, UUID, str]]:
        for line, subject, key in keys:
            if text := self.held.get(line, {}).get(column):
                yield subject, key, text

    def _compare_business(self, cursor: CursorWrapper) -> None:
        """Rows of known organizations: what is sealed of these is opened, and must be what the row says."""
        lines = [line for line, values in self.held.items() if values.keys() & set(SEALED)]
        cursor.execute(
            f"SELECT line, key, {', '.join(SEALED)} FROM staged_organization JOIN records_organization USING (id, key)"
            " WHERE line = ANY(%s) AND line NOT IN (SELECT line FROM new_organization)"
            " AND line NOT IN (SELECT line FROM staged_reject)",
            [lines],
        )
        for line, key, *stored in cursor.fetchall():
            differing = self._differing(line, key, dict(zip(SEALED, stored, strict=True)))
            if differing:
                reason = "differs from what is known of this organization"
                cursor.execute("INSERT INTO staged_reject VALUES (%s, %s, %s)", [line, differing, reason])

    def _differing(self, line: int, key: UUID, stored: MappingOf[str, memoryview | None]) -> str:
        for column in SEALED:
            given = self.held[line].get(column)
            known = opened(Organization, column, key, key, stored[column]) if given else None
            if given and (known is None or Decimal(known) != Decimal(given)):
                return column
        return ""
