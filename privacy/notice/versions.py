"""The versions of the system's notice side by side, and what is usable on which day.

A purpose, category, routine use or rule is usable from the effective date of the first version that has it.
"""

from collections.abc import Callable
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from privacy.agency import agency_today
from privacy.notice.consistency import Content
from privacy.notice.files import NOTICES, read_all
from privacy.notice.model import Category, Element, Notice, Purpose, RetentionRule, RetrievalRule, RoutineUse
from privacy.notice.published import Known, published
from privacy.notice.reading import as_notice

SYSTEM = "usps-890.000"


F = TypeVar("F")


class NotInForce(Exception):
    """What was asked for is not usable on that day. The message says from when it is, or that it never was."""


class Together:
    """All versions that a process knows at a moment, the oldest first, and their elements."""

    def __init__(self, contents: list[Content]) -> None:
        self.contents = {str(content["id"]): content for content in contents}
        ends = [*(content["effective"] for content in contents[1:]), None]
        self.notices = tuple(
            as_notice(content, next_effective=end) for content, end in zip(contents, ends, strict=True)
        )

    @cached_property
    def elements(self) -> dict[str, Element]:
        return {element.id: element for notice in self.notices for element in notice.elements.values()}


@cache
def shipped_contents() -> tuple[Content, ...]:
    """What the program's files hold, by effective date. Raises files.BadNotice."""
    return tuple(read_all(NOTICES / SYSTEM))


@cache
def shipped() -> tuple[Notice, ...]:
    """The versions that are files of the program, the oldest first. Raises files.BadNotice."""
    return Together(list(shipped_contents())).notices


@lru_cache(maxsize=2)
def _together(known: Known) -> Together:
    """With those that were published in the program. A file takes the place of the published version of its day."""
    files = shipped_contents()
    days = {content["effective"] for content in files}
    more = [content for content in known.contents if content["effective"] not in days]
    return Together(sorted([*files, *more], key=lambda content: str(content["effective"])))


def versions() -> tuple[Notice, ...]:
    """Every version, the oldest first: the program's files, and those published in it. Raises files.BadNotice."""
    return _together(published()).notices


def content_of(notice: Notice) -> Content:
    """A version as data, with what is marked as a reading of ours."""
    return contents_of(published())[notice.id]


def contents_of(known: Known) -> dict[str, Content]:
    """The versions that a process knows as data, by their ids."""
    return _together(known).contents


def in_force(day: date | None = None) -> Notice:
    """The version in force on a day, today (the agency's) when none is given. Raises NotInForce."""
    wanted = day or agency_today()
    for notice in versions():
        if notice.is_in_force(wanted):
            return notice
    raise NotInForce(f"No notice was in force on {wanted}: the first took effect on {versions()[0].effective}.")


def version(name: str) -> Notice:
    """The version called `2025-05-12`. Raises KeyError."""
    return {notice.version: notice for notice in versions()}[name]


def purpose(number: int, day: date | None = None) -> Purpose:
    """A purpose as it may be used on a day. Raises NotInForce with the date from which it may, or that it never may."""
    return _usable(f"Purpose {number}", day, lambda notice: notice.purposes_by_number.get(number))


def category(number: int, day: date | None = None) -> Category:
    """A category of records as it may be held on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Category of records {number}", day, lambda notice: notice.categories_by_number.get(number))


def routine_use(number: int, day: date | None = None) -> RoutineUse:
    """A routine use under which something may be told on a day. Raises NotInForce, also where it does not apply."""

    def applying(notice: Notice) -> RoutineUse | None:
        found = notice.routine_uses_by_number.get(number)
        return found if found and found.applies else None

    return _usable(f"Routine use {number}", day, applying)


def routine_use_ever(number: int) -> RoutineUse:
    """A routine use as the newest version that has it words it, applying or not. Raises KeyError."""
    return {use.number: use for notice in versions() for use in notice.routine_uses}[number]


def retrieval_rule(number: int, day: date | None = None) -> RetrievalRule:
    """A retrieval rule as it stands on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Retrieval rule {number}", day, lambda notice: notice.retrieval_by_number.get(number))


def retention_rule(rule: str, day: date | None = None) -> RetentionRule:
    """A retention rule as it stands on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Retention rule {rule}", day, lambda notice: notice.retention_rules.get(rule))


def element(identifier: str, day: date | None = None) -> Element:
    """An element as it may be held on a day. Raises NotInForce as `purpose` does, and KeyError for what is none."""
    known = elements_ever()[identifier]
    return _usable(f"“{known.label}”", day, lambda notice: notice.elements.get(identifier))


def _usable(what: str, day: date | None, found_in: Callable[[Notice], F | None]) -> F:
    wanted = day or agency_today()
    for notice in versions():
        if notice.is_in_force(wanted) and (found := found_in(notice)):
            return found
    raise NotInForce(_when(what, wanted, [notice for notice in versions() if found_in(notice)]))


def _when(what: str, day: date, having: list[Notice]) -> str:
    """Why it is not usable on that day."""
    if not having:
        return f"{what} applies in no version of the notice."
    later = [notice.effective for notice in having if notice.effective > day]
    if later:
        return f"{what} is usable from {min(later)} only; {day} is before that."
    return f"{what} was usable until {having[-1].until}; {day} is after that."


def elements_ever() -> dict[str, Element]:
    """Each element of any version once by id, as its newest version has it."""
    return _together(published()).elements


@cache
def elements_shipped() -> dict[str, Element]:
    """Each element of the versions that are files: what the program's own fields may be declared to hold."""
    return {element.id: element for notice in shipped() for element in notice.elements.values()}
