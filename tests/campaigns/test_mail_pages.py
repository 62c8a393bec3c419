"""The pages of mailings: who sees which, what they show, and what their buttons do."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from campaigns.enums import MailingState
from campaigns.mailing import running
from campaigns.mailing.sources import sources
from campaigns.models import Campaign, Mailing, MailMessage, MailReport, RecipientPreference
from campaigns.tasks import mail as tasks
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer
from tests.broker import Broker, by_the_clock
from tests.factories import make_user, viewer_of
from tests.mailings import BODY, SUBJECT, make_campaign_mailing, make_mailing, make_recipients, message_to, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def marketing() -> User:
    return make_user(Role.MARKETING_MANAGER, "Mary Marketing")


@pytest.fixture(autouse=True)
def tried(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The test mails that a worker was asked for; what else workers are asked for stands in `broker`."""
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.send_test, "delay", lambda *arguments: calls.append(arguments))
    return calls


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    content: bytes = answer.content
    return content.decode()


def letter(**fields: object) -> dict[str, object]:
    return {"name": "Rates", "subject": SUBJECT, "body": BODY, "messages_a_minute": 100, **fields}


def said(user: User, address: str, **data: object) -> str:
    """What the page says after the form was sent there."""
    return text_of(browser(user).post(address, data, follow=True))


# The list and a new one ----------------------------------------------------------------------------------------------
def test_everybody_sees_their_own_and_who_keeps_campaigns_the_campaigns(sales: User, marketing: User) -> None:
    other = make_user(Role.SALES, "Other")
    customers = make_recipients(1, sales, other)
    own = make_mailing(sales, customers, name="Own letter")
    campaigns = make_campaign_mailing(marketing, customers, name="Campaign letter")
    others = make_mailing(other, customers, material="guide", name="Other letter")
    for user, seen in ((sales, {own.pk}), (marketing, {campaigns.pk})):
        assert set(Mailing.objects.visible_to(user).values_list("pk", flat=True)) == seen
        page = text_of(browser(user).get("/mailings/"))
        for mailing in (own, campaigns, others):
            assert (mailing.name in page) == (mailing.pk in seen)
            for part in ("", "preview/", "state/"):
                answer = browser(user).get(f"/mailings/{mailing.pk}/{part}")
                assert answer.status_code == (200 if mailing.pk in seen else 404)
            for part in ("test/", "start/", "pause/", "resume/"):
                if mailing.pk not in seen:
                    assert browser(user).post(f"/mailings/{mailing.pk}/{part}").status_code == 404
    assert {mailing.state for mailing in Mailing.objects.all()} == {MailingState.DRAFT}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(sales: User, count: int, django_assert_num_queries: Any) -> None:
    customers = make_recipients(1, sales)
    for number in range(count):
        start(make_mailing(sales, customers, material=f"m-{number}"))
    client = browser(sales)
    client.get("/mailings/")
    with django_assert_num_queries(QUERIES_OF_LIST):
        client.get("/mailings/")


QUERIES_OF_LIST = 5


def test_sources_are_what_has_shares_by_email_that_wait(sales: User, marketing: User) -> None:
    customers = make_recipients(2, sales)
    own = make_mailing(sales, customers)
    campaign = make_campaign_mailing(marketing, customers)
    (source,) = sources(sales)
    assert (source.name, source.count) == (f"batch-{own.batch_id}", 2)
    assert source.text.startswith("Rate-Card, shared ")
    assert [(one.name, one.text) for one in sources(marketing)] == [
        (f"variant-{campaign.variant_id}", "Spring: letter (2 by e-mail)")
    ]
    start(own)
    assert sources(sales) == []
    Campaign.objects.update(state="closed")
    assert sources(marketing) == []


def test_a_new_mailing_is_for_one_of_the_sources(sales: User) -> None:
    batch = make_mailing(sales, make_recipients(2, sales)).batch_id
    Mailing.objects.all().delete()
    client = browser(sales)
    page = text_of(client.get(f"/mailings/new/?source=batch-{batch}"))
    assert f'value="batch-{batch}" selected' in page
    answer = client.post("/mailings/new/", letter(source=f"batch-{batch}"))
    mailing = Mailing.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/mailings/{mailing.pk}/")
    assert (mailing.sender, mailing.batch_id, mailing.campaign) == (sales, batch, None)


