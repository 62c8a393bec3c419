"""Registering for an event: by a share's link, or at the event's own address; changing and calling off by one's own.

What is registered stands in `Registration`, with its place or as waiting (records.seating), and is the event `response`
of the campaign that asked: all in one transaction.
"""

from dataclasses import dataclass
from enum import Enum

from django.db import transaction
from django.utils import timezone

from campaigns.programmes import waiting_letters
from campaigns.programmes.telling import Way, answered
from privacy import changes
from privacy.accesslog import Actor
from privacy.purposes import Basis
from records import accommodating, confirming, seating
from records.enums import Source
from records.known import Named, find_or_make
from records.models import Customer, Gathering, Registration
from records.models.customer import HANGS_ON_PERSON
from records.naming import new_token
from records.paying import registrations as paid

# The notice's purpose "To conduct registration for USPS and related events".
REGISTERING = Basis(3)
# How the numbers of customers begin who registered without a link of their own.
NUMBERED = "R"
BY_THEMSELVES = Actor.system("registration_page")

# Relies on the unique slug.
OPEN = "SELECT * FROM records_gathering WHERE slug = %s AND is_open AND published_at IS NOT NULL"

# One that stands first, of whatever record of the person. Relies on customer_merged_into and registration_of_customer.
# Asked while everybody who comes waits: Django took nine times as long to write it.
OF_PERSON = f"""
SELECT * FROM records_registration
WHERE gathering_id = %(gathering)s AND {HANGS_ON_PERSON}
ORDER BY cancelled_at NULLS FIRST, id
LIMIT 1
"""


class Shut(Enum):
    """Why nobody can register."""

    UNPUBLISHED = "unpublished"
    CLOSED = "closed"
    OVER = "over"
    CALLED_OFF = "called off"


class TakesNone(Exception):
    """Nothing was stored; `reason` says why."""

    def __init__(self, reason: Shut) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Wishes:
    """What somebody says of how they take part. `role` may be empty, as all may."""

    role: str = ""
    badge_name: str = ""
    itinerary: str = ""
    accommodations: str = ""


def shut(gathering: Gathering) -> Shut | None:
    """Why nobody can register now; None where they can. That no place is left is no reason: one can wait."""
    now = timezone.now()
    if gathering.cancelled_at:
        return Shut.CALLED_OFF
    if gathering.published_at is None:
        return Shut.UNPUBLISHED
    if now >= gathering.starts_at:
        return Shut.OVER
    if gathering.registration_closes_at and now > gathering.registration_closes_at:
        return Shut.CLOSED
    return None


def open_event(slug: str) -> Gathering | None:
    """What anybody who has this address may register for. Django takes twice as long to write its statement, which is
    asked for each of thousands who come within a minute."""
    return next(iter(Gathering.objects.raw(OPEN, [slug])), None)


def registration_of(gathering: Gathering, customer: Customer) -> Registration | None:
    """Whatever record of the person it hangs on; one that was called off too."""
    asked = {"gathering": gathering.pk, "person": customer.person_id}
    found = next(iter(Registration.objects.raw(OF_PERSON, asked)), None)
    if found:
        found.gathering = gathering
        if found.customer_id == customer.pk:
            found.customer = customer
    return found


def register(gathering: Gathering, who: Customer | Named, wishes: Wishes, way: Way) -> tuple[Registration, bool]:
    """Give a place or one on the waiting list; and whether anything is new. Who is registered stays as they are; who
    had called it off comes anew, from their own page where it is not known who asks; whose place was not paid in time
    comes anew whoever asks, with what they said themselves; of whoever names themselves and is not known a record is
    made. Whose address somebody typed is registered as claimed, until they confirm it. The letter of how it stands
    waits from then on. Raises TakesNone; then nothing is stored or changed.
    """
    is_claimed = isinstance(who, Named)
    with transaction.atomic():
        customer, is_new = find_or_make(*who, mark=NUMBERED) if isinstance(who, Named) else (who, False)
        if is_new:
            return _of_stranger(gathering, customer, wishes, way), True
        # One at a time, so that places go in order, and no more than there are.
        event = seating.locked(gathering.pk)
        _refuse_shut(event)
        known = registration_of(event, customer)
        if known and not _comes_anew(known, is_claimed=is_claimed):
            waiting_letters.ask(known)
            return _with_token(known), False
        made = known or Registration(gathering=event, customer=customer, source=Source.CUSTOMER)
        if known and is_claimed and not known.sent_by:
            wishes = wishes_of(known)
        else:
            made.is_claimed, made.language = is_claimed, way.language
            made.is_by_unknown, made.sent_through = way.is_unknown, way.sent_through
        seating.seat(made, event, is_to_be_paid=known is None or not paid.is_paid(known))
        made.token = made.token or new_token()
        if known is None:
            made.letter_asked_at = made.letter_due_at = made.registered_at
        _wish(made, wishes, is_anew=True)
        if known:
            waiting_letters.ask(made)
        else:
            answered(made.customer, way, made.registered_at, made.key, is_claimed=is_claimed)
    return made, True


