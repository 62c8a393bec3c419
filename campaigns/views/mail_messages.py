"""The messages of mailings: all of them, one and what became of it; and what came back that names none of ours."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.mail_lists import MESSAGE_LIST, PLACE, WRITERS, messages_of
from campaigns.mailing import settling
from campaigns.mailing.forms import SettleForm
from campaigns.mailing.letters import message_id
from campaigns.mailing.running import ask
from campaigns.models import MailMessage, MailReport
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.roles import Permit
from records.intake.problems import Refused
from records.views.lists import list_page

PAGE_SIZE = 25


@require_safe
def mail_messages(request: HttpRequest) -> HttpResponse:
    return list_page(request, MESSAGE_LIST, "campaigns/mail_messages.html")


@require_safe
@permit_required(*WRITERS)
def mail_message(request: HttpRequest, number: int) -> HttpResponse:
    """What became of one message, and what can be done; its customer is named to those who see them."""
    found = messages_of(signed_in(request)).select_related("mailing", "share__material", "settled_by")
    message = get_object_or_404(found, pk=number)
    context = {"message": message, "message_id": message_id(message.identifier)}
    if not message.sees_recipient:  # type: ignore[attr-defined]  # annotated
        return _page(request, context)
    with reading_of(request, PLACE) as read:
        read.count = 1
        return _page(request, {**context, "customer": message.share.recipient.customer})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "campaigns/mail_message.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def settle_message(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of a message, or have it sent again."""
    user = signed_in(request)
    message = get_object_or_404(messages_of(user), pk=number)
    if request.method != "POST":
        return redirect("mail_message", number)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect("mail_message", number)
    try:
        messages.success(request, _settle(message, user, **form.cleaned_data))
    except Refused as refusal:
        messages.error(request, refusal.words)
    return redirect("mail_message", number)


def _settle(message: MailMessage, user: User, *, verb: str, why: str) -> str:
    if verb == "sent":
        settling.was_sent(message, user)
        return _("Marked as sent.")
    if verb == "not-sent":
        settling.was_not_sent(message, user, why)
        return _("Marked as not sent.")
    settling.send_again(message, user)
    ask(message.mailing_id)
    return _("It is being sent again.")


@require_safe
@permit_required(Permit.KEEP_CAMPAIGNS)
def mail_reports(request: HttpRequest) -> HttpResponse:
    """What came back and names no message of ours."""
    unknown = MailReport.objects.filter(message=None)
    page = Paginator(unknown, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = MailReport.objects.exclude(message=None).values("kind").order_by("kind").annotate(number=Count("pk"))
    known = {row["kind"]: row["number"] for row in counts}
    return render(request, "campaigns/mail_reports.html", {"page": page, "known": known})
