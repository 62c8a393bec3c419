"""Whom a variant moved, out of sample."""

import numpy as np
import pytest

from analytics.insight.responding.features import Features
from analytics.insight.tables import Table
from analytics.insight.uplift import Data, area, gains, uplift
from records.intake.problems import Refused


def made_up(people: int = 3000, seed: int = 2) -> Table:
    """Half are moved by the letter and half are not; others respond most, letter or not."""
    chance = np.random.default_rng(seed)
    letter, moved, keen = (chance.random(people) < 0.5 for _ in range(3))
    did = chance.random(people) < 0.1 + 0.4 * keen + 0.2 * (letter & moved)
    columns = {
        "arm": ["letter" if one else "none" for one in letter],
        "moved": ["m" if one else "s" for one in moved],
        "keen": ["k" if one else "t" for one in keen],
        "y": ["1" if one else "0" for one in did],
    }
    return Table("file.csv", columns, list(range(2, people + 2)))


def test_people_who_are_moved_are_ranked_before_those_who_respond_anyway() -> None:
    found = uplift(made_up(), "arm", "y", "letter", "none", [])

    assert found.by_uplift.area > found.random_high
    assert found.by_uplift.area > found.by_response.area
    assert found.by_uplift.low < found.by_uplift.area < found.by_uplift.high
    first, last = found.segments[0].lift, found.segments[-1].lift
    assert first.ci_low is not None and last.ci_high is not None  # noqa: PT018
    assert first.ci_low > last.ci_high
    assert sum(segment.people for segment in found.segments) == found.people == 3000
    assert found.by_uplift.points[-1] == pytest.approx(found.by_response.points[-1])


def data(treated: list[int], wanted: list[float]) -> Data:
    return Data(Features((), {}, {}), np.array(treated, dtype=bool), np.array(wanted))


def test_gains_count_what_the_untreated_would_have_done_anyway() -> None:
    """Per person treated: responses of the treated less those of as many untreated."""
    found = gains(np.arange(4), data([1, 0, 1, 0], [1, 1, 1, 0]))

    assert found.tolist() == [0.5, (1 - 1) / 2, (2 - 1 * 2 / 1) / 2, (2 - 1) / 2]


def test_area_is_beside_the_straight_line() -> None:
    best, worst = data([1, 0, 1, 0], [1, 0, 0, 0]), data([1, 0, 0, 1], [0, 0, 0, 1])

    assert area(np.arange(4), best) > 0 > area(np.arange(4), worst)


def test_arm_that_is_not_there_and_amounts_are_refused() -> None:
    rows = made_up(400)

    with pytest.raises(Refused, match="no row has 'card' in 'arm': there are letter, none"):
        uplift(rows, "arm", "y", "card", "none", [])
    amounts = Table(rows.name, rows.columns | {"y": ["3.5"] * 400}, rows.lines)
    with pytest.raises(Refused, match="'y' is no yes or no"):
        uplift(amounts, "arm", "y", "letter", "none", [])
    with pytest.raises(Refused, match="has no column that tells people apart"):
        uplift(rows, "arm", "y", "letter", "none", ["moved", "keen"])
    with pytest.raises(Refused, match="too few to learn from"):
        uplift(made_up(60), "arm", "y", "letter", "none", [])
