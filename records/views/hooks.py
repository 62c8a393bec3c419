"""Where the conference service tells its events. No session, no form: the signature says who speaks."""

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from privacy.errands import ask_once_committed
from records import webhooks
from records.tasks import take_in_delivery

log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
def meeting_hook(request: HttpRequest) -> HttpResponse:
    """204 taken or passed over, 401 unsigned or stale, 400 not understood, 413 too long, 404 where no secret is set."""
    if not settings.MEETING_WEBHOOK_SECRET:
        raise Http404
    return _told(request)


@require_POST
def _told(request: HttpRequest) -> HttpResponse:
    body = request.read(settings.MEETING_WEBHOOK_MAX_BYTES + 1)
    if len(body) > settings.MEETING_WEBHOOK_MAX_BYTES:
        return _refused("too long", 413)
    headers = request.headers
    found = webhooks.verdict(
        body, headers.get("x-zm-request-timestamp", ""), headers.get("x-zm-signature", ""), timezone.now()
    )
    if found is not webhooks.Verdict.GENUINE:
        return _refused(found.value, 401)
    try:
        event = webhooks.read(body)
        if event.name == webhooks.URL_VALIDATION:
            return JsonResponse(webhooks.proof_of_secret(webhooks.token_of(event)))
    except webhooks.NotUnderstood:
        return _refused("not understood", 400)
    with transaction.atomic():
        if number := webhooks.receive(event, body):
            ask_once_committed(take_in_delivery.name, number)
    return HttpResponse(status=204)


def _refused(why: str, status: int) -> HttpResponse:
    """Logged by the reason alone."""
    log.warning("meeting_hook_refused", reason=why)
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain")
