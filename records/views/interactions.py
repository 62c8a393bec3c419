"""A next step is done, or not done yet after all: one click each."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from records.nouns.interactions import NOUN
from records.views.nouns import back_to, opened, stated_basis


@require_POST
def next_step_done(request: HttpRequest, key: UUID) -> HttpResponse:
    return _mark(request, key, timezone.now(), _("Done. On the customer's page it can be set back."))


@require_POST
def next_step_open(request: HttpRequest, key: UUID) -> HttpResponse:
    return _mark(request, key, None, _("The next step is open again."))


def _mark(request: HttpRequest, key: UUID, done_at: datetime | None, said: str) -> HttpResponse:
    """Leads back to the customer's page, or to the page of this site that asked for it."""
    user = signed_in(request)
    require(user, *NOUN.keep)
    with opened(request, NOUN) as read:
        found = get_object_or_404(NOUN.of(user).exclude(next_step="").select_related("customer"), key=key)
        if read:
            read.count = 1
        with transaction.atomic():
            found.next_step_done_at = done_at
            changes.save(found, by=user, basis=stated_basis(request, user))
    messages.success(request, said)
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return redirect(asked if is_ours else back_to(NOUN, found))
