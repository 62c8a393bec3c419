"""How a recipient wants to be written to: said on their own page, kept, and honoured by all that is sent."""

from django.db import transaction

from campaigns.enums import Frequency, Language
from campaigns.models import RecipientPreference, Share
from records.enums import SuppressionKind
from records.models import Suppression
from records.suppressing import suppress, suppression_hashes

ASKED_FOR_NOTHING = "asked for nothing"


def wish_of(share: Share) -> RecipientPreference:
    """What the recipient said, or what holds for whoever said nothing (not stored). One query."""
    said = RecipientPreference.objects.filter(viewer=share.recipient).first()
    return said or RecipientPreference(viewer=share.recipient)


def keep_wish(share: Share, frequency: Frequency, language: Language) -> None:
    """From now on it holds, for every list and sender. Wanting something again ends only what was said here."""
    with transaction.atomic():
        RecipientPreference.objects.update_or_create(
            viewer=share.recipient, defaults={"frequency": frequency, "language": language}
        )
        customer = share.recipient.customer
        if customer is None or not customer.email:
            return
        if frequency is Frequency.NOTHING:
            suppress(SuppressionKind.EMAIL, customer.email, None, ASKED_FOR_NOTHING)
        else:
            hashes = suppression_hashes(SuppressionKind.EMAIL, [customer.email])
            own = Suppression.objects.filter(kind=SuppressionKind.EMAIL, value_hash__in=hashes, mailing_list=None)
            own.filter(reason=ASKED_FOR_NOTHING).delete()
