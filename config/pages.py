"""What every page of the workplace is given."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.core.cache import cache
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from campaigns.models import Campaign, Material
from config import demo
from privacy.models import User
from privacy.roles import Permit
from records.enums import ImportState
from records.models import Customer, Gathering, Import, MailingList, Organization, Survey
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
    ("Materials", "materials", (Permit.SHARE_MATERIALS, Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    ("Shares", "shares", (Permit.SHARE_MATERIALS, Permit.VIEW_ALL_CAMPAIGNS)),
    ("Tasks", "tasks", (Permit.KEEP_CUSTOMERS,)),
    ("Filtered", "filtered", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    ("Mailings", "mailings", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    ("Records", "records", tuple({permit for noun in nouns() if Page.LIST in noun.pages for permit in noun.see})),
    ("Imports", "imports", (Permit.IMPORT_RECORDS,)),
    ("Meetings", "meetings", (Permit.FIND_MEETINGS,)),
    ("Teams", "teams", (Permit.ASSIGN_CUSTOMERS,)),
    ("Access log", "access_log", (Permit.VIEW_ACCESS_LOG,)),
    ("API", "api", (Permit.MAKE_API_KEYS,)),
    ("Webhooks", "webhooks", (Permit.KEEP_WEBHOOKS,)),
    ("Administration", "admin:index", (Permit.MANAGE_USERS, Permit.VIEW_OPERATIONS)),
)


class MethodPageMiddleware:
    """Gives the answer 405, which Django leaves empty, a page with a way back; where a person asks, not a machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_empty = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content
        if is_empty and "text/html" in request.headers.get("Accept", ""):
            response.content = render_to_string("405.html", request=request)
            response["Content-Type"] = "text/html; charset=utf-8"
        return response


DEMO_NOTE = "Demonstration data: every customer, campaign and number here is made up."
MIXED_NOTE = "Demonstration and real data: what is made up is marked."
# Things that are not persons' and say themselves whether they are made up.
MARKED: tuple[type[Model], ...] = (Campaign, Material, Survey, Gathering, MailingList)


def workspace(request: HttpRequest) -> dict[str, object]:
    """`demo_note`: that made-up data are loaded, which every page must say (cached for a minute).

    `navigation` and `roles` are worked out only where a page shows them.
    """
    return {
        "demo_note": cache.get_or_set("workspace:demo_note", demo_note, timeout=60),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "roles": SimpleLazyObject(lambda: roles(request)),
        "demo_accounts": SimpleLazyObject(demo.accounts),
    }


def demo_note() -> str:
    """What the head of each page says of made-up data; nothing where there are none."""
    if not User.objects.filter(is_demo=True).exists():
        return ""
    return MIXED_NOTE if has_real_data() else DEMO_NOTE


def has_real_data() -> bool:
    """Whether anything was imported or recorded beside the demo. Relies on the indexes of `source_import`."""
    imported = Import.objects.filter(is_demo=False, loaded__gt=0).exclude(state=ImportState.UNDONE)
    marked = [model._default_manager.filter(is_demo=False) for model in MARKED]
    by_hand = [model._default_manager.filter(source_import=None) for model in (Customer, Organization)]
    return any(rows.exists() for rows in (imported, *marked, *by_hand))


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
