"""Schedules of exports are set and changed: when, as what, with which filters, for whom, and who gets it when."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.exports import rescheduling, scheduling
from analytics.exports.forms import ScheduleForm, possible_readers
from analytics.exports.rescheduling import ChangedMeanwhile, mark_of, terms_of
from analytics.exports.scheduling import CannotSchedule
from analytics.exports.source import BadFilters, Source
from analytics.exports.sources import source_of
from analytics.models import ExportSchedule
from analytics.views.exports import query_of, refusal
from analytics.views.schedules import own
from privacy.guards import permit_required, signed_in
from privacy.languages import language_in_force
from privacy.models import User
from privacy.roles import Permit
from privacy.undone import tell
from records.templatetags.figures import moment_at

NO_LONGER = (PermissionDenied, Http404, BadFilters)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.EXPORT_LISTS)
def schedule_new(request: HttpRequest) -> HttpResponse:
    """A schedule of the list or report that the address names, with its filters."""
    user = signed_in(request)
    of, query = request.GET.get("of", ""), query_of(request)
    try:
        source = schedulable(user, of, query)
    except (BadFilters, CannotSchedule) as problem:
        return refusal(request, str(problem), "")
    query = without(query, source.lacks)
    initial = {"format": request.GET.get("format") or usual_format(source), "readers": [user.pk]}
    form = ScheduleForm(user, str(source.title), request.POST or None, initial=initial)
    if "look" in request.POST or not is_fit(form, of, query):
        own_ones = ExportSchedule.objects.filter(owner=user, of=of).titled(language_in_force())
        return _page(request, form, {"source": source, "others": own_ones, "asked": request.GET.urlencode()})
    with transaction.atomic():
        made = ExportSchedule.objects.create(
            owner=user, of=of, query=query, **scheduling.titles_of(user, of, query), **form.columns()
        )
        scheduling.set_readers(made, list(form.cleaned_data["readers"]))
    messages.success(request, _("The schedule is set."))
    return redirect("schedule", made.key)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.EXPORT_LISTS)
def schedule_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change one's own: all but which list or report it is of. Its filters become those of the address, where it has
    any, as whoever comes from the list's own page brings them."""
    user, schedule = signed_in(request), own(request, key)
    query = query_of(request) if "of" in request.GET else schedule.query
    try:
        source = schedulable(user, schedule.of, query)
    except CannotSchedule as problem:
        return refusal(request, str(problem), "")
    except NO_LONGER:
        messages.error(request, _("What it exports is no longer available to you: pause or delete the schedule."))
        return redirect("schedule", key)
    if request.GET.get("of", schedule.of) != schedule.of:
        raise Http404
    query = without(query, source.lacks)
    now = terms_of(schedule)
    able = set(possible_readers().filter(pk__in=now["readers"]).values_list("pk", flat=True))
    initial = {**now, "title": schedule.own_title, "at": schedule.at, **_unasked(schedule), "readers": sorted(able)}
    form = ScheduleForm(user, str(source.title), request.POST or None, initial=initial)
    about = {"source": source, "schedule": schedule, "title": schedule.called_in(language_in_force())}
    about |= {"read": request.POST.get("read", mark_of(now)), "has_new_filters": query != schedule.query}
    about["no_more"] = User.objects.filter(pk__in=set(now["readers"]) - able).order_by("name", "pk")
    if "look" in request.POST or not is_fit(form, schedule.of, query):
        return _page(request, form, about)
    wanted = rescheduling.as_terms(
        {**form.columns(), "query": query}, [reader.pk for reader in form.cleaned_data["readers"]]
    )
    try:
        made = rescheduling.change(schedule, user, wanted, request.POST.get("read", ""))
    except ChangedMeanwhile:
        form.add_error(None, _("It has since been changed. Look at its page, or save again to apply yours."))
        return _page(request, form, {**about, "read": mark_of(terms_of(schedule))})
    if made:
        tell(request, _("The schedule is changed."), reverse("schedule_undo", args=[key]), str(made.pk))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("schedule", key)


def usual_format(source: Source) -> str:
    """What most want to get each week: a report with pictures to be read, a list to be sorted and filtered."""
    return "pdf" if source.draws else "xlsx"


def _unasked(schedule: ExportSchedule) -> dict[str, int]:
    """What the form offers for the rhythms that it has not."""
    return {"weekday": schedule.weekday or 0, "day_of_month": schedule.day_of_month or 1}


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def schedule_undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back the change that the button names."""
    schedule, number = own(request, key), request.POST.get("undone", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise BadRequest(_("There is nothing to bring back."))
    made = get_object_or_404(schedule.changes, pk=number)
    try:
        rescheduling.take_back(made, signed_in(request))
        messages.success(request, _("The schedule is as it was before."))
    except ChangedMeanwhile:
        messages.error(request, _("It has been changed since, so it stays as it is."))
    except CannotSchedule as problem:
        messages.error(request, str(problem))
    except NO_LONGER:
        messages.error(request, _("What it exports is no longer available to you: pause or delete the schedule."))
    return redirect("schedule", key)


@require_POST
@permit_required(Permit.EXPORT_LISTS)
def schedule_next(request: HttpRequest) -> JsonResponse:
    """Who would get it when, by what the form says; nothing is saved. 422 with what is wrong in it."""
    clock = request.POST.get("clock", "")
    initial = {"clock": clock} if clock in available_timezones() else {}
    form = ScheduleForm(signed_in(request), "", request.POST, initial=initial)
    if not form.is_valid():
        problems = [f"{form.fields[name].label}: {found[0]}" for name, found in form.errors.items()]
        return JsonResponse({"problem": " ".join(problems)}, status=422)
    return JsonResponse({"lines": next_lines(form.columns(), form.cleaned_data["readers"])})


def next_lines(columns: dict[str, Any], readers: Iterable[User]) -> list[str]:
    """`Tomo: Dec 7, 2026, 8:00 AM JST`, by the clock that it goes by."""
    runs = scheduling.next_runs(ExportSchedule(**columns), readers)
    return [f"{one.name}: {moment_at(at, at.tzinfo)}" for one, at in runs if at.tzinfo]


def schedulable(user: User, of: str, query: str) -> Source:
    """What it would be of. Raises what source_of raises, and CannotSchedule."""
    source = source_of(user, of, query)
    scheduling.check_schedulable(source)
    return source


def without(query: str, names: Iterable[str]) -> str:
    """The filters without those of these names, which narrow nothing."""
    asked = QueryDict(query, mutable=True)
    for name in names:
        asked.pop(name, None)
    return asked.urlencode()


def is_fit(form: ScheduleForm, of: str, query: str) -> bool:
    """Whether the form makes sense and each of its readers may get this; what is wrong is told in it."""
    if not form.is_valid():
        return False
    try:
        rescheduling.check_readers(list(form.cleaned_data["readers"]), of, query)
    except CannotSchedule as problem:
        form.add_error("readers", str(problem))
    return form.is_valid()


def _page(request: HttpRequest, form: ScheduleForm, about: dict[str, Any]) -> HttpResponse:
    """The form, with who gets it when by what it says now."""
    given = form if form.is_bound else ScheduleForm(signed_in(request), "", as_given(form), initial=form.initial)
    lines = next_lines(given.columns(), given.cleaned_data["readers"]) if given.is_valid() else []
    is_refused = form.is_bound and bool(form.errors)
    context = {**about, "form": form, "next": lines, "is_refused": is_refused}
    return render(request, "analytics/schedule_form.html", context, status=422 if is_refused else 200)


def as_given(form: ScheduleForm) -> dict[str, Any]:
    """What a form would send that nobody has changed yet."""
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
