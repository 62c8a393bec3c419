"""What customers ask for of publications: a list of its own, for there may be very many."""

import django_filters as filters
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from privacy.models import User
from privacy.roles import Permit
from records.enums import DeliveryWay, OrderKind, OrderState
from records.forms.publication import PublicationOrderForm
from records.listing import Column, Kind
from records.models import Publication, PublicationOrder
from records.models.correspondence import LETTER_FACTS
from records.nouns.base import Action, Noun, NounFilters
from records.programmes import taking_part


class OrderFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="publication",
        queryset=Publication.objects.select_related("mailing_list").order_by("mailing_list__name"),
        to_field_name="key",
        label=_("Publication"),
    )
    stands = filters.ChoiceFilter(
        field_name="stands_as", label=_("State"), empty_label=_("Any state"), choices=OrderState.choices
    )


def visible(user: User) -> "QuerySet[PublicationOrder]":
    """With how each stands, as PublicationOrder.stands says it. Who is nobody yet is seen by those who keep all."""
    state = Case(
        When(cancelled_at__isnull=False, then=Value(OrderState.CANCELLED.value)),
        When(confirmed_at=None, then=Value(OrderState.UNCONFIRMED.value)),
        When(held_until__isnull=False, then=Value(OrderState.HELD.value)),
        When(entry=None, then=Value(OrderState.WAITING.value)),
        When(entry__fulfilment__sent_on=None, then=Value(OrderState.LISTED.value)),
        default=Value(OrderState.SENT.value),
    )
    rows: QuerySet[PublicationOrder] = taking_part(PublicationOrder)(user).annotate(stands_as=state)
    return rows


def may_cancel(order: PublicationOrder) -> bool:
    return order.stands in (OrderState.WAITING, OrderState.HELD, OrderState.UNCONFIRMED)


NOUN = Noun(
    slug="publication-orders",
    singular="Order",
    plural="Orders of publications",
    model=PublicationOrder,
    form=PublicationOrderForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=visible,
    columns=(
        Column("Asked", "asked_at", Kind.MOMENT),
        Column("Publication", "publication__mailing_list__name"),
        Column("Customer", "customer__name"),
        Column("What", "kind", words=dict(OrderKind.choices)),
        Column("How it is sent", "way", words=dict(DeliveryWay.choices)),
        Column("Copies", "copies", Kind.COUNT),
        Column("Amount", "amount", Kind.MONEY),
        Column("State", "stands_as", words=dict(OrderState.choices)),
    ),
    sort="-asked_at",
    time_line=("asked_at", "publication__mailing_list__name"),
    facts=(
        "publication", "customer", "kind", "way", "copies", "addressee", "street", "city", "state", "postal_code",
        "email", "amount", "asked_at", "confirmed_at", "held_until", "cancelled_at", *LETTER_FACTS,
    ),
    related=("publication__mailing_list", "customer", "entry__fulfilment"),
    parent="publication",
    is_listed_apart=True,
    also_under="customer",
    filters=OrderFilters,
    ended="cancelled_at",
    actions=(Action("Cancel order", "publication_order_cancel", may_cancel),),
    about="One-time orders: what, by whom, and whether it was sent.",
    none="Nobody has ordered it yet.",
)  # fmt: skip
