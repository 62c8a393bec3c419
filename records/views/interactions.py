"""A next step is done, or not done yet after all: one click each."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from privacy.undone import tell
from privacy.ways_back import page_of_ours
from records.nouns.interactions import NOUN
from records.views.nouns import back_to, opened, stated_basis


@require_POST
def next_step_done(request: HttpRequest, key: UUID) -> HttpResponse:
    return _mark(request, key, timezone.now(), _("The next step is done."), undo="next_step_open")


@require_POST
def next_step_open(request: HttpRequest, key: UUID) -> HttpResponse:
    return _mark(request, key, None, _("The next step is open again."), undo="next_step_done")


def _mark(request: HttpRequest, key: UUID, done_at: datetime | None, said: str, undo: str) -> HttpResponse:
    """Leads back to the customer's page, or to the page of this site that asked for it. `undo` names what takes it
    back."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found = get_object_or_404(NOUN.of(user).exclude(next_step="").select_related("customer"), key=key)
        if read:
            read.count = 1
        with transaction.atomic():
            found.next_step_done_at = done_at
            changes.save(found, by=user, basis=stated_basis(request, user))
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    back = page_of_ours(asked, back_to(NOUN, found))
    tell(request, said, f"{reverse(undo, args=[key])}?{urlencode({'next': back})}")
    return redirect(back)
