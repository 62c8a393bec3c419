"""Who somebody is that names themselves, or is named, by an e-mail address."""

import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Lower

from records.enums import Source
from records.models import Customer

# Whoever else names themselves by this address waits until the transaction ends.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('records.known ' || %s, 0))"


def known_by(email: str) -> Customer | None:
    """Who has this address. Relies on customer_email_lower."""
    named = Customer.objects.annotate(address=Lower("email")).filter(address=email.lower())
    found = named.order_by("merged_into_id", "pk").first()
    return (found.merged_into or found) if found else None


def known_or_made(name: str, email: str, *, mark: str, **fields: Any) -> Customer:
    """Who has this address, or a new record of what was said; `mark` is the letter with which its number begins.

    Of a form that was sent twice at the same time the second waits until the first is stored, and finds who it made.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ONE_AT_A_TIME, [email.lower()])
        return known_by(email) or Customer.objects.create(
            number=f"{mark}-{uuid.uuid4().hex[:12].upper()}", name=name, email=email, source=Source.CUSTOMER, **fields
        )
