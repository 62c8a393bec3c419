"""What may happen to the event log, step by step, through the product's own functions; and a plain model beside it.

The model keeps the events and draws that the log should hold, the sums of those that were disposed of
(tests.analytics.by_hand) and whose viewer is whose. Who an event was by (the verdict) is read from the log:
tests/campaigns/test_verdicts_properties.py holds that to its rule.
"""

import contextlib
import itertools
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from analytics import folding, frozen_base
from analytics import rebuild as rebuilding
from analytics.folding import fold_once
from analytics.queries import customer_rows
from analytics.rebuild import rebuild
from analytics.reports.customer import report_of
from campaigns import retention
from campaigns.models import Assignment, EventBatch, JudgedEvent, Variant, Viewer
from campaigns.rejudging import rerun
from privacy.agency import agency_today
from privacy.models import LegalHold, User
from privacy.retention import policies
from privacy.retention.kinds import kind_of
from privacy.retention.periods import due_on
from privacy.retention.rows import take_away
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

PEOPLE, STRANGER, EVERYBODY = 6, 6, 7
GONE = PEOPLE - 1  # the person whose relationship ended long ago


# The steps ------------------------------------------------------------------------------------------------------------


class Step:
    """One thing that happens to the log."""

    def has_something(self, world: "World") -> bool:
        return True

    def do(self, world: "World") -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Batch(Step):
    """Events and draws of one commit; by a file, it can be taken back. Draws are as old as the first event."""

    facts: list[dict[str, Any]]
    is_import: bool = False

    def do(self, world: "World") -> None:
        world.store(self.facts, is_import=self.is_import)


@dataclass(frozen=True)
class Repeat(Step):
    """A batch that is sent again, by a file perhaps."""

    nth: int
    is_import: bool = False

    def has_something(self, world: "World") -> bool:
        return bool(world.sent)

    def do(self, world: "World") -> None:
        world.append(nth(world.sent, self.nth), is_import=self.is_import)


@dataclass(frozen=True)
class Fold(Step):
    def do(self, world: "World") -> None:
        fold_once()


@dataclass(frozen=True)
class Rebuild(Step):
    """With events that come, and are folded, while it is under way; or without."""

    meanwhile: list[dict[str, Any]] = field(default_factory=list)
    is_folded: bool = False

    def do(self, world: "World") -> None:
        world.rebuild(self)


@dataclass(frozen=True)
class Undo(Step):
    """An import is taken back, or refused with the reason."""

    nth: int

    def has_something(self, world: "World") -> bool:
        return bool(world.imports)

    def do(self, world: "World") -> None:
        world.undo(nth(world.imports, self.nth))


@dataclass(frozen=True)
class Judge(Step):
    """The whole log is judged anew by a rule: every verdict that it finds otherwise is a correction."""

    rule: int

    def do(self, world: "World") -> None:
        rerun(self.rule)


@dataclass(frozen=True)
class Join(Step):
    """Two records of customers become one person's, or are refused."""

    kept: int
    absorbed: int

    def do(self, world: "World") -> None:
        world.join(self)


@dataclass(frozen=True)
class Part(Step):
    """A merge is undone, or refused."""

    nth: int

    def has_something(self, world: "World") -> bool:
        return bool(world.merges)

    def do(self, world: "World") -> None:
        world.part(nth(world.merges, self.nth))


@dataclass(frozen=True)
class Ahead(Step):
    """A month is added up before it goes."""

    nth: int

    def has_something(self, world: "World") -> bool:
        return bool(world.months())

    def do(self, world: "World") -> None:
        retention.prepare(nth(world.months(), self.nth)[0])


@dataclass(frozen=True)
class Month(Step):
    """A month leaves the log, but for the events of a person who is held; `drops` unless the process dies before."""

    nth: int
    held: int | None = None
    drops: bool = True

    def has_something(self, world: "World") -> bool:
        return bool(world.months())

    def do(self, world: "World") -> None:
        world.dispose_of_month(self)


@dataclass(frozen=True)
class Draws(Step):
    """Draws whose time is over are disposed of."""

    def do(self, world: "World") -> None:
        world.dispose_of_draws()


@dataclass(frozen=True)
class Dispose(Step):
    """A signed list of all that is due today: months, draws, people. It takes longer than all other steps together."""

    def do(self, world: "World") -> None:
        world.dispose()


