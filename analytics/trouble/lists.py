"""The list of trouble areas: those of the customers whom the user sees."""

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from analytics.enums import TroubleState
from analytics.models import TroubleArea
from analytics.places import TROUBLE as TROUBLE_PLACE
from analytics.trouble.base import all_detectors
from privacy.models import User
from privacy.roles import Permit
from records.listing import Chosen, Column, Kind, Listing
from records.lists import declare_list
from records.periods import PeriodFilter

LABELS = {name: str(one.label) for name, one in all_detectors().items()}
SEES_TROUBLE = (Permit.KEEP_CUSTOMERS,)


class TroubleFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    show = filters.ChoiceFilter(
        method="as_it_is", label=_("Show"), empty_label=_("Open"),
        choices=[(state.value, state.label) for state in TroubleState if state is not TroubleState.OPEN],
    )  # fmt: skip
    detector = filters.ChoiceFilter(label=_("Trouble"), empty_label=_("Any"), choices=list(LABELS.items()))
    found = PeriodFilter(field_name="found_at", is_moment=True, label=_("Found"))

    def as_it_is(self, rows: "QuerySet[TroubleArea]", name: str, value: str) -> "QuerySet[TroubleArea]":
        return rows

    def filter_queryset(self, queryset: "QuerySet[TroubleArea]") -> "QuerySet[TroubleArea]":
        rows: QuerySet[TroubleArea] = super().filter_queryset(queryset)
        return rows.filter(state=self.form.cleaned_data.get("show") or TroubleState.OPEN)


def trouble_rows(user: User) -> "QuerySet[TroubleArea]":
    return TroubleArea.objects.visible_to(user).annotate(
        customer_name=F("customer__name"), customer_key=F("customer__key"), settled_by_name=F("settled_by__name")
    )


def with_words(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add what was seen and what is proposed, in words. No query."""
    detectors = all_detectors()
    for row in rows:
        one = detectors.get(row["detector"])
        row |= {"said": one.said(row["evidence"]) if one else "", "solution": str(one.solution) if one else ""}


TROUBLE = Listing(
    name=gettext_noop("trouble areas"),
    columns=(
        Column(
            _("Trouble"), "detector", words=LABELS,
            address=lambda row: reverse("trouble_area", args=[row["key"]]),
        ),
        Column(_("Customer"), "customer_name", address=lambda row: reverse("customer", args=[row["customer_key"]])),
        Column(_("Found"), "found_at", Kind.MOMENT),
        Column(_("Settled"), "settled_at", Kind.MOMENT),
        Column(_("Settled by"), "settled_by_name"),
    ),
    page_columns=(Column(_("What was seen"), "said"), Column(_("Proposed"), "solution")),
    fill=with_words,
    filters=TroubleFilters,
    rows=trouble_rows,
    key="key",
    sort="-found_at",
    singular=gettext_noop("trouble area"),
    place=TROUBLE_PLACE,
    needs=("customer_key", "customer_id", "evidence"),
    people_in=lambda rows: len({row["customer_id"] for row in rows}),
)  # fmt: skip

TROUBLE_LIST = declare_list("trouble", "trouble", SEES_TROUBLE, lambda user: TROUBLE)
