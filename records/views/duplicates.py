"""Pairs of records that may be one person's, side by side, to be decided; and merges, to be undone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.enums import PairState
from records.identity.deciding import same_person, two_people
from records.identity.merging import CannotMerge, undo
from records.models import Customer, DuplicatePair, Merge
from records.views.comparison import compared

PLACE = declare_place("duplicates", "Records that may be of the same person", (1, 2), is_page=True)
PAGE_SIZE = 25


def open_pairs(user: User) -> "QuerySet[DuplicatePair]":
    """The pairs to be decided of which the user sees both, the likeliest first. Relies on pair_open (partial)."""
    visible = Customer.objects.visible_to(user).values("pk")
    rows = DuplicatePair.objects.filter(state=PairState.OPEN, first__in=visible, second__in=visible)
    return rows.select_related("first__organization", "second__organization")


def merges_seen_by(user: User) -> "QuerySet[Merge]":
    """Merges into people whom the user sees, the newest first."""
    visible = Customer.objects.visible_to(user).values("pk")
    rows = Merge.objects.filter(Q(kept__in=visible) | Q(kept__merged_into__in=visible))
    return rows.select_related("kept", "absorbed", "merged_by", "undone_by")


@require_safe
@permit_required(Permit.MERGE_CUSTOMERS)
def duplicates(request: HttpRequest) -> HttpResponse:
    with reading_of(request, PLACE) as read:
        page = Paginator(open_pairs(signed_in(request)), PAGE_SIZE).get_page(request.GET.get("page"))
        read.count = 2 * len(page)
        return render(request, "records/duplicates.html", {"page": page})


@require_safe
@permit_required(Permit.MERGE_CUSTOMERS)
def duplicate(request: HttpRequest, number: int) -> HttpResponse:
    with reading_of(request, PLACE) as read:
        pair = get_object_or_404(open_pairs(signed_in(request)), pk=number)
        read.count = 2
        return render(request, "records/duplicate.html", {"pair": pair, "rows": compared(pair.first, pair.second)})


@require_POST
@permit_required(Permit.MERGE_CUSTOMERS)
def decide_duplicate(request: HttpRequest, number: int) -> HttpResponse:
    """`decision` is `first` or `second` (the same person, whose record goes on) or `apart`; then the next pair."""
    user = signed_in(request)
    pair = get_object_or_404(open_pairs(user), pk=number)
    decision = request.POST.get("decision")
    try:
        if decision == "apart":
            two_people(pair, by=user)
            messages.success(request, "Kept as two people. They are not asked about again.")
        elif decision in ("first", "second"):
            merged = same_person(pair, by=user, keep_second=decision == "second")
            messages.success(request, "Merged into one person.", extra_tags=f"unmerge {merged.pk}")
        else:
            messages.warning(request, "Choose what these two are.")
            return redirect("duplicate", pair.pk)
    except CannotMerge as problem:
        messages.error(request, str(problem))
    following = open_pairs(user).first()
    return redirect("duplicate", following.pk) if following else redirect("duplicates")


@require_safe
@permit_required(Permit.MERGE_CUSTOMERS)
def merges(request: HttpRequest) -> HttpResponse:
    with reading_of(request, PLACE) as read:
        page = Paginator(merges_seen_by(signed_in(request)), PAGE_SIZE).get_page(request.GET.get("page"))
        read.count = 2 * len(page)
        return render(request, "records/merges.html", {"page": page})


@require_POST
@permit_required(Permit.MERGE_CUSTOMERS)
def undo_merge(request: HttpRequest, number: int) -> HttpResponse:
    user = signed_in(request)
    merged = get_object_or_404(merges_seen_by(user), pk=number)
    try:
        undo(merged, by=user)
        messages.success(request, "Two people again, as before.")
    except CannotMerge as problem:
        messages.error(request, str(problem))
    return redirect("merges")
