"""Shares: their list, one share with its visits, its link and QR code, and its end."""

from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from campaigns import qr_codes
from campaigns.addresses import share_address
from campaigns.models import Share, ShareQuerySet
from campaigns.page_bars import page_bars
from campaigns.revoking import revoke
from campaigns.share_lists import SEES_SHARES, SHARE_LIST
from campaigns.share_visits import visits_of
from privacy.access import Read
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import Permit
from records.views.lists import list_page

SHARE = declare_place("share", "A share's page: with whom it was shared, and their visits", (1, 2, 18))


@require_safe
def share_list(request: HttpRequest) -> HttpResponse:
    """One's own shares; a manager's teams'; all, for those who see every campaign."""
    return list_page(request, SHARE_LIST, "campaigns/shares.html")


@require_safe
@permit_required(*SEES_SHARES)
def share_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A share that the reader may look at; 404 for any other, as for one that does not exist."""
    user = signed_in(request)
    share = found(user, key)
    with door(request, share) as read:
        context = {
            "share": share,
            "state": share.state,
            "address": share_address(share) if is_kept(user, share) else "",
            "mark": marker(user, share).sign("seen"),
            **visits_part(share, request),
        }
        if read:
            read.count = 1
        return render(request, "campaigns/share.html", context)


@require_safe
@permit_required(*SEES_SHARES)
def share_visits(request: HttpRequest, key: UUID) -> JsonResponse:
    """The visits again, for a page that is open: `html`, their part of it, and `version`, which changes with it.

    The page was read through the door, and says so by a mark that it alone was given; its renewal is logged no more
    (DESIGN section 9, "The door to records"). Without the mark nothing is told.
    """
    user = signed_in(request)
    share = found(user, key)
    try:
        marker(user, share).unsign(request.headers.get("X-Seen", ""), max_age=settings.SESSION_ABSOLUTE_SECONDS)
    except signing.BadSignature as error:
        raise PermissionDenied("Open the share's page first.") from error
    return JsonResponse(visits_part(share, request))


def found(user: User, key: UUID) -> Share:
    """Raises Http404."""
    rows = Share.objects.visible_to(user).with_state().with_recipient(user)
    return get_object_or_404(
        rows.select_related("material", "campaign", "variant", "sender", "revoked_by", "recipient__customer"), key=key
    )


def is_kept(user: User, share: Share) -> bool:
    """Whether the user may hand out its link, and end it."""
    return Share.objects.kept_by(user).filter(pk=share.pk).exists()


def door(request: HttpRequest, share: Share) -> AbstractContextManager[Read | None]:
    """The door to the recipient's records; none where the reader is not told who they are."""
    return reading_of(request, SHARE) if share.sees_recipient else nullcontext()


def marker(user: User, share: Share) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"campaigns.views.shares:{user.pk}:{share.key}")


def visits_part(share: Share, request: HttpRequest) -> dict[str, str]:
    """The part of the page that tells of the visits, and what changes when it does. One query."""
    visits = visits_of(share)
    rows = [(visit, page_bars(visit, share.material.page_count)) for visit in visits.visits]
    html = render_to_string("campaigns/share_visits.html", {"share": share, "visits": visits, "rows": rows}, request)
    return {"html": html, "version": sha256(html.encode()).hexdigest()[:16]}


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def revoke_share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends the share at once; 404 for one that the user may not end."""
    user = signed_in(request)
    kept = get_object_or_404(Share.objects.kept_by(user), key=key)
    if revoke(Share.objects.filter(pk=kept.pk), user):
        messages.success(request, "Revoked: the link opens nothing any more.")
    else:
        messages.info(request, "It had been revoked already.")
    return redirect("share", key)


@require_safe
@permit_required(Permit.SHARE_MATERIALS)
def qr_svg(request: HttpRequest, key: UUID) -> HttpResponse:
    return HttpResponse(qr_codes.svg(kept_address(request, key)), content_type="image/svg+xml")


@require_safe
@permit_required(Permit.SHARE_MATERIALS)
def qr_png(request: HttpRequest, key: UUID) -> HttpResponse:
    return HttpResponse(qr_codes.png(kept_address(request, key)), content_type="image/png")


def kept_address(request: HttpRequest, key: UUID) -> str:
    """The link of a share that the user may hand out. Raises Http404 for any other."""
    kept: ShareQuerySet = Share.objects.kept_by(signed_in(request))
    return share_address(get_object_or_404(kept, key=key))
