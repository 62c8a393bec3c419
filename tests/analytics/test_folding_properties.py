"""The fold's algebra: whatever comes, in whatever order and split, and whatever is taken back, parted or disposed of.

Each plan is a list of steps, taken through the product's own functions. Beside it a plain model keeps the events and
draws that the log should hold and the sums of those that were disposed of (tests.analytics.by_hand). Whenever nothing
waits for a fold, every rollup must say what the model says; at the end, a rebuild must give the same. Who an event was
by (the verdict) is read from the log: tests/campaigns/test_verdicts_properties.py holds that to its rule.

The events are close enough to each other that many change the verdicts of earlier ones.
"""

import contextlib
import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics import folding, frozen_base
from analytics import rebuild as rebuilding
from analytics.folding import fold_all, fold_once
from analytics.queries import customer_rows
from analytics.rebuild import rebuild
from analytics.reports.customer import report_of
from analytics.rollups import ROLLUPS
from campaigns import retention
from campaigns.models import EventBatch, JudgedEvent, Variant, Viewer
from campaigns.rejudging import rerun
from privacy.agency import agency_today
from privacy.models import LegalHold, RetentionPolicy, User
from privacy.retention.periods import due_on
from privacy.roles import Role
from records.enums import ImportState
from records.identity import merging
from records.intake import undoing
from records.intake.problems import Refused
from records.models import Customer, Import, Merge
from tests.analytics import by_hand
from tests.analytics.by_hand import Draw, Fact, Frozen, Tables
from tests.analytics.test_folding import ROLLUPS as MODELS
from tests.analytics.test_folding import state
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer
from tests.factories import make_user
from tests.retention import approve_all, dispose

pytestmark = pytest.mark.django_db

KINDS = ("shared", "delivered", "visit", "view", "page", "response", "conversion")
# Months whose time is over: events of the first went with insight, of the second with promotion and its draws as well.
# Both stand at the end of a month, in UTC and in the agency's days.
OLD = datetime(2022, 3, 31, 23, 59, tzinfo=UTC)
OLDER = datetime(2020, 10, 31, 23, 59, tzinfo=UTC)
PEOPLE, STRANGER, EVERYBODY = 6, 6, 7
GONE = PEOPLE - 1  # the person whose relationship ended long ago

moments = st.one_of(
    st.just(NOON),
    st.integers(-100_000, 100_000).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from([OLD, OLD, OLD + timedelta(minutes=1), OLD + timedelta(hours=6)]),
    st.sampled_from([OLDER, OLDER + timedelta(minutes=1)]),
)
facts = st.fixed_dictionaries(
    {
        "who": st.sampled_from([*range(STRANGER + 1), EVERYBODY, EVERYBODY]),
        "kind": st.sampled_from(KINDS),
        "arm": st.sampled_from([None, 0, 1]),
        "material": st.sampled_from([None, 0, 1]),
        "at": moments,
        "seconds": st.sampled_from([0, 0.5, 1, 1.5, 9]),
        "visit": st.sampled_from([None, 0, 1]),
        "signals": st.sampled_from([0, 0, 1, 2, 4, 8, 16, 16, 32]),
        "amount": st.sampled_from([None, "0.00", "10.25", "99999.99", "unknown"]),
        "page": st.sampled_from([None, 1, 2]),
        "dwell_ms": st.sampled_from([None, 400, 1500, 400_000]),
        "assigned": st.booleans(),
    }
)

# The steps ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Batch:
    """Events and draws of one commit; by a file, it can be taken back. Draws are as old as the first event."""

    facts: list[dict[str, Any]]
    is_import: bool = False


@dataclass(frozen=True)
class Repeat:
    """A batch that is sent again."""

    nth: int


@dataclass(frozen=True)
class Fold:
    pass


@dataclass(frozen=True)
class Rebuild:
    """With events that come, and are folded, while it is under way; or without."""

    meanwhile: list[dict[str, Any]] = field(default_factory=list)
    is_folded: bool = False


@dataclass(frozen=True)
class Undo:
    """An import is taken back, or refused with the reason."""

    nth: int


