"""The notice's safeguards as they are kept: all of them, one at a site with its checks."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from privacy.agency import agency_today
from privacy.guards import permit_required, require, signed_in
from privacy.models import AccessReview, SafeguardCare, SafeguardCheck
from privacy.notice import in_force
from privacy.roles import Permit
from privacy.safeguards import keeping
from privacy.safeguards.enums import CheckKind
from privacy.safeguards.forms import CareForm, CheckForm

both = require_http_methods(["GET", "HEAD", "POST"])
INSPECTIONS = 20


@require_safe
@permit_required(Permit.VIEW_SAFEGUARDS)
def safeguards(request: HttpRequest) -> HttpResponse:
    """All seven, the last unannounced inspections, and the open review of access."""
    inspections = SafeguardCheck.objects.filter(kind=CheckKind.UNANNOUNCED).select_related("care", "done_by")
    context = {
        "lines": keeping.safeguards(),
        "today": agency_today(),
        "inspections": inspections[:INSPECTIONS],
        "review": AccessReview.objects.first(),
        "may_keep": signed_in(request).has_permit(Permit.KEEP_SAFEGUARDS),
    }
    return render(request, "privacy/safeguards.html", context)


@both
@permit_required(Permit.KEEP_SAFEGUARDS)
def safeguard_new(request: HttpRequest) -> HttpResponse:
    form = CareForm(request.POST or None, initial={"safeguard": request.GET.get("safeguard", "")})
    if form.is_valid():
        care = form.save()
        messages.success(request, _("%(owner)s looks after %(care)s.") % {"owner": care.owner, "care": care})
        return redirect("safeguard", key=care.key)
    return render(request, "privacy/safeguard_new.html", {"form": form}, status=422 if form.is_bound else 200)


@both
@permit_required(Permit.VIEW_SAFEGUARDS)
def safeguard(request: HttpRequest, key: UUID) -> HttpResponse:
    """One with its checks; its owner, and who keeps safeguards, put another on file."""
    care, user = get_object_or_404(SafeguardCare.objects.select_related("owner"), key=key), signed_in(request)
    may_check = care.owner_id == user.pk or user.has_permit(Permit.KEEP_SAFEGUARDS)
    form = CheckForm(request.POST or None, initial={"done_on": agency_today()})
    if request.method == "POST":
        if not may_check:
            require(user, Permit.KEEP_SAFEGUARDS)
        if form.is_valid():
            check = form.save(commit=False)
            check.care = care
            keeping.record(check, user)
            messages.success(request, _("It is on file."))
            return redirect("safeguard", key=key)
    context = {
        "care": care,
        "safeguard": next((one for one in in_force().safeguards if one.id == care.safeguard), None),
        "checks": care.checks.select_related("done_by"),
        "form": form,
        "may_check": may_check,
        "may_keep": user.has_permit(Permit.KEEP_SAFEGUARDS),
        "today": agency_today(),
    }
    return render(request, "privacy/safeguard.html", context, status=422 if form.is_bound else 200)


@both
@permit_required(Permit.KEEP_SAFEGUARDS)
def safeguard_edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another owner, other evidence, another rhythm."""
    care = get_object_or_404(SafeguardCare, key=key)
    form = CareForm(request.POST or None, instance=care)
    if form.is_valid():
        form.save()
        messages.success(request, _("Changed."))
        return redirect("safeguard", key=key)
    context = {"form": form, "care": care}
    return render(request, "privacy/safeguard_new.html", context, status=422 if form.is_bound else 200)
