"""Letters of publications: the link by which what was asked for is confirmed; that a subscription began or ended, or an
order is in; with the reader's own address.

None of them advertises anything: each answers what somebody did themselves at an address that they gave. So they go
also to whoever asked for no advertising. What subscribers can end, their mailbox can end by its own button (RFC 8058).
"""

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.addresses import leave_publication_address, own_publication_address
from campaigns.enums import Language
from campaigns.programmes.confirming import Said
from privacy.tries import Limit
from records.enums import OrderState
from records.models import ListMembership, PublicationOrder
from records.publications import KEPT_DAYS, publication_of

# So many letters within the hour to one address, whoever asks for them: nobody's mailbox is filled from here.
LETTERS = Limit("publication-letter", tries=6, seconds=60 * 60)


def write(found: ListMembership | PublicationOrder) -> bool:
    """Tell how it stands now, in the language in which it was asked for. Whether a letter went."""
    address = address_of(found)
    if not address or found.token is None or not LETTERS.take_while_counted(address.lower()):
        return False
    with translation.override(found.language or Language.ENGLISH.value):
        said = _of_subscription(found) if isinstance(found, ListMembership) else _of_order(found)
        headers = {"Auto-Submitted": "auto-generated"}
        if isinstance(found, ListMembership) and found.until is None:
            headers["List-Unsubscribe"] = f"<{leave_publication_address(found)}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        EmailMessage(said.subject, said.text, to=[address], headers=headers).send()
    return True


def address_of(found: ListMembership | PublicationOrder) -> str:
    """The e-mail address that it uses."""
    own = found.address if isinstance(found, ListMembership) else found.email
    return own or (found.customer.email if found.customer else "")


def _of_subscription(found: ListMembership) -> Said:
    if found.until:
        return _said(found, _("Ended: %(name)s"), [_("You do not get it any more. You need do nothing else.")])
    return _said(
        found,
        _("You get every issue: %(name)s"),
        [
            _("You are subscribed. It comes to you until you say that it should not."),
            _("See or change where it goes, or unsubscribe: %(address)s") % {"address": own_publication_address(found)},
        ],
    )


def _of_order(found: PublicationOrder) -> Said:
    address = {"address": own_publication_address(found), "days": KEPT_DAYS}
    state = found.stands
    if state is OrderState.UNCONFIRMED:
        parts = [
            _("Somebody, you perhaps, asked for this at our site. If it was you, confirm it: %(address)s") % address,
            _("If it was not, do nothing: nothing is sent, and what was typed is deleted after %(days)s days.")
            % address,
        ]
        return _said(found, _("Please confirm: %(name)s"), parts)
    if state is OrderState.CANCELLED:
        return _said(found, _("Called off: %(name)s"), [_("Your order is called off. You need do nothing more.")])
    see = _("See or change where it goes, or call it off: %(address)s") % address
    return _said(found, _("Ordered: %(name)s"), [_("Your order is in. We send it to you soon."), see])


def _said(found: ListMembership | PublicationOrder, subject: str, parts: list[str]) -> Said:
    name = publication_of(found).name_in(found.language)
    keep = _("Whoever has this address can change what you get: keep it to yourself.")
    return Said(subject % {"name": name}, "\n\n".join([*parts, name, keep]))
