"""A publication put into the catalogue and taken out of it; an order called off by telephone."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from privacy import changes
from privacy.guards import require, signed_in
from records import publications
from records.enums import OrderState
from records.models import Publication, PublicationOrder
from records.nouns.base import Page
from records.nouns.publication_orders import NOUN as ORDERS
from records.nouns.publications import NOUN
from records.views.nouns import opened, stated_basis


@require_POST
def publication_publish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Customers can order it from now on."""
    return _set(request, key, is_published=True)


@require_POST
def publication_unpublish(request: HttpRequest, key: UUID) -> HttpResponse:
    """Nobody can order it any more; who subscribes gets it still, and can end that."""
    return _set(request, key, is_published=False)


def _set(request: HttpRequest, key: UUID, *, is_published: bool) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    found: Publication = get_object_or_404(NOUN.of(user), key=key)
    with transaction.atomic():
        found.published_at = timezone.now() if is_published else None
        changes.save(found, by=user, basis=stated_basis(request, user))
    said = _("Published: customers can order it.") if is_published else _("Taken offline: nobody can order it now.")
    messages.success(request, said)
    return redirect(NOUN.address(Page.ONE, found))


@require_POST
def publication_order_cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was asked for is called off; what nobody confirmed goes at once."""
    user = signed_in(request)
    require(user, *ORDERS.keep)
    with opened(request, ORDERS) as read:
        found: PublicationOrder = get_object_or_404(ORDERS.of(user).select_related(*ORDERS.related), key=key)
        if read:
            read.count = 1
        publication, is_of_nobody = found.publication, found.customer is None
        is_paid = bool(found.amount) and found.stands is OrderState.WAITING
        if publications.cancel(found, user):
            messages.success(request, _("Canceled. What was paid is refunded.") if is_paid else _("Canceled."))
        else:
            messages.error(request, _("It is already on a fulfillment list, or was canceled before."))
    if is_of_nobody:
        return redirect(NOUN.address(Page.ONE, publication))
    return redirect(ORDERS.address(Page.ONE, found))
