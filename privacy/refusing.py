"""Why a reading is refused: the rules of the door, each with the sentence that the reader gets.

Source: DESIGN section 9, "The door to records"; the notice's retrieval rules and effective dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from privacy import notice
from privacy.accesslog import Actor
from privacy.enums import KeyKind, Why
from privacy.guards import listed
from privacy.notice import NotInForce
from privacy.purposes import Basis, bases_of, purposes_served_by, unserved, users_of
from privacy.roles import Role
from privacy.safeguards import incidents


class Refused(PermissionDenied):
    """The door stays shut. The message is a sentence for the reader that says what to do; `why` is its word."""

    def __init__(self, why: Why, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True)
class Wish:
    """What somebody wants to read, where, by which key."""

    actor: Actor
    basis: Basis | None
    categories: tuple[int, ...]
    key: KeyKind
    place: str


def check(wish: Wish) -> None:
    """Raises Refused for the first rule that the wish breaks."""
    check_basis(wish.actor, wish.basis, wish.categories)
    _check_categories(wish.categories)
    _check_served(wish)
    if wish.key is not KeyKind.LIST:
        _check_key(wish.key, wish.categories)


def check_basis(actor: Actor, basis: Basis | None, categories: tuple[int, ...] = ()) -> None:
    """Raises Refused unless the actor may read records of these categories for it today.

    The program itself may for each purpose and duty; an incident is open for it too, or it reads nothing.
    """
    if basis is None:
        raise Refused(Why.NO_BASIS, _without_basis(actor))
    try:
        text = basis.text
    except NotInForce as error:
        raise Refused(
            Why.NOT_IN_FORCE, _("%(problem)s Choose another purpose in the page header.") % {"problem": error}
        ) from error
    if not actor.is_system and not any(basis.same_as(one) for one in bases_of(actor.roles)):
        raise Refused(Why.NOT_FOR_ROLE, _not_for_role(basis, text))
    if not basis.is_referenced:
        needs = _(
            "%(basis)s (%(text)s) needs the number of the incident, such as INC-2026-0042. Type it in the page header."
        ) % {
            "basis": basis.title,
            "text": text,
        }
        raise Refused(Why.NO_INCIDENT, needs)
    if basis.needs_incident:
        _check_incident(actor, basis.reference, categories)


def _check_incident(actor: Actor, number: str, categories: tuple[int, ...]) -> None:
    """An open case of that number, which names the reader, and of whose records these are. One query."""
    incident = incidents.numbered(number)
    if incident is None:
        sentence = _(
            "There is no incident %(number)s. A privacy officer opens one and names who may read records for it."
        ) % {"number": number}
        raise Refused(Why.INCIDENT_UNKNOWN, sentence)
    if not incident.is_open:
        raise Refused(
            Why.INCIDENT_CLOSED,
            _("Incident %(number)s is closed: no one reads records for it anymore.") % {"number": number},
        )
    if not actor.is_system and not incidents.is_reader(incident, actor.user_id):
        raise Refused(
            Why.NOT_ITS_READER,
            _("You are not among those who may read records for incident %(number)s.") % {"number": number},
        )
    if outside := incidents.outside(incident, categories):
        named = listed([str(one) for one in outside])
        sentence = _("Incident %(number)s is not about records of category %(named)s, which are shown here.") % {
            "number": number,
            "named": named,
        }
        raise Refused(Why.OUTSIDE_INCIDENT, sentence)


def _without_basis(actor: Actor) -> str:
    if bases_of(actor.roles):
        return _("State what you read records for: choose a purpose in the page header, with the incident's number.")
    return _("Your role reads no identifiable records: it has no purpose under the notice and no duty.")


def _not_for_role(basis: Basis, text: str) -> str:
    roles = [_(role.people) for role in users_of(basis)]
    who = _("is for %(roles)s") % {"roles": listed(roles)} if roles else _("is not for any role here")
    return _("%(basis)s (%(text)s) %(who)s. Choose one of yours in the page header.") % {
        "basis": basis.title,
        "text": text,
        "who": who,
    }


def _check_categories(categories: tuple[int, ...]) -> None:
    try:
        for number in categories:
            notice.category(number)
    except NotInForce as error:
        raise Refused(
            Why.CATEGORY_NOT_IN_FORCE, _("%(problem)s Ask a privacy officer.") % {"problem": error}
        ) from error


def _check_served(wish: Wish) -> None:
    """The records serve the purpose that they are read for."""
    basis = wish.basis
    missing = unserved(basis, wish.categories) if basis else []
    if basis and missing:
        named = listed([f"{_within_a_sentence(notice.category(number).title)} ({number})" for number in missing])
        would_do = what_would_do(wish.categories, None if wish.actor.is_system else wish.actor.roles)
        sentence = ngettext(
            "%(basis)s (%(text)s) does not cover %(named)s, which is shown here. %(would_do)s",
            "%(basis)s (%(text)s) does not cover %(named)s, which are shown here. %(would_do)s",
            len(missing),
        )
        told = {"basis": basis.title, "text": basis.text, "named": named, "would_do": would_do}
        raise Refused(Why.NOT_SERVED, sentence % told)


def _within_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:]


def what_would_do(categories: Sequence[int], roles: Sequence[Role] | None) -> str:
    """Which purposes reach the records: those of the reader's roles where there are any. None is the program itself."""
    fit = purposes_served_by(categories)
    if fit and roles is None:
        return _("%(purposes)s would do.") % {"purposes": _numbered(fit)}
    own = [basis for basis in fit if any(basis.same_as(one) for one in bases_of(roles or ()))]
    if own:
        said = ngettext(
            "%(purposes)s would do: choose it in the page header.",
            "%(purposes)s would do: choose one in the page header.",
            len(own),
        )
        return said % {"purposes": _numbered(own)}
    if fit:
        said = ngettext(
            "%(purposes)s would do, but your role does not read records for it.",
            "%(purposes)s would do, but your role does not read records for them.",
            len(fit),
        )
        return said % {"purposes": _numbered(fit)}
    return _("No purpose of the notice covers all of them at once.")


def _numbered(bases: list[Basis]) -> str:
    """`Purpose 2`, `Purposes 2, 3 or 11`."""
    first = [str(basis.purpose) for basis in bases]
    if len(first) == 1:
        return _("Purpose %(number)s") % {"number": first[0]}
    return _("Purposes %(list)s or %(last)s") % {"list": ", ".join(first[:-1]), "last": first[-1]}


def _check_key(key: KeyKind, categories: tuple[int, ...]) -> None:
    """A retrieval rule of at least one of the categories names the key."""
    rules = [rule for number in categories for rule in notice.in_force().retrieval_rules(number)]
    keys = list(dict.fromkeys(name for rule in rules for name in rule.keys))
    if key.value not in keys:
        known = listed([_(KeyKind(name).label) for name in keys]) or _("no key at all")
        raise Refused(
            Why.KEY_NOT_NAMED,
            _("Under the notice, no one may be looked up here by %(key)s. Look them up by %(known)s.")
            % {"key": _(key.label), "known": known},
        )
