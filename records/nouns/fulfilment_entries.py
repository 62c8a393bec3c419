"""Whom an issue goes to, with whither: the list of it is the merge file, as CSV or XLSX."""

import django_filters as filters
from django.conf import settings
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.enums import ReturnReason
from records.forms.publication import FulfilmentEntryForm
from records.listing import Column, Kind
from records.models import Fulfilment, FulfilmentEntry
from records.nouns.base import Action, Noun, NounFilters, Page
from records.programmes import taking_part


class EntryFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="fulfilment",
        queryset=Fulfilment.objects.select_related("publication__mailing_list").order_by("-drawn_at"),
        to_field_name="key",
        label=_("Fulfillment list"),
    )
    back = filters.ChoiceFilter(
        field_name="came_back_why", label=_("Came back"), empty_label=_("Any"), choices=ReturnReason.choices
    )


def visible(user: User) -> "QuerySet[FulfilmentEntry]":
    """Whoever has the address of somebody's own page can act there: only those who send issues are given it."""
    rows: QuerySet[FulfilmentEntry] = taking_part(FulfilmentEntry)(user).addressed()  # type: ignore[attr-defined]
    has_own = Q(own_page__gt="") if user.has_permit(Permit.KEEP_PROGRAMMES) else Q(pk=None)
    address = Concat(Value(f"{settings.PUBLIC_URL}/publication/"), "own_page", Value("/"))
    return rows.annotate(own_address=Case(When(has_own, then=address), default=Value("")))


def may_come_back(entry: FulfilmentEntry) -> bool:
    return entry.came_back_on is None and entry.fulfilment.sent_on is not None


NOUN = Noun(
    slug="fulfilment-entries",
    singular="Label",
    plural="Labels",
    model=FulfilmentEntry,
    form=FulfilmentEntryForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Name", "to_name"),
        Column("Street", "to_street"),
        Column("City", "to_city"),
        Column("State", "to_state"),
        Column("ZIP code", "to_postal_code"),
        Column("E-mail", "to_email"),
        Column("Copies", "copies", Kind.COUNT),
        Column("Came back", "came_back_why", words=dict(ReturnReason.choices)),
        Column("Customer ID", "customer__number"),
        Column("Their own page", "own_address"),
    ),
    sort="to_postal_code",
    facts=(
        "fulfilment", "customer", "to_name", "to_street", "to_city", "to_state", "to_postal_code", "to_email", "copies",
        "came_back_on", "came_back_why",
    ),
    related=("fulfilment__publication__mailing_list", "customer"),
    parent="fulfilment",
    is_listed_apart=True,
    also_under="customer",
    section_columns=(
        Column("Publication", "fulfilment__publication"),
        Column("Issue", "fulfilment__issue"),
        Column("Copies", "copies", Kind.COUNT),
        Column("Sent", "fulfilment__sent_on", Kind.DATE),
        Column("Came back", "came_back_why"),
    ),
    search=("customer__number", "customer__name__istartswith"),
    search_hint="Customer ID, or how the customer’s name begins",
    filters=EntryFilters,
    pages=frozenset(Page) - {Page.NEW},
    actions=(
        Action("Came back: moved away", "entry_moved", may_come_back),
        Action("Came back: not known there", "entry_unknown", may_come_back),
        Action("Came back: has died", "entry_died", may_come_back),
        Action("Came back: refused", "entry_refused", may_come_back),
    ),
    about="Who is on fulfillment lists, and what came back.",
    none="Nobody is on it.",
)  # fmt: skip
