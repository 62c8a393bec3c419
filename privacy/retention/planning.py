"""Making a disposition list: what is due on a day, row by row, without what is held, needed or in doubt.

The list is frozen as rows of its own with a fingerprint, so that a run can be held to it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from privacy.models import DispositionRun, DispositionStep, LegalHold, PlannedRow, RetentionPolicy, User
from privacy.retention import policies
from privacy.retention.doubt import in_doubt
from privacy.retention.enums import RunState
from privacy.retention.kinds import LAST, TRIGGER, Kind, key_columns, kind_of, kinds, naming
from privacy.retention.logs import logs
from privacy.retention.relations import keepers
from privacy.retention.scopes import held

PLANNED = PlannedRow._meta.db_table
MANY = 10_000  # planned rows, from which on the planner is told of them
NOTHING = hashlib.sha256(b"").hexdigest()
# Of the rows of one line, in one order: the same rows, the same hash.
FINGERPRINT = f"""
SELECT count(*), encode(sha256(coalesce(
    string_agg(coalesce(number::text, name), ',' ORDER BY number, name), ''
)::bytea), 'hex')
FROM {PLANNED} WHERE step_id = %s
"""


@dataclass(frozen=True)
class Day:
    """What a list is made by: the day, the rules in force and the holds in force."""

    as_of: date
    rules: dict[str, RetentionPolicy]
    holds: Sequence[LegalHold]

    @classmethod
    def on(cls, as_of: date, rules: dict[str, RetentionPolicy] | None = None) -> "Day":
        """Raises NotApproved where no rules are given and one is not approved."""
        return cls(as_of, rules or policies.approved(), list(LegalHold.objects.in_force().order_by("pk")))


@dataclass(frozen=True)
class Line:
    """One line of a list as it is shown before it is signed."""

    model: str
    rule: str
    version: int
    partition: str
    planned: int
    held: int
    waiting: int
    first_trigger: date | None
    last_trigger: date | None
    fingerprint: str


@dataclass(frozen=True)
class Listing:
    """What a list would be: its lines, its totals and the fingerprint of it all."""

    as_of: date
    fingerprint: str
    lines: list[Line] = field(default_factory=list)
    undated: int = 0

    @property
    def planned(self) -> int:
        return sum(line.planned for line in self.lines)

    @property
    def held(self) -> int:
        return sum(line.held for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    def by_model(self) -> dict[str, int]:
        """How many rows of each model would go."""
        counts: dict[str, int] = {}
        for line in self.lines:
            if line.planned:
                counts[line.model] = counts.get(line.model, 0) + line.planned
        return dict(sorted(counts.items()))


def preview(as_of: date, rules: dict[str, RetentionPolicy] | None = None) -> Listing:
    """What the list of a day would be; nothing of it is kept. Raises NotApproved where no rules are given."""
    with previewed(as_of, rules) as run:
        return listing_of(run)
    raise AssertionError  # unreachable: the manager swallows nothing


@contextmanager
def previewed(as_of: date, rules: dict[str, RetentionPolicy] | None = None) -> Iterator[DispositionRun]:
    """The list of a day while it is looked at; nothing of it is kept. Raises NotApproved where no rules are given."""
    with transaction.atomic():
        yield make_list(Day.on(as_of, rules), made_as="preview")
        transaction.set_rollback(True)


def make_list(day: Day, *, made_by: User | None = None, made_as: str = "") -> DispositionRun:
    """Write the list of a day, in the caller's transaction. Where one is open, the database refuses another."""
    state = RunState.WITHDRAWN if made_as == "preview" else RunState.PLANNED
    run = DispositionRun.objects.create(
        as_of=day.as_of, fingerprint=NOTHING, made_by=made_by, made_as=made_as, state=state,
        ended_at=timezone.now() if state == RunState.WITHDRAWN else None,
    )  # fmt: skip
    steps = [*_steps_of_logs(run, day), *_steps_of_rows(run, day)]
    for step in steps:
        step.planned, step.fingerprint = _fingerprint(step) if not step.partition else (step.planned, step.fingerprint)
        _say_span(step, day)
    DispositionStep.objects.bulk_update(
        steps, ["planned", "fingerprint", "waiting", "held", "first_trigger", "last_trigger"]
    )
    run.planned, run.held = sum(step.planned for step in steps), sum(step.held for step in steps)
    run.waiting, run.fingerprint = sum(step.waiting for step in steps), _of_run(day.as_of, steps)
    run.holds_checked = [{"key": str(hold.key), "name": hold.name} for hold in day.holds]
    run.save()
    run.steps.filter(planned=0, held=0, waiting=0).delete()
    return run


def listing_of(run: DispositionRun) -> Listing:
    lines = [
        Line(
            step.model, step.policy.rule, step.policy.number, step.partition, step.planned, step.held, step.waiting,
            step.first_trigger, step.last_trigger, step.fingerprint,
        )
        for step in run.steps.select_related("policy")
    ]  # fmt: skip
    return Listing(run.as_of, run.fingerprint, lines, run.undated)


def differences(run: DispositionRun) -> list[str]:
    """How a list made again today, for the same day, would differ from this one: a sentence a line; none where equal.

    Raises NotApproved.
    """
    again = preview(run.as_of)
    if again.fingerprint == run.fingerprint:
        return []
    before = {(line.model, line.rule, line.partition): line for line in listing_of(run).lines}
    now = {(line.model, line.rule, line.partition): line for line in again.lines}
    said = []
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if (old and (old.version, old.fingerprint)) != (new and (new.version, new.fingerprint)):
            counted = f"{old.planned if old else 0:,} rows on the list, {new.planned if new else 0:,} now"
            said.append(f"{name[2] or name[0]} under rule {name[1].removeprefix('RET-')}: {counted}")
    return said or ["The list was made on another day."]


