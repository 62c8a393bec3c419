"""A mailing handed to a real mail server on loopback: what arrives, what is retried, what stands still."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone

from campaigns.enums import CampaignState, MailingState, MessageState
from campaigns.mailing import claiming, pace, running, sending
from campaigns.mailing.claiming import recover_all, sender
from campaigns.mailing.handing import PostOffice
from campaigns.mailing.sending import work_on
from campaigns.models import Campaign, Event, Mailing, MailMessage, RecipientPreference
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.intake.problems import Refused
from records.suppressing import suppress
from tests.broker import Broker
from tests.factories import make_user, viewer_of
from tests.mailings import (
    make_campaign_mailing,
    make_mailing,
    make_recipients,
    message_to,
    send_all,
    share_with,
    start,
    states_of,
    use,
    work,
)
from tests.processes import free_port
from tests.smtp import HANG_UP, Server, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(broker: Broker) -> None:
    """The test is the worker."""


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with serving() as server:
        use(settings, server)
        yield server


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


def test_each_recipient_gets_one_message_and_the_log_its_event(server: Server, sales: User) -> None:
    customers = make_recipients(3, sales)
    mailing = make_mailing(sales, customers)
    send_all(mailing)
    assert sorted(server.recipients) == ["ann.1@example.com", "ann.2@example.com", "ann.3@example.com"]
    assert (states_of(mailing), mailing.state) == ({"sent": 3}, MailingState.DONE)
    told = {event.id: event for event in Event.objects.filter(kind="delivered")}
    assert set(told) == {UUID(hex=message.identifier) for message in MailMessage.objects.all()}
    for message in MailMessage.objects.select_related("share"):
        event = told[UUID(hex=message.identifier)]
        assert (event.occurred_at, event.share_id) == (message.sent_at, message.share_id)
        assert (event.viewer_id, event.material_id) == (message.share.recipient_id, message.share.material_id)
        assert event.grade == "addressee"


def test_headers_are_what_mailboxes_ask_for(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    send_all(make_mailing(sales, [customer]))
    ((envelope, message),) = server.taken
    link = f"https://waymark.example.gov/s/{share_with(customer).token}/"
    identifier = message_to(customer).identifier
    assert envelope.mail_from == "bounces@example.gov"
    assert message["From"] == "Waymark <news@example.gov>"
    assert (message["To"], message["Reply-To"]) == ("ann.1@example.com", "Sam Sales <sam.sales@example.com>")
    assert message["Message-ID"] == f"<{identifier}@waymark.example.gov>"
    leave_by_mail = f"mailto:bounces@example.gov?subject=unsubscribe%20{identifier}"
    assert message["List-Unsubscribe"].strip() == f"<{link}unsubscribe/>, <{leave_by_mail}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["Precedence"], message["Auto-Submitted"]) == ("bulk", "auto-generated")
    assert message["Subject"] == "Rate-Card for Ann 1"


def test_text_and_html_say_the_same_without_anything_remote(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    send_all(make_mailing(sales, [customer]))
    message = server.taken[0][1]
    link = f"https://waymark.example.gov/s/{share_with(customer).token}/"
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines()[:8] == [
        "Hello Ann 1,", "", "please look at Rate-Card:", "", link, "", "Sam Sales", ""
    ]  # fmt: skip
    assert f"No more of these e-mails: {link}unsubscribe/" in text.get_content()
    content = html.get_content()
    assert f'<a href="{link}" style=' in content
    assert f'<a href="{link}unsubscribe/"' in content
    for remote in ("<img", "<script", "<link", "url(", "src=", "@import"):
        assert remote not in content


def test_recipients_language_is_that_of_the_fixed_parts(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    RecipientPreference.objects.create(viewer=viewer_of(customer), language="es")
    send_all(make_mailing(sales, [customer]))
    text = server.taken[0][1].get_body(("plain",))
    assert text is not None
    assert "Para no recibir más estos correos:" in text.get_content()
    assert "Sam Sales compartió «Rate-Card» con usted." in text.get_content()


def test_the_address_at_the_moment_of_sending_is_used(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    start(mailing)
    customer.email = "ann.new@example.com"
    customer.save()
    work(mailing)
    assert server.recipients == ["ann.new@example.com"]


def test_what_was_withdrawn_after_the_start_is_honoured_when_it_is_claimed(server: Server, sales: User) -> None:
    customers = make_recipients(3, sales)
    mailing = make_mailing(sales, customers)
    start(mailing)
    suppress("email", "ANN.1@example.com", None, "wanted no more e-mail")
    RecipientPreference.objects.create(viewer=viewer_of(customers[1]), frequency="nothing")
    work(mailing)
    assert server.recipients == ["ann.3@example.com"]
    assert states_of(mailing) == {"sent": 1, "left out": 2}
    assert message_to(customers[0]).why == "the address must be left out"
    assert message_to(customers[1]).why == "wants no e-mail"


def test_a_line_break_in_a_name_becomes_no_header(server: Server, sales: User) -> None:
    bad, good = make_recipients(2, sales)
    bad.name = "Ann\r\nBcc: everybody@example.com"
    bad.save()
    mailing = make_mailing(sales, [bad, good])
    send_all(mailing)
    assert server.recipients == ["ann.2@example.com"]
    assert states_of(mailing) == {"sent": 1, "failed": 1}
    assert message_to(bad).why == "the subject would hold a line break or control character"
    assert message_to(bad).begun_at is None


def test_a_line_break_in_the_senders_name_fails_without_being_sent(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer], subject="Rates")
    User.objects.filter(pk=sales.pk).update(name="Sam\nBcc: everybody@example.com")
    send_all(mailing)
    assert (server.taken, states_of(mailing)) == ([], {"failed": 1})
    assert message_to(customer).why == "an error while it was written (BadHeaderError)"


# What the server answers ---------------------------------------------------------------------------------------------
def test_refused_for_good_is_failed_with_the_code_and_without_the_address(server: Server, sales: User) -> None:
    customers = make_recipients(2, sales)
    server.rcpt_answers["ann.1"] = "550 5.1.1 <ann.1@example.com>: no such mailbox"
    mailing = make_mailing(sales, customers)
    send_all(mailing)
    assert states_of(mailing) == {"sent": 1, "failed": 1}
    assert message_to(customers[0]).why == "the mail server said 550 5.1.1"


def test_refused_content_is_failed(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    server.content_answers["ann.1"] = "554 spam"
    mailing = make_mailing(sales, [customer])
    send_all(mailing)
    assert states_of(mailing) == {"failed": 1}
    assert message_to(customer).why == "the mail server said 554"


@pytest.mark.parametrize("where", ["rcpt_answers", "content_answers"])
def test_refused_for_now_is_tried_again_with_growing_pauses_five_times(server: Server, sales: User, where: str) -> None:
    (customer,) = make_recipients(1, sales)
    getattr(server, where)["ann.1"] = "451 4.7.1 try again later"
    mailing = make_mailing(sales, [customer])
    start(mailing)
    pauses = []
    for _ in range(4):
        before = timezone.now()
        work(mailing)
        message = message_to(customer)
        assert (message.state, message.why) == (MessageState.WAITING, "the mail server said 451 4.7.1")
        assert message.retry_at is not None
        pauses.append(round((message.retry_at - before) / timedelta(minutes=1)))
        assert not work_on(mailing.pk)  # not before its time
        assert message_to(customer).attempts == message.attempts
        MailMessage.objects.update(retry_at=timezone.now())
    assert pauses == [2, 8, 32, 128]
    work(mailing)
    message = message_to(customer)
    assert (message.state, message.attempts) == (MessageState.FAILED, 5)
    assert message.why == "the mail server said 451 4.7.1; tried 5 times"
    assert mailing.state == MailingState.DONE


def test_a_message_that_was_refused_for_now_goes_later(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    server.rcpt_answers["ann.1"] = "450 busy"
    mailing = make_mailing(sales, [customer])
    send_all(mailing)
    assert mailing.state == MailingState.SENDING
    server.rcpt_answers.clear()
    MailMessage.objects.update(retry_at=timezone.now())
    work(mailing)
    assert (states_of(mailing), server.recipients) == ({"sent": 1}, ["ann.1@example.com"])
    assert server.ids.most_common(1)[0][1] == 1


@pytest.mark.parametrize("took_it", [True, False])
def test_a_connection_lost_after_the_content_is_in_doubt_whatever_the_server_did(
    server: Server, sales: User, took_it: bool
) -> None:
    customers = make_recipients(2, sales)
    server.content_answers["ann.1"] = f"{HANG_UP} after it was taken" if took_it else HANG_UP
    mailing = make_mailing(sales, customers)
    send_all(mailing)
    assert message_to(customers[0]).state == MessageState.IN_DOUBT
    assert "after content was sent" in message_to(customers[0]).why
    work(mailing)
    assert states_of(mailing) == {"sent": 1, "in doubt": 1}
    assert server.ids[f"<{message_to(customers[0]).identifier}@waymark.example.gov>"] == int(took_it)


def test_a_connection_lost_before_the_content_is_tried_again(server: Server, sales: User) -> None:
    (customer,) = make_recipients(1, sales)
    server.rcpt_answers["ann.1"] = HANG_UP
    mailing = make_mailing(sales, [customer])
    send_all(mailing)
    message = message_to(customer)
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    assert message.why == "the connection was lost (SMTPServerDisconnected)"


def test_a_server_that_is_away_costs_no_attempt_and_is_told(server: Server, sales: User, settings: Any) -> None:
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    settings.EMAIL_PORT = free_port()
    send_all(mailing)
    assert (mailing.state, mailing.trouble) == (
        MailingState.SENDING, "The mail server cannot be reached (ConnectionRefusedError)."
    )  # fmt: skip
    message = message_to(customer)
    assert (message.state, message.attempts, message.claimed_by) == (MessageState.WAITING, 0, "")
    settings.EMAIL_PORT = server.port
    work(mailing)
    assert (states_of(mailing), mailing.trouble) == ({"sent": 1}, "")


def test_a_return_address_that_is_refused_for_good_pauses_the_mailing(server: Server, sales: User) -> None:
    customers = make_recipients(3, sales)
    server.sender_answer = "553 5.7.1 not you"
    mailing = make_mailing(sales, customers)
    send_all(mailing)
    assert (mailing.state, states_of(mailing)) == (MailingState.PAUSED, {"waiting": 3})
    assert mailing.trouble == "The mail server refuses the return address (553 5.7.1)."
    server.sender_answer = ""
    running.resume(mailing)
    work(mailing)
    assert (mailing.state, states_of(mailing)) == (MailingState.DONE, {"sent": 3})


def test_a_refused_sign_in_pauses_the_mailing(server: Server, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: object, *_arguments: object) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 waymark: wrong")

    monkeypatch.setattr("campaigns.mailing.smtp.WatchedBackend.open", refuse)
    mailing = make_mailing(sales, make_recipients(1, sales))
    send_all(mailing)
    assert (mailing.state, states_of(mailing)) == (MailingState.PAUSED, {"waiting": 1})
    assert mailing.trouble == "The mail server refuses our sign-in (535 5.7.8)."


class Odd(EmailBackend):
    """A backend that is no mail server's and fails in a way of its own."""

    def send_messages(self, messages: Any) -> int:
        raise LookupError("ann.1@example.com is odd")


