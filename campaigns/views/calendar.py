"""The calendar of campaigns, and notes on its dates."""

from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.calendar import month_of, notes_for
from campaigns.forms.campaign import MonthForm, NoteForm
from campaigns.models import Campaign, CampaignNote
from campaigns.views.plans import SEES_CAMPAIGNS
from privacy.agency import agency_today
from privacy.guards import permit_required, signed_in
from privacy.roles import Permit
from privacy.undone import tell

# What a removed note is put back from: signed, so that nobody makes one up in somebody's name.
NOTE_SALT = "campaigns.note"
DAY_NAMES = (WEEKDAYS[6], *(WEEKDAYS[day] for day in range(6)))


@require_safe
@permit_required(*SEES_CAMPAIGNS)
def calendar(request: HttpRequest) -> HttpResponse:
    """The month that the address names; the present one where it names none that a calendar has."""
    user, form = signed_in(request), MonthForm(request.GET)
    first = form.first() or agency_today().replace(day=1)
    context = {
        "month": month_of(first, user),
        "today": agency_today(),
        "day_names": DAY_NAMES,
        "keeps": user.has_permit(Permit.KEEP_CAMPAIGNS),
        "misread": "month" in request.GET and form.first() is None,
    }
    return render(request, "campaigns/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def note_new(request: HttpRequest) -> HttpResponse:
    """A note on the day, and in the campaign, that the address names."""
    initial = {"day": _day_named(request.GET.get("day", "")), "campaign": request.GET.get("campaign")}
    return _edit(request, CampaignNote(author=signed_in(request)), initial)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(Permit.KEEP_CAMPAIGNS)
def note_edit(request: HttpRequest, number: int) -> HttpResponse:
    return _edit(request, _note(request, number), {})


def _edit(request: HttpRequest, note: CampaignNote, initial: dict[str, Any]) -> HttpResponse:
    campaigns = Campaign.objects.visible_to(signed_in(request))
    form = NoteForm(campaigns, request.POST or None, instance=note, initial=initial)
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "note": note,
            "makes": note.pk is None,
            "title": _("Edit the note") if note.pk else _("New note"),
            "back": _month_address(note.day or initial.get("day") or agency_today()),
            "verb": _("Save"),
        }
        return render(request, "campaigns/note.html", context, status=422 if form.is_bound else 200)
    kept = form.save()
    tell(request, _("The note is saved."))
    return redirect(_month_address(kept.day))


@require_POST
@permit_required(Permit.KEEP_CAMPAIGNS)
def note_remove(request: HttpRequest, number: int) -> HttpResponse:
    note = _note(request, number)
    kept = {"day": note.day.isoformat(), "text": note.text, "campaign": note.campaign_id, "author": note.author_id}
    note.delete()
    tell(request, _("The note is removed."), reverse("note_restore"), signing.dumps(kept, salt=NOTE_SALT))
    return redirect(_month_address(note.day))


@require_POST
@permit_required(Permit.KEEP_CAMPAIGNS)
def note_restore(request: HttpRequest) -> HttpResponse:
    try:
        kept = signing.loads(request.POST.get("undone", ""), salt=NOTE_SALT)
    except signing.BadSignature as error:
        raise BadRequest(_("That is not a note that was removed.")) from error
    note = CampaignNote(
        day=date.fromisoformat(kept["day"]), text=kept["text"], campaign_id=kept["campaign"], author_id=kept["author"]
    )
    if note.campaign_id and not Campaign.objects.filter(pk=note.campaign_id).exists():
        raise BadRequest(_("The campaign of this note is gone."))
    note.save()
    tell(request, _("The note is back."))
    return redirect(_month_address(note.day))


def _note(request: HttpRequest, number: int) -> CampaignNote:
    return get_object_or_404(notes_for(signed_in(request)), pk=number)


def _month_address(day: date) -> str:
    return f"{reverse('campaign_calendar')}?month={day:%Y-%m}"


def _day_named(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
