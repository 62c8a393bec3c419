"""The kinds of notification: each is declared by the floor where it happens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from privacy.models import Notification, User
from privacy.roles import Permit


@dataclass(frozen=True)
class Line:
    """What is said of a notification. `person` is the primary key of the customer whom it names, if it names one."""

    text: str
    person: int | None = None


# The words of these notifications of one user, by their ids, in a fixed number of queries; what is no longer there, or
# no longer theirs to see, has none. With `names` customers whom the user sees are named: the caller has read through
# the door. Mail names nobody.
Words = Callable[[User, Sequence[Notification], bool], Mapping[UUID, Line]]


@dataclass(frozen=True)
class Kind:
    """`label` is what the settings call it, for those with one of the `permits` (for all where none are given)."""

    name: str
    label: str
    words: Words
    permits: tuple[Permit, ...] = ()

    def is_for(self, user: User) -> bool:
        return not self.permits or user.has_one_of(self.permits)


_kinds: dict[str, Kind] = {}


def declare_kind(name: str, label: str, words: Words, permits: tuple[Permit, ...] = ()) -> Kind:
    """Declare a kind. Declaring it once more takes the former one's place."""
    _kinds[name] = Kind(name, label, words, permits)
    return _kinds[name]


def kinds() -> list[Kind]:
    """All that are declared, by label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def kinds_for(user: User) -> list[Kind]:
    return [kind for kind in kinds() if kind.is_for(user)]


def lines_of(user: User, rows: Sequence[Notification], *, names: bool) -> dict[UUID, Line]:
    """The words of the rows, which may be of several kinds."""
    found: dict[UUID, Line] = {}
    for kind in kinds():
        if mine := [row for row in rows if row.kind == kind.name]:
            found |= kind.words(user, mine, names)
    return found
