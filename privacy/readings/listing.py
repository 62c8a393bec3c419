"""The readings of the notice in force: each place of its data that is marked as ours, and each number that no source
fixes (privacy.rights.terms), with what was decided of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop

from privacy.models import ReadingDecision
from privacy.notice import in_force
from privacy.notice.published import Known, published
from privacy.notice.versions import contents_of
from privacy.rights.terms import KINDS, all_terms
from privacy.wording import label_words

# The notice's lists whose entries may have a reading, as the data name them, and as people do.
LISTS = {
    "purposes": gettext_noop("Which categories of records serve each purpose"),
    "individuals": gettext_noop("Whose records each category of individuals covers"),
    "categories": gettext_noop("How each category of records is retrieved, and its usual rule"),
    "routine_uses": gettext_noop("How certain the routine uses are"),
    "retrieval": gettext_noop("Which keys each retrieval rule means"),
    "retention": gettext_noop("What each retention period is counted from"),
    "safeguards": gettext_noop("What the safeguards mean for the program"),
}
# What a reading may say, in the order of the notice's files.
ORDER = ("retrieval", "keys", "trigger", "trigger_stated", "categories", "personal_identifier", "scope", "basis",
         "software", "type", "sensitivity", "subject", "handling", "retention", "many", "note")  # fmt: skip
THE_NOTICE, TERMS, ELEMENTS = "notice", "terms", "elements-"
OTHERS = {THE_NOTICE: gettext_noop("The notice itself"), TERMS: gettext_noop("Times and fees for requests")}


class State(Enum):
    """What stands about a reading."""

    OPEN = gettext_noop("Not looked at")
    AGAIN = gettext_noop("Changed since it was looked at")
    WANTED = gettext_noop("Change wanted")
    CONFIRMED = gettext_noop("Confirmed")

    @property
    def is_open(self) -> bool:
        return self in (State.OPEN, State.AGAIN)


@dataclass(frozen=True)
class Reading:
    """`label` are the notice's words, or the question; `value` is what is read into them."""

    key: str
    group: str
    label: str
    value: str


@dataclass(frozen=True)
class Line:
    reading: Reading
    decision: ReadingDecision | None

    @property
    def state(self) -> State:
        if self.decision is None:
            return State.OPEN
        if self.decision.value != self.reading.value:
            return State.AGAIN
        return State.WANTED if self.decision.is_change else State.CONFIRMED


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    lines: list[Line]

    def count(self, *states: State) -> int:
        return sum(line.state in states for line in self.lines)

    @property
    def open(self) -> int:
        return self.count(State.OPEN, State.AGAIN)

    @property
    def wanted(self) -> int:
        return self.count(State.WANTED)

    @property
    def confirmed(self) -> int:
        return self.count(State.CONFIRMED)


def groups() -> list[Group]:
    """All readings of the notice in force, in its order, with what was decided. Two queries."""
    decided = _decided()
    found: dict[str, list[Line]] = {}
    for reading in readings():
        found.setdefault(reading.group, []).append(Line(reading, decided.get(reading.key)))
    return [Group(name, label_of(name), lines) for name, lines in found.items()]


def _decided() -> dict[str, ReadingDecision]:
    """What was decided last, by the reading's key. One query."""
    return {one.reading: one for one in ReadingDecision.objects.order_by("reading", "-id").distinct("reading")}


# What was decided last, by the reading's key. Relies on reading_latest.
DECIDED = "SELECT DISTINCT ON (reading) reading, value FROM privacy_readingdecision ORDER BY reading, id DESC"


def count_open() -> int:
    """How many of them are to be looked at. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(DECIDED)
        decided = dict(cursor.fetchall())
    stated = {one.key: one.value for one in _of_version(published(), in_force().id)} | _term_values()
    return sum(decided.get(key) != value for key, value in stated.items())


def group(name: str) -> Group:
    """Raises KeyError."""
    return {one.name: one for one in groups()}[name]


def label_of(name: str) -> str:
    if name.startswith(ELEMENTS):
        category = in_force().category(int(name.removeprefix(ELEMENTS)))
        known = {"number": category.number, "title": label_words(category.title)}
        return gettext("Elements of category %(number)s: %(title)s") % known
    return gettext({**OTHERS, **LISTS}[name])


def readings() -> list[Reading]:
    """What the data say, then the numbers as they hold today. One query."""
    return [*_of_version(published(), in_force().id), *_terms()]


@lru_cache(maxsize=2)
def _of_version(known: Known, name: str) -> tuple[Reading, ...]:
    """Those of a version among all that are known, put together once: they are some five hundred, and stay."""
    return tuple(readings_of(contents_of(known)[name]))


def _terms() -> Iterator[Reading]:
    for kind, (key, value) in zip(KINDS.values(), _term_values().items(), strict=True):
        label = f"{gettext(kind.label)} … {gettext(kind.unit)} ({gettext(kind.source)})"
        yield Reading(key, TERMS, label, value)


def _term_values() -> dict[str, str]:
    """How the numbers hold today, by the reading's key. One query."""
    now = all_terms()
    return {f"term/{kind.name}": f"{now[kind.name].normalize():f} {kind.unit}" for kind in KINDS.values()}


def readings_of(content: dict[str, Any]) -> Iterator[Reading]:
    """What is read into a version's words, the version itself first, in the order of the notice."""
    said = f"{content['status']}; published {content['published']}, in force from {content['effective']}"
    yield Reading(f"notice/{content['id'].partition('@')[2]}", THE_NOTICE, content["basis"], said)
    for name in LISTS:
        for entry in content[name]:
            if "reading" in entry:
                label = entry.get("title") or entry.get("text", "")
                yield Reading(f"{name}/{entry['id']}", name, label, words(entry["reading"]))
    for category in content["categories"]:
        number = int(category["id"].rpartition("-")[2])
        for element in category["elements"]:
            group = f"{ELEMENTS}{number}"
            yield Reading(f"element/{element['id']}", group, element["label"], words(element["reading"]))


def words(reading: dict[str, Any]) -> str:
    """`sensitivity pii; handling plain; retention RET-3`, in one order: JSON in a database keeps its own.

    So a reading that was confirmed is not asked for again when a version that was published here comes into force.
    """
    told = sorted(reading.items(), key=lambda one: ORDER.index(one[0]))
    return "; ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in told)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
