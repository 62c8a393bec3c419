"""The fold's algebra: whatever comes, in whatever order and split, and whatever is taken back, parted or disposed of.

Each plan is a list of steps (tests.analytics.log_life). Whenever nothing waits for a fold, every rollup must say what a
plain model counts by hand; at the end, a rebuild and the frozen base must give the same.

The events are close enough to each other that many change the verdicts of earlier ones.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, note, settings
from hypothesis import strategies as st

from analytics.folding import fold_all
from analytics.rebuild import rebuild
from analytics.rollups import ROLLUPS
from campaigns.enums import Signal
from tests.analytics import by_hand
from tests.analytics.log_life import (
    EVERYBODY,
    PEOPLE,
    STRANGER,
    Ahead,
    Batch,
    Crash,
    Dispose,
    Draws,
    Fold,
    Join,
    Judge,
    Month,
    Part,
    Rebuild,
    Repeat,
    Step,
    Undo,
    World,
)
from tests.analytics.test_folding import ROLLUPS as MODELS
from tests.analytics.test_folding import state
from tests.events import NOON

pytestmark = pytest.mark.django_db

KINDS = ("shared", "delivered", "visit", "view", "page", "response", "conversion")
NEXT_DAY = NOON + timedelta(hours=13)
# Months whose time is over: events of the first went with insight, of the second with promotion and its draws as well.
# Both stand at the end of a month, in UTC and in the agency's days.
OLD = datetime(2022, 3, 31, 23, 59, tzinfo=UTC)
OLDER = datetime(2020, 10, 31, 23, 59, tzinfo=UTC)
# A commit's events are of one time: its span gets a partition for every month.
eras = {
    NOON: st.one_of(st.just(0), st.integers(-40_000, 40_000)),
    OLD: st.sampled_from([0, 0, 1, 360]),
    OLDER: st.sampled_from([0, 0, 1]),
}


def facts_of(era: datetime) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"at": eras[era].map(lambda minutes: era + timedelta(minutes=minutes)), **did})


did: dict[str, st.SearchStrategy[Any]] = {
    "who": st.sampled_from([*range(STRANGER + 1), EVERYBODY, EVERYBODY]),
    "kind": st.sampled_from(KINDS),
    "arm": st.sampled_from([None, 0, 1]),
    "material": st.sampled_from([None, 0, 1]),
    "seconds": st.sampled_from([0, 0.5, 1, 1.5, 9]),
    "visit": st.sampled_from([None, 0, 1]),
    "signals": st.sampled_from([0, 0, 1, 2, 4, 8, 16, 16, 32]),
    "amount": st.sampled_from([None, "0.00", "10.25", "99999.99", "unknown"]),
    "page": st.sampled_from([None, 1, 2]),
    "dwell_ms": st.sampled_from([None, 400, 1500, 400_000]),
    "assigned": st.booleans(),
}


some, people = st.integers(0, 5), st.integers(0, PEOPLE - 2)
batches = st.sampled_from([NOON, OLD, OLD, OLDER]).flatmap(
    lambda era: st.builds(Batch, st.lists(facts_of(era), max_size=6), st.booleans())
)
months = st.builds(Month, some, st.sampled_from([None, None, 0, 1]), st.sampled_from([True, True, False]))
steps = st.one_of(
    batches,
    batches,
    batches,
    st.builds(Repeat, some, st.booleans()),
    st.builds(Fold),
    st.builds(Rebuild, st.lists(facts_of(NOON), max_size=3), st.booleans()),
    st.builds(Undo, some),
    st.builds(Undo, some),
    st.builds(Judge, st.sampled_from([1, 2])),
    st.builds(Join, people, people),
    st.builds(Part, some),
    st.builds(Ahead, some),
    months,
    months,
    st.builds(Draws),
    st.builds(
        Crash,
        st.one_of(st.builds(Fold), st.builds(Rebuild), st.builds(Undo, some), st.builds(Month, some)),
    ),
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example starts from an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_rollup_is_counted_by_hand() -> None:
    declared = {table for rollup in ROLLUPS for table in rollup.tables}
    assert set(by_hand.GRAINS) == declared == {model._meta.db_table for model in MODELS}


def fact(who: int, kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    """In the arm of the letter."""
    return {
        "who": who, "kind": kind, "arm": 1, "material": 0, "at": at, "seconds": 0, "visit": None, "signals": 0,
        "amount": None, "page": 1, "dwell_ms": 1500, "assigned": False, **more,
    }  # fmt: skip


def all_did(kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Six people at once, who were drawn into the arm."""
    return fact(EVERYBODY, kind, at, **{"assigned": True, **more})


