"""Taking an import of engagement back: out of the rollups, the log, and what the import made around it."""

from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper

from campaigns import eventlog
from campaigns.models import Assignment, EventBatch, Share
from campaigns.signals import batches_leaving, batches_left
from records.intake.problems import Refused
from records.models import Import

SQL = Path(__file__).parent / "sql"
FIND_VIEWERS = (SQL / "undo_find_viewers.sql").read_text()
COUNT_USES = (SQL / "undo_count_uses.sql").read_text()
DELETE_VIEWERS = (SQL / "undo_delete_viewers.sql").read_text()
DELETE_CAMPAIGNS = (SQL / "undo_delete_campaigns.sql").read_text()


def undo(record: Import) -> str:
    """Remove what an import brought, within the caller's transaction. Returns in words what went.

    Raises Refused where something that came later rests on it; then the caller's transaction must end.
    """
    batches = list(record.batches.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(FIND_VIEWERS, {"batches": batches})
        _refuse_if_used(cursor, record, batches)
        batches_leaving.send(EventBatch, batches=batches)
        events = eventlog.remove(cursor, batches)
        shares = Share.objects.filter(batch__in=batches)._raw_delete(using=connection.alias)
        assignments = Assignment.objects.filter(batch__in=batches)._raw_delete(using=connection.alias)
        batches_left.send(EventBatch, batches=batches)
        EventBatch.objects.filter(pk__in=batches)._raw_delete(using=connection.alias)
        cursor.execute(DELETE_VIEWERS)
        campaigns = _delete_campaigns(cursor, record)
    return f"{events:,} events, {assignments:,} assignments, {shares:,} shares, {campaigns:,} campaigns"


def _refuse_if_used(cursor: CursorWrapper, record: Import, batches: list[int]) -> None:
    cursor.execute(COUNT_USES, {"batches": batches})
    through_shares, of_recipients = cursor.fetchone()
    uses = [
        f"{through_shares:,} events that came through its shares" if through_shares else "",
        f"{of_recipients:,} events of its recipients in its campaigns" if of_recipients else "",
    ]
    if any(uses):
        raise Refused(
            f"import {record.pk} cannot be taken back: others hold {' and '.join(filter(None, uses))}. "
            "Take those imports back first"
        )


def _delete_campaigns(cursor: CursorWrapper, record: Import) -> int:
    """The campaigns that the import made and that nothing refers to any more."""
    cursor.execute(DELETE_CAMPAIGNS, {"import": record.pk})
    return int(cursor.rowcount)
