"""Whose records are in which unit: indexed and found by the notice's keys.

What is typed is kept as a keyed hash. Where it names exactly one person by a key that is theirs alone, their key is
kept too, so that the unit is found by their other keys as well, and a hold on them reaches it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from privacy.enums import KeyKind
from privacy.models import PhysicalUnit, UnitKey
from privacy.retention.scopes import family_of
from privacy.rights.people import Asked, people
from privacy.vault import lookup_hashes

HASHED_FOR = "privacy.UnitKey"
LONGEST = 254
# By what somebody known here is looked for; a name or an address may be several persons'.
ASKED = {
    KeyKind.CUSTOMER_ID: "number",
    KeyKind.EMAIL_ADDRESS: "email",
    KeyKind.PHONE_NUMBER: "phone",
    KeyKind.CUSTOMER_NAME: "name",
}
THEIRS_ALONE = (KeyKind.CUSTOMER_ID, KeyKind.EMAIL_ADDRESS, KeyKind.PHONE_NUMBER)


class NotAKey(ValueError):
    """What was typed is no such key. The message says what would be one, and repeats nothing."""


@dataclass(frozen=True)
class Added:
    """How many keys are new in a unit's index, how many were there, and how many name a person known here."""

    new: int
    there: int
    known: int


def normalised(kind: KeyKind, text: str) -> str:
    """As it is hashed: case, spaces and punctuation at the ends do not matter; of a telephone number digits alone do.

    Raises NotAKey.
    """
    folded = " ".join(text.casefold().split()).strip(" .,;")
    if kind is KeyKind.PHONE_NUMBER:
        digits = re.sub(r"\D", "", folded)
        folded = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if not folded or len(folded) > LONGEST or "\x00" in folded:
        raise NotAKey(f"Type a {kind.label}, of {LONGEST} characters at most.")
    return folded


def hashes(kind: KeyKind, texts: Iterable[str]) -> list[bytes]:
    """The keyed hash of each, another for each kind of key. Raises NotAKey."""
    return lookup_hashes(f"{HASHED_FOR}:{kind.value}", [normalised(kind, text) for text in texts])


def add(unit: PhysicalUnit, kind: KeyKind, texts: Iterable[str]) -> Added:
    """Put keys into a unit's index; one that is there stays as it is. Raises NotAKey, and then adds none."""
    every = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    made = zip(every, hashes(kind, every), strict=True)
    rows = [UnitKey(unit=unit, kind=kind, hash=hashed, person=_person(kind, text)) for text, hashed in made]
    with transaction.atomic():
        before = unit.keys.count()
        UnitKey.objects.bulk_create(rows, ignore_conflicts=True)
        new = unit.keys.count() - before
    return Added(new, len(rows) - new, sum(row.person is not None for row in rows))


def _person(kind: KeyKind, text: str) -> UUID | None:
    """The key of the one person whom it names; None where it names nobody known here, or may name several."""
    if kind not in THEIRS_ALONE:
        return None
    found = people().alike(Asked(**{ASKED[kind]: text}))
    return found[0].key if len(found) == 1 else None


def next_barcode() -> str:
    """The register's next number, `WM-000123`; each is given once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('privacy_unit_number')")
        (number,) = cursor.fetchone()
    return f"WM-{number:06d}"


def boxes_of(persons: Iterable[UUID]) -> list[PhysicalUnit]:
    """The units that are kept in whose index one of these keys of persons is. Relies on unit_of_person."""
    units = UnitKey.objects.filter(person__in=list(persons)).values("unit")
    return list(PhysicalUnit.objects.filter(pk__in=units, destroyed_on=None))


def find(kind: KeyKind, text: str) -> list[PhysicalUnit]:
    """The units that are kept in which the key is, or a person whom it names. Raises NotAKey.

    Relies on unit_by_key and unit_of_person.
    """
    (hashed,) = hashes(kind, [text])
    named = Q(kind=kind, hash=hashed)
    if kind in ASKED:
        candidates = people().alike(Asked(**{ASKED[kind]: text.strip()}))
        named |= Q(person__in=list(family_of([one.key for one in candidates])))
    units = UnitKey.objects.filter(named).values("unit")
    return list(PhysicalUnit.objects.filter(pk__in=units, destroyed_on=None))
