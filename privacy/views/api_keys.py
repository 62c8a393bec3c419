"""The end of an API key; the list and the form of a new one are records.views.programs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import keys
from privacy.guards import permit_required, signed_in
from privacy.models import ApiKey
from privacy.roles import SEES_KEYS


@require_POST
@permit_required(*SEES_KEYS)
def api_key_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends the key at once; 404 for one that is not the user's to end."""
    user = signed_in(request)
    found = get_object_or_404(ApiKey.objects.looked_after_by(user), key=key)
    if keys.revoke(found, user):
        messages.success(request, _("Revoked: “%(name)s” no longer opens anything.") % {"name": found.name})
    else:
        messages.info(request, _("It had already been revoked."))
    return redirect("api_keys")
