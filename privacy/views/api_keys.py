"""What becomes of an API key whose text was shown; the list and the form of a new one are records.views.programs."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy import keys
from privacy.guards import permit_required, signed_in
from privacy.models import ApiKey
from privacy.roles import SEES_KEYS, Permit
from privacy.sent_once import says_sent_before


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


@says_sent_before
@require_safe
@permit_required(Permit.MAKE_API_KEYS)
def api_key_shown(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where a form leads that made a key and is sent again, or whose answer is loaded again."""
    return key_page(request, get_object_or_404(ApiKey, owner=signed_in(request), key=key))


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.MAKE_API_KEYS)
def api_key_another(request: HttpRequest, key: UUID) -> HttpResponse:
    """One in the place of a key that nobody kept, shown in this answer alone."""
    user = signed_in(request)
    found = get_object_or_404(ApiKey, owner=user, key=key)
    if request.method != "POST":
        return redirect("api_key_shown", key)
    made = keys.another(found, user)
    if made is None:
        messages.error(request, _("It has ended: make a new key."))
        return redirect("api_keys")
    return key_page(request, made.key, made.text)


def key_page(request: HttpRequest, key: ApiKey, text: str = "") -> HttpResponse:
    """The page of a key with its text, in the answer that made it; or of one whose text was shown before."""
    if text:
        title = _("“%(name)s” is ready") % {"name": key.name}
        about = _("This is the key. It is shown only this once: put it where the program finds it, and nowhere else.")
    else:
        title = _("The key of “%(name)s” was shown once") % {"name": key.name}
        about = _("It was already made, and its text was shown that once. It is not kept, so no one can show it again.")
    shown = reverse("api_key_shown", args=[key.key])
    context = {
        "title": title,
        "about": about,
        "name": key.name,
        "secret": text,
        "shown": shown,
        "another": reverse("api_key_another", args=[key.key]) if keys.works(key) else "",
        "what_another_does": _(
            "If you do not have it, make another: that revokes this key, and makes a new one with the same name, "
            "scopes and last day."
        ),
        "back": reverse("api_keys"),
        "back_name": "api_keys",
        "back_label": _("API keys"),
    }
    answer = render(request, "privacy/shown_once.html", context, status=HTTPStatus.CREATED if text else HTTPStatus.OK)
    if text:
        answer["Location"] = shown
    return answer
