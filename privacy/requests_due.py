"""Telling that an individual's request is due: programs by webhook, and the staff who look after it.

What keeps the requests calls `tell_request_due` whenever it likes, the day before and on the day for instance: each day
of each request is told once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.models import Notification, User
from privacy.notifications.kinds import Line
from privacy.notifications.kinds import declare_kind as declare_notification
from privacy.notifications.making import Note, notify
from privacy.roles import Permit
from privacy.webhooks.kinds import declare_kind
from privacy.webhooks.telling import tell
from privacy.wording import day

NAMES = UUID("9a2b8f6e-0c55-4b7e-8d0e-4f7f2f0d6c1b")
WEBHOOK = declare_kind(
    "request.due",
    gettext_noop("An individual's request is due"),
    {"request": "3e1f7b0a-8c55-4f6a-9e0b-6a1c5d2f7e90", "due_on": "2026-03-12"},
)


def words(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`An individual's request is due on March 12, 2026`."""
    said = _("An individual's request is due on %(day)s")
    return {row.id: Line(said % {"day": day(row.on)}) for row in rows if row.on}


DUE = declare_notification(
    "request.due", gettext_noop("An individual's request is due"), words, (Permit.ANSWER_REQUESTS,)
)


def tell_request_due(request: UUID, due_on: date, address: str, staff: Iterable[User] = ()) -> None:
    """Tell of a request by its key, within the caller's transaction or one of its own. `address` is the path of its
    page here, `staff` are those who look after it. The same request and day is told once, to each of them."""
    about = uuid5(NAMES, f"{request} {due_on}")
    now = timezone.now()
    with transaction.atomic():
        tell(WEBHOOK, {"request": str(request), "due_on": due_on.isoformat()}, about=about)
        notify(DUE, [Note(person.pk, about, request, address, now, due_on) for person in staff])
