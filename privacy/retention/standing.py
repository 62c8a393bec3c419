"""How retention stands: the last list and the next, what went and what was kept, and what is wrong.

A list is made on the first of each month; a list that was not made, one that nobody signs, and a run that does not go
on are told to the records administrators.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.agency import agency_day, agency_today
from privacy.errands import ask
from privacy.ledger import logmonths
from privacy.ledger import standing as ledger
from privacy.models import DispositionRun, LegalHold, RetentionClock, RetentionPolicy
from privacy.physical import journaling
from privacy.retention import alerting, orphans, policies, runs
from privacy.retention.enums import RunState, VersionState
from privacy.retention.forecast import month_after
from privacy.retention.said_words import in_words
from privacy.wording import year_month

DAYS_TO_SIGN = 14
HOURS_TO_GO_ON = 6
GRACE = 2  # days after the first of a month until which its list may come
MOST_DAYS_ASLEEP = 40  # a clock that is further on than this was put forward, or the program did not run

HELD_BACK = gettext_noop(
    "There are more files of %(what)s without a record than could be left over: they stay. Is this the "
    "database for this store? See manage.py retention orphans."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Standing:
    """What the administration's first page says."""

    last: DispositionRun | None
    disposed: int
    kept: int
    held: int
    open: DispositionRun | None
    next_on: date
    is_approved: bool
    waiting_rules: int
    holds: int
    forgotten_holds: int
    is_clock_in_doubt: bool = False
    sealed_at: datetime | None = None
    problems: list[str] = field(default_factory=list)
    # Files that no row named any more.
    destroyed_late: list[orphans.Destroyed] = field(default_factory=list)


def look() -> Standing:
    last = DispositionRun.objects.filter(begun_at__isnull=False).select_related("signed_by").first()
    counted = runs.counts(last) if last else {"disposed": 0, "held": 0, "changed": 0}
    today = agency_today()
    return Standing(
        last=last,
        disposed=counted["disposed"],
        kept=counted["changed"],
        held=counted["held"] + (last.held if last else 0),
        open=(open_run := runs.open_run()),
        next_on=month_after(today, 1),
        is_approved=is_approved(),
        waiting_rules=RetentionPolicy.objects.filter(state=VersionState.PROPOSED).count(),
        holds=LegalHold.objects.in_force().count(),
        forgotten_holds=LegalHold.objects.forgotten().count(),
        is_clock_in_doubt=RetentionClock.objects.exclude(doubt="").exists(),
        sealed_at=ledger.last_seal(),
        problems=problems(today, open_run),
        destroyed_late=orphans.lately(),
    )


def is_approved() -> bool:
    try:
        return bool(policies.approved())
    except policies.NotApproved:
        return False


DOUBT = "SELECT doubt FROM privacy_retentionclock"  # of a clock, which is one row at most
# The last that was not withdrawn. By the primary key.
LATEST_RUN = "SELECT * FROM privacy_dispositionrun WHERE state <> %(withdrawn)s ORDER BY id DESC LIMIT 1"


def problems(today: date, open_run: DispositionRun | None) -> list[str]:
    """What is wrong, a sentence each; none where all is well. `open_run` is the list that has not ended."""
    found = []
    if doubt := _asked(DOUBT):
        found.append(in_words(doubt))
    if late := ledger.lateness():
        found.append(late)
    found += (_(HELD_BACK) % {"what": _(said)} for said in orphans.held_back())
    if _list_is_missing(today) and is_approved():
        month = year_month(today)
        found.append(
            _("The list for %(month)s was not made: no worker ran its task, or the task failed.") % {"month": month}
        )
    now = timezone.now()
    if open_run and open_run.state == RunState.PLANNED and open_run.made_at < now - timedelta(days=DAYS_TO_SIGN):
        said = _("The list of %(day)s has waited for a signature for more than %(days)s days.")
        found.append(said % {"day": open_run.as_of, "days": DAYS_TO_SIGN})
    if open_run and open_run.state in (RunState.SIGNED, RunState.RUNNING) and _is_asleep(open_run):
        said = _("The run of %(day)s has not progressed for %(hours)s hours.")
        found.append(said % {"day": open_run.as_of, "hours": HOURS_TO_GO_ON})
    latest = next(iter(DispositionRun.objects.raw(LATEST_RUN, {"withdrawn": RunState.WITHDRAWN.value})), None)
    if latest and latest.state == RunState.STOPPED:
        found.append(_("The run of %(day)s stopped. %(why)s") % {"day": latest.as_of, "why": in_words(latest.said)})
    return found


