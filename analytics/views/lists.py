"""The one view of all lists that are reports."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from records.listing import Listing
from records.views.lists import door_of, list_context


def list_response(
    request: HttpRequest, listing: Listing, template: str, more: Mapping[str, object] | None = None
) -> HttpResponse:
    """The list that the address asks for; `more` is what else its template is given. analytics.views.exports makes
    its files."""
    chosen = listing.chosen(request)
    with door_of(request, chosen) as read:
        context = {**list_context(request, chosen), **(more or {})}
        if read:
            read.count = len(context["rows"])
        return render(request, template, context)
