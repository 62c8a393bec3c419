"""What can be paid for: each kind of thing is one declaration, made where the thing lives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from privacy.purposes import Basis
from records.models import Payment


@dataclass(frozen=True)
class PaidFor:
    """A kind of thing that is paid for. `name` is what payments store; `basis` the purpose that it serves, which must
    serve category 6 too.

    Each function is called within a transaction, with the thing that `lock` gave (None where it has gone), and before
    anything else of the payment is locked. `takes` does what follows from the payment, and is False where the thing
    cannot be given any more: then the money goes back.
    """

    name: str
    label: str
    basis: Basis
    lock: Callable[[UUID], Any]
    takes: Callable[[Any, Payment], bool]


_kinds: dict[str, PaidFor] = {}


def declare_paid_for(kind: PaidFor) -> PaidFor:
    """Declare a kind. Declaring it once more takes the former one's place."""
    _kinds[kind.name] = kind
    return kind


def paid_for(name: str) -> PaidFor:
    """Raises KeyError for a kind that nobody declared."""
    return _kinds[name]
