"""What the sandbox knows: checkouts and deliveries, in a file of SQLite. No number of a card is in it."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS checkout (
    id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, amount TEXT NOT NULL, currency TEXT NOT NULL, what TEXT NOT NULL,
    language TEXT NOT NULL, back TEXT NOT NULL, until TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open', paid_at TEXT,
    token TEXT, brand TEXT, last_four TEXT, expires TEXT
);
CREATE TABLE IF NOT EXISTS delivery (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
"""
ASKED = ("key", "amount", "currency", "what", "language", "back", "until")
CARD = ("token", "brand", "last_four", "expires")
SHOWN = ("id", "key", "amount", "currency", "state", "paid_at")
# Seconds until a delivery that was not taken is sent again, by how often it was tried.
PAUSES = (1, 2, 5, 15, 60, 300, 3600)
MOST_TRIES = 20

Row = dict[str, Any]


class Store:
    """Safe between threads: one at a time uses the file."""

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.RLock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.row_factory = sqlite3.Row
        self._file.executescript(TABLES)

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def ask(self, asked: Mapping[str, str]) -> Row:
        """A checkout of these; the one that is there where the key was used before."""
        columns = ("id", *ASKED)
        values = [f"sbx_{secrets.token_urlsafe(12)}", *(asked[name] for name in ASKED)]
        marks = ", ".join("?" * len(columns))
        with self._lock:
            self._file.execute(f"INSERT OR IGNORE INTO checkout ({', '.join(columns)}) VALUES ({marks})", values)
            row = self._file.execute("SELECT * FROM checkout WHERE key = ?", [asked["key"]]).fetchone()
        return dict(row)

    def get(self, identifier: str) -> Row | None:
        """What is known of a checkout now: one whose time is over cannot be paid."""
        with self._lock:
            row = self._file.execute("SELECT * FROM checkout WHERE id = ?", [identifier]).fetchone()
            if row and row["state"] == "open" and datetime.fromisoformat(row["until"]) <= datetime.now(UTC):
                self.become(identifier, "open", "expired")
                return self.get(identifier)
        return dict(row) if row else None

    def pay(self, identifier: str, card: Mapping[str, str]) -> bool:
        """False where it is not open any more."""
        values = {"paid_at": datetime.now(UTC).isoformat(), **{name: card[name] for name in CARD}}
        return self.become(identifier, "open", "paid", values)

    def become(self, identifier: str, before: str, after: str, values: Mapping[str, str] | None = None) -> bool:
        """Whether it was `before`; then it is `after`, and a delivery tells of it."""
        new = {"state": after, **(values or {})}
        settings = ", ".join(f"{name} = ?" for name in new)
        with self._lock:
            done = self._file.execute(
                f"UPDATE checkout SET {settings} WHERE id = ? AND state = ?", [*new.values(), identifier, before]
            )
            if done.rowcount:
                self._tell(identifier, after)
        return bool(done.rowcount)

    def _tell(self, identifier: str, what: str) -> None:
        row = self._file.execute("SELECT * FROM checkout WHERE id = ?", [identifier]).fetchone()
        body = json.dumps({"type": f"checkout.{what}", "data": shown(dict(row))})
        values = [f"dlv_{secrets.token_urlsafe(12)}", body, datetime.now(UTC).timestamp()]
        self._file.execute("INSERT INTO delivery (id, body, due_at) VALUES (?, ?, ?)", values)

    # Deliveries -------------------------------------------------------------------------------------------------------
    def due(self, now: float) -> list[Row]:
        with self._lock:
            rows = self._file.execute("SELECT * FROM delivery WHERE due_at <= ? ORDER BY due_at", [now]).fetchall()
        return [dict(row) for row in rows]

    def taken(self, identifier: str) -> None:
        with self._lock:
            self._file.execute("DELETE FROM delivery WHERE id = ?", [identifier])

    def not_taken(self, delivery: Row, now: float) -> None:
        tries = delivery["tries"] + 1
        if tries >= MOST_TRIES:
            return self.taken(delivery["id"])
        due_at = now + PAUSES[min(tries, len(PAUSES)) - 1]
        with self._lock:
            self._file.execute(
                "UPDATE delivery SET tries = ?, due_at = ? WHERE id = ?", [tries, due_at, delivery["id"]]
            )
        return None


def shown(row: Row) -> Row:
    """What the sandbox says of a checkout."""
    card = {name: row[name] for name in CARD} if row["token"] else None
    return {**{name: row[name] for name in SHOWN}, "card": card}
