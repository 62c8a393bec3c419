"""Staff know that it was the customer who sent what somebody unknown sent, or who typed a customer's address."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy.guards import require, signed_in
from records import confirming
from records.nouns.base import Noun, Page
from records.views.nouns import opened, stated_basis


@require_POST
def theirs(request: HttpRequest, noun: Noun, key: UUID) -> HttpResponse:
    """The one whose address was typed, or to whom the link was sent; refused where that would be their second, or where
    no record of them is left."""
    user = signed_in(request)
    require(user, *noun.keep)
    with opened(request, noun) as read:
        found = get_object_or_404(noun.of(user), key=key)
        if read:
            read.count = 1
        is_theirs = confirming.confirm(found, user, stated_basis(request, user))
    if is_theirs:
        messages.success(request, _("Confirmed: it was the customer."))
    else:
        messages.error(request, confirming.said_of_refused(found))
    return redirect(noun.address(Page.ONE, found))
