"""Addresses that must be left out: kept and found again as keyed hashes, so that nobody can be read from them.

Source: DESIGN section 9 (leaving a list leaves a keyed hash as a suppression entry, checked by every import).
"""

from collections.abc import Sequence

from privacy.vault import lookup_hashes
from records.enums import SuppressionKind
from records.models import MailingList, Suppression


def suppression_hashes(kind: str, values: Sequence[str]) -> list[bytes]:
    """The keyed hashes of addresses of this kind, in their order, however they are written."""
    return lookup_hashes(f"records.Suppression.{kind}", [normal(kind, value) for value in values])


def normal(kind: str, value: str) -> str:
    """An address in one form: case aside, and of a mailing address its words and numbers alone."""
    folded = value.strip().casefold()
    if kind == SuppressionKind.EMAIL:
        return folded
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def suppress(kind: str, value: str, mailing_list: MailingList | None, reason: str) -> Suppression:
    """Leave this address out of the list, or of all lists where none is given, from now on."""
    (value_hash,) = suppression_hashes(kind, [value])
    made, _ = Suppression.objects.get_or_create(
        kind=kind, value_hash=value_hash, mailing_list=mailing_list, defaults={"reason": reason}
    )
    return made
