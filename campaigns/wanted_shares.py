"""Shares that follow from another share: a page's materials, and what a recipient passes on."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from campaigns.eventlog import append, open_staging
from campaigns.models import EventBatch
from records.naming import new_token

INSERT_WANTED_SHARES = (Path(__file__).parent / "sql" / "insert_wanted_shares.sql").read_text()
NAME_BATCH = "UPDATE campaigns_share SET batch_id = %s WHERE id IN (SELECT share_id FROM staged_event)"


def make_wanted(cursor: CursorWrapper, count: int) -> EventBatch:
    """Make the `count` shares of the temporary table `wanted_share`, with their events, as one commit's.

    Within the caller's transaction; as many statements for one as for all.
    """
    open_staging(cursor)
    tokens = [new_token() for _ in range(count)]
    cursor.execute(INSERT_WANTED_SHARES, {"shared_at": timezone.now(), "tokens": tokens})
    batch = append(cursor).batch
    cursor.execute(NAME_BATCH, [batch.pk])
    return batch
