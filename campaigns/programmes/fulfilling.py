"""Fulfilment lists: whom an issue of a publication goes to, drawn up at a moment; who is left out; sent; undone.

Sources: DESIGN section 9 (a suppression entry is checked by every list); the notice's retention rule 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.agency import agency_day, agency_today
from privacy.models import User
from privacy.purposes import Basis
from records import next_steps, publications
from records.enums import DeliveryWay, NotSent, ReturnReason, SuppressionKind
from records.models import Fulfilment, FulfilmentEntry, ListMembership, Publication, PublicationOrder
from records.naming import new_token
from records.next_steps import Task
from records.suppressing import suppression_hashes

SQL = Path(__file__).parents[1] / "sql"
DRAW = (SQL / "draw_fulfilment.sql").read_text()
LEAVE_OUT = (SQL / "leave_out_copies.sql").read_text()
# Relies on the primary key of memberships.
GIVE_TOKENS = """
UPDATE records_listmembership AS member SET token = given.token
FROM unnest(%s::bigint[], %s::text[]) AS given (id, token)
WHERE member.id = given.id AND member.token IS NULL
"""
ENTER = """
INSERT INTO records_fulfilmententry (
    key, fulfilment_id, customer_id, membership_id, order_id, copies, retention_rule, address_hash
)
SELECT
    gen_random_uuid(), %s, customer_id, membership_id, order_id, copies,
    CASE WHEN order_id IS NULL THEN 'RET-1' ELSE 'RET-3' END, address_hash
