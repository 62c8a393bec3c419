"""Addresses that must be left out: kept and found again as keyed hashes, so that nobody can be read from them.

Source: DESIGN section 9 (leaving a list leaves a keyed hash as a suppression entry, checked by every import).
"""

from collections.abc import Sequence
from contextlib import suppress as suppress_problem

from django.db.models import Q

from privacy.vault import lookup_hashes
from records.enums import SuppressionKind
from records.intake.problems import Problem
from records.models import Customer, ListMembership, MailingList, Suppression
from records.validation import telephone

Addresses = list[tuple[str, str]]  # kind and value

# Of which fields of a customer an address of each kind is put together; where one is empty there is no address.
ADDRESS_FIELDS: dict[SuppressionKind, tuple[str, ...]] = {
    SuppressionKind.EMAIL: ("email",),
    SuppressionKind.PHONE: ("phone",),
    SuppressionKind.ADDRESS: ("street", "postal_code"),
}


def suppression_hashes(kind: str, values: Sequence[str]) -> list[bytes]:
    """The keyed hashes of addresses of this kind, in their order, however they are written."""
    return lookup_hashes(f"records.Suppression.{kind}", [normal(kind, value) for value in values])


def normal(kind: str, value: str) -> str:
    """An address in one form: case aside; telephones in E.164; of a mailing address its words and numbers alone."""
    folded = value.strip().casefold()
    if kind == SuppressionKind.EMAIL:
        return folded
    if kind == SuppressionKind.PHONE:
        with suppress_problem(Problem):
            return telephone(value)
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def suppress(kind: str, value: str, mailing_list: MailingList | None, reason: str) -> Suppression:
    """Leave this address out of the list, or of all lists where none is given, from now on."""
    (value_hash,) = suppression_hashes(kind, [value])
    return suppress_hash(kind, value_hash, mailing_list, reason)


def suppress_hash(kind: str, value_hash: bytes, mailing_list: MailingList | None, reason: str) -> Suppression:
    """Leave an address out of which only the keyed hash is known. Who is left out already stays so, for that reason."""
    made, _ = Suppression.objects.get_or_create(
        kind=kind, value_hash=value_hash, mailing_list=mailing_list, defaults={"reason": reason}
    )
    return made


def suppress_member(membership: ListMembership) -> None:
    """Leave a member who has gone out of the list, by each address of theirs."""
    for kind, value in addresses_of(membership.customer, membership.address):
        suppress(kind, value, membership.mailing_list, "left the list")


def left_out_of_all(kind: str, values: Sequence[str]) -> set[str]:
    """Those of these addresses that are left out of all lists. One query. Relies on suppression_once."""
    hashes = suppression_hashes(kind, values)
    entries = Suppression.objects.filter(kind=kind, value_hash__in=hashes, mailing_list=None)
    known = {bytes(value) for value in entries.values_list("value_hash", flat=True)}
    return {value for value, value_hash in zip(values, hashes, strict=True) if value_hash in known}


def suppression_of(customer: Customer, address: str, mailing_list: MailingList) -> Suppression | None:
    """Why somebody must not be put on the list: the first entry that an address of theirs has."""
    wanted = Q()
    for kind, value in addresses_of(customer, address):
        (value_hash,) = suppression_hashes(kind, [value])
        wanted |= Q(kind=kind, value_hash=value_hash)
    if not wanted:
        return None
    of_list = Q(mailing_list=mailing_list) | Q(mailing_list=None)
    return Suppression.objects.filter(wanted, of_list).order_by("since").first()


def addresses_of(customer: Customer, address: str = "") -> Addresses:
    """Every address by which the customer might be written to, and this one."""
    found = [(SuppressionKind.EMAIL.value, address)] if address else []
    for kind, fields in ADDRESS_FIELDS.items():
        parts = [str(getattr(customer, field)) for field in fields]
        if all(parts):
            found.append((kind.value, " ".join(parts)))
    return found
