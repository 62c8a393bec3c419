"""Next steps of calls and visits that are not done, with customers whom the user still sees, the first due first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from privacy.models import User
from privacy.prepared import ask
from records.enums import InteractionKind
from records.models.customer import is_one_of_in_sql, managed_staff, seen_in_sql

# Relies on interaction_open_steps. Written out, as Django's writing took most of the time.
STEPS = """
SELECT step.key, step.kind, step.happened_at, step.next_step, step.next_step_on,
    customer.id, customer.key, customer.name, staff.name
FROM records_interaction AS step
JOIN records_customer AS customer ON customer.id = step.customer_id
JOIN privacy_user AS staff ON staff.id = step.staff_id
WHERE {whose} AND step.next_step_done_at IS NULL AND step.next_step <> '' AND {seen}
ORDER BY step.next_step_on NULLS LAST, step.id
LIMIT {limit}
"""


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
    staff: str

    @property
    def label(self) -> str:
        return InteractionKind(self.kind).label


def steps_of(user: User, limit: int) -> list[Step]:
    """The user's own. One statement."""
    return _steps(user, limit, "step.staff_id = %(staff)s", {"staff": user.pk})


def steps_of_team(user: User, limit: int) -> list[Step]:
    """Those of whom the user manages. One statement."""
    return _steps(user, limit, *is_one_of_in_sql("step.staff_id", managed_staff(user), "staff"))


def _steps(user: User, limit: int, whose: str, values: dict[str, Any]) -> list[Step]:
    seen, seen_by = seen_in_sql(user, records=True)
    with connection.cursor() as cursor:
        ask(cursor, STEPS.format(whose=whose, seen=seen, limit=limit), values | seen_by)
        return [Step(*row) for row in cursor.fetchall()]
