"""Publications: the catalogue as staff keep it, with how many get each and what waits to be sent."""

from typing import Any

from django.db.models import Count, Max, Q

from privacy.models import User
from privacy.roles import Permit
from records.enums import PublicationForm
from records.forms.publication import PublicationRecordForm
from records.listing import Column, Kind
from records.models import Publication
from records.nouns.base import Action, Noun, Page


def numbers(user: User, publication: Publication) -> dict[str, Any]:
    """Numbers alone, of nobody in particular. Three queries."""
    asked = publication.orders.aggregate(
        waiting=Count("pk", filter=Q(entry=None, cancelled_at=None, held_until=None) & ~Q(confirmed_at=None)),
        held=Count("pk", filter=Q(cancelled_at=None, held_until__isnull=False)),
        unconfirmed=Count("pk", filter=Q(confirmed_at=None, cancelled_at=None)),
    )
    sent = publication.fulfilments.aggregate(last=Max("sent_on"))["last"]
    subscribers = publication.mailing_list.memberships.filter(until=None).count()
    return {"numbers": {**asked, "subscribers": subscribers, "last_sent": sent}}


NOUN = Noun(
    slug="publications",
    singular="Publication",
    plural="Publications",
    model=Publication,
    form=PublicationRecordForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Publication.objects.select_related("mailing_list"),
    columns=(
        Column("Name", "mailing_list__name"),
        Column("How it is sent", "form", words=dict(PublicationForm.choices)),
        Column("How often", "how_often"),
        Column("Published", "published_at", Kind.MOMENT),
    ),
    sort="mailing_list__name",
    facts=(
        "form", "how_often", "takes_subscriptions", "takes_orders", "most_copies", "price", "is_open", "published_at",
        "description", "provider", "terms", "name_es", "how_often_es", "description_es", "slug",
    ),
    related=("mailing_list",),
    search=("mailing_list__name__istartswith", "slug"),
    search_hint="How the name begins",
    about="What customers order or subscribe to: newsletters, catalogs, guides.",
    more=numbers,
    actions=(
        Action("Publish", "publication_publish", lambda one: one.published_at is None),
        Action("Take offline", "publication_unpublish", lambda one: one.published_at is not None),
    ),
    templates={Page.ONE: "records/publication.html"},
)  # fmt: skip
