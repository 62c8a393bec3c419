"""Schedules of exports: made, looked at with their history, paused, run now, deleted by their owner; looked at, and
left, by their readers."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.enums import RunOutcome
from analytics.exports import scheduling
from analytics.exports.formats import formats
from analytics.exports.forms import ScheduleForm
from analytics.exports.listed import SCHEDULE_LIST, rhythm_words
from analytics.exports.making import LONGEST_TITLE
from analytics.exports.source import BadFilters
from analytics.exports.sources import source_of
from analytics.models import ExportSchedule, ScheduleReader
from analytics.views.exports import query_of, refusal
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell_removed, values_removed
from records.views.lists import list_page

RUNS_SHOWN = 50
NOT_FOR = gettext_lazy(
    "Not for %(names)s: their role may not export this, or has not all of its filters. Take them out of the readers."
)
# What of a reader is brought back.
LEFT = ("schedule_id",)


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
    query = without(query, source.lacks)
    initial = {"format": request.GET.get("format", ""), "readers": [user.pk]}
    form = ScheduleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and (left_out := scheduling.unfit(list(form.cleaned_data["readers"]), of, query)):
        form.add_error("readers", NOT_FOR % {"names": ", ".join(reader.name for reader in left_out)})
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


def without(query: str, names: Iterable[str]) -> str:
    """The filters without those of these names, which narrow nothing."""
    asked = QueryDict(query, mutable=True)
    for name in names:
        asked.pop(name, None)
    return asked.urlencode()


@require_safe
@permit_required(Permit.EXPORT_LISTS)
def schedule_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """When it runs next for whom, and what became of its runs; a reader sees their own. Four queries."""
    user = signed_in(request)
    schedule = get_object_or_404(scheduling.schedules_of(user).select_related("owner"), key=key)
    is_owner = schedule.owner_id == user.pk
    seen = {} if is_owner else {"reader": user}
    one = formats().get(schedule.format)
    readers = list(schedule.readers.filter(**seen).select_related("reader").order_by("reader__name"))
    context = {
        "schedule": schedule,
        "is_owner": is_owner,
        "may_leave": any(row.reader_id == user.pk for row in readers),
        "label": one.label if one else schedule.format,
        "rhythm": rhythm_words(schedule),
        "readers": readers,
        "runs": list(schedule.runs.filter(**seen).select_related("reader")[:RUNS_SHOWN]),
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
def leave_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Get it no more, whoever set it."""
    user = signed_in(request)
    schedule = get_object_or_404(scheduling.schedules_of(user), key=key)
    if left := scheduling.leave(schedule, user):
        said = _("You no longer get “%(title)s”.") % {"title": schedule.title}
        tell_removed(request, said, reverse("schedule_rejoin", args=[key]), left, LEFT)
    return redirect("schedules")


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def rejoin_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    """Undo leaving it."""
    values = values_removed(request, ScheduleReader, LEFT)
    schedule = get_object_or_404(ExportSchedule, key=key, pk=values["schedule_id"])
    scheduling.join(schedule, signed_in(request))
    messages.success(request, _("You get it again."))
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def run_schedule(request: HttpRequest, key: UUID) -> HttpResponse:
    begun = scheduling.run_now(own(request, key))
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
