"""Where the viewer's page sends what it counted: /c. No session, no form; the signed visit says of what it speaks."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import beacon
from campaigns.agents import signals_of
from campaigns.beacon import MAX_BYTES, BadBody, Taken
from campaigns.opening import open_now
from campaigns.visits import visit_of
from campaigns.wishes import wishes_no_trace
from privacy.tries import Limit, refusals

# A page sends when it is left and then ever more seldom, so this is many pages of one share at once.
BODIES = Limit("beacon", tries=300, seconds=60)


@csrf_exempt
@login_not_required
@require_POST
def collector(request: HttpRequest) -> HttpResponse:
    """200 with how many events are stored and which were refused why; 4xx with the reason where nothing is stored."""
    try:
        taken = _take(request)
    except BadBody as bad:
        refusals.count(request)
        return JsonResponse({"accepted": 0, "reason": bad.reason}, status=bad.status)
    status = 200 if taken.accepted or not taken.refused else 422
    return JsonResponse(taken.as_json, status=status)


def _take(request: HttpRequest) -> Taken:
    body = beacon.read(_content(request))
    if wishes_no_trace(request):
        return Taken(0, ())  # campaign, material and variant say nothing of how long a page was read
    if not BODIES.take(body.token):
        raise BadBody(429, "Too much at once. Try again in a minute.")
    now = timezone.now()
    share = open_now(body.token, now)
    if share is None:
        if refusals.too_many(request):
            raise BadBody(429, "Too much at once. Try again in a minute.")
        raise BadBody(404, "This link does not open.")
    visit = visit_of(body.visit, share)
    if visit is None:
        raise BadBody(422, "The visit is none of this link's.")
    return beacon.take(body, share, visit, signals_of(request), now)


def _content(request: HttpRequest) -> bytes:
    """The body. One that is too long is not even read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        content = b"" if length > MAX_BYTES else request.body
    except (ValueError, UnreadablePostError):
        raise BadBody(400, "The body could not be read.") from None
    except RequestDataTooBig:
        length, content = MAX_BYTES + 1, b""
    if max(length, len(content)) > MAX_BYTES:
        raise BadBody(413, f"At most {MAX_BYTES} bytes are taken at once. Nothing was stored.")
    return content
