"""The life of a disposition list: made, signed as a whole or line by line, run, paused, ended with its certificate.

Nothing is destroyed on doubt: a list that is no longer what was signed stops, and so does one whose rules changed or
whose clock jumped; whoever wants the rest makes another list.
"""

from datetime import date

import structlog
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from privacy.agency import agency_today
from privacy.ledger import statements
from privacy.models import DispositionRun, DispositionStep, PlannedRow, RetentionClock, User
from privacy.retention import disposal, journal, planning, policies
from privacy.retention.enums import OPEN_STATES, RunState, StepState
from privacy.retention.kinds import kind_of
from privacy.retention.planning import Day
from privacy.retention.rows import keys_in, unneeded
from privacy.retention.said_words import in_words
from privacy.retention.signals import append, disposal_ended

log = structlog.get_logger(__name__)


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


# Written out, as home asks for it. Relies on disposition_one_at_a_time (unique).
OPEN_RUN = "SELECT * FROM privacy_dispositionrun WHERE state IN %(open)s"


def open_run() -> DispositionRun | None:
    """The list that is not ended yet. There is one at most."""
    found = DispositionRun.objects.raw(OPEN_RUN, {"open": tuple(state.value for state in OPEN_STATES)})
    return next(iter(found), None)


def make(as_of: date | None = None, *, by: User | None = None, made_as: str = "") -> DispositionRun:
    """The list of a day, today's where none is given. Raises Refused, and NotApproved where a rule is not."""
    as_of = as_of or agency_today()
    if as_of > agency_today():
        raise Refused(gettext("A list for a future day is a preview: nothing that is not due yet can be disposed of."))
    refuse_in_doubt()
    if open_run():
        raise Refused(gettext("There is a list that has not ended: sign, run or withdraw it first."))
    try:
        with transaction.atomic():
            return planning.make_list(Day.on(as_of), made_by=by, made_as=made_as)
    except IntegrityError as error:
        if "disposition_one_at_a_time" not in str(error):
            raise
        raise Refused(gettext("Someone else is making a list at the moment.")) from None


def refuse_in_doubt() -> None:
    """Raises Refused while the clock is in doubt."""
    doubt = RetentionClock.objects.values_list("doubt", flat=True).first()
    if doubt:
        raise Refused(in_words(doubt))


def except_line(step: DispositionStep, by: User, reason: str) -> None:
    """Take a line off a list before it is signed. Raises Refused."""
    if not reason.strip():
        raise Refused(gettext("State why the line is excepted: the certificate repeats it."))
    with transaction.atomic():
        _in_state(step.run, RunState.PLANNED)
        changed = DispositionStep.objects.filter(pk=step.pk, state=StepState.WAITING).update(
            state=StepState.EXCEPTED, excepted_by=by, exception_reason=reason.strip()
        )
    if not changed:
        raise Refused(gettext("This line is already excepted."))


def take_back_exception(step: DispositionStep) -> None:
    """Raises Refused."""
    with transaction.atomic():
        _in_state(step.run, RunState.PLANNED)
        DispositionStep.objects.filter(pk=step.pk, state=StepState.EXCEPTED).update(
            state=StepState.WAITING, excepted_by=None, exception_reason=""
        )


def sign(run: DispositionRun, by: User) -> None:
    """Sign a list, whose lines that are not excepted may run from now on. Raises Refused."""
    with transaction.atomic():
        found = _in_state(run, RunState.PLANNED)
        if found.made_by_id == by.pk:
            raise Refused(
                gettext("The person who made a list by hand cannot sign it: ask another records administrator.")
            )
        found.state, found.signed_by, found.signed_at = RunState.SIGNED, by, timezone.now()
        found.save(update_fields=["state", "signed_by", "signed_at"])


def withdraw(run: DispositionRun, by: User, reason: str) -> None:
    """End a list that has not begun. Raises Refused."""
    if not reason.strip():
        raise Refused(gettext("State why the list is withdrawn."))
    with transaction.atomic():
        found = _in_state(run, RunState.PLANNED, RunState.SIGNED)
        _close(found, RunState.WITHDRAWN, f"Withdrawn by {by.name}: {reason.strip()}")


def pause(run: DispositionRun) -> None:
    """Raises Refused. The batch under way ends; none follows."""
    _move(run, RunState.RUNNING, RunState.PAUSED)


def resume(run: DispositionRun) -> None:
    """Raises Refused."""
    _move(run, RunState.PAUSED, RunState.RUNNING)


def stop(run: DispositionRun, by: User, reason: str) -> None:
    """End a list that has begun; what has gone is certified. Raises Refused."""
    if not reason.strip():
        raise Refused(gettext("State why the run is stopped."))
    with transaction.atomic():
        found = _in_state(run, RunState.RUNNING, RunState.PAUSED)
        _close(found, RunState.STOPPED, f"Stopped by {by.name}: {reason.strip()}")


def begin(run: DispositionRun) -> bool:
    """Start a signed list if it is still exactly what would be disposed of; else it stops and says what differs."""
    try:
        refuse_in_doubt()
        differences = planning.differences(run)
    except (policies.NotApproved, Refused) as problem:
        differences = [str(problem)]
    with transaction.atomic():
        found = _in_state(run, RunState.SIGNED)
        if differences:
            said = "It is no longer what was signed; make another list. "
            _close(found, RunState.STOPPED, (said + "; ".join(differences))[:2000])
            return False
        found.state, found.begun_at = RunState.RUNNING, timezone.now()
        found.save(update_fields=["state", "begun_at"])
    return True


