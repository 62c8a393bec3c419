"""Looking somebody up. What is typed is sent in the body: an address would keep it in histories and logs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from privacy.bases import reading_of
from privacy.guards import require, signed_in
from records.forms.searching import LookUpForm
from records.retrieval import PLACE, SEARCHERS, Found, NotLookedUp, look_up


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    require(user, *SEARCHERS)
    form = LookUpForm(user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    wanted, kind = form.chosen
    with reading_of(request, PLACE, kind, wanted.categories) as read:
        try:
            found = look_up(wanted.finders[kind], user, form.cleaned_data["text"])
        except NotLookedUp as problem:
            form.add_error("text", str(problem))
            return _page(request, form, status=422)
        read.count = found.count
        return _page(request, form, found)


def _page(request: HttpRequest, form: LookUpForm, found: Found | None = None, status: int = 200) -> HttpResponse:
    kind_label = form.chosen[1].label if found else ""
    context = {"form": form, "found": found, "kind_label": kind_label}
    return render(request, "records/search.html", context, status=status)
