"""Passing something on: the recipient names a colleague, who gets a share of their own, so that views have a name.

The new share has the options of the one that it comes from (a passcode too), names it in `passed_on_from`, and belongs
to the same member of staff, who is told. Only as often as WAYS_ON allows.
"""

from dataclasses import dataclass
from pathlib import Path

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.addresses import sender_address, share_address
from campaigns.enums import Language
from campaigns.languages import said_by
from campaigns.models import Share, Viewer
from campaigns.wanted_shares import make_wanted
from privacy.languages import tag_of
from privacy.tries import Limit
from records.enums import SuppressionKind
from records.known import known_or_made
from records.models import Customer, Suppression
from records.suppressing import suppression_hashes

WANT_PASSED_ON = (Path(__file__).parent.parent / "sql" / "want_passed_on.sql").read_text()
EXPLAINED = gettext_lazy(
    "On the page you read who shared it first, what is recorded when you open it, and how to stop such mail."
)
WAYS_ON = Limit("passed-on", tries=10, seconds=24 * 60 * 60)


class TooOften(Exception):
    """The share was passed on as often as it may be in a day."""


@dataclass(frozen=True)
class Colleague:
    """Whom it is passed on to, as the recipient names them."""

    name: str
    email: str


def pass_on(share: Share, colleague: Colleague) -> Share | None:
    """A share for the colleague, stored with its event. None where they asked for nothing. Raises TooOften.

    Whoever is known by the address is not made anew; whoever has an open share of it through this one gets no other.
    """
    if not WAYS_ON.take(share.token):
        raise TooOften
    if _asked_for_nothing(colleague.email):
        return None
    with transaction.atomic():
        recipient = _viewer_of(_customer_of(share, colleague))
        known = Share.objects.filter(passed_on_from=share, recipient=recipient, revoked_at=None).first()
        return known or _made(share, recipient)


def _asked_for_nothing(email: str) -> bool:
    (value_hash,) = suppression_hashes(SuppressionKind.EMAIL, [email])
    return Suppression.objects.filter(kind=SuppressionKind.EMAIL, value_hash=value_hash, mailing_list=None).exists()


def _customer_of(share: Share, colleague: Colleague) -> Customer:
    """Who has this address, or a new record from what the recipient said."""
    passer = share.recipient.customer
    fields = {"organization": passer.organization, "territory": passer.territory} if passer else {}
    return known_or_made(colleague.name, colleague.email, mark="P", **fields)


def _viewer_of(customer: Customer) -> Viewer:
    known = customer.viewers.order_by("pk").first()
    return known or Viewer.objects.create(key=customer.key, customer=customer)


def _made(share: Share, recipient: Viewer) -> Share:
    with connection.cursor() as cursor:
        cursor.execute(WANT_PASSED_ON, {"from": share.pk, "recipient": recipient.pk})
        return Share.objects.get(batch=make_wanted(cursor, 1))


def tell(passed: Share) -> None:
    """Mail the link to whom it was passed on, and tell the member of staff whose share it is."""
    with translation.override(_language(passed)):
        _tell_colleague(passed)
    if passed.sender:
        with translation.override(tag_of(passed.sender)):
            _tell_sender(passed, passed.sender.email)


def _tell_sender(passed: Share, email: str) -> None:
    said = _("“%(title)s” was passed on by its recipient. Who has it now, and whether it was read: %(address)s")
    EmailMessage(
        _("A share of yours was passed on"),
        said % {"title": passed.material.title, "address": sender_address(passed)},
        to=[email],
    ).send()


def _tell_colleague(passed: Share) -> None:
    passer = passed.passed_on_from.recipient.customer if passed.passed_on_from else None
    customer = passed.recipient.customer
    if not (customer and customer.email):
        return
    said = _("%(name)s passed on to you: %(title)s") % {
        "name": passer.name if passer else _("A colleague"),
        "title": passed.material.title,
    }
    EmailMessage(
        _("Something was passed on to you"),
        f"{said}\n\n{share_address(passed)}\n\n{EXPLAINED}",
        to=[customer.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _language(passed: Share) -> str:
    """The colleague's, where they ever said one, else that of whoever passed it on."""
    said = said_by(passed) or (said_by(passed.passed_on_from) if passed.passed_on_from else None)
    return (said or Language.ENGLISH).value
