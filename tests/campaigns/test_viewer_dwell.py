"""How long a page may say that it was read: never longer than the time that passed."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.dwell import LONGEST_SLICE, Reading, Slices

BEGAN, NOW = 1_000_000, 1_060_000


def slices() -> Slices:
    return Slices(began=BEGAN, now=NOW, pages=5)


def reading(*, page: int = 1, at: int = BEGAN + 10_000, dwell_ms: int = 4_000) -> Reading:
    return Reading(uuid4(), page, at, dwell_ms)


def test_what_lies_within_the_visit_is_no_problem() -> None:
    assert slices().problem(reading()) is None
    assert slices().problem(reading(at=NOW, dwell_ms=NOW - BEGAN)) is None
    assert slices().problem(reading(page=5, at=BEGAN + 1, dwell_ms=1)) is None


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"page": 0}, "page", "there is no such page: from 1 to 5"),
        ({"page": 6}, "page", "there is no such page: from 1 to 5"),
        ({"dwell_ms": 0}, "dwell_ms", "from 1 to 120000 milliseconds"),
        ({"dwell_ms": -1}, "dwell_ms", "from 1 to 120000 milliseconds"),
        ({"dwell_ms": 365 * 86_400_000}, "dwell_ms", "from 1 to 120000 milliseconds"),
        ({"at": NOW + 1}, "at", "lies in the future"),
        ({"at": NOW + 365 * 86_400_000}, "at", "lies in the future"),
        ({"at": BEGAN}, "at", "lies before the visit began"),
        ({"at": BEGAN - 365 * 86_400_000}, "at", "lies before the visit began"),
        ({"at": BEGAN + 3_999}, "dwell_ms", "more than has passed since the visit began"),
    ],
)
def test_problem_names_field_and_reason(wrong: dict[str, int], field: str, reason: str) -> None:
    problem = slices().problem(reading(**wrong))

    assert problem is not None
    assert (problem.field, problem.reason) == (field, reason)


@pytest.mark.parametrize(
    ("at", "dwell_ms", "is_free"),
    [
        (20_000, 5_000, True),  # ends where the other begins
        (30_000, 5_000, True),  # begins where the other ends
        (20_001, 5_000, False),
        (29_999, 5_000, False),
        (24_000, 2_000, False),  # within
        (29_000, 20_000, False),  # around
        (25_000, 5_000, False),  # the same stretch
    ],
)
def test_a_stretch_counts_once(at: int, dwell_ms: int, is_free: bool) -> None:
    taken = slices()
    taken.take(BEGAN + 25_000, 5_000)

    problem = taken.problem(reading(at=BEGAN + at, dwell_ms=dwell_ms))

    assert (problem is None) == is_free
    assert is_free or (
        problem is not None and problem.reason == "more than has passed since another event of the visit"
    )


claims = st.lists(
    st.builds(
        Reading,
        id=st.builds(lambda n: UUID(int=n), st.integers(0, 2**128 - 1)),
        page=st.integers(-1, 7),
        at=st.integers(BEGAN - 5_000, NOW + 5_000),
        dwell_ms=st.integers(-10, 30_000),
    ),
    max_size=40,
)


@given(claims)
def test_all_dwell_together_never_exceeds_the_time_that_passed(sent: list[Reading]) -> None:
    taken, accepted = slices(), []
    for one in sent:
        if taken.problem(one) is None:
            taken.take(one.at, one.dwell_ms)
            accepted.append(one)

    assert sum(one.dwell_ms for one in accepted) <= NOW - BEGAN
    assert all(1 <= one.page <= 5 and 1 <= one.dwell_ms <= LONGEST_SLICE for one in accepted)


@given(claims)
def test_each_millisecond_belongs_to_one_event_at_most(sent: list[Reading]) -> None:
    """Against a plain count of milliseconds, which knows nothing of order or search."""
    taken, spoken_for = slices(), set[int]()
    for one in sent:
        stretch = set(range(one.at - one.dwell_ms, one.at))
        is_possible = (
            1 <= one.page <= 5 and one.dwell_ms >= 1 and stretch <= set(range(BEGAN, NOW)) and not stretch & spoken_for
        )
        assert (taken.problem(one) is None) == is_possible
        if is_possible:
            taken.take(one.at, one.dwell_ms)
            spoken_for |= stretch


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 900)), max_size=60))
def test_what_an_honest_page_counts_is_taken_whole_in_any_order(counted: list[tuple[int, int]]) -> None:
    at, sent = BEGAN, []
    for page, dwell in counted:
        at += dwell
        sent.append(Reading(uuid4(), page, at, dwell))
    sent.sort(key=lambda one: one.id)
    taken = slices()

    for one in sent:
        assert taken.problem(one) is None
        taken.take(one.at, one.dwell_ms)
