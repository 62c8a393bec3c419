"""Where one can jump to by a few letters: actions, campaigns, materials and shares; and, asked for apart, customers.

Actions are found by their words in the reader's language, with accents or without; they and things that are nobody's
as one types. Customers are looked up through the door, once somebody asks for them: each look-up is a line of the
access log.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from campaigns.materials.library import usable
from campaigns.models import Campaign, Material, Share
from privacy.models import User
from privacy.roles import SEES_CUSTOMERS, Permit
from records import figures
from records.identity import normal
from records.listing import in_language
from records.lists import list_called
from records.models import Customer, SavedView

SHORTEST = 2  # letters
LONGEST = 100
MOST = 5  # of a kind
MOST_CUSTOMERS = 8
SEES_CAMPAIGNS = (Permit.VIEW_OWN_CAMPAIGNS, Permit.VIEW_ALL_CAMPAIGNS)
SEES_MATERIALS = (Permit.SHARE_MATERIALS, Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)
SEES_SHARES = (Permit.SHARE_MATERIALS, Permit.VIEW_ALL_CAMPAIGNS)


@dataclass(frozen=True)
class Target:
    """One place to jump to. `kind` is a word for what it is, `note` what tells it from others of its name."""

    kind: str
    label: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class Doing:
    """Something to do: its words, the route of its page, and the permits of which one (and all of `also`) is needed."""

    label: "str | Promise"
    route: str
    permits: tuple[Permit, ...]
    also: tuple[Permit, ...] = ()

    def is_open_to(self, user: User) -> bool:
        has_one = not self.permits or user.has_one_of(self.permits)
        return has_one and all(map(user.has_permit, self.also))


# What a customer is looked for to be done with.
OPEN, CALL = "open", "call"
DOINGS = (
    Doing(_("Share a material"), "shares_new", SEES_CUSTOMERS, also=(Permit.SHARE_MATERIALS,)),
    Doing(_("Log a call"), "jump_call", SEES_CUSTOMERS, also=(Permit.KEEP_CUSTOMERS,)),
    Doing(_("Look somebody up"), "search", SEES_CUSTOMERS),
    Doing(_("Import a file"), "import_new", (Permit.IMPORT_RECORDS,)),
    Doing(_("New campaign"), "campaign_new", (Permit.KEEP_CAMPAIGNS,)),
    Doing(_("New mailing"), "mailing_new", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    Doing(_("New material"), "material_new", (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    Doing(_("New web page"), "web_page_new", (Permit.KEEP_MATERIALS,)),
    Doing(_("Customers"), "customers", SEES_CUSTOMERS),
    Doing(_("Campaigns"), "campaigns", SEES_CAMPAIGNS),
    Doing(_("Calendar of campaigns"), "campaign_calendar", SEES_CAMPAIGNS),
    Doing(_("Compare campaigns, materials or periods"), "compare", SEES_CAMPAIGNS),
    Doing(_("Who comes back"), "cohorts", SEES_CAMPAIGNS),
    Doing(_("What conversions are credited to"), "attribution", SEES_CAMPAIGNS),
    Doing(_("How sharing is used"), "sharing", SEES_SHARES),
    Doing(_("Meeting insights"), "meeting_insights", SEES_CAMPAIGNS),
    Doing(_("Frozen reports"), "frozen_reports", SEES_CAMPAIGNS),
    Doing(_("Materials"), "materials", SEES_MATERIALS),
    Doing(_("Shares"), "shares", SEES_SHARES),
    Doing(_("Custom web pages"), "web_pages", (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    Doing(_("Web page insights"), "web_page_insights", (Permit.KEEP_MATERIALS, Permit.KEEP_ALL_MATERIALS)),
    Doing(_("Mailings"), "mailings", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    Doing(_("Sent mail"), "mail_messages", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS)),
    Doing(_("Exports"), "exports", (Permit.EXPORT_LISTS,)),
    Doing(_("Imports"), "imports", (Permit.IMPORT_RECORDS,)),
    Doing(_("Surveys and contests"), "surveys_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Contests"), "contests_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Studies"), "studies_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Events"), "events_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Publications"), "publications_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Suppliers"), "suppliers", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Payments"), "payments_list", (Permit.VIEW_PROGRAMMES,)),
    Doing(_("Saved views"), "saved_views", ()),
    Doing(_("Settings"), "account_settings", ()),
    Doing(_("My tasks"), "tasks", (Permit.KEEP_CUSTOMERS,)),
    Doing(_("Trouble areas"), "trouble", (Permit.KEEP_CUSTOMERS,)),
    Doing(_("Scheduled reports"), "schedules", (Permit.EXPORT_LISTS,)),
    Doing(_("Requests from individuals"), "requests", (Permit.ANSWER_REQUESTS,)),
    Doing(_("Disclosures"), "disclosures", (Permit.ACCOUNT_DISCLOSURES,)),
    Doing(_("Legal holds"), "admin:privacy_legalhold_changelist", (Permit.VIEW_RETENTION,)),
    Doing(_("Access log"), "access_log", (Permit.VIEW_ACCESS_LOG,)),
    Doing(_("Auditing"), "auditing", (Permit.VIEW_EVIDENCE,)),
    Doing(_("Safeguards"), "safeguards", (Permit.VIEW_SAFEGUARDS,)),
    Doing(_("Access reviews"), "access_reviews", (Permit.VIEW_SAFEGUARDS,)),
    Doing(_("Incidents"), "incidents", (Permit.VIEW_SAFEGUARDS, Permit.VIEW_OWN_INCIDENTS)),
    Doing(_("Readings"), "readings", (Permit.CONFIRM_READINGS,)),
    Doing(_("Drafts of the notice"), "notice_drafts", (Permit.KEEP_NOTICE,)),
    Doing(_("Relationships that may have ended"), "silence", (Permit.KEEP_RETENTION,)),
    Doing(_("API keys"), "api_keys", (Permit.MAKE_API_KEYS, Permit.MANAGE_USERS)),
    Doing(_("Webhooks"), "webhooks", (Permit.KEEP_WEBHOOKS,)),
    Doing(_("Accounts and roles"), "admin:privacy_user_changelist", (Permit.MANAGE_USERS,)),
)


def targets_for(user: User, text: str) -> list[Target]:
    """What the text finds that is nobody's: of too short a text the actions alone. Four statements at most."""
    actions = list(actions_for(user, text))
    if len(text) < SHORTEST:
        return actions
    found = (campaigns_for(user, text), materials_for(user, text), shares_for(user, text), views_for(user, text))
    return [*actions, *chain(*found)]


