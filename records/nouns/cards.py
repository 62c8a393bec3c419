"""Cards that a customer pays with: what may be kept of them."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.payment import CardForm
from records.listing import Column
from records.models import PaymentCard
from records.nouns.base import CHILD_PAGES, Noun, of_visible_customers

NOUN = Noun(
    slug="cards",
    singular="Payment card",
    plural="Payment cards",
    model=PaymentCard,
    form=CardForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(PaymentCard),
    columns=(
        Column("Card", "brand"),
        Column("Last four digits", "last_four"),
        Column("Expires", "expires"),
        Column("Provider", "provider"),
    ),
    sort="brand",
    parent="customer",
    related=("customer",),
    pages=CHILD_PAGES,
    about="No card is known.",
)
