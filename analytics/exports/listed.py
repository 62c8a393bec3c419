"""The lists of one's own exports and schedules."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from analytics.enums import ExportState, RunOutcome
from analytics.exports.formats import formats
from analytics.exports.rhythms import rhythm_words
from analytics.exports.scheduling import due_of, last_outcomes, listed_schedules
from analytics.models import Export, ExportSchedule
from privacy.guards import signed_in
from privacy.models import User
from privacy.roles import Permit
from records.listing import Act, Chosen, Column, Kind, Listing, Row, in_language
from records.lists import declare_list


def format_labels() -> dict[str, str]:
    return {one.name: one.label for one in formats().values()}


class ExportFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="title", lookup_expr="icontains", label=_("Search"))
    state = filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=ExportState.choices)
    file = filters.ChoiceFilter(
        field_name="format",
        label=_("Format"),
        empty_label=_("Any format"),
        choices=lambda: list(format_labels().items()),
    )


def acts_of_export(user: User, row: Row) -> Iterable[Act]:
    if row["state"] == ExportState.READY:
        said = _("Download %(title)s, %(format)s") % {
            "title": row["title"],
            "format": format_labels().get(row["format"], row["format"]),
        }
        yield Act(_("Download"), reverse("export_file", args=[row["key"]]), said, is_download=True)


EXPORTS = Listing(
    name=gettext_noop("exports"),
    columns=(
        Column(_("What"), "title", address=lambda row: reverse("export", args=[row["key"]])),
        Column(_("Format"), "format", words=format_labels()),
        Column(_("State"), "state", words={str(value): str(label) for value, label in ExportState.choices}),
        Column(_("Rows"), "rows_counted", Kind.COUNT),
        Column(_("Asked"), "asked_at", Kind.MOMENT),
        Column(_("Deleted"), "expires_at", Kind.MOMENT),
    ),
    filters=ExportFilters,
    rows=Export.objects.of,
    key="key",
    sort="-asked_at",
    singular=gettext_noop("export"),
    needs=("title", "format", "state"),
    acts=acts_of_export,
)
EXPORT_LIST = declare_list("exports", "exports", (Permit.EXPORT_LISTS,), lambda user: EXPORTS, has_files=False)


class ScheduleFilters(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    search = filters.CharFilter(field_name="said", lookup_expr="icontains", label=_("Search"))
    state = filters.ChoiceFilter(
        method="in_state", label=_("State"), empty_label=_("Any state"),
        choices=[("on", _("On")), ("paused", _("Paused"))],
    )  # fmt: skip
    file = filters.ChoiceFilter(
        field_name="format",
        label=_("Format"),
        empty_label=_("Any format"),
        choices=lambda: list(format_labels().items()),
    )

    def in_state(self, rows: "QuerySet[ExportSchedule]", name: str, state: str) -> "QuerySet[ExportSchedule]":
        return rows.filter(is_paused=state == "paused")


def with_rhythm_and_outcome(chosen: Chosen, rows: Sequence[dict[str, Any]]) -> None:
    """Add in words when each runs, and what became of it for each reader the last time. Two queries."""
    keys = [row["pk"] for row in rows]
    schedules = ExportSchedule.objects.in_bulk(keys)
    outcomes = last_outcomes(signed_in(chosen.filterset.request), keys)
    for row in rows:
        row["rhythm"] = rhythm_words(due_of(schedules[row["pk"]]))
        row["last_outcome"] = outcome_words(outcomes[row["pk"]])
        row["is_lacking"] = any(outcomes[row["pk"]][outcome] for outcome in NOT_MADE)


NOT_MADE = (RunOutcome.FAILED, RunOutcome.NOT_ALLOWED, RunOutcome.LEFT)


def outcome_words(outcomes: Counter[str]) -> str:
    """`Failed`, or of several readers `2 of 3: Made, and told by mail; 1 of 3: Failed`."""
    labels = {outcome: in_language(RunOutcome(outcome).label) for outcome in RunOutcome if outcomes[outcome]}
    if not labels:
        return gettext("Not run yet")
    if len(labels) == 1:
        return str(*labels.values())
    of_some = gettext("%(count)s of %(all)s: %(outcome)s")
    return "; ".join(
        of_some % {"count": outcomes[outcome], "all": outcomes.total(), "outcome": said}
        for outcome, said in labels.items()
    )


def acts_of_schedule(user: User, row: Row) -> Iterable[Act]:
    if row["owner_id"] == user.pk:
        yield Act(_("Edit"), reverse("schedule_edit", args=[row["key"]]), _("Edit %(title)s") % {"title": row["said"]})


def tags_of_schedule(row: Row) -> Iterable[str]:
    if row["is_paused"]:
        yield gettext("Paused")
    if row["is_lacking"]:
        yield gettext("Not made last time")


SCHEDULES = Listing(
    name=gettext_noop("schedules"),
    columns=(
        Column(_("What"), "said", address=lambda row: reverse("schedule", args=[row["key"]])),
        Column(_("Format"), "format", words=format_labels()),
        Column(_("Set by"), "owner_name"),
        Column(_("Readers"), "reader_count", Kind.COUNT),
        Column(_("Last run"), "last_due_at", Kind.MOMENT),
        Column(_("Outcome"), "last_outcome"),
    ),
    filters=ScheduleFilters,
    rows=listed_schedules,
    key="key",
    sort="said",
    singular=gettext_noop("schedule"),
    page_columns=(Column(_("When"), "rhythm"),),
    fill=with_rhythm_and_outcome,
    needs=("said", "is_paused", "owner_id"),
    acts=acts_of_schedule,
    tags=tags_of_schedule,
)
SCHEDULE_LIST = declare_list("schedules", "schedules", (Permit.EXPORT_LISTS,), lambda user: SCHEDULES, has_files=False)
