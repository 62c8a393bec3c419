"""What is to be done for one's customers, as they asked for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.enums import Action
from privacy.agency import agency_today
from privacy.models import User
from privacy.prepared import ask
from records.models.customer import seen_in_sql

# Relies on follow_up_open. Written out, as Django's writing took most of the time.
TASKS = """
SELECT task.key, task.action, task.due_on, customer.id, customer.name, task.grade = 'unknown',
    count(*) OVER (), count(*) FILTER (WHERE task.due_on < %(today)s) OVER ()
FROM campaigns_followup AS task
JOIN campaigns_viewer AS viewer ON viewer.id = task.viewer_id
JOIN records_customer AS customer ON customer.id = viewer.customer_id
WHERE task.owner_id = %(user)s AND task.done_at IS NULL AND {seen}
ORDER BY task.due_on, task.id
LIMIT {limit}
"""


@dataclass(frozen=True)
class Task:
    """What was asked for through a customer's share, and by which of the agency's days it is to be done."""

    key: UUID
    action: str
    due_on: date
    customer_id: int
    customer: str
    is_by_unknown: bool

    @property
    def label(self) -> str:
        return Action(self.action).asked


@dataclass(frozen=True)
class Tasks:
    """The first that are due, how many there are in all, and how many of them are overdue."""

    first: tuple[Task, ...] = ()
    in_all: int = 0
    overdue: int = 0


def tasks_of(user: User, limit: int) -> Tasks:
    """The user's own that are not done, with customers whom they still see, the first due first. One statement."""
    seen, seen_by = seen_in_sql(user)
    values: dict[str, Any] = {"user": user.pk, "today": agency_today()}
    with connection.cursor() as cursor:
        ask(cursor, TASKS.format(seen=seen, limit=limit), values | seen_by)
        rows = cursor.fetchall()
    if not rows:
        return Tasks()
    return Tasks(tuple(Task(*row[:-2]) for row in rows), *rows[0][-2:])
