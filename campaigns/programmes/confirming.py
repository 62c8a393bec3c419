"""The letter to whoever registered: that they have a place, wait, moved up, or called it off; with their own address,
and the calendar file where they have a place or had one.

It answers what somebody did themselves, so that it goes also to whoever asked for no advertising; as does the letter
that what they registered for is at another time or place, or called off, which tells nothing else.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.addresses import registration_address
from campaigns.enums import Language
from campaigns.programmes.invitations import TYPE, calendar_of
from privacy.tries import Limit
from records import moving
from records.enums import PaymentState, RegistrationState
from records.models import Gathering, Payment, Registration
from records.naming import new_token
from records.paying.registrations import NAME as REGISTRATION

# So many letters to one registration, whoever asks for them again.
LETTERS = Limit("registration-letter", tries=6, seconds=60 * 60)


# Who has a place, or had one, gets the calendar file.
WITH_CALENDAR = (RegistrationState.CONFIRMED, RegistrationState.CANCELLED)
GIVEN_BACK = (PaymentState.REFUNDING, PaymentState.REFUNDED)


@dataclass(frozen=True)
class Said:
    subject: str
    text: str


def letter(registration: Registration) -> EmailMessage | None:
    """For how it stands now, in the language in which they registered; None where there is no address, where the event
    is called off, of which `tell_moved` tells."""
    if not registration.customer.email or registration.token is None or _is_off_with_event(registration):
        return None
    language = registration.language or Language.ENGLISH.value
    with translation.override(language):
        return _letter(registration, _said(registration, language), language)


def _is_off_with_event(registration: Registration) -> bool:
    return registration.cancelled_at is not None and registration.cancelled_at == registration.gathering.cancelled_at


def tell_moved(registration_id: int) -> bool:
    """What the event was and is now, or that it is called off; once for each change, whoever calls. Whether a letter
    went.

    The row is locked while it is sent: a crash between sending and the commit sends it again, never not at all.
    """
    with transaction.atomic():
        rows = moving.to_tell().select_for_update(of=("self",), skip_locked=True)
        found = rows.select_related("gathering", "customer").filter(pk=registration_id).first()
        if found is None:
            return False
        event, before = found.gathering, moving.known_by(found)
        found.told_at, found.token = event.moved_at, found.token or new_token()
        found.save(update_fields=["told_at", "token"])
        if not found.customer.email or not (event.cancelled_at or moving.is_another(event, before)):
            return False
        language = found.language or Language.ENGLISH.value
        with translation.override(language):
            said = _off(found, language) if event.cancelled_at else _moved(found, before, language)
            _letter(found, said, language).send()
    return True


def _letter(registration: Registration, said: Said, language: str) -> EmailMessage:
    address = registration.customer.email
    letter = EmailMessage(said.subject, said.text, to=[address], headers={"Auto-Submitted": "auto-generated"})
    if registration.state in WITH_CALENDAR and not registration.is_lapsed:
        letter.attach("event.ics", calendar_of(registration, language).decode(), TYPE)
    return letter


def _moved(registration: Registration, before: Gathering, language: str) -> Said:
    event = registration.gathering
    name = event.name_in(language)
    parts = [
        _("The event you registered for has a new time or place."),
        name,
        _("It was: %(when)s") % {"when": _span(before)},
        _("It is now: %(when)s") % {"when": _span(event)},
    ]
    own = _("See, change or cancel your registration: %(address)s") % {"address": registration_address(registration)}
    keep = _("Anyone who has this address can change your registration: keep it to yourself.")
    return Said(_("Changed: %(name)s") % {"name": name}, "\n\n".join([*parts, own, keep]))


def _off(registration: Registration, language: str) -> Said:
    event = registration.gathering
    name = event.name_in(language)
    first = _("The event you registered for has been canceled. You do not need to do anything else.")
    parts = [first, f"{name}\n{_span(event)}", *money_of(registration)]
    return Said(_("Event canceled: %(name)s") % {"name": name}, "\n\n".join(parts))


def _span(event: Gathering) -> str:
    """From when to when, by the clock of its place, and where."""
    moments = [event.starts_there, *([event.ends_there] if event.ends_there else [])]
    when = " – ".join(f"{date_format(one, 'DATETIME_FORMAT')} {one.tzname()}" for one in moments)
    return ", ".join(part for part in (when, event.place) if part)


def when_of(registration: Registration) -> str:
    """`March 8, 2026, 9:30 a.m. EST`, by the clock of the event's place, in the language that is active."""
    there = registration.gathering.starts_there
    return f"{date_format(there, 'DATETIME_FORMAT')} {there.tzname()}"