def carry_on(run: DispositionRun, batch: int = disposal.BATCH, *, most: int | None = None) -> RunState:
    """Go on with a list that is signed or running, by one process at a time, at most so many batches.

    Returns the state that it is in then. What goes wrong in a batch leaves the run as it was; it is tried again.
    """
    with Alone(run) as is_alone:
        if not is_alone:
            return _state(run)
        run.refresh_from_db()
        if run.state == RunState.SIGNED:
            begin(run)
        done = 0
        while _state(run) == RunState.RUNNING and (most is None or done < most):
            done += 1
            try:
                if not disposal.go_on(run, batch):
                    finish(run)
            except disposal.NotRunning:
                break
            except (disposal.Grown, disposal.Changed) as problem:
                with transaction.atomic():
                    _close(_in_state(run, RunState.RUNNING), RunState.STOPPED, str(problem))
        return _state(run)


def finish(run: DispositionRun) -> None:
    """Look a second time whether anything of the list is left, let go what was copied before, and end it."""
    if counts(run)["disposed"]:
        disposal_ended.send(DispositionRun)
        vacuum(run)
    left_over, (number, last) = count_left_over(run), journal.head()
    with transaction.atomic():
        found = _in_state(run, RunState.RUNNING)
        found.left_over, found.journal_number, found.journal_hash = left_over, number, last
        found.save(update_fields=["left_over", "journal_number", "journal_hash"])
        if left_over:
            _close(
                found, RunState.STOPPED, f"{left_over:,} rows of the list are still there though nothing keeps them."
            )
        else:
            _close(found, RunState.DONE, "")


def vacuum(run: DispositionRun) -> None:
    """Have the database let go of the deleted rows' old versions, which lie in its files until then.

    Not within a transaction, where the database refuses it: its own vacuum does it later.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        for label in run.steps.filter(partition="", disposed__gt=0).values_list("model", flat=True).distinct():
            cursor.execute(f"VACUUM {apps.get_model(label)._meta.db_table}")


def count_left_over(run: DispositionRun) -> int:
    """The second query: how many rows of the lines that ran are still there, due, and neither held nor needed."""
    lines = run.steps.filter(state=StepState.DONE, partition="").select_related("policy")
    return sum(_left_of(run, step) for step in lines)


def _left_of(run: DispositionRun, step: DispositionStep) -> int:
    kind = kind_of(step.model, step.policy.rule)
    day = Day.on(run.as_of, {step.policy.rule: step.policy})
    rows = unneeded(kind, planning.free_rows(kind, step.policy, day))
    planned = PlannedRow.objects.filter(step=step)
    left = 0
    if planned.filter(number__isnull=False).exists():
        left = rows.filter(pk__in=planned.values("number")).count()
    named = list(planned.filter(number=None).order_by("id").values_list("number", "name"))
    for start in range(0, len(named), disposal.BATCH):
        left += rows.filter(pk__in=keys_in(kind, named[start : start + disposal.BATCH])).count()
    return left


def counts(run: DispositionRun) -> dict[str, int]:
    """What a run did, over all its lines."""
    sums = run.steps.aggregate(
        disposed=Sum("disposed"), held=Sum("kept_held"), changed=Sum("kept_changed"), keys=Sum("keys_destroyed")
    )
    return {name: int(value or 0) for name, value in sums.items()}


class Alone:
    """A lock of the database's session for one run: a worker that dies lets go of it by itself."""

    def __init__(self, run: DispositionRun) -> None:
        self.name = run.lock

    def __enter__(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [self.name])
            self.has_it = bool(cursor.fetchone()[0])
        return self.has_it

    def __exit__(self, *_error: object) -> None:
        if self.has_it:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [self.name])


def _in_state(run: DispositionRun, *states: RunState) -> DispositionRun:
    """The run, locked. Raises Refused where it is in none of the states."""
    found = DispositionRun.objects.select_for_update().get(pk=run.pk)
    if found.state not in states:
        raise Refused(
            gettext("The list is now in another state: %(state)s.")
            % {"state": gettext(RunState(found.state).label).lower()}
        )
    return found


def _move(run: DispositionRun, before: RunState, after: RunState) -> None:
    with transaction.atomic():
        found = _in_state(run, before)
        found.state = after
        found.save(update_fields=["state"])


def _close(run: DispositionRun, state: RunState, said: str) -> None:
    run.state, run.ended_at, run.said = state, timezone.now(), said[:2000]
    run.save(update_fields=["state", "ended_at", "said"])
    PlannedRow.objects.filter(step__run=run).delete()
    told = statements.digest(statements.of_run(run))
    disposed = counts(run)["disposed"]
    append(f"disposition_{state.value}", str(run.key), fingerprint=run.fingerprint, disposed=disposed, digest=told)


def _state(run: DispositionRun) -> RunState:
    return RunState(DispositionRun.objects.values_list("state", flat=True).get(pk=run.pk))
