"""What can be exported of a list or a report, and by whom: what every module of sources is given and declares.

A module that makes files of a report declares SOURCES: by the report's name, what one user may take of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext

from analytics.exports.base import Notes, Table
from analytics.exports.ended_words import WRONG_ON_REPORT, WRONG_VERSION
from privacy.enums import KeyKind
from privacy.models import User
from privacy.places import Place
from privacy.roles import SEES_CUSTOMERS

# What an address says so that groups of few people stay out, whoever reads: `small-groups=hidden`.
SMALL_GROUPS, HIDDEN_GROUPS = "small-groups", "hidden"


class BadFilters(ValueError):
    """The filters of the address make no sense; the message says which."""


@dataclass(frozen=True)
class Source:
    """What a user may take of a list or report. `title` names nobody, and is read in whatever
    language is in force then; `page` is where it is shown.

    `place`, `key` and `categories` are for the door; without a place it holds no identifiable records. `people` is a
    query of the keys of the persons in it. `looks_up` says that somebody in particular was searched for; `lacks` names
    what a list's address asks for that is no filter of the list, as the user has it, and so narrows nothing.
    """

    of: str
    title: "str | Promise"
    page: str
    count: Callable[[], int]
    table: Callable[[datetime, Notes], Table]
    place: Place | None = None
    key: KeyKind = KeyKind.LIST
    categories: tuple[int, ...] = ()
    people: Callable[[], "QuerySet[Any, Any]"] | None = None
    is_one_person: bool = False
    looks_up: bool = False
    lacks: tuple[str, ...] = ()
    # Of a list, the words that its address may have.
    knows: tuple[str, ...] = ()
    # Whether there are pictures of it.
    draws: bool = False

    @property
    def is_identifiable(self) -> bool:
        return self.place is not None

    def people_in(self, rows: int) -> int:
        """How many people the access log says were read."""
        return 1 if self.is_one_person else rows


def sees_people(user: User) -> bool:
    return user.has_one_of(SEES_CUSTOMERS)


def hides_few(user: User, query: str) -> bool:
    """Whether numbers about few people stay out: for those who may not see people, and where the address says so."""
    return not sees_people(user) or QueryDict(query).get(SMALL_GROUPS) == HIDDEN_GROUPS


def wrong_filter(form: BaseForm) -> str:
    name, errors = next(iter(form.errors.items()))
    return gettext(WRONG_ON_REPORT) % {
        "name": name,
        "problem": errors[0],
    }


def version_asked(query: str) -> int:
    """The number of the version that the address names; 0 where it names none. Raises BadFilters."""
    asked = QueryDict(query).get("version", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise BadFilters(gettext(WRONG_VERSION))
    return int(asked or 0)


# Of a user, which one of the report's kind (empty where there is one), and the address's filters. It raises Http404 for
# what does not exist or is out of the user's scope, PermissionDenied, and BadFilters.
Maker = Callable[[User, str, str], Source]
