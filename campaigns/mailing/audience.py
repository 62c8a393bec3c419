"""Whom a mailing goes to, and who is left out and why."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import connection
from django.db.models import Count, QuerySet

from campaigns.enums import LeftOut
from campaigns.mailing.waiting import waiting
from campaigns.models import Mailing, MailMessage, Share
from records.enums import SuppressionKind
from records.models import Suppression
from records.suppressing import suppression_hashes

RECIPIENTS = (Path(__file__).parents[1] / "sql" / "mail_recipients.sql").read_text()
# One message for each share that waits for one. Whichever mailing starts first takes it.
ENROL = """
INSERT INTO campaigns_mailmessage
    (mailing_id, share_id, identifier, state, why, claimed_by, attempts, is_told)
SELECT %s, pk, replace(gen_random_uuid()::text, '-', ''), 'waiting', '', '', 0, false
FROM ({shares}) AS chosen
ON CONFLICT (share_id) DO NOTHING
"""
AT_ONCE = 5_000


@dataclass(frozen=True)
class Recipient:
    """Of one share what a letter needs. `left_out` says why it must not be sent; empty if it may, and then
    `address_hash` is the keyed hash of the address.
    """

    share: int
    token: str
    name: str
    email: str
    material: str
    sender_name: str
    sender_email: str
    language: str
    left_out: str = ""
    address_hash: bytes = b""


@dataclass(frozen=True)
class Audience:
    """How many a mailing would go to, and how many are left out for each reason."""

    going: int
    left_out: dict[LeftOut, int]

    @property
    def size(self) -> int:
        return self.going + sum(self.left_out.values())


def shares_of(mailing: Mailing) -> "QuerySet[Share]":
    """The shares that the mailing is for and that wait for one."""
    if mailing.variant_id:
        return Share.objects.filter(waiting(), variant=mailing.variant_id)
    return Share.objects.filter(waiting(), batch=mailing.batch_id, sender=mailing.sender_id, campaign=None)


def recipients(shares: Sequence[int], mailing: Mailing) -> list[Recipient]:
    """What is known of the recipients of these shares, by share; as of now. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(RECIPIENTS, {"shares": list(shares), "sender": mailing.sender_id})
        found = [Recipient(*row) for row in cursor.fetchall()]
    return list(_without_suppressed(found))


def _without_suppressed(found: list[Recipient]) -> Iterator[Recipient]:
    may = [one for one in found if not one.left_out]
    hashes = suppression_hashes(SuppressionKind.EMAIL, [one.email for one in may])
    entries = Suppression.objects.filter(kind=SuppressionKind.EMAIL, mailing_list=None, value_hash__in=hashes)
    must_not = {bytes(value) for value in entries.values_list("value_hash", flat=True)}
    hash_of = dict(zip((one.share for one in may), hashes, strict=True))
    for one in found:
        if one.left_out:
            yield one
        elif hash_of[one.share] in must_not:
            yield replace(one, left_out=LeftOut.SUPPRESSED.value)
        else:
            yield replace(one, address_hash=hash_of[one.share])


def count(mailing: Mailing) -> Audience:
    """The audience as it would be if the mailing started now."""
    numbers = list(shares_of(mailing).order_by("pk").values_list("pk", flat=True))
    reasons: Counter[str] = Counter()
    for start in range(0, len(numbers), AT_ONCE):
        reasons.update(one.left_out for one in recipients(numbers[start : start + AT_ONCE], mailing))
    going = reasons.pop("", 0)
    return Audience(going, {LeftOut(why): number for why, number in reasons.most_common()})


def enrol(mailing: Mailing) -> int:
    """Make a message for each share of the mailing. Returns how many."""
    chosen, values = shares_of(mailing).order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(ENROL.format(shares=chosen), [mailing.pk, *values])
        return int(cursor.rowcount)


def enrolled(mailing: Mailing) -> Audience:
    """Who was left out of a mailing that has started, so far, and how many it went to or is to go to."""
    messages = MailMessage.objects.filter(mailing=mailing)
    total = messages.count()
    rows = messages.filter(state="left out").values("why").order_by("why").annotate(number=Count("pk"))
    reasons = {LeftOut(row["why"]): row["number"] for row in rows}
    return Audience(total - sum(reasons.values()), reasons)
