"""What is to be done for one's customers: what they asked for, and the next steps of calls and visits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.enums import Action
from privacy.agency import agency_today
from privacy.models import User
from records.enums import InteractionKind
from records.models.customer import seen_in_sql

# Relies on follow_up_open. Written out, as Django's writing took most of the time.
TASKS = """
SELECT task.key, task.action, task.due_on, customer.id, customer.name,
    count(*) OVER (), count(*) FILTER (WHERE task.due_on < %(today)s) OVER ()
FROM campaigns_followup AS task
JOIN campaigns_viewer AS viewer ON viewer.id = task.viewer_id
JOIN records_customer AS customer ON customer.id = viewer.customer_id
WHERE task.owner_id = %(user)s AND task.done_at IS NULL AND {seen}
ORDER BY task.due_on, task.id
LIMIT %(limit)s
"""
# Relies on interaction_open_steps. As records.nouns.interactions.open_steps.
STEPS = """
SELECT step.key, step.kind, step.happened_at, step.next_step, step.next_step_on,
    customer.id, customer.key, customer.name
FROM records_interaction AS step
JOIN records_customer AS customer ON customer.id = step.customer_id
WHERE step.staff_id = %(user)s AND step.next_step_done_at IS NULL AND step.next_step <> '' AND {seen}
ORDER BY step.next_step_on NULLS LAST, step.id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Task:
    """What a customer asked for, and by which of the agency's days it is to be done."""

    key: UUID
    action: str
    due_on: date
    customer_id: int
    customer: str

    @property
    def label(self) -> str:
        return str(Action(self.action).label)


@dataclass(frozen=True)
class Tasks:
    """The first that are due, how many there are in all, and how many of them are overdue."""

    first: tuple[Task, ...] = ()
    in_all: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Step:
    """What is to follow a call or visit; `happened_at` (UTC) and `kind` are that one's, `on` the agency's day."""

    key: UUID
    kind: str
    happened_at: datetime
    said: str
    on: date | None
    customer_id: int
    customer_key: UUID
    customer: str

    @property
    def label(self) -> str:
        return InteractionKind(self.kind).label


def tasks_of(user: User, limit: int) -> Tasks:
    """The user's own that are not done, with customers whom they still see, the first due first. One statement."""
    rows = _rows(TASKS, *seen_in_sql(user), user=user.pk, today=agency_today(), limit=limit)
    if not rows:
        return Tasks()
    return Tasks(tuple(Task(*row[:-2]) for row in rows), *rows[0][-2:])


def steps_of(user: User, limit: int) -> list[Step]:
    """The user's own that are not done, with customers whom they still see, the first due first. One statement."""
    return [Step(*row) for row in _rows(STEPS, *seen_in_sql(user, records=True), user=user.pk, limit=limit)]


def _rows(statement: str, seen: str, values: dict[str, Any], **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(seen=seen), values | more)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