def test_nobody_makes_one_of_others_shares(sales: User) -> None:
    batch = make_mailing(sales, make_recipients(1, sales)).batch_id
    other = browser(make_user(Role.SALES, "Other"))
    answer = other.post("/mailings/new/", letter(source=f"batch-{batch}"))
    assert answer.status_code == 422
    assert "No shares are waiting for a letter" in text_of(answer)
    assert Mailing.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("body", "Hello\n{{nmae}} {{link}}", "Line 2, column 1: “{{nmae}}” is not a placeholder here."),
        ("body", "Hello {{name}}", "put {{link}} where the address should go"),
        ("subject", "{{link}}", "Line 1, column 1: “{{link}}” is not a placeholder here."),
        ("subject", "Rates\r\nBcc: all@example.com", "A subject is one line"),
        ("messages_a_minute", "0", "Enter a number from 1 to 60,000."),
        ("messages_a_minute", "60001", "Enter a number from 1 to 60,000."),
        ("name", "", "This field is required"),
    ],
)
def test_what_is_wrong_with_a_letter_is_told_and_nothing_is_lost(
    sales: User, field: str, value: str, complaint: str
) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    answer = browser(sales).post(f"/mailings/{mailing.pk}/", letter(**{field: value}))
    page = text_of(answer)
    assert answer.status_code == 422
    assert complaint in page.replace("&#x27;", "'")
    mailing.refresh_from_db()
    assert (mailing.subject, mailing.body) == (SUBJECT, BODY)


# A draft -------------------------------------------------------------------------------------------------------------
def test_a_draft_shows_who_gets_it_and_who_is_left_out(sales: User) -> None:
    customers = make_recipients(3, sales)
    mailing = make_mailing(sales, customers)
    RecipientPreference.objects.create(viewer=viewer_of(customers[0]), frequency="nothing")
    Customer.objects.filter(pk=customers[1].pk).update(email="")
    page = text_of(browser(sales).get(f"/mailings/{mailing.pk}/"))
    assert "<strong>1</strong> of 3 shares by e-mail" in page
    assert "<strong>1</strong> Wants no e-mail" in page
    assert "<strong>1</strong> No e-mail address" in page
    assert "Start sending to 1" in page


