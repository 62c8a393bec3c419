"""After a restore from a backup: dispose again of all that had gone, by the journal outside the database.

An entry names a row by its own random key, which names it for good, or by its database key together with the key of the
person (or the day) that it was about, so that another row which has got that number since is left alone. Keys of the
vault stay destroyed by themselves: a restore of the database does not bring them back. What is held now is kept and
told, and so is what another row still needs: nothing is destroyed on doubt.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import CompositePrimaryKey, F

from privacy.ledger.naming import RESTORED
from privacy.physical import journaling
from privacy.retention import journal
from privacy.retention.holding import holds_kept_to
from privacy.retention.journal import Gone
from privacy.retention.kinds import TRIGGER, Kind, kinds
from privacy.retention.logs import log_of
from privacy.retention.policies import latest
from privacy.retention.rows import Along, has_key, take_away, unneeded
from privacy.retention.scopes import held, key_of_individual
from privacy.retention.signals import append, disposal_ended
from privacy.vault import destroy_keys


@dataclass
class Replayed:
    """What a replay did: rows disposed of again by model, partitions dropped again, and what was kept. `by_hand` names
    boxes that were destroyed, of which the register cannot say so by itself."""

    rows: dict[str, int] = field(default_factory=dict)
    partitions: list[str] = field(default_factory=list)
    held: int = 0
    needed: int = 0
    entries: int = 0
    by_hand: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def replay() -> Replayed:
    """Go through the whole journal, again and again while that frees rows that others needed. Can be run again.

    The ledger goes on in a line of its own from here, for what was sealed behind the backup is lost (ledger.naming).
    Raises JournalBroken before anything is done where the journal is not as it was written.
    """
    entries = list(journal.entries())
    done = Replayed(entries=len(entries))
    while True:
        before = done.total
        done.held, done.needed, done.by_hand = 0, 0, []
        for gone in entries:
            _again(gone, done)
        if done.total == before:
            append(RESTORED, token_hex(4), entries=done.entries, rows=done.total)
            if entries:
                disposal_ended.send(replay)
            return done


def _again(gone: Gone, done: Replayed) -> None:
    if gone.partition:
        _drop_again(gone, done)
        return
    if gone.model == journaling.MODEL:
        _destroy_again(gone, done)
        return
    kind = _kind(gone)
    if kind is None:
        return
    for start in range(0, len(gone.rows), 1_000):
        _take_again(kind, gone.rows[start : start + 1_000], done)
    destroy_keys(_keys(gone))


def _destroy_again(gone: Gone, done: Replayed) -> None:
    units, by_hand = journaling.destroyed_again(gone)
    done.by_hand += by_hand
    if units:
        done.rows[gone.model] = done.rows.get(gone.model, 0) + units


def _kind(gone: Gone) -> Kind | None:
    """None where the model is no longer there: then nothing of it is."""
    return {(kind.label, kind.rule): kind for kind in kinds()}.get((gone.model, gone.rule))


def _keys(gone: Gone) -> Iterator[UUID]:
    return (UUID(key) for key in gone.keys)


def _take_again(kind: Kind, names: list[list[str]], done: Replayed) -> None:
    policy = latest()[kind.rule]
    with transaction.atomic():
        holds = holds_kept_to()
        found = list(_matching(kind, names))
        if not found:
            return
        rows = kind.dated(policy).filter(pk__in=found)
        kept = set(rows.filter(held(kind.model, kind.holds, TRIGGER, holds)).values_list("pk", flat=True))
        free = rows.filter(pk__in=[pk for pk in found if pk not in kept])
        going = list(unneeded(kind, free).values_list("pk", flat=True))
        done.held += len(kept)
        done.needed += len(found) - len(kept) - len(going)
        if not going:
            return
        taken = take_away(kind, kind.dated(policy).filter(pk__in=going), going)
        transaction.on_commit(lambda: _afterwards(taken.along))
        done.rows[kind.label] = done.rows.get(kind.label, 0) + len(going)


def _afterwards(along: Along) -> None:
    for storage, name in along.files:
        storages[storage].delete(name)
    destroy_keys(along.keys)


def _matching(kind: Kind, names: list[list[str]]) -> Iterable[Any]:
    """The primary keys of those of the named rows that are there."""
    rows = kind.rows()
    if has_key(kind.model):
        return rows.filter(key__in=[name for name, _ in names]).values_list("pk", flat=True)
    wanted = {_primary(kind, name): person for name, person in names}
    person = key_of_individual(kind.holds)
    if not person:
        rows = kind.dated(latest()[kind.rule])
    found = rows.filter(pk__in=list(wanted)).annotate(_about=F(person or TRIGGER)).values_list("pk", "_about")
    return [pk for pk, about in found if wanted[pk] in ("", str(about or ""))]


def _primary(kind: Kind, name: str) -> Any:
    key = kind.model._meta.pk
    if not name.startswith("["):
        return int(name)
    values = json.loads(name)
    return tuple(values) if isinstance(key, CompositePrimaryKey) else UUID(values[0])


def _drop_again(gone: Gone, done: Replayed) -> None:
    """A month of a log that the backup still had. What is held now stays in it."""
    log = log_of(gone.model)
    with transaction.atomic():
        holds = holds_kept_to()
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_class WHERE relname = %s)", [gone.partition])
            is_there = bool(cursor.fetchone()[0])
        if is_there and gone.partition not in done.partitions:
            rows, kept = log.detach(gone.partition, holds)
            done.held += kept
            if rows:
                done.partitions.append(gone.partition)
                done.rows[gone.model] = done.rows.get(gone.model, 0) + rows
        log.drop(gone.partition)
