"""Wanting no more e-mail: said by a link, by a mailbox's own button (RFC 8058), or by a message."""

from campaigns.enums import Frequency
from campaigns.models import RecipientPreference, Share
from records.enums import SuppressionKind
from records.models import Suppression
from records.suppressing import suppress

UNSUBSCRIBED = "wanted no more e-mail"
ONE_CLICK = {"List-Unsubscribe": ["One-Click"]}  # RFC 8058, 3.1: the whole body


def leave(share: Share) -> None:
    """From now on nothing goes to the recipient of this share, whatever the state of the share. Harmless when repeated.

    The address that they have now is left out everywhere, and so is the one that the message went to.
    """
    RecipientPreference.objects.update_or_create(viewer=share.recipient, defaults={"frequency": Frequency.NOTHING})
    customer = share.recipient.customer
    if customer and customer.email:
        suppress(SuppressionKind.EMAIL, customer.email, None, UNSUBSCRIBED)
    message = getattr(share, "message", None)
    if message and message.address_hash:
        suppress_hash(bytes(message.address_hash), UNSUBSCRIBED)


def suppress_hash(address_hash: bytes, reason: str) -> None:
    """Leave out an address of which only the keyed hash is known."""
    Suppression.objects.get_or_create(
        kind=SuppressionKind.EMAIL, value_hash=address_hash, mailing_list=None, defaults={"reason": reason}
    )
