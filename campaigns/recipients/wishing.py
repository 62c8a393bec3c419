"""How a recipient wants to be written to: said on their own page, by a letter's link, a mailbox's button or a message;
kept at one place, and honoured by all that is sent.
"""

from collections.abc import Iterator

from django.db import transaction

from campaigns.enums import Frequency, Language
from campaigns.models import RecipientPreference, Share
from records.enums import SuppressionKind
from records.models import Suppression
from records.suppressing import suppress_hash, suppression_hashes

ASKED_FOR_NOTHING = "asked for nothing"


def wish_of(share: Share) -> RecipientPreference:
    """What the recipient said, or what holds for whoever said nothing (not stored). One query."""
    said = RecipientPreference.objects.filter(viewer=share.recipient).first()
    return said or RecipientPreference(viewer_id=share.recipient_id)


def keep_wish(share: Share, frequency: Frequency, language: Language | None = None) -> None:
    """From now on it holds, for every list and sender, whatever the state of the share. Harmless when repeated.

    Who wants nothing is left out by the address that they have now and by the one that this share's letter went to.
    Wanting something again ends only what the recipient had said: a bounce, a complaint or a list left stays.
    """
    said = {"frequency": frequency, **({"language": language} if language else {})}
    with transaction.atomic():
        RecipientPreference.objects.update_or_create(viewer=share.recipient, defaults=said)
        hashes = list(_addresses_of(share))
        if frequency is Frequency.NOTHING:
            for value in hashes:
                suppress_hash(SuppressionKind.EMAIL, value, None, ASKED_FOR_NOTHING)
        else:
            own = Suppression.objects.filter(kind=SuppressionKind.EMAIL, value_hash__in=hashes, mailing_list=None)
            own.filter(reason=ASKED_FOR_NOTHING).delete()


def keep_less(share: Share, frequency: Frequency) -> None:
    """What somebody unknown asks for through the link: nothing is kept that is no less than what holds, and what was
    stopped stays so."""
    most_first = list(Frequency)
    with transaction.atomic():
        RecipientPreference.objects.select_for_update().filter(viewer=share.recipient).first()
        if most_first.index(frequency) <= most_first.index(Frequency(wish_of(share).frequency)):
            return
        if frequency is Frequency.NOTHING:
            keep_wish(share, frequency)
        else:
            RecipientPreference.objects.update_or_create(viewer=share.recipient, defaults={"frequency": frequency})


def _addresses_of(share: Share) -> Iterator[bytes]:
    """The keyed hashes of the recipient's address as it is now, and of the one that the letter went to."""
    customer = share.recipient.customer
    if customer and customer.email:
        yield from suppression_hashes(SuppressionKind.EMAIL, [customer.email])
    message = getattr(share, "message", None)
    if message and message.address_hash:
        yield bytes(message.address_hash)
