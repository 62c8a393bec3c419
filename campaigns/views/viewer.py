"""What a recipient opens: /s/<token>/ and what belongs to it. No account, no session."""

from pathlib import PurePath
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from campaigns import marks, visits
from campaigns.carrying import carried, led_back
from campaigns.doors import at_door, for_recipient, personal
from campaigns.enums import Action, EventKind, Grade, MaterialKind, Signal
from campaigns.grades import grade_of_sender
from campaigns.languages import ASKED, shown
from campaigns.materials.drawing.types import PDF
from campaigns.materials.reading import NARROW, PICTURE_TYPE, WIDE, page_of, page_picture
from campaigns.materials.stamped import NotStamped, can_be_stamped, stamped
from campaigns.models import AnswerSheet, MaterialPage, MaterialVersion
from campaigns.opening import Door, Opened, open_share
from campaigns.passcodes import WRONG_TRIES, TooManyTries, is_right
from campaigns.statement import purposes_of, statement_of
from campaigns.webpages.showing import for_share
from privacy.kept import AWAY
from privacy.notice import in_force
from privacy.tries import Limit

TEMPLATES = {
    MaterialKind.DOCUMENT: "viewer/pages.html",
    MaterialKind.WEB_PAGE: "viewer/web_page.html",
    MaterialKind.LINK: "viewer/link.html",
}
WIDTHS = {"narrow": NARROW, "wide": WIDE}
# A file is stamped for each who takes it, which costs seconds of a processor.
STAMPED = Limit("stamped", tries=10, seconds=10 * 60)
# Until a page tells that it was in focus, nothing shows that a person looked.
UNSEEN = Signal.NO_FOCUS


@require_safe
@for_recipient
def share_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The pages of a document, or where a link leads. Each GET is a visit of its own; HEAD is what scanners do.

    In another language it is the visit that it was: the link of the language names it.
    """
    if request.method == "HEAD":
        visits.record(request, opened, visits.begin(request, opened), EventKind.VISIT, signals=Signal.HEAD)
        return HttpResponse()
    kind = MaterialKind(opened.share.material.kind)
    # A link is viewed when it is followed (follow_link).
    kinds = (EventKind.VISIT,) if kind is MaterialKind.LINK else (EventKind.VISIT, EventKind.VIEW)
    named = visits.visit_of(request.GET.get("visit", ""), opened.share) if ASKED in request.GET else None
    visit = named or visits.begin(request, opened)
    if not named:
        visits.record(request, opened, visit, *kinds, signals=UNSEEN)
    answer = _page(request, opened, visit, TEMPLATES[kind])
    # Not for a visit that the address names, which can be forwarded: whose it was is marked already.
    if not named and visit.grade == Grade.ADDRESSEE and not opened.wishes_no_trace:
        marks.give(answer, opened.share, marks.ADDRESSEE)
    if not opened.wishes_no_trace and visits.is_led_by_unknown(request, opened.share):
        marks.give(answer, opened.share, marks.LED_BY_UNKNOWN)
    return answer


@require_safe
@for_recipient
def print_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """All pages at once, for paper."""
    return _other_form(request, opened, "viewer/print.html")


@require_safe
@for_recipient
def text_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The words of all pages, without pictures or scripts."""
    return _other_form(request, opened, "viewer/text.html")


def _other_form(request: HttpRequest, opened: Opened, template: str) -> HttpResponse:
    """The same material in another form: one more view, of the visit that led here where one did."""
    if opened.version is None:
        return redirect("open_share", token=opened.share.token)  # what is no document has one form, fit for paper too
    visit, kinds = _led_here(request, opened)
    visits.record(request, opened, visit, *kinds, EventKind.VIEW, signals=UNSEEN)
    return _page(request, opened, visit, template)


def _led_here(request: HttpRequest, opened: Opened) -> tuple[visits.Visit, tuple[EventKind, ...]]:
    """The visit that the address names, or a new one, which is an event itself."""
    named = visits.visit_of(request.GET.get("visit", ""), opened.share)
    return (named, ()) if named else (visits.begin(request, opened), (EventKind.VISIT,))


def _is_answered(request: HttpRequest, opened: Opened) -> bool:
    """Whether its recipient, who has the page before them, answered the questions of its survey: each does so once."""
    share = opened.share
    if share.material.survey_id is None:
        return False
    if grade_of_sender(request, share, wishes_no_trace=opened.wishes_no_trace) == Grade.UNKNOWN:
        return False
    return AnswerSheet.objects.filter(share=share, handed_in_at__isnull=False).exists()


def _page(request: HttpRequest, opened: Opened, visit: visits.Visit, template: str) -> HttpResponse:
    share = opened.share
    led_by = visit.signed if visit.grade == Grade.UNKNOWN and not opened.wishes_no_trace else ""
    context = {
        "opened": opened,
        "share": share,
        "statement": statement_of(request, opened),
        "version": opened.version,
        "pages": list(opened.version.pages.all()) if opened.version else [],
        "page": for_share(opened.page_version, share, led_by) if opened.page_version else None,
        "file_is_offered": may_take_file(opened),
        "watermark": marks.address_of(share) if share.has_watermark else "",
        "actions": Action.choices,
        "is_answered": _is_answered(request, opened),
        "visit": "" if opened.wishes_no_trace else visit.signed,
        "now": visits.milliseconds(timezone.now()),
    }
    return shown(request, template, context, share=share)


def may_take_file(opened: Opened) -> bool:
    """Pages that must carry the reader's address are not given away without it: it is put into a PDF file, no other."""
    version, share = opened.version, opened.share
    if version is None or not share.may_download:
        return False
    return not share.has_watermark or bool(marks.address_of(share) and can_be_stamped(version))


