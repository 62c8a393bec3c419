"""Suppliers: their list, the page of one with its contracts, and a reminder that is seen to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy.bases import reading_of
from privacy.guards import permit_required, require, signed_in
from records import suppliers
from records.models.provenance import is_made_up
from records.nouns.base import Page
from records.nouns.contracts import NOUN
from records.nouns.organizations import NOUN as ORGANIZATIONS
from records.supplier_lists import PLACE, SEE, SUPPLIER_LIST
from records.views.lists import list_page
from records.views.nouns import stated_basis


@require_safe
def supplier_list(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    new = ORGANIZATIONS.address(Page.NEW) if ORGANIZATIONS.may_keep(user) and NOUN.may_keep(user) else ""
    return list_page(request, SUPPLIER_LIST, "records/suppliers.html", {"new_address": new})


@require_safe
@permit_required(*SEE)
def supplier(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its contracts by how they stand; their values for those who keep contracts."""
    user = signed_in(request)
    with reading_of(request, PLACE):
        found = get_object_or_404(suppliers.suppliers().select_related("source_import"), key=key)
        context = {
            "supplier": found,
            "is_made_up": is_made_up(found),
            "contracts": suppliers.contracts_of(found),
            "sees_value": NOUN.may_read(user, "value"),
            "may_keep": NOUN.may_keep(user),
            "new_address": NOUN.address(Page.NEW, found) if NOUN.may_keep(user) else "",
            "organization_address": ORGANIZATIONS.address(Page.ONE, found),
        }
        return render(request, "records/supplier.html", context)


@require_POST
def contract_seen_to(request: HttpRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    require(user, *NOUN.keep)
    with reading_of(request, PLACE):
        found = get_object_or_404(NOUN.of(user).select_related("organization"), key=key)
        done = suppliers.see_to(found, user, stated_basis(request, user))
    if done:
        messages.success(request, _("Taken care of: nobody is reminded of this end anymore."))
    else:
        messages.info(request, _("There is nothing to take care of."))
    return redirect("supplier", key=found.organization.key)
