"""The home page: what matters to the reader's role."""

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.findings import best_lift_words
from analytics.queries import best_lifts, campaign_rows, customer_rows, latest_shares, latest_views
from analytics.reports.base import freshness
from analytics.views.campaigns import SEES_CAMPAIGNS
from analytics.views.customers import SEES_CUSTOMERS
from privacy.guards import signed_in
from privacy.models import User
from privacy.roles import Permit
from records.models import Customer

SHOWN = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody signed in has a home; its parts follow from their permits."""
    user = signed_in(request)
    parts = [part(user) for permits, part in PARTS if any(user.has_permit(permit) for permit in permits)]
    context = {key: value for found in parts for key, value in found.items()}
    return render(request, "analytics/home.html", {"freshness": freshness(), **context})


def customers_part(user: User) -> dict[str, object]:
    recent = customer_rows(user).filter(Q(last_seen_at__isnull=False)).order_by(F("last_seen_at").desc(), "pk")
    return {
        "recent_customers": recent[:SHOWN],
        "customer_count": Customer.objects.visible_to(user).count(),
        "latest_views": latest_views(Customer.objects.visible_to(user), SHOWN),
    }


def shares_part(user: User) -> dict[str, object]:
    return {"latest_shares": latest_shares(user, SHOWN), "shows_shares": True}


def campaigns_part(user: User) -> dict[str, object]:
    campaigns = campaign_rows(user).order_by("-starts_on", "pk")[:SHOWN]
    found = [{"found": lift, "words": best_lift_words(lift)} for lift in best_lifts(campaigns)]
    return {"best_lifts": found, "shows_campaigns": True}


PARTS = (
    (SEES_CUSTOMERS, customers_part),
    ((Permit.VIEW_ASSIGNED_CUSTOMERS,), shares_part),
    (SEES_CAMPAIGNS, campaigns_part),
)
