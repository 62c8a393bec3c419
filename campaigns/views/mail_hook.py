"""Where a mail service tells of bounces and complaints. No session, no form: the signature says who speaks."""

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns.mailing.hook import NotUnderstood, take_in_body
from records.webhooks import Verdict, verdict_by

MOST_BYTES = 1 << 20
MAX_SKEW_SECONDS = 300

log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
def mail_hook(request: HttpRequest) -> HttpResponse:
    """200 with counts; 401 unsigned or stale, 400 not understood, 413 too long, 404 where no secret is set."""
    if not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    return _told(request)


@require_POST
def _told(request: HttpRequest) -> HttpResponse:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _refused("too long", 413)
    timestamp, signature = (request.headers.get(f"X-Waymark-{name}", "") for name in ("Timestamp", "Signature"))
    secret = settings.MAIL_WEBHOOK_SECRET.encode()
    found = verdict_by(secret, body, timestamp, signature, timezone.now(), MAX_SKEW_SECONDS)
    if found is not Verdict.GENUINE:
        return _refused(found.value, 401)
    try:
        intake = take_in_body(body, request.content_type or "")
    except NotUnderstood as problem:
        return _refused(str(problem), 400)
    rejected = intake.rejected.total()
    return JsonResponse(
        {"read": intake.read, "new": intake.new, "already_there": intake.already_there, "rejected": rejected}
    )


def _refused(why: str, status: int) -> HttpResponse:
    """Logged by the reason alone."""
    log.warning("mail_hook_refused", reason=why)
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")
