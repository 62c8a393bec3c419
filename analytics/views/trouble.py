"""Where customers seem to be in trouble: the list, a finding, and what comes of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.enums import TroubleState
from analytics.models import TroubleArea
from analytics.places import TROUBLE
from analytics.trouble.base import all_detectors
from analytics.trouble.finding import AlreadySettled, records, settle
from analytics.trouble.forms import SettleForm
from analytics.trouble.lists import SEES_TROUBLE, TROUBLE_LIST
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from records.views.lists import list_page


@require_safe
def trouble(request: HttpRequest) -> HttpResponse:
    return list_page(request, TROUBLE_LIST, "analytics/trouble.html", {"records": records()})


@require_safe
@permit_required(*SEES_TROUBLE)
def trouble_area(request: HttpRequest, key: UUID) -> HttpResponse:
    return area_page(request, key, SettleForm())


def area_page(request: HttpRequest, key: UUID, form: SettleForm) -> HttpResponse:
    """404 for what is about a customer whom the reader does not see."""
    with reading_of(request, TROUBLE, KeyKind.LIST) as read:
        found = get_object_or_404(
            TroubleArea.objects.visible_to(signed_in(request)).select_related("customer", "settled_by"), key=key
        )
        read.count = 1
        detector = all_detectors().get(found.detector)
        context = {
            "area": found,
            "detector": detector,
            "said": detector.said(found.evidence) if detector else "",
            "form": form if found.state == TroubleState.OPEN else None,
        }
        return render(request, "analytics/trouble_area.html", context, status=422 if form.errors else 200)


@require_POST
@permit_required(*SEES_TROUBLE)
def settle_trouble(request: HttpRequest, key: UUID) -> HttpResponse:
    user, form = signed_in(request), SettleForm(request.POST)
    if not form.is_valid():
        return area_page(request, key, form)
    with reading_of(request, TROUBLE) as read:
        found = get_object_or_404(TroubleArea.objects.visible_to(user), key=key)
        read.count = 1
        try:
            settle(found, TroubleState(form.cleaned_data["state"]), form.cleaned_data["note"], user)
        except AlreadySettled as problem:
            messages.error(request, str(problem))
            return redirect("trouble_area", key)
    messages.success(request, _("Settled. It will be looked at again in 90 days."))
    return redirect("trouble")
