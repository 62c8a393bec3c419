"""Rule 2, sign by sign, at its edges, over events of one request and of several."""

import uuid
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from campaigns.enums import Reason, Signal
from campaigns.models import Event, EventBatch, JudgedEvent, Judgement
from tests.events import NOON, append, event, make_material, make_viewer

pytestmark = pytest.mark.django_db

VISIT = uuid.UUID(int=1)


def at(seconds: float) -> dict[str, Any]:
    return {"occurred_at": NOON + timedelta(seconds=seconds)}


def held() -> list[str]:
    """The reasons that hold, in the order of time."""
    return list(JudgedEvent.objects.order_by("occurred_at", "kind", "id").values_list("reason", flat=True))


def first() -> list[str]:
    """The reasons that the log was written with."""
    return list(Event.objects.order_by("occurred_at", "kind", "id").values_list("reason", flat=True))


# A burst -------------------------------------------------------------------------------------------------------------
def openings(viewer: Any, *links: tuple[float, int], kind: str = "view") -> list[dict[str, Any]]:
    """Events of these (seconds, share)."""
    return [event(viewer, kind, share_id=share, **at(seconds)) for seconds, share in links]


def test_three_links_within_exactly_one_second_are_a_burst() -> None:
    append(*openings(make_viewer(), (0, 1), (0.5, 2), (1, 3)))

    assert held() == ["burst"] * 3


def test_three_links_in_a_microsecond_more_are_none() -> None:
    append(*openings(make_viewer(), (0, 1), (0.5, 2), (1.000001, 3)))

    assert held() == ["no_sign"] * 3


@pytest.mark.parametrize("shares", [(1, 1, 1), (1, 2, 1), (1, 1, 2), (1, 2, 2)])
def test_fewer_than_three_distinct_links_are_no_burst(shares: tuple[int, ...]) -> None:
    append(*openings(make_viewer(), *((0.1 * nth, share) for nth, share in enumerate(shares))))

    assert held() == ["no_sign"] * 3


def test_links_that_take_turns_before_the_third_are_a_burst_with_it() -> None:
    append(*openings(make_viewer(), (0, 1), (0.1, 2), (0.2, 1), (0.3, 2), (0.4, 1), (0.5, 3)))

    assert held() == ["burst"] * 6


def test_link_repeated_long_before_the_others_is_no_part_of_the_burst() -> None:
    append(*openings(make_viewer(), (0, 1), (5, 1), (5.2, 2), (5.4, 3), (6.5, 3)))

    assert held() == ["no_sign", "burst", "burst", "burst", "no_sign"]


def test_all_at_one_moment_are_a_burst() -> None:
    append(*openings(make_viewer(), (0, 1), (0, 2), (0, 3)))

    assert held() == ["burst"] * 3


def test_visit_and_view_of_one_share_are_one_link() -> None:
    viewer = make_viewer()
    append(*openings(viewer, (0, 1), (0, 2)), *openings(viewer, (0, 1), (0, 2), kind="visit"))

    assert held() == ["no_sign"] * 4


def test_materials_are_the_links_where_there_is_no_share() -> None:
    viewer = make_viewer()
    append(*(event(viewer, "view", material=make_material(name), **at(0)) for name in "abc"))

    assert held() == ["burst"] * 3


def test_share_and_material_of_the_same_number_are_two_links() -> None:
    viewer, material = make_viewer(), make_material("a")
    append(*openings(viewer, (0, material.pk), (0, material.pk + 1)), event(viewer, "view", material=material))

    assert held() == ["burst"] * 3


def test_form_that_is_posted_in_the_burst_is_the_scanners_too() -> None:
    viewer = make_viewer()
    append(*openings(viewer, (0, 1), (0.2, 2), (0.4, 3)), event(viewer, "response", share_id=1, **at(0.9)))

    assert held() == ["burst"] * 4


def test_two_viewers_links_are_not_taken_together() -> None:
    append(*openings(make_viewer(), (0, 1), (0.1, 2)), *openings(make_viewer(), (0.2, 3)))

    assert held() == ["no_sign"] * 3


def test_burst_across_three_requests_judges_the_earlier_ones_anew() -> None:
    viewer = make_viewer()
    for opening in openings(viewer, (0, 1), (0.4, 2), (0.8, 3)):
        append(opening)

    assert first() == ["no_sign", "no_sign", "burst"]
    assert held() == ["burst"] * 3
    last = EventBatch.objects.order_by("pk").last()
    assert last is not None
    assert last.judgement_count == 2
    assert set(
        Judgement.objects.values_list("nth", "batch_id", "rule_version", "reason_before", "verdict", "reason")
    ) == {(1, last.pk, 2, "no_sign", "scanner", "burst")}


