"""Looking at a letter before it goes: as it would be for somebody, and as a mail to oneself."""

from dataclasses import replace

from campaigns.mailing.audience import Recipient, recipients, shares_of
from campaigns.mailing.handing import PostOffice
from campaigns.mailing.letters import MADE_UP, Letter, test_email
from campaigns.models import Mailing, Share
from privacy.models import User
from records.models import Customer


def made_up(mailing: Mailing, language: str = "en") -> Recipient:
    """Somebody who does not exist, written to by the mailing's sender."""
    material = mailing.variant.material if mailing.variant else None
    return replace(
        MADE_UP,
        language=language,
        material=material.title if material else MADE_UP.material,
        sender_name=mailing.sender.name,
        sender_email=mailing.sender.email,
    )


def sample(mailing: Mailing, user: User) -> Recipient | None:
    """The first of its recipients whom the user may see; None where there is none."""
    chosen = shares_of(mailing) if not mailing.started_at else Share.objects.filter(message__mailing=mailing)
    visible = chosen.filter(recipient__customer__in=Customer.objects.visible_to(user))
    first = visible.order_by("pk").values_list("pk", flat=True)[:1]
    found = recipients(list(first), mailing)
    return found[0] if found else None


def send_test(number: int, user: int) -> None:
    """Send the letter for a made-up recipient to this member of staff.

    Raises what stands in the way: the failed task names it without values.
    """
    mailing = Mailing.objects.select_related("sender", "variant__material").get(pk=number)
    to = User.objects.get(pk=user)
    office = PostOffice()
    office.open()
    try:
        office.connection.send_messages([test_email(Letter(mailing, made_up(mailing)), to.email)])
    finally:
        office.close()
