"""The fold's algebra: whatever the split of the events, and whatever is taken back, the rollups are the log's sums.

The events are close enough to each other that many change the verdicts of earlier ones.
"""

import contextlib
import os
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import folding
from analytics.folding import fold_once
from analytics.models import CampaignVariant, ViewerMaterial
from analytics.rebuild import rebuild
from campaigns.models import JudgedEvent, Variant
from tests.analytics.test_folding import state
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer, take_back

pytestmark = pytest.mark.django_db

MEASURES = ("facts", "shares", "raw_views", "views", "dwell_ms", "responses")
KINDS = ("shared", "delivered", "visit", "view", "page", "response", "conversion")

facts = st.fixed_dictionaries(
    {
        "who": st.integers(0, 3),
        "kind": st.sampled_from(KINDS),
        "arm": st.sampled_from([None, 0, 1]),
        "material": st.sampled_from([None, 0, 1]),
        "minutes": st.one_of(st.just(0), st.integers(-100_000, 100_000)),
        "seconds": st.sampled_from([0, 0.5, 1, 1.5, 9]),
        "visit": st.sampled_from([None, 0, 1]),
        "signals": st.sampled_from([0, 0, 1, 2, 4, 8, 16, 16, 32]),
        "amount": st.sampled_from([None, "0.00", "10.25", "99999.99", "unknown"]),
        "page": st.sampled_from([None, 1, 2]),
        "dwell_ms": st.sampled_from([None, 400, 1500, 400_000]),
        "assigned": st.booleans(),
    }
)
# What follows a batch: nothing, a fold, a fold that dies before its end, a rebuild, the same batch sent again.
THEN = ("wait", "fold", "crash", "rebuild", "repeat")
batches = st.lists(st.tuples(st.lists(facts, max_size=6), st.sampled_from(THEN), st.booleans()), min_size=1, max_size=5)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example starts from an empty database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class World:
    def __init__(self) -> None:
        self.arms = list(make_campaign().variants.all())
        self.materials = [make_material("a"), make_material("b")]
        self.viewers = [make_viewer(str(number)) for number in range(3)]
        self.assigned: set[int] = set()

    def event(self, fact: dict[str, Any]) -> dict[str, Any]:
        who = self.viewers[fact["who"]] if fact["who"] < 3 else -5
        unknown = fact["amount"] == "unknown"
        return event(
            who,
            fact["kind"],
            occurred_at=NOON + timedelta(minutes=fact["minutes"], seconds=fact["seconds"]),
            visit_id=None if fact["visit"] is None else uuid.UUID(int=fact["visit"]),
            signals=fact["signals"],
            amount=None if unknown else fact["amount"],
            amount_unknown=unknown,
            **({} if fact["page"] is None else {"version": 1, "page": fact["page"]}),
            **({"dwell_ms": fact["dwell_ms"]} if fact["dwell_ms"] else {}),
            **({"variant": self.arms[fact["arm"]]} if fact["arm"] is not None else {}),
            **({"material": self.materials[fact["material"]]} if fact["material"] is not None else {}),
        )

    def assignments(self, facts: list[dict[str, Any]]) -> list[tuple[Any, Variant]]:
        """At most one a person, as the database demands."""
        chosen = []
        for fact in facts:
            if fact["assigned"] and fact["who"] < 3 and fact["who"] not in self.assigned:
                self.assigned.add(fact["who"])
                chosen.append((self.viewers[fact["who"]], self.arms[fact["arm"] or 0]))
        return chosen


class Died(Exception):
    """The process, in mid-fold."""


def crash() -> None:
    """A fold that ends when all is added and before its batches are marked: nothing of it holds."""

    def die(*_args: object) -> None:
        raise Died

    with pytest.MonkeyPatch.context() as patched, contextlib.suppress(Died):
        patched.setattr(folding, "mark_folded", die)
        fold_once()


def follow(then: str, events: list[dict[str, Any]]) -> None:
    match then:
        case "fold":
            fold_once()
        case "crash":
            before = state()
            crash()
            assert state() == before
        case "rebuild":
            rebuild()
        case "repeat":
            assert append(*events).accepted == 0


@settings(max_examples=int(os.environ.get("FOLD_EXAMPLES", "60")), deadline=None)
@given(batches)
def test_any_mix_of_batches_crashes_rebuilds_and_undoing_equals_a_rebuild(
    plan: list[tuple[list[dict[str, Any]], str, bool]],
) -> None:
    with rolled_back():
        world, undone = World(), []
        for facts_of_batch, then, undo in plan:
            events = [world.event(fact) for fact in facts_of_batch]
            appended = append(*events, assigned=world.assignments(facts_of_batch))
            follow(then, events)
            if undo:
                undone.append(appended.batch)
        if undone:
            take_back(*undone)
        while fold_once():
            pass
        folded = state()

        rebuild()

        assert state() == folded
        assert_people_counted_by_hand(world)
        assert_viewers_counted_by_hand()


def assert_viewers_counted_by_hand() -> None:
    """What each viewer did with each material, from the log by plain Python."""
    counted: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for row in JudgedEvent.objects.exclude(material_id=None):
        sums, is_human = counted[row.viewer_id, row.material_id or 0], row.verdict in ("human", "unknown")
        sums["facts"] += 1
        sums["shares"] += row.kind == "shared"
        sums["raw_views"] += row.kind == "view"
        sums["views"] += row.kind == "view" and is_human
        sums["dwell_ms"] += (row.dwell_ms or 0) * is_human
        sums["responses"] += row.kind == "response" and is_human
    found = {
        (row.viewer_id, row.material_id): Counter({name: getattr(row, name) for name in MEASURES})
        for row in ViewerMaterial.objects.all()
    }
    assert found == counted


def assert_people_counted_by_hand(world: World) -> None:
    """Responders and amounts of each variant, from the log by plain Python."""
    for arm in world.arms:
        members = set(arm.assignments.values_list("viewer_id", flat=True))
        amounts: dict[int, Decimal | None] = {}
        responders = set()
        seen = JudgedEvent.objects.filter(variant_id=arm.pk, viewer_id__in=members, verdict__in=["human", "unknown"])
        for row in seen:
            if row.kind == "response":
                responders.add(row.viewer_id)
            so_far = amounts.setdefault(row.viewer_id, Decimal(0))
            amounts[row.viewer_id] = None if row.amount_unknown or so_far is None else so_far + (row.amount or 0)
        known = [amount for amount in amounts.values() if amount is not None]
        rollup = CampaignVariant.objects.filter(variant=arm).first() or CampaignVariant()
        assert (rollup.recipients, rollup.responders) == (len(members), len(responders))
        assert rollup.revenue_of_known == sum(known)
        assert rollup.revenue_squares_of_known == sum(amount**2 for amount in known)