def test_burst_whose_first_link_arrives_last_is_one_too() -> None:
    viewer = make_viewer()
    for opening in reversed(openings(viewer, (0, 1), (0.4, 2), (0.8, 3))):
        append(opening)

    assert held() == ["burst"] * 3


@pytest.mark.parametrize("order", list(permutations([(0, 1), (0.01, 2), (1, 3)])))
def test_burst_of_links_as_far_apart_as_may_be_is_found_in_any_order(order: tuple[tuple[float, int], ...]) -> None:
    viewer = make_viewer()
    for opening in openings(viewer, *order):
        append(opening)

    assert held() == ["burst"] * 3


def test_recorded_outcomes_of_one_day_are_no_burst() -> None:
    viewer = make_viewer()
    append(*(event(viewer, "view", share_id=share, signals=Signal.RECORDED_OUTCOME) for share in (1, 2, 3)))

    assert held() == ["recorded_outcome"] * 3
    assert set(Event.objects.values_list("verdict", flat=True)) == {"human"}


def test_what_staff_shared_and_mail_delivered_is_never_a_scanners() -> None:
    viewer = make_viewer()
    append(
        *(event(viewer, kind, share_id=share) for kind in ("shared", "delivered") for share in (1, 2, 3)),
        event(viewer, "visit", share_id=1, signals=Signal.HONEYPOT),
    )

    assert sorted(held()) == ["honeypot", *["no_sign"] * 6]


# The hidden link -----------------------------------------------------------------------------------------------------
def trap(viewer: Any, seconds: float = 0, **columns: Any) -> dict[str, Any]:
    return event(viewer, "visit", signals=Signal.HONEYPOT, share_id=1, **at(seconds), **columns)


@pytest.mark.parametrize("trapped_first", [True, False])
def test_hidden_link_takes_what_came_through_the_share_within_ten_seconds(trapped_first: bool) -> None:
    viewer = make_viewer()
    others = openings(viewer, (-10.001, 1), (-10, 1), (10, 1), (10.001, 1))
    for batch in ([trap(viewer)], others) if trapped_first else (others, [trap(viewer)]):
        append(*batch)

    assert held() == ["no_sign", "honeypot", "honeypot", "honeypot", "no_sign"]


def test_hidden_link_of_another_share_or_viewer_says_nothing() -> None:
    viewer = make_viewer()
    append(trap(viewer), event(viewer, "view", share_id=2), event(make_viewer(), "view", share_id=1))

    assert sorted(held()) == ["honeypot", "no_sign", "no_sign"]


def test_hidden_link_takes_the_whole_visit() -> None:
    viewer = make_viewer()
    append(event(viewer, "view", share_id=2, visit_id=VISIT, **at(-3600)))
    append(event(viewer, "view", share_id=2, visit_id=uuid.UUID(int=2), **at(-3600)))

    append(trap(viewer, visit_id=VISIT))

    assert sorted(held()) == ["honeypot", "honeypot", "no_sign"]


def test_visits_that_are_not_named_are_not_one_visit() -> None:
    viewer = make_viewer()
    append(event(viewer, "view", share_id=1, **at(-60)), trap(viewer))

    assert held() == ["no_sign", "honeypot"]


def test_form_posted_after_the_hidden_link_is_the_scanners_too() -> None:
    viewer = make_viewer()
    append(trap(viewer), event(viewer, "response", share_id=1, **at(5)))

    assert list(JudgedEvent.objects.filter(kind="response").values_list("verdict", "reason")) == [
        ("scanner", "honeypot")
    ]


# HEAD ----------------------------------------------------------------------------------------------------------------
def test_head_request_takes_openings_of_its_share_within_a_second() -> None:
    viewer = make_viewer()
    append(*openings(viewer, (-1.001, 1), (-1, 1), (1, 1), (1.001, 1), (0.5, 2)))

    append(event(viewer, "visit", signals=Signal.HEAD, share_id=1, **at(0)))

    assert held() == ["no_sign", "head_request", "head_request", "no_sign", "head_request", "no_sign"]


def test_head_request_takes_no_page_that_somebody_reads() -> None:
    viewer = make_viewer()
    append(
        event(viewer, "visit", signals=Signal.HEAD, share_id=1),
        event(viewer, "page", page=1, share_id=1, dwell_ms=900, **at(0.9)),
    )

    assert held() == ["head_request", "no_sign"]


def test_head_request_without_a_share_is_judged_alone() -> None:
    viewer = make_viewer()
    append(event(viewer, "visit", signals=Signal.HEAD), event(viewer, "view", **at(0.5)))

    assert held() == ["head_request", "no_sign"]


