"""Events as customers register for them: through a share's link, or at the event's own address; and each registration's
own page. No account, and no script.

At the event's address everybody reads the same answer, whether they were registered already or not: what became of it
stands in the letter, so that nobody learns here who takes part.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns import carrying
from campaigns.doors import at_door, for_recipient, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.models import Share
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import registering
from campaigns.programmes.confirming import money_of
from campaigns.programmes.invitations import TYPE, calendar_of
from campaigns.programmes.public_forms import (
    after_confirming,
    campaign_of,
    is_sent,
    not_taken,
    said_of_unknown,
    sent,
    way_of,
)
from campaigns.programmes.registering import Shut, TakesNone
from campaigns.programmes.registration_forms import StrangerForm, WishesForm
from campaigns.programmes.stating import PAID_REGISTRATION, REGISTRATION
from campaigns.programmes.telling import Way
from campaigns.tasks.letters import write_waiting_soon
from privacy.statement import statement_for
from privacy.tries import Refusals
from records import seating
from records.confirming import may_confirm
from records.enums import RegistrationState
from records.known import Named
from records.models import Gathering, Registration
from records.paying.adapter import page_origins
from records.paying.registrations import is_refunded_now

both = require_http_methods(["GET", "HEAD", "POST"])
# So many registrations from one address within the hour; an office may share one.
begun = Refusals(most=60, seconds=3600)
GONE = {Shut.UNPUBLISHED: 404, Shut.CLOSED: 410, Shut.OVER: 410, Shut.CALLED_OFF: 410}


@both
@for_recipient
def share_event(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The event to which the link of a share leads: who is registered is led to their own page. Whoever is not known
    for its recipient registers in a name of their own, and learns nothing of the recipient."""
    share = opened.share
    if share.material.gathering_id is None:
        return redirect("open_share", token=share.token)
    gathering = Gathering.objects.get(pk=share.material.gathering_id)
    way = way_of(request, opened)
    if customer := way.known:
        known = registering.registration_of(gathering, customer)
        if known and known.token and not known.cancelled_at:
            return redirect("registration", token=known.token)
    return _registered(request, gathering, way, opened)


@csrf_exempt
@login_not_required
@both
def event_open(request: HttpRequest, slug: str) -> HttpResponseBase:
    gathering = registering.open_event(slug)
    if gathering is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    return personal(_registered(request, gathering, way_of(request, None)))


def _registered(request: HttpRequest, gathering: Gathering, way: Way, opened: Opened | None = None) -> HttpResponse:
    share = way.share
    if is_sent(request):
        return _page(request, gathering, "viewer/event_sent.html", share)
    if reason := registering.shut(gathering):
        return _page(request, gathering, "viewer/event_shut.html", share, status=GONE[reason], reason=reason.value)
    is_known = way.known is not None
    form = _form(request, share, WishesForm if is_known else StrangerForm)
    show = partial(_asked, request, gathering, share, form, **said_of_unknown(opened, way))
    if answer := not_taken(request, form, show, begun, is_known=is_known):
        return answer
    return _sent(request, gathering, way, form)


def _sent(request: HttpRequest, gathering: Gathering, way: Way, form: WishesForm) -> HttpResponse:
    who = way.known or Named(form.cleaned_data["name"], form.cleaned_data["email"])
    try:
        made, _is_new = registering.register(gathering, who, form.wishes, way)
    except TakesNone as problem:
        reason = problem.reason
        return _page(request, gathering, "viewer/event_shut.html", way.share, status=GONE[reason], reason=reason.value)
    write_waiting_soon()
    return redirect("registration", token=made.token) if way.known else sent(request)


# One's own ------------------------------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
@both
def registration(request: HttpRequest, token: str) -> HttpResponseBase:
    """How it stands; what one wishes may be changed, and the registration called off, until the event begins."""
    found = own(token)
    return personal(_own_page(request, found) if found else at_door(request, Opened(Door.CLOSED)))


