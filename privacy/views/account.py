"""One's own settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy.account_forms import AccountForm
from privacy.guards import signed_in
from privacy.languages import tag_of
from privacy.notifications.wishes import MailWishesForm


@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = AccountForm(request.POST or None, instance=user)
    if not form.is_valid():
        context = {"form": form, "mail_form": MailWishesForm(user)}
        return render(request, "privacy/account_settings.html", context, status=422 if form.is_bound else 200)
    user.save(update_fields=["language", "number_style", "time_zone"])
    with translation.override(tag_of(user)):
        said = _("Times are shown in %(zone)s from now on.") % {"zone": user.time_zone}
    messages.success(request, said)
    return redirect("account_settings")
