"""Which shares' pages must be shown anew: those through which something came, or of which it is thought otherwise."""

from pathlib import Path

from django.db.backends.utils import CursorWrapper

from campaigns.models import EventBatch, Share
from privacy.renewing.versions import touch, touch_everything

FIND_TOUCHED = (Path(__file__).parent / "sql" / "find_touched_shares.sql").read_text()
MOST = 500  # of more shares it is quicker to show every open page anew


def share_subject(share: Share | int) -> str:
    """What the page of a share is about."""
    return f"share:{share.pk if isinstance(share, Share) else share}"


def touch_shares(cursor: CursorWrapper, batch: EventBatch) -> None:
    """Those of the events in `staged_event`, and of earlier events that the batch judges anew. One query."""
    cursor.execute(FIND_TOUCHED, {"batch": batch.pk, "has_judgements": batch.judgement_count > 0, "limit": MOST + 1})
    found = [number for (number,) in cursor.fetchall()]
    if len(found) > MOST:
        touch_everything()
    else:
        touch(*map(share_subject, found))


def touch_all_shares() -> None:
    """Events left the log, or a rule was applied anew: it is seldom, and nobody counts whose they were."""
    touch_everything()
