"""What was shared in one step: the links, their merge file, and taking it all back."""

from collections.abc import Iterator
from contextlib import nullcontext

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from django.views.decorators.http import require_POST, require_safe

from campaigns import letter_codes, letters
from campaigns.addresses import share_address
from campaigns.models import Share, ShareQuerySet
from campaigns.revoking import revoke
from privacy.bases import reading_of
from privacy.guards import permit_required, require, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from privacy.spreadsheets import BYTE_ORDER_MARK, lines
from records import figures
from records.models import Customer

MADE = declare_place("shares_made", gettext_noop("The links to what was just shared"), (1, 2, 18))
LETTERS = declare_place("shares_letters", gettext_noop("The merge file of links for a print shop (CSV)"), (1, 2, 18))
DRAW_THEM = "take the merge file, whose column “QR code” says what each code says, and have the printer draw them."
PAGE = 50


@require_safe
@permit_required(Permit.SHARE_MATERIALS)
def shares_made(request: HttpRequest, number: int) -> HttpResponse:
    """The shares of one commit that the user may hand out, with their links; 404 where there is none."""
    user = signed_in(request)
    shares = made(request, number)
    open_count = shares.open().count()
    letter_count = letters.letters(shares, Customer.objects.visible_to(user)).count()
    with reading_of(request, MADE) if sees_customers(user) else nullcontext() as read:
        rows = shares.with_recipient(user).with_state().select_related("recipient__customer", "material")
        page = Paginator(rows.order_by("number", "pk"), PAGE).get_page(request.GET.get("page"))
        shown = [(share, share_address(share)) for share in page]
        if read:
            read.count = sum(share.sees_recipient for share, _ in shown)
        context = {
            "number": number,
            "page": page,
            "rows": shown,
            "material": shown[0][0].material,
            "open_count": open_count,
            "letter_count": letter_count,
            "has_codes": letter_count <= letter_codes.MOST,
            "may_export": user.has_permit(Permit.EXPORT_LISTS) and sees_customers(user),
        }
        return render(request, "campaigns/shares_made.html", context)


@require_POST
@permit_required(Permit.SHARE_MATERIALS)
def revoke_made(request: HttpRequest, number: int) -> HttpResponse:
    """Ends all shares of the commit at once: the undo of a share that was made by mistake."""
    count = revoke(made(request, number), signed_in(request))
    messages.success(
        request, _("Revoked: %(count)s. No one can open them anymore.") % {"count": figures.plural(count, "link")}
    )
    return redirect("shares_made", number)


@require_safe
@permit_required(Permit.SHARE_MATERIALS)
def shares_letters(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """The merge file of the commit, sent while it is read: of open shares whose recipients have a mail address."""
    user = signed_in(request)
    require(user, Permit.EXPORT_LISTS)
    require(user, *SEES_CUSTOMERS)
    found = letters.letters(made(request, number), Customer.objects.visible_to(user))
    with reading_of(request, LETTERS) as read:

        def content() -> Iterator[str]:
            yield BYTE_ORDER_MARK
            yield from lines([letters.HEADINGS])
            yield from lines(read.counted(letters.rows(found)))

        response = StreamingHttpResponse(read.streamed(content()), content_type="text/csv; charset=utf-8")
        name = pgettext("file name", "letters")
        response["Content-Disposition"] = content_disposition_header(True, f"{name}-{number}.csv") or ""
        return response


@require_safe
@permit_required(Permit.SHARE_MATERIALS)
def shares_codes(request: HttpRequest, number: int, pictures: str) -> HttpResponseBase:
    """The codes of these letters as pictures, with the merge file that names them, as a zip."""
    user = signed_in(request)
    require(user, Permit.EXPORT_LISTS)
    require(user, *SEES_CUSTOMERS)
    if pictures not in {each.value for each in letter_codes.Pictures}:
        raise Http404
    found = letters.letters(made(request, number), Customer.objects.visible_to(user))
    if found.count() > letter_codes.MOST:
        messages.error(
            request,
            _("No more than %(most)s codes are drawn: %(draw_them)s")
            % {"most": figures.count(letter_codes.MOST), "draw_them": DRAW_THEM},
        )
        return redirect("shares_made", number)
    with reading_of(request, LETTERS) as read:
        rows = read.counted(letters.numbered_rows(found))
        content = letter_codes.packed(rows, letter_codes.Pictures(pictures))
        response = StreamingHttpResponse(read.streamed(content), content_type="application/zip")
        name = pgettext("file name", "letters")
        response["Content-Disposition"] = content_disposition_header(True, f"{name}-{number}-{pictures}.zip") or ""
        return response


def sees_customers(user: User) -> bool:
    """Whether the user may be told of any recipient who they are."""
    return user.has_one_of(SEES_CUSTOMERS)


def made(request: HttpRequest, number: int) -> ShareQuerySet:
    """Raises Http404 where the user may hand out none of the commit."""
    shares: ShareQuerySet = Share.objects.kept_by(signed_in(request)).filter(batch=number)
    if not shares.exists():
        raise Http404
    return shares
