"""Passing something on: the recipient names a colleague, who gets a share of their own, so that views have a name.

The new share has the options of the one that it comes from (a passcode too), names it in `passed_on_from`, and belongs
to the same member of staff, who is told. Only as often as WAYS_ON allows.
"""

from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Share, Viewer
from campaigns.notifying import notify_of_passing
from campaigns.programmes import waiting_letters
from campaigns.wanted_shares import make_wanted
from privacy.tries import Limit
from records.enums import SuppressionKind
from records.known import known_or_made
from records.models import Customer
from records.suppressing import left_out_of_all

WANT_PASSED_ON = (Path(__file__).parent.parent / "sql" / "want_passed_on.sql").read_text()
WAYS_ON = Limit("passed-on", tries=10, seconds=24 * 60 * 60)


class TooOften(Exception):
    """The share was passed on as often as it may be in a day."""


def pass_on(share: Share, *, name: str, email: str) -> Share | None:
    """A share for a colleague whom the recipient names, stored with its event; a letter of it waits from then on. None
    where they asked for nothing. Raises TooOften.

    Whoever is known by the address is not made anew; whoever has an open share of it through this one gets no other.
    """
    if not WAYS_ON.take_while_counted(share.token) or _made_lately(share) >= WAYS_ON.tries:
        raise TooOften
    if left_out_of_all(SuppressionKind.EMAIL, [email]):
        return None
    with transaction.atomic():
        recipient = _viewer_of(_customer_of(share, name, email))
        known = Share.objects.filter(passed_on_from=share, recipient=recipient, revoked_at=None).first()
        passed = known or _made(share, recipient)
        tell(passed)
    return passed


def _made_lately(share: Share) -> int:
    """How many shares came of it in the time that WAYS_ON counts, which holds while Redis is away too."""
    since = timezone.now() - timedelta(seconds=WAYS_ON.seconds)
    return Share.objects.filter(passed_on_from=share, shared_at__gt=since).count()


def _customer_of(share: Share, name: str, email: str) -> Customer:
    """Who has this address, or a new record from what the recipient said."""
    passer = share.recipient.customer
    fields = {"organization": passer.organization, "territory": passer.territory} if passer else {}
    return known_or_made(name, email, mark="P", **fields)


def _viewer_of(customer: Customer) -> Viewer:
    known = customer.viewers.order_by("pk").first()
    return known or Viewer.objects.create(key=customer.key, customer=customer)


def _made(share: Share, recipient: Viewer) -> Share:
    with connection.cursor() as cursor:
        cursor.execute(WANT_PASSED_ON, {"from": share.pk, "recipient": recipient.pk})
        return Share.objects.get(batch=make_wanted(cursor, 1))


def tell(passed: Share) -> None:
    """A letter waits for the colleague, and whoever shared it is told. Within the transaction of the act."""
    waiting_letters.ask(passed)
    notify_of_passing(passed)
