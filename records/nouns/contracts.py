"""Contracts under which organizations supply the agency. Those that end soon are marked."""

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext

from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Permit
from records.forms.organization import SupplierContractForm
from records.listing import Column, Kind
from records.models import SupplierContract
from records.nouns.base import Noun
from records.suppliers import ending


def visible(user: User) -> "QuerySet[SupplierContract]":
    before, _days, after = gettext("Ends within %(days)s days").partition("%(days)s")
    words = Concat(Value(before), Cast(F("remind_days"), CharField()), Value(after))
    soon = When(pk__in=ending(agency_today()).values("pk"), then=words)
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
    facts=(
        "organization",
        "award_number",
        "starts_on",
        "ends_on",
        "reminder",
        "value",
        "products",
        "remind_days",
        "keeper",
        "seen_to",
    ),
    for_keepers=("value",),
    related=("organization", "keeper"),
    search=("award_number__istartswith", "organization__name__istartswith"),
    search_hint="How the award number or the supplier's name begins",
    parent="organization",
    about="Contracts under which organizations supply the agency. Add one on its supplier's page.",
)