# Focus ---------------------------------------------------------------------------------------------------------------
def opened(viewer: Any, **columns: Any) -> list[dict[str, Any]]:
    return [
        event(viewer, kind, share_id=1, visit_id=VISIT, signals=Signal.NO_FOCUS, **columns)
        for kind in ("visit", "view")
    ]


def page(viewer: Any, seconds: float, **columns: Any) -> dict[str, Any]:
    return event(viewer, "page", share_id=1, page=1, dwell_ms=1000, **at(seconds), **{"visit_id": VISIT, **columns})


def test_opening_that_never_gains_focus_is_unknown() -> None:
    append(*opened(make_viewer()))

    assert set(JudgedEvent.objects.values_list("verdict", "reason")) == {("unknown", "no_focus")}


def test_page_that_somebody_reads_makes_its_visit_human() -> None:
    viewer = make_viewer()
    append(*opened(viewer))

    append(page(viewer, 20))

    assert set(JudgedEvent.objects.values_list("verdict", "reason")) == {("human", "no_sign")}
    assert set(Judgement.objects.values_list("verdict_before", "reason_before")) == {("unknown", "no_focus")}


def test_page_read_before_its_opening_arrives_makes_it_human_at_once() -> None:
    viewer = make_viewer()
    append(page(viewer, 20))

    append(*opened(viewer))

    assert first() == ["no_sign"] * 3
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "columns", "reason"),
    [
        (24 * 3600, {}, "no_sign"),
        (24 * 3600 + 0.001, {}, "no_focus"),
        (20, {"visit_id": uuid.UUID(int=2)}, "no_focus"),
        (20, {"visit_id": None}, "no_focus"),
        (20, {"signals": Signal.NO_FOCUS}, "no_focus"),
    ],
)
def test_page_says_nothing_of_another_visit_or_day(seconds: float, columns: dict[str, Any], reason: str) -> None:
    viewer = make_viewer()
    append(*opened(viewer))

    append(page(viewer, seconds, **columns))

    assert held()[:2] == [reason, reason]


def test_focus_does_not_excuse_a_known_agent() -> None:
    viewer = make_viewer()
    append(*openings(viewer, (0, 1)), page(viewer, 1))
    append(event(viewer, "view", share_id=1, visit_id=VISIT, signals=Signal.NO_FOCUS | Signal.KNOWN_AGENT, **at(2)))

    assert held() == ["no_sign", "no_sign", "known_agent"]


# One event's own signals ---------------------------------------------------------------------------------------------
def test_link_preview_has_a_verdict_of_its_own() -> None:
    append(event(make_viewer(), "view", signals=Signal.PREVIEW_AGENT | Signal.NO_FOCUS | Signal.HEAD))

    assert list(Event.objects.values_list("verdict", "reason")) == [("preview", "preview_agent")]


STRENGTH = [
    (Signal.RECORDED_OUTCOME, Reason.RECORDED_OUTCOME),
    (Signal.HONEYPOT, Reason.HONEYPOT),
    (Signal.KNOWN_AGENT, Reason.KNOWN_AGENT),
    (Signal.PREVIEW_AGENT, Reason.PREVIEW_AGENT),
    (Signal.HEAD, Reason.HEAD_REQUEST),
    (Signal.INTERNAL_NETWORK, Reason.INTERNAL_NETWORK),
    (Signal.NO_FOCUS, Reason.NO_FOCUS),
]


@pytest.mark.parametrize("place", range(len(STRENGTH)))
def test_strongest_sign_decides(place: int) -> None:
    append(event(make_viewer(), "view", signals=sum(signal for signal, _ in STRENGTH[place:])))

    assert held() == [STRENGTH[place][1]]


def test_burst_is_stronger_than_a_colleague_and_weaker_than_a_known_agent() -> None:
    viewer = make_viewer()
    append(
        event(viewer, "view", share_id=1, signals=Signal.INTERNAL_NETWORK, **at(0)),
        event(viewer, "view", share_id=2, signals=Signal.NO_FOCUS, **at(0.1)),
        event(viewer, "view", share_id=3, signals=Signal.KNOWN_AGENT, **at(0.2)),
    )

    assert held() == ["burst", "burst", "known_agent"]


def test_same_event_again_with_other_signals_changes_nothing() -> None:
    viewer = make_viewer()
    view = event(viewer, "view", share_id=1)
    append(view)

    again = append({**view, "signals": int(Signal.HONEYPOT)})

    assert (again.accepted, again.duplicates) == (0, 1)
    assert held() == ["no_sign"]
    assert not Judgement.objects.exists()
