"""What the auditor's console shows of the access log: who read which kind of record, for what, how much, what was odd,
and lines drawn at random to be looked into. The log holds nobody's records, so neither does the console."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import MD5, Cast, Concat

from privacy.agency import agency_zone
from privacy.auditing.period import Days
from privacy.enums import EntryKind
from privacy.models import AccessEntry, User
from privacy.views.access_log import basis_words, place_labels, who

ODD = (Path(__file__).parent / "odd_volumes.sql").read_text()
# Odd is a day with more than so many times the account's own median day; so few records are never odd.
TIMES, NEVER_ODD = 5, 20
USUAL_DAYS = timedelta(days=90)
MOST = 200
OUTCOMES = (EntryKind.SHOWN, EntryKind.FAILED, EntryKind.REFUSED)


@dataclass(frozen=True)
class Reader:
    """One reader's readings of one place for one basis; `user` is whose account that is, None for the program's."""

    who: str
    basis: str
    place: str
    reads: int
    records: int
    refused: int
    user: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OddDay:
    who: str
    day: date
    reads: int
    records: int
    usual: float
    user: int | None = field(default=None, compare=False)


def within(days: Days) -> "QuerySet[AccessEntry]":
    return AccessEntry.objects.filter(at__gte=days.begins, at__lt=days.ends)


def readers(days: Days) -> list[Reader]:
    """Who read what for what, most records first. Three queries."""
    about = ("user_id", "actor", "purpose", "duty", "reference", "place")
    rows = list(
        within(days).filter(kind__in=[EntryKind.SHOWN, EntryKind.REFUSED]).order_by().values(*about)
        .annotate(
            reads=Count("id", filter=Q(kind=EntryKind.SHOWN)), seen=Sum("records", filter=Q(kind=EntryKind.SHOWN)),
            refused=Count("id", filter=Q(kind=EntryKind.REFUSED)),
        )
        .order_by(F("seen").desc(nulls_last=True), "user_id", "place")[:MOST]
    )  # fmt: skip
    names, labels = names_of(row["user_id"] for row in rows), place_labels({row["place"] for row in rows})
    return [_reader(row, names, labels) for row in rows]


def _reader(row: dict[str, Any], names: dict[int, str], labels: dict[str, str]) -> Reader:
    counted = {name: row.pop(name) for name in ("reads", "seen", "refused")}
    line = AccessEntry(**row)
    place = labels.get(line.place, line.place.replace("_", " "))
    return Reader(
        who(line, names), basis_words(line), place, counted["reads"], counted["seen"] or 0, counted["refused"],
        line.user_id,
    )  # fmt: skip


def names_of(numbers: Any) -> dict[int, str]:
    return dict(User.objects.filter(pk__in={one for one in numbers if one is not None}).values_list("pk", "name"))


def odd_days(days: Days) -> list[OddDay]:
    """Days on which somebody read many times their own usual. Two queries."""
    values: dict[str, Any] = {
        "first": days.begins - USUAL_DAYS, "begins": days.begins, "ends": days.ends, "zone": agency_zone().key,
        "most": NEVER_ODD, "times": TIMES,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ODD, values)
        rows = cursor.fetchall()
    names = names_of(row[0] for row in rows)
    return [
        OddDay(names.get(user, f"account {user}"), day, reads, records, usual, user)
        for user, day, reads, records, usual, _days in rows
    ]


def sample(days: Days, size: int, seed: str) -> list[AccessEntry]:
    """Outcomes drawn at random; the same seed draws the same, so that a sample can be shown to have been one."""
    drawn = MD5(Concat(Cast("id", TextField()), Value(seed, TextField())))
    rows = within(days).filter(kind__in=OUTCOMES).annotate(drawn=drawn).order_by("drawn")[:size]
    return list(rows)
