"""Contracts under which organizations supply the agency. Those that end soon are marked."""

from django.db.models import Case, CharField, QuerySet, Value, When

from privacy.models import User
from privacy.roles import Permit
from records.forms.organization import SupplierContractForm
from records.listing import Column, Kind
from records.models import SupplierContract
from records.nouns.base import Noun
from records.nouns.organizations import ENDING_DAYS, ending_contracts


def visible(user: User) -> "QuerySet[SupplierContract]":
    soon = When(pk__in=ending_contracts().values("pk"), then=Value(f"Ends within {ENDING_DAYS} days"))
    return SupplierContract.objects.annotate(reminder=Case(soon, default=Value(""), output_field=CharField()))


NOUN = Noun(
    slug="contracts",
    singular="Contract",
    plural="Contracts",
    model=SupplierContract,
    form=SupplierContractForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Award number", "award_number"),
        Column("Supplier", "organization__name"),
        Column("Starts", "starts_on", Kind.DATE),
        Column("Ends", "ends_on", Kind.DATE),
        Column("Reminder", "reminder"),
    ),
    sort="ends_on",
    facts=("organization", "award_number", "starts_on", "ends_on", "reminder", "value", "products"),
    related=("organization",),
    search=("award_number__istartswith", "organization__name__istartswith"),
    search_hint="How the award number or the supplier's name begins",
    parent="organization",
    about="Contracts under which organizations supply the agency. One is made on its supplier's page.",
)
