"""API keys: one's own, and a new one (shown once); who manages accounts sees everybody's. Events given up."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from privacy import keys
from privacy.guards import permit_required, require, signed_in
from privacy.key_forms import NewKeyForm
from privacy.keys import NewKey
from privacy.roles import SEES_KEYS, Permit
from privacy.views.api_keys import key_page
from records.program_lists import GIVEN_UP_LIST, KEY_LIST
from records.views.lists import list_page


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*SEES_KEYS)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys, the newest first, and the form of a new one. The answer to the form shows the new key, alone."""
    user = signed_in(request)
    if request.method == "POST":
        require(user, Permit.MAKE_API_KEYS)
    form = NewKeyForm(user, request.POST or None) if user.has_permit(Permit.MAKE_API_KEYS) else None
    status = HTTPStatus.OK
    if form is not None and request.method == "POST":
        if made := _made(form):
            return key_page(request, made.key, made.text)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return list_page(request, KEY_LIST, "records/api_keys.html", {"new": form}, status=status)


def _made(form: NewKeyForm) -> NewKey | None:
    """The key that the form asks for; None where it says what is wrong."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    return keys.make(form.user, values["name"], values["scopes"], form.chosen, form.expires_at)


@require_safe
def given_up(request: HttpRequest) -> HttpResponse:
    """What could not be told to an endpoint, the newest first."""
    return list_page(request, GIVEN_UP_LIST, "records/webhooks_given_up.html")
