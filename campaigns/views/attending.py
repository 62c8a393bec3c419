"""An event as staff prepare and hold it: shared by personal links, badges printed, people checked in."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.places import BADGES, CHECK_IN
from campaigns.programmes.badges import badges_pdf, with_badges
from campaigns.programmes.offering import material_of
from campaigns.views.materials import MAKES
from campaigns.views.offering import lead_to
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.rights.typesetting import NotSet
from privacy.roles import Permit
from records.attending import check_in
from records.models import Gathering
from records.nouns.events import NOUN
from records.views.nouns import stated_basis

KEEPS = (Permit.KEEP_PROGRAMMES,)
# So many codes at once: a device that was offline for a whole day.
MOST_CODES = 2_000


@require_POST
@permit_required(*MAKES)
def event_offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """To the material by which the event is shared, mailed and counted; made where there is none."""
    gathering, user = _event(request, key), signed_in(request)
    address = request.build_absolute_uri(reverse("event_open", args=[gathering.slug]))
    return lead_to(request, material_of(gathering, address, user))


@require_safe
@permit_required(*KEEPS)
def event_badges(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The badge sheets as PDF. 503 where they could not be set."""
    with reading_of(request, BADGES, KeyKind.LIST) as read:
        gathering = _event(request, key)
        people = with_badges(gathering)
        read.count = len(people)
        try:
            made = badges_pdf(gathering, people)
        except NotSet:
            return HttpResponse(
                _("The badges could not be created. Try again later."), content_type="text/plain", status=503
            )
    answer = HttpResponse(made, content_type="application/pdf")
    name = pgettext("file name", "badges")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or ""
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*KEEPS)
def event_check_in(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The page of whoever stands at the door; and what it sends: codes with the moments at which they were read.

    Asked by a script for JSON it answers so; without a script it is a form of one code.
    """
    gathering = _event(request, key)
    context = {"event": gathering, "code": request.GET.get("code", "")[:60]}
    if request.method != "POST":
        return render(request, "campaigns/check_in.html", context)
    codes, wrong = _codes(request)
    with reading_of(request, CHECK_IN, KeyKind.LIST) as read:
        user = signed_in(request)
        done = check_in(gathering, codes, user, stated_basis(request, user)) if codes else []
        read.count = sum(1 for one in done if one.badge)
        if request.headers.get("Accept") == "application/json":
            told = [{"code": str(one.code), "what": one.what.value, "badge": one.badge} for one in done]
            return JsonResponse({"done": told, "wrong": wrong})
        context |= {"done": done, "wrong": wrong, "code": ""}
        return render(request, "campaigns/check_in.html", context, status=200 if done else 422)


def _codes(request: HttpRequest) -> tuple[dict[UUID, datetime], list[str]]:
    """Each code once, with the moment at which it was first read; and what is none. A code may be the whole address
    that a badge's square says."""
    codes: dict[UUID, datetime] = {}
    wrong = []
    moments = request.POST.getlist("at")
    for nth, text in enumerate(request.POST.getlist("code")[:MOST_CODES]):
        try:
            code = UUID(text.strip().rpartition("code=")[2])
        except ValueError:
            wrong.append(text[:120])
            continue
        codes.setdefault(code, _moment(moments[nth] if nth < len(moments) else ""))
    return codes, wrong


def _moment(text: str) -> datetime:
    """What a device says; now, where it says nothing that is a moment."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found and timezone.is_aware(found) else timezone.now()


def _event(request: HttpRequest, key: UUID) -> Gathering:
    user = signed_in(request)
    require(user, *NOUN.see)
    found: Gathering = get_object_or_404(NOUN.of(user), key=key)
    return found
