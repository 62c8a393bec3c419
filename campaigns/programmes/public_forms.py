"""What pages do alike where customers register, enter or order, known by a share's link or by nothing at all: who is
not taken, and through what they came.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.agents import signals_of
from campaigns.carrying import entered, is_back
from campaigns.grades import grade_of_sender
from campaigns.languages import language_of
from campaigns.opening import Opened
from campaigns.programmes.telling import Way
from privacy.tries import Refusals
from records.confirming import Sendable, may_confirm

# The field that no person sees.
TRAP = "website"


def campaign_of(request: HttpRequest) -> str:
    """The campaign that the address names, carried on by the form; empty where it names none."""
    asked = request.POST if request.method == "POST" else request.GET
    return (asked.get("campaign", "") or entered(request, "campaign"))[:80]


def way_of(request: HttpRequest, opened: Opened | None) -> Way:
    """`opened` is the share through which somebody came; None at an address that is open to anybody. At most one
    query."""
    share = opened.share if opened else None
    way = Way(share, campaign_of(request), language_of(request, share).value, signals_of(request))
    if opened is None:
        return way
    return replace(way, grade=grade_of_sender(request, opened.share, wishes_no_trace=opened.wishes_no_trace))


def said_of_unknown(opened: Opened | None, way: Way) -> dict[str, Any]:
    """What viewer/unknown.html needs, where nobody knows whether it is the recipient who has the form before them."""
    return {"opened": opened, "is_unknown": way.is_unknown}


def sent(request: HttpRequest) -> HttpResponse:
    """On to the page that says the same to everybody, and that no reload sends again."""
    return redirect(f"{request.path}?sent=1")


def after_confirming(own: str, sent: Sendable, **told: str) -> str:
    """The address of one's own page, which says so where it could not be confirmed that it was they."""
    query = {**told, **({"second": "1"} if may_confirm(sent) else {})}
    return f"{own}?{urlencode(query)}" if query else own


def is_sent(request: HttpRequest) -> bool:
    return "sent" in request.GET and request.method != "POST"


def not_taken(
    request: HttpRequest, form: BaseForm, show: Callable[..., HttpResponse], taken: Refusals, *, is_known: bool
) -> HttpResponse | None:
    """What is answered instead of taking the form; None where it is taken, and then counted in `taken`.

    `show` is the page with the form, given `status` and what else it says. Whoever is known by a link of their own is
    not held back.
    """
    if request.method != "POST" or is_back(request):
        return show()
    if request.POST.get(TRAP):
        return sent(request)
    if not is_known and taken.too_many(request):
        answer = show(status=429, is_too_often=True)
        answer["Retry-After"] = str(taken.SECONDS)
        return answer
    if not form.is_valid():
        return show(status=422)
    if not is_known:
        taken.count(request)
    return None
