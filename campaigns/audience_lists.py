"""The list of audiences: records.listing makes page and files of it. Nobody is shown, only what is asked."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaigns.audiences import BadConditions, words_of
from campaigns.models import Audience
from privacy.models import User
from privacy.roles import Permit
from records.listing import Act, Chosen, Column, Kind, Listing, Row
from records.lists import declare_list


class AudienceFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Search"))
    used = filters.ChoiceFilter(
        method="by_use", label=_("Used"), empty_label=_("By campaigns or not"),
        choices=[("yes", _("By a campaign")), ("no", _("By none"))],
    )  # fmt: skip

    def by_use(self, rows: "QuerySet[Any]", name: str, used: str) -> "QuerySet[Any]":
        return rows.filter(used__gt=0) if used == "yes" else rows.filter(used=0)


def audience_rows(user: User) -> "QuerySet[Audience]":
    return Audience.objects.annotate(owner_name=F("owner__name"), used=Count("campaigns"))


def with_words(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add what each asks, in words."""
    for row in rows:
        row["asks"] = "; ".join(f"{label}: {text}" for label, text in said(row["conditions"])) or _("Everybody")


def said(conditions: Any) -> list[tuple[str, str]]:
    try:
        return words_of(conditions)
    except BadConditions as problem:
        return [(str(_("No longer valid")), str(problem))]


def acts_of_audience(user: User, row: Row) -> Iterable[Act]:
    """One that a campaign has stays."""
    if not row["used"]:
        about = _("Remove %(name)s") % {"name": row["name"]}
        yield Act(_("Remove"), reverse("audience_remove", args=[row["pk"]]), about)


AUDIENCES = Listing(
    name=gettext_noop("audiences"),
    columns=(
        Column(_("Name"), "name", address=lambda row: reverse("audience", args=[row["pk"]])),
        Column(_("By"), "owner_name"),
        Column(_("Campaigns"), "used", Kind.COUNT),
    ),
    filters=AudienceFilters,
    rows=audience_rows,
    key="pk",
    sort="name",
    singular=gettext_noop("audience"),
    page_columns=(Column(_("What it asks"), "asks"),),
    fill=with_words,
    needs=("conditions", "used", "name"),
    acts=acts_of_audience,
)
AUDIENCE_LIST = declare_list(
    "audiences", "audiences", (Permit.KEEP_CAMPAIGNS,), lambda user: AUDIENCES, has_files=False
)
