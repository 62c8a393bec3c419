"""The badge sheets of an event: a badge for each person with a place, with a code by which they are checked in."""

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from django.conf import settings
from django.urls import reverse

from privacy.rights.typesetting import typeset
from records.models import Gathering, Registration

# What is drawn on a badge of pictures, joiners and marks that choose how they are drawn: nothing, for no font has them.
UNDRAWN = {"So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc"}
SELECTORS = range(0xFE00, 0xFE10)


def with_badges(gathering: Gathering) -> list[Registration]:
    """Who has a place, by the names on their badges. One query."""
    rows = gathering.registrations.filter(cancelled_at=None, is_waiting=False, held_until=None)
    found = rows.select_related("customer__preference", "customer__organization")
    return sorted(found, key=lambda one: (one.badge.casefold(), one.pk))


def badges_pdf(gathering: Gathering, registrations: list[Registration]) -> bytes:
    """Eight a page, to be cut. Raises NotSet."""
    badges = [
        {
            "name": drawn(one.badge) or drawn(one.customer.name) or "–",
            "role": drawn(one.role),
            "of": drawn(one.customer.organization.name) if one.customer.organization else "",
            "code": code_of(gathering, one),
        }
        for one in registrations
    ]
    with TemporaryDirectory(prefix="waymark-badges-") as name:
        path = Path(name) / "badges.pdf"
        typeset({"kind": "badges", "event": drawn(gathering.name), "badges": badges}, path)
        return path.read_bytes()


def drawn(text: str) -> str:
    """The text without what no letter is: `Zoë 😀` is `Zoë`. Letters of all scripts stay, with their marks."""
    kept = (one for one in text if unicodedata.category(one) not in UNDRAWN and ord(one) not in SELECTORS)
    return " ".join("".join(kept).split())


def address_of(gathering: Gathering, registration: Registration) -> str:
    """What the code says: the check-in page with the registration's random name, which opens nothing by itself."""
    return f"{settings.PUBLIC_URL}{reverse('event_check_in', args=[gathering.key])}?code={registration.key}"


def code_of(gathering: Gathering, registration: Registration) -> str:
    drawing: str = segno.make_qr(address_of(gathering, registration), error="m").svg_inline(border=2)
    return drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
