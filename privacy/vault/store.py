"""What the store of wrapped keys does, in statements that SQLite and PostgreSQL both run.

It lies outside the database and its backups (the setting VAULT_URL). A destroyed key leaves its row behind without
the key, so that it can neither be read nor made again.
"""

import contextlib
import itertools
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from privacy.vault.errors import StoreUnavailable
from privacy.vault.wrapping import WrappedKey

T = TypeVar("T")

BATCH = 1_000  # rows a statement: SQLite takes 32,766 parameters at most

# `{number}`, `{bytes}` and `{options}` are what the two call differently. Rows are numbered as they come, so that an
# import of many new persons writes at the end of the table and of the index by which keys are counted and rotated.
SCHEMA = """
CREATE TABLE vault_key (
    id {number},
    subject {bytes} NOT NULL UNIQUE CHECK (length(subject) = 16),
    wrapped {bytes},
    kek text,
    created_at text,
    destroyed_at text,
    CHECK ((wrapped IS NULL) = (kek IS NULL)),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) {options};
CREATE INDEX vault_key_by_kek ON vault_key (kek, id) WHERE kek IS NOT NULL;
CREATE TABLE vault_meta (name text PRIMARY KEY, value text NOT NULL);
"""
FIND = "SELECT subject, wrapped, kek, destroyed_at FROM vault_key WHERE subject IN {values}"
ADD = "INSERT INTO vault_key (subject, wrapped, kek, created_at) VALUES {values} ON CONFLICT (subject) DO NOTHING"
DESTROY = """
INSERT INTO vault_key (subject, destroyed_at) VALUES {values}
ON CONFLICT (subject) DO UPDATE SET wrapped = NULL, kek = NULL, destroyed_at = excluded.destroyed_at
WHERE vault_key.destroyed_at IS NULL
"""
UNDER = """
SELECT id, subject, wrapped, kek FROM vault_key WHERE kek = %s AND id > %s ORDER BY id LIMIT %s
"""
# A key that was destroyed or rewrapped since it was read is left alone.
REPLACE = """
UPDATE vault_key SET wrapped = fresh.column2, kek = fresh.column3 FROM (VALUES {values}) AS fresh
WHERE vault_key.subject = fresh.column1 AND vault_key.wrapped = fresh.column4
"""
HAVING = "SELECT subject FROM vault_key WHERE wrapped IS NOT NULL AND subject IN {values}"
WITHDRAW = "DELETE FROM vault_key WHERE wrapped IS NOT NULL AND subject IN {values}"
COUNT = "SELECT kek, count(*) FROM vault_key WHERE kek IS NOT NULL GROUP BY kek ORDER BY kek"
COUNT_DESTROYED = "SELECT count(*) FROM vault_key WHERE kek IS NULL"
WRITE_META = """
INSERT INTO vault_meta (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a destroyed key."""

    destroyed_at: datetime


class Store(ABC):
    """One connection to the store, for one thread of one process. Every method raises StoreUnavailable."""

    begin: ClassVar[str]

    @abstractmethod
    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> tuple[list[tuple[Any, ...]], int]:
        """Run one statement (with `%s`): the rows that it gave, how many it touched."""

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """What is executed within is kept together or not at all; what is executed without is kept at once."""
        self.execute(self.begin)
        try:
            yield
        except BaseException:
            with contextlib.suppress(StoreUnavailable):
                self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    @abstractmethod
    def is_current(self) -> bool:
        """Whether this is still the store that VAULT_URL leads to."""

    @abstractmethod
    def close(self) -> None: ...

    def find(self, subjects: Collection[UUID]) -> dict[UUID, WrappedKey | Tombstone]:
        """The keys of those who have one, and what is left of destroyed ones."""
        found: dict[UUID, WrappedKey | Tombstone] = {}
        for batch in batches(subjects):
            asked = {subject.bytes: subject for subject in batch}
            rows, _ = self.execute(FIND.format(values=_row(len(asked))), list(asked))
            for stored, *entry in rows:
                subject = asked[bytes(stored)]
                found[subject] = _entry(subject, *entry)
        return found

    def add(self, keys: Iterable[WrappedKey]) -> None:
        """Keep these keys; a person who has or had one keeps what is there."""
        # In order, so that neighbours in the index of subjects are written once.
        self._execute_values(ADD, sorted((key.subject.bytes, key.wrapped, key.kek, _now()) for key in keys))

    def destroy(self, *subjects: UUID) -> None:
        """Take the persons' keys away, for good; the first time is remembered. A statement for each thousand."""
        for batch in batches(subjects):
            values = ", ".join([_row(2)] * len(batch))
            self.execute(DESTROY.format(values=values), [part for one in batch for part in (one.bytes, _now())])
        self.forget_what_was_destroyed()

    def forget_what_was_destroyed(self) -> None:  # noqa: B027 (most stores keep no log)
        """Remove what the store's own log still holds of keys that were destroyed."""

    def having(self, subjects: Iterable[UUID]) -> set[UUID]:
        """Those of them who have a key."""
        found: set[UUID] = set()
        for batch in batches(subjects):
            rows, _ = self.execute(HAVING.format(values=_row(len(batch))), [subject.bytes for subject in batch])
            found |= {UUID(bytes=bytes(stored)) for (stored,) in rows}
        return found

    def withdraw(self, subjects: Iterable[UUID]) -> int:
        """Take these keys away without remembering it; how many there were. What is destroyed stays so."""
        with self.transaction():
            return sum(
                self.execute(WITHDRAW.format(values=_row(len(batch))), [subject.bytes for subject in batch])[1]
                for batch in batches(subjects)
            )

    def under(self, kek: str, limit: int = BATCH) -> Iterator[list[WrappedKey]]:
        """The keys wrapped by the key-encryption key `kek`, in batches."""
        last = 0
        while rows := self.execute(UNDER, (kek, last, limit))[0]:
            yield [WrappedKey(UUID(bytes=bytes(subject)), bytes(wrapped), name) for _, subject, wrapped, name in rows]
            last = rows[-1][0]

    def replace(self, keys: Iterable[tuple[WrappedKey, WrappedKey]]) -> int:
        """Put the second of each pair in the place of the first where that is still there; how many it did."""
        return self._execute_values(
            REPLACE, [(new.subject.bytes, new.wrapped, new.kek, old.wrapped) for old, new in keys]
        )

    def counts(self) -> dict[str, int]:
        """How many keys each key-encryption key wraps, by its fingerprint."""
        rows, _ = self.execute(COUNT)
        return dict(rows)

    def count_destroyed(self) -> int:
        ((count,),), _ = self.execute(COUNT_DESTROYED)
        return int(count)

    def check_writable(self) -> None:
        """Really write."""
        self.execute(WRITE_META, ("checked_at", _now()))

    def _execute_values(self, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        count = 0
        with self.transaction():
            for batch in batches(rows):
                values = ", ".join([_row(len(batch[0]))] * len(batch))
                count += self.execute(statement.format(values=values), [value for row in batch for value in row])[1]
        return count


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch


def _entry(subject: UUID, wrapped: bytes, kek: str, destroyed_at: str | None) -> WrappedKey | Tombstone:
    if destroyed_at:
        return Tombstone(datetime.fromisoformat(destroyed_at))
    return WrappedKey(subject, bytes(wrapped), kek)


def _row(width: int) -> str:
    return f"({', '.join(['%s'] * width)})"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
