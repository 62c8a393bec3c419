"""Numbers by which an organization is known elsewhere."""

from dataclasses import replace

from privacy.roles import Permit
from records.models import Identifier
from records.nouns.identifiers import NOUN as OF_CUSTOMERS

NOUN = replace(
    OF_CUSTOMERS,
    slug="organization-identifiers",
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_CUSTOMERS, Permit.KEEP_PROGRAMMES),
    visible=lambda user: Identifier.objects.filter(organization__isnull=False),
    parent="organization",
    related=("organization",),
)
