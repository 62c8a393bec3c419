"""Notifications by mail: one letter each time, with links and nobody's name, and none twice.

What a letter holds is marked before it goes. What a mail server refused waits again; where nobody knows whether it
went (the worker died, the line broke) it is in doubt and stays so: its notifications stand in the page all the same.
"""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from privacy.enums import MailState
from privacy.languages import tag_of
from privacy.models import Notification, User
from privacy.notifications.kinds import lines_of

CLAIM = (Path(__file__).parent / "mail_claim.sql").read_text()
DIGEST_HOUR = 8  # of the reader's own clock
MOST_AT_ONCE = 1_000
MOST_NAMED = 20  # a letter names so many, and counts the others
MOST_TRIES = 20
LOST_AFTER = timedelta(minutes=10)
# The server said no, or was not there: the letter did not go.
REFUSED = (SMTPRecipientsRefused, SMTPResponseException, ConnectionRefusedError)

log = structlog.get_logger(__name__)


def mail_waiting() -> int:
    """Write to whoever is to be told now. Returns how many letters went."""
    doubt_lost()
    return sum(send(letter, user) for letter, user in claim().items())


def claim() -> dict[UUID, int]:
    """The letters to be sent now, each with its user."""
    values: dict[str, Any] = {"now": timezone.now(), "hour": DIGEST_HOUR, "most": MOST_AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return {UUID(str(letter)): user for letter, user in cursor.fetchall()}


def send(letter: UUID, user: int) -> bool:
    """Whether it went. Of an error not a word is kept: it may hold the address."""
    reader = User.objects.get(pk=user)
    rows = Notification.objects.filter(letter=letter, mail=MailState.SENDING)
    try:
        message = letter_of(reader, list(rows), letter)
        if message is None:
            rows.update(mail=MailState.SKIPPED, letter=None, mailed_at=None)
            return False
        message.send()
    except REFUSED:
        log.warning("notifications_refused", letter=str(letter))
        _again(letter)
        return False
    except OSError:
        log.warning("notifications_in_doubt", letter=str(letter))
        rows.update(mail=MailState.IN_DOUBT)
        return False
    rows.update(mail=MailState.SENT)
    return True


def _again(letter: UUID) -> None:
    """It waits again, and after MOST_TRIES no more."""
    rows = Notification.objects.filter(letter=letter, mail=MailState.SENDING)
    rows.filter(tries__gte=MOST_TRIES - 1).update(mail=MailState.SKIPPED, letter=None, mailed_at=None)
    rows.update(mail=MailState.WAITING, letter=None, mailed_at=None, tries=F("tries") + 1)


def doubt_lost() -> int:
    """Letters whose worker died are in doubt from now on. Returns of how many notifications."""
    lost = Notification.objects.filter(mail=MailState.SENDING, mailed_at__lt=timezone.now() - LOST_AFTER)
    count = lost.update(mail=MailState.IN_DOUBT)
    if count:
        log.warning("notifications_in_doubt", notifications=count)
    return count


def letter_of(reader: User, rows: Sequence[Notification], letter: UUID) -> EmailMessage | None:
    """What the reader is told, in their language; None where nothing of it is there any more. Each thing is named
    once."""
    with translation.override(tag_of(reader)):
        return _letter(reader, rows, letter)


def _letter(reader: User, rows: Sequence[Notification], letter: UUID) -> EmailMessage | None:
    lines = lines_of(reader, rows, names=False)
    named = list({row.address: (lines[row.id].text, address_of(row)) for row in rows if row.id in lines}.values())
    if not named:
        return None
    context = {
        "name": reader.name,
        "named": named[:MOST_NAMED],
        "others": max(len(named) - MOST_NAMED, 0),
        "all": f"{settings.PUBLIC_URL}{reverse('notifications')}",
        "settings": f"{settings.PUBLIC_URL}{reverse('account_settings')}",
    }
    return EmailMessage(
        subject=_subject(" ".join(named[0][0].split()), len(named) - 1),
        body=render_to_string("privacy/mail/notifications.txt", context),
        to=[reader.email],
        headers={"Message-ID": f"<{letter}@{domain()}>"},
    )


def _subject(first: str, others: int) -> str:
    if not others:
        return first
    return ngettext("%(first)s and %(count)s more", "%(first)s and %(count)s more", others) % {
        "first": first,
        "count": others,
    }


def address_of(row: Notification) -> str:
    return f"{settings.PUBLIC_URL}{reverse('notification', args=[row.id])}"


def domain() -> str:
    """What the names of the program's messages end in: the domain of its own address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
