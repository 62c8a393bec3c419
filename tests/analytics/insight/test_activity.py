"""How often people come again."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.integrate import quad

from analytics.insight.activity import Fit, Histories, alive, came, expected, fit, histories, log_likelihood
from analytics.insight.evaluating.activity import comings_of, foretell
from analytics.insight.tables import Table
from records.intake.problems import Refused

UNTIL = date(2026, 3, 29)
PUBLISHED = Fit(0.243, 4.414, 0.793, 2.426, -9582.4)


def test_histories_count_days_after_the_first_in_weeks() -> None:
    known = histories(
        [("b", date(2026, 3, 1)), ("a", date(2026, 3, 1)), ("a", date(2026, 3, 15)), ("a", date(2026, 3, 15)),
         ("a", date(2026, 4, 1)), ("c", date(2026, 4, 1))],
        UNTIL,
    )  # fmt: skip

    assert known.people == ["a", "b"]
    assert (known.frequency.tolist(), known.recency.tolist(), known.age.tolist()) == ([1, 0], [2, 0], [4, 4])


def test_likelihood_is_the_integral_over_everybodys_rates() -> None:
    """Of one history, by numerical integration over the gamma and beta distributions of the model."""
    r, alpha, a, b = 0.9, 3.0, 1.2, 2.1
    x, recency, age = 2, 11.0, 20.0

    def of_rate(rate: float, stop: float) -> float:
        stays = (1 - stop) ** x * rate**x * math.exp(-rate * age)
        gone = stop * (1 - stop) ** (x - 1) * rate**x * math.exp(-rate * recency)
        rates = alpha**r * rate ** (r - 1) * math.exp(-alpha * rate) / math.gamma(r)
        stops = stop ** (a - 1) * (1 - stop) ** (b - 1) * math.gamma(a + b) / (math.gamma(a) * math.gamma(b))
        return float((stays + gone) * rates * stops)

    whole = quad(lambda stop: quad(lambda rate: of_rate(rate, stop), 0, np.inf)[0], 0, 1)[0]
    found = log_likelihood(np.array([r, alpha, a, b]), np.array([x]), np.array([recency]), np.array([age]))
    assert found[0] == pytest.approx(math.log(whole), rel=1e-5)


def test_published_example_is_foretold() -> None:
    """The paper's customer with two repeats, the last at 30.43 of 38.86 weeks: 1.226 expected in the next 39."""
    known = Histories(["1"], np.array([2.0]), np.array([30.43]), np.array([38.86]))

    assert expected(PUBLISHED, known, 39.0)[0] == pytest.approx(1.226, abs=0.001)
    assert alive(PUBLISHED, known)[0] == pytest.approx(0.726, abs=0.001)


def made_up(people: int, seed: int) -> list[tuple[str, date]]:
    """People of a known model, watched for two years from their first day."""
    chance = np.random.default_rng(seed)
    found = []
    for number in range(people):
        rate, stop = chance.gamma(1.0, 1 / 6.0), chance.beta(1.2, 3.0)
        day, active = 0.0, True
        found.append((f"p{number}", date(2024, 1, 1)))
        while active and (day := day + chance.exponential(1 / rate) * 7) <= 104 * 7:
            found.append((f"p{number}", date(2024, 1, 1) + timedelta(days=round(day))))
            active = chance.random() > stop
    return found


def test_model_that_made_the_histories_is_found_again_and_foretells_the_rest() -> None:
    found = foretell(made_up(1500, 3), date(2025, 1, 1), 26.0)

    assert found.people == 1500
    assert found.fit.r == pytest.approx(1.0, rel=0.25)
    assert found.fit.alpha == pytest.approx(6.0, rel=0.25)
    assert found.came is not None
    assert found.expected == pytest.approx(found.came, rel=0.12)
    assert sum(band.people for band in found.bands) == 1500


def test_what_came_is_not_told_where_the_days_end_before() -> None:
    found = foretell(made_up(200, 4), None)

    assert (found.came, found.bands[0].came) == (None, None)


def test_who_came_is_counted_by_day_after_the_last_that_was_learnt() -> None:
    comings = [
        ("a", UNTIL),
        ("a", UNTIL + timedelta(days=1)),
        ("a", UNTIL + timedelta(days=1)),
        ("b", UNTIL + timedelta(days=15)),
    ]

    assert came(comings, UNTIL, 2.0, ["a", "b"]).tolist() == [1.0, 0.0]


def test_who_came_once_is_still_active_as_far_as_the_model_can_tell() -> None:
    known = Histories(["1"], np.array([0.0]), np.array([0.0]), np.array([30.0]))

    assert alive(PUBLISHED, known).tolist() == [1.0]


def test_too_little_is_refused() -> None:
    with pytest.raises(Refused, match="2 people are too few for a model of comings: it takes 20"):
        fit(histories([("a", UNTIL), ("b", UNTIL)], UNTIL))
    with pytest.raises(Refused, match="nobody came twice"):
        fit(histories([(str(number), UNTIL) for number in range(30)], UNTIL))


def test_columns_are_found_by_their_names() -> None:
    rows = Table("f.csv", {"amount": ["3"], "order_date": ["2026-03-01"], "Customer ID": ["7"]}, [2])

    assert comings_of(rows) == [("7", date(2026, 3, 1))]
    assert comings_of(Table("f.csv", {"1": ["7"], "2": ["20260301"]}, [1])) == [("7", date(2026, 3, 1))]
    with pytest.raises(Refused, match="has one column"):
        comings_of(Table("f.csv", {"customer": ["7"]}, [2]))
    with pytest.raises(Refused, match=r"line 2, column 'customer': names nobody"):
        comings_of(Table("f.csv", {"customer": [" "], "date": ["2026-03-01"]}, [2]))
