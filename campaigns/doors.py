"""What a recipient sees where a share does not show its material, and the headers of every answer to a recipient."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from campaigns import visits
from campaigns.agents import signals_of
from campaigns.carrying import carried
from campaigns.enums import EventKind, Signal
from campaigns.languages import shown
from campaigns.opening import Door, Opened, open_share
from campaigns.statement import statement_of
from privacy.tries import refusals

View = Callable[..., HttpResponseBase]

# Template and status.
SHOWN = {
    Door.WITHDRAWN: ("viewer/withdrawn.html", 410),
    Door.PASSCODE: ("viewer/passcode.html", 200),
    Door.VERIFICATION: ("viewer/verification.html", 403),
    Door.NO_TRACE: ("viewer/no_trace.html", 403),
    Door.UNREADY: ("viewer/unready.html", 503),
}
ASKING = (Door.PASSCODE, Door.VERIFICATION)
OF_MACHINES = Signal.KNOWN_AGENT | Signal.PREVIEW_AGENT | Signal.HEAD


def for_recipient(view: View) -> View:
    """A view of `request, opened` for whoever holds an open share's token; any other door answers by itself.

    Nobody signs in, and no form here acts in anybody's name, so there is no token against forged forms (and no cookie
    for it).
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def inner(request: HttpRequest, token: str, **parts: Any) -> HttpResponseBase:
        opened = open_share(request, token)
        if opened.door is Door.OPEN:
            return personal(view(request, opened, **parts))
        count_machine(request, opened)
        return personal(at_door(request, opened))

    return inner


def at_door(request: HttpRequest, opened: Opened, *, status: int | None = None, **context: Any) -> HttpResponse:
    """What stands before the material, said in words."""
    if opened.door is Door.CLOSED:
        return _closed(request)
    template, usual = SHOWN[opened.door]
    known = {
        "opened": opened,
        "share": opened.share,
        "statement": statement_of(request, opened),
        "carried": (found := carried(request, opened.share)),
        "switch_at": found.back_to,
    }
    answer = shown(request, template, {**known, **context}, share=opened.share, status=status or usual)
    if opened.door is Door.UNREADY:
        answer["Retry-After"] = "60"
    return answer


def count_machine(request: HttpRequest, opened: Opened) -> None:
    """A machine before a door that asks for something comes no further: this is its visit, seen in raw counts.

    A person is not counted here: their visit begins when they are in.
    """
    if opened.door in ASKING and signals_of(request) & OF_MACHINES:
        visits.record(request, opened, visits.begin(request, opened), EventKind.VISIT)


def _closed(request: HttpRequest) -> HttpResponse:
    """The one answer to every token that does not open; 429 to an address that tries them one after the other."""
    held_back = refusals.too_many(request)
    refusals.count(request)
    answer = shown(request, "viewer/closed.html", {"held_back": held_back}, status=429 if held_back else 404)
    if held_back:
        answer["Retry-After"] = str(refusals.SECONDS)
    return answer


def personal(answer: HttpResponseBase) -> HttpResponseBase:
    """Neither found by search engines nor told to other sites by the referrer. Nobody keeps it: privacy.caching."""
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
