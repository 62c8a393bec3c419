"""Whose customers are whose: assigned, reassigned in bulk, handed over, and taken back.

Each is one statement over the chosen customers. Nothing is overwritten: what ends keeps its row, with `until`. All rows
of one change carry its moment, which is how the change can be undone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from privacy.guards import require
from privacy.models import User
from privacy.roles import Permit
from records.models import Customer, CustomerQuerySet
from records.models.customer import managed_staff

# Relies on customer_assigned_once_to_each (partial, staff and customer). All three parts see the rows as they were
# before, so a customer whom the first part takes away from a colleague is still among the chosen.
MOVE = """
WITH chosen (id) AS ({chosen}),
ended AS (
    UPDATE records_customerassignment SET until = %s
    WHERE until IS NULL AND staff_id = ANY(%s) AND staff_id <> %s AND customer_id IN (SELECT id FROM chosen)
    RETURNING customer_id
),
started AS (
    INSERT INTO records_customerassignment (customer_id, staff_id, since, reason, assigned_by_id)
    SELECT id, %s, %s, %s, %s FROM chosen
    ON CONFLICT (staff_id, customer_id) WHERE until IS NULL DO NOTHING
    RETURNING customer_id
)
SELECT (SELECT count(*) FROM started), (SELECT count(DISTINCT customer_id) FROM ended)
"""

# A customer whom somebody moved again since keeps what was done then.
UNDO = """
WITH moved_since AS (
    SELECT customer_id FROM records_customerassignment
    WHERE since = %(moment)s AND assigned_by_id = %(by)s AND until IS NOT NULL
),
started AS (
    UPDATE records_customerassignment SET until = %(now)s
    WHERE since = %(moment)s AND assigned_by_id = %(by)s AND until IS NULL
    RETURNING customer_id
),
restored AS (
    INSERT INTO records_customerassignment (customer_id, staff_id, since, reason, assigned_by_id)
    SELECT customer_id, staff_id, %(now)s, 'Change undone', %(by)s
    FROM records_customerassignment
    WHERE until = %(moment)s AND staff_id = ANY(%(managed)s)
        AND customer_id NOT IN (SELECT customer_id FROM moved_since)
    ON CONFLICT (staff_id, customer_id) WHERE until IS NULL DO NOTHING
    RETURNING customer_id
)
SELECT count(DISTINCT customer_id) FROM (SELECT * FROM started UNION ALL SELECT * FROM restored) AS changed
"""


# Relies on customer_assigned_once_to_each and on the index of assignments by customer.
TAKE_ON = """
INSERT INTO records_customerassignment (customer_id, staff_id, since, reason, assigned_by_id)
SELECT customer.id, %s, %s, %s, %s
FROM records_customer AS customer
WHERE customer.id IN ({chosen})
    AND NOT EXISTS (
        SELECT FROM records_customerassignment AS present
        WHERE present.customer_id = customer.id AND present.until IS NULL AND (%s OR present.staff_id = %s)
    )
ON CONFLICT (staff_id, customer_id) WHERE until IS NULL DO NOTHING
"""


@dataclass(frozen=True)
class Change:
    """How many customers the colleague got, how many left another one, and when (which is the key of its undo)."""

    started: int
    ended: int
    moment: datetime


def assign(customers: CustomerQuerySet, staff: User, by: User, reason: str) -> Change:
    """Give these customers to `staff`, beside whoever has them now.

    Like its siblings it moves only customers whom `by` sees, and raises PermissionDenied where `by` may not assign or
    does not manage `staff`.
    """
    return _move(customers, [], staff, by, reason)


def reassign(customers: CustomerQuerySet, staff: User, by: User, reason: str) -> Change:
    """Give these customers to `staff` in place of whoever of the manager's teams has them now."""
    return _move(customers, _managed(by), staff, by, reason)


def hand_over(leaving: User, staff: User, by: User, reason: str) -> Change:
    """Give all present customers of `leaving` to `staff`."""
    _require_managed(by, leaving)
    return _move(Customer.objects.assigned_to(leaving), [leaving.pk], staff, by, reason)


def take_on(customers: CustomerQuerySet, staff: User, reason: str) -> int:
    """Make `staff` serve these customers by what they did themselves. Returns how many are new.

    Sales staff take on whomever they do not have yet. Their managers, who see the customers of the whole team, only
    those who are nobody's; whoever has no customers of their own takes on nobody.
    """
    if not staff.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS):
        return 0
    only_nobodys = staff.has_permit(Permit.VIEW_TEAM_CUSTOMERS)
    chosen, values = customers.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_ON.format(chosen=chosen),
            [staff.pk, timezone.now(), reason, staff.pk, *values, only_nobodys, staff.pk],
        )
        return int(cursor.rowcount)


def undo(moment: datetime, by: User) -> int:
    """Take back the change that `by` made at this moment. Returns how many customers it touched."""
    require(by, Permit.ASSIGN_CUSTOMERS)
    values: dict[str, Any] = {"moment": moment, "now": timezone.now(), "by": by.pk, "managed": _managed(by)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNDO, values)
        return int(cursor.fetchone()[0])


def _move(customers: CustomerQuerySet, leaving: list[int], staff: User, by: User, reason: str) -> Change:
    require(by, Permit.ASSIGN_CUSTOMERS)
    _require_managed(by, staff)
    moment = timezone.now()
    chosen, values = customers.visible_to(by).order_by().values("pk").query.sql_with_params()
    statement = MOVE.format(chosen=chosen)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [*values, moment, leaving, staff.pk, staff.pk, moment, reason, by.pk])
        started, ended = cursor.fetchone()
    return Change(started, ended, moment)


def _managed(by: User) -> list[int]:
    return list(managed_staff(by).values_list("pk", flat=True))


def _require_managed(by: User, staff: User) -> None:
    if not managed_staff(by).filter(pk=staff.pk).exists():
        raise PermissionDenied(gettext("You can move customers only between members of your own teams."))
