"""Passing something on: whoever has the link names a colleague, who gets a share of their own: so views have a name.

The new share has the options of the one that it comes from (a passcode too), names it in `passed_on_from`, and belongs
to the same member of staff, who is told. Where nobody knows whether it was that share's recipient, it says so and is
not in their name. Only as often as WAYS_ON allows.
"""

from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from campaigns.enums import Grade
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


def pass_on(share: Share, *, name: str, email: str, grade: Grade = Grade.ADDRESSEE) -> Share | None:
    """A share for a colleague whom somebody names who came through this share, its recipient if `grade` says so; stored
    with its event, and a letter of it waits from then on. None where the colleague asked for nothing. Raises TooOften.

    Whoever is known by the address is not made anew; whoever has an open share of it through this one gets no other,
    and it is the recipient's as soon as they have passed it on, too.
    """
    is_by_unknown = grade == Grade.UNKNOWN
    if not WAYS_ON.take_while_counted(share.token) or _made_lately(share) >= WAYS_ON.tries:
        raise TooOften
    if left_out_of_all(SuppressionKind.EMAIL, [email]):
        return None
    with transaction.atomic():
        recipient = _viewer_of(_customer_of(share, name, email, is_by_unknown=is_by_unknown))
        known = Share.objects.filter(passed_on_from=share, recipient=recipient, revoked_at=None).first()
        passed = known or _made(share, recipient, is_by_unknown=is_by_unknown)
        if passed.passed_on_by_unknown and not is_by_unknown:
            passed.passed_on_by_unknown = False
            passed.save(update_fields=["passed_on_by_unknown"])
        tell(passed)
    return passed


def _made_lately(share: Share) -> int:
    """How many shares came of it in the time that WAYS_ON counts, which holds while Redis is away too."""
    since = timezone.now() - timedelta(seconds=WAYS_ON.seconds)
    return Share.objects.filter(passed_on_from=share, shared_at__gt=since).count()


def _customer_of(share: Share, name: str, email: str, *, is_by_unknown: bool) -> Customer:
    """Who has this address, or a new record from what was said. A colleague of the recipient's is of their
    organization; of somebody unknown's nobody knows that, and the territory says who looks after them."""
    passer = share.recipient.customer
    if passer is None:
        return known_or_made(name, email, mark="P")
    organization = None if is_by_unknown else passer.organization
    return known_or_made(name, email, mark="P", organization=organization, territory=passer.territory)


def _viewer_of(customer: Customer) -> Viewer:
    known = customer.viewers.order_by("pk").first()
    return known or Viewer.objects.create(key=customer.key, customer=customer)


def _made(share: Share, recipient: Viewer, *, is_by_unknown: bool) -> Share:
    wanted = {"from": share.pk, "recipient": recipient.pk, "by_unknown": is_by_unknown}
    with connection.cursor() as cursor:
        cursor.execute(WANT_PASSED_ON, wanted)
        return Share.objects.get(batch=make_wanted(cursor, 1))


def tell(passed: Share) -> None:
    """A letter waits for the colleague, and whoever shared it is told. Within the transaction of the act."""
    waiting_letters.ask(passed)
    notify_of_passing(passed)
