"""No full card or bank account number gets past a chunk: cut out of its cells, counted, or the row rejected.

A cell that is nothing but such a number is emptied; one that holds more keeps the rest, with a mark where the number
was. In a field that must be there the row is rejected. Dropped and ignored columns are looked at too, for the count.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from records.intake.fields import Field
from records.intake.problems import Reject, shown
from records.payment_numbers import (
    ACCOUNT_WORDS,
    BANK,
    REMOVED,
    ROUTING_WORDS,
    is_removed,
    may_hold_payment_numbers,
    without_payment_numbers,
)

# A row without any of these needs no closer look.
WORTH_A_LOOK = re.compile(r"[0-9](?:[ .\-#:/\u00a0\u2000-\u202f]{0,2}[0-9]){12}|routing|aba|rtn", re.IGNORECASE)
ACCOUNT = re.compile(r"[0-9][0-9 \-]{3,20}")
REASON = "held a full card or bank account number, which is never kept"


@dataclass
class Cleansed:
    """The rows without the numbers, the rejected ones taken out, and how many numbers there were."""

    rows: dict[int, list[str]]
    rejects: list[Reject] = field(default_factory=list)
    removed: int = 0


@dataclass(frozen=True)
class Columns:
    """The columns of a file by position: what each is called, and the field that takes it, if one does."""

    header: Sequence[str]
    fields: Mapping[int, Field]

    @property
    def name_bank_numbers(self) -> bool:
        """Whether a column's name says that routing numbers stand in it: then every row is looked at."""
        return any(ROUTING_WORDS.search(name.replace("_", " ")) for name in self.header)

    @property
    def all_are_copied(self) -> bool:
        plain = [
            field
            for field in self.fields.values()
            if not field.is_random and not field.is_sealed and not field.takes_numbers
        ]
        return len(plain) == len(self.header)

    @property
    def looked_at(self) -> list[int]:
        """All columns but those of UUIDs, whose digits mean nothing, and of numbers that go when they are read."""
        passed = {at for at, field in self.fields.items() if field.is_random or field.takes_numbers}
        return [at for at in range(len(self.header)) if at not in passed]


def is_suspect(rows: Mapping[int, list[str]], columns: Columns, copied: bytes) -> bool:
    """A quick look at a chunk; `copied` holds the texts of all fields, as they go to the database."""
    if columns.name_bank_numbers:
        return bool(rows)
    if columns.all_are_copied:
        return may_hold_payment_numbers(copied)
    others = columns.looked_at
    return may_hold_payment_numbers("\n".join("\t".join([row[at] for at in others]) for row in rows.values()).encode())


def marks_in(rejects: Sequence[Reject]) -> int:
    """How many numbers were cut out of the texts that rejects show."""
    return sum(reject.value.count(mark) for reject in rejects for mark in REMOVED.values())


def cleanse(rows: Mapping[int, list[str]], columns: Columns) -> Cleansed:
    """The same rows without the numbers in them."""
    found = Cleansed({})
    must_look = columns.name_bank_numbers
    for line, row in rows.items():
        if must_look or WORTH_A_LOOK.search("\t".join(row)):
            _cleanse_row(line, row, columns, found)
        else:
            found.rows[line] = row
    return found


def _cleanse_row(line: int, row: list[str], columns: Columns, found: Cleansed) -> None:
    cleaned, removed = list(row), dict[int, int]()
    for at in columns.looked_at:
        cleaned[at], count = without_payment_numbers(row[at], columns.header[at])
        if count:
            removed[at] = count
    if any(REMOVED[BANK] in cleaned[at] for at in removed):
        _cut_accounts(cleaned, removed, columns)
    found.removed += sum(removed.values())
    refused = next((at for at in removed if at in columns.fields and columns.fields[at].required), None)
    if refused is not None:
        found.rejects.append(Reject(line, columns.header[refused], REASON, shown(cleaned[refused])))
        return
    for at in removed:
        if is_removed(cleaned[at]):
            cleaned[at] = ""
    found.rows[line] = cleaned


def _cut_accounts(row: list[str], removed: dict[int, int], columns: Columns) -> None:
    """A routing number stands in the row: what its column calls an account number goes as well."""
    for at in columns.looked_at:
        if ACCOUNT_WORDS.search(columns.header[at].replace("_", " ")) and ACCOUNT.fullmatch(row[at].strip()):
            row[at] = REMOVED[BANK]
            removed[at] = 1
