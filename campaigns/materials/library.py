"""The library: which materials there are, filtered, searched and sorted, each with what its card shows."""

from typing import Any

import django_filters as filters
from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField, Exists, Func, IntegerField, JSONField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaigns.enums import MaterialKind, MaterialState
from campaigns.models import Material, MaterialPage, Tag
from campaigns.models.material import UNDER_WAY, WORDS_OF_MATERIAL, WORDS_OF_PAGE
from privacy.models import User
from records.choosing import WrittenChoiceFilter

READY, PREPARED, FAILED, WITHDRAWN, ALL = "ready", "prepared", "failed", "withdrawn", "all"
STATES = [
    (READY, _("Ready to be shared")),
    (PREPARED, _("Being prepared")),
    (FAILED, _("Newest version failed")),
    (WITHDRAWN, _("Withdrawn")),
    (ALL, _("All, including withdrawn")),
]


def owners(request: HttpRequest | None) -> "QuerySet[User]":
    return User.objects.filter(materials__isnull=False).distinct().order_by("name")


# By the index of materials by owner.
OWNERS = """
SELECT id, coalesce(nullif(name, ''), email)
FROM privacy_user AS person
WHERE EXISTS (SELECT FROM campaigns_material WHERE owner_id = person.id)
ORDER BY name
"""


class MaterialFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """What the library can be asked for. Without a state, withdrawn materials are left out, and those of which there is
    nothing but a file that failed."""

    search = filters.CharFilter(method="find", label=_("Search"))
    kind = filters.ChoiceFilter(choices=MaterialKind, label=_("Kind"), empty_label=_("Any kind"))
    tag = WrittenChoiceFilter(
        queryset=Tag.objects.all(),
        statement="SELECT slug, name FROM campaigns_tag ORDER BY name",
        to_field_name="slug",
        method="about",
        label=_("Topic"),
        empty_label=_("Any topic"),
    )
    state = filters.ChoiceFilter(
        choices=STATES, method="in_state", label=_("State"), empty_label=_("All except withdrawn and failed")
    )
    owner: Any = WrittenChoiceFilter(queryset=owners, statement=OWNERS, label=_("Owner"), empty_label=_("Anybody"))

    def filter_queryset(self, queryset: "QuerySet[Material]") -> "QuerySet[Material]":
        rows: QuerySet[Material] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else usable(rows)

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


# Of a material's versions, by their unique key of material and number. Their text stands here, for Django takes a third
# of a millisecond to write each as a `Subquery`.
NEWEST = (
    "(SELECT state FROM campaigns_materialversion WHERE material_id = %(expressions)s ORDER BY number DESC LIMIT 1)"
)
WITH_PICTURE = (
    "(SELECT version.number FROM campaigns_materialversion AS version"
    " JOIN campaigns_materialpage AS page ON page.version_id = version.id AND page.number = 1 WHERE {which}"
    " ORDER BY version.number DESC LIMIT 1)"
)
SHOWN = WITH_PICTURE.format(which="(version.material_id, version.number) = (%(expressions)s)")
LAST = WITH_PICTURE.format(which="version.material_id = %(expressions)s")
TOPICS = (
    "(SELECT jsonb_agg(jsonb_build_array(topic.slug, topic.name) ORDER BY topic.name)"
    " FROM campaigns_material_tags AS tied JOIN campaigns_tag AS topic ON topic.id = tied.tag_id"
    " WHERE tied.material_id = %(expressions)s)"
)


def newest_state() -> Func:
    """The state of a material's newest version; null where it has none."""
    return Func("pk", template=NEWEST, output_field=CharField())


def usable(rows: "QuerySet[Material]") -> "QuerySet[Material]":
    """Those that are not withdrawn, with something to show or on their way to it."""
    newest = Q(newest_state=None) | ~Q(newest_state=MaterialState.FAILED)  # a link and a web page have none
    return rows.alias(newest_state=newest_state()).filter(Q(version__gt=0) | newest, withdrawn_at=None)


def picture_version() -> Coalesce:
    """The version whose first page is a material's picture: the one that is shown, else the newest that has one."""
    number = IntegerField()
    return Coalesce(
        Func("pk", "version", template=SHOWN, output_field=number), Func("pk", template=LAST, output_field=number)
    )


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
    """The rows with what a card shows: owner, topics (slug and name of each, null where there are none), the newest
    version's state, and whose first page is the picture."""
    topics = Func("pk", template=TOPICS, output_field=JSONField())
    return rows.select_related("owner").annotate(
        topics=topics, newest_state=newest_state(), picture_version=picture_version()
    )
