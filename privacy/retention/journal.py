"""The disposal journal: what has gone, by identifiers alone, in the store outside the database and its backups.

It can be added to and read. Each entry carries the hash of the one before, so that an entry which was changed, taken
out or put elsewhere is found; the store refuses changes as well. After a restore from a backup the journal says what to
dispose of again (privacy.retention.replaying).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from privacy.vault import opening
from privacy.vault.postgresql_store import PostgresqlStore
from privacy.vault.store import Store

FIRST = "0" * 64
AT_ONCE = 200

TABLE = """
CREATE TABLE IF NOT EXISTS disposal_journal (
    number bigint PRIMARY KEY,
    entry text NOT NULL UNIQUE,
    content text NOT NULL,
    hash text NOT NULL
)
"""
REFUSE_SQLITE = """
CREATE TRIGGER IF NOT EXISTS disposal_journal_no_{action} BEFORE {action} ON disposal_journal
BEGIN SELECT RAISE(ABORT, 'the disposal journal is append-only'); END
"""
REFUSE_POSTGRESQL = """
CREATE OR REPLACE RULE disposal_journal_no_{action} AS ON {action} TO disposal_journal DO INSTEAD NOTHING
"""
LAST = "SELECT number, hash FROM disposal_journal ORDER BY number DESC LIMIT 1"
HAS = "SELECT 1 FROM disposal_journal WHERE entry = %s"
ADD = "INSERT INTO disposal_journal (number, entry, content, hash) VALUES (%s, %s, %s, %s)"
AFTER = "SELECT number, entry, content, hash FROM disposal_journal WHERE number > %s ORDER BY number LIMIT %s"
COUNT = "SELECT count(*) FROM disposal_journal"


class JournalBroken(Exception):
    """An entry is not what was written, or one is missing."""


@dataclass(frozen=True)
class Gone:
    """An entry: rows of one model that one batch of a run disposed of.

    `rows` are [name, person] pairs: the row's own random key where it has one (then it names the row for good), else
    its database key, which is believed only together with the key of the person (or day) that it was about.
    """

    entry: str
    run: str
    as_of: str
    model: str
    rule: str
    partition: str
    rows: list[list[str]]
    keys: list[str]
    # What else a replay needs, of things that are no rows of records (privacy.physical.journaling).
    told: dict[str, Any] = field(default_factory=dict)

    def content(self) -> str:
        return json.dumps(vars(self), sort_keys=True, separators=(",", ":"))


def write(gone: Gone) -> bool:
    """Add an entry; whether it was not there yet, by its name `entry`. Raises StoreUnavailable."""
    store = _store()
    with store.transaction():
        if store.execute(HAS, (gone.entry,))[0]:
            return False
        rows, _ = store.execute(LAST)
        number, before = (int(rows[0][0]), str(rows[0][1])) if rows else (0, FIRST)
        content = gone.content()
        store.execute(ADD, (number + 1, gone.entry, content, _hash(before, content)))
    return True


def entries() -> Iterator[Gone]:
    """All entries in their order. Raises JournalBroken at the first that is not as it was written."""
    store, last, before = _store(), 0, FIRST
    while rows := store.execute(AFTER, (last, AT_ONCE))[0]:
        for number, _, content, stored in rows:
            if number != last + 1 or _hash(before, content) != stored:
                raise JournalBroken(f"The disposal journal is not as it was written at entry {last + 1}.")
            last, before = number, stored
            yield Gone(**json.loads(content))


def count() -> int:
    ((number,),), _ = _store().execute(COUNT)
    return int(number)


def head() -> tuple[int, str]:
    """The number and the hash of the last entry: what a certificate names as its position."""
    rows, _ = _store().execute(LAST)
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, FIRST)


def _hash(before: str, content: str) -> str:
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def _store() -> Store:
    """The vault's store, with the journal's table made where it is missing."""
    store = opening.current()
    if not getattr(store, "has_journal", False):
        store.execute(TABLE)
        refusal = REFUSE_POSTGRESQL if isinstance(store, PostgresqlStore) else REFUSE_SQLITE
        for action in ("UPDATE", "DELETE"):
            store.execute(refusal.format(action=action))
        _remember(store)
    return store


def _remember(store: Any) -> None:
    store.has_journal = True
