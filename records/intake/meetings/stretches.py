"""Joins and leaves that are told one by one, in any order, some of them twice: they add up to the same stretches."""

from collections import deque
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from records.intake.meetings.findings import MeetingSeen, Stretch
from records.intake.meetings.storing import sum_stretches
from records.models import Interval, Participation

# Relies on meeting.uid's unique index and on those of the foreign keys.
CLOSE_ALL = """
UPDATE records_interval AS stretch SET left_at = greatest(meeting.ended_at, stretch.joined_at)
FROM records_participation AS participation
JOIN records_meeting AS meeting ON meeting.id = participation.meeting_id
WHERE participation.id = stretch.participation_id AND stretch.left_at IS NULL AND meeting.uid = %s
    AND meeting.ended_at IS NOT NULL
RETURNING participation.key
"""

Pair = tuple[datetime, datetime | None]


def paired(joins: Collection[datetime], leaves: Collection[datetime]) -> list[Pair]:
    """Each leave with the earliest join before it that has none yet: the same pairs in whatever order they were told.

    A join without a leave is open; a leave without a join, whose join may still be told, is a stretch of no length.
    """
    waiting, pairs = deque[datetime](), list[Pair]()
    for at, is_leave in sorted([*((join, False) for join in joins), *((leave, True) for leave in leaves)]):
        if not is_leave:
            waiting.append(at)
        else:
            pairs.append((waiting.popleft() if waiting else at, at))
    return [*pairs, *((join, None) for join in waiting)]


def add_join(cursor: CursorWrapper, told: Stretch) -> None:
    """Somebody of a participation that is there has joined."""
    _pair_again(cursor, told, joins={told.joined_at})


def add_leave(cursor: CursorWrapper, told: Stretch) -> None:
    """Somebody of a participation that is there has left."""
    if told.left_at:
        _pair_again(cursor, told, leaves={told.left_at: told.leave_reason})


def close_all(cursor: CursorWrapper, meetings: Iterable[MeetingSeen]) -> None:
    """Nobody is in a meeting that has ended."""
    for meeting in meetings:
        cursor.execute(CLOSE_ALL, [meeting.uid])
        sum_stretches(cursor, {key for (key,) in cursor.fetchall()})


def _pair_again(
    cursor: CursorWrapper, told: Stretch, joins: Collection[datetime] = (), leaves: dict[datetime, str] | None = None
) -> None:
    """Pair what was told of the participation, this included; what an import brought stays as it is."""
    key = told.participation_key
    known = list(Interval.objects.filter(participation__key=key))
    by_itself = [one for one in known if one.source_import_id is None]
    every_join = {one.joined_at for one in by_itself if one.joined_at != one.left_at} | set(joins)
    reasons = {one.left_at: one.leave_reason for one in by_itself if one.left_at} | (leaves or {})
    taken = {one.joined_at for one in known if one.source_import_id is not None}
    fresh = {pair[0]: pair for pair in paired(every_join, reasons) if pair[0] not in taken}
    Interval.objects.filter(pk__in=[one.pk for one in by_itself]).delete()
    _insert(key, list(fresh.values()), reasons)
    sum_stretches(cursor, [key])


def _insert(key: UUID, pairs: Iterable[Pair], reasons: dict[datetime, str]) -> None:
    participation = Participation.objects.get(key=key)
    Interval.objects.bulk_create(
        Interval(
            participation=participation, joined_at=join, left_at=leave, leave_reason=reasons[leave] if leave else ""
        )
        for join, leave in pairs
    )
