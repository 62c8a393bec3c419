"""The one view of all lists that are reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from records.listing import Listing
from records.views.lists import door_of, list_context


def list_response(request: HttpRequest, listing: Listing, template: str) -> HttpResponse:
    """The list that the address asks for. Its files are made by analytics.views.exports."""
    chosen = listing.chosen(request)
    with door_of(request, chosen) as read:
        context = list_context(request, chosen)
        if read:
            read.count = len(context["rows"])
        return render(request, template, context)
