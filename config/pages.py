"""What every page of the workplace is given."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.exports.formats import offered
from campaigns.models import Campaign, Material
from config import demo
from privacy.kept import keep, kept
from privacy.models import User
from privacy.refusing import Refused
from privacy.roles import Permit
from records.enums import ImportState
from records.models import Customer, Gathering, Import, MailingList, Organization, Survey
from records.nouns import nouns
from records.nouns.base import Page
from records.retrieval import SEARCHERS


@dataclass(frozen=True)
class Entry:
    """A link of the navigation. `is_current` where the page shown is this one or below it."""

    name: str
    label: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Menu:
    """The first of a group's entries that the user may open, which is a link, and the others, which open beside it."""

    first: Entry
    others: tuple[Entry, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the page shown is one of those that are folded away."""
        return any(entry.is_current for entry in self.others)


# Label, name of the address, and the permits of which one is needed.
NAVIGATION = (
    (_("Home"), "home", ()),
    (
        _("Customers"),
        "customers",
        (Permit.VIEW_ASSIGNED_CUSTOMERS, Permit.VIEW_TEAM_CUSTOMERS, Permit.VIEW_ALL_CUSTOMERS),
    ),
    (_("Look up"), "search", SEARCHERS),
    (_("Campaigns"), "campaigns", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Materials"), "materials", (Permit.SHARE_MATERIALS, Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    (_("Custom web pages"), "web_pages", (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    (_("Web page insights"), "web_page_insights", (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    (_("Shares"), "shares", (Permit.SHARE_MATERIALS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Tasks"), "tasks", (Permit.KEEP_CUSTOMERS,)),
    (_("Trouble areas"), "trouble", (Permit.KEEP_CUSTOMERS,)),
    (_("Compare"), "compare", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Attribution"), "attribution", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Who comes back"), "cohorts", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("How sharing is used"), "sharing", (Permit.SHARE_MATERIALS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Meeting insights"), "meeting_insights", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Frozen reports"), "frozen_reports", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Filtered"), "filtered", (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)),
    (_("Mailings"), "mailings", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    (_("Exports"), "exports", (Permit.EXPORT_LISTS,)),
    (_("Records"), "records", tuple({permit for noun in nouns() if Page.LIST in noun.pages for permit in noun.see})),
    (_("Suppliers"), "suppliers", (Permit.VIEW_PROGRAMMES,)),
    (_("Imports"), "imports", (Permit.IMPORT_RECORDS,)),
    (_("Meetings"), "meetings", (Permit.FIND_MEETINGS,)),
    (_("Requests"), "requests", (Permit.ANSWER_REQUESTS,)),
    (_("Disclosures"), "disclosures", (Permit.ACCOUNT_DISCLOSURES,)),
    (_("Teams"), "teams", (Permit.ASSIGN_CUSTOMERS,)),
    (_("Access log"), "access_log", (Permit.VIEW_ACCESS_LOG,)),
    (_("Auditing"), "auditing", (Permit.VIEW_EVIDENCE,)),
    (_("Safeguards"), "safeguards", (Permit.VIEW_SAFEGUARDS,)),
    (_("Access reviews"), "access_reviews", (Permit.VIEW_SAFEGUARDS,)),
    (_("Incidents"), "incidents", (Permit.VIEW_SAFEGUARDS, Permit.VIEW_OWN_INCIDENTS)),
    (_("Readings"), "readings", (Permit.CONFIRM_READINGS,)),
    (_("API"), "api", (Permit.MAKE_API_KEYS,)),
    (_("Webhooks"), "webhooks", (Permit.KEEP_WEBHOOKS,)),
    (_("Silence"), "silence", (Permit.KEEP_RETENTION,)),
    (_("Administration"), "admin:index", (Permit.MANAGE_USERS, Permit.VIEW_OPERATIONS, Permit.VIEW_RETENTION)),
)

# Which entries stand together: the first that the user may open leads, the others fold away. Those of no group stand
# by themselves.
GROUPS = (
    ("customers", "search", "tasks", "trouble", "teams"),
    (
        "campaigns",
        "compare",
        "attribution",
        "cohorts",
        "sharing",
        "meeting_insights",
        "frozen_reports",
        "mailings",
        "filtered",
        "exports",
    ),
    ("materials", "web_pages", "web_page_insights", "shares"),
    ("records", "suppliers", "meetings", "imports"),
    (
        "requests",
        "disclosures",
        "access_log",
        "auditing",
        "safeguards",
        "access_reviews",
        "incidents",
        "readings",
        "api",
        "webhooks",
        "silence",
        "admin:index",
    ),
)

# The group of an entry for those who open nothing else of its own: by itself it would only take room.
OTHERWISE = {"shares": "campaigns"}


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


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400. What the program itself refuses says what is wrong; what the framework suspects is told to nobody."""
    said = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"said": said}, status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403. Where the door to records refuses, its sentence says what the reader can do: no other role is needed."""
    context = {"exception": str(exception), "are_closed": isinstance(exception, Refused)}
    return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)


DEMO_NOTE = gettext_noop("Demonstration data: every customer, campaign and number here is made up.")
MIXED_NOTE = gettext_noop("Demonstration and real data: what is made up is marked.")
# Things that are not persons' and say themselves whether they are made up.
MARKED: tuple[type[Model], ...] = (Campaign, Material, Survey, Gathering, MailingList)


def workspace(request: HttpRequest) -> dict[str, object]:
    """`demo_note`: that made-up data are loaded, which every page must say (cached for a minute).

    `navigation` and `roles` are worked out only where a page shows them.
    """
    return {
        "demo_note": _demo_note(),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "roles": SimpleLazyObject(lambda: roles(request)),
        "demo_accounts": SimpleLazyObject(demo.accounts),
        "has_accounts": SimpleLazyObject(User.objects.exists),
        "export_formats": SimpleLazyObject(lambda: offered()),
    }


def _demo_note() -> str:
    note: str | None = kept("workspace:demo_note")
    if note is None:
        note = demo_note()
        keep("workspace:demo_note", note, seconds=60)
    return note


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


def navigation(request: HttpRequest) -> list[Menu]:
    """The pages that the user may open, grouped."""
    entries = open_entries(request)
    group_of = {name: group for group in GROUPS for name in group}
    found: dict[object, list[Entry]] = {}
    for entry in entries:
        found.setdefault(group_of.get(entry.name, entry.name), []).append(entry)
    for name, other in OTHERWISE.items():
        alone, joined = found.get(group_of[name]), found.get(group_of[other])
        if alone and joined and [entry.name for entry in alone] == [name]:
            joined += found.pop(group_of[name])
    return [Menu(group[0], tuple(group[1:])) for group in found.values()]


def open_entries(request: HttpRequest) -> list[Entry]:
    """The pages that the user may open, in the order of NAVIGATION; current is the nearest above what is shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    open_to = [row for row in NAVIGATION if not row[2] or user.has_one_of(row[2])]
    addresses = {row[1]: reverse(row[1]) for row in open_to}
    current = max(filter(partial(is_here, request), addresses.values()), key=len, default="")
    return [Entry(name, str(label), addresses[name], addresses[name] == current) for label, name, _permits in open_to]


def is_here(request: HttpRequest, address: str) -> bool:
    return request.path == address if address == "/" else request.path.startswith(address)


def roles(request: HttpRequest) -> list[str]:
    """The labels of the user's roles. One query."""
    return [gettext(role.label) for role in request.user.roles] if isinstance(request.user, User) else []