def _said(registration: Registration, language: str) -> Said:
    name = registration.gathering.name_in(language)
    where = ", ".join(part for part in (when_of(registration), registration.gathering.place) if part)
    subject, first = {
        RegistrationState.HELD: (
            _("Pay to keep your place: %(name)s"),
            _("A place is held for you until %(until)s. It is yours once it is paid for.")
            % {"until": _held(registration)},
        ),
        RegistrationState.CONFIRMED: (
            _("You have a place: %(name)s"),
            _("You are registered, and your place is reserved."),
        ),
        RegistrationState.WAITING: (
            _("You are on the waiting list: %(name)s"),
            _("All places are taken. We will write to you as soon as one opens up for you."),
        ),
        RegistrationState.CANCELLED: (
            _("Canceled: %(name)s"),
            _("Your registration is canceled. You do not need to do anything else."),
        ),
    }[registration.state]
    if registration.is_lapsed:
        subject = _("Not paid in time: %(name)s")
        first = _(
            "Your place was not paid for in time and went to someone who was waiting. You can register "
            "again on your own page."
        )
    own = _("See, change or cancel your registration: %(address)s") % {"address": registration_address(registration)}
    keep = _("Anyone who has this address can change your registration: keep it to yourself.")
    parts = [first, f"{name}\n{where}", *_claimed(registration), *money_of(registration), own, keep]
    return Said(subject % {"name": name}, "\n\n".join(parts))


def _claimed(registration: Registration) -> list[str]:
    """What is asked of whoever's address somebody typed who is not known."""
    if not registration.sent_by or registration.cancelled_at:
        return []
    return [
        _(
            "Someone registered with this e-mail address. If it was you, confirm it on the page below. If "
            "not, cancel it there."
        )
    ]


def _held(registration: Registration) -> str:
    """Until when the place is kept, by the clock of the event's place; empty where it is not."""
    if registration.held_until is None:
        return ""
    there = registration.held_until.astimezone(registration.gathering.zone)
    return f"{date_format(there, 'DATETIME_FORMAT')} {there.tzname()}"


def money_of(registration: Registration) -> list[str]:
    """What was paid or is to be, or goes back. One query where the event costs something, or the place is given up: by
    then it may cost nothing any more."""
    if registration.state is RegistrationState.HELD:
        return [to_be_paid(registration.gathering.price)]
    if not registration.gathering.price and registration.cancelled_at is None:
        return []
    return became_of_money(REGISTRATION, registration.key)


def to_be_paid(amount: Decimal) -> str:
    return _("To be paid: $%(amount)s") % {"amount": f"{amount:.2f}"}


def became_of_money(kind: str, subject: UUID) -> list[str]:
    """What was paid for something, or goes back; nothing where neither. One query."""
    last = Payment.objects.filter(kind=kind, subject=subject).order_by("-pk").first()
    amount = f"{last.amount:.2f}" if last else ""
    if last and last.state == PaymentState.PAID:
        return [_("Paid: $%(amount)s") % {"amount": amount}]
    if last and last.state in GIVEN_BACK:
        return [_("$%(amount)s will be refunded to the card that was charged, within a few days.") % {"amount": amount}]
    return []
