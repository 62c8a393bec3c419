"""Entering a request: from a letter or mail by an officer, from the public form by the requester."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from privacy.agency import agency_today
from privacy.api.secrecy import keyed_hash
from privacy.enums import About, Channel, RequestKind, Step
from privacy.models import RequestStep, RightsRequest, User
from privacy.rights.procedure import start
from privacy.vault import lookup_hash

SEALED = ("name", "street", "city", "region", "postal_code", "email", "phone", "details")


@dataclass(frozen=True)
class Wish:
    """What somebody asks, and who they say they are."""

    kind: RequestKind
    name: str
    street: str
    city: str
    region: str
    postal_code: str
    about: About = About.OTHER
    email: str = ""
    phone: str = ""
    details: str = ""
    is_by_other: bool = False


def enter_once(wish: Wish, word: str) -> tuple[RightsRequest, bool]:
    """The request of the public form, and whether the same form had brought it before: twice at once, or by the way
    back. `word` is the form's, empty where it has none. What says something else by now is another request."""
    if found := sent_before(wish, word):
        return found, True
    try:
        return enter(wish, Channel.FORM, key=_key_under(word, wish)), False
    except IntegrityError:  # the other of two clicks came first
        if found := sent_before(wish, word):
            return found, True
        raise


def sent_before(wish: Wish, word: str) -> RightsRequest | None:
    """What the same form brought, if it did."""
    key = _key_under(word, wish)
    return RightsRequest.objects.filter(key=key).first() if key else None


def _key_under(word: str, wish: Wish) -> UUID | None:
    """Of the form's random word and all that it says, so that nobody is shown what they did not send."""
    if not word:
        return None
    said = (f"{name}={value}".encode() for name, value in sorted(asdict(wish).items()))
    return UUID(bytes=keyed_hash("rights form", word.encode(), *said)[:16], version=4)


def enter(
    wish: Wish, channel: Channel, *, by: User | None = None, received_on: date | None = None, key: UUID | None = None
) -> RightsRequest:
    """The request, received and with its clock running. An open one that is alike is named as what it may repeat.

    The same asked twice is entered twice: an officer closes one of them, so that nobody's request is lost on doubt.
    """
    likeness = likeness_of(wish)
    with transaction.atomic():
        request = RightsRequest(
            key=key or uuid4(),
            number=_next_number(),
            kind=wish.kind,
            about=wish.about,
            channel=channel,
            received_on=received_on or agency_today(),
            entered_by=by,
            is_by_other=wish.is_by_other,
            likeness=likeness,
            duplicate_of=RightsRequest.objects.open().filter(likeness=likeness).order_by("id").first(),
        )
        for field in SEALED:
            setattr(request, field, getattr(wish, field))
        start(request)
        request.save(force_insert=True)
        RequestStep.objects.create(request=request, step=Step.ENTER, by=by, state=request.state)
    return request


def likeness_of(wish: Wish) -> bytes:
    """A keyed hash of kind, name and address, spaces and case aside."""
    parts = (wish.kind, wish.name, wish.street, wish.city, wish.region, wish.postal_code)
    return lookup_hash("privacy.RightsRequest", "\n".join(" ".join(part.lower().split()) for part in parts))


def _next_number() -> str:
    """`PA-2026-000042`; numbers are never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('privacy_request_number')")
        (number,) = cursor.fetchone()
    return f"PA-{timezone.now():%Y}-{number:06d}"
