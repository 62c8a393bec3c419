"""What is due: officers are reminded some working days before, and told again when a day is over; each once.

Before the day it is a notification, in the page and by mail as each officer wishes, and the webhook `request.due`
(privacy.requests_due). That it is over goes by a letter of its own, which nobody can switch off.
"""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from privacy.agency import agency_today
from privacy.languages import by_language
from privacy.models import RequestReminder, RightsRequest, User
from privacy.requests_due import tell_request_due
from privacy.rights.terms import days
from privacy.rights.working_days import working_days_after
from privacy.roles import Permit

log = structlog.get_logger(__name__)


def tell_of_due() -> int:
    """Remind of each open request that is due soon, and escalate each that is overdue. Returns how many."""
    today = agency_today()
    horizon = working_days_after(today, days("remind"))
    told = 0
    for request in RightsRequest.objects.open().filter(due_on__lte=horizon).order_by("due_on", "id"):
        try:
            told += _tell(request, is_overdue=bool(request.due_on and request.due_on < today))
        except OSError:  # the mail server: the next round tells
            log.warning("request_due_not_mailed", request=request.pk)
    return told


def _tell(request: RightsRequest, *, is_overdue: bool) -> bool:
    """Whether it was not told of before. The row and the mail stand or fall together."""
    with transaction.atomic():
        _, is_new = RequestReminder.objects.get_or_create(
            request=request,
            due_for=request.due_for,
            due_on=request.due_on,  # type: ignore[misc]  # it is: that is how it was found
            is_overdue=is_overdue,
        )
        if not is_new:
            return False
        page = reverse("request", args=[request.key])
        tell_request_due(request.key, request.due_on, page, () if is_overdue else _officers())  # type: ignore[arg-type]  # as above
        if is_overdue:
            _mail_overdue(request)
    return True


def _mail_overdue(request: RightsRequest) -> None:
    officers = by_language(_officers())
    if not officers:
        log.error("request_due_and_no_officer", request=request.pk)
    for tag, readers in officers.items():
        with translation.override(tag):
            _overdue_letter(request, [officer.email for officer in readers]).send()


def _overdue_letter(request: RightsRequest, to: list[str]) -> EmailMessage:
    context = {
        "number": request.number,
        "what": _(request.to_do).lower(),
        "due_on": request.due_on,
        "address": f"{settings.PUBLIC_URL}{reverse('request', args=[request.key])}",
    }
    subject = _("Overdue: Privacy Act request %(number)s") % {"number": request.number}
    return EmailMessage(subject, render_to_string("privacy/mail/request_overdue.txt", context), to=to)


def _officers() -> "QuerySet[User]":
    answering = Q(groups__permissions__codename=Permit.ANSWER_REQUESTS.value)
    return User.objects.filter(answering, is_active=True).order_by("email").distinct()
