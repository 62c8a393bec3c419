"""The importer of customers: a new number is a new customer; a known one must say what is already known."""

from collections.abc import Collection
from collections.abc import Mapping as MappingOf
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from records.intake.fields import Date, Email, Field, Phone, Text
from records.intake.kinds import Loaded, Plan, bound
from records.intake.mapping import Mapping
from records.intake.problems import Refused
from records.intake.undoing_rows import references, unused
from records.models import ContactPoint, Customer, CustomerAssignment, Identifier, Import, Organization

SQL = Path(__file__).parent / "sql"
CHECK = (SQL / "check_customers.sql").read_text()
COMPARE = (SQL / "compare_customers.sql").read_text()
INSERT_ORGANIZATIONS = (SQL / "insert_organizations.sql").read_text()
INSERT = (SQL / "insert_customers.sql").read_text()
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
    "organization_number": Text(40),
    "organization": Text(200),
    "territory": Text(20),
    "customer_since": Date(),
    "assigned_to": Text(2000),
    "assigned_since": Date(),
}


class CustomerImporter:
    def plan(self, mapping: Mapping) -> Plan:
        mapping.extra.close()
        return CustomerPlan(mapping)

    def undo(self, record: Import) -> str:
        return undo(record)


class CustomerPlan(Plan):
    def __init__(self, mapping: Mapping) -> None:
        self.fields, self.columns = bound(FIELDS, mapping), mapping.columns

    def load(self, cursor: CursorWrapper, record: Import, given: Collection[str]) -> Loaded:
        # Nobody else adds a customer while these are compared and inserted; reading goes on.
        cursor.execute("LOCK TABLE records_customer, records_organization IN SHARE ROW EXCLUSIVE MODE")
        values: dict[str, int | str | list[str]] = {
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
        cursor.execute(COMPARE, values)
        (already_present,) = cursor.fetchone()
        return Loaded(loaded, already_present)


def assignment_reason(record: Import) -> str:
    return f"import {record.pk}"


def undo(record: Import) -> str:
    """Delete the customers of an import, their assignments by it, and the organizations that nobody refers to.

    Raises Refused where something else refers to one of the customers.
    """
    customers = Customer.objects.filter(source_import=record)
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
