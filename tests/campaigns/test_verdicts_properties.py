"""Rule 2 by hand: whatever the order and the split in which events arrive, what holds is what plain Python finds."""

import uuid
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.enums import Signal
from campaigns.models import EventBatch, JudgedEvent, Judgement
from campaigns.rejudging import rerun
from tests.events import NOON, append, event, take_back

pytestmark = pytest.mark.django_db

SECOND, TEN_SECONDS, DAY = timedelta(seconds=1), timedelta(seconds=10), timedelta(days=1)
OPENINGS = ("visit", "view", "download")

facts = st.fixed_dictionaries(
    {
        "viewer": st.integers(1, 2),
        "kind": st.sampled_from(["visit", "view", "view", "page", "download", "response", "shared"]),
        "share": st.sampled_from([None, 1, 2, 3, 4]),
        "visit": st.sampled_from([None, 1, 2]),
        "grade": st.sampled_from(["addressee", "addressee", "addressee", "verified"]),
        "signals": st.sampled_from([0, 0, 0, 1, 2, 4, 8, 16, 16, 32, 64]),
        "seconds": st.one_of(
            st.sampled_from([0, 0.4, 0.8, 1, 1.4, 2, 9.5, 10, 11]),
            st.sampled_from([86_399, 86_400, 86_401, 86_401.4, 150_000, 200_000]),
        ),
    }
)


def reason(one: dict[str, Any], everything: list[dict[str, Any]]) -> str:
    """The rule, read aloud."""
    if one["signals"] & Signal.RECORDED_OUTCOME:
        return "recorded_outcome"
    if one["kind"] == "shared":
        return "no_sign"
    others = [
        other
        for other in everything
        if other["viewer_id"] == one["viewer_id"]
        and other["kind"] != "shared"
        and not other["signals"] & Signal.RECORDED_OUTCOME
    ]
    same_share = [other for other in others if other["share_id"] == one["share_id"]]
    same_visit = [other for other in others if one["visit_id"] and other["visit_id"] == one["visit_id"]]

    def within(other: dict[str, Any], span: timedelta) -> bool:
        return bool(abs(other["occurred_at"] - one["occurred_at"]) <= span)

    if any(other["signals"] & Signal.HONEYPOT and within(other, TEN_SECONDS) for other in same_share) or any(
        other["signals"] & Signal.HONEYPOT and within(other, DAY) for other in same_visit
    ):
        return "honeypot"
    if who := told_by_itself(one):
        return who
    is_headed = (
        one["kind"] in OPENINGS
        and one["share_id"]
        and any(other["signals"] & Signal.HEAD and within(other, SECOND) for other in same_share)
    )
    if one["signals"] & Signal.HEAD or is_headed:
        return "head_request"
    if is_in_burst(one, others):
        return "burst"
    if one["signals"] & Signal.INTERNAL_NETWORK:
        return "internal_network"
    is_read = any(
        other["kind"] == "page" and not other["signals"] & Signal.NO_FOCUS and within(other, DAY)
        for other in same_visit
    )
    return "no_focus" if one["signals"] & Signal.NO_FOCUS and not is_read else "no_sign"


def told_by_itself(one: dict[str, Any]) -> str:
    """The reason that needs no look around; none where there is none."""
    if one["grade"] == "verified" and not one["signals"] & (Signal.INTERNAL_NETWORK | Signal.HEAD):
        return "typed_code"
    if one["signals"] & Signal.KNOWN_AGENT:
        return "known_agent"
    return "preview_agent" if one["signals"] & Signal.PREVIEW_AGENT else ""


def is_in_burst(one: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    """Whether it lies in a second that begins with an opening and holds three distinct links."""
    opened = [other for other in others if other["kind"] in OPENINGS and other["share_id"]]
    for three in combinations(opened, 3):
        moments = sorted(other["occurred_at"] for other in three)
        if len({other["share_id"] for other in three}) == 3 and moments[2] - moments[0] <= SECOND:
            starts = [
                other["occurred_at"]
                for other in opened
                if other["occurred_at"] <= moments[0] and moments[2] - other["occurred_at"] <= SECOND
            ]
            if any(start <= one["occurred_at"] <= start + SECOND for start in starts):
                return True
    return False


def made(fact: dict[str, Any], nth: int) -> dict[str, Any]:
    return event(
        fact["viewer"],
        fact["kind"],
        id=uuid.UUID(int=nth + 1),
        occurred_at=NOON + timedelta(seconds=fact["seconds"]),
        share_id=fact["share"],
        visit_id=uuid.UUID(int=fact["visit"]) if fact["visit"] else None,
        signals=fact["signals"],
        grade=fact["grade"],
        page=1 if fact["kind"] == "page" else None,
    )


def held() -> dict[uuid.UUID, str]:
    return dict(JudgedEvent.objects.values_list("id", "reason"))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(facts, st.integers(0, 3)), min_size=1, max_size=14), st.integers(0, 3), st.booleans())
def test_any_order_and_split_holds_what_the_rule_says(
    plan: list[tuple[dict[str, Any], int]], undone: int, keeps_plans: bool
) -> None:
    with transaction.atomic():
        events = [(made(fact, nth), batch) for nth, (fact, batch) in enumerate(plan)]
        batches: dict[int, EventBatch] = {}
        for number in range(4):
            if chosen := [one for one, batch in events if batch == number]:
                batches[number] = append(*chosen, keeps_plans=keeps_plans).batch
        everything = [one for one, _ in events]

        assert held() == {one["id"]: reason(one, everything) for one in everything}

        if undone in batches:
            take_back(batches[undone])
        left = [one for one, batch in events if batch != undone]
        assert held() == {one["id"]: reason(one, left) for one in left}
        assert rerun().changes.total() == 0
        assert_chain_is_whole()
        transaction.set_rollback(True)


def assert_chain_is_whole() -> None:
    """Each judgement starts from what held: the event's first verdict, or the judgement before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM campaigns_judgement AS mine"
            " JOIN campaigns_event AS event USING (viewer_id, occurred_at, id, series)"
            " LEFT JOIN campaigns_judgement AS former ON former.id = mine.id AND former.nth = mine.nth - 1"
            " WHERE mine.reason_before <> coalesce(former.reason, event.reason)"
            " OR mine.verdict_before <> coalesce(former.verdict, event.verdict)"
            " OR (former.id IS NULL) <> (mine.nth = 1)"
        )
        assert cursor.fetchone() == (0,)
    assert Judgement.objects.exclude(rule_version=2).count() == 0
