"""Disposal: a signed list gone through line by line in bounded batches, each in a transaction of its own.

Where a worker dies the next goes on at the cursor of the line. Each row is looked at again when its turn comes: what is
held by then, needed by another row, or no longer due, stays and is counted. What a batch still has to do outside the
database (keys, files, the journal) stands in rows of its own transaction until it is done.
"""

from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from privacy.models import DispositionRun, DispositionStep, LegalHold, PendingConsequence, PlannedRow, RetentionPolicy
from privacy.retention import consequences
from privacy.retention.enums import Consequence, RunState, StepState, VersionState
from privacy.retention.holding import holds_kept_to
from privacy.retention.journal import Gone
from privacy.retention.kinds import TRIGGER, Kind, kind_of
from privacy.retention.logs import log_of
from privacy.retention.planning import Day, free_rows
from privacy.retention.policies import agrees
from privacy.retention.rows import Taken, among, keys_in, take_away, unneeded
from privacy.retention.scopes import held

BATCH = 5_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Batch:
    """The next planned rows of a line: their primary keys, and the number of the last of them."""

    keys: list[object]
    last: int


def go_on(run: DispositionRun, batch: int = BATCH) -> bool:
    """One batch, or one partition's next step; whether there may be more to do. Only while the run is RUNNING.

    What an earlier batch left to be done outside the database is done first.
    """
    consequences.settle(run)
    step = run.steps.filter(state__in=[StepState.WAITING, StepState.RUNNING]).select_related("policy").first()
    if step is None:
        return False
    if step.partition:
        _dispose_of_partition(run, step)
    else:
        _dispose_of_rows(run, step, batch)
    consequences.settle(run)
    return True


def _dispose_of_rows(run: DispositionRun, step: DispositionStep, size: int) -> None:
    kind = kind_of(step.model, step.policy.rule)
    with transaction.atomic():
        holds = _enter(run)
        _check_rule(step)
        batch = _next(kind, step, size)
        if not batch.keys:
            _end(step)
            return
        taken, kept_held = _take(kind, step, Day(run.as_of, {step.policy.rule: step.policy}, holds), batch.keys)
        _leave_to_do(run, step, taken, batch.last)
        gone = len(taken.names)
        DispositionStep.objects.filter(pk=step.pk).update(
            state=StepState.RUNNING,
            cursor=batch.last,
            disposed=F("disposed") + gone,
            kept_held=F("kept_held") + kept_held,
            kept_changed=F("kept_changed") + len(batch.keys) - gone - kept_held,
        )


def _enter(run: DispositionRun) -> list[LegalHold]:
    """The holds that this batch keeps to: none is placed until it has ended. Raises NotRunning."""
    holds = holds_kept_to()
    if not DispositionRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(touched_at=timezone.now()):
        raise NotRunning
    return holds


class NotRunning(Exception):
    """The run was paused or stopped since the last batch."""


class Grown(Exception):
    """More would go than was signed: nothing of it goes."""


class Changed(Exception):
    """The rule is not the one any more that was signed: nothing more goes by it."""


def _check_rule(step: DispositionStep) -> None:
    """The version of the rule that was signed is still in force, and what the notice says. Raises Changed."""
    policy = RetentionPolicy.objects.get(pk=step.policy_id)
    if policy.state != VersionState.IN_FORCE or not agrees(policy):
        raise Changed(f"{policy} was changed while the run was under way; make another list.")


def _next(kind: Kind, step: DispositionStep, size: int) -> Batch:
    """Relies on planned_row_in_order."""
    rows = list(
        PlannedRow.objects.filter(step=step, id__gt=step.cursor)
        .order_by("id")
        .values_list("id", "number", "name")[:size]
    )
    return Batch(keys_in(kind, [(number, name) for _, number, name in rows]), rows[-1][0] if rows else step.cursor)


def _take(kind: Kind, step: DispositionStep, day: Day, keys: list[object]) -> tuple[Taken, int]:
    """Lock the rows, look at them again, and take away those that may go; with how many are held by now."""
    batch = among(kind.model, keys)
    list(kind.model._base_manager.select_for_update().filter(pk__in=batch).order_by("pk").values_list("pk"))
    due = kind.due(step.policy, day.as_of).filter(pk__in=batch)
    kept_held = due.filter(held(kind.model, kind.holds, TRIGGER, day.holds)).distinct().count() if day.holds else 0
    rows = unneeded(kind, free_rows(kind, step.policy, day).filter(pk__in=batch))
    going = list(rows.values_list("pk", flat=True))
    free = kind.dated(step.policy).filter(pk__in=among(kind.model, going))
    return take_away(kind, free, going), kept_held


def _leave_to_do(run: DispositionRun, step: DispositionStep, taken: Taken, last: int) -> None:
    if not taken.names:
        return
    gone = Gone(
        entry=f"{run.key}:{step.position}:{last}",
        run=str(run.key),
        as_of=run.as_of.isoformat(),
        model=step.model,
        rule=step.policy.rule,
        partition=step.partition,
        rows=taken.names,
        keys=[str(key) for key in taken.along.keys],
    )
    to_do = [PendingConsequence(run=run, step=step, kind=Consequence.JOURNAL, what=vars(gone))]
    if taken.along.files:
        to_do.append(PendingConsequence(run=run, step=step, kind=Consequence.FILE, what=taken.along.files))
    if taken.along.keys:
        to_do.append(PendingConsequence(run=run, step=step, kind=Consequence.KEY, what=gone.keys))
    PendingConsequence.objects.bulk_create(to_do)


def _end(step: DispositionStep) -> None:
    """Its planned rows stay until the run has ended: the second query asks for them."""
    DispositionStep.objects.filter(pk=step.pk).update(state=StepState.DONE)


def _dispose_of_partition(run: DispositionRun, step: DispositionStep) -> None:
    """Two transactions: the partition leaves the log with all sums that it was part of; then it is dropped. What was
    not done ahead is done before them, for others wait for them."""
    whole = log_of(step.model)
    if not whole.is_detached(step.partition):
        whole.prepare(step.partition)
        with transaction.atomic():
            _check_rule(step)
            gone, _ = whole.detach(step.partition, _enter(run))
            if gone > step.planned:
                raise Grown(f"{step.partition} holds rows that were not there when the list was signed.")
            DispositionStep.objects.filter(pk=step.pk).update(
                state=StepState.RUNNING, disposed=gone, kept_held=step.planned - gone
            )
    with transaction.atomic():
        _enter(run)
        whole.drop(step.partition)
        gone_whole = Gone(
            f"{run.key}:{step.position}:0", str(run.key), run.as_of.isoformat(), step.model, step.policy.rule,
            step.partition, [], [],
        )  # fmt: skip
        PendingConsequence.objects.create(run=run, step=step, kind=Consequence.JOURNAL, what=vars(gone_whole))
        DispositionStep.objects.filter(pk=step.pk).update(state=StepState.DONE)
