"""The demo: a made-up workspace, drawn from a seed, brought in by the same imports as any file, marked everywhere.

It and its known password exist on the embedded database only, unless somebody says --yes (then with other passwords).
This module is what the rest of the program asks; it stays light, for every page of the login imports it.
"""

from enum import Enum
from typing import NamedTuple

from django.conf import settings

from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from privacy.signin import DEMO_PASSWORD
from records.enums import ImportState
from records.models import Customer, Import

# The last of the demo's imports: once it is done, everything is there.
LAST_FILE = "events.csv"
# Of each other role, one account is shown.
SHOWN = {Role.RECORDS_ADMINISTRATOR: 2}


class Presence(Enum):
    NONE = "none"
    HALF = "half"  # a load was cut off
    WHOLE = "whole"


class Account(NamedTuple):
    """One of the accounts that a visitor may try: the role as people call it, the login name, the password."""

    role: str
    email: str
    password: str


def presence() -> Presence:
    """Whether a demo is loaded. The accounts are its first part, the import of its events the last."""
    if not User.objects.filter(is_demo=True).exists():
        return Presence.NONE
    done = Import.objects.filter(is_demo=True, file_name=LAST_FILE, state=ImportState.DONE)
    return Presence.WHOLE if done.exists() else Presence.HALF


def wanted() -> bool:
    """Whether `make run` loads the demo: the embedded database holds nothing yet, or half a demo."""
    if not settings.EMBEDDED_DATABASE:
        return False
    if presence() is Presence.HALF:
        return True
    return not any(model.objects.exists() for model in (User, Campaign, Customer))


def accounts() -> list[Account]:
    """One account of each role (two records administrators). Empty without a demo on the embedded database."""
    if not settings.EMBEDDED_DATABASE or presence() is not Presence.WHOLE:
        return []
    users = User.objects.filter(is_demo=True, is_active=True).order_by("pk").prefetch_related("groups")
    by_role: dict[str, list[str]] = {}
    for user in users:
        for group in user.groups.all():
            by_role.setdefault(group.name, []).append(user.email)
    return [
        Account(role.label, email, DEMO_PASSWORD)
        for role in Role
        for email in by_role.get(role.value, [])[: SHOWN.get(role, 1)]
    ]
