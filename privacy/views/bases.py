"""Changing for what one reads, from the head of any page."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from privacy.bases import change_basis
from privacy.enums import Why
from privacy.purposes import basis_named
from privacy.refusing import Refused
from privacy.ways_back import page_of_ours

# What another number, typed where the first one was, would mend.
MENDED_IN_THE_HEAD = (Why.NO_INCIDENT, Why.INCIDENT_UNKNOWN, Why.INCIDENT_CLOSED, Why.NOT_ITS_READER)


@require_POST
def choose_basis(request: HttpRequest) -> HttpResponse:
    """Takes up the purpose or duty that was clicked and goes back to the page; a missing number is asked for there."""
    basis = basis_named(request.POST.get("basis", ""), request.POST.get("reference", "").strip())
    if basis is None:
        raise BadRequest(gettext("That is not a purpose in force or a duty."))
    try:
        change_basis(request, basis)
    except Refused as refusal:
        if refusal.why not in MENDED_IN_THE_HEAD:
            raise
        messages.error(request, str(refusal))
    return redirect(page_of_ours(request.POST.get("next", ""), reverse("home")))
