"""Who somebody is that names themselves, or is named, by an e-mail address."""

import uuid
from typing import Any

from django.db.models.functions import Lower

from records.enums import Source
from records.models import Customer


def known_by(email: str) -> Customer | None:
    """Who has this address. Relies on customer_email_lower."""
    named = Customer.objects.annotate(address=Lower("email")).filter(address=email.lower())
    found = named.order_by("merged_into_id", "pk").first()
    return (found.merged_into or found) if found else None


def known_or_made(name: str, email: str, *, mark: str, **fields: Any) -> Customer:
    """Who has this address, or a new record of what was said; `mark` is the letter with which its number begins."""
    return known_by(email) or Customer.objects.create(
        number=f"{mark}-{uuid.uuid4().hex[:12].upper()}", name=name, email=email, source=Source.CUSTOMER, **fields
    )
