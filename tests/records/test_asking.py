"""Which questions are asked of whom, on which page; and which stand too early."""

from typing import Any

import pytest

from records.asking import asked, asked_pages, misplaced, pages_of
from records.models import Question


def question(number: int, **fields: Any) -> Question:
    return Question(pk=number, number=number, kind=fields.pop("kind", "choice"), text=f"Q{number}", **fields)


def numbers(questions: list[Question]) -> list[int]:
    return [one.number for one in questions]


FIRST = question(1)
AFTER = question(2, starts_page=True, asked_after=FIRST, asked_after_answers=["Yes", "Perhaps"])
DEEPER = question(3, starts_page=True, asked_after=AFTER, asked_after_answers=["No"])
LAST = question(4)
ALL = [FIRST, AFTER, DEEPER, LAST]


def given(**answers: str) -> dict[str, str]:
    return {str(ALL[int(name[1:]) - 1].key): answer for name, answer in answers.items()}


def test_pages_begin_where_a_question_says_so_and_with_the_first() -> None:
    assert [numbers(page) for page in pages_of(ALL)] == [[1], [2], [3, 4]]
    assert pages_of([]) == []
    assert [numbers(page) for page in pages_of([question(1, starts_page=True), question(2)])] == [[1, 2]]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, [1, 4]),
        ({"q1": "No"}, [1, 4]),
        ({"q1": "Yes"}, [1, 2, 4]),
        ({"q1": "Perhaps", "q2": "No"}, [1, 2, 3, 4]),
        ({"q1": "No", "q2": "No"}, [1, 4]),
    ],
    ids=["nothing", "no", "yes", "deeper", "not asked counts as not answered"],
)
def test_a_question_is_asked_after_its_answers_alone(answers: dict[str, str], expected: list[int]) -> None:
    assert numbers(asked(ALL, given(**answers))) == expected


def test_one_of_several_choices_leads_on() -> None:
    several = question(1, kind="several")
    after = question(2, starts_page=True, asked_after=several, asked_after_answers=["Parcels"])
    assert numbers(asked([several, after], {str(several.key): "Letters; Parcels"})) == [1, 2]
    assert numbers(asked([several, after], {str(several.key): "Letters; Parcels and more"})) == [1]


def test_a_page_of_which_nothing_is_asked_is_empty() -> None:
    assert [numbers(page) for page in asked_pages(ALL, {})] == [[1], [], [4]]


def test_what_rests_on_the_same_page_or_a_later_one_is_misplaced() -> None:
    assert misplaced(ALL) == []
    same = question(2, asked_after=FIRST, asked_after_answers=["Yes"])
    assert misplaced([FIRST, same]) == [same]
    assert misplaced([AFTER, FIRST]) == [AFTER]
    gone = question(3, starts_page=True, asked_after_id=99, asked_after_answers=["x"])
    assert misplaced([FIRST, gone]) == [gone]
