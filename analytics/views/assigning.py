"""Assigning customers that were chosen in their list: choose a colleague, confirm, done, undo."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.lists import CUSTOMERS
from analytics.places import ASSIGNING
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.ways_back import page_of_ours
from records import figures
from records.assigning import assign, reassign, undo
from records.forms.assigning import AssignForm
from records.listing import Chosen
from records.models import Customer, CustomerQuerySet
from records.views.posting import posted_from
from records.views.teams import CHANGE_SALT, tell

SERVICES = {"add": assign, "replace": reassign}


@posted_from("customers")
@permit_required(Permit.ASSIGN_CUSTOMERS)
def assign_customers(request: HttpRequest) -> HttpResponse:
    """The steps are told apart by what is sent: rows alone, then colleague and reason, then the confirmation.

    Each shows a count alone, yet goes through the door: how many a search finds says whether somebody is there.
    """
    user = signed_in(request)
    customers, key = chosen_customers(request)
    with reading_of(request, ASSIGNING, key) as read:
        count = read.count = customers.count()
    if not count:
        messages.warning(request, _("No customer was selected. Select the rows to assign, or choose the whole list."))
        return back_to_list(request)
    form = AssignForm(user, request.POST if "mode" in request.POST else None)
    context = {"form": form, "count": count, "kept": kept_choice(request)}
    if not form.is_valid():
        return render(request, "analytics/assign.html", context, status=422 if form.is_bound else 200)
    # The list may have changed since it was shown: whoever confirms has seen this very count.
    if request.POST.get("confirmed") != str(count):
        return render(request, "analytics/assign_confirm.html", {**context, **form.cleaned_data})
    staff, reason = form.cleaned_data["staff"], form.cleaned_data["reason"]
    change = SERVICES[form.cleaned_data["mode"]](customers, staff, user, reason)
    tell(request, change, staff, back=list_address(request))
    return back_to_list(request)


@posted_from("customers")
@permit_required(Permit.ASSIGN_CUSTOMERS)
def undo_assigning(request: HttpRequest) -> HttpResponse:
    """Takes back one's own change, named by the signed moment of the message that told of it."""
    try:
        moment = datetime.fromisoformat(signing.loads(request.POST.get("change", ""), salt=CHANGE_SALT))
    except signing.BadSignature as error:
        raise BadRequest(_("That is not a change that can be undone.")) from error
    count = undo(moment, signed_in(request))
    messages.success(request, _("Undone for %(count)s.") % {"count": figures.plural(count, "customer")})
    return redirect(page_of_ours(request.POST.get("next", ""), reverse("customers")))


def list_address(request: HttpRequest) -> str:
    """The list as it was when its rows were ticked: filters, order and page."""
    filters = QueryDict(request.POST.get("filters", "")).urlencode()
    return reverse("customers") + (f"?{filters}" if filters else "")


def back_to_list(request: HttpRequest) -> HttpResponse:
    return redirect(list_address(request))


def chosen_customers(request: HttpRequest) -> tuple[CustomerQuerySet, KeyKind]:
    """The ticked customers, or all that the list's filters choose, and by which key they were looked up.

    In either case only whom the user sees.
    """
    visible = Customer.objects.visible_to(signed_in(request))
    if "all" not in request.POST:
        return visible.filter(key__in=ticked(request)), KeyKind.LIST
    listing = CUSTOMERS.filters(QueryDict(request.POST.get("filters", "")), queryset=visible, request=request)
    if not listing.is_valid():
        raise BadRequest(_("The filters of this list are not valid."))
    return listing.qs, Chosen(CUSTOMERS, listing, CUSTOMERS.sort).looked_up_by


def ticked(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(key) for key in request.POST.getlist("key")]
    except ValueError as error:
        raise BadRequest(_("A row of the list was not understood.")) from error


def kept_choice(request: HttpRequest) -> list[tuple[str, str]]:
    """The choice of customers as hidden fields, for the next step."""
    names = ("filters", "all" if "all" in request.POST else "key")
    return [(name, value) for name in names for value in request.POST.getlist(name)]
