"""Taking an import of meetings back."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from records import keeping
from records.intake.meetings.storing import sum_stretches
from records.intake.problems import Refused
from records.models import Import, Interval, MediaFile, Meeting, Message, Participation


def undo(record: Import) -> str:
    """Delete what the import brought: its stretches, participations, messages, records and meetings.

    Raises Refused where something of another origin rests on one of its meetings or participations.
    """
    _refuse_others(record)
    messages = Message.objects.filter(source_import=record)._raw_delete(using="default")
    shortened = _delete_stretches(record)
    participations = _gone(Participation.objects.filter(source_import=record))
    with connection.cursor() as cursor:
        sum_stretches(cursor, shortened)
    records = keeping.taken_back(record.pk)
    meetings = _gone(Meeting.objects.filter(source_import=record))
    return f"{meetings:,} meetings, {participations:,} participations, {messages:,} messages, {records:,} records"


def _refuse_others(record: Import) -> None:
    others = Q(source_import=None) | ~Q(source_import=record)
    mine = Q(meeting__source_import=record)
    resting: list[tuple[str, QuerySet[Any]]] = [
        ("participations", Participation.objects.filter(mine, others)),
        ("messages", Message.objects.filter(mine, others)),
        ("files", MediaFile.objects.filter(mine)),
        ("stretches", Interval.objects.filter(others, participation__source_import=record)),
    ]
    uses = [f"{count:,} {name}" for name, rows in resting if (count := rows.count())]
    if uses:
        raise Refused(
            f"import {record.pk} cannot be taken back: on its meetings rest {', '.join(uses)} that came otherwise"
        )


def _delete_stretches(record: Import) -> list[UUID]:
    """Delete the import's stretches; returns the keys of those participations that stay, shortened."""
    stretches = Interval.objects.filter(source_import=record)
    stay = stretches.exclude(participation__source_import=record)
    keys = list(stay.values_list("participation__key", flat=True).distinct())
    stretches._raw_delete(using="default")
    return keys


def _gone(rows: "QuerySet[Meeting] | QuerySet[Participation]") -> int:
    return rows._raw_delete(using=rows.db)
