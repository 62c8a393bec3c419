"""A payment given back by staff, at a click; and what does not fit of one, seen to."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy.guards import require, signed_in
from privacy.models import User
from records.models import Payment
from records.nouns.base import Page
from records.nouns.payments import NOUN
from records.paying import payments
from records.views.nouns import opened, stated_basis


@require_POST
def payment_refund(request: HttpRequest, key: UUID) -> HttpResponse:
    """All of it goes back; what was paid for stays as it is. Pressed twice, it goes back once."""
    with _kept(request, key) as (found, user):
        is_due = payments.refund(found, user, stated_basis(request, user))
    if is_due:
        messages.success(request, _("The refund is on its way. What was paid for stays until it is canceled."))
    else:
        messages.error(request, _("There is nothing to refund: it was not paid, or was already refunded."))
    return redirect(NOUN.address(Page.ONE, found))


@require_POST
def payment_seen_to(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the provider said that does not fit waits for nobody any more; it stays in the payment and its history."""
    with _kept(request, key) as (found, user):
        is_done = payments.see_to(found, user, stated_basis(request, user))
    if is_done:
        said = _("Taken care of. If the provider reports something else that does not match, it appears here again.")
        messages.success(request, said)
    else:
        messages.info(request, _("There is nothing to take care of."))
    return redirect(NOUN.address(Page.ONE, found))


@contextmanager
def _kept(request: HttpRequest, key: UUID) -> Iterator[tuple[Payment, User]]:
    """The payment, for whoever may keep payments; that it was read is in the access log. 404 and 403 as everywhere."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found = get_object_or_404(NOUN.of(user), key=key)
        if read:
            read.count = 1
        yield found, user
