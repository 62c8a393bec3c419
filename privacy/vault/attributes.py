"""How a sealed field sits on an instance: sealed as it was loaded, opened when it is read, sealed again when saved.

As a foreign key has `customer` and `customer_id`, a sealed field has its name, which gives and takes the typed value,
and `NAME_sealed`, which holds the state: None, the sealed bytes, or an Unsealed. Django's own machinery (loading,
deferring, refreshing, bulk updates) works with the state and so opens nothing.
"""

import copy
import pickle
from typing import Any, Protocol, Self

from django.db import models
from django.db.models.query_utils import DeferredAttribute


class Sealing(Protocol):
    """What a sealed field (privacy.vault.base_field) does for its values."""

    attname: str

    @property
    def place(self) -> str: ...

    def to_text(self, value: Any) -> str: ...

    def from_text(self, text: str) -> Any: ...

    def seal_into(self, instance: models.Model, unsealed: "Unsealed") -> bytes: ...

    def unseal_from(self, instance: models.Model, sealed: bytes) -> str: ...


class Unsealed:
    """A value in clear, in memory. Where it was sealed before, `sealed` and the `text` that was in it."""

    __slots__ = ("field", "sealed", "text", "value")

    def __init__(self, field: Sealing, value: Any, sealed: bytes | None = None, text: str = "") -> None:
        self.field, self.value, self.sealed, self.text = field, value, sealed, text

    def __repr__(self) -> str:
        return "<sealed>"

    def __deepcopy__(self, memo: dict[int, Any]) -> "Unsealed":
        return Unsealed(self.field, copy.deepcopy(self.value, memo), self.sealed, self.text)

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        """Pickled as the sealed bytes. Raises PicklingError where it was set or changed and not saved since."""
        if self.sealed is None or self.field.to_text(self.value) != self.text:
            message = f"{self.field.place} was changed and not saved: a pickle would hold it in clear. Save first."
            raise pickle.PicklingError(message)
        return bytes, (self.sealed,)


class Bound:
    """An unsealed value with the instance that it belongs to, so that it can be sealed for the database."""

    __slots__ = ("instance", "unsealed")

    def __init__(self, instance: models.Model, unsealed: Unsealed) -> None:
        self.instance, self.unsealed = instance, unsealed

    def __repr__(self) -> str:
        return "<sealed>"

    def __eq__(self, other: object) -> bool:
        return bool(self.unsealed.value == (other.unsealed.value if isinstance(other, Bound) else other))

    __hash__ = object.__hash__

    def sealed(self) -> bytes:
        return self.unsealed.field.seal_into(self.instance, self.unsealed)


class SealedState(DeferredAttribute):
    """`NAME_sealed`: what Django loads, stores and compares."""

    field: Sealing  # type: ignore[assignment]  # a field, and a sealed one

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        state: Any = super().__get__(instance, cls)
        return Bound(instance, state) if instance is not None and isinstance(state, Unsealed) else state

    def __set__(self, instance: models.Model, state: Any) -> None:
        if isinstance(state, Bound):
            state = state.unsealed
        if state is not None and not isinstance(state, bytes | Unsealed):
            state = Unsealed(self.field, state)
        instance.__dict__[self.field.attname] = state


class SealedValue:
    """The field's name: the typed value, opened on the first access."""

    def __init__(self, field: Sealing) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Self | Any:
        if instance is None:
            return self
        state = getattr(instance, self.field.attname)
        if isinstance(state, bytes):
            text = self.field.unseal_from(instance, state)
            opened = Unsealed(self.field, self.field.from_text(text), state, text)
            instance.__dict__[self.field.attname] = opened
            return opened.value
        return state.unsealed.value if isinstance(state, Bound) else state

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, bytes):
            raise TypeError(f"{self.field.place} takes the value itself; sealed bytes go to {self.field.attname}")
        setattr(instance, self.field.attname, value)
