"""Letters to the records administrators: a list to be signed, what is wrong, holds that nobody reviewed. No records."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from privacy.languages import by_language
from privacy.models import DispositionRun, LegalHold, RetentionClock, User
from privacy.roles import Role

ONCE_IN = timedelta(days=1)
REMIND_AGAIN = timedelta(days=7)

log = structlog.get_logger(__name__)


def administrators() -> list[User]:
    """Those who sign lists."""
    return list(User.objects.filter(is_active=True, groups__name=Role.RECORDS_ADMINISTRATOR))


def tell_of_list(run: DispositionRun) -> bool:
    address = reverse("admin:privacy_dispositionrun_change", args=[run.pk])
    subject = gettext_noop("A disposition list is waiting for your signature")
    return _send(subject, "list", address, administrators(), lambda: {"run": run})


def tell_of_problems(worded: Callable[[], list[str]]) -> bool:
    """Once a day while something is wrong; whether a letter went. `worded` says it in the language of who reads it."""
    problems = worded()
    if not problems:
        RetentionClock.objects.filter(alerted_at__isnull=False).update(alerted_at=None)
        return False
    now = timezone.now()
    due = RetentionClock.objects.filter(Q(alerted_at=None) | Q(alerted_at__lt=now - ONCE_IN))
    if not due.update(alerted_at=now):
        return False
    log.error("retention_problem", problems=len(problems))
    subject = gettext_noop("Retention needs your attention")
    sent = _send(subject, "problems", reverse("admin:index"), administrators(), lambda: {"problems": worded()})
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
    to = dict.fromkeys([*([hold.placed_by] if hold.placed_by.is_active else []), *administrators()])
    sent = _send(gettext_noop("A hold is past its day of review"), "hold", address, to, lambda: {"hold": hold})
    if not sent:
        LegalHold.objects.filter(pk=hold.pk).update(reminded_at=None)
    return sent


def _send(subject: str, template: str, address: str, to: Iterable[User], said: Callable[[], dict[str, object]]) -> bool:
    """Whether the letters went, one a language; where one is refused all are tried again. Nobody sees who else got
    it. `said` is asked for what the letter says in each language."""
    letters = []
    for tag, readers in by_language(to).items():
        with translation.override(tag):
            context = {**said(), "address": f"{settings.PUBLIC_URL}{address}"}
            body = render_to_string(f"privacy/mail/retention_{template}.txt", context)
            letters.append(EmailMessage(subject=_(subject), body=body, bcc=[reader.email for reader in readers]))
    try:
        for letter in letters:
            letter.send()
    except OSError:
        log.warning("retention_letter_not_sent", letter=template)
        return False
    return bool(letters)
