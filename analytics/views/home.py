"""The home page: what matters to the reader's role."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.exports.source import sees_people
from analytics.home import calls, campaigns, doing, duties, engagement, today
from analytics.lists import SEES_CAMPAIGNS
from analytics.places import HOME
from analytics.queries import latest_shares, seen_last, seen_of_own
from analytics.reports.base import freshness
from analytics.touching import FOLDS, leave_when_counted
from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.guards import signed_in
from privacy.models import User
from privacy.refusing import Refused
from privacy.renewing.watching import leave, watch
from privacy.roles import Permit
from records.models import Customer
from records.models.customer import sees_own_alone
from records.open_steps import steps_of

SHOWN = 8
Part = tuple[tuple[Permit, ...], Callable[[User], dict[str, Any]]]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody signed in has a home; its parts follow from their permits."""
    user = signed_in(request)
    watch(request, *about(user), FOLDS)
    context = {"freshness": (fresh := freshness()), **parts_of(user, PARTS), **duties_part(user)}
    if FOLDS not in about(user):
        leave_when_counted(request, fresh)
    if not any(may_see(user, permits) for permits, _ in PARTS_WITH_PERSONS):
        return render(request, "analytics/home.html", context)
    try:
        with reading_of(request, HOME) as read:
            persons = parts_of(user, PARTS_WITH_PERSONS)
            read.count = len(shown_in(persons))
            return render(request, "analytics/home.html", {**context, **persons})
    except Refused as refusal:
        leave(request)
        return render(request, "analytics/home.html", {**context, "refusal": str(refusal)})


def about(user: User) -> tuple[str, ...]:
    """What the home page is about: one's own customers for whoever looks after some, for others all that is counted."""
    return (f"staff:{user.pk}",) if user.has_permit(Permit.VIEW_ASSIGNED_CUSTOMERS) else (f"staff:{user.pk}", FOLDS)


def may_see(user: User, permits: Iterable[Permit]) -> bool:
    return user.has_one_of(permits)


def parts_of(user: User, parts: Iterable[Part]) -> dict[str, Any]:
    found = (part(user) for permits, part in parts if may_see(user, permits))
    return {key: value for part in found for key, value in part.items()}


def shown_in(persons: dict[str, Any]) -> set[int]:
    """The primary keys of the customers who are shown."""
    shown = {one.pk for one in persons.get("engaged_customers", ())}
    shown |= {call.pk for call in persons.get("calls", ())}
    shown |= {step.customer_id for step in persons.get("next_steps", ())}
    shown |= {task.customer_id for task in persons["tasks"].first} if "tasks" in persons else set()
    shown |= {one.customer.pk for one in persons["today"].seen if one.customer} if "today" in persons else set()
    return shown | {landed.customer.pk for landed in persons.get("latest_shares", ()) if landed.customer}


def today_part(user: User) -> dict[str, object]:
    return {"today": today.seen_today(user, SHOWN)}


def own_part(user: User) -> dict[str, object]:
    """Whom to call, and who is engaged: both of those who were seen last, who are looked up once."""
    since = calls.earliest()
    own = seen_of_own(user, since, engagement.LOOKED_AT)
    seen = own if sees_own_alone(user) else seen_last(user, engagement.LOOKED_AT)
    return {
        "calls": calls.calls_of(own, since, SHOWN),
        "call_days": calls.DAYS,
        "engaged_customers": engagement.engaged_customers(seen, SHOWN),
        "customer_count": Customer.objects.count_visible_to(user),
        "shows_own": True,
    }


def steps_part(user: User) -> dict[str, object]:
    return {"next_steps": steps_of(user, SHOWN), "agency_today": agency_today()}


def tasks_part(user: User) -> dict[str, object]:
    return {"tasks": doing.tasks_of(user, SHOWN)}


def shares_part(user: User) -> dict[str, object]:
    return {"latest_shares": latest_shares(user, SHOWN), "shows_shares": True}


def campaigns_part(user: User) -> dict[str, object]:
    """The user's own campaigns by their stages; who sees all of them has what moved and came of tests too."""
    sees_all = user.has_permit(Permit.VIEW_ALL_CAMPAIGNS)
    found = campaigns.standings(user, campaigns.LOOKED_AT if sees_all else campaigns.MOST)
    return {
        "stages": (stages := campaigns.staged(found)),
        "lacks_goals": any(not one.goal and not one.in_numbers for _, some in stages for one in some),
        "shows_campaigns": True,
        **(tests_part(user, found) if sees_all else {}),
    }


def tests_part(user: User, found: Sequence[campaigns.Standing]) -> dict[str, object]:
    decided = campaigns.verdicts(found)
    return {
        "verdicts": decided[:SHOWN],
        "clear_tests": campaigns.clear_ones(found, SHOWN),
        "movers": campaigns.movers(Campaign.objects.visible_to(user), SHOWN, hides_few=not sees_people(user)),
        "shows_movers": True,
    }


def duties_part(user: User) -> dict[str, object]:
    lines = duties.lines_for(user)
    return {
        "duties": lines,
        "duty_count": sum(line.stands is not duties.Standing.HELD for line in lines),
        "duty_groups": duties.grouped(lines),
        "has_duties": duties.has_duties(user),
    }


PARTS: tuple[Part, ...] = ((SEES_CAMPAIGNS, campaigns_part),)
PARTS_WITH_PERSONS: tuple[Part, ...] = (
    ((Permit.VIEW_ASSIGNED_CUSTOMERS,), own_part),
    ((Permit.VIEW_ASSIGNED_CUSTOMERS,), today_part),
    ((Permit.KEEP_CUSTOMERS,), tasks_part),
    ((Permit.KEEP_CUSTOMERS,), steps_part),
    ((Permit.VIEW_ASSIGNED_CUSTOMERS,), shares_part),
)
