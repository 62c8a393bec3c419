"""Why a reading is refused: the rules of the door, each with the sentence that the reader gets.

Source: DESIGN section 9, "The door to records"; the notice's retrieval rules and effective dates.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from privacy import notice
from privacy.accesslog import Actor
from privacy.enums import KeyKind, Why
from privacy.guards import listed
from privacy.notice import NotInForce
from privacy.purposes import Basis, bases_of, users_of


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
    check_basis(wish.actor, wish.basis)
    _check_categories(wish.categories)
    if wish.key is not KeyKind.LIST:
        _check_key(wish.key, wish.categories)


def check_basis(actor: Actor, basis: Basis | None) -> None:
    """Raises Refused unless the actor may read for it today. The program itself may for each purpose and duty."""
    if basis is None:
        raise Refused(Why.NO_BASIS, _without_basis(actor))
    try:
        text = basis.text
    except NotInForce as error:
        raise Refused(Why.NOT_IN_FORCE, f"{error} Choose another purpose in the page's head.") from error
    if not actor.is_system and not any(basis.same_as(one) for one in bases_of(actor.roles)):
        raise Refused(Why.NOT_FOR_ROLE, _not_for_role(basis, text))
    if not basis.is_referenced:
        needs = f"{basis.title} ({text}) needs the number of the incident, such as INC-2026-0042"
        raise Refused(Why.NO_INCIDENT, f"{needs}. Type it in the page's head.")


def _without_basis(actor: Actor) -> str:
    if bases_of(actor.roles):
        return "Say for what you read records: choose a purpose in the page's head, with the incident's number."
    return "Your role reads no identifiable records: it has no purpose of the notice and no duty."


def _not_for_role(basis: Basis, text: str) -> str:
    roles = [role.people for role in users_of(basis)]
    who = f"is for {listed(roles)}" if roles else "is no role's here"
    return f"{basis.title} ({text}) {who}. Choose one of yours in the page's head."


def _check_categories(categories: tuple[int, ...]) -> None:
    try:
        for number in categories:
            notice.category(number)
    except NotInForce as error:
        raise Refused(Why.CATEGORY_NOT_IN_FORCE, f"{error} Ask a privacy officer.") from error


def _check_key(key: KeyKind, categories: tuple[int, ...]) -> None:
    """A retrieval rule of at least one of the categories names the key."""
    rules = [rule for number in categories for rule in notice.in_force().retrieval_rules(number)]
    keys = list(dict.fromkeys(name for rule in rules for name in rule.keys))
    if key.value not in keys:
        known = listed([str(KeyKind(name).label) for name in keys]) or "no key at all"
        raise Refused(
            Why.KEY_NOT_NAMED,
            f"The notice lets nobody be looked up here by {key.label}. Look them up by {known}.",
        )
