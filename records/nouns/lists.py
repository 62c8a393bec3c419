"""Mailing lists, publications and Postal Customer Councils."""

from privacy.roles import Permit
from records.enums import ListKind
from records.forms.membership import ListForm
from records.listing import Column
from records.models import MailingList
from records.nouns.base import Noun

NOUN = Noun(
    slug="lists",
    singular="List",
    plural="Mailing lists and councils",
    model=MailingList,
    form=ListForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: MailingList.objects.all(),
    columns=(
        Column("Name", "name"),
        Column("Kind", "kind", words=dict(ListKind.choices)),
        Column("Provider", "provider"),
    ),
    sort="name",
    facts=("kind", "provider", "terms", "slug"),
    search=("name__istartswith", "slug"),
    search_hint="How the name begins",
    about="Mailing lists, publications and Postal Customer Councils, each with its members.",
)
