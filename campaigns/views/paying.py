"""Paying for a place or a publication: led to the provider's page, and back. No number of a card is typed here.

The address to which the provider leads back says how the payment stands and nothing more: whoever has it, the provider
included, can change no registration and no order.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.doors import at_door, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.opening import TOKEN, Door, Opened
from campaigns.programmes import registering
from campaigns.programmes.public_forms import after_confirming
from campaigns.programmes.publication_letters import kept_until
from campaigns.views.registering import own
from privacy.tries import Limit
from records import publications
from records.enums import PaymentState
from records.models import Payment, PublicationOrder
from records.models.paying import GIVEN
from records.paying import orders, payments, registrations
from records.paying.adapter import ProviderAway, ProviderRefuses
from records.paying.payments import NoProvider

# So often the provider is asked for one payment, whoever reloads its page.
ASKED = Limit("payment-asked", tries=20, seconds=60)
log = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def registration_pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """To the provider's page; from two tabs, or twice, to the same. 503 where the provider does not answer."""
    found = own(token)
    if found is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    home = reverse("registration", args=[token])

    # From the own page, whose address came by the customer's mail; who has another registration pays for no second.
    if request.method == "POST" and found.cancelled_at is None and not registering.confirm(found):
        return personal(redirect(after_confirming(home, found)))
    return _led_on(request, home, lambda language: registrations.begin(found, language), {"registration": found})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication_pay(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same for what was ordered of a publication."""
    found = publications.of_token(token) if TOKEN.fullmatch(token) else None
    if not isinstance(found, PublicationOrder):
        return personal(at_door(request, Opened(Door.CLOSED)))
    with translation.override(language_of(request).value):
        away = {"kept_until": "" if found.cancelled_at else kept_until(found)}
    home = reverse("publication_own", args=[token])
    return _led_on(request, home, lambda language: orders.begin(found, language), away)


def _led_on(
    request: HttpRequest, home: str, begin: Callable[[str], Payment | None], away: dict[str, Any]
) -> HttpResponseBase:
    """`home` is one's own page, to which this is `pay/`; `away` is what is said where the provider does not answer."""
    if request.method != "POST":
        return personal(redirect(home))
    try:
        payment = begin(language_of(request).value)
    except (ProviderAway, ProviderRefuses, NoProvider) as problem:
        log.warning("checkout_not_made", reason=type(problem).__name__)
        answer = shown(request, "viewer/payment_away.html", {"home": home, **away}, status=503)
        answer["Retry-After"] = "60"
        return personal(answer)
    if payment is None:
        return personal(redirect(home))
    if payment.state == PaymentState.OPEN and not _is_amiss(payment):
        return personal(redirect(payment.address))
    return personal(redirect("payment", token=payment.token))


@login_not_required
@require_safe
def payment(request: HttpRequest, token: str) -> HttpResponseBase:
    """How it stands, as the provider says it now."""
    found = Payment.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if found is None:
        return personal(at_door(request, Opened(Door.CLOSED)))
    is_unsure = False
    if found.state == PaymentState.OPEN and ASKED.take_while_counted(token):
        try:
            found = payments.look_up(found)
        except ProviderAway:
            is_unsure = True
    context: dict[str, Any] = {
        "payment": found,
        "state": found.state,
        "is_unsure": is_unsure,
        "is_amiss": _is_amiss(found),
    }
    answer = shown(request, "viewer/payment.html", {**context, "amount": amount_text(found.amount)})
    keep_under(request, answer, request.path)
    return personal(answer)


def _is_amiss(payment: Payment) -> bool:
    """Whether something else than was asked for may have been paid: then nobody is led to the provider again."""
    return bool(payment.amiss) and payment.state not in GIVEN


def amount_text(amount: Decimal) -> str:
    """`25.00`: as cards are charged, in every language."""
    return f"{amount:.2f}"
