"""The list of suppliers."""

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.enums import ContractState
from records.listing import Column, Kind, Listing, Row
from records.lists import declare_list
from records.models import Organization, SupplierContract
from records.periods import PeriodFilter
from records.suppliers import suppliers

SEE = (Permit.VIEW_PROGRAMMES,)
PLACE = declare_place("suppliers", gettext_noop("Suppliers and their contracts"), (3, 4), is_page=True, permits=SEE)


class SupplierFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(method="find", label=_("Search"))
    stands = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=ContractState.choices)
    next_end = PeriodFilter(field_name="next_end", label=_("Next end"))

    def find(self, rows: "QuerySet[Organization]", name: str, text: str) -> "QuerySet[Organization]":
        """By how the name begins, or by an award number."""
        text = text.strip()
        own = SupplierContract.objects.filter(organization=OuterRef("pk"), award_number__istartswith=text)
        named = Q(name_lower__startswith=text.lower())
        return rows.annotate(name_lower=Lower("name")).filter(named | Exists(own)) if text else rows


def rows_for(user: User) -> "QuerySet[Organization]":
    return suppliers()


def address(row: Row) -> str:
    return reverse("supplier", args=[row["key"]])


SUPPLIERS = Listing(
    name=gettext_noop("suppliers"),
    columns=(
        Column(_("Supplier"), "name", address=address),
        Column(_("State"), "stands", words=dict(ContractState.choices)),
        Column(_("Current contracts"), "running", Kind.COUNT),
        Column(_("Next end"), "next_end", Kind.DATE),
        Column(_("City"), "city"),
    ),
    filters=SupplierFilters,
    rows=rows_for,
    key="key",
    sort="name",
    singular=gettext_noop("supplier"),
    place=PLACE,
)
SUPPLIER_LIST = declare_list("suppliers", "suppliers", SEE, lambda user: SUPPLIERS)
