"""Sharing a material with many customers at once: one token each, in a few statements whatever their number."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.enums import Channel
from campaigns.eventlog import append, open_staging
from campaigns.leaving_out import LeftOut, Occasion, choose
from campaigns.models import EventBatch, Material, Share, Variant
from campaigns.signals import shares_made
from privacy.models import User
from records.models import CustomerQuerySet, MailingList
from records.naming import new_token

__all__ = ["LeftOut", "NotOffered", "Preview", "ShareOptions", "Shared", "preview", "share", "share_of_token"]

SQL = Path(__file__).parent / "sql"
NAME_RECIPIENTS = (SQL / "name_recipients.sql").read_text()
STAGE_SHARES = (SQL / "stage_shares.sql").read_text()
INSERT_SHARES = (SQL / "insert_shares.sql").read_text()
WHO_IS_LEFT_OUT = """
SELECT customer_id, left_out FROM chosen_recipient WHERE left_out IS NOT NULL ORDER BY customer_id LIMIT %s
"""
MOST_NAMED = 20  # of whom it is said one by one; of more a table of the reasons says more


class NotOffered(ValueError):
    """The material was withdrawn, or nothing of it is ready to be looked at."""


@dataclass(frozen=True)
class ShareOptions:
    """How a share opens. `passcode` is the word itself: only its hash is stored. `expires_at` is aware."""

    channel: Channel = Channel.LINK
    expires_at: datetime | None = None
    passcode: str = ""
    may_download: bool = False
    verified_only: bool = False
    has_watermark: bool = False
    notifies_sender: bool = False
    pinned_version: int | None = None


@dataclass(frozen=True)
class Shared:
    """What came of it: the commit that holds the shares (None where nobody got one), how many, and who got none."""

    batch: EventBatch | None
    made: int
    left_out: dict[LeftOut, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """For how many it was asked: each of them got a share or was left out."""
        return self.made + sum(self.left_out.values())


@dataclass(frozen=True)
class Preview:
    """What `share` would do now; `why` has for the first MOST_NAMED of those left out, by primary key, why."""

    reached: int
    left_out: dict[LeftOut, int]
    why: dict[int, LeftOut] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        return self.reached + sum(self.left_out.values())


def preview(
    material: Material,
    customers: CustomerQuerySet,
    sender: User,
    options: ShareOptions | None = None,
    *,
    variant: Variant | None = None,
    mailing_list: MailingList | None = None,
    again: bool = False,
    by_audience: bool = False,
) -> Preview:
    """Who would get a share, and who would be left out, by the very steps of `share`. Raises BatchTooLarge."""
    occasion = _occasion(material, sender, options or ShareOptions(), variant, mailing_list, again, by_audience)
    with transaction.atomic(), connection.cursor() as cursor:
        left_out = choose(cursor, customers, occasion, timezone.now())
        cursor.execute("SELECT count(*) FROM chosen_recipient WHERE left_out IS NULL")
        reached = int(cursor.fetchone()[0])
        cursor.execute(WHO_IS_LEFT_OUT, [MOST_NAMED])
        return Preview(reached, left_out, {number: LeftOut(reason) for number, reason in cursor.fetchall()})


def share(
    material: Material,
    customers: CustomerQuerySet,
    sender: User,
    options: ShareOptions | None = None,
    *,
    variant: Variant | None = None,
    mailing_list: MailingList | None = None,
    again: bool = False,
    by_audience: bool = False,
) -> Shared:
    """Share with each of these customers who is not left out (campaigns.leaving_out), all or none.

    `mailing_list` is the list by which they were chosen, if they were; `again` gives another share to those who have
    one; `by_audience` says that they were chosen by a saved audience, whose keepers share with everybody in it.
    Raises BatchTooLarge for more than EventBatch.MAX_EVENTS, and NotOffered. Sends `shares_made`.
    """
    options, now = options or ShareOptions(), timezone.now()
    occasion = _occasion(material, sender, options, variant, mailing_list, again, by_audience)
    with transaction.atomic(), connection.cursor() as cursor:
        _lock(material)
        left_out = choose(cursor, customers, occasion, now)
        count = _name(cursor)
        if not count:
            return Shared(None, 0, left_out)
        batch = _store(cursor, material, sender, options, variant, count, now)
        shares_made.send(Share, batch=batch, by=sender)
    return Shared(batch, count, left_out)


def _occasion(
    material: Material,
    sender: User,
    options: ShareOptions,
    variant: Variant | None,
    mailing_list: MailingList | None,
    again: bool,
    by_audience: bool,
) -> Occasion:
    campaign = variant.campaign if variant else None
    return Occasion(
        material, sender, options.channel, options.verified_only, campaign, mailing_list, again, by_audience
    )


def _lock(material: Material) -> None:
    """Whoever shares the material at the same time waits here, so that nobody gets it twice. Raises NotOffered."""
    if not Material.objects.offered().select_for_update(no_key=True).filter(pk=material.pk).exists():
        raise NotOffered(_("This material is withdrawn, or no part of it is ready to view."))


def _name(cursor: CursorWrapper) -> int:
    """Fill `named_recipient`. Returns how many there are: as many as were chosen, or the program is wrong."""
    cursor.execute("SELECT count(*) FROM chosen_recipient WHERE left_out IS NULL")
    (chosen,) = cursor.fetchone()
    if not chosen:
        return 0
    cursor.execute(NAME_RECIPIENTS)
    if cursor.rowcount != chosen:
        raise RuntimeError(f"{chosen} were chosen and {cursor.rowcount} have a viewer.")
    return int(chosen)


def _store(
    cursor: CursorWrapper,
    material: Material,
    sender: User,
    options: ShareOptions,
    variant: Variant | None,
    count: int,
    now: datetime,
) -> EventBatch:
    """The events first, for the shares carry their commit: so no row is written twice."""
    about = {
        "material": material.pk,
        "campaign": variant.campaign_id if variant else None,
        "variant": variant.pk if variant else None,
        "shared_at": now,
    }
    open_staging(cursor)
    cursor.execute(STAGE_SHARES, about)
    batch = append(cursor).batch
    cursor.execute(
        INSERT_SHARES,
        {
            **about,
            "sender": sender.pk,
            "batch": batch.pk,
            "first_number": _reserve_numbers(material, count),
            "tokens": [new_token() for _ in range(count)],
            "pinned_version": options.pinned_version,
            "channel": options.channel,
            "expires_at": options.expires_at,
            "passcode": make_password(options.passcode) if options.passcode else "",
            "may_download": options.may_download,
            "verified_only": options.verified_only,
            "has_watermark": options.has_watermark,
            "notifies_sender": options.notifies_sender,
        },
    )
    return batch


def _reserve_numbers(material: Material, count: int) -> int:
    """The first of the material's next numbers."""
    Material.objects.filter(pk=material.pk).update(share_count=F("share_count") + count)
    return Material.objects.values_list("share_count", flat=True).get(pk=material.pk) - count + 1


def share_of_token(token: str) -> Share | None:
    """The share whose address carries the token, whatever its state; None for none. Relies on its unique index."""
    return (
        Share.objects.select_related("material", "recipient__customer", "recipient__preference", "sender", "campaign")
        .filter(token=token)
        .first()
    )
