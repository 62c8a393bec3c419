"""Letters to individuals go out once: by mail where the request came by mail, else on paper."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from privacy.enums import Channel, LetterWay, RequestKind, Step
from privacy.models import RequestStep, User
from privacy.rights import mailing
from privacy.rights.entering import enter
from privacy.rights.procedure import NotNow
from privacy.rights.stepping import take
from tests.requesting import make_officer, make_wish

pytestmark = pytest.mark.django_db
ADDRESS = "ada@example.org"


@pytest.fixture
def officer() -> User:
    return make_officer()


def acknowledged(officer: User, channel: Channel = Channel.MAIL, email: str = ADDRESS) -> RequestStep:
    request = enter(make_wish(RequestKind.ACCESS, email=email), channel, by=officer)
    made = take(request, Step.ACKNOWLEDGE, officer)
    return RequestStep.objects.select_related("request").get(pk=made.pk)


def fail_with(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    def send(_message: EmailMessage) -> int:
        raise problem

    monkeypatch.setattr(EmailMessage, "send", send)


def test_a_letter_is_mailed_to_who_wrote_by_mail_and_holds_nothing_more(officer: User) -> None:
    step = acknowledged(officer)
    mailing.mail(step, officer)
    (message,) = outbox.outbox
    assert message.to == [ADDRESS]
    assert message.subject == f"Your Privacy Act request {step.request.number}"
    assert message.body == step.letter
    assert (message.attachments, message.cc, message.bcc) == ([], [], [])
    assert message.extra_headers["Message-ID"].startswith(f"<{step.key}@")
    step.refresh_from_db()
    assert (step.sent_as, step.sent_by, step.is_in_doubt) == (LetterWay.MAIL, officer, False)
    assert step.sent_at is not None


def test_a_letter_goes_out_once(officer: User) -> None:
    step = acknowledged(officer)
    mailing.mail(step, officer)
    for send in (mailing.mail, mailing.print_out):
        with pytest.raises(NotNow, match="went out before"):
            send(step, officer)
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize(("channel", "email"), [(Channel.LETTER, ADDRESS), (Channel.FORM, ADDRESS), (Channel.MAIL, "")])
def test_who_did_not_write_by_mail_is_not_mailed(officer: User, channel: Channel, email: str) -> None:
    step = acknowledged(officer, channel, email)
    with pytest.raises(NotNow, match="did not come by e-mail: print the letter"):
        mailing.mail(step, officer)
    assert outbox.outbox == []
    mailing.print_out(step, officer)
    step.refresh_from_db()
    assert (step.sent_as, step.claimed_at) == (LetterWay.PAPER, None)


def test_what_the_server_refused_may_be_sent_again(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    step = acknowledged(officer)
    with monkeypatch.context() as patch:
        fail_with(patch, SMTPRecipientsRefused({ADDRESS: (550, b"no such user")}))
        with pytest.raises(NotNow, match="did not accept the letter") as raised:
            mailing.mail(step, officer)
    assert ADDRESS not in str(raised.value)
    mailing.mail(step, officer)
    assert len(outbox.outbox) == 1


def test_where_nobody_knows_a_person_says(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    step = acknowledged(officer)
    with monkeypatch.context() as patch:
        fail_with(patch, SMTPServerDisconnected("gone"))
        with pytest.raises(NotNow, match="No one knows"):
            mailing.mail(step, officer)
    step.refresh_from_db()
    assert step.is_in_doubt
    with pytest.raises(NotNow, match="or is about to"):
        mailing.mail(step, officer)
    mailing.settle(step, has_arrived=False)
    mailing.mail(step, officer)
    with pytest.raises(NotNow, match="There is no doubt"):
        mailing.settle(step, has_arrived=True)


def test_a_letter_in_doubt_that_arrived_was_sent(officer: User) -> None:
    step = acknowledged(officer)
    now = timezone.now()  # as a worker leaves it that dies in between
    RequestStep.objects.filter(pk=step.pk).update(sent_as=LetterWay.MAIL, claimed_at=now, sent_by=officer)
    mailing.settle(step, has_arrived=True)
    step.refresh_from_db()
    assert step.sent_at is not None


def test_the_database_refuses_half_a_sending(officer: User) -> None:
    step = acknowledged(officer)
    for change in ({"sent_as": "mail"}, {"sent_at": timezone.now()}, {"sent_as": "paper", "sent_by": officer}):
        with pytest.raises(IntegrityError, match="letter_sending_whole"), transaction.atomic():
            RequestStep.objects.filter(pk=step.pk).update(**change)


def test_an_officer_sends_it_on_the_letters_page(officer: User) -> None:
    step = acknowledged(officer)
    client = Client()
    client.force_login(officer)
    page = f"/requests/{step.request.key}/letters/{step.key}/"
    assert "Send it by e-mail" in client.get(page).content.decode()
    assert "Choose how the letter goes out." in client.post(f"{page}send/", follow=True).content.decode()
    said = client.post(f"{page}send/", {"way": "mail"}, follow=True).content.decode()
    assert "The letter is mailed." in said
    assert "Sent by e-mail on" in said
    assert "sent by e-mail," in client.get(f"/requests/{step.request.key}/").content.decode()
    other = acknowledged(officer, Channel.LETTER)
    assert "Send it by e-mail" not in client.get(f"/requests/{other.request.key}/letters/{other.key}/").content.decode()