# Each step where it matters, whatever is drawn.
READ_THEN_AND_NOW = (Batch([all_did("page", OLD)]), Batch([all_did("page", NOON, seconds=1)]), Fold())
HIDDEN_LINK = fact(4, "visit", OLD, seconds=1, visit=0, signals=Signal.HONEYPOT)
FIVE_BUT_A_SCANNER = (
    Batch([fact(who, "visit", OLD, visit=0) for who in range(5)]), Fold(), Batch([HIDDEN_LINK]), Fold(),
)  # fmt: skip
PLANS: dict[str, list[Step]] = {
    "a month goes, and comes again": [*READ_THEN_AND_NOW, Crash(Month(0)), Month(0), Repeat(0), Month(0)],
    "a month goes without who is held": [*READ_THEN_AND_NOW, Join(0, 1), Month(0, held=1), Part(0), Month(0)],
    "a month is added up ahead, and something comes late": [
        *READ_THEN_AND_NOW, Ahead(0), Batch([all_did("page", OLD, arm=0)]), Fold(), Month(0),
    ],
    "the process dies before a month is dropped": [
        *READ_THEN_AND_NOW, Month(0, drops=False), Batch([all_did("page", OLD)]), Month(0), Month(0),
    ],
    "a verdict changes and waits when its month goes": [
        Batch([fact(who, "visit", OLD, visit=0) for who in range(6)]), Fold(), Batch([HIDDEN_LINK]), Month(0),
    ],
    "four of five are left when their month goes": [*FIVE_BUT_A_SCANNER, Month(0)],
    "four of five are left when their month goes, added up ahead": [*FIVE_BUT_A_SCANNER, Ahead(0), Month(0)],
    "a list takes months, draws that nobody has folded, and a person": [
        Batch([all_did("view", OLDER), all_did("response", OLDER, amount="10.25")]), Dispose(),
    ],
    "draws go": [Batch([all_did("response", OLDER)]), Batch([all_did("page", NOON)]), Fold(), Draws()],
    "an import is taken back, once what skipped its rows is": [
        Batch([fact(0, "page", NOON, seconds=9), fact(0, "view", NOON, seconds=1)]),
        Batch([fact(0, "page", NOON), fact(0, "view", NOON, visit=0, signals=Signal.HONEYPOT)], is_import=True),
        Repeat(1, is_import=True), Fold(), Undo(0), Crash(Undo(1)), Undo(1), Undo(0),
    ],
    "customers are merged, others into them, and parted": [
        Batch([all_did("view", NOON), fact(0, "conversion", NOON)]), Fold(), Join(0, 1), Join(2, 0), Part(0), Part(1),
    ],
    "customers stay merged": [Batch([all_did("view", NOON), fact(0, "conversion", NOON)]), Fold(), Join(0, 1)],
    "events come while the rollups are made anew": [
        Batch([all_did("view", NOON)]), Fold(), Crash(Rebuild()),
        Rebuild([all_did("visit", NOON, signals=Signal.HONEYPOT)], is_folded=True), Crash(Fold()),
    ],
    "the log is judged by another rule": [
        Batch([all_did("view", NOON, visit=0), all_did("visit", NEXT_DAY, visit=0, signals=Signal.HONEYPOT)]),
        Fold(), Judge(1), Fold(),
    ],
}  # fmt: skip


@pytest.mark.parametrize("life", PLANS)
def test_a_life_of_the_log_leaves_what_plain_python_counts(life: str) -> None:
    live(PLANS[life])


@settings(max_examples=int(os.environ.get("FOLD_EXAMPLES", "60")), deadline=None)
@given(st.lists(steps, min_size=1, max_size=8))
def test_any_life_of_the_log_leaves_what_plain_python_counts(plan: list[Step]) -> None:
    note(repr(plan))  # Hypothesis leaves a list of built steps empty where it tells what failed
    live(plan)


def live(plan: list[Step]) -> None:
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
