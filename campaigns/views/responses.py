"""Staff record a response or conversion of a customer whom they see, and take a wrong one back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.forms.responses import OutcomeCustomerForm, OutcomeForm
from campaigns.models import Assignment, Outcome
from campaigns.places import RESPONSES
from campaigns.responding import CannotRecord, CannotTakeBack, may_take_back, record, take_back
from campaigns.views.plans import SEES_CAMPAIGNS, seen
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.roles import SEES_CUSTOMERS, Permit
from records.models import Customer
from records.views.nouns import stated_basis


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_RESPONSES)
def response_new(request: HttpRequest, key: UUID) -> HttpResponse:
    """Of a customer; the campaign that the address names is chosen already."""
    user = signed_in(request)
    require(user, *SEES_CUSTOMERS)
    with reading_of(request, RESPONSES, KeyKind.CUSTOMER_ID) as read:
        customer = get_object_or_404(Customer.objects.visible_to(user), key=key)
        read.count = 1
        form = OutcomeForm(customer, request.POST or None, initial=_initial(request, customer))
        if request.method != "POST" or not form.is_valid():
            return _page(request, customer, form)
        try:
            outcome = record(customer, form.said, user, stated_basis(request, user))
        except CannotRecord as problem:
            form.add_error(problem.field, str(problem))
            return _page(request, customer, form)
    said = _("%(kind)s recorded. The numbers will include it within seconds.")
    messages.success(request, said % {"kind": outcome.get_kind_display()})
    return redirect(f"{reverse('customer', args=[customer.key])}#responses")


def _initial(request: HttpRequest, customer: Customer) -> dict[str, object]:
    slug = request.GET.get("campaign", "")
    found = Assignment.objects.filter(campaign__slug=slug, viewer__customer=customer).first() if slug else None
    return {"assignment": found.pk} if found else {}


def _page(request: HttpRequest, customer: Customer, form: OutcomeForm) -> HttpResponse:
    context = {
        "form": form,
        "customer": customer,
        "title": _("Record a response from %(name)s") % {"name": customer.name},
        "back": reverse("customer", args=[customer.key]),
        "verb": _("Record"),
        "makes": True,
    }
    return render(request, "campaigns/response.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_RESPONSES)
def response_of_campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Of a campaign: first whose it is. What is typed is sent in the body, as each look-up."""
    user, campaign = signed_in(request), seen(request, slug)
    require(user, *SEES_CAMPAIGNS)
    if not user.has_one_of(SEES_CUSTOMERS):
        raise PermissionDenied(_("Only people who can see the customer can record a response."))
    with reading_of(request, RESPONSES, KeyKind.CUSTOMER_ID) as read:
        form = OutcomeCustomerForm(user, campaign, request.POST or None)
        if request.method != "POST" or not form.is_valid():
            context = {
                "form": form,
                "title": _("Record a response to %(name)s") % {"name": campaign.name},
                "back": reverse("campaign", args=[slug]),
                "verb": _("Continue"),
            }
            return render(request, "campaigns/form.html", context, status=422 if form.is_bound else 200)
        read.count = 1
        key = form.cleaned_data["customer"].key
    return redirect(f"{reverse('response_new', args=[key])}?campaign={slug}")


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_RESPONSES)
def response_take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Shows what would go, and who recorded it; whoever may not take it back is told who may."""
    user = signed_in(request)
    require(user, *SEES_CUSTOMERS)
    with reading_of(request, RESPONSES, KeyKind.CUSTOMER_ID) as read:
        visible = Customer.objects.visible_to(user)
        rows = Outcome.objects.filter(viewer__customer__in=visible).select_related(
            "viewer__customer", "campaign", "recorded_by"
        )
        outcome = get_object_or_404(rows, key=key)
        customer = outcome.viewer.customer
        read.count = 1
        if request.method != "POST":
            context = {"outcome": outcome, "customer": customer, "may": may_take_back(outcome, user)}
            return render(request, "campaigns/response_take_back.html", context)
        try:
            take_back(outcome, user, stated_basis(request, user))
            messages.success(request, _("Taken back: it has been removed from the log and the numbers."))
        except CannotTakeBack as problem:
            messages.error(request, str(problem))
    return redirect(f"{reverse('customer', args=[customer.key if customer else key])}#responses")
