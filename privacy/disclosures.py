"""Accounting for disclosures: a line for the release, and one for each person whose records it held.

Source: 5 U.S.C. 552a(c)(1). Not accounted for are disclosures to the person and to staff who need the records for their
work ((b)(1)), so what stays in the agency makes no line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from privacy.agency import agency_day, agency_today, day_begins
from privacy.ledger.lawful import remove_accounting
from privacy.models import DisclosedPerson, Disclosure, User
from privacy.models.disclosure import LAW_ENFORCEMENT_EXCEPTION
from privacy.notice import NotInForce, RoutineUse, in_force, routine_use
from privacy.rights.people import people

LAW_ENFORCEMENT_USE = 2
KEPT_YEARS = 5
FOUR_YEARS = timedelta(days=4 * 365)  # what is younger is not looked at


@dataclass(frozen=True)
class Recipient:
    """To whom outside the agency records go, and the number of the notice's routine use that allows it."""

    name: str
    address: str
    routine_use: int


def routine_uses() -> list[RoutineUse]:
    """The notice's routine uses that may be relied on today."""
    return [one for one in in_force().routine_uses if one.applies and _is_usable(one.number)]


def _is_usable(number: int) -> bool:
    try:
        return bool(routine_use(number))
    except NotInForce:
        return False


def account_for(
    recipient: Recipient,
    people: "QuerySet[Any, Any]",
    *,
    nature: str,
    purpose: str,
    categories: tuple[int, ...],
    by: User,
    reference: UUID,
    at: datetime | None = None,
) -> Disclosure:
    """Write the accounting of one release in the caller's transaction; the same reference again adds whoever is new.

    `people` is a query of one column, the keys of the persons: their lines are one INSERT … SELECT, however many.
    """
    disclosure, _ = Disclosure.objects.get_or_create(
        reference=reference,
        defaults={
            "disclosed_at": at or timezone.now(),
            "nature": nature,
            "purpose": purpose[:400],
            "routine_use": recipient.routine_use,
            "is_for_law_enforcement": recipient.routine_use == LAW_ENFORCEMENT_USE,
            "recipient_name": recipient.name,
            "recipient_address": recipient.address,
            "categories": list(categories),
            "disclosed_by": by,
        },
    )
    query, parameters = people.query.sql_with_params()
    table = DisclosedPerson._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (disclosure_id, person) "
            f"SELECT %s, found.person FROM ({query}) AS found (person) WHERE found.person IS NOT NULL "
            "ON CONFLICT DO NOTHING",
            [disclosure.pk, *parameters],
        )
    return disclosure


def accounting_of(person: UUID) -> "QuerySet[Disclosure]":
    """What of a person's records left the agency, the newest first. Relies on disclosed_by_person."""
    return Disclosure.objects.filter(people__person=person)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; March 1 where that year has no February 29."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def forget_accounting(today: date | None = None) -> int:
    """Delete the accounting whose time is over: five years after the disclosure, and no record of any of its persons is
    left. Returns how many. Source: 5 U.S.C. 552a(c)(2).

    What an earlier recipient was told of (a correction) stays as long as that is on file.
    """
    day = today or agency_today()
    gone = []
    for one in Disclosure.objects.filter(corrections=None, disclosed_at__lt=day_begins(day) - FOUR_YEARS).iterator():
        is_old = years_after(agency_day(one.disclosed_at), KEPT_YEARS) < day
        if is_old and not people().living(one.people.values_list("person", flat=True)):
            gone.append(one.pk)
    remove(gone, why="period_over")
    return len(gone)


def remove(disclosures: list[int], why: str) -> None:
    """Delete disclosures with their persons, as the keeper, who alone may; the ledger tells why (one word)."""
    with transaction.atomic(), connection.cursor() as cursor:
        remove_accounting(disclosures, why)
        cursor.execute("SET LOCAL ROLE waymark_keeper")
        cursor.execute("DELETE FROM privacy_disclosedperson WHERE disclosure_id = ANY(%s)", [disclosures])
        cursor.execute("DELETE FROM privacy_disclosure WHERE id = ANY(%s)", [disclosures])
        cursor.execute("RESET ROLE")


def accounting_for(persons: Iterable[UUID]) -> "QuerySet[Disclosure]":
    """What is shown to the person who is kept under these keys: all but what was disclosed under (b)(7).

    Source: 5 U.S.C. 552a(c)(3).
    """
    shown = Disclosure.objects.exclude(exception=LAW_ENFORCEMENT_EXCEPTION)
    return shown.filter(people__person__in=list(persons)).distinct()
