"""Events that customers attend, with how many have a place, wait and came."""

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from privacy.models import User
from privacy.roles import Permit
from records.forms.gathering import GatheringForm
from records.listing import Column, Kind
from records.models import Gathering
from records.nouns.base import Action, Noun, Page

STANDING = Q(cancelled_at=None)


def numbers(user: User, gathering: Gathering) -> dict[str, Any]:
    """Numbers alone, of nobody in particular, and whether it can be called off. One query."""
    counted = gathering.registrations.aggregate(
        confirmed=Count("pk", filter=STANDING & Q(is_waiting=False)),
        held=Count("pk", filter=STANDING & Q(held_until__isnull=False)),
        waiting=Count("pk", filter=STANDING & Q(is_waiting=True)),
        came=Count("pk", filter=STANDING & Q(attended=True)),
    )
    return {"numbers": counted, "is_to_come": is_to_come(gathering)}


def is_to_come(gathering: Gathering) -> bool:
    return not gathering.cancelled_at and gathering.starts_at > timezone.now()


NOUN = Noun(
    slug="events",
    singular="Event",
    plural="Events",
    model=Gathering,
    form=GatheringForm,
    see=(Permit.VIEW_PROGRAMMES,),
    keep=(Permit.KEEP_PROGRAMMES,),
    visible=lambda user: Gathering.objects.all(),
    columns=(
        Column("Name", "name"),
        Column("Place", "place"),
        Column("Starts", "starts_at", Kind.MOMENT),
        Column("Ends", "ends_at", Kind.MOMENT),
    ),
    sort="-starts_at",
    facts=(
        "place", "starts_at", "ends_at", "time_zone", "capacity", "price", "refund_days", "registration_closes_at",
        "is_open", "published_at", "cancelled_at", "description", "name_es", "description_es", "slug",
    ),
    there=("starts_at", "ends_at", "registration_closes_at"),
    search=("name__istartswith", "slug"),
    search_hint="How the name begins",
    about="Conferences, workshops and meetings that customers register for.",
    more=numbers,
    actions=(
        Action("Publish", "event_publish", lambda one: one.published_at is None and one.cancelled_at is None),
        Action("Take offline", "event_unpublish", lambda one: one.published_at is not None),
        Action("Cancel event", "event_call_off", is_to_come),
    ),
    templates={Page.ONE: "records/event.html"},
)  # fmt: skip
