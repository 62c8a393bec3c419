"""What a notice of a modified system must say, and that each kind of change is found."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from privacy.notice import Notice, version
from privacy.notice.comparing import PARTS, Comparison, Kind, Run, compare, word_difference


@pytest.fixture
def present() -> Notice:
    return version("2025-05-12")


@pytest.fixture
def earlier() -> Notice:
    return version("2023-01-23")


def told(found: Comparison) -> dict[str, list[tuple[str, str]]]:
    """The parts that changed: kind and name of each change."""
    return {
        part.name: [(change.kind.value, change.item.name) for change in part.changes]
        for part in found.parts
        if part.changes
    }


def test_the_present_notice_adds_two_purposes_and_one_category_and_changes_nothing_else(
    earlier: Notice, present: Notice
) -> None:
    found = compare(earlier, present)
    assert told(found) == {
        "purposes": [("added", "Purpose 12"), ("added", "Purpose 13")],
        "categories": [("added", "Category of records 18")],
        "elements": [("added", f"Element {number} of category 18") for number in range(1, 19)],
    }
    assert not found.is_empty
    assert [part.name for part in found.parts] == list(PARTS)


def test_the_other_way_round_they_are_removed(earlier: Notice, present: Notice) -> None:
    kinds = {change.kind for part in compare(present, earlier).parts for change in part.changes}
    assert kinds == {Kind.REMOVED}
    assert len(told(compare(present, earlier))["elements"]) == 18


def test_a_version_differs_in_nothing_from_itself(present: Notice) -> None:
    assert compare(present, present).is_empty
    assert told(compare(present, present)) == {}


def purpose_taken_out(notice: Notice) -> Notice:
    """Purpose 3 goes, and those after it move up."""
    kept = [one for one in notice.purposes if one.number != 3]
    moved = (replace(one, id=f"PUR-{number}", number=number) for number, one in enumerate(kept, 1))
    return replace(notice, purposes=tuple(moved))


def test_renumbered_words_are_not_told_as_changed(present: Notice) -> None:
    changes = told(compare(present, purpose_taken_out(present)))["purposes"]
    assert changes == [*(("renumbered", f"Purpose {number}") for number in range(3, 13)), ("removed", "Purpose 3")]


def individuals(notice: Notice) -> Notice:
    first, second = notice.individuals
    return replace(notice, individuals=(first, replace(second, text=second.text.replace("sponsored", "hosted"))))


def element_words(notice: Notice) -> Notice:
    first, *rest = notice.categories
    one, *others = first.elements
    return replace(notice, categories=(replace(first, elements=(replace(one, label="Names"), *others)), *rest))


def no_longer_applying(notice: Notice) -> Notice:
    uses = (replace(one, applies=one.applies and one.number != 6) for one in notice.routine_uses)
    return replace(notice, routine_uses=tuple(uses))


def shorter_period(notice: Notice) -> Notice:
    rules = (
        replace(one, text=one.text.replace("5 years", "4 years")) if one.id == "RET-2B" else one
        for one in notice.retention
    )
    return replace(notice, retention=tuple(rules))


def another_key(notice: Notice) -> Notice:
    *rest, last = notice.retrieval
    return replace(notice, retrieval=(*rest, replace(last, text=last.text.replace(" and email address", ""))))


def another_source(notice: Notice) -> Notice:
    return replace(notice, sources=("Customers", "USPS personnel", "data brokers"))


def less_a_safeguard(notice: Notice) -> Notice:
    return replace(notice, safeguards=notice.safeguards[:-1])


def another_place(notice: Notice) -> Notice:
    sections = (replace(one, paragraphs=("The cloud.",)) if one.key == "location" else one for one in notice.sections)
    return replace(notice, sections=tuple(sections))


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (individuals, {"individuals": [("changed", "Category of individuals 2")]}),
        (element_words, {"elements": [("changed", "Element 1 of category 1")]}),
        (no_longer_applying, {"routine_uses": [("removed", "Standard routine use 6")]}),
        (shorter_period, {"retention": [("changed", "Retention rule 2B")]}),
        (another_key, {"retrieval": [("changed", "Retrieval rule 7")]}),
        (another_source, {"sources": [("added", "Source"), ("removed", "Source")]}),
        (less_a_safeguard, {"safeguards": [("removed", "Safeguard 7")]}),
        (another_place, {"sections": [("changed", "SYSTEM LOCATION")]}),
    ],
)
def test_each_part_of_the_notice_is_compared(
    alter: Callable[[Notice], Notice], expected: dict[str, list[tuple[str, str]]], present: Notice
) -> None:
    assert told(compare(present, alter(present))) == expected


def test_our_readings_are_not_the_notices_words(present: Notice) -> None:
    purposes = tuple(replace(one, categories=(1,)) for one in present.purposes)
    assert compare(present, replace(present, purposes=purposes)).is_empty


def test_equal_words_of_two_categories_are_not_taken_for_one_another(present: Notice) -> None:
    """Categories 9 and 17 say the same; so do many elements of 13 and 16."""
    less_17 = tuple(one for one in present.categories if one.number != 17)
    changes = told(compare(present, replace(present, categories=less_17)))
    assert changes["categories"] == [("removed", "Category of records 17")]
    assert changes["elements"] == [("removed", f"Element {number} of category 17") for number in range(1, 10)]


def test_a_changed_item_shows_the_words_that_went_and_came(present: Notice) -> None:
    (change,) = next(part for part in compare(present, shorter_period(present)).parts if part.changes).changes
    assert change.runs == [
        Run("Records relating to direct marketing, advertising, and promotions are retained"),
        Run("5", is_old=True),
        Run("4", is_new=True),
        Run("years."),
    ]


@pytest.mark.parametrize(
    ("before", "after", "runs"),
    [
        ("", "", []),
        ("", "a b", [Run("a b", is_new=True)]),
        ("a b", "", [Run("a b", is_old=True)]),
        ("a  b", "a\nb", [Run("a b")]),
        ("a b c", "a c", [Run("a"), Run("b", is_old=True), Run("c")]),
        ("a c", "a b c d", [Run("a"), Run("b", is_new=True), Run("c"), Run("d", is_new=True)]),
    ],
)
def test_word_difference(before: str, after: str, runs: list[Run]) -> None:
    assert word_difference(before, after) == runs
