"""The one way in for what happens while the program runs: the viewer, the beacon, mail, staff. Files come by intake."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from campaigns.enums import EventKind, Grade
from campaigns.eventlog import Appended, Staged, append, open_staging
from campaigns.grades import viewer_of
from campaigns.models import Share
from records.intake.copying import copy_in


class Happening(NamedTuple):
    """One event on its way into the log. `id` and `occurred_at` (aware) are its sender's and are never rewritten.

    A tuple, which takes a third of a data class's time to make and is a row of COPY as it is.
    """

    kind: EventKind
    viewer_id: int
    occurred_at: datetime
    id: UUID
    campaign_id: int | None = None
    variant_id: int | None = None
    share_id: int | None = None
    material_id: int | None = None
    version: int | None = None
    page: int | None = None
    visit_id: UUID | None = None
    dwell_ms: int | None = None
    amount: Decimal | None = None
    grade: Grade = Grade.UNKNOWN
    signals: int = 0


# Python writes None for what is not known.
COPY = f"COPY staged_event ({', '.join(Happening._fields)}) FROM STDIN WITH (NULL 'None')"
LINE = "\t".join(["%s"] * len(Happening._fields)) + "\n"


class Source(NamedTuple):
    """Whose an event is and what it is of: the columns that say so."""

    viewer_id: int
    share_id: int | None = None
    material_id: int | None = None
    campaign_id: int | None = None
    variant_id: int | None = None


# Of each of these columns the share's own name.
OF_SHARE = {
    "viewer_id": "recipient_id",
    "share_id": "pk",
    "material_id": "material_id",
    "campaign_id": "campaign_id",
    "variant_id": "variant_id",
}


def through(share: Share) -> dict[str, int | None]:
    """The columns that say through which share something happened."""
    return {column: getattr(share, name) for column, name in OF_SHARE.items()}


def collect(happenings: Sequence[Happening]) -> Appended:
    """Judge and store these as one batch, in a transaction of its own or the caller's; stored once committed.

    The same event (viewer, time, id) twice is stored once. Raises BatchTooLarge.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        open_staging(cursor)
        return append(cursor, stage(cursor, happenings))


def happened(
    kind: EventKind,
    share: Share,
    at: datetime,
    event_id: UUID,
    *,
    grade: Grade = Grade.ADDRESSEE,
    signals: int = 0,
    visit_id: UUID | None = None,
) -> None:
    """`collect` one event that came through a share, and of its campaign where it has one: it is its recipient's, or
    under the grade `unknown` nobody's but the visit's (without a visit its own)."""
    viewer = viewer_of(share, grade, visit_id or event_id)
    columns = {**through(share), "viewer_id": viewer, "grade": grade, "signals": signals, "visit_id": visit_id}
    collect([Happening(kind=kind, occurred_at=at, id=event_id, **columns)])  # type: ignore[arg-type]


def stage(cursor: CursorWrapper, happenings: Sequence[Happening]) -> Staged:
    """Put these into `staged_event`, which was empty. COPY takes a tenth of the time of arrays and `unnest`.

    Raises django.db.Error.
    """
    copy_in(cursor, COPY, "".join(map(_line, happenings)).encode())
    moments = [one.occurred_at for one in happenings]
    shares = {one.share_id for one in happenings if one.share_id is not None and one.kind != EventKind.SHARED}
    return Staged(len(happenings), min(moments, default=None), max(moments, default=None), shares)


def _line(one: Happening) -> str:
    """A line of COPY. No column holds what would have to be escaped: numbers, moments, UUIDs, names of kinds.

    A UUID is written without dashes, which takes an eighth of the time.
    """
    return LINE % (
        one.kind.value, one.viewer_id, one.occurred_at, one.id.hex, one.campaign_id, one.variant_id, one.share_id,
        one.material_id, one.version, one.page, one.visit_id and one.visit_id.hex, one.dwell_ms, one.amount,
        one.grade.value, one.signals,
    )  # fmt: skip
