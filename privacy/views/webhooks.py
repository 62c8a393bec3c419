"""Webhooks: which programs are told of what happens, each with its secret, its kinds and what became of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.enums import TellingState
from privacy.errands import ask
from privacy.guards import permit_required, signed_in
from privacy.models import WebhookEndpoint
from privacy.roles import Permit
from privacy.sent_once import says_sent_before
from privacy.webhooks import endpoints
from privacy.webhooks.forms import EndpointForm, KindsForm
from privacy.webhooks.kinds import kinds
from privacy.webhooks.telling import SEND

TELLINGS_SHOWN = 50


@require_safe
@permit_required(Permit.KEEP_WEBHOOKS)
def webhooks(request: HttpRequest) -> HttpResponse:
    """The endpoints, those that are told nothing any more last. Two queries."""
    rows = WebhookEndpoint.objects.annotate(
        waiting=Count("tellings", filter=Q(tellings__state__in=[TellingState.WAITING, TellingState.SENDING])),
        given_up=Count("tellings", filter=Q(tellings__state=TellingState.DEAD)),
        delivered_at=Max("tellings__ended_at", filter=Q(tellings__state=TellingState.DELIVERED)),
    ).order_by("ended_at", "name", "id")
    return render(request, "privacy/webhooks.html", {"rows": rows.defer("secret", "former_secret"), "kinds": kinds()})


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_new(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "privacy/webhook_new.html", {"form": form}, status=422 if form.is_bound else 200)
    values = form.cleaned_data
    shown = endpoints.make(values["name"], values["address"], values["kinds"], signed_in(request))
    return _page(request, shown.endpoint, secret=shown.secret, status=201)


@require_safe
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook(request: HttpRequest, key: UUID) -> HttpResponse:
    return _page(request, found(key))


def found(key: UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.select_related("made_by"), key=key)


def _page(
    request: HttpRequest, endpoint: WebhookEndpoint, *, secret: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """One endpoint with its last tellings; `secret` where it was made just now."""
    tellings = list(endpoint.tellings.select_related("event")[: TELLINGS_SHOWN + 1])
    context = {
        "endpoint": endpoint,
        "tellings": tellings[:TELLINGS_SHOWN],
        "has_more": len(tellings) > TELLINGS_SHOWN,
        "most": TELLINGS_SHOWN,
        "secret": secret,
        "form": KindsForm(initial={"kinds": endpoint.kinds}),
        "has_former_secret": endpoint.former_until is not None and timezone.now() < endpoint.former_until,
        **more,
    }
    answer = render(request, "privacy/webhook.html", context, status=status)
    if secret:  # where the form leads that is sent again, or whose answer is loaded again
        answer["Location"] = reverse("webhook_shown", args=[endpoint.key])
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_kinds(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change what it is told of."""
    endpoint = found(key)
    if request.method != "POST":
        return redirect("webhook", key)
    form = KindsForm(request.POST)
    if not form.is_valid():
        return _page(request, endpoint, status=422, form=form)
    endpoint.kinds = sorted(set(form.cleaned_data["kinds"]))
    endpoint.save(update_fields=["kinds"])
    messages.success(request, _("Changed: it is notified of these from now on."))
    return redirect("webhook", key)


@require_POST
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_rotate(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new secret, shown in this answer alone; for a day the one before signs too."""
    shown = endpoints.rotate(found(key))
    return _page(request, found(key), secret=shown.secret, status=201)


@says_sent_before
@require_safe
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_shown(request: HttpRequest, key: UUID) -> HttpResponse:
    """Of an endpoint whose secret was shown before."""
    endpoint = found(key)
    context = {
        "title": _("The secret of “%(name)s” was shown once") % {"name": endpoint.name},
        "about": _("It was already made, and it was shown that once. It is not shown again."),
        "what_another_does": _(
            "If you do not have it, make another: the new one signs from then on, and for a day the one before it, too."
        ),
        "another": reverse("webhook_rotate", args=[endpoint.key]),
        "name": endpoint.name,
        "back": reverse("webhook", args=[endpoint.key]),
        "back_name": "webhooks",
        "back_label": _("Webhooks"),
    }
    return render(request, "privacy/shown_once.html", context)


@require_POST
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_test(request: HttpRequest, key: UUID) -> HttpResponse:
    endpoint = found(key)
    if endpoint.ended_at:
        messages.error(request, _("It is turned off: turn it on first."))
    else:
        ask(SEND, endpoints.test(endpoint))
        messages.success(request, _("A test is on its way: reload this page to see the result."))
    return redirect("webhook", key)


@require_POST
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_off(request: HttpRequest, key: UUID) -> HttpResponse:
    endpoints.switch_off(found(key))
    messages.success(request, _("Turned off: it is no longer notified of anything."))
    return redirect("webhook", key)


@require_POST
@permit_required(Permit.KEEP_WEBHOOKS)
def webhook_on(request: HttpRequest, key: UUID) -> HttpResponse:
    endpoints.switch_on(found(key))
    messages.success(request, _("Turned on: it is notified of what happens from now on."))
    return redirect("webhook", key)