@dataclass(frozen=True)
class Judge:
    """The whole log is judged anew by a rule: every verdict that it finds otherwise is a correction."""

    rule: int


@dataclass(frozen=True)
class Join:
    """Two records of customers become one person's."""

    kept: int
    absorbed: int


@dataclass(frozen=True)
class Part:
    """A merge is undone."""

    nth: int


@dataclass(frozen=True)
class Ahead:
    """A month is added up before it goes."""

    nth: int


@dataclass(frozen=True)
class Month:
    """A month leaves the log, but for the events of a person who is held; `drops` unless the process dies before."""

    nth: int
    held: int | None = None
    drops: bool = True


@dataclass(frozen=True)
class Dispose:
    """A signed list of all that is due today: months, draws, people."""


@dataclass(frozen=True)
class Crash:
    """The process dies in the middle of another step."""

    of: Fold | Rebuild | Undo | Month


Step = Batch | Repeat | Fold | Rebuild | Undo | Judge | Join | Part | Ahead | Month | Dispose | Crash
some, people = st.integers(0, 5), st.integers(0, PEOPLE - 2)
some_facts = st.lists(facts, max_size=6)
batches = st.builds(Batch, some_facts, st.booleans())
months = st.builds(Month, some, st.sampled_from([None, None, 0, 1]), st.sampled_from([True, True, False]))
steps: st.SearchStrategy[Step] = st.one_of(
    batches,
    batches,
    batches,
    st.builds(Repeat, some),
    st.builds(Fold),
    st.builds(Rebuild, st.lists(facts, max_size=3), st.booleans()),
    st.builds(Undo, some),
    st.builds(Undo, some),
    st.builds(Judge, st.sampled_from([1, 2])),
    st.builds(Join, people, people),
    st.builds(Part, some),
    st.builds(Ahead, some),
    months,
    months,
    st.builds(Dispose),
    st.builds(
        Crash,
        st.one_of(st.builds(Fold), st.builds(Rebuild), st.builds(Undo, some), st.builds(Month, some)),
    ),
)

# What the steps do, and what they should ------------------------------------------------------------------------------


class Died(Exception):
    """The process, in the middle."""


@contextmanager
def dying(owner: object, name: str) -> Iterator[None]:
    def die(*_args: object, **_named: object) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patched, contextlib.suppress(Died):
        patched.setattr(owner, name, die)
        yield
        raise AssertionError(f"{name} was not reached")


@dataclass(frozen=True)
class Entry:
    """An event as it was sent, and the commit that stored it."""

    row: dict[str, Any]
    batch: int


@dataclass
class Brought:
    """An import: its commits' numbers, how many events they stored, and whose events it skipped as duplicates."""

    record: Import
    batch: int
    accepted: int
    skipped_of: set[int]
    is_undone: bool = False


@dataclass
class Joined:
    """A merge: whose each viewer was that moved."""

    merge: Merge
    kept: int
    absorbed: int
    followers: list[int]
    moved: dict[int, int]
    is_undone: bool = False


