"""Which shares' pages must be shown anew: those through which something came, or of which it is thought otherwise."""

from collections.abc import Iterable
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from campaigns.models import EventBatch, Share
from privacy.renewing.versions import touch, touch_everything

FIND_JUDGED = (Path(__file__).parent / "sql" / "find_judged_shares.sql").read_text()
MOST = 500  # of more shares it is quicker to show every open page anew


def share_subject(share: Share | int) -> str:
    """What the page of a share is about."""
    return f"share:{share.pk if isinstance(share, Share) else share}"


def touch_shares(cursor: CursorWrapper, batch: EventBatch, staged: Iterable[int]) -> None:
    """Those that staged events came through, and those of earlier events that the batch judges anew. No query where it
    judges none."""
    found = set(staged)
    if batch.judgement_count:
        cursor.execute(FIND_JUDGED, {"batch": batch.pk, "limit": MOST + 1})
        found |= {number for (number,) in cursor.fetchall()}
    if len(found) > MOST:
        touch_everything()
    else:
        touch(*map(share_subject, found))


def touch_all_shares() -> None:
    """Events left the log, or a rule was applied anew: it is seldom, and nobody counts whose they were."""
    touch_everything()