def _steps_of_logs(run: DispositionRun, day: Day) -> list[DispositionStep]:
    steps: list[DispositionStep] = []
    for log in logs():
        for one in log.expired(day.rules, day.as_of, day.holds):
            step = DispositionStep(
                run=run, position=len(steps), model=one.model, partition=one.partition, policy=day.rules[one.rule],
                planned=one.going, held=one.held, first_trigger=one.first, last_trigger=one.last,
                fingerprint=hashlib.sha256(f"{one.partition},{one.rows},{one.held}".encode()).hexdigest(),
            )  # fmt: skip
            step.save()
            steps.append(step)
    return steps


def _steps_of_rows(run: DispositionRun, day: Day) -> list[DispositionStep]:
    """Children first: what refers to a row has been gone through when the row is."""
    by_model: dict[str, list[DispositionStep]] = {}
    listed: list[DispositionStep] = []
    for position, kind in enumerate(kinds(), start=1000):
        policy = day.rules.get(kind.rule)  # none for a rule of another version of the notice
        found = _look(kind, policy, day.as_of) if policy else Looked(0, 0)
        run.undated += found.undated
        if policy and found.due:
            step = DispositionStep.objects.create(
                run=run, position=position, model=kind.label, policy=policy, planned=0, fingerprint=NOTHING
            )
            by_model.setdefault(kind.label, []).append(step)
            listed.append(step)
            _fill(step, kind, day, by_model)
    return listed


@dataclass(frozen=True)
class Looked:
    """How many rows of a kind are due, whatever keeps them, and how many have no day that starts their clock."""

    due: int
    undated: int


def _look(kind: Kind, policy: RetentionPolicy, as_of: date) -> Looked:
    found = kind.dated(policy).aggregate(
        due=Count("pk", filter=Q(**{f"{LAST}__lt": as_of})), undated=Count("pk", filter=Q(**{TRIGGER: None}))
    )
    return Looked(found["due"], found["undated"])


def _fill(step: DispositionStep, kind: Kind, day: Day, by_model: dict[str, list[DispositionStep]]) -> None:
    policy = step.policy
    if _insert(step, kind, free_rows(kind, policy, day)) > MANY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {PLANNED}")
    step.held = _count_held(kind, policy, day)
    step.waiting = _take_needed(kind, step, by_model) + _count_in_doubt(kind, policy, day)


def _count_held(kind: Kind, policy: RetentionPolicy, day: Day) -> int:
    if not day.holds:
        return 0
    condition = held(kind.model, kind.holds, TRIGGER, day.holds)
    return kind.due(policy, day.as_of).filter(condition).values(*key_columns(kind.model)).distinct().count()


def free_rows(kind: Kind, policy: RetentionPolicy, day: Day) -> "QuerySet[Any]":
    """The rows of a kind that are due, neither held nor in doubt; only other rows may still need them."""
    rows = kind.due(policy, day.as_of)
    if day.holds:
        kept = rows.filter(held(kind.model, kind.holds, TRIGGER, day.holds))
        rows = rows.exclude(pk__in=kept.values(*key_columns(kind.model)))
    if doubt := in_doubt(kind, policy.trigger):
        rows = rows.exclude(doubt)
    for path in kind.holds.waits:
        rows = rows.filter(**{path: None})
    return rows


def _count_in_doubt(kind: Kind, policy: RetentionPolicy, day: Day) -> int:
    doubt = in_doubt(kind, policy.trigger)
    return kind.due(policy, day.as_of).filter(doubt).count() if doubt else 0


def _insert(step: DispositionStep, kind: Kind, rows: "QuerySet[Any]") -> int:
    number, name = naming(kind.model)
    named = rows.order_by().annotate(_number=number, _name=name).values_list("_number", "_name")
    query, parameters = named.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {PLANNED} (step_id, number, name) "
            f"SELECT %s, found.number, found.name FROM ({query}) AS found (number, name)",
            [step.pk, *parameters],
        )
        return int(cursor.rowcount)


def _take_needed(kind: Kind, step: DispositionStep, steps: dict[str, list[DispositionStep]]) -> int:
    """Take those off the list that a row refers to which is not on it; returns how many. Again while rows of the same
    model keep each other."""
    if kind.holds.empties:
        return 0  # the row stays, so nothing loses what it refers to
    taken = 0
    while True:
        found = sum(_take(step, keeper.statement(steps)) for keeper in keepers(kind.model))
        taken += found
        if not found or not any(keeper.is_of_itself for keeper in keepers(kind.model)):
            return taken


def _take(step: DispositionStep, statement: tuple[str, list[Any]]) -> int:
    condition, parameters = statement
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {PLANNED} AS planned WHERE planned.step_id = %s AND EXISTS ({condition})",
            [step.pk, *parameters],
        )
        return int(cursor.rowcount)


def _fingerprint(step: DispositionStep) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT, [step.pk])
        count, fingerprint = cursor.fetchone()
    return int(count), str(fingerprint)


def _say_span(step: DispositionStep, day: Day) -> None:
    """The first and the last day that started a clock of what is on the line."""
    if step.partition or not step.planned:
        return
    kind = kind_of(step.model, step.policy.rule)
    span = free_rows(kind, step.policy, day).aggregate(first=Min(TRIGGER), last=Max(TRIGGER))
    step.first_trigger, step.last_trigger = span["first"], span["last"]


def _of_run(as_of: date, steps: Iterable[DispositionStep]) -> str:
    told = [
        f"{step.model},{step.partition},{step.policy.rule},{step.policy.number},{step.planned},{step.fingerprint}"
        for step in steps
        if step.planned
    ]
    return hashlib.sha256("\n".join([as_of.isoformat(), *told]).encode()).hexdigest()
