"""Who gets a share, and who is left out of it and why: each once, so that the numbers add up.

Sources: DESIGN section 9 (a suppression entry is checked by every import, audience and share); the notice's retention
rules 1 and 3 (an ended membership or relationship only waits for its disposal).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.enums import Channel
from campaigns.eventlog import BatchTooLarge
from campaigns.models import Campaign, EventBatch, Material
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Permit
from records import figures
from records.enums import SuppressionKind
from records.models import Customer, CustomerQuerySet, MailingList
from records.suppressing import ADDRESS_FIELDS, suppression_hashes

SQL = Path(__file__).parent / "sql"
CHOOSE_RECIPIENTS = (SQL / "choose_recipients.sql").read_text()
LEAVE_OUT_RECORDS = (SQL / "leave_out_records.sql").read_text()
LEAVE_OUT_SUPPRESSED = (SQL / "leave_out_suppressed.sql").read_text()
LEAVE_OUT_SERVED = (SQL / "leave_out_served.sql").read_text()

ONCE_A_MONTH = timedelta(days=30)
# Under which kinds of address somebody may be kept out of what goes this way; by whichever, where staff hand it over.
SUPPRESSED_BY = {Channel.EMAIL: (SuppressionKind.EMAIL,), Channel.PRINT: (SuppressionKind.ADDRESS,)}
SENT = (Channel.EMAIL, Channel.PRINT)


class LeftOut(models.TextChoices):
    """Why somebody who was asked for gets no share; the first that holds counts. The words of sql/leave_out_*.sql."""

    NOT_SEEN = "not seen", gettext_noop("not among the customers you see")
    MERGED = "merged", gettext_noop("the same person as another record")
    ENDED = "ended", gettext_noop("the relationship has ended")
    LEFT_LIST = "left list", gettext_noop("they have left the list")
    OPTED_OUT = "opted out", gettext_noop("they asked not to be contacted")
    NO_ADDRESS = "no address", gettext_noop("they have no address for this")
    HEARD = "heard", gettext_noop("they want to hear once a month at most, and already have")
    HAS_IT = "has it", gettext_noop("they have this share already, and it is open")


@dataclass(frozen=True)
class Occasion:
    """What is shared, by whom, by which way: what decides who is left out. `mailing_list` is by what they were chosen,
    `again` lets those have it once more who have it, `by_audience` that they meet what a saved audience asks."""

    material: Material
    sender: User
    channel: Channel
    verified_only: bool = False
    campaign: Campaign | None = None
    mailing_list: MailingList | None = None
    again: bool = False
    by_audience: bool = False

    @property
    def needs_email(self) -> bool:
        """A code goes by e-mail, too: without an address nobody could open a share for verified viewers."""
        return self.channel == Channel.EMAIL or self.verified_only

    @property
    def list_id(self) -> int | None:
        return self.mailing_list.pk if self.mailing_list else None


def scope_of(occasion: Occasion) -> CustomerQuerySet:
    """The records of those with whom the sender may share: whom they see; in a campaign, or by a saved audience,
    everybody, for those who keep campaigns."""
    sender = occasion.sender
    if (occasion.campaign or occasion.by_audience) and sender.has_permit(Permit.KEEP_CAMPAIGNS):
        return Customer.objects.all()
    return Customer.objects.records_visible_to(sender)


def choose(cursor: CursorWrapper, customers: CustomerQuerySet, occasion: Occasion, now: datetime) -> dict[LeftOut, int]:
    """Fill the temporary table `chosen_recipient` (dropped with the transaction). Returns who is left out, counted.

    One statement a step, whatever their number. Raises BatchTooLarge where more than EventBatch.MAX_EVENTS remain.
    """
    chosen, values = as_sql(customers)
    cursor.execute(CHOOSE_RECIPIENTS.format(chosen=chosen), values)
    _leave_out_records(cursor, occasion)
    _refuse_too_many(cursor)
    for kind in SUPPRESSED_BY.get(occasion.channel, tuple(SuppressionKind)):
        _leave_out_suppressed(cursor, kind, occasion.list_id)
    cursor.execute(LEAVE_OUT_SERVED, _served(occasion, now))
    cursor.execute("SELECT left_out, count(*) FROM chosen_recipient WHERE left_out IS NOT NULL GROUP BY left_out")
    return in_order({LeftOut(reason): count for reason, count in cursor.fetchall()})


def in_order(left_out: Mapping[LeftOut, int]) -> dict[LeftOut, int]:
    """The reasons that hold for somebody, as LeftOut has them."""
    return {reason: left_out[reason] for reason in LeftOut if left_out.get(reason)}


def as_sql(customers: CustomerQuerySet) -> tuple[str, tuple[Any, ...]]:
    """The primary keys of these customers as a statement and its values."""
    try:
        return customers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()


def _leave_out_records(cursor: CursorWrapper, occasion: Occasion) -> None:
    seen, seen_values = as_sql(scope_of(occasion))
    # Names and positions cannot be mixed in one statement, so each position is given a name.
    names = [f"seen_{place}" for place in range(len(seen_values))]
    values: dict[str, Any] = {
        **dict(zip(names, seen_values, strict=True)),
        "mailing_list": occasion.list_id,
        "today": agency_today(),
        "needs_email": occasion.needs_email,
        "needs_mail_address": occasion.channel == Channel.PRINT,
    }
    cursor.execute(LEAVE_OUT_RECORDS.format(seen=seen % tuple(f"%({name})s" for name in names)), values)


def _refuse_too_many(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT count(*) FROM chosen_recipient WHERE left_out IS NULL")
    (count,) = cursor.fetchone()
    if count > EventBatch.MAX_EVENTS:
        raise BatchTooLarge(
            _("%(count)s is too many at once; at most %(most)s get a share in one step.")
            % {"count": figures.count(count), "most": figures.count(EventBatch.MAX_EVENTS)}
        )


def _leave_out_suppressed(cursor: CursorWrapper, kind: SuppressionKind, list_id: int | None) -> None:
    """The hashes are made here, under a key that the database does not have; where nothing is kept out, none is."""
    cursor.execute("SELECT EXISTS (SELECT FROM records_suppression WHERE kind = %s)", [kind])
    if not cursor.fetchone()[0]:
        return
    fields = ADDRESS_FIELDS[kind]
    cursor.execute(
        f"SELECT id, concat_ws(' ', {', '.join(fields)})"
        " FROM records_customer JOIN chosen_recipient ON customer_id = id"
        f" WHERE left_out IS NULL AND {' AND '.join(f'{field} <> %s' for field in fields)}",
        [""] * len(fields),
    )
    rows = cursor.fetchall()
    hashes = suppression_hashes(kind, [address for _, address in rows])
    cursor.execute(
        LEAVE_OUT_SUPPRESSED,
        {
            "customers": [number for number, _ in rows],
            "hashes": [value.hex() for value in hashes],
            "kind": kind,
            "mailing_list": list_id,
        },
    )


def _served(occasion: Occasion, now: datetime) -> dict[str, Any]:
    return {
        "material": occasion.material.pk,
        "campaign": occasion.campaign.pk if occasion.campaign else None,
        "is_sent": occasion.channel in SENT,
        "month_ago": now - ONCE_A_MONTH,
        "again": occasion.again,
        "now": now,
    }
