"""How what was shared lands, as a picture: its titles, whom it draws, and few people hidden."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analytics.exports.sharing import without_few_people
from analytics.pictures.asking import Asked
from analytics.pictures.base import Picture
from analytics.pictures.sharing import nothing, sharing_pictures
from analytics.reports.sharing import SharingReport, Usage
from records import figures
from tests.analytics.pictured import NOWHERE, marks

DAY = date(2026, 3, 1)


def sent(name: str, count: int, viewed: int, responded: int = 0, **values: Any) -> Usage:
    return Usage(name, "", count, **{"people": count, "sent": count} | values, viewed=viewed, responded=responded,
                 last_at=None)  # fmt: skip


def report(*staff: Usage, is_own: bool = False, materials: tuple[Usage, ...] = ()) -> SharingReport:
    total = sent("", *(sum(getattr(row, name) for row in staff) for name in ("shares", "viewed", "responded")))
    return SharingReport(DAY, DAY, is_own, total, staff, materials, (), NOWHERE)


def drawn(found: SharingReport, *, hides_few: bool = False) -> Picture:
    (picture,) = sharing_pictures(without_few_people(found) if hides_few else found, Asked(hides_few=hides_few))
    return picture


def title(found: SharingReport) -> str:
    return drawn(found).title.replace(figures.NARROW_GAP, " ")


def test_the_title_says_how_much_was_viewed_and_whose_most() -> None:
    assert title(report(sent("Ann", 100, 62, 8), sent("Ben", 20, 4, 4))) == (
        "What was shared was viewed in 66 of 120 cases (55.00%). It was responded to in 12 (10.00%). "
        "What Ann sent was viewed most often (62.00%)."
    )


@pytest.mark.parametrize(
    "staff",
    [
        (sent("Ann", 100, 62, 8),),  # alone
        (sent("Ann", 100, 50, 8), sent("Ben", 20, 10)),  # alike
        (sent("Ann", 100, 50, 8), sent("Ben", 19, 19)),  # too few to say
        (sent("Ann", 100, 0), sent("Ben", 20, 0)),  # none
    ],
)
def test_nobody_is_called_the_best_alone_alike_of_few_or_of_none(staff: tuple[Usage, ...]) -> None:
    assert "most often" not in title(report(*staff))


def test_ones_own_shares_are_drawn_by_material() -> None:
    found = report(sent("Ann", 100, 40), is_own=True, materials=(sent("Guide", 60, 30), sent("Prices", 40, 10)))
    assert title(found).endswith("“Guide” was viewed most often (50.00%).")
    assert [row[0] for row in drawn(found).rows] == ["Guide", "Prices"]
    assert drawn(found).columns[0] == "Material"


def test_each_has_two_marks_and_a_row_in_the_table() -> None:
    picture = drawn(report(sent("Ann", 100, 62, 8), sent("", 20, 4)))
    assert [tuple(cell.replace(figures.NARROW_GAP, " ") for cell in row) for row in picture.rows] == [
        ("Ann", "100", "62", "62.00%", "8", "8.00%"),
        ("By file, nobody named", "20", "4", "20.00%", "0", "0.00%"),
    ]
    assert marks(picture, "point") == 4
    assert marks(picture, "rule mark") == 2


def test_few_people_are_neither_drawn_nor_told() -> None:
    found = report(sent("Ann", 100, 62, 8), sent("Ben", 50, 40, 3), sent("Cat", 30, 2, 0))
    picture = drawn(found, hides_few=True)
    assert [(value["name"], value["what"]) for value in picture.specification["data"]["values"]] == [("Ann", "Viewed")]
    assert [row[2] for row in picture.rows] == ["62", "hidden", "hidden"]
    assert "Ben" not in picture.title


def test_nothing_shared_is_no_picture_and_few_say_so() -> None:
    assert sharing_pictures(report(), Asked()) == []
    assert nothing(report(), Asked()) == ""
    few = replace(report(sent("Ann", 3, 1)), total=replace(sent("", 3, 1), people=None, sent=None, viewed=None))
    hidden = without_few_people(few)
    assert sharing_pictures(hidden, Asked(hides_few=True)) == []
    assert nothing(hidden, Asked(hides_few=True)) == "What was shared covers too few people to be shown."
