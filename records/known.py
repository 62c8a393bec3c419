"""Who somebody is that names themselves, or is named, by an e-mail address."""

import uuid
from typing import Any, NamedTuple

from django.db import connection, transaction

from records.enums import Source
from records.models import Customer

# Whoever else names themselves by this address waits until the transaction ends.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('records.known ' || %s, 0))"

# Relies on customer_email_lower. Thousands may come within a minute: Django took a millisecond to write this.
KNOWN = "SELECT * FROM records_customer WHERE lower(email) = %s ORDER BY merged_into_id, id LIMIT 1"


class Named(NamedTuple):
    """How somebody names themselves who came by no link of their own."""

    name: str
    email: str


def known_by(email: str) -> Customer | None:
    """Who has this address."""
    found = next(iter(Customer.objects.raw(KNOWN, [email.lower()])), None)
    return (found.merged_into or found) if found else None


def known_or_made(name: str, email: str, *, mark: str, **fields: Any) -> Customer:
    """Who has this address, or a new record of what was said; as `find_or_make`."""
    return find_or_make(name, email, mark=mark, **fields)[0]


def find_or_make(name: str, email: str, *, mark: str, **fields: Any) -> tuple[Customer, bool]:
    """Who has this address, or a new record of what was said, and whether it is new; `mark` is the letter with which
    its number begins.

    Of a form that was sent twice at the same time the second waits until the first is stored, and finds who it made:
    until the transaction of whoever calls ends, where there is one.
    """
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [email.lower()])
        if known := known_by(email):
            return known, False
        number = f"{mark}-{uuid.uuid4().hex[:12].upper()}"
        made = Customer.objects.create(number=number, name=name, email=email, source=Source.CUSTOMER, **fields)
        return made, True
