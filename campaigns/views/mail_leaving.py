"""The page behind "no more of these e-mails". Opening it does nothing: mail scanners open every link."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.enums import Language
from campaigns.languages import language_of
from campaigns.mailing.leaving import ONE_CLICK, leave
from campaigns.mailing.wording import wording
from campaigns.sharing import share_of_token
from campaigns.statement import LEAVING
from privacy.statement import statement_for

FORM = {"answer": ["stop"]}


@csrf_exempt  # mailboxes post without a cookie (RFC 8058, 3.1); the address itself is the secret
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """200 the page, or done; 404 for an address that is none; 400 for a POST that is no mailbox's and not the page's.

    It works for shares that have expired or were revoked as well.
    """
    share = share_of_token(token)
    if share is None:
        return _page(request, "unknown", language_of(request), 404)
    language = language_of(request, share)
    if request.method != "POST":
        return _page(request, "ask", language)
    sent = dict(request.POST.lists())
    if sent not in (ONE_CLICK, FORM) or request.FILES:
        return _page(request, "ask", language, 400)
    leave(share, language if sent == FORM else None)
    return _page(request, "left", language)


def _page(request: HttpRequest, what: str, language: Language, status: int = 200) -> HttpResponse:
    context = {"what": what, "language": language.value, "words": wording(language)}
    context["act_statement"] = statement_for(LEAVING)
    with translation.override(language.value):
        answer = render(request, "campaigns/unsubscribe.html", context, status=status)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
