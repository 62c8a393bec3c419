"""Customers. Their list and the page of one are reports, and stand with those."""

from privacy.enums import KeyKind
from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.customer import CustomerForm
from records.listing import Column
from records.models import Customer
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="customers",
    singular="Customer",
    plural="Customers",
    model=Customer,
    form=CustomerForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=lambda user: Customer.objects.visible_to(user),
    columns=(Column("Name", "name"),),
    sort="name",
    pages=CHILD_PAGES,
    key=KeyKind.CUSTOMER_ID,
    list_route="customers",
    one_route="customer",
)
