"""What a draft reads otherwise into words that stay: the categories that serve a purpose, an element's handling, a key.

The words are the notice's and the reading is ours, so the Federal Register prints none of it. But the program goes by
the readings, so each that differs is shown with what that does: above all who could read what. Sources: DESIGN section
3 (readings are marked as ours); 5 U.S.C. 552a(b)(1) (who needs a record for a purpose).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from privacy.drafts.contents import content_of, notice_of
from privacy.holdings import holding_models, homes_of
from privacy.models import NoticeDraft
from privacy.notice import Notice, version
from privacy.notice.versions import content_of as content_of_version
from privacy.purposes import ENTITLEMENTS, Basis, users_of
from privacy.readings.listing import THE_NOTICE, Reading, readings_of
from privacy.roles import Role
from privacy.wording import label_words


@dataclass(frozen=True)
class Reread:
    """A reading that stands in both versions and says something else: what it said, and what becomes of it."""

    reading: Reading
    before: str
    told: tuple[str, ...]

    @property
    def place(self) -> str:
        """What it is a reading of: `PUR-2`, `c01-email-address`."""
        return self.reading.key.partition("/")[2]


def rereadings(draft: NoticeDraft) -> list[Reread]:
    """Each reading that the draft changes, in the notice's order. Only of a draft without problems."""
    before, after = version(draft.base), notice_of(draft)
    was = {one.key: one.value for one in readings_of(content_of_version(before)) if one.group != THE_NOTICE}
    return [
        Reread(one, was[one.key], tuple(_told(one, before, after)))
        for one in readings_of(content_of(draft))
        if one.key in was and was[one.key] != one.value
    ]


def _told(reading: Reading, before: Notice, after: Notice) -> Iterable[str]:
    kind, _, identifier = reading.key.partition("/")
    said = list(CONSEQUENCES[kind](identifier, before, after)) if kind in CONSEQUENCES else []
    return said or [gettext("Nothing the program decides depends on it.")]


# Who may read ---------------------------------------------------------------------------------------------------------


def _who_reads(purpose: str, before: Notice, after: Notice) -> Iterator[str]:
    """What each role that reads for the purpose could read then and could not now, or the other way about."""
    roles = users_of(Basis(number_of(purpose)))
    if not roles:
        yield gettext("No role reads records for it.")
    for role in roles:
        now, then = _reach(role, before), _reach(role, after)
        if then - now:
            said = gettext("%(people)s could read %(categories)s, which they cannot now.")
            yield said % {"people": _people(role), "categories": _categories(then - now)}
        if now - then:
            said = gettext("%(people)s could no longer read %(categories)s.")
            yield said % {"people": _people(role), "categories": _categories(now - then)}
        if now == then:
            yield gettext("%(people)s read the same as now, for another of their purposes.") % {"people": _people(role)}


def _reach(role: Role, notice: Notice) -> set[int]:
    """The categories that a role may read by a version: all for a duty, else those that serve its purposes."""
    bases = ENTITLEMENTS[role].bases
    if any(basis.duty for basis in bases):
        return {category.number for category in notice.categories}
    numbers = {basis.purpose for basis in bases}
    return {number for purpose in notice.purposes if purpose.number in numbers for number in purpose.categories}


def _people(role: Role) -> str:
    return str(capfirst(gettext(role.people)))


def _categories(numbers: Iterable[int]) -> str:
    found = sorted(numbers)
    said = ngettext("category %(numbers)s", "categories %(numbers)s", len(found))
    return said % {"numbers": ", ".join(map(str, found))}


# What is found by which key -------------------------------------------------------------------------------------------


def _found_by_rule(rule: str, before: Notice, after: Notice) -> Iterator[str]:
    """A search goes by the rules that a category names, whatever the rule's own list says."""
    having = {one.number for notice in (before, after) for one in notice.categories if rule in one.retrieval}
    for category in sorted(having):
        yield from _found_by(category, before, after)


def _found_again(category: str, before: Notice, after: Notice) -> Iterator[str]:
    number = number_of(category)
    yield from _found_by(number, before, after)
    if (now := before.category(number).retention) != (then := after.category(number).retention):
        said = gettext("Its records follow rule %(then)s instead of %(now)s, unless an element says otherwise.")
        yield said % {"then": _rule(then), "now": _rule(now)}


def _found_by(category: int, before: Notice, after: Notice) -> Iterator[str]:
    now, then = _keys(before, category), _keys(after, category)
    if more := [key for key in then if key not in now]:
        said = gettext("Records of category %(number)s are found by %(keys)s, too.")
        yield said % {"number": category, "keys": _key_words(more)}
    if fewer := [key for key in now if key not in then]:
        said = gettext("Records of category %(number)s are no longer found by %(keys)s.")
        yield said % {"number": category, "keys": _key_words(fewer)}


def _keys(notice: Notice, category: int) -> list[str]:
    return list(dict.fromkeys(key for rule in notice.retrieval_rules(category) for key in rule.keys))


def _key_words(keys: Iterable[str]) -> str:
    return ", ".join(gettext(key.replace("_", " ")) for key in keys)


# What is held, and until when -----------------------------------------------------------------------------------------


def _held_in(element: str, before: Notice, after: Notice) -> Iterator[str]:
    if found := homes_of(after.elements[element]):
        yield gettext("It is held in %(homes)s.") % {"homes": ", ".join(map(str, found))}


def _records_under(rule: str, before: Notice, after: Notice) -> Iterator[str]:
    if found := records_under(rule):
        yield gettext("Under it are %(records)s.") % {"records": ", ".join(found)}


def records_under(rule: str) -> list[str]:
    """The kinds of records that declare the rule, as people call them."""
    return [
        label_words(str(model._meta.verbose_name_plural)) for model, holds in holding_models() if rule in holds.rules
    ]


def _rule(identifier: str) -> str:
    return identifier.removeprefix("RET-")


def number_of(identifier: str) -> int:
    """`PUR-13` is 13."""
    return int(identifier.rpartition("-")[2])


# By the kind of reading; the other kinds are shown, and decide nothing.
CONSEQUENCES: dict[str, Callable[[str, Notice, Notice], Iterator[str]]] = {
    "purposes": _who_reads,
    "retrieval": _found_by_rule,
    "categories": _found_again,
    "element": _held_in,
    "retention": _records_under,
}