def actions_for(user: User, text: str) -> Iterable[Target]:
    """Those of which each word of the text begins a word, with or without accents; all for no text, none for one that
    holds no word."""
    words = normal.words(text)
    if text.strip() and not words:
        return
    for doing in DOINGS:
        has = normal.words(str(doing.label))
        if all(any(one.startswith(word) for one in has) for word in words) and doing.is_open_to(user):
            yield Target(str(_("Go to")), str(doing.label), reverse(doing.route))


def campaigns_for(user: User, text: str) -> Iterable[Target]:
    if not user.has_one_of(SEES_CAMPAIGNS):
        return
    rows = Campaign.objects.visible_to(user).filter(name__icontains=text)
    for campaign in rows.order_by(F("starts_on").desc(nulls_last=True), "-pk")[:MOST]:
        yield Target(
            str(_("Campaign")),
            campaign.name,
            reverse("campaign", args=[campaign.slug]),
            in_language(campaign.get_state_display()),
        )


def materials_for(user: User, text: str) -> Iterable[Target]:
    if not user.has_one_of(SEES_MATERIALS):
        return
    named = usable(Material.objects.filter(title__icontains=text))
    for material in named.order_by("title", "pk")[:MOST]:
        kind = in_language(material.get_kind_display())
        yield Target(str(_("Material")), material.title, reverse("material", args=[material.slug]), kind)


def shares_for(user: User, text: str) -> Iterable[Target]:
    """The newest shares of materials with such a title. No recipient is named: whoever may see them does so there."""
    if not user.has_one_of(SEES_SHARES):
        return
    named = Material.objects.filter(title__icontains=text).order_by("title", "pk").values("pk")[:MOST]
    rows = Share.objects.visible_to(user).filter(material__in=named).select_related("material")
    for share in rows.order_by("-shared_at", "-pk")[:MOST]:
        day = figures.day(timezone.localtime(share.shared_at).date())
        note = gettext("shared on %(day)s") % {"day": day}
        yield Target(pgettext("noun", "Share"), share.material.title, reverse("share", args=[share.key]), note)


def views_for(user: User, text: str) -> Iterable[Target]:
    """One's own views of lists whose name has the text."""
    for view in SavedView.objects.of(user).filter(name__icontains=text)[:MOST]:
        yield Target(str(_("View")), view.name, reverse("saved_view", args=[view.key]), words_of_list(user, view.list))


def words_of_list(user: User, word: str) -> str:
    """What a list is called; its word where there is no such list any more."""
    known = list_called(word)
    return in_language(known.listing_for(user).name) if known else word


def customers_for(user: User, text: str, purpose: str = OPEN) -> list[Target]:
    """The customers in the user's scope whom the text names, and where what is to be done is done. One statement.

    The caller has opened the door.
    """
    rows = Customer.objects.visible_to(user, few=True).found_by(text).select_related("organization")
    return [of_customer(customer, purpose) for customer in rows.order_by("name", "pk")[:MOST_CUSTOMERS]]


def of_customer(customer: Customer, purpose: str) -> Target:
    note = ", ".join(part for part in (customer.number, customer.organization and customer.organization.name) if part)
    return Target(str(_("Customer")), customer.name, WAYS[purpose](customer), note)


WAYS: dict[str, Callable[[Customer], str]] = {
    OPEN: lambda customer: reverse("customer", args=[customer.key]),
    CALL: lambda customer: reverse("interactions_new", args=[customer.key]),
}
