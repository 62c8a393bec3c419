"""Schedules of exports: looked at with their history, paused, run now, deleted by their owner; looked at, and left, by
their readers. They are made and changed in schedule_forms."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from analytics.enums import RunOutcome
from analytics.exports import scheduling
from analytics.exports.formats import formats
from analytics.exports.listed import SCHEDULE_LIST
from analytics.exports.rhythms import rhythm_words
from analytics.exports.schedule_history import history
from analytics.exports.source import BadFilters
from analytics.exports.sources import source_of
from analytics.models import ExportSchedule, ScheduleReader
from privacy.guards import permit_required, signed_in
from privacy.languages import language_in_force
from privacy.models import User
from privacy.roles import Permit
from privacy.undone import tell_removed, values_removed
from records.views.lists import list_page

RUNS_SHOWN = 50
# What of a reader is brought back.
LEFT = ("schedule_id",)


@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    return list_page(request, SCHEDULE_LIST, "analytics/schedules.html")


def outcome_words(schedule: "ExportSchedule") -> str:
    outcome = getattr(schedule, "last_outcome", None)
    return str(RunOutcome(outcome).label) if outcome else _("has not run yet")


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def schedule_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """When it runs next for whom, what became of its runs, and how it was changed; a reader sees what is theirs."""
    user = signed_in(request)
    schedule = get_object_or_404(scheduling.schedules_of(user).select_related("owner"), key=key)
    is_owner = schedule.owner_id == user.pk
    seen = {} if is_owner else {"reader": user}
    one = formats().get(schedule.format)
    readers = list(schedule.readers.filter(**seen).select_related("reader").order_by("reader__name"))
    page = page_of(user, schedule)
    context = {
        "schedule": schedule,
        "title": schedule.called_in(language_in_force()),
        "page": page,
        "changes": history(schedule, page) if is_owner else [],
        "is_owner": is_owner,
        "may_leave": any(row.reader_id == user.pk for row in readers),
        "label": one.label if one else schedule.format,
        "rhythm": rhythm_words(scheduling.due_of(schedule)),
        "readers": readers,
        "runs": list(schedule.runs.filter(**seen).select_related("reader")[:RUNS_SHOWN]),
    }
    return render(request, "analytics/schedule.html", context)


def page_of(user: User, schedule: ExportSchedule) -> str:
    """Where what it is of is shown; empty where that is not there for the user any more."""
    try:
        return source_of(user, schedule.of, schedule.query).page
    except (PermissionDenied, Http404, BadFilters):
        return ""


def own(request: HttpRequest, key: UUID) -> ExportSchedule:
    return get_object_or_404(ExportSchedule, key=key, owner=signed_in(request))


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def pause_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Pause it, or go on: what fell due meanwhile is not made up."""
    schedule = own(request, key)
    scheduling.pause(schedule, paused=not schedule.is_paused)
    messages.success(request, _("It goes on.") if schedule.is_paused else _("Paused."))
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def leave_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Get it no more, whoever set it."""
    user = signed_in(request)
    schedule = get_object_or_404(scheduling.schedules_of(user), key=key)
    if left := scheduling.leave(schedule, user):
        said = _("You no longer get “%(title)s”.") % {"title": schedule.called_in(language_in_force())}
        tell_removed(request, said, reverse("schedule_rejoin", args=[key]), left, LEFT)
    return redirect("schedules")


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def rejoin_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Undo leaving it."""
    values = values_removed(request, ScheduleReader, LEFT)
    schedule = get_object_or_404(ExportSchedule, key=key, pk=values["schedule_id"])
    scheduling.join(schedule, signed_in(request))
    messages.success(request, _("You now get it again."))
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def run_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    begun = scheduling.run_now(own(request, key))
    said = ngettext("Started for %(count)s reader.", "Started for %(count)s readers.", begun)
    messages.success(request, said % {"count": begun})
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def delete_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its readers keep the files that were made for them until those expire."""
    scheduling.delete(own(request, key))
    messages.success(request, _("The schedule is deleted."))
    return redirect("schedules")
