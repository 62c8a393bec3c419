"""Quarterly reviews of who has access to what."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from privacy.agency import agency_today
from privacy.guards import permit_required, signed_in
from privacy.models import AccessReview, ReviewedAccount
from privacy.roles import Permit
from privacy.safeguards import reviewing
from privacy.safeguards.enums import Verdict
from privacy.signatures import signed_by

may_keep = permit_required(Permit.KEEP_SAFEGUARDS)


@require_safe
@permit_required(Permit.VIEW_SAFEGUARDS)
def access_reviews(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    context = {
        "reviews": AccessReview.objects.select_related("signed_by"),
        "quarter": reviewing.quarter_start(agency_today()),
        "today": agency_today(),
        "may_keep": signed_in(request).has_permit(Permit.KEEP_SAFEGUARDS),
    }
    return render(request, "privacy/access_reviews.html", context)


@require_POST
@may_keep
def access_review_open(request: HttpRequest) -> HttpResponse:
    """The present quarter's, before the schedule opens it; where there is one, that one."""
    review, is_new = reviewing.open_review(agency_today())
    messages.success(request, _("The review is open.") if is_new else _("This quarter already has a review."))
    return redirect("access_review", key=review.key)


@require_safe
@permit_required(Permit.VIEW_SAFEGUARDS)
def access_review(request: HttpRequest, key: UUID) -> HttpResponse:
    review = get_object_or_404(AccessReview.objects.select_related("signed_by"), key=key)
    lines = list(review.accounts.select_related("account", "decided_by").order_by("account__name", "id"))
    context = {
        "review": review,
        "lines": lines,
        "waiting": sum(line.verdict == Verdict.NONE and line.account.is_active for line in lines),
        "may_keep": signed_in(request).has_permit(Permit.KEEP_SAFEGUARDS),
        "today": agency_today(),
        "verdicts": Verdict,
    }
    return render(request, "privacy/access_review.html", context)


@require_POST
@may_keep
def access_review_decide(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    line = get_object_or_404(ReviewedAccount.objects.select_related("account"), review__key=key, pk=number)
    verdict = request.POST.get("verdict", "")
    try:
        chosen = Verdict(verdict)
        reviewing.decide(line, chosen, request.POST.get("reason", "")[:400], signed_in(request))
    except reviewing.NotNow as problem:
        messages.error(request, f"{line.account}: {problem}")
    except ValueError:
        messages.error(request, _("Confirm the access or revoke it."))
    else:
        messages.success(request, f"{line.account}: {chosen.label.lower()}.")
    return redirect("access_review", key=key)


@require_POST
@may_keep
def access_review_sign(request: HttpRequest, key: UUID) -> HttpResponse:
    review = get_object_or_404(AccessReview, key=key)
    try:
        closed = reviewing.sign(review, signed_in(request))
    except reviewing.NotNow as problem:
        messages.error(request, str(problem))
    else:
        said = ngettext("%(count)s account closed.", "%(count)s accounts closed.", closed) % {"count": closed}
        messages.success(request, signed_by(signed_in(request), said))
    return redirect("access_review", key=key)
