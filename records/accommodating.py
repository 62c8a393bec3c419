"""What somebody needs in order to take part in an event is a task of whoever looks after it.

The task says that something is needed and leads to the registration; what it is stands there alone, sealed, for those
who keep events. They tick it there too: whoever keeps events may see no customer's own page.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.accesslog import Actor
from privacy.agency import agency_day, agency_today
from privacy.models import User
from privacy.purposes import Basis
from records import next_steps
from records.models import Gathering, Interaction, Registration
from records.next_steps import Task

By = User | Actor
# Days within which staff see to it; sooner where the event is.
TASK_DAYS = 5
# Where the pages of registrations are (records.urls): a task is known by the address that it leads to, also in SQL.
_PAGES = "/records/registrations/"
STEP = next_steps.own(gettext_noop("Needs something in order to take part: see the registration and take care of it"))


def changed(registration: Registration, before: str | None, by: By, basis: Basis) -> None:
    """They need something else than `before`: whoever looks after the event sees to it, again where they had. That
    nothing is needed any more ends the task. The registration is saved; nothing of one that is called off.
    """
    now = registration.accommodations or None
    if now == (before or None) or registration.cancelled_at:
        return
    if now is None:
        called_off([registration], by, basis)
    else:
        _open(registration, by, basis)


def stands_again(registration: Registration, by: By, basis: Basis) -> None:
    """A cancellation was taken back, or whoever had called off comes anew."""
    if registration.accommodations:
        _open(registration, by, basis)


# Relies on interaction_open_steps.
OPEN_TASKS = """
SELECT count(*)
FROM records_interaction
WHERE staff_id = %(organizer)s AND next_step = %(step)s AND next_step_done_at IS NULL
"""


def count_open_tasks_of(organizer: User) -> int:
    """How many people need what the organizer has still to see to. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TASKS, {"organizer": organizer.pk, "step": STEP})
        (count,) = cursor.fetchone()
    return int(count)


def with_open_needs(rows: "QuerySet[Registration]") -> "QuerySet[Registration]":
    """Each with `is_needed`: whether something is still to be seen to for it. Relies on interaction_of_customer."""
    leads_to = Concat(Value(_PAGES), Cast(OuterRef("key"), CharField()), Value("/"))
    open_ones = Interaction.objects.filter(
        customer=OuterRef("customer"), next_step=STEP, next_step_done_at=None, notes=leads_to
    )
    return rows.annotate(is_needed=Exists(open_ones))


def called_off(registrations: Sequence[Registration], by: By, basis: Basis) -> None:
    """Nothing is to be done for any of them any more, or all has been."""
    next_steps.end(_tasks(registrations), by, basis)


def _open(registration: Registration, by: By, basis: Basis) -> None:
    """The task, opened again where there was one; nobody's where a command brought the event in."""
    organizer, event_day = _organizer(registration.gathering), agency_day(registration.gathering.starts_at)
    day = max(agency_today(), min(event_day, agency_today() + timedelta(days=TASK_DAYS)))
    task = _tasks([registration]).order_by("pk").first()
    if task:
        task.next_step_done_at, task.next_step_on = None, day
        changes.save(task, by=by, basis=basis)
    elif organizer:
        about = f"Event: {registration.gathering.name}"
        next_steps.give(Task(registration.customer, organizer, about, STEP, day, _leads_to(registration)), by, basis)


def _organizer(gathering: Gathering) -> User | None:
    """Whoever made it; else whoever brought it in by a file."""
    brought = gathering.source_import
    return gathering.created_by or (brought.started_by if brought else None)


def _tasks(registrations: Sequence[Registration]) -> "QuerySet[Interaction]":
    return next_steps.given([one.customer_id for one in registrations], map(_leads_to, registrations), STEP)


def _leads_to(registration: Registration) -> str:
    """The address of the registration's page, by which the task is known too."""
    return f"{_PAGES}{registration.key}/"
