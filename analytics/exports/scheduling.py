"""Schedules: each reader gets what they themselves may export, made in their name at their hour.

Two schedulers that look at once make one run: a run holds the schedule's lock, looks again whether it is due, and comes
with its export and the next due moment in one transaction; its row is unique for schedule, reader and due moment. Who
changes a schedule holds the same lock. After a pause or an outage the next run is the next due moment; what was missed
is not made up, for it would be the same table several times.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.enums import Rhythm, RunOutcome
from analytics.exports.making import LONGEST_TITLE, enqueue
from analytics.exports.rhythms import Due, due_after
from analytics.exports.source import BadFilters, Source
from analytics.exports.sources import source_of
from analytics.exports.writing import Wish
from analytics.models import ExportSchedule, ScheduleReader, ScheduleRun
from analytics.models.exports import ExportScheduleQuerySet
from analytics.models.frozen import FIRST_LANGUAGE
from privacy.clocks import zone_called
from privacy.enums import Language
from privacy.languages import language_in_force, tag_of
from privacy.models import User
from privacy.purposes import Basis, bases_of, fitting, unserved, usual_basis

MOST_AT_ONCE = 200


class CannotSchedule(ValueError):
    """The message says why and what to do."""


def zone_of(user: User) -> ZoneInfo:
    return zone_called(user.time_zone)


def zone_for(schedule: ExportSchedule, reader: User) -> ZoneInfo:
    """By whose clock it is made for the reader: the schedule's, or else their own."""
    return zone_called(schedule.clock) if schedule.clock else zone_of(reader)


def next_for(schedule: ExportSchedule, reader: User, now: datetime) -> datetime:
    """When it is due for the reader, after now."""
    return due_after(due_of(schedule), now, zone_for(schedule, reader))


def next_runs(schedule: ExportSchedule, readers: Iterable[User]) -> list[tuple[User, datetime]]:
    """When each gets it next, by the clock that it is made by; of a schedule that need not be stored yet."""
    now = timezone.now()
    return [(one, next_for(schedule, one, now).astimezone(zone_for(schedule, one))) for one in readers]


def due_of(schedule: ExportSchedule) -> Due:
    return Due(Rhythm(schedule.rhythm), schedule.at, schedule.weekday, schedule.day_of_month)


def set_readers(schedule: ExportSchedule, readers: Sequence[User]) -> None:
    """Exactly these read it from now on; whoever reads it already keeps their next moment."""
    schedule.readers.exclude(reader__in=readers).delete()
    now, kept = timezone.now(), set(schedule.readers.values_list("reader", flat=True))
    ScheduleReader.objects.bulk_create(
        ScheduleReader(schedule=schedule, reader=reader, next_due_at=next_for(schedule, reader, now))
        for reader in readers
        if reader.pk not in kept
    )


def set_anew(schedule: ExportSchedule) -> None:
    """Whoever reads it gets it next when it is due from now on."""
    now, rows = timezone.now(), list(schedule.readers.select_related("reader"))
    for row in rows:
        row.next_due_at = next_for(schedule, row.reader, now)
    ScheduleReader.objects.bulk_update(rows, ["next_due_at"])


def titles_of(user: User, of: str, query: str) -> dict[str, Any]:
    """What it is called by itself, as a schedule keeps it: in English and in each other language.

    Raises what source_of raises.
    """
    said = {language: _title_in(language, user, of, query) for language in Language.values}
    return {"title": said.pop(FIRST_LANGUAGE), "translations": said}


def _title_in(language: str, user: User, of: str, query: str) -> str:
    with translation.override(language):
        return str(source_of(user, of, query).title)[:LONGEST_TITLE]


def check_schedulable(source: Source) -> None:
    """Raises CannotSchedule where somebody is looked up: their name would be kept, and searched for again and again."""
    if source.looks_up or source.is_one_person:
        raise CannotSchedule(
            _("A schedule cannot look anyone up: clear the search, or narrow the list with its other filters.")
        )


def unfit(readers: Sequence[User], of: str, query: str) -> list[User]:
    """Those who have left or may not export it, or whose role lacks one of its filters: theirs would hold more than was
    meant."""
    return [reader for reader in readers if not _is_fit(reader, of, query)]


def _is_fit(reader: User, of: str, query: str) -> bool:
    try:
        return reader.is_active and not source_of(reader, of, query).lacks
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
    due_at = next_for(schedule, reader, timezone.now())
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


