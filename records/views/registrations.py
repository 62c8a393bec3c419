"""A registration's state, at one click each: came, did not come, cancelled, not cancelled after all."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from records.models import Registration
from records.nouns.base import Page
from records.nouns.registrations import NOUN
from records.views.nouns import opened, stated_basis


def _came(registration: Registration) -> str:
    registration.attended = True
    return "Marked as attended."


def _missed(registration: Registration) -> str:
    registration.attended = False
    return "Marked as not attended."


def _cancelled(registration: Registration) -> str:
    registration.cancelled_at = registration.cancelled_at or timezone.now()
    return "The registration is cancelled. Below it can be taken back."


def _reopened(registration: Registration) -> str:
    registration.cancelled_at = None
    return "The registration stands again."


WORDS: dict[str, Callable[[Registration], str]] = {
    "attended": _came,
    "missed": _missed,
    "cancel": _cancelled,
    "reopen": _reopened,
}


@require_POST
def mark(request: HttpRequest, key: UUID, word: str) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found = get_object_or_404(NOUN.of(user), key=key)
        if read:
            read.count = 1
        said = WORDS[word](found)
        with transaction.atomic():
            changes.save(found, by=user, basis=stated_basis(request, user))
    messages.success(request, said)
    return redirect(NOUN.address(Page.ONE, found))
