"""Ordering publications: by a share's link; or at the publication's own address, where what is asked for is confirmed
from the mailbox that it names.

What is confirmed is the event `response` of the campaign that asked, in one transaction. Of each act the letter of how
it stands waits from then on; what was done before is told whoever came by a link of their own no second time.
"""

from django.db import transaction
from django.utils import timezone

from campaigns.enums import Grade
from campaigns.models import Share
from campaigns.programmes import waiting_letters
from campaigns.programmes.telling import Way, answered
from records import publications
from records.enums import OrderKind
from records.models import Customer, ListMembership, Publication, PublicationOrder
from records.publications import Came, Wanted

Ordered = ListMembership | PublicationOrder


def ask(publication: Publication, email: str, wanted: Wanted, way: Way) -> Ordered:
    """What is to be confirmed; or the subscription that whoever has this address has already."""
    with transaction.atomic():
        found = _subscribed(publication, email, wanted) or publications.ask(publication, email, wanted, _came(way))
        waiting_letters.ask(found)
    return found


def _subscribed(publication: Publication, email: str, wanted: Wanted) -> ListMembership | None:
    return publications.known_subscription(publication, email) if wanted.kind == OrderKind.EVERY else None


def _came(way: Way) -> Came:
    return Came(way.language, way.campaign, way.share.key if way.share else None)


def confirm(order: PublicationOrder, signals: int = 0) -> Ordered:
    """Raises PublicationOrder.DoesNotExist for what was confirmed meanwhile, or has been dropped."""
    with transaction.atomic():
        made, is_new = publications.confirm(order)
        waiting_letters.ask(made)
        if is_new and made.customer:
            way = _came_by(order, made.customer, signals)
            answered(made.customer, way, timezone.now(), made.key)
    return made


def _came_by(order: PublicationOrder, customer: Customer, signals: int) -> Way:
    """Through a share, where it was ordered through one: by its recipient, whose mailbox it was confirmed from, or by
    somebody of whom nothing is known but that."""
    shares = Share.objects.select_related("recipient__customer")
    share = shares.filter(key=order.share_key).first() if order.share_key else None
    recipient = share.recipient.customer if share else None
    is_theirs = recipient is not None and recipient.person_id == customer.person_id
    grade = Grade.ADDRESSEE if is_theirs else Grade.UNKNOWN
    return Way(share, order.campaign_slug, order.language, signals, grade)


def order_now(
    publication: Publication, customer: Customer, wanted: Wanted, way: Way, *, email: str = ""
) -> tuple[Ordered, bool]:
    """For whoever came by a link of their own; and whether anything is new."""
    with transaction.atomic():
        made, is_new = publications.order_now(publication, customer, wanted, _came(way), email=email)
        if is_new:
            waiting_letters.ask(made)
            answered(customer, way, timezone.now(), made.key)
    return made, is_new


def end(found: Ordered) -> bool:
    """Leave, or call off. Whether it stood until now: twice is the same as once, and nobody gets a second letter."""
    with transaction.atomic():
        is_ended = publications.leave(found) if isinstance(found, ListMembership) else publications.cancel(found)
        if is_ended:
            waiting_letters.ask(found)
    return is_ended