FROM chosen_copy WHERE left_out IS NULL ORDER BY number
"""
KINDS = {DeliveryWay.POST: SuppressionKind.ADDRESS, DeliveryWay.EMAIL: SuppressionKind.EMAIL}
# Of whom nothing goes any more, whatever the address; of the others a new address helps.
CAME_BACK = "Mail came back: "
ENDS = {ReturnReason.DIED: "has died", ReturnReason.REFUSED: "refused it"}


class Nobody(Exception):
    """There is nobody to send it to. Nothing was made; `left_out` says who would have been."""

    def __init__(self, left_out: Mapping[str, int]) -> None:
        super().__init__("nobody")
        self.left_out = left_out


@dataclass(frozen=True)
class Issue:
    """What is to be sent: its name, by which way, to subscribers, to who ordered it once, or both."""

    name: str
    way: DeliveryWay
    subscribers: bool = True
    orders: bool = True


def draw(publication: Publication, issue: Issue, by: User, basis: Basis) -> Fulfilment:
    """Draw the list up: one statement a step, whatever their number. Raises Nobody, and then nothing is made."""
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time, so that what was ordered once stands on one list.
        Publication.objects.select_for_update(of=("self",)).get(pk=publication.pk)
        # Nobody calls off meanwhile what is put on the list.
        waiting = publications.waiting(publication).select_for_update(of=("self",))
        list(waiting.values_list("pk", flat=True))
        cursor.execute(DRAW, _values(publication, issue))
        _leave_out(cursor, publication, issue.way)
        left_out = _counted(cursor)
        made = Fulfilment(
            publication=publication, issue=issue.name, way=issue.way, drawn_at=timezone.now(), left_out=left_out,
            created_by=by, is_demo=publication.is_demo,
        )  # fmt: skip
        changes.save(made, by=by, basis=basis)
        cursor.execute(ENTER, [made.pk])
        if not cursor.rowcount:
            transaction.set_rollback(True)
            raise Nobody(left_out)
        made.entry_count = cursor.rowcount
        made.copy_count = made.entries.aggregate(copies=Sum("copies"))["copies"]
        made.save(update_fields=["entry_count", "copy_count"])
        if issue.way == DeliveryWay.EMAIL:
            _give_tokens(cursor, made)
    return made


def _values(publication: Publication, issue: Issue) -> dict[str, Any]:
    return {
        "publication": publication.pk,
        "mailing_list": publication.mailing_list_id,
        "way": issue.way.value,
        "subscribers": issue.subscribers,
        "orders": issue.orders,
        "today": agency_today(),
        "time_zone": settings.AGENCY_TIME_ZONE,
    }


def _leave_out(cursor: CursorWrapper, publication: Publication, way: DeliveryWay) -> None:
    """The hashes are made here, under a key that the database does not have."""
    kind = KINDS[way]
    cursor.execute(f"SELECT number, {kind.value} FROM chosen_copy WHERE left_out IS NULL")
    rows = cursor.fetchall()
    hashes = suppression_hashes(kind, [address for _, address in rows])
    values: dict[str, Any] = {
        "numbers": [number for number, _ in rows],
        "hashes": [value.hex() for value in hashes],
        "kind": kind.value,
        "mailing_list": publication.mailing_list_id,
    }
    cursor.execute(LEAVE_OUT, values)


def _counted(cursor: CursorWrapper) -> dict[str, int]:
    cursor.execute("SELECT left_out, count(*) FROM chosen_copy WHERE left_out IS NOT NULL GROUP BY left_out")
    found = dict(cursor.fetchall())
    return {reason.value: found[reason.value] for reason in NotSent if found.get(reason.value)}


def _give_tokens(cursor: CursorWrapper, made: Fulfilment) -> None:
    """Each reader of an e-mail can end it by an address of their own, members from files too."""
    without = list(
        ListMembership.objects.filter(fulfilment_entries__fulfilment=made, token=None).values_list("pk", flat=True)
    )
    cursor.execute(GIVE_TOKENS, [without, [new_token() for _ in without]])


def mark_sent(fulfilment: Fulfilment, on: date, by: User, basis: Basis) -> str:
    """Say when it was sent; empty where that is kept, else why it is not, in words."""
    with transaction.atomic():
        locked = Fulfilment.objects.select_for_update(of=("self",)).get(pk=fulfilment.pk)
        if locked.sent_on is not None:
            return _("It has already been marked as sent.")
        if on > agency_today():
            return _("This day is in the future.")
        if on < agency_day(locked.drawn_at):
            return _("The list had not been created yet on this day.")
        locked.sent_on = on
        changes.save(locked, by=by, basis=basis)
        publications.close_tasks(PublicationOrder.objects.filter(entry__fulfilment=locked), by)
    return ""


def undo(fulfilment: Fulfilment) -> bool:
    """Take the list away, so that what was ordered waits again. False once it was sent."""
    with transaction.atomic():
        locked = Fulfilment.objects.select_for_update(of=("self",)).get(pk=fulfilment.pk)
        if locked.sent_on is not None:
            return False
        locked.entries.all()._raw_delete("default")
        locked.delete()
    return True


def mark_back(entry: FulfilmentEntry, why: ReturnReason, by: User, basis: Basis) -> bool:
    """It came back. Who has died or refused it gets no more of it; who moved is left out until staff have asked for the
    new address. False for what was not sent, or came back before.
    """
    with transaction.atomic():
        rows = FulfilmentEntry.objects.select_for_update(of=("self",)).select_related("fulfilment__publication")
        locked = rows.get(pk=entry.pk)
        if locked.fulfilment.sent_on is None or locked.came_back_on is not None:
            return False
        locked.came_back_on, locked.came_back_why = agency_today(), why
        changes.save(locked, by=by, basis=basis)
        if why in ENDS and locked.membership:
            publications.leave(locked.membership, ENDS[why], by)
        if why is not ReturnReason.REFUSED:
            _task(locked, why, by, basis)
    return True


ASK_WHETHER_ENDED = next_steps.own(gettext_noop("See whether the relationship has ended"))
ASK_FOR_ADDRESS = next_steps.own(gettext_noop("Ask for the new address"))


def _task(entry: FulfilmentEntry, why: ReturnReason, by: User, basis: Basis) -> None:
    """For whoever looks after the customer, else for whoever had it in hand."""
    step = ASK_WHETHER_ENDED if why is ReturnReason.DIED else ASK_FOR_ADDRESS
    staff = next_steps.staff_of(entry.customer) or by
    about = f"{CAME_BACK}{entry.fulfilment.publication.name}"
    next_steps.give(Task(entry.customer, staff, about, step, agency_today()), by, basis)


def for_labels(fulfilment: Fulfilment) -> "QuerySet[FulfilmentEntry]":
    """In the order of ZIP codes, as post is sorted. One query."""
    rows: Any = FulfilmentEntry.objects.filter(fulfilment=fulfilment).addressed()
    found: QuerySet[FulfilmentEntry] = rows.order_by("to_postal_code", "to_name", "pk")
    return found
