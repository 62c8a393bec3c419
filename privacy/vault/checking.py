"""What state the vault is in: which keys wrap how many, and whether what is sealed can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from privacy.vault import opening
from privacy.vault.base_field import SealedField
from privacy.vault.errors import KeyDestroyed, VaultError
from privacy.vault.keys import index_key
from privacy.vault.wrapping import configured, newest, unwrap

SAMPLE = 100  # keys


@dataclass(frozen=True)
class Survey:
    """How many keys each key-encryption key wraps, by fingerprint; how many keys were destroyed."""

    keys: dict[str, int]
    destroyed: int

    @property
    def total(self) -> int:
        return sum(self.keys.values())

    @property
    def outdated(self) -> int:
        """Keys that a rotation would rewrap."""
        return sum(count for kek, count in self.keys.items() if kek in configured() and kek != newest())

    @property
    def unknown(self) -> dict[str, int]:
        """Keys that cannot be unwrapped, by the key-encryption key that VAULT_KEYS lacks."""
        return {kek: count for kek, count in self.keys.items() if kek not in configured()}


@dataclass(frozen=True)
class Unreadable:
    """A sealed field of which a row could not be read, and why."""

    place: str
    problem: VaultError


def survey() -> Survey:
    """Raises StoreUnavailable."""
    store = opening.current()
    return Survey(store.counts(), store.count_destroyed())


def check_store() -> None:
    """Really write to the store, and unwrap the key of lookups (made where missing). Raises VaultError."""
    opening.current().check_writable()
    index_key()


def try_keys(sample: int = SAMPLE) -> int:
    """Unwrap some keys under each configured key-encryption key; returns how many. Raises WrongKey, Tampered."""
    tried = 0
    for kek in configured():
        for key in next(opening.current().under(kek, sample), []):
            unwrap(key)
            tried += 1
    return tried


def unreadable_fields() -> Iterator[Unreadable]:
    """The sealed fields whose newest value cannot be read: a store or key that is not the database's shows here.

    A destroyed key is as it should be. What is read is dropped at once. Raises DatabaseError.
    """
    for model in apps.get_models():
        for field in sealed_fields(model):
            row = model._base_manager.exclude(**{field.name: None}).order_by("-pk").first()
            if row is not None and (problem := _problem_of(row, field)):
                yield Unreadable(field.place, problem)


def sealed_fields(model: type[models.Model]) -> list[SealedField[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]


def _problem_of(row: models.Model, field: SealedField[Any, Any]) -> VaultError | None:
    try:
        getattr(row, field.name)
    except KeyDestroyed:
        return None
    except VaultError as problem:
        return problem
    return None
