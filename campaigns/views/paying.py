"""Paying for a place: led to the provider's page, and back. No number of a card is typed here.

The address to which the provider leads back says how the payment stands and nothing more: whoever has it, the provider
included, can change no registration.
"""

from decimal import Decimal
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.doors import at_door, personal
from campaigns.languages import keep_under, language_of, shown
from campaigns.opening import TOKEN, Door, Opened
from campaigns.views.registering import own
from privacy.tries import Limit
from records.enums import PaymentState
from records.models import Payment
from records.paying import payments, registrations
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
    if request.method != "POST":
        return personal(redirect("registration", token=token))
    try:
        payment = registrations.begin(found, language_of(request).value)
    except (ProviderAway, ProviderRefuses, NoProvider) as problem:
        log.warning("checkout_not_made", reason=type(problem).__name__)
        answer = shown(request, "viewer/payment_away.html", {"registration": found}, status=503)
        answer["Retry-After"] = "60"
        return personal(answer)
    if payment is None:
        return personal(redirect("registration", token=token))
    if payment.state == PaymentState.OPEN:
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
    context: dict[str, Any] = {"payment": found, "state": found.state, "is_unsure": is_unsure}
    answer = shown(request, "viewer/payment.html", {**context, "amount": amount_text(found.amount)})
    keep_under(request, answer, request.path)
    return personal(answer)


def amount_text(amount: Decimal) -> str:
    """`25.00`: as cards are charged, in every language."""
    return f"{amount:.2f}"