@dataclass(frozen=True)
class Crash(Step):
    """The process dies in the middle of another step."""

    of: Fold | Rebuild | Undo | Month

    def has_something(self, world: "World") -> bool:
        return self.of.has_something(world)

    def do(self, world: "World") -> None:
        world.crash(self.of)


# What they do, and what they should -----------------------------------------------------------------------------------


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
        if step.has_something(self):
            step.do(self)
        if not EventBatch.objects.filter(folded_at=None).exists():
            self.check()

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
        if self.viewers[number] not in self.whose:
            customer = Customer.objects.filter(pk=self.person(self.customers[number])).first()
            self.viewers[number] = Viewer.objects.create(key=uuid.uuid4(), customer=customer).pk
            self.whose[self.viewers[number]] = customer.pk if customer else None
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
        self.forget_viewers()

    def forget_viewers(self) -> None:
        """Of whom nothing is left that names them: not what they did, nor where they moved with a merge."""
        gone = self.whose.keys() - set(Viewer.objects.values_list("pk", flat=True))
        assert not gone & (self.draws.keys() | {key[0] for key in self.log})
        for viewer in gone:
            del self.whose[viewer]

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
        partition, series, month = nth(self.months(), step.nth)
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
        gone = set(leaving)
        return [one for one in before if one not in gone]

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
        self.forget_draws(facts)
        self.forget_person(self.customers[GONE])

    def dispose_of_draws(self) -> None:
        policy = policies.policy_by(policies.rules()["RET-2B"])
        kind = kind_of(Assignment._meta.label, policy.rule)
        due = kind.due(policy, agency_today())
        with transaction.atomic():
            take_away(kind, kind.dated(policy).filter(pk__in=due), list(due.values_list("pk", flat=True)))
        self.forget_draws(self.facts())

    def forget_draws(self, facts: list[Fact]) -> None:
        policy = policies.policy_by(policies.rules()["RET-2B"])
        going = [one for one in self.drawn_ones() if due_on(one.day, policy.count, policy.unit) <= agency_today()]
        self.frozen.keep_draws([*facts, *self.drawn_ones()], list(going))
        self.draws = {viewer: drawn for viewer, drawn in self.draws.items() if drawn[0] not in going}

    def forget_person(self, customer: int) -> None:
        """Of whose life nothing had been seen since the relationship ended; else they stay as they are."""
        mine = {viewer for viewer, whose in self.whose.items() if whose == customer}
        is_gone = not Customer.objects.filter(pk=customer).exists()
        assert is_gone or any(viewer in self.draws for viewer in mine) or any(key[0] in mine for key in self.log)
        if is_gone:
            self.whose |= dict.fromkeys(mine)

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
            case Month() if not retention.is_detached(partition := nth(self.months(), step.nth)[0]):
                with dying(frozen_base, "settle"), transaction.atomic():
                    retention.detach(partition, [])
        assert state() == before

    # Comparing.

    def months(self) -> list[tuple[str, str, date]]:
        """The partitions in which something has ever been, the oldest first."""
        used = {(by_hand.series_of(row["kind"]), row["occurred_at"].strftime("%Y-%m")) for row in chain(*self.sent)}
        return [each for each in partitions() if (each[1], f"{each[2]:%Y-%m}") in used]

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
        rows: dict[int, Any] = {row.pk: row for row in customer_rows(user)}
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
                assert round(report.dwell_seconds * 1000) == sums["dwell_ms"]


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
    policy = policies.policy_by(policies.rules()[{"insight": "RET-7", "promotion": "RET-2B"}[series]])
    last_day = by_hand.agency_day(
        datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC) - timedelta(microseconds=1)
    )
    return due_on(last_day, policy.count, policy.unit) <= agency_today()


def shown() -> Tables:
    """Every rollup as the database has it."""
    tables: Tables = {}
    for model in MODELS:
        grain = by_hand.GRAINS[model._meta.db_table]
        rows: Iterable[dict[str, Any]] = model._default_manager.values()  # type: ignore[assignment]  # typed by row
        tables[model._meta.db_table] = by_hand.told(
            {tuple(row[name] for name in grain): {name: row[name] for name in row if name not in grain} for row in rows}
        )
    return tables
