"""The list of presets: options of shares under a name, one's own and everybody's."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import Case, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from campaigns.models import SharePreset
from campaigns.presets import may_delete, presets_of
from privacy.models import User
from privacy.roles import Permit
from records.listing import Act, Chosen, Column, Kind, Listing, Row
from records.lists import declare_list

MINE, EVERYBODYS = "mine", "everybodys"
WHOSE = {MINE: _("Mine"), EVERYBODYS: _("Everybody’s")}
OPTION_WORDS = {
    "may_download": _("download"),
    "verified_only": _("verified viewers only"),
    "has_watermark": _("watermark"),
    "notifies_sender": _("notify me"),
}


class PresetFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Search"))
    whose = filters.ChoiceFilter(label=_("Whose"), empty_label=_("Anybody’s"), choices=list(WHOSE.items()))


def preset_rows(user: User) -> "QuerySet[SharePreset]":
    whose = Case(When(owner=None, then=Value(EVERYBODYS)), default=Value(MINE))
    return presets_of(user).annotate(whose=whose)


def say_options(_chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add in words what is switched on."""
    for row in rows:
        row["options"] = " · ".join(str(words) for option, words in OPTION_WORDS.items() if row[option])


def acts_of_preset(user: User, row: Row) -> Iterable[Act]:
    if may_delete(user, row["owner_id"]):
        said = now("Delete %(name)s") % {"name": row["name"]}
        yield Act(_("Delete"), reverse("delete_share_preset", args=[row["pk"]]), said, is_post=True)


PRESETS = Listing(
    name=gettext_noop("presets"),
    columns=(
        Column(_("Name"), "name"),
        Column(_("Whose"), "whose", words=WHOSE),
        Column(_("Ends after (days)"), "expires_after_days", Kind.COUNT),
    ),
    filters=PresetFilters,
    rows=preset_rows,
    key="pk",
    sort="name",
    singular=gettext_noop("preset"),
    page_columns=(Column(_("Options"), "options"),),
    fill=say_options,
    needs=("name", "owner_id", *OPTION_WORDS),
    acts=acts_of_preset,
)
PRESET_LIST = declare_list("presets", "share_presets", (Permit.SHARE_MATERIALS,), lambda user: PRESETS, has_files=False)
