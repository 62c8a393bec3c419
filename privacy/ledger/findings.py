"""What a check of the ledger finds, in words that name rows by their keys and nobody by name."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from privacy.ledger.sources import ACCESS, OF_NUMBER


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed. `position` is none for what has none."""

    said: str
    position: int | None = None


@dataclass
class Report:
    """`gone` counts rows that were disposed of lawfully, which break nothing."""

    size: int = 0
    rows: int = 0
    checkpoints: int = 0
    kept: int = 0
    gone: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Leaf:
    """A leaf whose row no longer agrees with it; `words` are none where the row is gone."""

    position: int
    source: int
    at: datetime | None
    row: UUID | None
    number: int | None
    part: int | None
    salt: bytes
    hash: bytes
    words: bytes | None

    @classmethod
    def of(cls, columns: tuple[Any, ...]) -> "Leaf":
        position, source, at, row, number, part, salt, found, words = columns
        said = None if words is None else bytes(words)
        return cls(position, source, at, row, number, part, bytes(salt), bytes(found), said)

    @property
    def named(self) -> str:
        return name_of(self.source, self.at, self.row, self.number, self.part)


def name_of(source: int, at: datetime | None, row: UUID | None, number: int | None, part: int | None) -> str:
    label = OF_NUMBER[source].label
    if source == ACCESS.number:
        return f"{label} {row} of {at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{label} {number}" if not part else f"{label} {number}, number {part}"
