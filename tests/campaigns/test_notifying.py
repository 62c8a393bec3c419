"""Telling senders of visits: by people, after a minute, once a day at most, naming no recipient."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from campaigns.addresses import sender_address
from campaigns.enums import Grade, Signal
from campaigns.models import Material, Share
from campaigns.notifying import MOST_NAMED, tell_senders
from campaigns.revoking import revoke
from campaigns.tasks.shares import tell_senders as task
from config.schedule import SCHEDULE
from privacy.models import User
from privacy.roles import Role
from tests.campaigns.shared import shared_with, visit
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=5)


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def share(sales: User) -> Share:
    return shared_with(make_customer("C-1", sales, name="Ann Quillfeather"), sales, notifies_sender=True)


def visited(share: Share, ago: timedelta = LONG_AGO, **options: Any) -> None:
    visit(share, (1, 3), at=timezone.now() - ago, **options)


def test_the_sender_is_told_with_the_material_and_the_page_and_without_the_recipient(
    share: Share, sales: User, mailoutbox: list[EmailMessage]
) -> None:
    visited(share)

    assert tell_senders() == 1

    (letter,) = mailoutbox
    assert letter.to == [sales.email]
    assert letter.subject == "Opened: Guide"
    assert f"Guide\n{sender_address(share)}\n" in str(letter.body)
    assert "Quillfeather" not in f"{letter.subject} {letter.body}"
    assert share.token not in str(letter.body)
    assert Share.objects.get().notified_at is not None


def test_nobody_is_told_without_a_visit_by_a_person(share: Share, mailoutbox: list[EmailMessage]) -> None:
    assert tell_senders() == 0
    for signals in (Signal.KNOWN_AGENT, Signal.HEAD, Signal.HONEYPOT, Signal.INTERNAL_NETWORK):
        visited(share, signals=signals)
    visit(share, at=timezone.now() - LONG_AGO, signals=Signal.NO_FOCUS)
    assert tell_senders() == 0
    assert mailoutbox == []
    assert Share.objects.get().notified_at is None


def test_a_minute_passes_first(share: Share, mailoutbox: list[EmailMessage]) -> None:
    visit(share, (1, 3), at=timezone.now() - timedelta(seconds=50))
    assert tell_senders() == 0
    visit(share, (1, 3), at=timezone.now() - timedelta(seconds=65))
    assert tell_senders() == 1


def test_somebody_unknown_through_the_share_is_told_of_too(share: Share, mailoutbox: list[EmailMessage]) -> None:
    visited(share, grade=Grade.UNKNOWN, viewer_id=-7)
    assert tell_senders() == 1


def test_once_a_day_and_again_only_for_what_is_new(share: Share, mailoutbox: list[EmailMessage]) -> None:
    visited(share)
    assert [tell_senders(), tell_senders()] == [1, 0]
    visited(share)
    assert tell_senders() == 0
    a_day_ago = timezone.now() - timedelta(days=1, minutes=1)
    Share.objects.update(notified_at=a_day_ago)
    assert tell_senders() == 1
    Share.objects.update(notified_at=timezone.now() - timedelta(minutes=4))
    assert tell_senders() == 0
    assert len(mailoutbox) == 2


def test_a_day_later_without_anything_new_nobody_is_told(share: Share, mailoutbox: list[EmailMessage]) -> None:
    visited(share, timedelta(days=3))
    Share.objects.update(notified_at=timezone.now() - timedelta(days=2))
    assert tell_senders() == 0


def test_only_who_asked_for_it_and_while_the_share_is_not_revoked(sales: User, mailoutbox: list[EmailMessage]) -> None:
    visited(shared_with(make_customer("C-1", sales), sales))
    revoked = shared_with(make_customer("C-2", sales), sales, make_material("list"), notifies_sender=True)
    visited(revoked)
    revoke(Share.objects.filter(pk=revoked.pk), sales)
    assert tell_senders() == 0


def test_a_sender_gets_one_letter_of_all_that_was_opened(sales: User, mailoutbox: list[EmailMessage]) -> None:
    other = make_user(Role.SALES, "Other")
    for number in range(MOST_NAMED + 2):
        visited(shared_with(make_customer(f"C-{number}", sales), sales, notifies_sender=True))
    visited(shared_with(make_customer("D-1", other), other, notifies_sender=True))

    assert tell_senders() == 2

    letters = {letter.to[0]: letter for letter in mailoutbox}
    mine = letters[sales.email]
    assert mine.subject == f"Opened: Guide and {MOST_NAMED + 1} more"
    assert str(mine.body).count("/shares/") == MOST_NAMED
    assert "and 2 more of your shares." in str(mine.body)
    assert letters[other.email].subject == "Opened: Guide"


def test_a_title_of_several_lines_makes_one_subject_and_stays_as_it_is_in_the_letter(
    share: Share, mailoutbox: list[EmailMessage]
) -> None:
    Material.objects.update(title="Rates & <b>\nBcc: all@example.com")
    visited(share)
    tell_senders()
    (letter,) = mailoutbox
    assert letter.subject == "Opened: Rates & <b> Bcc: all@example.com"
    assert "Rates & <b>" in str(letter.body)
    assert letter.bcc == []


def test_whoever_has_left_is_not_written_to(share: Share, sales: User, mailoutbox: list[EmailMessage]) -> None:
    User.objects.filter(pk=sales.pk).update(is_active=False)
    visited(share)
    assert tell_senders() == 0
    assert mailoutbox == []


def test_what_the_mail_server_refuses_is_tried_again_and_named_in_no_log(
    share: Share, sales: User, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def refuse(letter: EmailMessage) -> int:
        raise smtplib.SMTPRecipientsRefused({sales.email: (550, b"no")})

    visited(share)
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        assert tell_senders() == 0
    assert sales.email not in "".join(capsys.readouterr())
    assert tell_senders() == 1


def test_the_schedule_asks_for_it(share: Share, mailoutbox: list[EmailMessage]) -> None:
    visited(share)
    assert SCHEDULE["tell senders of visits"]["task"] == task.name
    task()
    assert len(mailoutbox) == 1
