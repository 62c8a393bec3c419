"""What a payment provider does for us, whoever it is. An adapter is one module beside this one, named in ADAPTERS.

An adapter only ever calls the machine that the settings name: no address that an answer holds is called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from importlib import import_module
from typing import Protocol
from uuid import UUID

from django.conf import settings

# By the name in PAYMENT_PROVIDER: the module whose `make` gives the adapter.
ADAPTERS = {"sandbox": "records.paying.sandbox"}


class ProviderAway(Exception):
    """It did not answer, or not sensibly. Nothing is known of what it did: ask again, with the same key."""


class ProviderRefuses(Exception):
    """It will not do it, however often it is asked. The message is a word of the provider's, without a person."""


class NotGenuine(Exception):
    """A delivery that the provider did not sign just now; the message says why."""


class NotUnderstood(Exception):
    """A signed delivery, or an answer, that is none."""


class Stands(Enum):
    """How a payment stands at the provider."""

    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class Asked:
    """What somebody is to pay. `key` names it for good: asked twice under it, it is asked once. `back` is where the
    provider leads to afterwards; `until` is aware."""

    key: UUID
    amount: Decimal
    currency: str
    what: str
    language: str
    back: str
    until: datetime


@dataclass(frozen=True)
class Checkout:
    """The provider's reference, and its page, on `Provider.page_origin`."""

    reference: str
    address: str


@dataclass(frozen=True)
class CardKept:
    """What may be kept of a card: never its number. `brand` is a value of CardBrand, `expires` MM/YYYY."""

    token: str
    brand: str
    last_four: str
    expires: str


@dataclass(frozen=True)
class Found:
    """What the provider says of a payment: `key` is ours, `at` when it was paid."""

    key: UUID
    reference: str
    stands: Stands
    amount: Decimal
    currency: str
    at: datetime | None = None
    card: CardKept | None = None


@dataclass(frozen=True)
class Told:
    """A genuine delivery: its own id, and what it says."""

    delivery_id: str
    found: Found


class Provider(Protocol):
    """Each call may raise ProviderAway, ProviderRefuses."""

    name: str
    page_origin: str  # scheme, host and port of its hosted page

    def check_out(self, asked: Asked) -> Checkout: ...

    def look_up(self, reference: str) -> Found: ...

    def end(self, reference: str) -> Found:
        """Nobody can pay it any more; what was paid before stays paid."""
        ...

    def refund(self, reference: str, key: str) -> Found:
        """Give all of it back, once for each key."""
        ...

    def told(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Told:
        """Read a delivery. Raises NotGenuine, NotUnderstood."""
        ...


def provider() -> Provider | None:
    """The installation's, or None where none is set up and nothing can cost anything."""
    if not settings.PAYMENT_PROVIDER:
        return None
    make: Callable[[], Provider] = import_module(ADAPTERS[settings.PAYMENT_PROVIDER]).make
    return make()


def page_origins() -> list[str]:
    """Where a form may lead to from a page with something to pay (Content-Security-Policy, form-action)."""
    found = provider()
    return [found.page_origin] if found else []
