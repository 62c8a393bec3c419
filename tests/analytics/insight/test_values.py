"""Columns of text as numbers."""

from datetime import date

import numpy as np
import pytest

from analytics.insight.tables import Table
from analytics.insight.values import as_number, categories, days, is_binary, numbers, outcomes
from records.intake.problems import Refused


def column(*texts: str) -> Table:
    return Table("file.csv", {"y": list(texts)}, list(range(2, len(texts) + 2)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3.0),
        (" -1.5 ", -1.5),
        ("$1,204.50", 1204.5),
        ("1,204", 1204.0),
        ("0,5", 0.5),
        ("0,500", 0.5),
        ("1.204,50", 1204.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("3 €", 3.0),
    ],
)
def test_number_is_read_as_people_write_it(text: str, number: float) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize("text", ["three", "1e999", "inf", "1,2,3", "12-03", "--1", "0x10"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert as_number(text) is None


def test_yes_and_no_are_one_and_zero_and_what_is_missing_is_unknown() -> None:
    found = outcomes(column("yes", "No", "TRUE", "f", "1", "0", "", "NA", "null", "?"), "y")

    assert found[:6].tolist() == [1, 0, 1, 0, 1, 0]
    assert np.isnan(found[6:]).all()
    assert is_binary(found)


def test_amounts_are_not_binary() -> None:
    assert not is_binary(outcomes(column("0", "1", "0.5"), "y"))


def test_column_without_a_value_is_not_binary() -> None:
    assert not is_binary(outcomes(column("", ""), "y"))


def test_word_is_refused_with_line_and_column() -> None:
    with pytest.raises(Refused, match=r"file\.csv, line 3, column 'y': 'maybe' is neither a number nor yes or no"):
        outcomes(column("1", "maybe"), "y")
    with pytest.raises(Refused, match=r"line 2, column 'y': 'yes' is no number"):
        numbers(column("yes"), "y")


def test_two_other_words_are_told_apart_by_the_one_that_counts() -> None:
    found = outcomes(column("bought", "left", "", "bought"), "y", positive="bought")

    assert found[[0, 1, 3]].tolist() == [1, 0, 1]
    assert np.isnan(found[2])
    with pytest.raises(Refused, match="no row says 'sold'"):
        outcomes(column("bought"), "y", positive="sold")


def test_categories_are_sorted_names_and_places() -> None:
    found = categories(["b", " a", "", "b"])

    assert (found.names, found.codes.tolist()) == (["a", "b"], [1, 0, -1, 1])


@pytest.mark.parametrize(
    "texts",
    [
        ("2026-03-01", "2026-12-31"),
        ("20260301", "20261231"),
        ("3/1/2026", "12/31/2026"),
        ("01.03.2026", "31.12.2026"),
        ("2026-03-01T10:00:00+00:00", "2026-12-31T23:59:59+00:00"),
        ("3/1/2026 10:15", "12/31/2026 9:00"),
        ("01/03/2026", "31/12/2026"),
        ("Mar 01, 2026", "Dec 31, 2026"),
    ],
)
def test_days_are_read_in_the_format_that_reads_them_all(texts: tuple[str, str]) -> None:
    assert days(column(*texts), "y") == [date(2026, 3, 1), date(2026, 12, 31)]


def test_what_is_no_day_is_refused_with_its_line() -> None:
    with pytest.raises(Refused, match=r"line 3, column 'y': 'soon' is no day as in 2026-03-01"):
        days(column("2026-03-01", "soon", "2026-03-02"), "y")
