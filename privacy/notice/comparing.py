"""What changed from one version of the notice to another: what a notice of a modified system must say.

Only the notice's own words are compared; our readings are ours to change without a notice. Source: OMB Circular
A-108, section 6.e (significant changes) and 5 U.S.C. 552a(e)(4), (e)(11).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from privacy.notice.model import Element, Notice


class Kind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    RENUMBERED = "renumbered"  # the same words under another number
    REMOVED = "removed"


@dataclass(frozen=True)
class Run:
    """Words that stand in both versions, or in one of them only (`is_old`, `is_new`)."""

    words: str
    is_old: bool = False
    is_new: bool = False


@dataclass(frozen=True)
class Item:
    """One thing that a part of the notice lists. `within` is what it belongs to, where it moves only with that."""

    id: str
    name: str
    text: str
    within: str = ""


@dataclass(frozen=True)
class Change:
    kind: Kind
    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """As it is now, or was last."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 (a change is of something)
        return found

    @property
    def runs(self) -> list[Run]:
        """The words of both, those in one version only marked."""
        return word_difference(self.before.text if self.before else "", self.after.text if self.after else "")


@dataclass(frozen=True)
class PartChanges:
    """The changes of one part of the notice, in its order; none where every word is the same."""

    name: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison:
    before: Notice
    after: Notice
    parts: tuple[PartChanges, ...]

    @property
    def is_empty(self) -> bool:
        return not any(part.changes for part in self.parts)


def compare(before: Notice, after: Notice) -> Comparison:
    """Every change between two versions, by part of the notice, parts without a change included."""
    return Comparison(before, after, tuple(_part(name, before, after) for name in PARTS))


def _part(name: str, before: Notice, after: Notice) -> PartChanges:
    title, items = PARTS[name]
    return PartChanges(name, title, tuple(_changes(list(items(before)), list(items(after)))))


def word_difference(before: str, after: str) -> list[Run]:
    """The words of two texts (split on white space) in one row of runs."""
    old, new = before.split(), after.split()
    runs = []
    for _, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[start:end] == new[new_start:new_end]:
            runs.append(Run(" ".join(old[start:end])))
            continue
        runs += [Run(" ".join(old[start:end]), is_old=True)] if start < end else []
        runs += [Run(" ".join(new[new_start:new_end]), is_new=True)] if new_start < new_end else []
    return runs


def _changes(before: list[Item], after: list[Item]) -> Iterator[Change]:
    came_from = _origins(before, after)
    for new in after:
        old = came_from.get(new.id)
        if old is None:
            yield Change(Kind.ADDED, None, new)
        elif old.text != new.text:
            yield Change(Kind.CHANGED, old, new)
        elif old.id != new.id:
            yield Change(Kind.RENUMBERED, old, new)
    kept = {old.id for old in came_from.values()}
    yield from (Change(Kind.REMOVED, old, None) for old in before if old.id not in kept)


# Who is who: first the same words under the same number, then the same words, then the same number.
SAMENESS: tuple[Callable[[Item], tuple[str, str]], ...] = (
    lambda one: (one.id, one.text),
    lambda one: (one.within, one.text),
    lambda one: (one.id, ""),
)


def _origins(before: list[Item], after: list[Item]) -> dict[str, Item]:
    """For the id of an item as it is now, the item that it was."""
    origins: dict[str, Item] = {}
    for key in SAMENESS:
        used = {old.id for old in origins.values()}
        free = {key(old): old for old in reversed(before) if old.id not in used}
        for new in after:
            if new.id not in origins and (old := free.pop(key(new), None)):
                origins[new.id] = old
    return origins


# The parts, and what each lists -------------------------------------------------------------------------------------

# Sections that are compared as running text; the lists' own sections and those of the publication are not.
RUNNING = ("system", "classification", "location", "manager", "authority", "storage", "retention", "access",
           "contesting", "notification", "exemptions")  # fmt: skip


def _purposes(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Purpose {one.number}", one.text) for one in notice.purposes)


def _individuals(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Category of individuals {one.number}", one.text) for one in notice.individuals)


def _categories(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Category of records {one.number}", one.text) for one in notice.categories)


def _elements(notice: Notice) -> Iterable[Item]:
    return (_element(one) for one in notice.elements.values())


def _element(element: Element) -> Item:
    category = f"category {element.category}"
    return Item(element.id, f"Element {element.position} of {category}", element.label, within=category)


def _sources(notice: Notice) -> Iterable[Item]:
    return (Item(one, "Source", one) for one in notice.sources)


def _routine_uses(notice: Notice) -> Iterable[Item]:
    applying = (one for one in notice.routine_uses if one.applies)
    return (Item(one.id, f"Standard routine use {one.number}", one.title) for one in applying)


def _retrieval(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Retrieval rule {one.number}", one.text) for one in notice.retrieval)


def _retention(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Retention rule {one.id.removeprefix('RET-')}", one.text) for one in notice.retention)


def _safeguards(notice: Notice) -> Iterable[Item]:
    return (Item(one.id, f"Safeguard {one.id.removeprefix('SAF-')}", one.text) for one in notice.safeguards)


def _running(notice: Notice) -> Iterable[Item]:
    sections = (one for one in notice.sections if one.key in RUNNING and one.paragraphs)
    return (Item(one.key, one.heading, " ".join(one.paragraphs)) for one in sections)


PARTS: dict[str, tuple[str, Callable[[Notice], Iterable[Item]]]] = {
    "purposes": ("Purposes", _purposes),
    "individuals": ("Categories of individuals", _individuals),
    "categories": ("Categories of records", _categories),
    "elements": ("Elements of the categories of records", _elements),
    "sources": ("Record source categories", _sources),
    "routine_uses": ("Routine uses", _routine_uses),
    "retrieval": ("Retrieval rules", _retrieval),
    "retention": ("Retention rules", _retention),
    "safeguards": ("Safeguards", _safeguards),
    "sections": ("Other sections", _running),
}
