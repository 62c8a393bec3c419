"""What is known of an organization's business, by kind."""

from privacy.roles import Permit
from records.forms.organization import BusinessFactForm
from records.listing import Column
from records.models import BusinessFact
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="business-facts",
    singular="Fact",
    plural="Facts of the business",
    model=BusinessFact,
    form=BusinessFactForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_CUSTOMERS, Permit.KEEP_PROGRAMMES),
    visible=lambda user: BusinessFact.objects.all(),
    columns=(Column("Kind", "kind"), Column("What", "value")),
    sort="kind",
    parent="organization",
    pages=CHILD_PAGES,
    about="Sites, web addresses, products in use: nothing is known yet.",
)
