"""Calls and visits, each with the next step and its date."""

from privacy.roles import SEES_CUSTOMERS, Permit
from records.forms.customer import InteractionForm
from records.listing import Column, Kind
from records.models import Interaction
from records.nouns.base import Action, Noun, Page, of_visible_customers

NOUN = Noun(
    slug="interactions",
    singular="Call or visit",
    plural="Calls and visits",
    model=Interaction,
    form=InteractionForm,
    see=SEES_CUSTOMERS,
    keep=(Permit.KEEP_CUSTOMERS,),
    visible=of_visible_customers(Interaction),
    columns=(
        Column("When", "happened_at", Kind.MOMENT),
        Column("What", "kind"),
        Column("About", "about"),
        Column("By", "staff"),
        Column("Next step", "next_step"),
        Column("Due", "next_step_on", Kind.DATE),
        Column("Done", "next_step_done_at", Kind.MOMENT),
    ),
    sort="-happened_at",
    time_line=("happened_at", "kind", "about"),
    facts=(
        "customer", "kind", "happened_at", "staff", "about", "notes", "next_step", "next_step_on", "next_step_done_at",
    ),
    related=("staff", "customer"),
    parent="customer",
    pages=frozenset({Page.NEW, Page.ONE, Page.EDIT, Page.HISTORY}),
    actions=(
        Action("Done", "next_step_done", lambda one: bool(one.next_step) and one.next_step_done_at is None),
        Action("Not done yet", "next_step_open", lambda one: one.next_step_done_at is not None),
    ),
    about="No call or visit has been recorded.",
)  # fmt: skip
