"""What the log's reference tables do when a person's records change below (records.signals)."""

from typing import Any

from django.db import connection
from django.dispatch import receiver

from records.models import Merge
from records.signals import customers_merged, customers_parted

# Relies on the index of campaigns_viewer by customer.
FOLLOW = """
WITH moved AS (
    INSERT INTO campaigns_movedviewer (merge_id, viewer_id, customer_id)
    SELECT %(merge)s, id, customer_id FROM campaigns_viewer WHERE customer_id = ANY(%(absorbed)s)
    RETURNING viewer_id
)
UPDATE campaigns_viewer SET customer_id = %(kept)s WHERE id IN (SELECT viewer_id FROM moved)
"""

# A viewer who came to the kept record after the merge stays there.
RETURN = """
WITH moved AS (DELETE FROM campaigns_movedviewer WHERE merge_id = %(merge)s RETURNING viewer_id, customer_id)
UPDATE campaigns_viewer SET customer_id = moved.customer_id FROM moved WHERE campaigns_viewer.id = moved.viewer_id
"""


@receiver(customers_merged)
def viewers_follow(merge: Merge, **_signal: Any) -> None:
    """The absorbed record's viewers become the kept one's: the person's engagement is counted together."""
    _execute(FOLLOW, {"merge": merge.pk, "kept": merge.kept_id, "absorbed": [merge.absorbed_id]})


@receiver(customers_parted)
def viewers_return(merge: Merge, **_signal: Any) -> None:
    _execute(RETURN, {"merge": merge.pk})


def _execute(statement: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
