"""Pairs of records that may be one person's, side by side, to be decided; and merges, to be undone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from records.identity.deciding import same_person, two_people
from records.identity.merging import CannotMerge, undo
from records.import_lists import MERGE_LIST, PAIR_LIST, PLACE, merges_seen_by, open_pairs
from records.views.comparison import compared
from records.views.lists import list_page


@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    return list_page(request, PAIR_LIST, "records/duplicates.html")


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
            messages.success(request, _("Kept as two people. You will not be asked about them again."))
        elif decision in ("first", "second"):
            merged = same_person(pair, by=user, keep_second=decision == "second")
            messages.success(request, _("Merged into one person."), extra_tags=f"unmerge {merged.pk}")
        else:
            messages.warning(request, _("Choose what these two are."))
            return redirect("duplicate", pair.pk)
    except CannotMerge as problem:
        messages.error(request, str(problem))
    following = open_pairs(user).first()
    return redirect("duplicate", following.pk) if following else redirect("duplicates")


@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    return list_page(request, MERGE_LIST, "records/merges.html")


@require_POST
@permit_required(Permit.MERGE_CUSTOMERS)
def undo_merge(request: HttpRequest, number: int) -> HttpResponse:
    user = signed_in(request)
    merged = get_object_or_404(merges_seen_by(user), pk=number)
    try:
        undo(merged, by=user)
        messages.success(request, _("Two different people again, as before."))
    except CannotMerge as problem:
        messages.error(request, str(problem))
    return redirect("merges")
