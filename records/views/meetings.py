"""Finding a meeting by the notice's keys, and its page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from privacy.bases import basis_of, reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, signed_in
from privacy.places import declare_place
from privacy.roles import Permit
from records import webhooks
from records.finding import MOST, MeetingKey, key_kind, meetings_by
from records.forms.meetings import FindMeetingForm
from records.models import Meeting
from records.timeline import timeline

OF_MEETINGS = (10, 11)
FINDING = declare_place("meetings", gettext_noop("Finding meetings by ID or host"), OF_MEETINGS)
MEETING = declare_place("meeting", gettext_noop("A meeting's page: who took part, messages, files"), OF_MEETINGS)
MOST_MESSAGES = 500


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.FIND_MEETINGS)
def meetings(request: HttpRequest) -> HttpResponse:
    """The form; what it finds comes by POST, for a name or address must not stand in an address."""
    user = signed_in(request)
    context: dict[str, object] = {"may_keep": user.has_permit(Permit.KEEP_MEETINGS), "failed": webhooks.failed()}
    if request.method != "POST":
        return render(request, "records/meetings.html", {"form": FindMeetingForm(), **context})
    by = request.POST.get("by", "")
    if by not in MeetingKey.values:
        with reading_of(request, FINDING, key_kind(by)):  # refuses, and logs that it did
            raise AssertionError("the door opened for a key that no rule names")
    form = FindMeetingForm(request.POST)
    if not form.is_valid():
        return render(request, "records/meetings.html", {"form": form, **context}, status=422)
    key = key_kind(by)
    with reading_of(request, FINDING, key) as read:
        found = list(meetings_by(key, form.cleaned_data["text"])[: MOST + 1])
        read.count = len(found[:MOST])
        context |= {"form": form, "found": found[:MOST], "has_more": len(found) > MOST}
        return render(request, "records/meetings.html", context)


@require_safe
@permit_required(Permit.FIND_MEETINGS)
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    with reading_of(request, MEETING, KeyKind.MEETING_ID) as read:
        found = get_object_or_404(Meeting, key=key)
        people = list(found.participations.prefetch_related("intervals"))
        read.count = max(1, len(people))
        return render(
            request,
            "records/meeting.html",
            {
                "meeting": found,
                "people": people,
                "timeline": timeline(found, people),
                "media": list(found.media.all()),
                "may_keep": signed_in(request).has_permit(Permit.KEEP_MEETINGS),
                "may_read_messages": may_read_messages(request),
                "messages_sent": list(found.messages.all()[:MOST_MESSAGES]) if may_read_messages(request) else [],
            },
        )


def may_read_messages(request: HttpRequest) -> bool:
    """Those who keep the records, and those who read for a duty or an incident; not who only looks a meeting up."""
    basis = basis_of(request)
    return signed_in(request).has_permit(Permit.KEEP_MEETINGS) or bool(
        basis and (basis.duty is not None or basis.needs_incident)
    )
