"""Payments: what customers paid, are to pay, and got back. They are made by paying, never by hand."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.roles import Permit
from records.enums import PaymentState
from records.forms.payment import PaymentForm
from records.listing import Column, Kind
from records.models import Payment
from records.nouns.base import Action, Noun, NounFilters, Page
from records.periods import PeriodFilter
from records.programmes import taking_part


class PaymentFilters(NounFilters):
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=PaymentState.choices)
    paid = PeriodFilter(field_name="paid_at", is_moment=True, label=_("Paid"))
    amiss = filters.BooleanFilter(
        method="with_amiss",
        label=_("Does not match what was asked for, and is not taken care of"),
        widget=forms.CheckboxInput,
    )

    def with_amiss(self, rows: "QuerySet[Payment]", name: str, value: bool) -> "QuerySet[Payment]":
        return rows.filter(amiss_at__isnull=False) if value else rows


NOUN = Noun(
    slug="payments",
    singular="Payment",
    plural="Payments",
    model=Payment,
    form=PaymentForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(Payment),
    columns=(
        Column("Paid for", "what"),
        Column("Customer", "customer__name"),
        Column("Amount", "amount", Kind.MONEY),
        Column("State", "state", words=dict(PaymentState.choices)),
        Column("Begun", "created_at", Kind.MOMENT),
        Column("Paid", "paid_at", Kind.MOMENT),
    ),
    sort="-created_at",
    time_line=("created_at", "what", "state"),
    facts=(
        "customer", "what", "amount", "currency", "state", "expires_at", "paid_at", "ended_at", "refund_asked_at",
        "refunded_at", "provider", "reference", "amiss", "amiss_at",
    ),
    related=("customer",),
    also_under="customer",
    filters=PaymentFilters,
    search=("what__istartswith", "reference"),
    search_hint="How the name of what was paid for begins, or the provider's whole reference",
    pages=frozenset({Page.LIST, Page.ONE, Page.HISTORY}),
    actions=(
        Action("The mismatch is taken care of", "payment_seen_to", lambda one: one.amiss_at is not None),
        Action("Refund all of it", "payment_refund", lambda one: one.state == PaymentState.PAID),
        Action("Ask for the refund again", "payment_refund", lambda one: one.state == PaymentState.REFUNDING),
    ),
    templates={Page.ONE: "records/payment.html"},
    about="What customers paid on the payment provider's page, and what was refunded.",
)  # fmt: skip
