"""What staff are told of shares and tasks: a person opened what they shared, or passed it on; a customer asked for
something, it is due.

Senders who asked for it are told of each visit by a person; where it turns out to have been a machine, that is taken
back. What was not asked for, and what a scanner did, is never told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db.backends.utils import CursorWrapper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.models import FollowUp, Share
from campaigns.share_visits import LOG
from privacy.agency import agency_today
from privacy.models import Notification, User
from privacy.notifications.kinds import Line, declare_kind
from privacy.notifications.making import Note, notify, withdraw
from privacy.roles import Permit
from records import figures
from records.models import Customer

FIND_OPENED = (Path(__file__).parent / "sql" / "notify_visits.sql").read_text().format(log=LOG)
NAMES = UUID("5f3c9a54-0a53-4a53-8c44-6a2a0c1f7f5e")
OVERDUE = timedelta(days=7)  # what is overdue for longer is told of no more
ASKS = {
    "call": gettext_noop("to be called"),
    "question": gettext_noop("a question"),
    "order": gettext_noop("for a publication"),
    "complaint": gettext_noop("to complain"),
    "problem": gettext_noop("for help with a problem"),
}


# Words ------------------------------------------------------------------------------------------------------------


def words_of_visits(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Opened: Rate card, shared with Ann Lee`. One query."""
    return _of_shares(user, rows, names, _("Opened: %(title)s"), _("%(said)s, shared with %(customer)s"))


def words_of_passing(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Passed on by its recipient: Rate card, to Bo Lee`, or by somebody unknown. One query."""
    said, named = _("Passed on by its recipient: %(title)s"), _("%(said)s, to %(customer)s")
    return _of_shares(user, rows, names, said, named, by_unknown=_("Passed on by an unknown person: %(title)s"))


def _of_shares(
    user: User, rows: Sequence[Notification], names: bool, said: str, named: str, by_unknown: str = ""
) -> Mapping[UUID, Line]:
    """`by_unknown` is said instead of `said` of what somebody unknown passed on."""
    shares = Share.objects.visible_to(user).with_recipient(user).select_related("material", "recipient__customer")
    found = {share.key: share for share in shares.filter(key__in={row.subject for row in rows})}
    words = {key: by_unknown if by_unknown and share.passed_on_by_unknown else said for key, share in found.items()}
    return {
        row.id: _of_share(found[row.subject], names, words[row.subject], named) for row in rows if row.subject in found
    }


def _of_share(share: Share, names: bool, said: str, named: str) -> Line:
    customer = share.recipient.customer
    title = said % {"title": share.material.title}
    if not names or customer is None or not share.sees_recipient:
        return Line(title)
    return Line(named % {"said": title, "customer": customer.name}, customer.pk)


def words_of_asked(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Ann Lee asks to be called: due by March 3, 2026`; `An unknown person, through the share to Ann Lee, asks …`."""
    return _of_tasks(user, rows, names, _("{who} asks {what}: due by {day}"))


def words_of_due(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Due on March 3, 2026: Ann Lee asked to be called`."""
    return _of_tasks(user, rows, names, _("Due on {day}: {who} asked {what}"))


def _of_tasks(user: User, rows: Sequence[Notification], names: bool, words: str) -> Mapping[UUID, Line]:
    """Two queries: the tasks, and which of their customers the user sees."""
    keys = {row.subject for row in rows}
    tasks = {task.key: task for task in FollowUp.objects.filter(key__in=keys).select_related("viewer__customer")}
    customers = {task.viewer.customer_id or 0 for task in tasks.values()} if names else set()
    seen = set(Customer.objects.visible_to(user).filter(pk__in=customers).values_list("pk", flat=True))
    lines = {}
    for row in rows:
        if task := tasks.get(row.subject):
            customer = task.viewer.customer if task.viewer.customer_id in seen else None
            who = customer.name if customer else _("A customer")
            if task.is_by_unknown:
                who = _by_unknown(customer)
            said = words.format(who=who, what=ASKS[task.action], day=figures.day(row.on or task.due_on))
            lines[row.id] = Line(said, customer.pk if customer else None)
    return lines


def _by_unknown(customer: Customer | None) -> str:
    if customer is None:
        return _("An unknown person, through a share,")
    return _("An unknown person, through the share to {customer},").format(customer=customer.name)


OPENED = declare_kind(
    "share.viewed",
    gettext_noop("Someone opens what you shared with “Notify me”"),
    words_of_visits,
    (Permit.SHARE_MATERIALS,),
)
PASSED_ON = declare_kind(
    "share.passed_on",
    gettext_noop("A recipient passes on what you shared"),
    words_of_passing,
    (Permit.SHARE_MATERIALS,),
)
ASKED = declare_kind(
    "task.asked", gettext_noop("A customer asks for something"), words_of_asked, (Permit.KEEP_CUSTOMERS,)
)
DUE = declare_kind("task.due", gettext_noop("What a customer asked for is due"), words_of_due, (Permit.KEEP_CUSTOMERS,))


# Visits -----------------------------------------------------------------------------------------------------------


def notify_of_visits(cursor: CursorWrapper, batches: Sequence[int], first_at: datetime | None, last_at: Any) -> None:
    """Tell senders of the visits that these batches are about, as they stand now, or take it back. One query to find
    them; within the transaction that marks the batches."""
    cursor.execute(FIND_OPENED, {"batches": list(batches), "first_at": first_at, "last_at": last_at})
    opened, others = [], []
    for sender, share, visit, at in cursor.fetchall():
        about = uuid5(NAMES, f"{share} {visit}")
        if at is None:
            others.append(about)
        else:
            opened.append(Note(sender, about, share, reverse("share", args=[share]), at))
    notify(OPENED, opened)
    if others:
        withdraw(OPENED, others)


def notify_of_passing(passed: Share) -> None:
    """Tell the member of staff to whom a share belongs that a recipient passed on, once."""
    if passed.sender_id is not None:
        about, address = uuid5(NAMES, f"{passed.key} passed on"), reverse("share", args=[passed.key])
        notify(PASSED_ON, [Note(passed.sender_id, about, passed.key, address, passed.shared_at)])


# Tasks ------------------------------------------------------------------------------------------------------------


def notify_of_task(task: FollowUp) -> None:
    """Tell whoever it is now for, once each."""
    if task.owner_id is not None:
        notify(ASKED, [_note(task, f"{task.key} {task.owner_id}", task.asked_at)])


def notify_of_due() -> int:
    """Tell of what is due by today and not done, each once to whoever it is for. Returns how many are new.

    Relies on follow_up_open.
    """
    today = agency_today()
    waiting = FollowUp.objects.filter(
        done_at=None, owner__isnull=False, due_on__lte=today, due_on__gt=today - OVERDUE
    ).exclude(owner__is_active=False)
    return notify(DUE, [_note(task, f"{task.key} {task.owner_id} {task.due_on}", timezone.now()) for task in waiting])


def forget_task(task: FollowUp) -> None:
    """It is done, or somebody else's now: whoever was told need not be any more."""
    about = Notification.objects.filter(subject=task.key).exclude(user=task.owner_id if task.done_at is None else None)
    for kind in (ASKED, DUE):
        withdraw(kind, about.filter(kind=kind.name).values_list("about", flat=True))


def _note(task: FollowUp, about: str, at: datetime) -> Note:
    address = reverse("task", args=[task.key])
    return Note(task.owner_id or 0, uuid5(NAMES, about), task.key, address, at, task.due_on)
