"""API keys: one's own, a new one (shown once), and their end. Who manages accounts sees and ends everybody's."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from privacy import keys
from privacy.guards import permit_required, require, signed_in
from privacy.key_forms import NewKeyForm
from privacy.models import ApiKey
from privacy.roles import Permit

SEES_KEYS = (Permit.MAKE_API_KEYS, Permit.MANAGE_USERS)
ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*SEES_KEYS)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys, the newest first, and the form of a new one. The answer to the form alone shows the new key."""
    user = signed_in(request)
    if request.method == "POST":
        require(user, Permit.MAKE_API_KEYS)
    form = NewKeyForm(user, request.POST or None) if user.has_permit(Permit.MAKE_API_KEYS) else None
    made = None
    if form is not None and request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = keys.make(user, values["name"], values["scopes"], form.chosen, form.expires_at)
        form = NewKeyForm(user)
    rows = ApiKey.objects.looked_after_by(user).select_related("owner", "revoked_by")
    context = {
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "made": made,
        "now": timezone.now(),
        "shows_owner": user.has_permit(Permit.MANAGE_USERS),
    }
    status = 201 if made else 422 if form is not None and form.is_bound else 200
    return render(request, "privacy/api_keys.html", context, status=status)


@require_POST
@permit_required(*SEES_KEYS)
def api_key_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends the key at once; 404 for one that is not the user's to end."""
    user = signed_in(request)
    found = get_object_or_404(ApiKey.objects.looked_after_by(user), key=key)
    if keys.revoke(found, user):
        messages.success(request, f"Revoked: “{found.name}” opens nothing any more.")
    else:
        messages.info(request, "It had been revoked already.")
    return redirect("api_keys")
