"""The library: which materials there are, filtered, searched and sorted, each with what its card shows."""

from typing import Any

import django_filters as filters
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaigns.enums import MaterialKind, MaterialState
from campaigns.models import Material, MaterialPage, MaterialVersion, Tag
from campaigns.models.material import UNDER_WAY, WORDS_OF_MATERIAL, WORDS_OF_PAGE
from privacy.models import User

READY, PREPARED, FAILED, WITHDRAWN, ALL = "ready", "prepared", "failed", "withdrawn", "all"
STATES = [
    (READY, _("Ready to be shared")),
    (PREPARED, _("Being prepared")),
    (FAILED, _("Newest version failed")),
    (WITHDRAWN, _("Withdrawn")),
    (ALL, _("All, withdrawn ones too")),
]


def owners(request: HttpRequest | None) -> "QuerySet[User]":
    return User.objects.filter(materials__isnull=False).distinct().order_by("name")


class MaterialFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """What the library can be asked for. Without a state, withdrawn materials are left out."""

    search = filters.CharFilter(method="find", label=_("Search"))
    kind = filters.ChoiceFilter(choices=MaterialKind, label=_("Kind"), empty_label=_("Any kind"))
    tag = filters.ModelChoiceFilter(
        queryset=Tag.objects.all(), to_field_name="slug", method="about", label=_("Topic"), empty_label=_("Any topic")
    )
    state = filters.ChoiceFilter(
        choices=STATES, method="in_state", label=_("State"), empty_label=_("Any but withdrawn")
    )
    owner = filters.ModelChoiceFilter(queryset=owners, label=_("Owner"), empty_label=_("Anybody"))

    def filter_queryset(self, queryset: "QuerySet[Material]") -> "QuerySet[Material]":
        rows: QuerySet[Material] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(withdrawn_at=None)

    def find(self, rows: "QuerySet[Material]", name: str, text: str) -> "QuerySet[Material]":
        return found(rows, text)

    def about(self, rows: "QuerySet[Material]", name: str, tag: Tag) -> "QuerySet[Material]":
        return rows.filter(tags=tag)

    def in_state(self, rows: "QuerySet[Material]", name: str, state: str) -> "QuerySet[Material]":
        newest = rows.alias(newest_state=newest_state()) if state in (PREPARED, FAILED) else rows
        states = {
            READY: Q(withdrawn_at=None, version__gt=0),
            PREPARED: Q(withdrawn_at=None, newest_state__in=UNDER_WAY),
            FAILED: Q(withdrawn_at=None, newest_state=MaterialState.FAILED),
            WITHDRAWN: Q(withdrawn_at__isnull=False),
            ALL: Q(),
        }
        return newest.filter(states[state])


def newest_state() -> Subquery:
    """The state of a material's newest version; null where it has none."""
    versions = MaterialVersion.objects.filter(material=OuterRef("pk")).order_by("-number")
    return Subquery(versions.values("state")[:1])


def pages_with(text: str) -> "QuerySet[MaterialPage]":
    """Pages on which the words stand. Relies on material_page_words."""
    return MaterialPage.objects.annotate(words=WORDS_OF_PAGE).filter(words=_query(text))


def found(rows: "QuerySet[Material]", text: str) -> "QuerySet[Material]":
    """Those whose title, description or pages (of the version that is shown) hold the words.

    Words as a person types them: "in quotes" together, `or`, and a minus for what must not be there. Part of a title is
    found as well. Relies on material_words.
    """
    if not text.strip():
        return rows
    by_title = Q(title__icontains=text.strip()) | Q(words=_query(text))
    return rows.alias(words=WORDS_OF_MATERIAL).filter(by_title | Q(Exists(_shown_pages_with(text))))


def with_page_found(rows: "QuerySet[Material]", text: str) -> "QuerySet[Material]":
    """Each with `found_on`, the first of its shown pages that holds the words; null where none does."""
    first = _shown_pages_with(text).annotate(first=Min("number")).values("first")
    return rows.annotate(found_on=Subquery(first))


def _shown_pages_with(text: str) -> "QuerySet[MaterialPage, Any]":
    shown = Q(version__material=OuterRef("pk"), version__number=OuterRef("version"))
    return pages_with(text).filter(shown).order_by().values("version")


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="english", search_type="websearch")


def cards(rows: "QuerySet[Material]") -> "QuerySet[Material]":
    """The rows with what a card shows: owner, topics, the newest version's state, whose first page is the picture."""
    drawn = MaterialVersion.objects.filter(material=OuterRef("pk"), pages__number=1)
    shown = drawn.filter(number=OuterRef("version")).values("number")[:1]
    return (
        rows.select_related("owner")
        .prefetch_related("tags")
        .annotate(
            newest_state=newest_state(),
            picture_version=Coalesce(Subquery(shown), Subquery(drawn.order_by("-number").values("number")[:1])),
        )
    )
