"""What retention is told of the records: who is one person, how an organization is reached, and what goes along."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.dispatch import receiver
from django.utils.translation import gettext_noop

from privacy.retention import scopes
from privacy.retention.rows import Along
from privacy.retention.scopes import Named, Query
from privacy.retention.signals import rows_leaving
from records.models import Customer, MailingList, MediaFile, Organization, Record, Territory


def declare() -> None:
    scopes.declare_family(family)
    scopes.declare_path(scopes.ORGANIZATION, "organization__key")
    scopes.declare_names("people", people_named)
    scopes.declare_names("organizations", organizations_named)
    scopes.declare_query(Query("territory", gettext_noop("is in the territory"), of_territory, no_territory))
    scopes.declare_query(Query("list", gettext_noop("is or was on the list"), of_list, no_list))


def family(keys: Iterable[UUID]) -> "QuerySet[Any, UUID]":
    """The keys of all records of these persons: those that are merged into one another."""
    known = Customer.objects.filter(key__in=list(keys)).annotate(person=Coalesce(F("merged_into"), F("pk")))
    people = known.values("person")
    return Customer.objects.filter(Q(pk__in=people) | Q(merged_into__in=people)).values_list("key", flat=True)


def people_named(numbers: list[str]) -> Named:
    """Customers by their IDs."""
    found = dict(Customer.objects.filter(number__in=numbers).values_list("number", "key"))
    return Named([str(found[number]) for number in numbers if number in found], _without(numbers, found))


def organizations_named(keys: list[str]) -> Named:
    """Organizations by their keys, or by their names where one alone has it."""
    kept, missing = [], []
    for text in keys:
        found = list(Organization.objects.filter(_is_called(text)).values_list("key", flat=True)[:2])
        if len(found) == 1:
            kept.append(str(found[0]))
        else:
            missing.append(text)
    return Named(kept, missing)


def _is_called(text: str) -> Q:
    try:
        return Q(key=UUID(text))
    except ValueError:
        return Q(name=text)


def of_territory(name: str) -> "QuerySet[Any, UUID]":
    """By the territory's code or name; where several have it, all of them: nothing is destroyed on doubt."""
    return Customer.objects.filter(territory__in=_territories(name)).values_list("key", flat=True)


def no_territory(name: str) -> str:
    return "" if _territories(name).exists() else "There is no territory with this code or name."


def _territories(name: str) -> "QuerySet[Territory]":
    return Territory.objects.filter(Q(code=name) | Q(name=name))


def of_list(name: str) -> "QuerySet[Any, UUID]":
    """By the list's short name or its name; where several have it, all of them."""
    return Customer.objects.filter(list_memberships__mailing_list__in=_lists(name)).values_list("key", flat=True)


def no_list(name: str) -> str:
    return "" if _lists(name).exists() else "There is no list with this name or short name."


def _lists(name: str) -> "QuerySet[MailingList]":
    return MailingList.objects.filter(Q(slug=name) | Q(name=name))


def _without(names: list[str], found: dict[str, Any]) -> list[str]:
    return [name for name in names if name not in found]


@receiver(rows_leaving, sender=MediaFile)
def files_go_along(rows: "QuerySet[MediaFile]", **_signal: Any) -> Along:
    """The encrypted files: noise once their key has gone, and deleted."""
    return Along(files=[("records", name) for name in rows.values_list("stored_as", flat=True)])


@receiver(rows_leaving, sender=Record)
def keys_of_nobody_go_along(rows: "QuerySet[Record]", **_signal: Any) -> Along:
    """The keys of subjects that no customer has, once none of their records is left."""
    subjects = set(rows.filter(customer=None).values_list("subject", flat=True))
    leaving = set(rows.values_list("key", flat=True))
    others = Record.objects.filter(subject__in=subjects).exclude(key__in=leaving).values_list("subject", flat=True)
    known = Customer.objects.filter(key__in=subjects).values_list("key", flat=True)
    return Along(keys=sorted(subjects - set(others) - set(known)))
