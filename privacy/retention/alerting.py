"""Letters to the records administrators: a list to be signed, what is wrong, holds that nobody reviewed. No records."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from privacy.models import DispositionRun, LegalHold, RetentionClock, User
from privacy.roles import Role

ONCE_IN = timedelta(days=1)
REMIND_AGAIN = timedelta(days=7)

log = structlog.get_logger(__name__)


def administrators() -> list[str]:
    """The addresses of those who sign lists."""
    return list(
        User.objects.filter(is_active=True, groups__name=Role.RECORDS_ADMINISTRATOR).values_list("email", flat=True)
    )


def tell_of_list(run: DispositionRun) -> bool:
    address = reverse("admin:privacy_dispositionrun_change", args=[run.pk])
    return _send("A disposition list waits for your signature", "list", address, administrators(), run=run)


def tell_of_problems(problems: list[str]) -> bool:
    """Once a day while something is wrong; whether a letter went."""
    if not problems:
        RetentionClock.objects.filter(alerted_at__isnull=False).update(alerted_at=None)
        return False
    now = timezone.now()
    due = RetentionClock.objects.filter(Q(alerted_at=None) | Q(alerted_at__lt=now - ONCE_IN))
    if not due.update(alerted_at=now):
        return False
    log.error("retention_problem", problems=len(problems))
    sent = _send("Retention needs you", "problems", reverse("admin:index"), administrators(), problems=problems)
    if not sent:
        RetentionClock.objects.update(alerted_at=None)  # tried again at the next look
    return sent


def remind_of_holds() -> int:
    """Of each hold past its day of review, once a week, to who placed it and the administrators. How many letters."""
    now = timezone.now()
    return sum(_remind(hold) for hold in LegalHold.objects.forgotten() if _may_be_reminded(hold, now - REMIND_AGAIN))


def _may_be_reminded(hold: LegalHold, before: object) -> bool:
    due = LegalHold.objects.filter(Q(reminded_at=None) | Q(reminded_at__lt=before), pk=hold.pk)
    return bool(due.update(reminded_at=timezone.now()))


def _remind(hold: LegalHold) -> bool:
    address = reverse("admin:privacy_legalhold_change", args=[hold.pk])
    to = dict.fromkeys([*([hold.placed_by.email] if hold.placed_by.is_active else []), *administrators()])
    sent = _send("A hold is past its day of review", "hold", address, to, hold=hold)
    if not sent:
        LegalHold.objects.filter(pk=hold.pk).update(reminded_at=None)
    return sent


def _send(subject: str, template: str, address: str, to: Iterable[str], **context: object) -> bool:
    """Whether the letter went; where it is refused it is tried again. Nobody sees who else got it."""
    to = list(to)
    if not to:
        return False
    body = render_to_string(
        f"privacy/mail/retention_{template}.txt", {**context, "address": f"{settings.PUBLIC_URL}{address}"}
    )
    try:
        EmailMessage(subject=subject, body=body, bcc=to).send()
    except OSError:
        log.warning("retention_letter_not_sent", letter=template)
        return False
    return True
