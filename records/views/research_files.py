"""Files of research: of somebody's taking part, or of a session; added, shown in the page, downloaded, destroyed.

Each through the door, for those who keep programmes. Of who withdrew none is shown.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.places import declare_place
from privacy.roles import Permit
from privacy.sent_once import sent_once
from records import media, research
from records.enums import MediaKind, ParticipantState
from records.forms.research import ResearchFileForm
from records.media_crypto import Damaged
from records.media_types import is_shown
from records.models import MediaFile, StudyParticipant, StudySession
from records.models.survey import SURVEY_CATEGORIES
from records.nouns import study_participants
from records.nouns.base import Page
from records.nouns.studies import NOUN as STUDIES
from records.uploading import SealingUploadHandler
from records.views.media import is_seen, part_of, seen_mark, whole_of

FILES = declare_place(
    "research_files", gettext_noop("Files of research: listed, added, shown and destroyed"), SURVEY_CATEGORIES
)
DOWNLOAD = declare_place("research_file_download", gettext_noop("Downloading a file of research"), SURVEY_CATEGORIES)


# Added ----------------------------------------------------------------------------------------------------------------
@csrf_exempt  # the handler must be there before the form is read; _new checks the token
@permit_required(Permit.KEEP_PROGRAMMES)
def participant_file_new(request: HttpRequest, key: UUID) -> HttpResponse:
    request.upload_handlers = [SealingUploadHandler(request)]
    return _of_participant(request, key)


@csrf_exempt  # the same
@permit_required(Permit.KEEP_PROGRAMMES)
def session_file_new(request: HttpRequest, key: UUID) -> HttpResponse:
    request.upload_handlers = [SealingUploadHandler(request)]
    return _of_session(request, key)


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _of_participant(request: HttpRequest, key: UUID) -> HttpResponse:
    with reading_of(request, FILES) as read:
        rows = StudyParticipant.objects.select_related("customer", "study", "session")
        found = get_object_or_404(rows, key=key, state=ParticipantState.AGREED)
        read.count = 1
        back = study_participants.NOUN.address(Page.ONE, found)
        return _new(request, found.session, back, {"participant": found, "customer": found.customer})


@csrf_protect
@sent_once
@require_http_methods(["GET", "HEAD", "POST"])
def _of_session(request: HttpRequest, key: UUID) -> HttpResponse:
    found = get_object_or_404(StudySession.objects.select_related("study"), key=key)
    return _new(request, found, reverse("study_session_files", args=[found.key]), {"study_session": found})


def _new(request: HttpRequest, session: StudySession | None, back: str, of: dict[str, Any]) -> HttpResponse:
    initial = {"recorded_at": session.starts_at if session else timezone.now()}
    form = ResearchFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if _kept(request, form, of):
            return redirect(back)
        form.add_error(None, _("They have since withdrawn: nothing about them is kept anymore."))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "back": back, "of": of.get("participant") or session}
    return render(request, "records/research_file_new.html", context, status=status)


def _kept(request: HttpRequest, form: ResearchFileForm, of: dict[str, Any]) -> bool:
    """False of who withdrew while the file was on its way. Whoever withdraws at this moment waits, and it goes too."""
    values, participant = form.cleaned_data, of.get("participant")
    about = media.About(MediaKind.RESEARCH, values["recorded_at"], values["file"].name, **of)
    with transaction.atomic():
        if participant:
            research.locked(participant.study_id)
            if not StudyParticipant.objects.filter(pk=participant.pk, state=ParticipantState.AGREED).exists():
                return False
        media.keep(values["file"].sealed, about, signed_in(request))
    return True


# Shown ----------------------------------------------------------------------------------------------------------------
@require_safe
@permit_required(Permit.KEEP_PROGRAMMES)
def session_files(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was recorded of a session of several people."""
    with reading_of(request, FILES) as read:
        found = get_object_or_404(StudySession.objects.select_related("study"), key=key)
        files = list(found.media.all())
        read.count = found.participants.count() if files else 0
        context = {"session": found, "files": files, "study_address": STUDIES.address(Page.ONE, found.study)}
        return render(request, "records/study_session_files.html", context)


@require_safe
@permit_required(Permit.KEEP_PROGRAMMES)
def research_file(request: HttpRequest, key: UUID) -> HttpResponse:
    with reading_of(request, FILES) as read:
        row = _found(key)
        read.count = 1
        context = {"file": row, "back": _back(row), "is_shown": is_shown(row.content_type)}
        try:
            with media.reading(row):
                return render(request, "records/research_file.html", context | {"seen": seen_mark(request, row)})
        except Damaged as damage:
            return render(request, "records/research_file.html", context | {"damage": str(damage)}, status=503)


@require_safe
@permit_required(Permit.KEEP_PROGRAMMES)
def research_file_content(request: HttpRequest, key: UUID) -> HttpResponseBase:
    return part_of(request, _found(key) if is_seen(request, key) else None)


@require_safe
@permit_required(Permit.KEEP_PROGRAMMES)
def research_file_download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    with reading_of(request, DOWNLOAD) as read:
        row = _found(key)
        read.count = 1
        try:
            return whole_of(row, read)
        except Damaged as damage:
            context = {"file": row, "back": _back(row), "damage": str(damage)}
            return render(request, "records/research_file.html", context, status=503)


@require_POST
@permit_required(Permit.KEEP_PROGRAMMES)
def research_file_destroy(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody who withdrew is in it, or it is not needed any more. Refused where a legal hold keeps it."""
    with reading_of(request, FILES) as read:
        row = _found(key)
        read.count = 1
        back = _back(row)
        if research.destroy_file(row):
            messages.success(request, _("The file is destroyed."))
        else:
            messages.error(request, _("A legal hold keeps this file."))
    return redirect(back)


def _found(key: UUID) -> MediaFile:
    rows: QuerySet[MediaFile] = MediaFile.objects.select_related(
        "participant__study", "participant__customer", "study_session__study", "customer"
    )
    of_research = Q(study_session__isnull=False) | Q(participant__state=ParticipantState.AGREED)
    return get_object_or_404(rows.filter(of_research), key=key)


def _back(row: MediaFile) -> str:
    if row.participant:
        return study_participants.NOUN.address(Page.ONE, row.participant)
    return reverse("study_session_files", args=[row.study_session.key]) if row.study_session else ""
