"""The one view of all lists: a page, or the same list as a file."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from analytics.exports.delimited import csv_response
from analytics.exports.sheets import TooManyRows, xlsx_response
from privacy.access import Read
from privacy.guards import require, signed_in
from privacy.roles import Permit
from records.listing import Chosen, Listing
from records.views.lists import door_of, list_context

Maker = Callable[[Chosen, Read | None], HttpResponseBase]

FILES: dict[str, Maker] = {"csv": csv_response, "xlsx": xlsx_response}


def list_response(request: HttpRequest, listing: Listing, template: str) -> HttpResponseBase:
    """The list that the address asks for. Answers 400 to filters that make no sense, and to more rows
    than the format holds, when a file is asked for."""
    make_file = FILES.get(request.GET.get("format", ""))
    if make_file:
        require(signed_in(request), Permit.EXPORT_LISTS)
    chosen = listing.chosen(request)
    if make_file and not chosen.filterset.is_valid():
        return refusal("The filters of this list are not valid.")
    try:
        return answer(request, chosen, make_file, template)
    except TooManyRows as problem:
        return refusal(str(problem))


def answer(request: HttpRequest, chosen: Chosen, make_file: Maker | None, template: str) -> HttpResponseBase:
    with door_of(request, chosen) as read:
        if make_file:
            return make_file(chosen, read)
        context = list_context(request, chosen)
        if read:
            read.count = len(context["rows"])
        return render(request, template, context)


def refusal(sentence: str) -> HttpResponse:
    """What a file is answered with that cannot be made."""
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
