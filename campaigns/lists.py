"""The lists of materials, custom web pages, tasks and mailings; records.listing makes page and files of each."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaigns import follow_ups
from campaigns.enums import ASKED, Grade, MailingState, MaterialKind
from campaigns.mailing import running
from campaigns.materials import library
from campaigns.materials.keeping import SEES
from campaigns.models import FollowUp, Mailing, Material, WebPage
from campaigns.places import TASKS as TASKS_PLACE
from campaigns.views.webpages import KEEPERS, pages_of
from campaigns.views.webpages import PLACE as WEB_PAGES_PLACE
from privacy.agency import agency_today
from privacy.guards import signed_in
from privacy.models import User
from privacy.roles import Permit
from records.listing import Chosen, Column, Kind, Listing, Row
from records.lists import declare_list
from records.models import Customer
from records.periods import PeriodFilter

# Materials -----------------------------------------------------------------------------------------------------------


def material_rows(user: User) -> "QuerySet[Material]":
    return Material.objects.annotate(owner_name=F("owner__name"))


def with_cards(chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add to each row its material with what a card shows. One query."""
    shown = library.cards(Material.objects.filter(pk__in=[row["pk"] for row in rows]))
    if text := str(chosen.filterset.data.get("search", "")):
        shown = library.with_page_found(shown, text)
    cards: dict[int, Any] = {material.pk: material for material in shown}
    for row in rows:
        material = cards[row["pk"]]
        row |= {"material": material, "topics": ", ".join(name for _slug, name in material.topics or ())}


MATERIALS = Listing(
    name=gettext_noop("materials"),
    columns=(
        Column(_("Title"), "title", address=lambda row: reverse("material", args=[row["slug"]])),
        Column(_("Kind"), "kind", words={str(value): str(label) for value, label in MaterialKind.choices}),
        Column(_("Version"), "version", Kind.COUNT),
        Column(_("Pages"), "page_count", Kind.COUNT),
        Column(_("Shares"), "share_count", Kind.COUNT),
        Column(_("Owner"), "owner_name"),
        Column(_("Added"), "created_at", Kind.MOMENT),
        Column(_("Withdrawn"), "withdrawn_at", Kind.MOMENT),
    ),
    filters=library.MaterialFilters,
    rows=material_rows,
    key="slug",
    sort="-created_at",
    singular=gettext_noop("material"),
    made_up="is_demo",
    page_columns=(Column(_("Topics"), "topics"),),
    fill=with_cards,
)
MATERIAL_LIST = declare_list("materials", "materials", SEES, lambda user: MATERIALS)


# Custom web pages ----------------------------------------------------------------------------------------------------


class WebPageFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="material__title", lookup_expr="icontains", label=_("Search"))
    made_for = filters.ChoiceFilter(
        method="of_kind",
        label=_("For"),
        empty_label=_("Anybody"),
        choices=[
            ("customer", _("A customer")),
            ("organization", _("An organization")),
            ("all", _("Nobody in particular")),
        ],
    )
    published = filters.ChoiceFilter(
        method="in_state", label=_("State"), empty_label=_("Any state"),
        choices=[("yes", _("Published")), ("no", _("Not published yet"))],
    )  # fmt: skip

    def of_kind(self, rows: "QuerySet[WebPage]", name: str, kind: str) -> "QuerySet[WebPage]":
        kinds = {
            "customer": Q(customer__isnull=False),
            "organization": Q(organization__isnull=False),
            "all": Q(customer=None, organization=None),
        }
        return rows.filter(kinds[kind])

    def in_state(self, rows: "QuerySet[WebPage]", name: str, state: str) -> "QuerySet[WebPage]":
        return rows.filter(material__version__gt=0) if state == "yes" else rows.filter(material__version=0)


def web_page_rows(user: User) -> "QuerySet[WebPage]":
    """The pages that the user may open; `for_name` names a customer only where the user sees them."""
    seen = Q(customer__in=Customer.objects.visible_to(user).values("pk"))
    return pages_of(user).annotate(
        slug=F("material__slug"),
        title=F("material__title"),
        sees_customer=Case(When(seen, then=F("customer_id"))),
        for_name=Case(
            When(organization__isnull=False, then=F("organization__name")),
            When(seen, then=F("customer__name")),
            When(customer__isnull=False, then=Value(str(_("A customer whom you cannot see")))),
            output_field=CharField(),
        ),
        owner_name=F("material__owner__name"),
        version=F("material__version"),
        shares=F("material__share_count"),
    )


WEB_PAGES = Listing(
    name=gettext_noop("web pages"),
    columns=(
        Column(_("Title"), "title", address=lambda row: reverse("web_page", args=[row["slug"]])),
        Column(_("For"), "for_name"),
        Column(_("By"), "owner_name"),
        Column(_("Published version"), "version", Kind.COUNT),
        Column(_("Draft changed"), "changed_at", Kind.MOMENT),
        Column(_("Shares"), "shares", Kind.COUNT),
    ),
    filters=WebPageFilters,
    rows=web_page_rows,
    key="slug",
    sort="-changed_at",
    singular=gettext_noop("web page"),
    made_up="material__is_demo",
    place=WEB_PAGES_PLACE,
    needs=("sees_customer",),
    people_in=lambda rows: len({row["sees_customer"] for row in rows if row["sees_customer"]}),
)
WEB_PAGE_LIST = declare_list("web-pages", "web_pages", KEEPERS, lambda user: WEB_PAGES)


# Tasks ---------------------------------------------------------------------------------------------------------------


class TaskFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Without a state the open ones; without a word about whose they are, one's own."""

    show = filters.ChoiceFilter(
        method="as_it_is",
        label=_("State"),
        empty_label=_("Open"),
        choices=[("overdue", _("Overdue")), ("done", _("Done"))],
    )
    action = filters.ChoiceFilter(label=_("What"), empty_label=_("Anything"), choices=list(ASKED.items()))
    whose = filters.ChoiceFilter(
        method="as_it_is", label=_("Whose"), empty_label=_("Mine"),
        choices=[("team", _("My team's")), ("nobody", _("Nobody's yet"))],
    )  # fmt: skip

    due = PeriodFilter(field_name="due_on", label=_("Due"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signed_in(self.request).has_permit(Permit.ASSIGN_CUSTOMERS):
            del self.filters["whose"]

    def as_it_is(self, rows: "QuerySet[FollowUp]", name: str, value: str) -> "QuerySet[FollowUp]":
        return rows

    def filter_queryset(self, queryset: "QuerySet[FollowUp]") -> "QuerySet[FollowUp]":
        rows: QuerySet[FollowUp] = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        rows = rows.filter(done_at__isnull=asked.get("show") != "done")
        if asked.get("show") == "overdue":
            rows = rows.filter(due_on__lt=agency_today())
        whose = asked.get("whose")
        if whose == "nobody":
            return rows.filter(owner=None)
        return rows if whose == "team" else rows.filter(owner=signed_in(self.request))


def task_rows(user: User) -> "QuerySet[FollowUp]":
    return follow_ups.of(user).annotate(
        customer_name=F("viewer__customer__name"),
        customer_key=F("viewer__customer__key"),
        customer_id=F("viewer__customer"),
        about=F("share__material__title"),
        owner_name=Coalesce(F("owner__name"), Value(str(_("Nobody yet")))),
        done_by_name=F("done_by__name"),
    )


def task_tags(row: Row) -> Iterable[str]:
    if row["grade"] == Grade.UNKNOWN:
        yield str(_("asked by an unknown person"))
    if row["done_at"] is None and row["due_on"] <= agency_today():
        yield str(_("due today") if row["due_on"] == agency_today() else _("overdue"))


TASKS = Listing(
    name=gettext_noop("tasks"),
    columns=(
        Column(
            _("What"),
            "action",
            address=lambda row: reverse("task", args=[row["key"]]),
            words=ASKED,
        ),
        Column(_("Customer"), "customer_name", address=lambda row: reverse("customer", args=[row["customer_key"]])),
        Column(_("About"), "about"),
        Column(_("Asked"), "asked_at", Kind.MOMENT),
        Column(_("Due"), "due_on", Kind.DATE),
        Column(_("Whose"), "owner_name"),
        Column(_("Done"), "done_at", Kind.MOMENT),
        Column(_("Done by"), "done_by_name"),
    ),
    filters=TaskFilters,
    rows=task_rows,
    key="key",
    sort="due_on",
    singular=gettext_noop("task"),
    place=TASKS_PLACE,
    needs=("customer_key", "customer_id", "done_at", "due_on", "grade"),
    tags=task_tags,
    people_in=lambda rows: len({row["customer_id"] for row in rows}),
)


TASK_LIST = declare_list("tasks", "tasks", (Permit.KEEP_CUSTOMERS,), lambda user: TASKS)


# Mailings ------------------------------------------------------------------------------------------------------------


class MailingFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Search"))
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=MailingState.choices)
    of = filters.ChoiceFilter(
        method="of_kind", label=_("Of"), empty_label=_("Anything"),
        choices=[("campaign", _("A campaign")), ("shares", _("A sender’s own shares"))],
    )  # fmt: skip

    started = PeriodFilter(field_name="started_at", is_moment=True, label=_("Started"))

    def of_kind(self, rows: "QuerySet[Mailing]", name: str, kind: str) -> "QuerySet[Mailing]":
        return rows.filter(campaign__isnull=kind == "shares")


def mailing_rows(user: User) -> "QuerySet[Mailing]":
    return Mailing.objects.visible_to(user).annotate(
        campaign_name=F("campaign__name"), variant_label=F("variant__label"), sender_name=F("sender__name")
    )


def count_messages(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add how many messages there are, and how many were sent. One query."""
    counts = running.by_state([row["pk"] for row in rows])
    for row in rows:
        counted = counts.get(row["pk"], {"all": 0, "sent": 0})
        row |= {"sent": counted["sent"], "messages": counted["all"]}


MAILINGS = Listing(
    name=gettext_noop("mailings"),
    columns=(
        Column(_("Mailing"), "name", address=lambda row: reverse("mailing", args=[row["pk"]])),
        Column(_("Campaign"), "campaign_name"),
        Column(_("Variant"), "variant_label"),
        Column(_("By"), "sender_name"),
        Column(_("State"), "state", words={str(value): str(label) for value, label in MailingState.choices}),
        Column(_("Written"), "created_at", Kind.MOMENT),
        Column(_("Started"), "started_at", Kind.MOMENT),
    ),
    filters=MailingFilters,
    rows=mailing_rows,
    key="pk",
    sort="-created_at",
    singular=gettext_noop("mailing"),
    made_up="is_demo",
    page_columns=(Column(_("Sent"), "sent", Kind.COUNT), Column(_("Messages"), "messages", Kind.COUNT)),
    fill=count_messages,
    needs=("trouble",),
    tags=lambda row: [str(_("Stalled"))] if row["trouble"] else [],
)
MAILING_LIST = declare_list(
    "mailings", "mailings", (Permit.SHARE_MATERIALS, Permit.KEEP_CAMPAIGNS), lambda user: MAILINGS
)
