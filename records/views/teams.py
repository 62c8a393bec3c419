"""Teams: who is in them, how many customers each has, and handing customers over."""

from django.contrib import messages
from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.roles import Permit
from records import figures
from records.assigning import Change, hand_over
from records.forms.assigning import HandOverForm
from records.models import TeamMembership
from records.views.posting import posted_from

# What an undo is asked for with: the change's moment, signed, so that nobody makes one up.
CHANGE_SALT = "records.assigning"


@require_safe
@permit_required(Permit.ASSIGN_CUSTOMERS)
def teams(request: HttpRequest) -> HttpResponse:
    return _teams_page(request, HandOverForm(signed_in(request)))


@posted_from("teams")
@permit_required(Permit.ASSIGN_CUSTOMERS)
def hand_over_customers(request: HttpRequest) -> HttpResponse:
    """Asks once more with the count of customers, then hands over."""
    user = signed_in(request)
    form = HandOverForm(user, request.POST)
    if not form.is_valid():
        return _teams_page(request, form, status=422)
    leaving, staff = form.cleaned_data["leaving"], form.cleaned_data["staff"]
    if "confirmed" not in request.POST:
        count = leaving.customer_assignments.filter(until=None).count()
        return render(request, "records/hand_over.html", {"form": form, "count": count, **form.cleaned_data})
    change = hand_over(leaving, staff, user, form.cleaned_data["reason"])
    tell(request, change, staff, back=reverse("teams"))
    return redirect("teams")


def tell(request: HttpRequest, change: Change, staff: User, back: str) -> None:
    """Say what was done on the next page, with the key of its undo; `back` is the address that the undo leads to."""
    undo = signing.dumps(change.moment.isoformat(), salt=CHANGE_SALT)
    said = _("%(name)s got %(customers)s; %(ended)s moved from a colleague.") % {
        "name": staff.name,
        "customers": figures.plural(change.started, "customer"),
        "ended": figures.count(change.ended),
    }
    messages.success(request, said, extra_tags=f"undo {undo} {back}")


def _teams_page(request: HttpRequest, form: HandOverForm, status: int = 200) -> HttpResponse:
    context = {"members": members_of(signed_in(request)), "form": form}
    return render(request, "records/teams.html", context, status=status)


def members_of(manager: User) -> "QuerySet[TeamMembership]":
    """The present members of the teams that the user manages, with the count of their customers. One query."""
    mine = TeamMembership.objects.filter(staff=manager, is_manager=True, until=None)
    return (
        TeamMembership.objects.filter(team__in=mine.values("team"), until=None)
        .select_related("team__territory", "staff")
        .annotate(
            customers=Count("staff__customer_assignments", filter=Q(staff__customer_assignments__until=None)),
        )
        .order_by("team__name", "-is_manager", "staff__name")
    )
