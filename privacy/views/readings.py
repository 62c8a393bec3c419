"""The first run's checklist: what we read into the notice, confirmed or wanted otherwise by the privacy officer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy.guards import permit_required, signed_in
from privacy.models import ReadingDecision
from privacy.notice import in_force
from privacy.readings import deciding, listing
from privacy.roles import Permit

DECISIONS = 20
may_confirm = permit_required(Permit.CONFIRM_READINGS)


@require_safe
@may_confirm
def readings(request: HttpRequest) -> HttpResponse:
    """The groups, with how much of each is decided."""
    groups = listing.groups()
    context = {
        "groups": groups,
        "total": sum(len(group.lines) for group in groups),
        "open": sum(group.open for group in groups),
        "notice": in_force(),
        "decisions": ReadingDecision.objects.select_related("decided_by")[:DECISIONS],
    }
    return render(request, "privacy/readings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_confirm
def reading_group(request: HttpRequest, name: str) -> HttpResponse:
    """One group: what is ticked is confirmed, or wanted otherwise."""
    try:
        group = listing.group(name)
    except KeyError:
        raise Http404("There is no such group of readings.") from None
    problem, chosen = "", set(request.POST.getlist("reading"))
    if request.method == "POST":
        ticked = [line.reading for line in group.lines if line.reading.key in chosen]
        reason, user = request.POST.get("reason", "")[:1_000], signed_in(request)
        try:
            if "want" in request.POST:
                count = deciding.want(ticked, request.POST.get("wanted", "")[:1_000], reason, user)
                messages.success(request, _("%(count)s marked to be changed.") % {"count": count})
            else:
                count = deciding.confirm(ticked, reason, user)
                messages.success(request, _("%(count)s confirmed.") % {"count": count})
        except deciding.Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("reading_group", name=name)
    context = {"group": group, "problem": problem, "chosen": chosen, "said": request.POST}
    return render(request, "privacy/reading_group.html", context, status=422 if problem else 200)
