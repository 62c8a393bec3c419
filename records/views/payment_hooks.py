"""Where the payment provider tells what became of payments. No session, no form: the signature says who speaks."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from records.paying.adapter import NotGenuine, NotUnderstood, Provider, provider
from records.paying.deliveries import take_in

MOST_BYTES = 64 << 10
log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
def payment_hook(request: HttpRequest) -> HttpResponse:
    """204 taken in, known already or not ours; 401 not signed just now, 400 not understood, 413 too long, 404 where
    there is no provider."""
    service = provider()
    if service is None:
        raise Http404
    return _told(request, service)


@require_POST
def _told(request: HttpRequest, service: Provider) -> HttpResponse:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _refused("too long", 413)
    try:
        became = take_in(service, request.headers, body)
    except NotGenuine as problem:
        return _refused(str(problem), 401)
    except NotUnderstood:
        return _refused("not understood", 400)
    log.info("payment_hook", became=became.value if became else "repeated")
    return HttpResponse(status=204)


def _refused(why: str, status: int) -> HttpResponse:
    """Logged by the reason alone."""
    log.warning("payment_hook_refused", reason=why)
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")
