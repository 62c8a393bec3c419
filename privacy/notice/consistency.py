"""What a schema cannot say of a notice file: identifiers that repeat, references to nowhere, dates in no order."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from privacy.notice.documents import Where

COMMENT_PERIOD_DAYS = 30  # a new routine use waits so long after publication, 5 U.S.C. 552a(e)(11)

Content = dict[str, Any]
Found = Iterator[tuple[Where, str]]

IDENTIFIED = ("purposes", "individuals", "categories", "routine_uses", "retrieval", "retention", "safeguards")
NUMBERED = ("purposes", "individuals", "categories", "retrieval")  # the notice numbers them from 1 without a gap
PRINTED_LISTS = (*NUMBERED, "retention")


def against_itself(content: Content, path: Path) -> Found:
    """Where content that the schema lets through contradicts itself or its file's name, and why."""
    yield from _repeated_identifiers(content)
    yield from _dangling_references(content)
    yield from _wrong_numbers(content)
    yield from _unprinted_lists(content)
    yield from _wrong_dates(content)
    if content["id"] != (wanted := f"{path.parent.name}@{content['effective']}"):
        yield ("id",), f"the identifier of this version is {wanted}"
    if path.stem != content["effective"]:
        yield ("effective",), f"a file of this version is named {content['effective']}.yaml"


def _identified(content: Content) -> Found:
    """Every identifier and where it stands."""
    for name in IDENTIFIED:
        for at, item in enumerate(content[name]):
            yield (name, at, "id"), item["id"]
    for at, section in enumerate(content["sections"]):
        yield ("sections", at, "key"), f"section {section['key']}"
    for here, element in _elements(content):
        yield (*here, "id"), element["id"]


def _elements(content: Content) -> Iterator[tuple[Where, Content]]:
    for at, category in enumerate(content["categories"]):
        for place, element in enumerate(category["elements"]):
            yield ("categories", at, "elements", place), element


def _repeated_identifiers(content: Content) -> Found:
    seen = set[str]()
    for where, identifier in _identified(content):
        if identifier in seen:
            yield where, f"the identifier {identifier} stands here a second time"
        seen.add(identifier)


def _dangling_references(content: Content) -> Found:
    known = {identifier for _, identifier in _identified(content)}
    for where, reference in _references(content):
        if reference not in known:
            yield where, f"{reference} is nowhere in this file"


def _references(content: Content) -> Found:
    """Every mention of an identifier and where it stands; categories are mentioned by number."""
    for name in ("purposes", "individuals", "retrieval", "retention"):
        for at, item in enumerate(content[name]):
            for place, number in enumerate(item["reading"]["categories"]):
                yield (name, at, "reading", "categories", place), f"CAT-{number}"
    for at, category in enumerate(content["categories"]):
        reading: Where = ("categories", at, "reading")
        yield (*reading, "retention"), category["reading"]["retention"]
        for place, rule in enumerate(category["reading"]["retrieval"]):
            yield (*reading, "retrieval", place), rule
    for here, element in _elements(content):
        yield (*here, "reading", "retention"), element["reading"]["retention"]
        yield from (((*here, name), element[name]) for name in element if name in RELATIONS)


RELATIONS = ("duplicate_of", "related_to", "same_label_as")


def _wrong_numbers(content: Content) -> Found:
    for name in NUMBERED:
        for at, item in enumerate(content[name]):
            if not item["id"].endswith(f"-{at + 1}"):
                yield (name, at, "id"), f"{item['id']} stands where number {at + 1} of {name} belongs"
    for here, element in _elements(content):
        prefix = f"c{int(here[1]) + 1:02}-"
        if not element["id"].startswith(prefix):
            yield (
                (*here, "id"),
                f"the identifier {element['id']} of this category's element does not begin with {prefix}",
            )


def _unprinted_lists(content: Content) -> Found:
    """A list that no section prints would be missing from the printed notice."""
    printed = [section.get("of") for section in content["sections"]]
    for name in PRINTED_LISTS:
        if printed.count(name) != 1:
            yield ("sections",), f"{printed.count(name)} sections print the list {name}, and one must"


def _wrong_dates(content: Content) -> Found:
    effective, published = date.fromisoformat(content["effective"]), date.fromisoformat(content["published"])
    if (effective - published).days < COMMENT_PERIOD_DAYS:
        yield ("effective",), f"{effective} is less than {COMMENT_PERIOD_DAYS} days after publication on {published}"
