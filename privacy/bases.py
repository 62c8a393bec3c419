"""For what a signed-in user reads records: set at sign-in to what is usual for their role, kept in the session, changed
in one click, never asked on each page."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from privacy.access import Read, reading
from privacy.accesslog import Actor, entry, write
from privacy.enums import Duty, EntryKind, KeyKind
from privacy.guards import signed_in
from privacy.models import User
from privacy.notice import NotInForce
from privacy.places import Place
from privacy.purposes import Basis, bases_of, usual_basis
from privacy.refusing import Refused, check_basis

SESSION = "basis"


def basis_of(request: HttpRequest) -> Basis | None:
    """For what the user reads at present; what is usual for their role where the session does not say."""
    kept = request.session.get(SESSION)
    if kept is None:
        return usual_basis(signed_in(request).roles)
    return Basis(kept["purpose"], Duty(kept["duty"]) if kept["duty"] else None, kept["reference"])


def keep(request: HttpRequest, basis: Basis) -> None:
    request.session[SESSION] = {"purpose": basis.purpose, "duty": basis.duty, "reference": basis.reference}


def change_basis(request: HttpRequest, basis: Basis) -> None:
    """Read for this from now on. Raises Refused where the user may not; either way it is logged."""
    actor = Actor.of(signed_in(request))
    try:
        check_basis(actor, basis)
    except Refused as refusal:
        write(entry(EntryKind.REFUSED, actor, basis, place="change_basis", why=refusal.why))
        raise
    write(entry(EntryKind.CHANGE_OF_BASIS, actor, basis, place="change_basis"))
    keep(request, basis)


def reading_of(
    request: HttpRequest, place: Place, key: KeyKind = KeyKind.LIST, categories: tuple[int, ...] | None = None
) -> AbstractContextManager[Read]:
    """`privacy.access.reading` by the user of a request, for what they read at present."""
    return reading(signed_in(request), basis_of(request), place=place, key=key, categories=categories)


@dataclass(frozen=True)
class Choice:
    """One of the bases in the page's head."""

    basis: Basis
    text: str
    is_current: bool


def basis_menu(request: HttpRequest) -> dict[str, object]:
    """For templates: `basis`, the present one, and `basis_choices`, each that the user may take up."""
    return {
        "basis": SimpleLazyObject(lambda: _present(request)),
        "basis_choices": SimpleLazyObject(lambda: _choices(request)),
    }


def _present(request: HttpRequest) -> Choice | None:
    basis = basis_of(request) if isinstance(getattr(request, "user", None), User) else None
    return _choice(basis, basis) if basis else None


def _choices(request: HttpRequest) -> list[Choice]:
    if not isinstance(getattr(request, "user", None), User):
        return []
    present = basis_of(request)
    choices = (_choice(basis, present) for basis in bases_of(signed_in(request).roles))
    return [choice for choice in choices if choice]


def _choice(basis: Basis, present: Basis | None) -> Choice | None:
    """None for a purpose that is not in force."""
    try:
        return Choice(basis, basis.text, present is not None and basis.same_as(present))
    except NotInForce:
        return None