def locked(number: int) -> ExportSchedule | None:
    """The schedule, which nobody else runs, changes or deletes until the transaction ends; None where it is gone."""
    return ExportSchedule.objects.select_for_update(no_key=True).filter(pk=number).first()


def begin(row: ScheduleReader, due_at: datetime, now: datetime) -> bool:
    """One run for one reader; False where another scheduler has begun it, and where what was due when `row` was read is
    due no more: it was changed, paused, left or deleted since."""
    was_due = due_at == row.next_due_at
    with transaction.atomic():
        stands = _standing(row)
        if stands is None or (was_due and (stands.next_due_at != due_at or stands.schedule.is_paused)):
            return False
        run, is_new = ScheduleRun.objects.get_or_create(schedule=stands.schedule, reader=stands.reader, due_at=due_at)
        if not is_new:
            return False
        if stands.next_due_at <= now:
            following = next_for(stands.schedule, stands.reader, now)
            ScheduleReader.objects.filter(pk=stands.pk).update(next_due_at=following)
        with translation.override(tag_of(stands.reader)):
            run.outcome = _begun(stands, run)
        run.save(update_fields=["outcome", "export"])
    return True


def _standing(row: ScheduleReader) -> ScheduleReader | None:
    """The reader as they are now, with the schedule locked; None where either is gone."""
    schedule = locked(row.schedule_id)
    stands = ScheduleReader.objects.filter(pk=row.pk).select_related("reader").first() if schedule else None
    if stands and schedule:
        stands.schedule = schedule
    return stands


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
    _entitle(row.schedule)
    wish = Wish(row.reader, row.schedule.of, row.schedule.query, row.schedule.format, basis)
    run.export = enqueue(wish, source, 0, row.schedule.own_title)
    return RunOutcome.UNDER_WAY


def _entitle(schedule: ExportSchedule) -> None:
    """One that was set before schedules were called in each language is from now on."""
    if not schedule.translations:
        with suppress(PermissionDenied, Http404, BadFilters):
            titles = titles_of(schedule.owner, schedule.of, schedule.query)
            ExportSchedule.objects.filter(pk=schedule.pk).update(**titles)


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
            row.next_due_at = next_for(schedule, row.reader, now)
            row.save(update_fields=["next_due_at"])


def delete(schedule: ExportSchedule) -> None:
    """With its readers, runs and changes; the lock first, which its runs take before these."""
    with transaction.atomic():
        locked(schedule.pk)
        schedule.delete()


def schedules_of(user: User) -> "ExportScheduleQuerySet":
    """Those that the user made, or reads. Relies on schedule_of_owner and the readers' foreign key."""
    read = ScheduleReader.objects.filter(reader=user).values("schedule")
    return ExportSchedule.objects.filter(Q(owner=user) | Q(pk__in=read))


def listed_schedules(user: User) -> "QuerySet[ExportSchedule]":
    """The same, each with who made it, how many read it, and how its last run ended (for a reader, of theirs)."""
    runs = ScheduleRun.objects.filter(Q(schedule__owner=user) | Q(reader=user), schedule=OuterRef("pk"))
    last = runs.order_by("-due_at", "-id")
    schedules = (
        schedules_of(user)
        .titled(language_in_force())
        .annotate(
            owner_name=F("owner__name"),
            reader_count=Count("readers"),
            last_outcome=Subquery(last.values("outcome")[:1]),
            last_due_at=Subquery(last.values("due_at")[:1]),
        )
    )
    return schedules.order_by(F("said"), "id")


def last_outcomes(user: User, schedules: Sequence[int]) -> dict[int, Counter[str]]:
    """Of each schedule how its last run ended, for each of its present readers; for a reader, of theirs. One query, by
    schedule_run_once."""
    readers = ScheduleReader.objects.filter(schedule=OuterRef("schedule"), reader=OuterRef("reader"))
    runs = ScheduleRun.objects.filter(Q(schedule__owner=user) | Q(reader=user), Exists(readers), schedule__in=schedules)
    last = runs.order_by("schedule_id", "reader_id", "-due_at", "-id").distinct("schedule_id", "reader_id")
    found: dict[int, Counter[str]] = {number: Counter() for number in schedules}
    for number, outcome in last.values_list("schedule", "outcome"):
        found[number][outcome] += 1
    return found
