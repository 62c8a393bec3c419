"""Letters of publications: the link by which what was asked for is confirmed; that a subscription began or ended, or an
order is in; with the reader's own address.

None of them advertises anything: each answers what somebody did themselves at an address that they gave. So they go
also to whoever asked for no advertising. What subscribers can end, their mailbox can end by its own button (RFC 8058).
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.addresses import leave_publication_address, own_publication_address
from campaigns.enums import Language
from campaigns.programmes.confirming import Said, became_of_money, to_be_paid
from privacy.tries import Limit
from records.enums import OrderState
from records.models import ListMembership, PublicationOrder
from records.publications import KEPT_DAYS, PAID_AS, publication_of

# So many letters within the hour to one address, whoever asks for them: nobody's mailbox is filled from here.
LETTERS = Limit("publication-letter", tries=6, seconds=60 * 60)


def letter(found: ListMembership | PublicationOrder) -> EmailMessage | None:
    """How it stands now, in the language in which it was asked for; None where there is no address."""
    address = address_of(found)
    if not address or found.token is None:
        return None
    with translation.override(found.language or Language.ENGLISH.value):
        said = _of_subscription(found) if isinstance(found, ListMembership) else _of_order(found)
        headers = {"Auto-Submitted": "auto-generated"}
        if isinstance(found, ListMembership) and found.until is None:
            headers["List-Unsubscribe"] = f"<{leave_publication_address(found)}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return EmailMessage(said.subject, said.text, to=[address], headers=headers)


def mailbox_of(found: ListMembership | PublicationOrder) -> str:
    return address_of(found).lower()


def address_of(found: ListMembership | PublicationOrder) -> str:
    """The e-mail address that it uses."""
    own = found.address if isinstance(found, ListMembership) else found.email
    return own or (found.customer.email if found.customer else "")


def _of_subscription(found: ListMembership) -> Said:
    if found.until:
        return _said(
            found, _("Ended: %(name)s"), [_("You will no longer get it. You do not need to do anything else.")]
        )
    return _said(
        found,
        _("You get every issue: %(name)s"),
        [
            _("You are subscribed. You will get it until you say that you no longer want it."),
            _("See or change where it goes, or unsubscribe: %(address)s") % {"address": own_publication_address(found)},
        ],
    )


def _of_order(found: PublicationOrder) -> Said:
    address = {"address": own_publication_address(found), "days": KEPT_DAYS}
    state = found.stands
    if state is OrderState.UNCONFIRMED:
        parts = [
            _("Someone, perhaps you, asked for this on our site. If it was you, confirm it: %(address)s") % address,
            _(
                "If it was not you, do nothing: nothing will be sent, and what was typed will be deleted after "
                "%(days)s days."
            )
            % address,
            *money_of(found),
        ]
        return _said(found, _("Please confirm: %(name)s"), parts)
    if found.is_lapsed:
        return _said(
            found, _("Not paid in time: %(name)s"), [_("Your order was not paid for in time, and is canceled.")]
        )
    if state is OrderState.CANCELLED:
        off = _("Your order is canceled. You do not need to do anything more.")
        return _said(found, _("Canceled: %(name)s"), [off, *money_of(found)])
    if state is OrderState.HELD:
        kept = _("Your order is held until %(until)s. We will send it to you once it is paid for.") % {
            "until": kept_until(found)
        }
        pay = _("Pay, change where it goes, or cancel it: %(address)s") % address
        return _said(found, _("Pay to have it sent: %(name)s"), [kept, *money_of(found), pay])
    see = _("See or change where it goes, or cancel it: %(address)s") % address
    return _said(
        found, _("Ordered: %(name)s"), [_("Your order is in. We will send it to you soon."), *money_of(found), see]
    )


def kept_until(order: PublicationOrder) -> str:
    """Until when it is kept for whoever pays, by the agency's clock, in the language that is active; empty where it is
    not."""
    if order.held_until is None:
        return ""
    there = order.held_until.astimezone(ZoneInfo(settings.AGENCY_TIME_ZONE))
    return f"{date_format(there, 'DATETIME_FORMAT')} {there.tzname()}"


def money_of(order: PublicationOrder) -> list[str]:
    """What was paid or is to be, or goes back. One query at most, and none where it is free."""
    if order.amount is None:
        return []
    if order.stands in (OrderState.UNCONFIRMED, OrderState.HELD):
        return [to_be_paid(order.amount)]
    return became_of_money(PAID_AS, order.key)


def _said(found: ListMembership | PublicationOrder, subject: str, parts: list[str]) -> Said:
    name = publication_of(found).name_in(found.language)
    keep = _("Anyone who has this address can change what you get: keep it to yourself.")
    return Said(subject % {"name": name}, "\n\n".join([*parts, name, keep]))