@require_safe
@for_recipient
def page_image(request: HttpRequest, opened: Opened, version: int, number: int, width: str) -> HttpResponseBase:
    """The picture of a page of the version that is shown. No event: the page that asks for it tells what is read."""
    if opened.version is None or opened.version.number != version or width not in WIDTHS:
        raise Http404
    try:
        picture = page_picture(page_of(opened.version, number), WIDTHS[width])
        return FileResponse(picture.open("rb"), content_type=PICTURE_TYPE)
    except (MaterialPage.DoesNotExist, FileNotFoundError):
        raise Http404 from None


@require_safe
@for_recipient
def file_download(request: HttpRequest, opened: Opened) -> HttpResponseBase:
    """The file as it was sent to us, where the sender lets it be taken; with the reader's address, where it must be."""
    if opened.version is None or not may_take_file(opened):
        return _no_file(request, opened, 403)
    if not opened.share.has_watermark:
        file: HttpResponseBase = _file(opened.version)
    elif request.method == "HEAD":
        file = HttpResponse(content_type=PDF)
    else:
        try:
            if not STAMPED.take(opened.share.token):
                return _stamped_too_often(request, opened)
            file = _stamped_file(opened.version, marks.address_of(opened.share))
        except (NotStamped, *AWAY):  # or nobody counts how often
            return _no_file(request, opened, 503, is_not_stamped=True)
    if request.method == "GET":
        visit, kinds = _led_here(request, opened)
        visits.record(request, opened, visit, *kinds, EventKind.DOWNLOAD)
    return file


def _stamped_too_often(request: HttpRequest, opened: Opened) -> HttpResponse:
    answer = _no_file(request, opened, 429, wait=STAMPED.seconds // 60)
    answer["Retry-After"] = str(STAMPED.seconds)
    return answer


def _no_file(request: HttpRequest, opened: Opened, status: int, **said: Any) -> HttpResponse:
    context = {"opened": opened, "share": opened.share, "statement": statement_of(request, opened), **said}
    return shown(request, "viewer/no_file.html", context, share=opened.share, status=status)


def _stamped_file(version: MaterialVersion, address: str) -> FileResponse:
    name = f"{PurePath(version.file_name).stem}.pdf"
    return FileResponse(stamped(version, address), as_attachment=True, filename=name, content_type=PDF)


def _file(version: MaterialVersion) -> FileResponse:
    try:
        content = version.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    kind = version.media_type or "application/octet-stream"
    return FileResponse(content, as_attachment=True, filename=version.file_name, content_type=kind)


@require_safe
@for_recipient
def follow_link(request: HttpRequest, opened: Opened) -> HttpResponse:
    """On to the address of a link, or the recipient's own sheet of a survey, registration or order; its view."""
    if opened.share.material.kind != MaterialKind.LINK:
        return redirect("open_share", token=opened.share.token)
    if request.method == "GET":
        visit, kinds = _led_here(request, opened)
        visits.record(request, opened, visit, *kinds, EventKind.VIEW, signals=UNSEEN)
    if opened.share.material.survey_id:
        return redirect("share_survey", token=opened.share.token)
    if opened.share.material.gathering_id:
        return redirect("share_event", token=opened.share.token)
    if opened.share.material.study_id:
        return redirect("share_study", token=opened.share.token)
    if opened.share.material.publication_id:
        return redirect("share_publication", token=opened.share.token)
    return redirect(opened.share.material.address)


@require_safe
@for_recipient
def hidden_page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Where a link leads that no person sees: whoever comes reads pages as machines do."""
    visit, _ = _led_here(request, opened)
    visits.record(request, opened, visit, EventKind.VISIT, signals=Signal.HONEYPOT | UNSEEN)
    context = {"opened": opened, "share": opened.share, "statement": statement_of(request, opened)}
    return shown(request, "viewer/more.html", context, share=opened.share)


@csrf_exempt
@login_not_required
@require_POST
def passcode(request: HttpRequest, token: str) -> HttpResponseBase:
    """The word that the sender told by another way. A right one leads to the share, in this browser from now on."""
    opened = open_share(request, token)
    if opened.door is not Door.PASSCODE:
        return personal(redirect("open_share", token=token) if opened.found else at_door(request, opened))
    try:
        if is_right(request, opened.share, request.POST.get("passcode", "")):
            answer = led_back(opened.share, carried(request, opened.share))
            marks.give(answer, opened.share, marks.PASSCODE)
            return personal(answer)
    except TooManyTries:
        held_back = at_door(request, opened, wait=WRONG_TRIES.seconds // 60, status=429)
        held_back["Retry-After"] = str(WRONG_TRIES.seconds)
        return personal(held_back)
    except AWAY:  # Redis, where tries are counted: nothing is compared that nobody counts
        later = at_door(request, opened, is_away=True, status=503)
        later["Retry-After"] = "60"
        return personal(later)
    return personal(at_door(request, opened, is_wrong=True, status=422))


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, token: str, rest: str) -> HttpResponseBase:
    """What a mistyped address of a share finds: the same as a token that does not open. One that lacks its last slash
    is led on."""
    if request.method in ("GET", "HEAD") and not rest.endswith("/") and _is_known(f"{request.path_info}/"):
        return personal(redirect(f"{request.path_info}/"))
    return personal(at_door(request, Opened(Door.CLOSED)))


def _is_known(path: str) -> bool:
    return resolve(path).url_name != "share_nowhere"


@require_safe
@login_not_required
def privacy_statement(request: HttpRequest) -> HttpResponse:
    """The whole statement of 5 U.S.C. 552a(e)(3) on what the viewer records. Public."""
    notice = in_force()
    return shown(request, "viewer/privacy_statement.html", {"notice": notice, "purposes": purposes_of(notice)})
