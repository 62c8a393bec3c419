"""Files of meetings: added, played in the page, downloaded; each through the door. Those of research do the same
(records.views.research_files)."""

import re
from collections.abc import Iterator
from itertools import chain
from uuid import UUID

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from privacy.access import Read
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from privacy.places import declare_place
from privacy.roles import Permit
from privacy.sent_once import sent_once
from records import media
from records.enums import MediaKind
from records.forms.meetings import MediaForm
from records.media_crypto import Damaged
from records.media_types import is_shown
from records.models import MediaFile, Meeting
from records.uploading import SealingUploadHandler
from records.views.meetings import OF_MEETINGS

MEDIA = declare_place("media", gettext_noop("Playing or showing a file of a meeting"), OF_MEETINGS)
DOWNLOAD = declare_place("media_download", gettext_noop("Downloading a file of a meeting"), OF_MEETINGS)
# A player asks for many parts of a file. Its page was logged once; what it shows is this reading for so many seconds.
SEEN_SALT, SEEN_FOR = "records.media", 6 * 60 * 60
RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")


@csrf_exempt  # the handler must be there before the form is read; _media_new checks the token
@permit_required(Permit.KEEP_MEETINGS)
def media_new(request: HttpRequest, key: UUID) -> HttpResponse:
    request.upload_handlers = [SealingUploadHandler(request)]
    return _media_new(request, key)


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _media_new(request: HttpRequest, key: UUID) -> HttpResponse:
    meeting = get_object_or_404(Meeting, key=key)
    form = MediaForm(request.POST or None, request.FILES or None, initial={"recorded_at": meeting.started_at})
    if request.method == "POST" and form.is_valid():
        _keep(request, meeting, form)
        return redirect("meeting", key=meeting.key)
    status = 422 if request.method == "POST" else 200
    return render(request, "records/media_new.html", {"form": form, "meeting": meeting}, status=status)


def _keep(request: HttpRequest, meeting: Meeting, form: MediaForm) -> MediaFile:
    values = form.cleaned_data
    about = media.About(MediaKind(values["kind"]), values["recorded_at"], values["file"].name, meeting=meeting)
    return media.keep(values["file"].sealed, about, signed_in(request))


@require_safe
@permit_required(Permit.FIND_MEETINGS)
def media_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The player, or what is known of a file that no page shows."""
    with reading_of(request, MEDIA, KeyKind.MEETING_ID) as read:
        row = _found(key)
        read.count = 1
        context = {"file": row, "is_shown": is_shown(row.content_type), "seen": seen_mark(request, row)}
        try:
            with media.reading(row):
                return render(request, "records/media.html", context)
        except Damaged as damage:
            return render(request, "records/media.html", {"file": row, "damage": str(damage)}, status=503)


@require_safe
@permit_required(Permit.FIND_MEETINGS)
def media_content(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A part of a file, for the player of a page whose reading was logged. 416 for a part that is not there."""
    return part_of(request, _found(key) if is_seen(request, key) else None)


def part_of(request: HttpRequest, row: MediaFile | None) -> HttpResponseBase:
    """The part of a file that the request asks for. Raises PermissionDenied where its page was not opened lately."""
    if row is None or not is_shown(row.content_type):
        raise PermissionDenied(_("Open the file's page again: what it shows is good for six hours."))
    first, last = _range(request.headers.get("Range", ""), row.size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    answer = StreamingHttpResponse(_begun(row, first, last), content_type=row.content_type)
    _head(answer, last - first + 1)
    if RANGE.fullmatch(request.headers.get("Range", "")):
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    return answer


@require_safe
@permit_required(Permit.FIND_MEETINGS)
def media_download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    with reading_of(request, DOWNLOAD, KeyKind.MEETING_ID) as read:
        row = _found(key)
        read.count = 1
        try:
            return whole_of(row, read)
        except Damaged as damage:
            return render(request, "records/media.html", {"file": row, "damage": str(damage)}, status=503)


def whole_of(row: MediaFile, read: Read) -> StreamingHttpResponse:
    """A file to be kept. Raises Damaged."""
    content = _begun(row, 0, row.size - 1)
    answer = StreamingHttpResponse(read.streamed(content), content_type="application/octet-stream")
    _head(answer, row.size)
    answer["Content-Disposition"] = content_disposition_header(True, row.file_name) or "attachment"
    return answer


def _found(key: UUID) -> MediaFile:
    """A file of a meeting; signatures are found by whom they are of, not here."""
    return get_object_or_404(MediaFile.objects.select_related("meeting"), key=key, meeting__isnull=False)


def _begun(row: MediaFile, first: int, last: int) -> Iterator[bytes]:
    """The content with its first piece read already, so that a damaged file is told before the answer begins."""
    pieces = media.content(row, first, last)
    return chain([next(pieces, b"")], pieces)


def _head(answer: StreamingHttpResponse, length: int) -> None:
    answer["Content-Length"] = str(length)
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, no-store"


def _range(asked: str, size: int) -> tuple[int, int]:
    """First and last byte of what is asked for (RFC 9110, 14.1.2); all of it where that is not understood."""
    found = RANGE.fullmatch(asked.strip())
    if not found or found[1] is found[2] is None:
        return 0, max(size - 1, 0)
    if found[1] is None:
        return max(size - int(found[2]), 0), size - 1
    last = int(found[2]) if found[2] else size - 1
    return int(found[1]), min(last, size - 1)


def seen_mark(request: HttpRequest, row: MediaFile) -> str:
    return signing.TimestampSigner(salt=SEEN_SALT).sign(f"{signed_in(request).pk}.{row.key}")


def is_seen(request: HttpRequest, key: UUID) -> bool:
    try:
        seen = signing.TimestampSigner(salt=SEEN_SALT).unsign(request.GET.get("seen", ""), max_age=SEEN_FOR)
    except signing.BadSignature:
        return False
    return seen == f"{signed_in(request).pk}.{key}"
