"""Suppliers: organizations with contracts, how each contract stands, and who is reminded before one ends.

A contract is ending from so many days before its end (its own number) until that day. Its reminder is a notification
and a line on the home page, which stands until somebody says that the end is seen to; another end is another reminder.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy import changes
from privacy.agency import agency_today
from privacy.models import Notification, User
from privacy.notifications.kinds import Line, declare_kind
from privacy.notifications.making import Note, notify, withdraw
from privacy.purposes import Basis
from privacy.roles import Permit
from records import figures
from records.enums import ContractState
from records.models import Organization, SupplierContract

NAMES = UUID("0c5d9c0e-7b0f-4d38-9d75-3c1f8f0a4b7a")
CONTRACTS_SHOWN = 200


# How contracts stand --------------------------------------------------------------------------------------------------
def ending(day: date) -> "QuerySet[SupplierContract]":
    """Those whose end is near, each by its own number of days. Relies on contract_ends."""
    first_day = ExpressionWrapper(F("ends_on") - F("remind_days"), output_field=DateField())
    return SupplierContract.objects.filter(LessThanOrEqual(first_day, day), ends_on__gte=day)


def with_state(rows: "QuerySet[SupplierContract]") -> "QuerySet[SupplierContract]":
    """Each with `state`, a value of ContractState."""
    today = agency_today()
    found = Case(
        When(ends_on__lt=today, then=Value(ContractState.ENDED.value)),
        When(starts_on__gt=today, then=Value(ContractState.COMING.value)),
        When(pk__in=ending(today).values("pk"), then=Value(ContractState.ENDING.value)),
        default=Value(ContractState.RUNNING.value),
        output_field=CharField(),
    )
    return rows.annotate(state=found)


def suppliers() -> "QuerySet[Organization]":
    """Organizations that have or had a contract: how many run, the next end, and how they stand."""
    today = agency_today()
    runs = Q(contracts__starts_on__lte=today) & (Q(contracts__ends_on=None) | Q(contracts__ends_on__gte=today))
    own = SupplierContract.objects.filter(organization=OuterRef("pk"))
    return Organization.objects.filter(Exists(own)).annotate(
        running=Count("contracts", filter=runs),
        next_end=Min("contracts__ends_on", filter=Q(contracts__ends_on__gte=today)),
        stands=Case(
            When(Exists(ending(today).filter(organization=OuterRef("pk"))), then=Value(ContractState.ENDING.value)),
            When(running__gt=0, then=Value(ContractState.RUNNING.value)),
            When(Exists(own.filter(starts_on__gt=today)), then=Value(ContractState.COMING.value)),
            default=Value(ContractState.ENDED.value),
            output_field=CharField(),
        ),
    )


def contracts_of(supplier: Organization) -> list[SupplierContract]:
    """The last that begin first. One query; their values are sealed and opened as they are read."""
    rows = with_state(supplier.contracts.all()).select_related("keeper").order_by("-starts_on", "-pk")
    return list(rows[:CONTRACTS_SHOWN])


# Reminders ------------------------------------------------------------------------------------------------------------
def to_be_seen_to() -> "QuerySet[SupplierContract]":
    """Contracts whose end is near and that nobody has seen to, the first end first."""
    rows = ending(agency_today()).exclude(seen_to=F("ends_on"))
    return rows.select_related("organization", "keeper").order_by("ends_on", "pk")


class Reminder(NamedTuple):
    """A contract of which somebody is reminded, and its supplier."""

    award_number: str
    ends_on: date
    supplier: str
    supplier_key: UUID


# Those of `to_be_seen_to`, written out: home asks for them. Relies on contract_ends.
REMINDING = """
SELECT contract.award_number, contract.ends_on, supplier.name, supplier.key
FROM records_suppliercontract AS contract
JOIN records_organization AS supplier ON supplier.id = contract.organization_id
LEFT JOIN privacy_user AS keeper ON keeper.id = contract.keeper_id
WHERE contract.ends_on >= %(today)s AND contract.ends_on - contract.remind_days <= %(today)s
    AND contract.seen_to IS DISTINCT FROM contract.ends_on
    AND (contract.keeper_id IS NULL OR contract.keeper_id = %(user)s OR NOT keeper.is_active)
ORDER BY contract.ends_on, contract.id
LIMIT %(limit)s
"""


def reminding(user: User, limit: int) -> list[Reminder]:
    """Those of which this user is reminded: their own, and those of nobody who still works here. One query."""
    with connection.cursor() as cursor:
        cursor.execute(REMINDING, {"today": agency_today(), "user": user.pk, "limit": limit})
        return [Reminder(*row) for row in cursor.fetchall()]


def remind() -> int:
    """Tell whoever keeps a contract that its end is near, once for each end. How many are new."""
    everybody: list[int] | None = None
    notes: list[Note] = []
    for contract in to_be_seen_to():
        if contract.keeper and contract.keeper.is_active:
            told = [contract.keeper.pk]
        else:
            everybody = keepers() if everybody is None else everybody
            told = everybody
        notes += [_note(contract, user) for user in told]
    return notify(ENDS, notes)


def keepers() -> list[int]:
    """Whoever keeps contracts."""
    keeping = Q(groups__permissions__codename=Permit.KEEP_PROGRAMMES.value)
    return list(User.objects.filter(keeping, is_active=True).distinct().order_by("pk").values_list("pk", flat=True))


def see_to(contract: SupplierContract, by: User, basis: Basis) -> bool:
    """Its end is seen to. False where its end is not near, or was seen to already."""
    with transaction.atomic():
        locked = SupplierContract.objects.select_for_update().get(pk=contract.pk)
        if locked.ends_on is None or locked.seen_to == locked.ends_on:
            return False
        locked.seen_to = locked.ends_on
        changes.save(locked, by=by, basis=basis)
        forget(locked)
    return True


def forget(contract: SupplierContract) -> None:
    """Whoever was reminded need not be any more."""
    about = Notification.objects.filter(kind=ENDS.name, subject=contract.key).values_list("about", flat=True)
    withdraw(ENDS, list(about))


def words(user: User, rows: Sequence[Notification], names: bool) -> Mapping[UUID, Line]:
    """`Contract W-17 with Acme Paper ends on March 3, 2026`. One query."""
    found = SupplierContract.objects.filter(key__in={row.subject for row in rows}).select_related("organization")
    known = {contract.key: contract for contract in found}
    lines = {}
    for row in rows:
        if (contract := known.get(row.subject)) and row.on:
            what = {"contract": contract.award_number, "supplier": contract.organization, "day": figures.day(row.on)}
            lines[row.id] = Line(_("Contract %(contract)s with %(supplier)s ends on %(day)s") % what)
    return lines


ENDS = declare_kind("contract.ends", gettext_noop("A supplier’s contract ends soon"), words, (Permit.KEEP_PROGRAMMES,))


def _note(contract: SupplierContract, user: int) -> Note:
    about = uuid5(NAMES, f"{contract.key} {user} {contract.ends_on}")
    address = reverse("supplier", args=[contract.organization.key])
    return Note(user, about, contract.key, address, timezone.now(), contract.ends_on)