def _own_page(request: HttpRequest, found: Registration) -> HttpResponse:
    if request.method != "POST":
        return _own_shown(request, found, _wishes_form(request, found))
    if "cancel" in request.POST:
        if registering.call_off(found):
            write_waiting_soon()
        return redirect(request.path)
    if "again" in request.POST:
        return _again(request, found)
    if "confirm" in request.POST:
        registering.confirm(found)
        return redirect(after_confirming(request.path, found))
    form = _wishes_form(request, found, request.POST)
    if not form.is_valid():
        return _own_shown(request, found, form, status=422)
    is_kept = registering.change(found, form.wishes)
    return redirect(after_confirming(request.path, found, kept="1") if is_kept else request.path)


def _again(request: HttpRequest, found: Registration) -> HttpResponse:
    """Register once more, with what was wished before."""
    way = Way(language=language_of(request).value)
    try:
        registering.register(found.gathering, found.customer, registering.wishes_of(found), way)
    except TakesNone:
        return redirect(request.path)
    write_waiting_soon()
    return redirect(request.path)


@require_safe
@login_not_required
def registration_calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    found = own(token)
    if found is None or found.state in (RegistrationState.WAITING, RegistrationState.HELD):
        return personal(at_door(request, Opened(Door.CLOSED)))
    answer = HttpResponse(calendar_of(found, language_of(request).value), content_type=f"{TYPE}; charset=utf-8")
    with translation.override(language_of(request).value):
        name = pgettext("file name", "event")
        answer["Content-Disposition"] = content_disposition_header(True, f"{name}.ics") or ""
    return personal(answer)


def own(token: str) -> Registration | None:
    """Whose own address this is."""
    if not TOKEN.fullmatch(token):
        return None
    return Registration.objects.select_related("gathering", "customer").filter(token=token).first()


def _own_shown(request: HttpRequest, found: Registration, form: WishesForm, *, status: int = 200) -> HttpResponse:
    reason = registering.shut(found.gathering)
    with translation.override(language_of(request).value):
        money = money_of(found) if found.gathering.price and found.state is not RegistrationState.HELD else []
    more = {
        "registration": found,
        "state": found.state.value,
        "form": form,
        "is_over": reason is Shut.OVER,
        "takes_more": reason is None,
        "is_kept": "kept" in request.GET,
        "may_confirm": may_confirm(found),
        "is_second": "second" in request.GET,
        "own": reverse("registration", args=[found.token]),
        "money": money,
        "is_refunded_now": bool(found.gathering.price) and is_refunded_now(found.gathering),
    }
    answer = _page(request, found.gathering, "viewer/event_own.html", None, status=status, **more)
    if found.state is RegistrationState.HELD:
        # Its button leads on to the provider's page, which browsers take for where the form goes.
        setattr(answer, "_csp_update", {"form-action": page_origins()})  # noqa: B010  # django-csp's own way
    return answer


# Pages ----------------------------------------------------------------------------------------------------------------


def _form(request: HttpRequest, share: Share | None, form: type[WishesForm]) -> WishesForm:
    with translation.override(language_of(request, share).value):
        made = form(carrying.sent_to(request))
        carrying.fill(made, request)
        made.is_valid()
    return made


def _wishes_form(request: HttpRequest, found: Registration, data: Any = None) -> WishesForm:
    with translation.override(language_of(request).value):
        made = WishesForm(data, initial=registering.wishes_of(found).__dict__)
        made.is_valid()
    return made


def _asked(
    request: HttpRequest,
    gathering: Gathering,
    share: Share | None,
    form: WishesForm,
    *,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    more = {"form": form, "campaign": campaign_of(request), "is_full": seating.free(gathering) == 0, **said}
    return _page(request, gathering, "viewer/event.html", share, status=status, **more)


def _page(
    request: HttpRequest, gathering: Gathering, template: str, share: Share | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    language = language_of(request, share).value
    known = {
        "event": gathering,
        "share": share,
        "name": gathering.name_in(language),
        "description": gathering.description_in(language),
        "price": f"{gathering.price:.2f}" if gathering.price else "",
        "hold_minutes": settings.PAYMENT_HOLD_MINUTES,
        "act_statement": statement_for(PAID_REGISTRATION if gathering.price else REGISTRATION),
    }
    answer = shown(request, template, {**known, **more}, share=share, status=status)
    if share is None:
        keep_under(request, answer, request.path)
    return answer
