"""Shares: their list, one share with its visits, its link and QR code, and its end."""

from contextlib import nullcontext
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from campaigns import qr_codes
from campaigns.addresses import share_address
from campaigns.models import Share, ShareQuerySet
from campaigns.page_bars import page_bars
from campaigns.revoking import revoke
from campaigns.share_lists import SEES_SHARES, SHARE_LIST
from campaigns.share_visits import visits_of
from campaigns.touching import share_subject
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.renewing.watching import watch
from privacy.roles import Permit
from records.models import Customer
from records.views.lists import list_page

SHARE = declare_place("share", gettext_noop("A share's page: who it was shared with, and their visits"), (1, 2, 18))


@require_safe
def share_list(request: HttpRequest) -> HttpResponse:
    """One's own shares; a manager's teams'; all, for those who see every campaign."""
    return list_page(request, SHARE_LIST, "campaigns/shares.html")


@require_safe
@permit_required(*SEES_SHARES)
def share_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A share that the reader may look at; 404 for any other, as for one that does not exist. It passes the door to the
    records of those whom it names: its recipient, and who passed it on, where the reader sees them."""
    user = signed_in(request)
    share = found(user, key)
    passer = passer_of(user, share)
    people = share.sees_recipient + (passer is not None)
    with reading_of(request, SHARE) if people else nullcontext() as read:
        watch(request, share_subject(share))
        kept = is_kept(user, share)
        context = {
            "share": share,
            "passed_on_by": passed_on_by(share, passer),
            "state": share.state,
            "address": share_address(share) if kept or is_handed_out(user, share) else "",
            "is_kept": kept,
            **visits_part(share),
        }
        if read:
            read.count = people
        return render(request, "campaigns/share.html", context)


def passer_of(user: User, share: Share) -> Customer | None:
    """Whose link it was passed on from, whom the user sees. One query, none of what was not passed on."""
    if share.passed_on_from_id is None:
        return None
    rows = Share.objects.with_recipient(user).select_related("recipient__customer")
    passed = rows.get(pk=share.passed_on_from_id)
    return passed.recipient.customer if passed.sees_recipient else None


def passed_on_by(share: Share, passer: Customer | None) -> str:
    """Empty of what was not passed on."""
    if share.passed_on_from_id is None:
        return ""
    if not share.passed_on_by_unknown:
        return passer.name if passer else _("A customer")
    if passer is None:
        return _("An unknown person, through a share")
    return _("An unknown person, through the share to %(customer)s") % {"customer": passer.name}


def found(user: User, key: UUID) -> Share:
    """Raises Http404."""
    rows = Share.objects.opened_by(user).with_state().with_recipient(user)
    return get_object_or_404(
        rows.select_related("material", "campaign", "variant", "sender", "revoked_by", "recipient__customer"), key=key
    )


def is_kept(user: User, share: Share) -> bool:
    """Whether the user may end it."""
    return Share.objects.kept_by(user).filter(pk=share.pk).exists()


def is_handed_out(user: User, share: Share) -> bool:
    """Whether the user may hand out its link."""
    return Share.objects.handed_out_by(user).filter(pk=share.pk).exists()


def visits_part(share: Share) -> dict[str, object]:
    """What the page tells of the visits. One query."""
    visits = visits_of(share)
    return {"visits": visits, "rows": [(visit, page_bars(visit, share.material.page_count)) for visit in visits.visits]}


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def revoke_share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ends the share at once; 404 for one that the user may not end."""
    user = signed_in(request)
    kept = get_object_or_404(Share.objects.kept_by(user), key=key)
    if revoke(Share.objects.filter(pk=kept.pk), user):
        messages.success(request, _("Revoked: the link no longer opens anything."))
    else:
        messages.info(request, _("It had already been revoked."))
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
    rows: ShareQuerySet = Share.objects.handed_out_by(signed_in(request))
    return share_address(get_object_or_404(rows, key=key))