def is_late(today: date) -> bool:
    """Whether the program itself is late: a list was not made, or a signed one does not go on."""
    open_run = runs.open_run()
    stands_still = bool(open_run and open_run.state in (RunState.SIGNED, RunState.RUNNING) and _is_asleep(open_run))
    return stands_still or (is_approved() and _list_is_missing(today))


def _is_asleep(run: DispositionRun) -> bool:
    touched = run.touched_at or run.signed_at or run.made_at
    return touched < timezone.now() - timedelta(hours=HOURS_TO_GO_ON)


def _list_is_missing(today: date) -> bool:
    first = today.replace(day=1)
    if today < first + timedelta(days=GRACE):
        first = month_after(today, -1)
    approved_at = _asked(LAST_APPROVED, state=VersionState.IN_FORCE.value)
    if approved_at is None or agency_day(approved_at) >= first:
        return False
    return not DispositionRun.objects.filter(as_of__gte=first).exists()


# When the last version of a rule came into force: some ten rows.
LAST_APPROVED = "SELECT decided_at FROM privacy_retentionpolicy WHERE state = %(state)s ORDER BY 1 DESC LIMIT 1"


def _asked(statement: str, **values: str) -> Any:
    """The one value that a statement gives; None where it has no row. Home asks for several: Django takes a third of a
    millisecond to write each."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    return found[0] if found else None


def tick() -> None:
    """Look at the clock; tell what is wrong; drop the months of the access log that are over; make the month's list
    where it is missing; go on with what is signed."""
    today = agency_today()
    is_believed = look_at_clock(today)
    alerting.tell_of_problems(lambda: problems(today, runs.open_run()))
    alerting.remind_of_holds()
    journaling.write_soon()
    if not is_believed:
        return
    if is_approved():
        logmonths.drop_expired()
    if _wants_list(today):
        try:
            run = runs.make(today, made_as="schedule")
        except (runs.Refused, policies.NotApproved) as problem:
            log.warning("disposition_list_not_made", reason=type(problem).__name__)
        else:
            log.info("disposition_list_made", run=run.pk, planned=run.planned)
            alerting.tell_of_list(run)
    ask_to_carry_on()


def _wants_list(today: date) -> bool:
    """Whether this month's list is to be made: a withdrawn one counts, for somebody wanted none."""
    if not is_approved() or runs.open_run():
        return False
    return not DispositionRun.objects.filter(as_of__gte=today.replace(day=1)).exists()


def look_at_clock(today: date) -> bool:
    """Whether the day can be believed: it neither lies before the last one seen nor far after it."""
    with transaction.atomic():
        clock, is_first = RetentionClock.objects.select_for_update().get_or_create(only=True, defaults={"day": today})
        if is_first:
            return True
        if clock.doubt:
            return False
        days = (today - clock.day).days
        if days < 0:
            clock.doubt = (
                f"The clock went back from {clock.day} to {today}. Nothing is disposed of until it is confirmed."
            )
        elif days > MOST_DAYS_ASLEEP:
            clock.doubt = (
                f"The clock jumped from {clock.day} to {today}, or the program stood still that long. "
                "Nothing is disposed of until it is confirmed."
            )
        else:
            clock.day = today
        clock.looked_at = timezone.now()
        clock.save()
        return not clock.doubt


def confirm_clock() -> None:
    """A records administrator has looked: the day is right."""
    RetentionClock.objects.update(day=agency_today(), doubt="", looked_at=timezone.now())


def ask_to_carry_on() -> None:
    """Have a worker go on with the open list. A broker that is away loses nothing: the clock asks again."""
    run = runs.open_run()
    if run is None or run.state not in (RunState.SIGNED, RunState.RUNNING):
        return
    ask("privacy.tasks.carry_on_disposition", run.pk)
