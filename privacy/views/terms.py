"""The numbers of the procedure: which hold, since when, why, and where each comes from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy.guards import permit_required, signed_in
from privacy.models import Term
from privacy.rights.forms import TermForm
from privacy.rights.terms import KINDS, BadTerm, all_terms, set_term
from privacy.roles import Permit


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.ANSWER_REQUESTS)
def terms(request: HttpRequest) -> HttpResponse:
    form = TermForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_term(given["name"], given["value"], given["reason"], signed_in(request))
        except BadTerm as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Changed. Dates already running do not change."))
            return redirect("terms")
    now = all_terms()
    context = {
        "rows": [(kind, now[kind.name], now[kind.name] != kind.usual) for kind in KINDS.values()],
        "changes": [(KINDS[one.name], one) for one in Term.objects.select_related("set_by")[:100] if one.name in KINDS],
        "form": form,
    }
    return render(request, "privacy/terms.html", context, status=422 if form.is_bound else 200)
