"""Numbers by which a customer is known elsewhere."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.customer import IdentifierForm
from records.listing import Column
from records.models import Identifier
from records.nouns.base import CHILD_PAGES, Noun, of_visible_customers

NOUN = Noun(
    slug="identifiers",
    singular="Identifier",
    plural="Identifiers",
    model=Identifier,
    form=IdentifierForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(Identifier),
    columns=(Column("Kind", "kind"), Column("Number", "number")),
    sort="kind",
    parent="customer",
    related=("customer",),
    pages=CHILD_PAGES,
    about="No D-U-N-S, account or meter number is known.",
)
