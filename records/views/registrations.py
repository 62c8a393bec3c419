"""A registration's state, at one click each: came, did not come, cancelled, not cancelled after all."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy.guards import require, signed_in
from privacy.models import User
from privacy.purposes import Basis
from records import accommodating, attending, seating
from records.models import Registration
from records.nouns.base import Page
from records.nouns.registrations import NOUN
from records.paying import registrations as paid
from records.views.nouns import opened, stated_basis


class NotDone(Exception):
    """The message says why, for staff. Nothing was changed."""


def _came(registration: Registration, by: User, basis: Basis) -> str:
    _mark(registration, by, basis, came=True)
    return _("Marked as attended.")


def _missed(registration: Registration, by: User, basis: Basis) -> str:
    _mark(registration, by, basis, came=False)
    return _("Marked as not attended.")


def _mark(registration: Registration, by: User, basis: Basis, *, came: bool) -> None:
    if not attending.mark(registration, by, basis, came=came):
        raise NotDone(_("Not marked: the registration has been canceled. Undo the cancellation first."))


def _cancelled(registration: Registration, by: User, basis: Basis) -> str:
    was_paid = paid.is_paid(registration)
    paid.cancel(registration, by, basis)
    if was_paid and paid.is_paid(registration):
        return _(
            "Canceled. Under the event’s terms, what was paid is not refunded: refund it on the payment’s own page."
        )
    if was_paid:
        return _("Canceled. What was paid is refunded. The cancellation can be undone below; the refund cannot.")
    return _("The registration is canceled. You can undo this below.")


def _reopened(registration: Registration, by: User, basis: Basis) -> str:
    seating.stand_again(registration, by, basis)
    if registration.cancelled_at and registration.gathering.cancelled_at:
        raise NotDone(_("The event is canceled: the registration stays canceled."))
    if registration.cancelled_at:
        raise NotDone(_("Not undone: the customer has another registration for this event. Cancel that one first."))
    if registration.is_waiting:
        return _("No place is free: the registration is at the end of the waiting list.")
    return _("The registration is valid again.")


def _seen_to(registration: Registration, by: User, basis: Basis) -> str:
    accommodating.called_off([registration], by, basis)
    return _("Marked as taken care of.")


WORDS: dict[str, Callable[[Registration, User, Basis], str]] = {
    "attended": _came,
    "missed": _missed,
    "cancel": _cancelled,
    "reopen": _reopened,
    "seen-to": _seen_to,
}


@require_POST
def mark(request: HttpRequest, key: UUID, word: str) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found = get_object_or_404(NOUN.of(user), key=key)
        if read:
            read.count = 1
        try:
            with transaction.atomic():
                said = WORDS[word](found, user, stated_basis(request, user))
        except NotDone as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, said)
    return redirect(NOUN.address(Page.ONE, found))
