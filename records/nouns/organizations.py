"""Organizations: firms that customers belong to or that supply the agency."""

from typing import Any

from django.db.models import OuterRef, QuerySet

from privacy.agency import agency_today
from privacy.enums import KeyKind
from privacy.models import User
from privacy.roles import Permit
from records.forms.organization import OrganizationForm
from records.listing import Column, Kind
from records.models import Customer, Organization
from records.nouns.base import Noun, Page
from records.suppliers import ending

CUSTOMERS_SHOWN = 50


def visible(user: User) -> "QuerySet[Organization]":
    """All of them: firms are nobody's. Each with the first end of a contract that is near."""
    near = ending(agency_today()).filter(organization=OuterRef("pk")).order_by("ends_on").values("ends_on")[:1]
    return Organization.objects.annotate(contract_ends_on=near)


def of_organization(user: User, organization: Organization) -> dict[str, Any]:
    """The organization's customers whom the user sees."""
    customers = Customer.objects.visible_to(user).filter(organization=organization).order_by("name", "id")
    rows = list(customers[: CUSTOMERS_SHOWN + 1])
    count = len(rows) if len(rows) <= CUSTOMERS_SHOWN else customers.count()
    return {"customers": rows[:CUSTOMERS_SHOWN], "customer_count": count, "people": len(rows[:CUSTOMERS_SHOWN])}


NOUN = Noun(
    slug="organizations",
    singular="Organization",
    plural="Organizations",
    model=Organization,
    form=OrganizationForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_CUSTOMERS, Permit.KEEP_PROGRAMMES),
    visible=visible,
    columns=(
        Column("Name", "name"),
        Column("Number", "number"),
        Column("City", "city"),
        Column("State", "state"),
        Column("Employees", "employees", Kind.COUNT),
        Column("Contract ends", "contract_ends_on", Kind.DATE),
    ),
    sort="name",
    search=("name__istartswith", "number"),
    search_hint="How the name begins, or the whole number",
    about="Firms: their business, their industry, their contracts, and the customers who belong to them.",
    ended="relationship_ended_on",
    searched_key=lambda text: KeyKind.COMPANY_NAME,
    more=of_organization,
    templates={Page.ONE: "records/organizations_page.html"},
)
