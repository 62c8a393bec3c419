"""The importer of customers: a new number is a new customer; a known one must say what is already known."""

from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from records.enums import IdentifierKind
from records.identity.forgetting import forget
from records.intake.fields import SEVERAL, Checked, Date, Email, Field, Integer, Phone, Sealed, Several, Text, separated
from records.intake.kinds import Loaded, Plan, bound
from records.intake.mapping import Mapping, separator_of
from records.intake.problems import Refused
from records.intake.sealing import Value, opened, store_sealed, store_sealed_identifiers
from records.intake.undoing_rows import references, unused
from records.models import ContactPoint, Customer, CustomerAssignment, Identifier, Import, Organization
from records.validation import duns, identifier

SQL = Path(__file__).parent / "sql"
CHECK = (SQL / "check_customers.sql").read_text()
COMPARE = (SQL / "compare_customers.sql").read_text()
INSERT_ORGANIZATIONS = (SQL / "insert_organizations.sql").read_text()
INSERT = (SQL / "insert_customers.sql").read_text()
INSERT_THINGS = (SQL / "insert_customer_things.sql").read_text()
ASSIGN = (SQL / "assign_customers.sql").read_text()

FIELDS: MappingOf[str, Field] = {
    "number": Text(40, required=True),
    "name": Text(200, required=True),
    "email": Email(),
    "phone": Phone(),
    "street": Text(200),
    "city": Text(100),
    "state": Text(50),
    "postal_code": Text(20),
    "job_title": Text(100),
    "job_description": Text(2_000),
    "role": Text(100),
    "level": Text(100),
    "age": Integer(0, 130),
    "date_of_birth": Sealed(Date()),
    "other_phones": Several(Phone()),
    "faxes": Several(Phone()),
    "pagers": Several(Phone()),
    "other_names": Several(Text(254)),
    "other_emails": Several(Email()),
    "other_numbers": Several(Text(60)),
    "duns": Several(Checked(duns, 9)),
    "accounts": Sealed(Several(Checked(partial(identifier, IdentifierKind.ACCOUNT), 60))),
    "meters": Sealed(Several(Checked(partial(identifier, IdentifierKind.METER), 60))),
    "organization_number": Text(40),
    "organization": Text(200),
    "territory": Text(20),
    "customer_since": Date(),
    "assigned_to": Text(2000),
    "assigned_since": Date(),
}

THINGS = {"other_phones", "faxes", "pagers", "other_names", "other_emails", "other_numbers", "duns"}
SEALED_NUMBERS = {"accounts": IdentifierKind.ACCOUNT, "meters": IdentifierKind.METER}


class CustomerImporter:
    def plan(self, mapping: Mapping) -> Plan:
        separator = separator_of(mapping)
        mapping.extra.close()
        return CustomerPlan(mapping, separator)

    def undo(self, record: Import) -> str:
        return undo(record)


class CustomerPlan(Plan):
    def __init__(self, mapping: Mapping, separator: str) -> None:
        self.columns = mapping.columns
        self.fields = {name: separated(field, separator) for name, field in bound(FIELDS, mapping).items()}

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds a customer while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_customer, records_organization IN SHARE ROW EXCLUSIVE MODE")
        values: dict[str, Value] = {
            "import": record.pk,
            "given": list(given),
            "reason": assignment_reason(record),
            "time_zone": settings.AGENCY_TIME_ZONE,
            "source": record.source,
            "location": record.location,
        }
        cursor.execute(CHECK, values)
        cursor.execute(INSERT_ORGANIZATIONS, values)
        cursor.execute(INSERT, values)
        loaded = cursor.rowcount
        cursor.execute(ASSIGN, values)
        if THINGS & set(given):
            cursor.execute(INSERT_THINGS, values)
        if self.held:
            self._seal(cursor, values)
            self._compare_sealed(cursor)
        cursor.execute(COMPARE, values)
        (already_present,) = cursor.fetchone()
        return Loaded(loaded, already_present)

    def _seal(self, cursor: CursorWrapper, values: MappingOf[str, Value]) -> None:
        """Keep what is sealed of the new customers."""
        cursor.execute(
            "SELECT line, customer.id, customer.key FROM staged_row JOIN records_customer AS customer USING (number)"
            " WHERE line = ANY(%s) AND line NOT IN (SELECT line FROM known_row)"
            " AND line NOT IN (SELECT line FROM staged_reject)",
            [list(self.held)],
        )
        made = cursor.fetchall()
        born = [
            (key, key, self.held[line]["date_of_birth"]) for line, _, key in made if "date_of_birth" in self.held[line]
        ]
        store_sealed(cursor, Customer, "date_of_birth", born)
        for name, kind in SEALED_NUMBERS.items():
            numbers = [
                (pk, key, number)
                for line, pk, key in made
                if name in self.held[line]
                for number in self.held[line][name].split(SEVERAL)
            ]
            store_sealed_identifiers(cursor, kind, numbers, values)

    def _compare_sealed(self, cursor: CursorWrapper) -> None:
        """A known customer's date of birth is opened, and must be what the row says."""
        lines = [line for line, values in self.held.items() if "date_of_birth" in values]
        cursor.execute(
            "SELECT line, customer.key, date_of_birth FROM known_row JOIN staged_row USING (line)"
            " JOIN records_customer AS customer USING (number) WHERE line = ANY(%s)",
            [lines],
        )
        for line, key, stored in cursor.fetchall():
            if opened(Customer, "date_of_birth", key, key, stored) != self.held[line]["date_of_birth"]:
                reason = "differs from what is known of the customer with this number"
                cursor.execute("INSERT INTO staged_reject VALUES (%s, 'date_of_birth', %s)", [line, reason])


def assignment_reason(record: Import) -> str:
    return f"import {record.pk}"


def undo(record: Import) -> str:
    """Delete the customers of an import, their assignments by it, and the organizations that nobody refers to.

    Raises Refused where something else refers to one of the customers.
    """
    customers = Customer.objects.filter(source_import=record)
    forget(customers)
    assignments = CustomerAssignment.objects.filter(customer__in=customers, reason=assignment_reason(record))
    others = CustomerAssignment.objects.filter(customer__in=customers).exclude(pk__in=assignments.values("pk"))
    for model in (ContactPoint, Identifier):
        model.objects.filter(source_import=record)._raw_delete(using=customers.db)
    found = references(customers, without=(CustomerAssignment,))
    uses = [f"{count:,} {name}" for name, count in [("assignments made since", others.count()), *found]]
    if in_use := [use for use in uses if not use.startswith("0 ")]:
        raise Refused(f"import {record.pk} cannot be taken back: its customers are referred to by {', '.join(in_use)}")
    assignments._raw_delete(using=customers.db)
    gone = customers._raw_delete(using=customers.db)
    organizations = unused(Organization.objects.filter(source_import=record))
    return f"{gone:,} customers, {organizations._raw_delete(using=customers.db):,} organizations"