class World:
    """The product, and the plain model beside it."""

    def __init__(self) -> None:
        self.arms = list(make_campaign().variants.all())
        self.materials = [make_material("a"), make_material("b")]
        viewers = [make_viewer(str(number)) for number in range(PEOPLE)]
        self.customers = [viewer.customer_id or 0 for viewer in viewers]
        self.viewers = [viewer.pk for viewer in viewers]
        Customer.objects.filter(pk=self.customers[GONE]).update(
            relationship_ended_on=date(2020, 1, 1), relationship_end_reason="moved away"
        )
        self.numbers = itertools.count(1)
        # The model.
        self.log: dict[tuple[Any, ...], Entry] = {}
        self.draws: dict[int, tuple[Draw, int]] = {}  # by viewer: there is one campaign
        self.frozen = Frozen()
        self.whose: dict[int, int | None] = dict(zip(self.viewers, self.customers, strict=True))
        self.merged_into: dict[int, int] = {}
        self.sent: list[list[dict[str, Any]]] = []
        self.imports: list[Brought] = []
        self.merges: list[Joined] = []

    def take(self, step: Step) -> None:
        """A step that has nothing to be about (no import to take back, no month to dispose of) does nothing."""
        if self.has_something_for(step):
            self.do(step)
        if not EventBatch.objects.filter(folded_at=None).exists():
            self.check()

    def has_something_for(self, step: Step) -> bool:
        match step:
            case Repeat():
                return bool(self.sent)
            case Undo():
                return bool(self.imports)
            case Part():
                return bool(self.merges)
            case Ahead() | Month():
                return bool(partitions())
            case Crash():
                return self.has_something_for(step.of)
        return True

    def do(self, step: Step) -> None:
        done: dict[type[Any], Callable[[Any], None]] = {
            Batch: lambda step: self.store(step.facts, is_import=step.is_import),
            Repeat: lambda step: self.append(nth(self.sent, step.nth)),
            Fold: lambda step: fold_once() and None,
            Rebuild: self.rebuild,
            Undo: lambda step: self.undo(nth(self.imports, step.nth)),
            Judge: lambda step: rerun(step.rule) and None,
            Join: self.join,
            Part: lambda step: self.part(nth(self.merges, step.nth)),
            Ahead: lambda step: retention.prepare(nth(partitions(), step.nth)[0]),
            Month: self.dispose_of_month,
            Dispose: lambda step: self.dispose(),
            Crash: lambda step: self.crash(step.of),
        }
        done[type(step)](step)

    # Events come.

    def store(self, facts: list[dict[str, Any]], *, is_import: bool = False) -> None:
        events = [row for fact in facts for row in self.events(fact)]
        at = facts[0]["at"] if facts else NOON
        self.append(events, drawn=self.drawn(facts), at=at, is_import=is_import)
        self.sent.append(events)

    def events(self, fact: dict[str, Any]) -> list[dict[str, Any]]:
        if fact["who"] == STRANGER:
            return [self.event(-5, fact)]
        numbers = range(PEOPLE) if fact["who"] == EVERYBODY else [fact["who"]]
        return [self.event(self.viewer(number), fact) for number in numbers]

    def event(self, who: int, fact: dict[str, Any]) -> dict[str, Any]:
        unknown = fact["amount"] == "unknown"
        return event(
            who,
            fact["kind"],
            id=uuid.UUID(int=next(self.numbers)),
            occurred_at=fact["at"] + timedelta(seconds=fact["seconds"]),
            visit_id=None if fact["visit"] is None else uuid.UUID(int=fact["visit"]),
            signals=fact["signals"],
            amount=None if unknown or fact["amount"] is None else Decimal(fact["amount"]),
            amount_unknown=unknown,
            **({} if fact["page"] is None else {"version": 1, "page": fact["page"]}),
            **({"dwell_ms": fact["dwell_ms"]} if fact["dwell_ms"] else {}),
            **({"variant": self.arms[fact["arm"]]} if fact["arm"] is not None else {}),
            **({"material": self.materials[fact["material"]]} if fact["material"] is not None else {}),
        )

    def viewer(self, number: int) -> int:
        """Of a customer. One of whom nothing was left went with an undo: then they become one anew."""
        if not Viewer.objects.filter(pk=self.viewers[number]).exists():
            person = self.person(self.customers[number])
            self.viewers[number] = Viewer.objects.create(key=uuid.uuid4(), customer_id=person).pk
            self.whose[self.viewers[number]] = person
        return self.viewers[number]

    def drawn(self, facts: list[dict[str, Any]]) -> list[tuple[Viewer, Variant]]:
        """At most one a person, as the database demands."""
        chosen: dict[int, Variant] = {}
        for fact in facts:
            for row in self.events(fact) if fact["assigned"] else []:
                if row["viewer_id"] > 0 and row["viewer_id"] not in self.draws:
                    chosen.setdefault(row["viewer_id"], self.arms[fact["arm"] or 0])
        return [(Viewer.objects.get(pk=viewer), variant) for viewer, variant in chosen.items()]

    def append(
        self,
        events: list[dict[str, Any]],
        *,
        drawn: list[tuple[Viewer, Variant]] | None = None,
        at: datetime = NOON,
        is_import: bool = False,
    ) -> None:
        record = make_import() if is_import else None
        appended = append(*events, assigned=drawn or [], assigned_at=at, source_import=record)
        fresh = {key_of(row): row for row in events if key_of(row) not in self.log}
        skipped = {self.log[key_of(row)].batch for row in events if key_of(row) in self.log}
        assert (appended.accepted, appended.duplicates) == (len(fresh), len(events) - len(fresh))
        self.log |= {key: Entry(row, appended.batch.pk) for key, row in fresh.items()}
        for viewer, variant in drawn or []:
            self.draws[viewer.pk] = (Draw(viewer.pk, variant.campaign_id, variant.pk, at), appended.batch.pk)
        if record:
            self.imports.append(Brought(record, appended.batch.pk, len(fresh), skipped))

    # The rollups are made anew.

    def rebuild(self, step: Rebuild) -> None:
        came: list[bool] = []

        def meanwhile(done: int, of: int) -> None:
            if step.meanwhile and not came:
                came.append(True)
                self.store(step.meanwhile)
                if step.is_folded:
                    fold_once()

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rebuilding, "FACTS_AT_ONCE", 1)
            rebuild(meanwhile)

    # An import is taken back.

    def undo(self, brought: Brought) -> None:
        if self.refuses(brought):
            before = state()
            with pytest.raises(Refused):
                undoing.take_back(brought.record.pk)
            assert state() == before
            return
        undoing.take_back(brought.record.pk)
        self.log = {key: entry for key, entry in self.log.items() if entry.batch != brought.batch}
        self.draws = {viewer: drawn for viewer, drawn in self.draws.items() if drawn[1] != brought.batch}
        brought.is_undone = True

    def refuses(self, brought: Brought) -> bool:
        """Taken back already, skipped as duplicates by another, disposed of in part, or made use of by others."""
        others = [other for other in self.imports if other is not brought and not other.is_undone]
        mine = {viewer for viewer, (_, batch) in self.draws.items() if batch == brought.batch}
        left = sum(entry.batch == brought.batch for entry in self.log.values())
        return (
            brought.is_undone
            or any(brought.batch in other.skipped_of for other in others)
            or left < brought.accepted
            or any(
                entry.batch != brought.batch and entry.row["viewer_id"] in mine and entry.row.get("campaign_id")
                for entry in self.log.values()
            )
        )

    # Customers are merged and parted.

    def person(self, customer: int) -> int:
        return self.merged_into.get(customer, customer)

    def join(self, step: Join) -> None:
        kept, absorbed = self.customers[step.kept], self.customers[step.absorbed]
        records = [Customer(pk=kept), Customer(pk=absorbed)]
        if kept == absorbed or kept in self.merged_into or absorbed in self.merged_into:
            with pytest.raises(merging.CannotMerge):
                merging.merge(records[0], records[1], by=None)
            return
        made = merging.merge(records[0], records[1], by=None)
        followers = [customer for customer, into in self.merged_into.items() if into == absorbed]
        moved = {viewer: absorbed for viewer, customer in self.whose.items() if customer == absorbed}
        self.merged_into |= dict.fromkeys([absorbed, *followers], kept)
        self.whose |= dict.fromkeys(moved, kept)
        self.merges.append(Joined(made, kept, absorbed, followers, moved))

    def part(self, joined: Joined) -> None:
        if joined.is_undone or joined.kept in self.merged_into:
            with pytest.raises(merging.CannotMerge):
                merging.undo(joined.merge, by=None)
            return
        merging.undo(joined.merge, by=None)
        del self.merged_into[joined.absorbed]
        self.merged_into |= dict.fromkeys(joined.followers, joined.absorbed)
        self.whose |= joined.moved
        joined.is_undone = True

    # What is over leaves.

    def dispose_of_month(self, step: Month) -> None:
        partition, series, month = nth(partitions(), step.nth)
        if retention.is_detached(partition):
            retention.drop(partition)  # what a process that died left to be done
            return
        holds, held = [], set[int]()
        if step.held is not None:
            customer = self.customers[step.held]
            holds = [LegalHold(people=[str(Customer.objects.get(pk=customer).key)])]
            held = {viewer for viewer, whose in self.whose.items() if whose == self.person(customer)}
        before = self.facts()
        leaving = [one for one in in_month(before, series, month) if one.viewer_id not in held]
        kept = len(in_month(before, series, month)) - len(leaving)
        with transaction.atomic():
            assert retention.detach(partition, holds) == (len(leaving), kept)
        if step.drops:
            retention.drop(partition)
        self.forget_month(before, leaving)

    def forget_month(self, before: list[Fact], leaving: list[Fact]) -> list[Fact]:
        """What of the events before is left."""
        self.frozen.keep_month([*before, *self.drawn_ones()], list(leaving))
        for one in leaving:
            del self.log[one.viewer_id, one.occurred_at, one.id, one.series]
        return [one for one in before if one not in leaving]

    def dispose(self) -> None:
        grace = make_user(Role.RECORDS_ADMINISTRATOR, f"Grace {uuid.uuid4().hex}")
        approve_all(grace)
        for partition, *_ in partitions():
            if retention.is_detached(partition):
                retention.drop(partition)
        facts, due = self.facts(), [each for each in partitions() if is_due(*each[1:])]
        run = dispose(grace)
        went = {step.partition: step.disposed for step in run.steps.exclude(partition="")}
        for partition, series, month in due:
            leaving = in_month(facts, series, month)
            assert went.pop(partition, 0) == len(leaving)
            facts = self.forget_month(facts, leaving)
        assert went == {}
        going = [draw for draw in self.drawn_ones() if is_over(draw)]
        self.frozen.keep_draws([*facts, *self.drawn_ones()], list(going))
        self.draws = {viewer: drawn for viewer, drawn in self.draws.items() if drawn[0] not in going}
        assert not Customer.objects.filter(pk=self.customers[GONE]).exists()
        self.whose |= {viewer: None for viewer, customer in self.whose.items() if customer == self.customers[GONE]}

    # What happens by halves, does not happen.

    def crash(self, step: Fold | Rebuild | Undo | Month) -> None:
        before, has_unfolded = state(), EventBatch.objects.filter(folded_at=None).exists()
        match step:
            case Fold() if has_unfolded:
                with dying(folding, "mark_folded"):
                    fold_once()
            case Rebuild():
                with dying(rebuilding, "_swap"):
                    rebuild()
            case Undo() if not self.refuses(brought := nth(self.imports, step.nth)):
                with dying(folding, "settle"):
                    undoing.take_back(brought.record.pk)
            case Month() if not retention.is_detached(partition := nth(partitions(), step.nth)[0]):
                with dying(frozen_base, "settle"), transaction.atomic():
                    retention.detach(partition, [])
        assert state() == before

    # Comparing.

    def facts(self) -> list[Fact]:
        """The events that the log should hold, which it must hold and no others, with the verdicts that it holds."""
        verdicts = {
            tuple(key): (verdict, reason)
            for *key, verdict, reason in JudgedEvent.objects.values_list(
                "viewer_id", "occurred_at", "id", "series", "verdict", "reason"
            )
        }
        assert set(verdicts) == set(self.log)
        columns = {column.name for column in fields(Fact)}
        return [
            Fact(
                **{name: value for name, value in entry.row.items() if name in columns},
                verdict=verdicts[key][0],
                reason=verdicts[key][1],
            )
            for key, entry in self.log.items()
        ]

    def everything(self) -> list[Fact | Draw]:
        return [*self.facts(), *self.drawn_ones()]

    def drawn_ones(self) -> list[Draw]:
        return [draw for draw, _ in self.draws.values()]

    def check(self) -> None:
        """Every rollup, as the model has it."""
        expected = self.frozen.with_rest(self.everything())
        found = shown()
        for name, rows in expected.items():
            assert found[name] == by_hand.told(rows), name

    def check_people(self) -> None:
        """What is shown of each customer is what all viewers did who are theirs."""
        user = User.objects.filter(name="Petra").first() or make_user(Role.PRIVACY_OFFICER, "Petra")
        totals = by_hand.rows_of(self.facts())["analytics_viewertotal"]
        rows = {row.pk: row for row in customer_rows(user)}
        for customer in set(rows) | {whose for whose in self.whose.values() if whose}:
            mine = [totals.get((viewer,), {}) for viewer, whose in self.whose.items() if whose == customer]
            sums = {name: sum(row.get(name, 0) for row in mine) for name in ("views", "conversions", "dwell_ms")}
            seen = [row["last_at"] for row in mine if "last_at" in row]
            row = rows[customer]
            assert (row.views, row.conversions) == (sums["views"], sums["conversions"])
            assert row.last_seen_at == max(seen, default=None)
            if customer in {joined.kept for joined in self.merges} | {joined.absorbed for joined in self.merges}:
                report = report_of(row)
                assert (report.views, report.conversions) == (sums["views"], sums["conversions"])
                assert report.dwell_seconds == sums["dwell_ms"] / 1000


