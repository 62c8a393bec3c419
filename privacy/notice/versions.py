"""The versions of the system's notice side by side, and what is usable on which day.

A purpose, category, routine use or rule is usable from the effective date of the first version that has it.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

from privacy.agency import agency_today
from privacy.notice.files import NOTICES, read_all
from privacy.notice.model import (
    Category,
    Element,
    N,
    Notice,
    Purpose,
    RetentionRule,
    RetrievalRule,
    RoutineUse,
    by_number,
)
from privacy.notice.reading import as_notice

SYSTEM = "usps-890.000"


class NotInForce(Exception):
    """What was asked for is not usable on that day. The message says from when it is, or that it never was."""


@cache
def versions() -> tuple[Notice, ...]:
    """Every version, the oldest first. Raises files.BadNotice."""
    contents = read_all(NOTICES / SYSTEM)
    ends = [*(content["effective"] for content in contents[1:]), None]
    return tuple(as_notice(content, next_effective=end) for content, end in zip(contents, ends, strict=True))


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
    return _usable(f"Purpose {number}", day, lambda notice: by_number(notice.purposes).get(number))


def category(number: int, day: date | None = None) -> Category:
    """A category of records as it may be held on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Category of records {number}", day, lambda notice: by_number(notice.categories).get(number))


def routine_use(number: int, day: date | None = None) -> RoutineUse:
    """A routine use under which something may be told on a day. Raises NotInForce, also where it does not apply."""

    def applying(notice: Notice) -> RoutineUse | None:
        found = by_number(notice.routine_uses).get(number)
        return found if found and found.applies else None

    return _usable(f"Routine use {number}", day, applying)


def retrieval_rule(number: int, day: date | None = None) -> RetrievalRule:
    """A retrieval rule as it stands on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Retrieval rule {number}", day, lambda notice: by_number(notice.retrieval).get(number))


def retention_rule(rule: str, day: date | None = None) -> RetentionRule:
    """A retention rule as it stands on a day. Raises NotInForce as `purpose` does."""
    return _usable(f"Retention rule {rule}", day, lambda notice: notice.retention_rules.get(rule))


def _usable(what: str, day: date | None, found_in: Callable[[Notice], N | None]) -> N:
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


@cache
def elements_ever() -> dict[str, Element]:
    """Each element of any version once by id, as its newest version has it."""
    return {element.id: element for notice in versions() for element in notice.elements.values()}
