"""Sending again what could not be told to an endpoint; the list of it is records.views.programs."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from privacy.errands import ask
from privacy.guards import permit_required, signed_in
from privacy.models import WebhookTelling
from privacy.roles import Permit
from privacy.webhooks.delivering import dead, replay
from privacy.webhooks.telling import SEND


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_WEBHOOKS)
def all_again(request: HttpRequest) -> HttpResponse:
    """Have everything that was given up sent again, where its endpoint is on."""
    if request.method == "POST":
        _again(request, WebhookTelling.objects.filter(pk__in=dead().values("pk")))
    return redirect("webhooks_given_up")


@require_POST
@permit_required(Permit.KEEP_WEBHOOKS)
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Have one sent again, whether it was given up or delivered."""
    telling = get_object_or_404(WebhookTelling.objects.select_related("endpoint"), pk=number)
    _again(request, WebhookTelling.objects.filter(pk=telling.pk))
    return redirect("webhook", telling.endpoint.key)


def _again(request: HttpRequest, tellings: "QuerySet[WebhookTelling]") -> None:
    numbers = replay(tellings, signed_in(request))
    for number in numbers:
        ask(SEND, number)
    if numbers:
        messages.success(request, _("%(count)d on the way again, under the same webhook-id.") % {"count": len(numbers)})
    else:
        messages.info(request, _("Nothing was sent: its endpoint is turned off, or it is on its way already."))
