"""Taking an import of engagement back: out of the rollups, the log, and what the import made around it.

What the import made goes; what others have hung on it since never goes with it. On its batches and shares nothing may
hang, or the import stays. Viewers and campaigns may be other people's too: those that are still in use stay behind.
All foreign keys are found in the models (records.intake.undoing_rows), so that a new one counts by itself.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, Model, OuterRef, QuerySet, Sum
from django.db.models.expressions import RawSQL

from campaigns import eventlog
from campaigns.models import Assignment, Campaign, Event, EventBatch, Share, Variant, Viewer
from campaigns.signals import batches_leaving, batches_left
from campaigns.verdicts import lock_viewers
from records.intake.problems import Refused
from records.intake.undoing_rows import references, unused
from records.models import Import

SQL = Path(__file__).parent / "sql"
FIND_VIEWERS = (SQL / "undo_find_viewers.sql").read_text()
HOLD = (SQL / "undo_hold.sql").read_text()
COUNT_USES = (SQL / "undo_count_uses.sql").read_text()


def undo(record: Import) -> str:
    """Remove what an import brought, within the caller's transaction. Returns in words what went.

    Raises Refused where something that came later rests on it; then the caller's transaction must end.
    """
    batches = list(record.batches.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(FIND_VIEWERS, {"batches": batches})
        # In the collector's order, whose locks of viewers come before those of rows, or each could wait for the other.
        lock_viewers(cursor, "leaving_viewer")
        cursor.execute(HOLD, {"batches": batches, "import": record.pk})
        _refuse_if_disposed(record, batches)
        _refuse_if_used(cursor, record, batches)
        events, assignments, shares = take_away(cursor, batches)
        _delete(left_alone(Viewer.objects.filter(pk__in=RawSQL("SELECT viewer_id FROM leaving_viewer", []))))
        campaigns, kept = _delete_campaigns(record)
    gone = f"{events:,} events, {assignments:,} assignments, {shares:,} shares, {campaigns:,} campaigns"
    return f"{gone} ({kept:,} campaigns stay, being used by others)" if kept else gone


def take_away(cursor: CursorWrapper, batches: list[int]) -> tuple[int, int, int]:
    """Take whole batches, of which nothing is used any more, out of the log and the rollups, with what they hold.

    Within the caller's transaction. Returns how many events, assignments and shares went.
    """
    batches_leaving.send(EventBatch, batches=batches)
    events = eventlog.remove(cursor, batches)
    shares = _delete(Share.objects.filter(batch__in=batches))
    assignments = _delete(Assignment.objects.filter(batch__in=batches))
    batches_left.send(EventBatch, batches=batches)
    _delete(EventBatch.objects.filter(pk__in=batches))
    return events, assignments, shares


def _refuse_if_disposed(record: Import, batches: list[int]) -> None:
    """What retention took out of the sums cannot be taken out once more. Relies on campaigns_event_batch."""
    committed = EventBatch.objects.filter(pk__in=batches).aggregate(events=Sum("event_count"))["events"] or 0
    gone = committed - Event.objects.filter(batch_id__in=batches).count()
    if gone > 0:
        raise Refused(
            f"import {record.pk} cannot be taken back: {gone:,} of its events have been disposed of under the "
            "retention rules, and the rest goes the same way"
        )


def _refuse_if_used(cursor: CursorWrapper, record: Import, batches: list[int]) -> None:
    uses = [f"{count:,} {what}" for count, what in _uses(cursor, batches) if count]
    if uses:
        raise Refused(
            f"import {record.pk} cannot be taken back: others hold {' and '.join(uses)}. "
            "Take back first what brought those: they would be lost with it"
        )


def _uses(cursor: CursorWrapper, batches: list[int]) -> Iterator[tuple[int, str]]:
    """How much of others' rests on the import's events, shares and batches, and what."""
    cursor.execute(COUNT_USES, {"batches": batches})
    through_shares, of_recipients = cursor.fetchone()
    yield through_shares, "events that came through its shares"
    yield of_recipients, "events of its recipients in its campaigns"
    for name, count in references(Share.objects.filter(batch__in=batches)):
        yield count, f"{name} that rest on its shares"
    for name, count in references(EventBatch.objects.filter(pk__in=batches), without=(Assignment, Share)):
        yield count, f"{name} that rest on its commits"


def left_alone(viewers: QuerySet[Viewer]) -> QuerySet[Viewer]:
    """Those of the viewers who are named nowhere any more. Relies on the log's key, which begins with viewer_id."""
    return unused(viewers).filter(~Exists(Event.objects.filter(viewer_id=OuterRef("pk"))))  # type: ignore[return-value]


def _delete_campaigns(record: Import) -> tuple[int, int]:
    """Delete the import's campaigns that nothing refers to any more. Returns how many went and how many stay.

    A copy that was made of one goes on without the word of what it was copied from.
    """
    made = Campaign.objects.filter(source_import=record)
    arms = Variant.objects.filter(campaign__source_import=record)
    arms_in_use = arms.exclude(pk__in=unused(arms).values("pk"))
    free = unused(made, without=(Variant, Campaign)).exclude(pk__in=arms_in_use.values("campaign"))
    leaving = list(free.exclude(Exists(Event.objects.filter(campaign_id=OuterRef("pk")))).values_list("pk", flat=True))
    Campaign.objects.filter(copied_from__in=leaving).update(copied_from=None)
    _delete(Variant.objects.filter(campaign__in=leaving))
    return _delete(Campaign.objects.filter(pk__in=leaving)), made.count()


def _delete(rows: "QuerySet[Model]") -> int:
    return int(rows._raw_delete(using=connection.alias) or 0)  # None where the rows are known to be none
