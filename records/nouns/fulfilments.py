"""Lists by which issues were sent or are being made ready."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from privacy.roles import Permit
from records.enums import DeliveryWay
from records.forms.publication import FulfilmentForm
from records.listing import Column, Kind
from records.models import Fulfilment, Publication
from records.nouns.base import Noun, NounFilters, Page


class FulfilmentFilters(NounFilters):
    of = filters.ModelChoiceFilter(
        field_name="publication",
        queryset=Publication.objects.select_related("mailing_list").order_by("mailing_list__name"),
        to_field_name="key",
        label=_("Publication"),
    )


NOUN = Noun(
    slug="fulfilments",
    singular="Fulfillment list",
    plural="Fulfillment lists",
    model=Fulfilment,
    form=FulfilmentForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Fulfilment.objects.all(),
    columns=(
        Column("Issue", "issue"),
        Column("Publication", "publication__mailing_list__name"),
        Column("How it is sent", "way", words=dict(DeliveryWay.choices)),
        Column("Created", "drawn_at", Kind.MOMENT),
        Column("People", "entry_count", Kind.COUNT),
        Column("Copies", "copy_count", Kind.COUNT),
        Column("Sent", "sent_on", Kind.DATE),
    ),
    sort="-drawn_at",
    facts=("publication", "issue", "way", "drawn_at", "sent_on"),
    related=("publication__mailing_list",),
    parent="publication",
    is_listed_apart=True,
    search=("issue__istartswith",),
    search_hint="How the issue’s name begins",
    filters=FulfilmentFilters,
    pages=frozenset(Page) - {Page.NEW},
    templates={Page.ONE: "records/fulfilment.html"},
    about="Issues prepared: for how many people, and when each was sent.",
    none="No issue has been prepared yet.",
)
