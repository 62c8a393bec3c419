"""What a draft would do to the program: which fields, pages, roles and rules it touches, and what stands in its way.

Read from the models' declarations (privacy.holdings), the places (privacy.places) and the roles' purposes
(privacy.purposes), as the program itself goes by them. Sources: DESIGN sections 3 and 9; 5 U.S.C. 552a(e)(4)(C) (what
is held is published), (e)(11) (nothing new before its day).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from privacy.drafts.contents import notice_of
from privacy.drafts.printing import comparison_of, open_paragraphs
from privacy.drafts.rereading import Reread, number_of, records_under, rereadings
from privacy.holdings import Home, holding_models, homes_of
from privacy.models import NoticeDraft
from privacy.notice import Element, Notice, in_force, version
from privacy.notice.comparing import Change, Comparison, Kind
from privacy.places import places
from privacy.purposes import Basis, users_of
from privacy.readers import readers


@dataclass(frozen=True)
class Touched:
    """A change, in short, and what in the program it touches."""

    change: Change
    told: tuple[str, ...]


@dataclass(frozen=True)
class Impact:
    """By part of the notice; `readings` are what is read otherwise into words that stay.

    `obstacles` are what must be put right before the version can take effect.
    """

    elements: tuple[Touched, ...]
    purposes: tuple[Touched, ...]
    categories: tuple[Touched, ...]
    rules: tuple[Touched, ...]
    readings: tuple[Reread, ...]
    obstacles: tuple[str, ...]

    @property
    def parts(self) -> list[tuple[str, str, tuple[Touched, ...]]]:
        """Title, what its second column is, and what is touched."""
        return [
            (gettext("Elements"), gettext("Fields"), self.elements),
            (gettext("Purposes"), gettext("Roles"), self.purposes),
            (gettext("Categories of records"), gettext("Pages and roles"), self.categories),
            (gettext("Retention rules"), gettext("Records"), self.rules),
        ]


def impact_of(draft: NoticeDraft) -> Impact:
    """Of a draft without problems."""
    found, before, after = comparison_of(draft), version(draft.base), notice_of(draft)
    changes = {part.name: part.changes for part in found.parts}
    return Impact(
        elements=tuple(Touched(one, tuple(fields_of(one, before, after))) for one in changes["elements"]),
        purposes=tuple(Touched(one, tuple(roles_of(one))) for one in changes["purposes"]),
        categories=tuple(Touched(one, tuple(pages_of(one))) for one in changes["categories"]),
        rules=tuple(Touched(one, tuple(records_of(one))) for one in changes["retention"]),
        readings=tuple(rereadings(draft)),
        obstacles=tuple(obstacles(draft)),
    )


# What each change touches ---------------------------------------------------------------------------------------------


def fields_of(change: Change, before: Notice, after: Notice) -> Iterator[str]:
    """The fields that hold an element as it was, or would hold it."""
    identifier = change.item.id
    element = after.elements.get(identifier) or before.elements[identifier]
    found = homes_of(element)
    yield from (str(home) for home in found)
    if not found:
        yield gettext("no field")


def roles_of(change: Change) -> Iterator[str]:
    """Who reads for a purpose."""
    roles = users_of(Basis(number_of(change.item.id)))
    yield from (gettext(role.label) for role in roles)
    if not roles:
        yield gettext("no role")


def pages_of(change: Change) -> Iterator[str]:
    """Where records of a category are shown, and to whom."""
    number = number_of(change.item.id)
    yield from (gettext(place.label) for place in places() if number in place.categories)
    yield from (gettext(role.label) for role in readers(number)) if _is_known(number) else ()


def records_of(change: Change) -> Iterator[str]:
    """The records that are under a rule."""
    yield from records_under(change.item.id) or [gettext("no records")]


def _is_known(number: int) -> bool:
    return number in {category.number for category in in_force().categories}


# What stands in the way -----------------------------------------------------------------------------------------------


def obstacles(draft: NoticeDraft) -> list[str]:
    """Why the version cannot take effect yet, a sentence each. Of a draft without problems."""
    found, before, after = comparison_of(draft), version(draft.base), notice_of(draft)
    return [
        *([gettext("It changes nothing.")] if found.is_empty and not rereadings(draft) else []),
        *(
            gettext("%(heading)s: something still has to be written.") % {"heading": heading}
            for heading in open_paragraphs(draft)
        ),
        *_stale(draft),
        *_renumbered(found),
        *_removed_elements(before, after),
        *_new_elements(before, after),
        *_unread_categories(after),
        *_removed_rules(before, after),
    ]


def _stale(draft: NoticeDraft) -> Iterator[str]:
    if draft.base != in_force().version:
        said = gettext("It was started from the version of %(base)s, which is no longer in force: start another draft.")
        yield said % {"base": draft.base}


def _renumbered(found: Comparison) -> Iterator[str]:
    """Roles, the access log and the places know purposes and categories by number."""
    for part in found.parts:
        for change in part.changes if part.name in {"purposes", "categories"} else ():
            if change.kind is Kind.RENUMBERED and change.before:
                said = gettext(
                    "%(before)s would become %(after)s, and the program knows it by its number: add new "
                    "items at the end."
                )
                yield said % {"before": change.before.name, "after": change.item.name.lower()}


def _removed_elements(before: Notice, after: Notice) -> Iterator[str]:
    """A field may not hold what the notice does not name."""
    for element in _missing(before.elements.values(), after):
        for home in homes_of(element):
            if home.is_attribute and (rows := _rows_with(home)):
                said = gettext(
                    "%(rows)s records hold %(element)s (%(home)s), which the version does not name: they "
                    "must be disposed of first."
                )
                yield said % {"rows": number_format(rows, force_grouping=True), "element": element.label, "home": home}
            elif not home.is_attribute and not home.is_dropped:
                said = gettext(
                    "%(home)s holds %(element)s, which the version does not name: a software release must "
                    "remove the field, or the version must keep the element."
                )
                yield said % {"home": home, "element": element.label}


def _missing(elements: Iterable[Element], after: Notice) -> list[Element]:
    return [element for element in elements if element.id not in after.elements]


def _rows_with(home: Home) -> int:
    model = next(model for model, _ in holding_models() if model._meta.label == home.model)
    rows: Any = model._base_manager.filter(**{f"{home.field}__has_key": home.element.id})
    return int(rows.count())


def _new_elements(before: Notice, after: Notice) -> Iterator[str]:
    """Every element has a home, and stands in the words of its category, which are what is published."""
    for element in after.elements.values():
        if element.id in before.elements:
            continue
        if not homes_of(element):
            said = gettext(
                "%(element)s has no home: a software release must add a field for it, or a category that "
                "takes any element."
            )
            yield said % {"element": element.label}
        text = " ".join(after.category(element.category).text.split()).casefold()
        if (element.phrase or element.label).casefold() not in text:
            said = gettext(
                "The words of category %(number)s do not name %(element)s, and those words are what is published."
            )
            yield said % {"number": element.category, "element": element.label}


def _unread_categories(after: Notice) -> Iterator[str]:
    served = {number for purpose in after.purposes for number in purpose.categories}
    for category in after.categories:
        if category.number not in served:
            said = gettext("No purpose covers category %(number)s: no one could read its records except for a duty.")
            yield said % {"number": category.number}


def _removed_rules(before: Notice, after: Notice) -> Iterator[str]:
    """Records under no rule would never go."""
    for rule in before.retention_rules.keys() - after.retention_rules.keys():
        if found := records_under(rule):
            said = gettext("Rule %(rule)s is gone, and these are under it: %(records)s.")
            yield said % {"rule": rule.removeprefix("RET-"), "records": ", ".join(found)}
