"""Issues of publications as staff send them: the list drawn up, its labels, when it was sent, what came back."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from campaigns.places import LABELS
from campaigns.programmes import fulfilling
from campaigns.programmes.fulfilling import Issue, Nobody
from campaigns.programmes.labels import labels_pdf
from campaigns.programmes.offering import material_of
from campaigns.views.materials import MAKES
from campaigns.views.offering import lead_to
from privacy.agency import agency_today
from privacy.bases import reading_of
from privacy.enums import KeyKind
from privacy.guards import permit_required, require, signed_in
from privacy.languages import worded
from privacy.rights.typesetting import NotSet
from privacy.roles import Permit
from privacy.sent_once import nothing_saved
from records import figures
from records.enums import DeliveryWay, NotSent, ReturnReason
from records.models import Fulfilment, FulfilmentEntry, Publication
from records.models.fulfilment import PER_FILE, PER_SHEET
from records.nouns.base import Page
from records.nouns.fulfilment_entries import NOUN as ENTRIES
from records.nouns.fulfilments import NOUN as FULFILMENTS
from records.nouns.publications import NOUN as PUBLICATIONS
from records.views.nouns import opened, stated_basis

KEEPS = (Permit.KEEP_PROGRAMMES,)


@require_POST
@permit_required(*MAKES)
def publication_offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """To the material by which it is shared, mailed and counted; made where there is none."""
    user = signed_in(request)
    require(user, *PUBLICATIONS.see)
    publication = get_object_or_404(PUBLICATIONS.of(user), key=key)
    address = request.build_absolute_uri(reverse("publication_open", args=[publication.slug]))
    return lead_to(request, material_of(publication, address, user))


class IssueForm(forms.Form):
    issue = forms.CharField(label=gettext_lazy("Issue"), max_length=100)
    way = forms.ChoiceField(label=gettext_lazy("How it is sent"), choices=worded(DeliveryWay.choices))
    subscribers = forms.BooleanField(label=gettext_lazy("Subscribers"), required=False)
    orders = forms.BooleanField(label=gettext_lazy("Orders"), required=False)


@require_POST
@permit_required(*KEEPS)
def fulfilment_draw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Draw up the list of an issue. It names nobody here: its page does."""
    user = signed_in(request)
    publication: Publication = get_object_or_404(PUBLICATIONS.of(user), key=key)
    form = IssueForm(request.POST)
    if not form.is_valid() or not (form.cleaned_data["subscribers"] or form.cleaned_data["orders"]):
        messages.error(request, _("Not created: state which issue it is, how it is sent, and to whom."))
        nothing_saved(request)
        return redirect(PUBLICATIONS.address(Page.ONE, publication))
    said = form.cleaned_data
    issue = Issue(said["issue"], DeliveryWay(said["way"]), said["subscribers"], said["orders"])
    try:
        made = fulfilling.draw(publication, issue, user, stated_basis(request, user))
    except Nobody as problem:
        messages.error(request, _told(problem))
        nothing_saved(request)
        return redirect(PUBLICATIONS.address(Page.ONE, publication))
    messages.success(request, _("Created. It can be undone until it is marked as sent."))
    return redirect(FULFILMENTS.address(Page.ONE, made))


def _told(problem: Nobody) -> str:
    first = _("Not created: there is nobody to send it to.")
    out = ", ".join(f"{figures.count(count)} {_(NotSent(reason).label)}" for reason, count in problem.left_out.items())
    left_out = _("Left out")
    return f"{first} {left_out}: {out}." if out else first


@require_safe
@permit_required(*KEEPS)
def fulfilment_labels(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """A file of its labels: `part` says which, `skip` how many of the first sheet are used up. 503 where they could not
    be set."""
    part, skip = _number(request, "part", 1, 100_000) or 1, _number(request, "skip", 0, PER_SHEET - 1)
    with reading_of(request, LABELS, KeyKind.LIST) as read:
        fulfilment: Fulfilment = get_object_or_404(FULFILMENTS.of(signed_in(request)), key=key, way=DeliveryWay.POST)
        entries = list(fulfilling.for_labels(fulfilment)[(part - 1) * PER_FILE : part * PER_FILE])
        read.count = len(entries)
        try:
            made = labels_pdf(fulfilment, entries, skip=skip)
        except NotSet:
            return HttpResponse(
                _("The labels could not be created. Try again later."), content_type="text/plain", status=503
            )
    answer = HttpResponse(made, content_type="application/pdf")
    name = pgettext("file name", "labels")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}-{part}.pdf") or ""
    return answer


@require_POST
@permit_required(*KEEPS)
def fulfilment_sent(request: HttpRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    found: Fulfilment = get_object_or_404(FULFILMENTS.of(user), key=key)
    day = forms.DateField(required=False)
    try:
        on = day.clean(request.POST.get("sent_on", "")) or agency_today()
    except forms.ValidationError:
        messages.error(request, _("This is not a date: write it as 2026-11-29."))
        return redirect(FULFILMENTS.address(Page.ONE, found))
    if problem := fulfilling.mark_sent(found, on, user, stated_basis(request, user)):
        messages.error(request, problem)
    else:
        messages.success(request, _("Marked as sent."))
    return redirect(FULFILMENTS.address(Page.ONE, found))


@require_POST
@permit_required(*KEEPS)
def fulfilment_undo(request: HttpRequest, key: UUID) -> HttpResponse:
    user = signed_in(request)
    found: Fulfilment = get_object_or_404(FULFILMENTS.of(user).select_related("publication"), key=key)
    if not fulfilling.undo(found):
        messages.error(request, _("It was sent: this cannot be undone."))
        return redirect(FULFILMENTS.address(Page.ONE, found))
    messages.success(request, _("Undone: what was ordered is waiting again."))
    return redirect(PUBLICATIONS.address(Page.ONE, found.publication))


@require_POST
@permit_required(*KEEPS)
def entry_back(request: HttpRequest, key: UUID, why: str) -> HttpResponse:
    """It came back, for one of the reasons of ReturnReason."""
    user = signed_in(request)
    with opened(request, ENTRIES) as read:
        found: FulfilmentEntry = get_object_or_404(ENTRIES.of(user), key=key)
        if read:
            read.count = 1
        if fulfilling.mark_back(found, ReturnReason(why), user, stated_basis(request, user)):
            messages.success(request, _("Saved: it came back."))
        else:
            messages.error(request, _("Only what was sent can come back, and only once."))
    return redirect(ENTRIES.address(Page.ONE, found))


def _number(request: HttpRequest, name: str, least: int, most: int) -> int:
    """A number in the address; the least where it is none, or beyond what there may be."""
    typed = request.GET.get(name, "")
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if is_number and least <= int(typed) <= most else least