def nth(of: list[Any], number: int) -> Any:
    return of[number % len(of)]


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["viewer_id"], row["occurred_at"], row["id"], by_hand.series_of(row["kind"])


def make_import() -> Import:
    name = uuid.uuid4().hex
    return Import.objects.create(
        kind="engagement", file_name=name, content_hash=name, mapping_name="m", mapping_hash=name,
        state=ImportState.DONE, finished_at=timezone.now(),
    )  # fmt: skip


def partitions() -> list[tuple[str, str, date]]:
    return [(name, series.value, month) for name, series, month in retention.partitions()]


def in_month(facts: list[Fact], series: str, month: date) -> list[Fact]:
    return [one for one in facts if (one.series, one.month) == (series, month)]


def is_due(series: str, month: date) -> bool:
    policy = RetentionPolicy.objects.get(rule={"insight": "RET-7", "promotion": "RET-2B"}[series])
    last_day = by_hand.agency_day(
        datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC) - timedelta(microseconds=1)
    )
    return due_on(last_day, policy.count, policy.unit) <= agency_today()


def is_over(draw: Draw) -> bool:
    policy = RetentionPolicy.objects.get(rule="RET-2B")
    return due_on(draw.day, policy.count, policy.unit) <= agency_today()


def shown() -> Tables:
    """Every rollup as the database has it."""
    tables: Tables = {}
    for model in MODELS:
        grain = by_hand.GRAINS[model._meta.db_table]
        rows = model._default_manager.values()
        tables[model._meta.db_table] = by_hand.told(
            {tuple(row[name] for name in grain): {name: row[name] for name in row if name not in grain} for row in rows}
        )
    return tables


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example starts from an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_rollup_is_counted_by_hand() -> None:
    declared = {table for rollup in ROLLUPS for table in rollup.tables}
    assert set(by_hand.GRAINS) == declared == {model._meta.db_table for model in MODELS}


def all_did(kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A fact of six people at once, in the arm of the letter, who were drawn into it."""
    return {
        "who": EVERYBODY, "kind": kind, "arm": 1, "material": 0, "at": at, "seconds": 0, "visit": None, "signals": 0,
        "amount": None, "page": 1, "dwell_ms": 1500, "assigned": True, **more,
    }  # fmt: skip


@settings(max_examples=int(os.environ.get("FOLD_EXAMPLES", "60")), deadline=None)
@given(st.lists(steps, min_size=1, max_size=8))
@example([Batch([all_did("page", OLD), all_did("page", NOON)]), Fold(), Month(0)])
@example([Batch([all_did("view", OLDER, amount="10.25"), all_did("response", OLDER)]), Dispose()])
def test_any_life_of_the_log_leaves_what_plain_python_counts(plan: list[Step]) -> None:
    with rolled_back():
        world = World()
        for step in plan:
            world.take(step)
        fold_all()
        world.check()
        world.check_people()
        folded = state()

        rebuild()

        assert state() == folded
