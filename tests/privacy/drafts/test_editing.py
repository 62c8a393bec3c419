"""A draft's content part by part: places, the schema there, and the form made from it."""

from typing import Any

import pytest

from privacy.drafts import editing
from privacy.drafts.contents import Problem
from privacy.drafts.thing_form import ThingForm
from privacy.notice.versions import shipped_contents


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    return dict(shipped_contents()[-1])


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("purposes", ("purposes",)),
        ("purposes/3", ("purposes", 2)),
        ("categories/10/elements/2/", ("categories", 9, "elements", 1)),
    ],
)
def test_an_address_counts_from_one(address: str, place: tuple[str | int, ...]) -> None:
    assert editing.where_of(address) == place
    assert editing.address_of(place) == address.strip("/")


@pytest.mark.parametrize("address", ["status", "id", "purposes/0", ""])
def test_what_is_no_part_has_no_place(address: str) -> None:
    with pytest.raises(KeyError):
        editing.where_of(address)


def test_a_problem_names_its_place_as_people_count() -> None:
    assert str(Problem(("categories", 9, "elements", 0, "reading", "type"), "'x' is none of a, b")) == (
        "categories 10, elements 1, reading, type: 'x' is none of a, b"
    )
    assert str(Problem((), "'sections' is a required property")) == "the whole: 'sections' is a required property"


def test_what_stands_nowhere_raises(content: dict[str, Any]) -> None:
    for where in (("purposes", 99), ("purposes", "id"), ("sections", 0, 0)):
        with pytest.raises(KeyError):
            editing.node_at(content, where)


def test_a_thing_is_changed_without_touching_what_it_came_from(content: dict[str, Any]) -> None:
    changed = editing.with_value(content, ("purposes", 0), {**content["purposes"][0], "text": "To sell."})
    assert changed["purposes"][0]["text"] == "To sell."
    assert content["purposes"][0]["text"] != "To sell."


def test_a_category_keeps_its_elements_when_its_words_change(content: dict[str, Any]) -> None:
    words = {name: one for name, one in content["categories"][0].items() if name != "elements"}
    changed = editing.with_value(content, ("categories", 0), {**words, "title": "Other"})
    assert changed["categories"][0]["title"] == "Other"
    assert len(changed["categories"][0]["elements"]) == 16


def test_a_new_category_begins_without_elements(content: dict[str, Any]) -> None:
    changed = editing.with_more(content, ("categories",), {"id": "CAT-19"})
    assert changed["categories"][18] == {"id": "CAT-19", "elements": []}


def test_a_thing_is_moved_up_and_removed(content: dict[str, Any]) -> None:
    names = [one["id"] for one in content["safeguards"]]
    moved = editing.moved_up(content, ("safeguards", 1))
    assert [one["id"] for one in moved["safeguards"]] == [names[1], names[0], *names[2:]]
    assert editing.moved_up(content, ("safeguards", 0))["safeguards"] == content["safeguards"]
    assert [one["id"] for one in editing.without(content, ("safeguards", 0))["safeguards"]] == names[1:]


def test_the_head_is_changed_as_one(content: dict[str, Any]) -> None:
    head = editing.node_at(content, ("head",))
    assert set(head) == set(editing.HEAD)
    changed = editing.with_value(content, ("head",), {**head, "sources": ["Customers"]})
    assert changed["sources"] == ["Customers"]
    assert changed["purposes"] == content["purposes"]


@pytest.mark.parametrize(
    ("address", "name"),
    [("purposes", "PUR-14"), ("categories", "CAT-19"), ("retention", "RET-8"), ("categories/10/elements", "c10-"),
     ("sections", ""), ("history", "")],
)  # fmt: skip
def test_what_is_new_gets_the_next_name(content: dict[str, Any], address: str, name: str) -> None:
    assert editing.next_identifier(content, editing.where_of(address)) == name


# The form -------------------------------------------------------------------------------------------------------------


def typed(form: ThingForm) -> dict[str, Any]:
    """What a browser posts of the form as it is shown."""
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            found[bound.name] = value
    return found


def every_thing(content: dict[str, Any]) -> list[tuple[str | int, ...]]:
    names = [name for name in editing.PARTS if name != "head"]
    things: list[tuple[str | int, ...]] = [("head",)]
    things += [(name, at) for name in names for at in range(len(content[name]))]
    elements = range(len(content["categories"][9]["elements"]))
    return [*things, *(("categories", 9, "elements", at) for at in elements)]


def test_each_thing_of_the_notice_comes_back_from_its_form_as_it_was(content: dict[str, Any]) -> None:
    """Every word: else opening a form and saving it would change the notice."""
    for where in every_thing(content):
        schema, thing = editing.schema_at(where), editing.node_at(content, where)
        form = ThingForm(schema, thing, 4, typed(ThingForm(schema, thing, 4)))
        assert form.is_valid(), (where, form.errors)
        lists = editing.lists_within(schema) if where != ("head",) else []
        assert form.thing() == {name: one for name, one in thing.items() if name not in lists}, where
        assert form.cleaned_data["revision"] == 4


def test_the_form_offers_what_the_schema_lets_through(content: dict[str, Any]) -> None:
    where = ("categories", 0, "elements", 0)
    form = ThingForm(editing.schema_at(where), {}, 0, {"revision": "0", "reading.sensitivity": "pretty secret"})
    assert form.errors["reading.sensitivity"] == [
        "Select a valid choice. pretty secret is not one of the available choices."
    ]
    assert form.errors["label"] == ["This field is required."]
    assert "phrase" not in form.errors
    assert form.fields["reading.sensitivity"].label == "Reading · sensitivity"


def test_numbers_that_are_none_are_told(content: dict[str, Any]) -> None:
    schema = editing.schema_at(("purposes", 0))
    given = {"revision": "0", "id": "PUR-1", "text": "To\nsell.", "reading.categories": "1, x"}
    form = ThingForm(schema, {}, 0, given)
    assert form.errors == {"reading.categories": ["Enter numbers with commas between them: 1, 2, 18."]}
    form = ThingForm(schema, {}, 0, {**given, "reading.categories": "1, 18"})
    assert form.is_valid()
    assert form.thing() == {"id": "PUR-1", "text": "To sell.", "reading": {"categories": [1, 18]}}
