"""The messages of a mailing that somebody may have to look at, and what came back that names none of ours."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.enums import MessageState
from campaigns.mailing import settling
from campaigns.mailing.forms import SettleForm
from campaigns.mailing.letters import message_id
from campaigns.mailing.progress import LISTED
from campaigns.mailing.running import ask, states
from campaigns.models import Mailing, MailMessage, MailReport
from campaigns.tasks.mail import send_mailing
from campaigns.views.mail import WRITERS, mailing_of
from privacy.bases import reading_of
from privacy.guards import permit_required, signed_in
from privacy.models import User
from privacy.places import declare_place
from privacy.roles import SEES_CUSTOMERS, Permit
from records.intake.problems import Refused
from records.models import Customer

MESSAGES = declare_place("mail_messages", "The messages of a mailing, with the customers whom one sees", (1, 2, 18))
PAGE_SIZE = 25


@require_safe
@permit_required(*WRITERS)
def mail_messages(request: HttpRequest, number: int) -> HttpResponse:
    """Those of one state (`?state=`, in doubt where none is given). Customers are named to those who may see them."""
    found = mailing_of(request, number)
    state = _state(request)
    rows = MailMessage.objects.filter(mailing=found, state=state).select_related("share__recipient", "settled_by")
    page = Paginator(rows.order_by("pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"mailing": found, "state": state, "page": page, "tabs": _tabs(found)}
    user = signed_in(request)
    if not any(user.has_permit(permit) for permit in SEES_CUSTOMERS):
        return _page(request, context, {})
    with reading_of(request, MESSAGES) as read:
        customers = _customers(page, user)
        read.count = len(customers)
        return _page(request, context, customers)


def _state(request: HttpRequest) -> MessageState:
    asked = request.GET.get("state", "")
    return MessageState(asked) if asked in LISTED else MessageState.IN_DOUBT


def _tabs(mailing: Mailing) -> list[tuple[MessageState, int]]:
    counts = states(mailing)
    return [(state, counts[state]) for state in LISTED]


def _customers(page: "Page[MailMessage]", user: User) -> dict[int, Customer]:
    wanted = [message.share.recipient.customer_id or 0 for message in page]
    return {one.pk: one for one in Customer.objects.visible_to(user).filter(pk__in=wanted)}


def _page(request: HttpRequest, context: dict[str, Any], customers: dict[int, Customer]) -> HttpResponse:
    rows = [
        (message, message_id(message.identifier), customers.get(message.share.recipient.customer_id or 0))
        for message in context["page"]
    ]
    shows_names = bool(customers)
    return render(request, "campaigns/mail_messages.html", {**context, "rows": rows, "shows_names": shows_names})


@require_http_methods(["GET", "HEAD", "POST"])
@permit_required(*WRITERS)
def settle_message(request: HttpRequest, number: int) -> HttpResponse:
    """Say what became of a message, or have it sent again."""
    user = signed_in(request)
    message = get_object_or_404(MailMessage.objects.filter(mailing__in=Mailing.objects.visible_to(user)), pk=number)
    back = f"{reverse('mail_messages', args=[message.mailing_id])}?state={message.state}"
    if request.method != "POST":
        return redirect(back)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect(back)
    try:
        messages.success(request, _settle(message, user, **form.cleaned_data))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _settle(message: MailMessage, user: User, *, verb: str, why: str) -> str:
    if verb == "sent":
        settling.was_sent(message, user)
        return "Marked as sent."
    if verb == "not-sent":
        settling.was_not_sent(message, user, why)
        return "Marked as not sent."
    settling.send_again(message, user)
    ask(message.mailing_id, send_mailing.delay)
    return "It is sent again."


@require_safe
@permit_required(Permit.KEEP_CAMPAIGNS)
def mail_reports(request: HttpRequest) -> HttpResponse:
    """What came back and names no message of ours."""
    unknown = MailReport.objects.filter(message=None)
    page = Paginator(unknown, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = MailReport.objects.exclude(message=None).values("kind").order_by("kind").annotate(number=Count("pk"))
    known = {row["kind"]: row["number"] for row in counts}
    return render(request, "campaigns/mail_reports.html", {"page": page, "known": known})
