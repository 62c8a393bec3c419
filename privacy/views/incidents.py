"""Security incidents: all that one may see, one of them, opened and closed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.guards import permit_required, signed_in
from privacy.models import Incident, User
from privacy.roles import Permit
from privacy.safeguards import incidents as cases
from privacy.safeguards.forms import IncidentForm, OutcomeForm, ReaderForm

may_see = permit_required(Permit.VIEW_SAFEGUARDS, Permit.VIEW_OWN_INCIDENTS)
may_keep = permit_required(Permit.KEEP_INCIDENTS)
CLOSED = gettext_lazy("This incident is already closed: nothing in it can change.")


@require_safe
@may_see
def incidents(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    rows = cases.visible_to(user).select_related("opened_by")
    context = {"rows": rows, "may_keep": user.has_permit(Permit.KEEP_INCIDENTS)}
    return render(request, "privacy/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_keep
def incident_new(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = IncidentForm(user, request.POST or None)
    if form.is_valid():
        incident = cases.open_case(form.save(commit=False), form.cleaned_data["readers"], user)
        messages.success(request, _("Incident %(incident)s is open.") % {"incident": incident})
        return redirect("incident", number=incident.pk)
    return render(request, "privacy/incident_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@may_see
def incident(request: HttpRequest, number: int) -> HttpResponse:
    return page_of(request, of_number(signed_in(request), number))


def of_number(user: User, number: int) -> Incident:
    return get_object_or_404(cases.visible_to(user).select_related("opened_by", "closed_by"), pk=number)


def page_of(request: HttpRequest, found: Incident, outcome: OutcomeForm | None = None) -> HttpResponse:
    user = signed_in(request)
    context = {
        "incident": found,
        "readers": found.readers.select_related("user", "named_by"),
        "may_keep": user.has_permit(Permit.KEEP_INCIDENTS),
        "reader": ReaderForm(found, user),
        "outcome": outcome or OutcomeForm(),
    }
    return render(request, "privacy/incident.html", context, status=422 if outcome else 200)


@require_POST
@may_keep
def incident_reader(request: HttpRequest, number: int) -> HttpResponse:
    """Name one more reader, or, with the number of one, end that one's reading."""
    user = signed_in(request)
    found = of_number(user, number)
    if (ends := request.POST.get("end", "")).isdigit():
        if cases.end_reader(found, int(ends), user):
            messages.success(request, _("They no longer read for it."))
        return redirect("incident", number=number)
    form = ReaderForm(found, user, request.POST)
    try:
        if form.is_valid():
            cases.name_reader(found, form.cleaned_data["user"], user)
            messages.success(request, _("%(user)s may read for it.") % {"user": form.cleaned_data["user"]})
        else:
            messages.error(request, _("Choose a security investigator who does not read for it yet."))
    except cases.AlreadyClosed:
        messages.error(request, CLOSED)
    return redirect("incident", number=number)


@require_POST
@may_keep
def incident_close(request: HttpRequest, number: int) -> HttpResponse:
    user = signed_in(request)
    found, form = of_number(user, number), OutcomeForm(request.POST)
    if not found.is_open:
        messages.error(request, CLOSED)
        return redirect("incident", number=number)
    if not form.is_valid():
        return page_of(request, found, form)
    try:
        cases.close(found, user, form.cleaned_data["outcome"])
    except cases.AlreadyClosed:
        messages.error(request, CLOSED)
    else:
        messages.success(request, _("Incident %(found)s is closed: nobody reads for it anymore.") % {"found": found})
    return redirect("incident", number=number)
