"""Winners and alternates of contests: a list of their own, to which the contest leads."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from privacy.roles import Permit
from records.enums import AwardState
from records.forms.contest import AwardForm
from records.listing import Column, Kind
from records.models import Award, Contest
from records.models.correspondence import LETTER_FACTS
from records.nouns.base import Action, Noun, NounFilters, Page
from records.programmes import taking_part

OPEN = (AwardState.OFFERED, AwardState.WAITING)


class AwardFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="contest",
        queryset=Contest.objects.select_related("survey").order_by("survey__name"),
        to_field_name="key",
        label=_("Contest"),
    )


NOUN = Noun(
    slug="awards",
    singular="Award",
    plural="Winners and alternates",
    model=Award,
    form=AwardForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=taking_part(Award, "submission__customer"),
    columns=(
        Column("Drawn as", "rank", Kind.COUNT),
        Column("Customer", "submission__customer__name"),
        Column("Entry", "submission__entry_number"),
        Column("Contest", "contest__survey__name"),
        Column("State", "state", words=dict(AwardState.choices)),
        Column("Must be claimed by", "claim_until", Kind.DATE),
    ),
    sort="rank",
    facts=(
        "contest", "customer", "entry_number", "rank", "state", "offered_at", "claim_until", "settled_at", "send_to",
        *LETTER_FACTS,
    ),
    for_keepers=("send_to",),
    related=("contest__survey", "submission__customer"),
    parent="contest",
    is_listed_apart=True,
    filters=AwardFilters,
    pages=frozenset(Page) - {Page.NEW},
    actions=(
        Action("Claimed", "award_claim", lambda one: one.state == AwardState.OFFERED),
        Action("Declined: on to the next", "award_decline", lambda one: one.state in OPEN),
    ),
    about="Who was drawn in contests, who is next in order, and what was claimed.",
    none="It has not been drawn.",
)  # fmt: skip
