"""Schedules of exports: made, looked at with their history, paused, run now, deleted. Each is its owner's."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.enums import RunOutcome
from analytics.exports import scheduling
from analytics.exports.formats import formats
from analytics.exports.forms import ScheduleForm
from analytics.exports.listed import SCHEDULE_LIST, rhythm_words
from analytics.exports.making import LONGEST_TITLE
from analytics.exports.source import BadFilters
from analytics.exports.sources import source_of
from analytics.models import ExportSchedule
from analytics.tasks import make_export
from analytics.views.exports import query_of, refusal
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from records.views.lists import list_page

RUNS_SHOWN = 50


@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    return list_page(request, SCHEDULE_LIST, "analytics/schedules.html")


def outcome_words(schedule: "ExportSchedule") -> str:
    outcome = getattr(schedule, "last_outcome", None)
    return str(RunOutcome(outcome).label) if outcome else _("has not run yet")


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.EXPORT_LISTS)
def schedule_new(request: HttpRequest) -> HttpResponse:
    """A schedule of the list or report that the address names, with its filters."""
    user = signed_in(request)
    of, query = request.GET.get("of", ""), query_of(request)
    try:
        source = source_of(user, of, query)
        scheduling.check_schedulable(source)
    except (BadFilters, scheduling.CannotSchedule) as problem:
        return refusal(request, str(problem), "")
    initial = {"format": request.GET.get("format", ""), "readers": [user.pk]}
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "analytics/schedule_new.html", {"form": form, "source": source}, status=status)
    with transaction.atomic():
        columns = form.rhythm_columns()
        made = ExportSchedule.objects.create(
            owner=user, of=of, title=str(source.title)[:LONGEST_TITLE], query=query, **columns
        )
        scheduling.set_readers(made, list(form.cleaned_data["readers"]))
    messages.success(request, _("The schedule is set."))
    return redirect("schedule", made.key)


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def schedule_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """When it runs next for whom, and what became of its runs. Four queries."""
    schedule = own(request, key)
    one = formats().get(schedule.format)
    context = {
        "schedule": schedule,
        "label": one.label if one else schedule.format,
        "rhythm": rhythm_words(schedule),
        "readers": list(schedule.readers.select_related("reader").order_by("reader__name")),
        "runs": list(schedule.runs.select_related("reader")[:RUNS_SHOWN]),
    }
    return render(request, "analytics/schedule.html", context)


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
def run_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    begun = scheduling.run_now(own(request, key), make_export.delay)
    said = ngettext("Begun for %(count)s reader.", "Begun for %(count)s readers.", begun)
    messages.success(request, said % {"count": begun})
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def delete_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its readers keep the files that were made for them until those expire."""
    own(request, key).delete()
    messages.success(request, _("The schedule is deleted."))
    return redirect("schedules")
