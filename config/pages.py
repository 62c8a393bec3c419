"""What every page of the workplace is given."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from config import demo
from privacy.models import User
from privacy.roles import Permit
from records.nouns import nouns
from records.nouns.base import Page
from records.views.search import SEARCHERS


@dataclass(frozen=True)
class Entry:
    """A link of the navigation."""

    label: str
    address: str
    is_current: bool


# Label, name of the address, and the permits of which one is needed.
NAVIGATION = (
    ("Home", "home", ()),
    (
        "Customers",
        "customers",
        (Permit.VIEW_ASSIGNED_CUSTOMERS, Permit.VIEW_TEAM_CUSTOMERS, Permit.VIEW_ALL_CUSTOMERS),
    ),
    ("Look up", "search", SEARCHERS),
    ("Campaigns", "campaigns", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    ("Records", "records", tuple({permit for noun in nouns() if Page.LIST in noun.pages for permit in noun.see})),
    ("Imports", "imports", (Permit.IMPORT_RECORDS,)),
    ("Teams", "teams", (Permit.ASSIGN_CUSTOMERS,)),
    ("Access log", "access_log", (Permit.VIEW_ACCESS_LOG,)),
    ("Notice", "notice", ()),
    ("Administration", "admin:index", (Permit.MANAGE_USERS, Permit.VIEW_OPERATIONS)),
)


def workspace(request: HttpRequest) -> dict[str, object]:
    """`has_demo`: whether made-up data are loaded, which every page must say (cached for a minute).

    `navigation` and `roles` are worked out only where a page shows them.
    """
    return {
        "has_demo": cache.get_or_set("workspace:has_demo", has_demo, timeout=60),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "roles": SimpleLazyObject(lambda: roles(request)),
        "demo_accounts": SimpleLazyObject(demo.accounts),
    }


def has_demo() -> bool:
    return User.objects.filter(is_demo=True).exists()


def navigation(request: HttpRequest) -> list[Entry]:
    """The pages that the user may open."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    open_to = (row for row in NAVIGATION if not row[2] or any(user.has_permit(permit) for permit in row[2]))
    return [entry(request, label, reverse(name)) for label, name, _ in open_to]


def entry(request: HttpRequest, label: str, address: str) -> Entry:
    here = request.path == address if address == "/" else request.path.startswith(address)
    return Entry(label, address, here)


def roles(request: HttpRequest) -> list[str]:
    """The labels of the user's roles. One query."""
    return [str(role.label) for role in request.user.roles] if isinstance(request.user, User) else []
