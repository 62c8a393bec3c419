"""Telling senders that what they shared was opened by a person: once a day at most for each share, in one letter each.

The letter names the material and leads to the share's page, where one must sign in. It names no recipient.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.core.mail import EmailMessage
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone

from campaigns.addresses import sender_address
from campaigns.models import Share
from campaigns.share_visits import LOG
from privacy.models import User

CLAIM_VISITED = (Path(__file__).parent / "sql" / "claim_visited.sql").read_text().format(log=LOG)
# A letter names so many shares and counts the others.
MOST_NAMED = 20
MOST_AT_ONCE = 1_000

log = structlog.get_logger(__name__)


def tell_senders() -> int:
    """Write to each sender whose shares a person has visited. Returns how many letters went.

    A share is marked before its letter goes: after a crash in between a letter may be missing, but none comes twice.
    One that the mail server refuses is tried again at the next call.
    """
    claimed = _claim()
    senders = User.objects.in_bulk(claimed)
    return sum(_tell(senders[number], shares) for number, shares in claimed.items())


def _claim() -> dict[int, list[int]]:
    """The visited shares by sender."""
    now = timezone.now()
    values: dict[str, Any] = {
        "now": now,
        "day_ago": now - timedelta(days=1),
        "minute_ago": now - timedelta(minutes=1),
        "most": MOST_AT_ONCE,
    }
    claimed: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_VISITED, values)
        for number, sender_id in cursor.fetchall():
            claimed[sender_id].append(number)
    return claimed


def _tell(sender: User, numbers: Sequence[int]) -> bool:
    """Whether the letter went. Whoever has left is not written to."""
    if not sender.is_active:
        return False
    shares = list(Share.objects.filter(pk__in=numbers).select_related("material").order_by("-shared_at", "-pk"))
    try:
        letter(sender, shares).send()
    except OSError:
        # Not a word of the reason: it may hold the address.
        log.warning("sender_not_told", shares=len(shares))
        Share.objects.filter(pk__in=numbers).update(notified_at=None)
        return False
    return True


def letter(sender: User, shares: Sequence[Share]) -> EmailMessage:
    """What the sender is told of these shares, of which there is at least one."""
    named = [(share.material.title, sender_address(share)) for share in shares[:MOST_NAMED]]
    context = {"name": sender.name, "named": named, "others": len(shares) - len(named)}
    return EmailMessage(
        subject=_subject(shares),
        body=render_to_string("campaigns/mail/visited.txt", context),
        to=[sender.email],
    )


def _subject(shares: Sequence[Share]) -> str:
    """One line, whatever the title holds."""
    title = " ".join(shares[0].material.title.split())
    more = f" and {len(shares) - 1} more" if len(shares) > 1 else ""
    return f"Opened: {title}{more}"