def _comes_anew(known: Registration, *, is_claimed: bool) -> bool:
    """Nobody unknown brings back what somebody called off; what was only not paid in time is held for them again."""
    return known.cancelled_at is not None and (known.is_lapsed or not is_claimed)


def _of_stranger(gathering: Gathering, customer: Customer, wishes: Wishes, way: Way) -> Registration:
    """Of whom there is no record but the one that was just made: a place, as `register` gives it."""
    now = timezone.now()
    made = Registration(gathering=gathering, customer=customer, source=Source.CUSTOMER, registered_at=now)
    made.is_waiting, made.token, made.language = True, new_token(), way.language
    made.is_by_unknown, made.sent_through = way.is_unknown, way.sent_through
    made.letter_asked_at = made.letter_due_at = now
    _wish(made, wishes)
    seating.seat_last(made, gathering.pk, _refuse_shut)
    answered(customer, way, made.registered_at, made.key)
    return made


def _refuse_shut(event: Gathering) -> None:
    """Raises TakesNone where nobody can register."""
    if reason := shut(event):
        raise TakesNone(reason)


def change(registration: Registration, wishes: Wishes) -> bool:
    """What they say now of how they take part, by which they confirm it; the place stays. False for what was called
    off, or is over."""
    with transaction.atomic():
        event = seating.under_lock(registration)
        if registration.cancelled_at or shut(event) is Shut.OVER:
            return False
        if registration.sent_by:
            confirm(registration)
        _wish(registration, wishes)
    return True


def confirm(registration: Registration) -> bool:
    """Whoever reads the mail of the address that was typed says that it was they, as `confirming.confirm` has it."""
    return confirming.confirm(registration, BY_THEMSELVES, REGISTERING)


def call_off(registration: Registration) -> bool:
    """Cancel it, and let who waits longest have the place; the letter of it waits from then on. Whether it stood until
    now; never once the event began."""
    if registration.gathering.starts_at <= timezone.now():
        return False
    with transaction.atomic():
        is_off = paid.cancel(registration, BY_THEMSELVES, REGISTERING)
        if is_off:
            waiting_letters.ask(registration)
    return is_off


def wishes_of(registration: Registration) -> Wishes:
    return Wishes(
        registration.role, registration.badge_name, registration.itinerary or "", registration.accommodations or ""
    )


def _wish(registration: Registration, wishes: Wishes, *, is_anew: bool = False) -> None:
    """`is_anew` where it was called off: what was needed then is seen to again."""
    before = None if is_anew or registration._state.adding else registration.accommodations
    registration.role, registration.badge_name = wishes.role, wishes.badge_name
    registration.itinerary, registration.accommodations = wishes.itinerary or None, wishes.accommodations or None
    # Everybody who comes waits meanwhile, and a savepoint is two more questions to the server.
    changes.save(registration, by=BY_THEMSELVES, basis=REGISTERING, savepoint=False)
    accommodating.changed(registration, before, BY_THEMSELVES, REGISTERING)


def _with_token(known: Registration) -> Registration:
    """One that staff or a file brought has no address of its own until its customer comes here."""
    if known.token is None:
        known.token = new_token()
        changes.save(known, by=BY_THEMSELVES, basis=REGISTERING)
    return known