def test_of_an_unknown_backends_error_nobody_knows_whether_it_went(sales: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{Odd.__module__}.Odd"
    (customer,) = make_recipients(1, sales)
    mailing = make_mailing(sales, [customer])
    send_all(mailing)
    assert message_to(customer).state == MessageState.IN_DOUBT
    assert message_to(customer).why == "an error while it was written (LookupError)"


# Pace, pause, campaign -----------------------------------------------------------------------------------------------
def test_pace_gives_each_message_a_moment_of_its_own() -> None:
    pace._client(settings.REDIS_URL).delete(pace.key_of(0))
    moments = [pace.moment(0, 60) for _ in range(7)]
    assert moments[0] == 0
    assert [round(moment) for moment in moments[:6] if moment is not None] == [0, 1, 2, 3, 4, 5]
    assert moments[6] is None  # longer than anybody waits


def test_a_slow_mailing_sends_one_and_leaves_the_rest(server: Server, sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(3, sales), messages_a_minute=1)
    pace._client(settings.REDIS_URL).delete(pace.key_of(mailing.pk))
    send_all(mailing)
    assert (states_of(mailing), mailing.state) == ({"sent": 1, "waiting": 2}, MailingState.SENDING)


def test_without_redis_nothing_is_sent(server: Server, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> float:
        raise redis.ConnectionError

    monkeypatch.setattr(pace, "moment", away)
    mailing = make_mailing(sales, make_recipients(2, sales))
    send_all(mailing)
    assert (server.taken, states_of(mailing)) == ([], {"waiting": 2})


def test_no_more_are_claimed_than_are_asked_for_however_they_are_looked_for(server: Server, sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(3, sales))
    start(mailing)
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "material", "hashagg", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert len(claiming.claim(mailing, "somebody", 1)) == 1


def paused_after_one(monkeypatch: pytest.MonkeyPatch, pause: Any) -> None:
    hand_over = PostOffice.hand_over

    def handed(self: PostOffice, message: EmailMessage, attempts: int) -> Any:
        pause()
        return hand_over(self, message, attempts)

    monkeypatch.setattr(PostOffice, "hand_over", handed)


def test_a_pause_holds_before_the_next_message(server: Server, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = make_mailing(sales, make_recipients(3, sales))
    paused_after_one(monkeypatch, lambda: Mailing.objects.update(state=MailingState.PAUSED))
    send_all(mailing)
    assert (states_of(mailing), len(server.taken)) == ({"sent": 1, "waiting": 2}, 1)
    assert not MailMessage.objects.exclude(claimed_by="").filter(state=MessageState.WAITING).exists()
    monkeypatch.undo()
    use_again = Mailing.objects.get()
    running.resume(use_again)
    assert states_of(mailing) == {"sent": 1, "waiting": 2}


def test_a_paused_campaign_holds_its_mailing_at_the_next_chunk(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    mailing = make_campaign_mailing(marketing, make_recipients(3))
    monkeypatch.setattr(sending, "CHUNK", 1)
    paused_after_one(monkeypatch, lambda: Campaign.objects.update(state=CampaignState.PAUSED))
    send_all(mailing)
    assert states_of(mailing) == {"sent": 1, "waiting": 2}
    Campaign.objects.update(state=CampaignState.RUNNING)
    work(mailing)
    assert mailing.state == MailingState.SENDING


def test_a_campaign_that_does_not_run_cannot_be_mailed(server: Server) -> None:
    mailing = make_campaign_mailing(make_user(Role.MARKETING_MANAGER), make_recipients(1))
    Campaign.objects.update(state=CampaignState.PAUSED)
    mailing.refresh_from_db()
    with pytest.raises(Refused, match="The campaign “Spring” is not running"):
        start(mailing)


def test_what_cannot_be_started_says_why(sales: User) -> None:
    customers = make_recipients(1, sales)
    mailing = make_mailing(sales, customers)
    Mailing.objects.update(body="Hello {{nmae}}")
    mailing.refresh_from_db()
    with pytest.raises(Refused, match=r"Line 1, column 7: “\{\{nmae\}\}” is not a placeholder here"):
        start(mailing)
    Mailing.objects.update(body="{{link}}")
    mailing.refresh_from_db()
    start(mailing)
    with pytest.raises(Refused, match="already been started"):
        start(mailing)
    again = Mailing.objects.create(name="Again", sender=sales, batch=mailing.batch, subject="S", body="{{link}}")
    with pytest.raises(Refused, match="no one to send it to"):
        start(again)
    again.refresh_from_db()
    assert again.state == MailingState.DRAFT


def test_pausing_what_is_not_under_way_says_so(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    with pytest.raises(Refused, match="is not being sent"):
        running.pause(mailing)
    with pytest.raises(Refused, match="is not paused"):
        running.resume(mailing)


# Work that was left lying --------------------------------------------------------------------------------------------
def test_a_claim_whose_lease_is_over_is_settled_even_where_its_lock_is_held(sales: User) -> None:
    customers = make_recipients(2, sales)
    mailing = make_mailing(sales, customers)
    start(mailing)
    with sender(mailing.pk) as by:
        old = timezone.now() - timedelta(hours=1)
        MailMessage.objects.update(state="claimed", claimed_by=by, claimed_at=old)
        MailMessage.objects.filter(pk=message_to(customers[0]).pk).update(begun_at=old)
        assert recover_all() == 2
    assert states_of(mailing) == {"in doubt": 1, "waiting": 1}


def test_tending_asks_for_what_waits_and_ends_what_is_done(server: Server, sales: User, broker: Broker) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    start(mailing)
    running.tend()
    assert broker.asked(running.SEND) == [mailing.pk] * 4
    MailMessage.objects.update(retry_at=timezone.now() + timedelta(hours=1))
    broker.calls.clear()
    running.tend()
    assert broker.calls == []
    MailMessage.objects.update(state="sent", sent_at=timezone.now())
    running.tend()
    mailing.refresh_from_db()
    assert (mailing.state, broker.calls) == (MailingState.DONE, [])
    assert Event.objects.filter(kind="delivered").count() == 1
    assert MailMessage.objects.get().is_told


def test_sending_passes_the_door_once_a_chunk(server: Server, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "CHUNK", 2)
    send_all(make_mailing(sales, make_recipients(3, sales)))
    lines = AccessEntry.objects.filter(place="send_mailing").order_by("at")
    assert [(line.kind, line.actor, line.purpose, line.records) for line in lines] == [
        ("intent", "mailing", 12, None),
        ("shown", "mailing", 12, 2),
        ("intent", "mailing", 12, None),
        ("shown", "mailing", 12, 1),
    ]
