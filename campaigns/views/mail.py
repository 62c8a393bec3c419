"""Mailings: all of them, a new one, and one: its letter, its audience, and how far it is."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from campaigns.enums import Language, MailingState
from campaigns.mail_lists import WRITERS
from campaigns.mailing import running, trying
from campaigns.mailing.audience import Recipient, count, enrolled
from campaigns.mailing.forms import LetterForm, NewMailingForm
from campaigns.mailing.letters import Letter, Unwritable
from campaigns.mailing.progress import progress_of
from campaigns.models import Mailing
from campaigns.tasks.mail import send_test
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.places import declare_place
from records import figures
from records.intake.problems import Refused

PREVIEW = declare_place(
    "mailing_preview", gettext_noop("A mailing's letter as one of its recipients reads it"), (1, 2, 18)
)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing_new(request: HttpRequest) -> HttpResponse:
    """`?source=` chooses what it is for: `variant-7`, `batch-12`."""
    form = NewMailingForm(
        request.POST if request.method == "POST" else None,
        user=signed_in(request),
        initial={"source": request.GET.get("source", "")},
    )
    if form.is_valid():
        return redirect("mailing", form.save().pk)
    return render(request, "campaigns/mailing_new.html", {"form": form}, status=422 if form.is_bound else 200)


def mailing_of(request: HttpRequest, number: int) -> Mailing:
    """A mailing that the user may see. Raises Http404 for any other, as for one that does not exist."""
    visible = Mailing.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.select_related("sender", "campaign", "variant__material"), pk=number)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing(request: HttpRequest, number: int) -> HttpResponse:
    """A draft is written here; one that was started shows how far it is."""
    found = mailing_of(request, number)
    if found.state != MailingState.DRAFT:
        return render(request, "campaigns/mailing.html", started_context(found))
    form = LetterForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("mailing_preview" if "preview" in request.POST else "mailing", number)
    shown = Mailing.objects.select_related("sender", "campaign", "variant").get(pk=number)
    context = {"mailing": shown, "form": form, "audience": count(shown)}
    return render(request, "campaigns/mailing.html", context, status=422 if form.is_bound else 200)


def started_context(found: Mailing) -> dict[str, Any]:
    return {
        "mailing": found,
        "progress": progress_of(found),
        "audience": enrolled(found),
        "is_under_way": found.state == MailingState.SENDING,
    }


@require_safe
@permit_required(*WRITERS)
def mailing_state(request: HttpRequest, number: int) -> HttpResponse:
    """How far it is, for the page that watches it."""
    found = mailing_of(request, number)
    progress = progress_of(found)
    is_under_way = found.state == MailingState.SENDING
    return JsonResponse({"text": progress.text, "percent": progress.percent, "is_under_way": is_under_way})


# The letter as it is read ---------------------------------------------------------------------------------------------
@require_safe
@permit_required(*WRITERS)
def mailing_preview(request: HttpRequest, number: int) -> HttpResponseBase:
    """The letter for somebody made up, or (`?for=recipient`) for one of its recipients whom the user may see.

    `?language=es` is another language; `?part=html` the letter alone, as a mailbox shows it.
    """
    found = mailing_of(request, number)
    show = _html_part if request.GET.get("part") == "html" else _preview_page
    if request.GET.get("for") != "recipient":
        return show(request, found, trying.made_up(found, _language(request)))
    with reading_of(request, PREVIEW) as read:
        to = trying.sample(found, signed_in(request))
        if to is None:
            raise Http404("None of its recipients is a customer whom you see.")
        read.count = 1
        return show(request, found, to)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in Language.values else Language.ENGLISH.value


def _preview_page(request: HttpRequest, found: Mailing, to: Recipient) -> HttpResponseBase:
    letter = Letter(found, to)
    try:
        context: dict[str, Any] = {"subject": letter.subject, "text": letter.text}
    except Unwritable as problem:
        context = {"problem": str(problem)}
    query = request.GET.copy()
    query["part"] = "html"
    context |= {
        "mailing": found,
        "to": to,
        "languages": Language.choices,
        "frame": f"{request.path}?{query.urlencode()}",
    }
    context["is_of_recipient"] = request.GET.get("for") == "recipient"
    show = csp_update({"frame-src": ["'self'"]})(lambda asked: render(asked, "campaigns/mailing_preview.html", context))
    return show(request)


def _html_part(request: HttpRequest, found: Mailing, to: Recipient) -> HttpResponseBase:
    try:
        html = Letter(found, to).html
    except Unwritable as problem:
        return HttpResponse(str(problem), content_type="text/plain; charset=utf-8")
    return as_mailbox(lambda _: HttpResponse(html))(request)


def as_mailbox(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Allows what mails may and our pages may not, style within the text, in a frame of ours; nothing else."""
    policy = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]}
    return xframe_options_sameorigin(csp_replace(policy)(view))


# What is done with it -------------------------------------------------------------------------------------------------
def _act(request: HttpRequest, number: int, act: Callable[[Mailing], str]) -> HttpResponse:
    """Do it where the form is sent; opened otherwise, the address leads to the mailing's page."""
    found = mailing_of(request, number)
    if request.method == "POST":
        try:
            messages.success(request, act(found))
        except Refused as refusal:
            messages.error(request, refusal.words)
    return redirect("mailing", number)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing_test(request: HttpRequest, number: int) -> HttpResponse:
    def act(found: Mailing) -> str:
        running.refuse_misread(found)
        try:
            send_test.delay(found.pk, signed_in(request).pk)
        except OperationalError:
            raise Refused(_("No worker can be reached at the moment: try again later.")) from None
        return _("A test e-mail is on its way to you.")

    return _act(request, number, act)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing_start(request: HttpRequest, number: int) -> HttpResponse:
    def act(found: Mailing) -> str:
        shares = running.start(found)
        said = ngettext("Started: %(count)s message.", "Started: %(count)s messages.", shares)
        return said % {"count": figures.count(shares)}

    return _act(request, number, act)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing_pause(request: HttpRequest, number: int) -> HttpResponse:
    def act(found: Mailing) -> str:
        running.pause(found)
        return _("Paused. The message being handed over now will still go out.")

    return _act(request, number, act)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def mailing_resume(request: HttpRequest, number: int) -> HttpResponse:
    def act(found: Mailing) -> str:
        running.resume(found)
        return _("It goes on.")

    return _act(request, number, act)