def test_saving_keeps_the_letter_and_leads_on(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    client, address = browser(sales), f"/mailings/{mailing.pk}/"
    assert client.post(address, letter(subject="New")).headers["Location"] == address
    assert client.post(address, letter(subject="New", preview="yes")).headers["Location"] == f"{address}preview/"
    mailing.refresh_from_db()
    assert (mailing.subject, mailing.messages_a_minute) == ("New", 100)


def test_a_letter_under_way_cannot_be_changed(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    start(mailing)
    browser(sales).post(f"/mailings/{mailing.pk}/", letter(subject="Changed"))
    mailing.refresh_from_db()
    assert mailing.subject == SUBJECT


def test_preview_of_somebody_made_up_reads_no_record(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    page = text_of(browser(sales).get(f"/mailings/{mailing.pk}/preview/"))
    assert "Hello Alex Example," in page
    assert "Ann 1" not in page
    spanish = text_of(browser(sales).get(f"/mailings/{mailing.pk}/preview/?language=es"))
    assert "Para no recibir más estos correos" in spanish
    assert not AccessEntry.objects.filter(place="mailing_preview").exists()


def test_preview_of_a_recipient_passes_the_door(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(2, sales))
    page = text_of(browser(sales).get(f"/mailings/{mailing.pk}/preview/?for=recipient"))
    assert "Hello Ann 1," in page
    lines = AccessEntry.objects.filter(place="mailing_preview").values_list("kind", "records").order_by("at")
    assert list(lines) == [("intent", None), ("shown", 1)]


def test_who_sees_no_customer_is_shown_no_recipient(marketing: User) -> None:
    mailing = make_campaign_mailing(marketing, make_recipients(1))
    answer = browser(marketing).get(f"/mailings/{mailing.pk}/preview/?for=recipient")
    assert answer.status_code == 404
    assert "Ann 1" not in text_of(answer)
    start(mailing)
    MailMessage.objects.update(state="failed", why="the mail server said 550")
    assert "Ann 1" not in text_of(browser(marketing).get(f"/mailings/{mailing.pk}/messages/?state=failed"))


def test_the_letter_alone_may_have_style_and_nothing_else(sales: User) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    answer: HttpResponse = browser(sales).get(f"/mailings/{mailing.pk}/preview/?part=html")  # type: ignore[assignment]
    policy = answer["Content-Security-Policy"]
    assert {"default-src 'none'", "frame-ancestors 'self'", "style-src 'unsafe-inline'"} <= set(policy.split("; "))
    assert "script-src 'self'" in policy  # what the letter may not have stays as on every page
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "style=" in text_of(answer)
    page: HttpResponse = browser(sales).get(f"/mailings/{mailing.pk}/preview/")  # type: ignore[assignment]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "style-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_what_people_write_comes_out_inert(sales: User) -> None:
    customers = make_recipients(1, sales)
    Customer.objects.update(name="<script>alert(1)</script>")
    mailing = make_mailing(sales, customers, body="<b>{{name}}</b> {{link}}", name="<i>x</i>")
    for part in ("", "&part=html"):
        page = text_of(browser(sales).get(f"/mailings/{mailing.pk}/preview/?for=recipient{part}"))
        assert "<script>alert" not in page
        assert "<b>" not in page
        assert "<i>x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_test_mail_is_asked_for_by_numbers_alone(sales: User, tried: list[tuple[int, int]]) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    assert "A test e-mail is on its way to you." in said(sales, f"/mailings/{mailing.pk}/test/")
    assert tried == [(mailing.pk, sales.pk)]


def test_a_test_mail_that_nobody_can_be_asked_for_says_so(sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> None:
        raise OperationalError

    mailing = make_mailing(sales, make_recipients(1, sales))
    monkeypatch.setattr(tasks.send_test, "delay", away)
    assert "No worker can be reached at the moment" in said(sales, f"/mailings/{mailing.pk}/test/")


def test_the_test_mail_goes_to_oneself_and_unsubscribes_nobody(sales: User, mailoutbox: list[Any]) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    tasks.send_test(mailing.pk, sales.pk)
    (message,) = mailoutbox
    assert (message.to, message.subject) == (["sam.sales@example.com"], "[Test] Example brochure for Alex Example")
    assert "List-Unsubscribe" not in message.extra_headers
    assert not MailMessage.objects.exists()


def test_a_mailing_goes_by_the_clock_where_the_broker_is_away(sales: User, broker: Broker) -> None:
    mailing, broker.is_away = make_mailing(sales, make_recipients(1, sales)), True
    address = f"/mailings/{mailing.pk}/"
    assert "Started: 1 message." in said(sales, f"{address}start/")
    assert "Paused." in said(sales, f"{address}pause/")
    assert "It goes on." in said(sales, f"{address}resume/")
    mailing.refresh_from_db()
    assert (mailing.state, broker.calls) == ("sending", [])
    broker.is_away, broker.does = False, {running.SEND}
    by_the_clock(tasks.tend_mailings)
    mailing.refresh_from_db()
    assert (mailing.state, MailMessage.objects.get().state) == ("done", "sent")


# Under way -----------------------------------------------------------------------------------------------------------
def test_start_pause_resume(sales: User, broker: Broker) -> None:
    mailing = make_mailing(sales, make_recipients(2, sales))
    address = f"/mailings/{mailing.pk}/"
    assert "Started: 2 messages." in said(sales, f"{address}start/")
    assert "has already been started" in said(sales, f"{address}start/")
    assert "Paused." in said(sales, f"{address}pause/")
    assert "is not being sent" in said(sales, f"{address}pause/")
    assert "It goes on." in said(sales, f"{address}resume/")
    assert broker.asked(running.SEND) == [mailing.pk] * 2


@pytest.mark.parametrize("verb", ["test", "start", "pause", "resume"])
def test_the_address_of_a_button_leads_to_the_page(sales: User, verb: str) -> None:
    mailing = make_mailing(sales, make_recipients(1, sales))
    answer = browser(sales).get(f"/mailings/{mailing.pk}/{verb}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/mailings/{mailing.pk}/")
    mailing.refresh_from_db()
    assert mailing.state == MailingState.DRAFT


def test_progress_is_one_sentence_and_sums_up(sales: User) -> None:
    customers = make_recipients(4, sales)
    mailing = make_mailing(sales, customers)
    start(mailing)
    now = timezone.now()
    states: list[dict[str, Any]] = [
        {"state": "sent", "sent_at": now},
        {"state": "in doubt", "begun_at": now},
        {"state": "failed", "why": "the mail server said 550"},
    ]
    for customer, fields in zip(customers, states, strict=False):
        MailMessage.objects.filter(pk=message_to(customer).pk).update(**fields)
    state = browser(sales).get(f"/mailings/{mailing.pk}/state/").json()
    assert state == {"text": "1 of 4 sent; 1 in doubt, 1 failed.", "percent": 75, "is_under_way": True}
    page = text_of(browser(sales).get(f"/mailings/{mailing.pk}/"))
    assert "1 of 4 sent; 1 in doubt, 1 failed." in page
    assert f"/mailings/messages/?mailing={mailing.pk}&amp;state=in%20doubt" in page


def test_a_mailing_says_that_its_campaign_holds_it(marketing: User) -> None:
    mailing = make_campaign_mailing(marketing, make_recipients(1))
    start(mailing)
    Campaign.objects.update(state="paused")
    state = browser(marketing).get(f"/mailings/{mailing.pk}/state/").json()
    assert state["text"] == "0 of 1 sent. It is waiting: the campaign is paused."


# Messages ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def doubtful(sales: User) -> MailMessage:
    start(make_mailing(sales, make_recipients(1, sales)))
    MailMessage.objects.update(state="in doubt", begun_at=timezone.now(), why="its sender died")
    return MailMessage.objects.get()


@pytest.fixture
def shown_together(sales: User, doubtful: MailMessage) -> MailMessage:
    """A message of the same mailing to a colleague's customer, who is nobody to sales."""
    colleague = make_user(Role.SALES, "Other")
    mailing = make_mailing(colleague, make_recipients(1, colleague, start=9), material="guide")
    start(mailing)
    MailMessage.objects.filter(mailing=mailing).update(
        mailing=doubtful.mailing, state="failed", begun_at=timezone.now(), why="mailbox full"
    )
    return MailMessage.objects.get(state="failed")


def test_the_messages_of_all_mailings_name_the_customers_whom_one_sees(
    sales: User, doubtful: MailMessage, shown_together: MailMessage
) -> None:
    page = text_of(browser(sales).get("/mailings/messages/"))
    assert f'<a href="/mailings/messages/{doubtful.pk}/">Ann 1</a>' in page
    assert "Ann 9" not in page
    assert "A customer whom you cannot see" in page
    assert "mailbox full" in page
    assert page.count(">Settle it</a>") == 2
    assert AccessEntry.objects.filter(place="mail_messages", kind="shown").get().records == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?search=ann 1", 1),
        ("?search=ann.1@example.com", 1),
        ("?search=ann 9", 0),
        ("?state=failed", 1),
        ("?state=sent", 0),
        ("?mailing={mailing}&state=in doubt", 1),
        ("?sent=today", 0),
    ],
)
def test_messages_are_narrowed(
    sales: User, doubtful: MailMessage, shown_together: MailMessage, query: str, count: int
) -> None:
    address = f"/mailings/messages/{query}".format(mailing=doubtful.mailing_id)
    assert browser(sales).get(address).context["page"].count == count


def test_messages_sent_come_first_and_the_last_of_them_before_the_others(sales: User) -> None:
    start(make_mailing(sales, make_recipients(3, sales)))
    first, second, third = MailMessage.objects.order_by("pk")
    now = timezone.now()
    for message, sent_at in ((first, now), (third, now + timedelta(seconds=1))):
        MailMessage.objects.filter(pk=message.pk).update(state="sent", sent_at=sent_at)
    rows = browser(sales).get("/mailings/messages/").context["rows"]
    assert [row["row"]["pk"] for row in rows] == [third.pk, first.pk, second.pk]


def test_another_mailing_cannot_be_asked_for(sales: User, doubtful: MailMessage) -> None:
    other = browser(make_user(Role.SALES, "Other"))
    answer = other.get(f"/mailings/messages/?mailing={doubtful.mailing_id}")
    assert answer.context["chosen"].filterset.errors["mailing"]
    assert answer.context["rows"] == []


def test_marketing_sees_the_messages_of_campaigns_without_a_name(marketing: User) -> None:
    start(make_campaign_mailing(marketing, make_recipients(1)))
    message = MailMessage.objects.get()
    page = text_of(browser(marketing).get("/mailings/messages/"))
    assert message.identifier in page
    assert "Ann 1" not in page
    assert "Sent to" not in page
    assert "Ann 1" not in text_of(browser(marketing).get(f"/mailings/messages/{message.pk}/"))
    assert not AccessEntry.objects.filter(place="mail_messages").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_messages_cost_the_same_for_one_and_three(sales: User, count: int, django_assert_num_queries: Any) -> None:
    start(make_mailing(sales, make_recipients(count, sales)))
    MailMessage.objects.update(state="in doubt", begun_at=timezone.now(), why="x", settled_by=sales)
    client = browser(sales)
    client.get("/mailings/messages/")
    with django_assert_num_queries(QUERIES_OF_MESSAGES):
        client.get("/mailings/messages/")


QUERIES_OF_MESSAGES = 11


def test_the_newest_messages_are_found_by_an_index(sales: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN SELECT id FROM campaigns_mailmessage ORDER BY sent_at DESC NULLS LAST, id ASC LIMIT 26")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using mail_message_by_sending on campaigns_mailmessage" in plan


def test_one_message_says_what_became_of_it_and_to_whom_it_went(sales: User, doubtful: MailMessage) -> None:
    page = text_of(browser(sales).get(f"/mailings/messages/{doubtful.pk}/"))
    for words in ("Ann 1", f"&lt;{doubtful.identifier}@", "its sender died", "In doubt", ">It was sent</button>"):
        assert words in page
    assert AccessEntry.objects.filter(place="mail_messages", kind="shown").get().records == 1


def test_a_message_to_nobody_whom_one_sees_names_nobody_and_reads_no_record(
    sales: User, shown_together: MailMessage
) -> None:
    page = text_of(browser(sales).get(f"/mailings/messages/{shown_together.pk}/"))
    assert "Ann 9" not in page
    assert "mailbox full" in page
    assert ">Send again</button>" in page
    assert ">It was sent</button>" not in page
    assert not AccessEntry.objects.filter(place="mail_messages").exists()


def test_what_is_done_has_no_buttons(sales: User, doubtful: MailMessage) -> None:
    MailMessage.objects.update(state="sent", sent_at=timezone.now())
    page = text_of(browser(sales).get(f"/mailings/messages/{doubtful.pk}/"))
    assert "What became of it" not in page
    assert ">Settle it</a>" not in text_of(browser(sales).get("/mailings/messages/"))


@pytest.mark.parametrize(
    ("verb", "why", "said_then", "state"),
    [
        ("again", "", "It is being sent again.", "waiting"),
        ("sent", "", "Marked as sent.", "sent"),
        ("not-sent", "the server was down", "Marked as not sent.", "failed"),
        ("not-sent", "", "State why it should not be sent.", "in doubt"),
        ("not-sent", "ask ann.1@example.com", "without naming anyone", "in doubt"),
        ("drop", "", "Select a valid choice", "in doubt"),
    ],
)
def test_a_person_settles_a_message(
    sales: User, doubtful: MailMessage, broker: Broker, verb: str, why: str, said_then: str, state: str
) -> None:
    assert said_then in said(sales, f"/mailings/messages/{doubtful.pk}/settle/", verb=verb, why=why)
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.settled_by) == (state, None if state == "in doubt" else sales)
    assert broker.asked(running.SEND) == ([doubtful.mailing_id] if verb == "again" else [])


def test_nobody_settles_others_messages(doubtful: MailMessage, marketing: User) -> None:
    assert browser(marketing).get(f"/mailings/messages/{doubtful.pk}/").status_code == 404
    answer = browser(marketing).post(f"/mailings/messages/{doubtful.pk}/settle/", {"verb": "sent"})
    assert answer.status_code == 404
    doubtful.refresh_from_db()
    assert doubtful.state == "in doubt"


def test_what_came_back_about_no_message_of_ours_is_listed(marketing: User, doubtful: MailMessage) -> None:
    MailReport.objects.create(key=b"1", kind="hard", status="5.1.1")
    MailReport.objects.create(key=b"2", kind="complaint", message=doubtful)
    page = text_of(browser(marketing).get("/mailings/reports/"))
    assert page.count("<tr>") == 2
    assert "5.1.1" in page
