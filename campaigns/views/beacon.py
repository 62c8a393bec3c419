"""The collector as a view: for servers that do not call it straight (config.wsgi), and within a test's transaction."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from campaigns.collecting.callable import Collector, extra_headers
from campaigns.collecting.committing import commit
from campaigns.collecting.line import AtOnce

COLLECTOR = Collector(AtOnce(commit))


@csrf_exempt
@login_not_required
def collector(request: HttpRequest) -> HttpResponse:
    """What came is stored before it is answered (campaigns.collecting)."""
    answer = COLLECTOR.answer(request.META)
    return HttpResponse(
        answer.content, status=answer.status, headers=dict(extra_headers(answer.status, answer.retry_after))
    )
