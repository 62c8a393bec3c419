"""Tasks: what customers asked for, with the day by which it should be done; and the next steps of calls and visits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns import follow_ups
from campaigns.forms.follow_ups import FinishForm, HandOnForm
from campaigns.lists import TASK_LIST
from campaigns.models import FollowUp
from campaigns.places import TASKS
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.roles import Permit
from privacy.undone import tell
from records.listing import Row
from records.models.customer import managed_staff
from records.open_steps import steps_of, steps_of_team
from records.views.lists import list_page
from records.views.nouns import stated_basis

STEPS_SHOWN = 50


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """One's own, or one's team's; open or done. Below open ones the next steps of calls and visits."""
    user = signed_in(request)
    is_team = user.has_permit(Permit.ASSIGN_CUSTOMERS) and request.GET.get("whose") == "team"
    is_open = request.GET.get("show") != "done"

    def with_steps(rows: Sequence[Row]) -> dict[str, Any]:
        steps = (steps_of_team if is_team else steps_of)(user, STEPS_SHOWN) if is_open else []
        people = {row["customer_id"] for row in rows} | {step.customer_id for step in steps}
        return {"steps": steps, "people": len(people)}

    more = {"today": agency_today(), "is_team": is_team, "is_open": is_open}
    return list_page(request, TASK_LIST, "campaigns/tasks.html", more, with_steps)


@require_safe
@permit_required(Permit.KEEP_CUSTOMERS)
def task(request: HttpRequest, key: UUID) -> HttpResponse:
    return _task_page(request, key)


def _task_page(
    request: HttpRequest, key: UUID, finish: FinishForm | None = None, hand_on: HandOnForm | None = None
) -> HttpResponse:
    user = signed_in(request)
    with reading_of(request, TASKS, KeyKind.LIST) as read:
        found = _task(user, key)
        read.count = 1
        is_manager = user.has_permit(Permit.ASSIGN_CUSTOMERS)
        context: dict[str, Any] = {
            "task": found,
            "customer": found.viewer.customer,
            "today": agency_today(),
            "finish": finish or FinishForm(),
            "hand_on": (hand_on or HandOnForm(managed_staff(user).filter(is_active=True))) if is_manager else None,
        }
        return render(request, "campaigns/task.html", context, status=422 if finish or hand_on else 200)


def _task(user: User, key: UUID) -> FollowUp:
    rows = follow_ups.of(user).select_related(
        "viewer__customer", "owner", "done_by", "share__material", "share__campaign"
    )
    return get_object_or_404(rows, key=key)


@require_POST
@permit_required(Permit.KEEP_CUSTOMERS)
def task_done(request: HttpRequest, key: UUID) -> HttpResponse:
    user, form = signed_in(request), FinishForm(request.POST)
    if not form.is_valid():
        return _task_page(request, key, finish=form)
    with reading_of(request, TASKS) as read:
        found = _task(user, key)
        read.count = 1
        try:
            follow_ups.finish(found, form.cleaned_data["outcome"], user, stated_basis(request, user))
        except follow_ups.AlreadyDone as problem:
            messages.error(request, str(problem))
            return redirect("task", key)
    tell(request, _("Done."), reverse("task_open", args=[key]))
    return redirect("tasks")


@require_POST
@permit_required(Permit.KEEP_CUSTOMERS)
def task_open(request: HttpRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    with reading_of(request, TASKS) as read:
        found = _task(user, key)
        read.count = 1
        follow_ups.reopen(found, user, stated_basis(request, user))
    messages.success(request, _("The task is open again."))
    return redirect("task", key)


@require_POST
@permit_required(Permit.KEEP_CUSTOMERS)
def task_theirs(request: HttpRequest, key: UUID) -> HttpResponse:
    """Staff know that it was the customer who asked."""
    user = signed_in(request)
    with reading_of(request, TASKS) as read:
        found = _task(user, key)
        read.count = 1
        follow_ups.confirm(found, user, stated_basis(request, user))
    messages.success(request, _("Confirmed: it was the customer."))
    return redirect("task", key)


@require_POST
@permit_required(Permit.KEEP_CUSTOMERS)
def task_hand_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """Managers give a task to one of their people, who must see the customer."""
    user = signed_in(request)
    if not user.has_permit(Permit.ASSIGN_CUSTOMERS):
        raise PermissionDenied(_("Only sales managers can hand tasks on."))
    form = HandOnForm(managed_staff(user).filter(is_active=True), request.POST)
    if not form.is_valid():
        return _task_page(request, key, hand_on=form)
    owner: User = form.cleaned_data["owner"]
    with reading_of(request, TASKS) as read:
        found = _task(user, key)
        read.count = 1
        if not follow_ups.sees(owner, found):
            form.add_error(
                "owner", _("%(name)s cannot see this customer: assign the customer first.") % {"name": owner.name}
            )
            refused = True
        else:
            refused = False
            follow_ups.hand_on(found, owner, user, stated_basis(request, user))
    if refused:
        return _task_page(request, key, hand_on=form)
    messages.success(request, _("It now belongs to %(owner)s.") % {"owner": owner.name})
    return redirect("task", key)
