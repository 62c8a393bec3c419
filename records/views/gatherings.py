"""An event published and taken offline, at a click each, and called off."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from records import moving
from records.figures import written
from records.models import Gathering
from records.nouns.base import Page
from records.nouns.events import NOUN, is_to_come
from records.views.nouns import opened, stated_basis
from records.views.once_more import Question, ask_once_more, is_sure


@require_POST
def event_publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Customers can register from now on. Refused once it has begun."""
    return _set(request, key, is_published=True)


@require_POST
def event_unpublish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Nobody can register any more; who did is registered still."""
    return _set(request, key, is_published=False)


@require_POST
def event_call_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """It does not take place: all who are registered are called off, and written to. Asks once more."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found: Gathering = get_object_or_404(NOUN.of(user), key=key)
        if read:
            read.count = 1
        if is_to_come(found) and not is_sure(request):
            return ask_once_more(request, _question(found))
        is_off = moving.call_off(found, user, stated_basis(request, user))
    if is_off:
        said = _("Canceled. Everyone who was registered or waiting is notified. What was paid is refunded.")
        messages.success(request, said)
    else:
        messages.info(request, _("It was already canceled, or has already begun."))
    return redirect(NOUN.address(Page.ONE, found))


def _question(found: Gathering) -> Question:
    """What calling off does to how many. One query."""
    people = found.registrations.filter(cancelled_at=None).count()
    told = ngettext(
        "%(people)s person is registered or waiting: this cancels their registration and notifies them.",
        "%(people)s people are registered or waiting: this cancels their registrations and notifies them.",
        people,
    )
    return Question(
        asked=_("Cancel “%(event)s”?") % {"event": found.name},
        consequences=[
            told % {"people": written(people)} if people else _("Nobody is registered or waiting."),
            *([_("What was paid is refunded, whatever the event's terms are.")] if found.price else []),
            _("Nobody will be able to register, and this cannot be undone."),
        ],
        button=_("Cancel event"),
        back=NOUN.address(Page.ONE, found),
        back_label=found.name,
    )


def _set(request: HttpRequest, key: UUID, *, is_published: bool) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found: Gathering = get_object_or_404(NOUN.of(user), key=key)
        if read:
            read.count = 1
        if is_published and found.starts_at <= timezone.now():
            messages.error(request, _("It has already begun: nobody can register for it anymore."))
            return redirect(NOUN.address(Page.ONE, found))
        if is_published and found.cancelled_at:
            messages.error(request, _("It is canceled: nobody can register for it."))
            return redirect(NOUN.address(Page.ONE, found))
        with transaction.atomic():
            found.published_at = timezone.now() if is_published else None
            changes.save(found, by=user, basis=stated_basis(request, user))
    messages.success(
        request,
        _("Published: customers can register.")
        if is_published
        else _("Taken offline: nobody can register now. Existing registrations stay."),
    )
    return redirect(NOUN.address(Page.ONE, found))
