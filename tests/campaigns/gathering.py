"""An event that takes registrations, and somebody who comes to it, for the tests of events."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import mail
from django.utils import timezone

from campaigns.enums import MaterialKind
from campaigns.models import Material, Share
from campaigns.programmes.registering import Wishes, register
from campaigns.programmes.telling import Way
from records.models import Customer, Gathering, Registration
from tests.campaigns.lettering import told
from tests.campaigns.viewing import share_with
from tests.factories import make_customer

NEW_YORK = ZoneInfo("America/New_York")
NEXT_YEAR = timezone.now().year + 1  # all of it lies ahead, also of what begins on New Year's Eve


def clocks_change(hours: int) -> date:
    """The day of the next year on which the clocks of New York are put forward (1) or back (-1) by an hour."""

    def offset(day: date) -> timedelta:
        return datetime.combine(day, time(), NEW_YORK).utcoffset() or timedelta()

    days = (date(NEXT_YEAR, 1, 1) + timedelta(days=number) for number in range(365))
    return next(day for day in days if offset(day + timedelta(days=1)) - offset(day) == timedelta(hours=hours))


def make_gathering(slug: str = "forum", **fields: Any) -> Gathering:
    """Published, for anybody, in thirty days."""
    now = timezone.now()
    known = {"name": f"The {slug}", "starts_at": now + timedelta(days=30), "published_at": now, "is_open": True}
    return Gathering.objects.create(**{"slug": slug, **known, **fields})


def comes(gathering: Gathering, number: str, **wishes: str) -> Registration:
    """Registered, and told so."""
    customer = make_customer(number, email=f"{number.lower()}@example.org")
    return told(register(gathering, customer, Wishes(**wishes), Way(language="en"))[0])


def invited(gathering: Gathering, customer: Customer | None = None) -> Share:
    """The event's own link, shared with a customer."""
    material, _ = Material.objects.get_or_create(
        gathering=gathering,
        defaults={"slug": f"m-{gathering.slug}", "title": gathering.name, "kind": MaterialKind.LINK, "version": 1,
                  "address": "https://example.org/event/"},
    )  # fmt: skip
    return share_with(customer or make_customer("C-1", email="ann@example.org"), material)


def own_address(letter: int = -1) -> str:
    """The path of the registration's own page, as a letter has it."""
    found = re.search(r"https?://[^/]+(/registration/[\w-]{22}/)", str(mail.outbox[letter].body))
    assert found
    return found[1]
