"""SIC and NAICS numbers of an organization."""

from privacy.roles import Permit
from records.forms.organization import IndustryCodeForm
from records.listing import Column
from records.models import IndustryCode
from records.nouns.base import CHILD_PAGES, Noun

NOUN = Noun(
    slug="industry-codes",
    singular="Industry code",
    plural="Industry codes",
    model=IndustryCode,
    form=IndustryCodeForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_CUSTOMERS, Permit.KEEP_PROGRAMMES),
    visible=lambda user: IndustryCode.objects.all(),
    columns=(Column("System", "system"), Column("Number", "code")),
    sort="system",
    parent="organization",
    pages=CHILD_PAGES,
    about="No SIC or NAICS number is known.",
)
