"""For what a signed-in user reads records: set at sign-in to what is usual for their role, kept in the session, changed
in one click, never asked on each page.

A page may show records that do not serve the usual purpose. Until its user has chosen another, it is read for its own:
that of the user's purposes which these records serve and which reaches the fewest others. What somebody chose stands:
where it does not reach a page, the door refuses. Source: DESIGN section 9, "The door to records".
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from privacy.access import Read, reading, reading_each
from privacy.accesslog import Actor, entry, write
from privacy.enums import Duty, EntryKind, KeyKind
from privacy.guards import signed_in
from privacy.models import ApiKey, User
from privacy.notice import NotInForce
from privacy.places import Place
from privacy.purposes import Basis, bases_of, fitting, unserved, usual_basis
from privacy.refusing import Refused, check_basis
from privacy.renewing.watching import named, note_reading, renewal_of

SESSION = "basis"
IN_USE = "basis_in_use"  # the attribute of a request: for what its page is read
SAFE = {"GET", "HEAD"}  # methods that change nothing (RFC 9110, section 9.2.1)


def basis_of(request: HttpRequest) -> Basis | None:
    """For what the user reads at present; what is usual for their role where the session does not say.

    An API key reads for what it was made for.
    """
    if (key := api_key_of(request)) is not None:
        return key.basis
    kept = request.session.get(SESSION)
    if kept is None:
        return usual_basis(signed_in(request).roles)
    return Basis(kept["purpose"], Duty(kept["duty"]) if kept["duty"] else None, kept["reference"])


def api_key_of(request: HttpRequest) -> ApiKey | None:
    """The API key by which the request was authenticated (privacy.api.authentication)."""
    found: ApiKey | None = getattr(request, "api_key", None)
    return found


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
    shown = place.categories if categories is None else categories
    return _reading(request, basis_for(request, shown), place, key, shown)


def reading_for_duty(
    request: HttpRequest, duty: Duty, place: Place, key: KeyKind = KeyKind.LIST
) -> AbstractContextManager[Read]:
    """`reading_of` on a page that is itself the duty's: whoever opens it acts under that duty, whatever they chose."""
    return _reading(request, Basis(duty=duty), place, key, place.categories)


def _reading(
    request: HttpRequest, basis: Basis | None, place: Place, key: KeyKind, categories: tuple[int, ...]
) -> AbstractContextManager[Read]:
    is_renewal = _note(request, [basis])
    return reading(
        signed_in(request),
        basis,
        place=place,
        key=key,
        categories=categories,
        is_renewal=is_renewal,
        shows_at_end=_shows_at_end(request),
    )


def _shows_at_end(request: HttpRequest) -> bool:
    """Whether the answer alone shows what is read: what changes something may send it elsewhere meanwhile."""
    return request.method in SAFE


def _note(request: HttpRequest, bases: Sequence[Basis | None]) -> bool:
    """Keep for what the page is read. Says whether it is renewed; PermissionDenied where that is for something else."""
    renewal = renewal_of(request)
    for basis in bases:
        if basis_in_use(request) is None:
            setattr(request, IN_USE, basis)
        if renewal and named(basis) not in renewal.read_for:
            raise PermissionDenied(gettext("You now read records for something else: open this page again."))
        note_reading(request, basis)
    return renewal is not None


def basis_in_use(request: HttpRequest) -> Basis | None:
    """For what this page is read; None before its reading, and where there is none."""
    found: Basis | None = getattr(request, IN_USE, None)
    return found


def basis_for(request: HttpRequest, categories: Sequence[int]) -> Basis | None:
    """For what the user reads a page of these records: the present basis, or the page's own purpose."""
    present = basis_of(request)
    if present is None or not _unserved(present, categories):
        return present
    own = _own(request, categories)
    return own if own and not unserved(own, categories) else present


def _own(request: HttpRequest, categories: Sequence[int]) -> Basis | None:
    """That of the user's purposes which reaches most of the categories; None where they chose one themselves."""
    roles = signed_in(request).roles
    present, usual = basis_of(request), usual_basis(roles)
    if not categories or present is None or usual is None or not present.same_as(usual) or api_key_of(request):
        return None
    return fitting([one for one in bases_of(roles) if _is_in_force(one)], categories)


def _unserved(basis: Basis, categories: Sequence[int]) -> list[int]:
    """Those that do not serve it; none where it is not in force, which the door tells."""
    return unserved(basis, categories) if _is_in_force(basis) else []


def _is_in_force(basis: Basis) -> bool:
    try:
        return bool(basis.text)
    except NotInForce:
        return False


@dataclass
class Parts:
    """A page that is read in parts: `withheld` are the categories that nothing the user reads for reaches."""

    reads: list[Read] = field(default_factory=list)
    withheld: tuple[int, ...] = ()

    def count(self, people: int) -> None:
        """How many people are shown."""
        for read in self.reads:
            read.count = people


@contextmanager
def reading_in_parts(
    request: HttpRequest, place: Place, key: KeyKind, own: tuple[int, ...], more: Sequence[int] = ()
) -> Iterator[Parts]:
    """Read what a page is of (`own`, refused as a whole) and `more`: a reading for each purpose that is needed.

    More is read for the page's purpose where that reaches it, else for another of the user's, as `basis_for` chooses,
    else withheld.
    """
    basis = basis_for(request, own)
    rest = tuple(category for category in more if category not in own)
    missing = tuple(_unserved(basis, rest)) if basis else rest
    asked = [(basis, tuple(sorted({*own, *rest} - set(missing))))]
    while other := _own(request, missing):
        left = tuple(unserved(other, missing))
        asked.append((other, tuple(category for category in missing if category not in left)))
        missing = left
    is_renewal = _note(request, [each for each, _ in asked])
    with reading_each(
        signed_in(request), asked, place=place, key=key, is_renewal=is_renewal, shows_at_end=_shows_at_end(request)
    ) as reads:
        yield Parts(reads, missing)


@dataclass(frozen=True)
class Choice:
    """One of the bases in the page's head. `is_pages_own` where this page alone is read for it."""

    basis: Basis
    text: str
    is_current: bool
    is_pages_own: bool = False


def basis_menu(request: HttpRequest) -> dict[str, object]:
    """For templates: `basis`, the present one, and `basis_choices`, each that the user may take up."""
    return {
        "basis": SimpleLazyObject(lambda: _present(request)),
        "basis_choices": SimpleLazyObject(lambda: _choices(request)),
    }


def _present(request: HttpRequest) -> Choice | None:
    if not isinstance(getattr(request, "user", None), User):
        return None
    chosen = basis_of(request)
    in_use = basis_in_use(request) or chosen
    choice = _choice(in_use, in_use) if in_use else None
    is_own = bool(choice and chosen and not choice.basis.same_as(chosen))
    return replace(choice, is_pages_own=is_own) if choice else None


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
