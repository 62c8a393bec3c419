"""What tests of the ledger need: rows of every source, and a way round the protection of append-only tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connection

from privacy.accesslog import Actor, entry, write_along
from privacy.disclosures import Recipient, account_for
from privacy.enums import EntryKind
from privacy.ledger.verifying import verify
from privacy.models import AccessEntry, Disclosure, LedgerAct, User
from privacy.retention.signals import append
from records.models import Customer

AT = datetime(2026, 11, 3, 15, 4, 5, 678901, tzinfo=UTC)


def log_lines(count: int, at: datetime = AT) -> list[AccessEntry]:
    """Lines of the access log, in the order in which they were written."""
    lines = [
        entry(EntryKind.SIGN_OUT, Actor.system(f"test_{'abcdefghij'[number % 10]}"), at=at) for number in range(count)
    ]
    for line in lines:
        write_along(line)
    return lines


def disclosure(by: User, people: list[UUID]) -> Disclosure:
    made = account_for(
        Recipient("The Printer", "1 Main Street", 4), Customer.objects.filter(number="nobody").values_list("key"),
        nature="Labels", purpose="Printing", categories=(1,), by=by, reference=uuid4(), at=AT,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute(
                "INSERT INTO privacy_disclosedperson (disclosure_id, person) VALUES (%s, %s)", [made.pk, str(person)]
            )
    return made


def act(kind: str = "rule_in_force", reference: str = "RET-9/1") -> LedgerAct:
    append(kind, reference, by=7)
    return LedgerAct.objects.latest("id")


@contextmanager
def unprotected(*tables: str) -> Iterator[None]:
    """As somebody who owns the database could do it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER")
        yield
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def tamper(statement: str, *parameters: str | int, table: str = "privacy_accessentry_2026_11") -> int:
    """Do something to a table past the program; how many rows it was done to."""
    with unprotected(table), connection.cursor() as cursor:
        cursor.execute(statement.replace("{table}", table), parameters)
        return int(cursor.rowcount)


def found(kept: tuple[str, ...] = ()) -> list[str]:
    """What a check finds, in its words."""
    return [finding.said for finding in verify(kept).findings]
