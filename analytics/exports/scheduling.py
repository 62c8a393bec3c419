"""Schedules: each reader gets what they themselves may export, made in their name at their hour.

Two schedulers that look at once make one run: the run's row is unique for schedule, reader and due moment, and comes
with the export and the next due moment in one transaction. After a pause or an outage the next run is the next due
moment; what was missed is not made up, for it would be the same table several times.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.enums import Rhythm, RunOutcome
from analytics.exports.making import enqueue
from analytics.exports.rhythms import Due, due_after
from analytics.exports.source import BadFilters, Source
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish
from analytics.models import ExportSchedule, ScheduleReader, ScheduleRun
from privacy.languages import tag_of
from privacy.models import User
from privacy.purposes import Basis, bases_of, fitting, unserved, usual_basis

MOST_AT_ONCE = 200


class CannotSchedule(ValueError):
    """The message says why and what to do."""


def zone_of(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def due_of(schedule: ExportSchedule) -> Due:
    return Due(Rhythm(schedule.rhythm), schedule.at, schedule.weekday, schedule.day_of_month)


def set_readers(schedule: ExportSchedule, readers: Sequence[User]) -> None:
    """Exactly these read it from now on; whoever reads it already keeps their next moment."""
    schedule.readers.exclude(reader__in=readers).delete()
    now, kept = timezone.now(), set(schedule.readers.values_list("reader", flat=True))
    ScheduleReader.objects.bulk_create(
        ScheduleReader(schedule=schedule, reader=reader, next_due_at=due_after(due_of(schedule), now, zone_of(reader)))
        for reader in readers
        if reader.pk not in kept
    )


def check_schedulable(source: Source) -> None:
    """Raises CannotSchedule where somebody is looked up: their name would be kept, and searched for again and again."""
    if source.looks_up or source.is_one_person:
        raise CannotSchedule(
            _("A schedule looks nobody up: clear the search, or narrow the list by its other filters.")
        )


def unfit(readers: Sequence[User], of: str, query: str) -> list[User]:
    """Those who may not export it, or whose role lacks one of its filters: theirs would hold more than was meant."""
    return [reader for reader in readers if not _is_fit(reader, of, query)]


def _is_fit(reader: User, of: str, query: str) -> bool:
    try:
        return not source_of(reader, of, query).lacks
    except (PermissionDenied, Http404, BadFilters):
        return False


def leave(schedule: ExportSchedule, reader: User) -> ScheduleReader | None:
    """Make it for this reader no more. What they were, None where they were none."""
    row = schedule.readers.filter(reader=reader).first()
    if row:
        row.delete()
    return row


def join(schedule: ExportSchedule, reader: User) -> None:
    """Make it for this reader, too."""
    due_at = due_after(due_of(schedule), timezone.now(), zone_of(reader))
    schedule.readers.get_or_create(reader=reader, defaults={"next_due_at": due_at})


def run_due(now: datetime | None = None) -> int:
    """Begin what is due. Returns how many runs began. Relies on schedule_due."""
    now = now or timezone.now()
    due = ScheduleReader.objects.filter(next_due_at__lte=now, schedule__is_paused=False)
    waiting = list(due.select_related("schedule", "reader").order_by("next_due_at")[:MOST_AT_ONCE])
    return sum(begin(row, row.next_due_at, now) for row in waiting)


def run_now(schedule: ExportSchedule) -> int:
    """Make it for every reader at once, beside what is due. Returns for how many."""
    now = timezone.now()
    readers = schedule.readers.select_related("schedule", "reader")
    return sum(begin(row, now, now) for row in readers)


def begin(row: ScheduleReader, due_at: datetime, now: datetime) -> bool:
    """One run for one reader; False where another scheduler has begun it."""
    with transaction.atomic():
        run, is_new = ScheduleRun.objects.get_or_create(schedule=row.schedule, reader=row.reader, due_at=due_at)
        if not is_new:
            return False
        if row.next_due_at <= now:
            following = due_after(due_of(row.schedule), now, zone_of(row.reader))
            ScheduleReader.objects.filter(pk=row.pk, next_due_at=row.next_due_at).update(next_due_at=following)
        with translation.override(tag_of(row.reader)):
            run.outcome = _begun(row, run)
        run.save(update_fields=["outcome", "export"])
    return True


def _begun(row: ScheduleReader, run: ScheduleRun) -> RunOutcome:
    """What becomes of the run, which gets its export where there is one."""
    if not row.reader.is_active:
        return RunOutcome.LEFT
    try:
        source = source_of(row.reader, row.schedule.of, row.schedule.query)
    except (PermissionDenied, Http404):
        return RunOutcome.NOT_ALLOWED
    except BadFilters:
        return RunOutcome.FAILED
    if source.lacks and set(source.lacks) - _unknown_to_owner(row.schedule):
        return RunOutcome.NOT_ALLOWED
    basis = basis_for(row.reader, source)
    if source.is_identifiable and basis is None:
        return RunOutcome.NOT_ALLOWED
    run.export = enqueue(Wish(row.reader, row.schedule.of, row.schedule.query, row.schedule.format, basis), source, 0)
    return RunOutcome.UNDER_WAY


def _unknown_to_owner(schedule: ExportSchedule) -> set[str]:
    """What of its address was never a filter: schedules that were set before such words were left out have them."""
    try:
        return set(source_of(schedule.owner, schedule.of, schedule.query).lacks)
    except (PermissionDenied, Http404, BadFilters):
        return set()


def basis_for(reader: User, source: Source) -> Basis | None:
    """For what a reader's runs read: what is usual for them where the records serve it, else what fits them best."""
    usual = usual_basis(reader.roles)
    if usual and not unserved(usual, source.categories):
        return usual
    own = fitting(bases_of(reader.roles), source.categories)
    return own if own and not unserved(own, source.categories) else None


def pause(schedule: ExportSchedule, *, paused: bool) -> None:
    """Pause it or go on. Whoever's next moment has passed by then gets the next one."""
    now = timezone.now()
    with transaction.atomic():
        ExportSchedule.objects.filter(pk=schedule.pk).update(is_paused=paused)
        for row in schedule.readers.filter(next_due_at__lte=now).select_related("reader") if not paused else ():
            row.next_due_at = due_after(due_of(schedule), now, zone_of(row.reader))
            row.save(update_fields=["next_due_at"])


def schedules_of(user: User) -> "QuerySet[ExportSchedule]":
    """Those that the user made, or reads. Relies on schedule_of_owner and the readers' foreign key."""
    read = ScheduleReader.objects.filter(reader=user).values("schedule")
    return ExportSchedule.objects.filter(Q(owner=user) | Q(pk__in=read))


def listed_schedules(user: User) -> "QuerySet[ExportSchedule]":
    """The same, each with who made it, how many read it, and how its last run ended (for a reader, of theirs)."""
    runs = ScheduleRun.objects.filter(Q(schedule__owner=user) | Q(reader=user), schedule=OuterRef("pk"))
    last = runs.order_by("-due_at", "-id")
    schedules = schedules_of(user).annotate(
        owner_name=F("owner__name"),
        reader_count=Count("readers"),
        last_outcome=Subquery(last.values("outcome")[:1]),
        last_due_at=Subquery(last.values("due_at")[:1]),
    )
    return schedules.order_by("title", "id")
