"""The vault's keys of those whom an import brought, withdrawn when it is taken back."""

from collections.abc import Iterator
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from privacy.vault import having_keys, withdraw_keys
from privacy.vault.store import BATCH, batches
from records.models import Import, Record
from records.models.provenance import Provenance

Keyed = list[tuple[type[Model], set[UUID]]]


def keyed_rows(record: Import) -> Keyed:
    """The import's rows under whose own key something is sealed, by model: people, meetings, records …

    A row that belongs to somebody else, such as a registration, has no key of its own.
    """
    found = [(model, having_keys(_keys_of(model, record))) for model in _models()]
    return [(model, keys) for model, keys in found if keys]


def withdraw_gone(keyed: Keyed) -> int:
    """Withdraw the keys of those rows that are no longer there; returns how many. To be called after the commit.

    A crash between the commit and this leaves keys behind that open nothing.
    """
    return sum(withdraw_keys(keys - _present(model, keys)) for model, keys in keyed)


def _models() -> Iterator[type[Model]]:
    yield from (model for model in apps.get_models() if issubclass(model, Provenance))
    yield Record


def _keys_of(model: type[Model], record: Import) -> Iterator[UUID]:
    rows = model._default_manager.filter(source_import_id=record.pk)
    return rows.values_list("key", flat=True).iterator(chunk_size=BATCH)


def _present(model: type[Model], keys: set[UUID]) -> set[UUID]:
    rows = model._default_manager
    return {key for batch in batches(keys) for key in rows.filter(key__in=batch).values_list("key", flat=True)}
