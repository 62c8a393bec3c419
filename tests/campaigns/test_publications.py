"""Publications as customers order them: nothing counts before it is confirmed; changed and ended by one's own link."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from campaigns.models import Event
from campaigns.tasks.publications import drop_unconfirmed_orders
from privacy import changes
from privacy.agency import agency_today
from records import publications
from records.enums import OrderKind, OrderState
from records.models import (
    Customer,
    CustomerAssignment,
    Interaction,
    ListMembership,
    MailingList,
    PublicationOrder,
    Suppression,
)
from records.suppressing import suppression_of
from tests.campaigns.publishing import ADDRESS, make_publication, offered, orders, subscriber, subscribes
from tests.campaigns.viewing import Recipient, scripts_of
from tests.events import make_campaign
from tests.factories import enroll, make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted")]
ANN = {"addressee": "Ann Lee", "email": "ann@example.org", "copies": "2", **ADDRESS}
EVERY, ONCE = {**ANN, "kind": "every"}, {**ANN, "kind": "once"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Any:
    """Post as somebody, and have the letters written."""

    def send(address: str, data: dict[str, str]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return Recipient().post(address, data)

    return send


def own(found: ListMembership | PublicationOrder) -> str:
    return f"/publication/{found.token}/"


# The catalogue --------------------------------------------------------------------------------------------------------
def test_the_catalogue_names_what_is_published_and_open_and_nothing_else(
    django_assert_num_queries: Any,
) -> None:
    make_publication("news", name_es="Las noticias", description="What is new.", how_often="Four times a year")
    Recipient().get("/publications/")  # asks once whether there is a demo
    with django_assert_num_queries(1):
        Recipient().get("/publications/")
    make_publication("guide", form="both")
    make_publication("handbook")
    make_publication("draft", is_published=False)
    make_publication("inner", is_open=False)
    with django_assert_num_queries(1):
        answer = Recipient().get("/publications/")
    page = answer.content.decode()
    for said in ("The news", "The guide", "What is new.", "Four times a year", "Printed or by e-mail"):
        assert said in page
    assert "The draft" not in page
    assert "The inner" not in page
    assert "Las noticias" in Recipient().get("/publications/?language=es").content.decode()
    assert [Recipient().get(f"/publications/{slug}/").status_code for slug in ("draft", "inner", "nothing")] == [
        404
    ] * 3


def test_an_empty_catalogue_says_so() -> None:
    assert "Nothing can be ordered at present." in Recipient().get("/publications/").content.decode()


# Ordering -------------------------------------------------------------------------------------------------------------
def test_a_stranger_subscribes_by_confirming_from_their_mailbox(sent: Any) -> None:
    publication = make_publication()
    page = Recipient().get("/publications/news/").content.decode()
    assert "Privacy Act statement" in page
    assert scripts_of(page) == ["languages.js"]
    answer = sent("/publications/news/", EVERY)
    assert (answer.status_code, answer["Location"]) == (302, "/publications/news/?sent=1")
    assert "check your e-mail" in Recipient().get(answer["Location"]).content.decode()
    # Nothing counts yet: no person, no subscriber.
    assert (Customer.objects.count(), ListMembership.objects.count()) == (0, 0)
    asked = PublicationOrder.objects.get()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ann@example.org"], "Please confirm: The news")
    assert own(asked) in str(letter.body)
    # Opening the link changes nothing: mail scanners open every one.
    assert "Confirm that you want every issue." in Recipient().get(own(asked)).content.decode()
    assert ListMembership.objects.count() == 0
    confirmed = sent(own(asked), {"confirm": "1"})
    assert confirmed["Location"] == own(asked)
    made = ListMembership.objects.get()
    assert (made.mailing_list, made.token, made.copies, made.language) == (
        publication.mailing_list, asked.token, 2, "en",
    )  # fmt: skip
    assert (made.since, made.until, made.source) == (agency_today(), None, "customer")
    assert (made.customer.name, made.customer.email, made.customer.street) == (
        "Ann Lee",
        "ann@example.org",
        "1 Main St",
    )
    # What the person's record says already is not kept twice.
    assert (made.addressee, made.street, made.address) == ("", "", "")
    assert not PublicationOrder.objects.exists()
    welcome = mail.outbox[1]
    assert welcome.subject == "You get every issue: The news"
    assert welcome.extra_headers["List-Unsubscribe"].endswith(f"{own(made)}unsubscribe/>")
    assert welcome.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_stranger_orders_once_and_it_waits_to_be_sent_once_confirmed(sent: Any) -> None:
    make_publication()
    sent("/publications/news/", ONCE)
    asked = PublicationOrder.objects.get()
    assert (asked.customer, asked.stands) == (None, OrderState.UNCONFIRMED)
    sent(own(asked), {"confirm": "1"})
    asked = PublicationOrder.objects.get()
    assert asked.customer is not None
    assert (asked.customer.name, asked.copies, asked.stands) == ("Ann Lee", 2, OrderState.WAITING)
    assert [letter.subject for letter in mail.outbox] == ["Please confirm: The news", "Ordered: The news"]
    assert ListMembership.objects.count() == 0


def test_confirmed_in_two_tabs_it_counts_once(sent: Any) -> None:
    make_publication()
    for wanted in (EVERY, ONCE):
        sent("/publications/news/", wanted)
        asked = PublicationOrder.objects.get(kind=wanted["kind"])
        answers = [sent(own(asked), {"confirm": "1"}) for _ in range(2)]
        assert [answer["Location"] for answer in answers] == [own(asked)] * 2
    assert (ListMembership.objects.count(), PublicationOrder.objects.count(), Customer.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_confirmed_twice_at_the_same_moment_it_counts_once() -> None:
    publication = make_publication()
    asked = publications.ask(
        publication, "ann@example.org", publications.Wanted(OrderKind.EVERY, addressee="Ann"),
        publications.Came("en"),
    )  # fmt: skip
    gate = threading.Barrier(4)

    def confirm() -> None:
        try:
            gate.wait()
            Recipient().post(own(asked), {"confirm": "1"})
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ListMembership.objects.count(), Customer.objects.count()) == (1, 1)


def test_who_asks_again_before_confirming_has_what_they_said_last_under_the_same_link(sent: Any) -> None:
    make_publication()
    for copies in ("2", "3"):
        sent("/publications/news/", {**EVERY, "email": "ANN@example.org" if copies == "3" else "ann@example.org",
                                     "copies": copies})  # fmt: skip
    asked = PublicationOrder.objects.get()
    assert asked.copies == 3
    assert all(own(asked) in str(letter.body) for letter in mail.outbox)


def test_who_has_it_already_reads_the_same_page_and_their_own_link_in_the_letter(sent: Any) -> None:
    publication = make_publication()
    known = subscriber(publication, "C-1", email="ann@example.org")
    answer = sent("/publications/news/", EVERY)
    assert answer["Location"] == "/publications/news/?sent=1"
    known.refresh_from_db()
    assert known.token
    assert not PublicationOrder.objects.exists()
    (letter,) = mail.outbox
    assert letter.subject == "You get every issue: The news"
    assert own(known) in str(letter.body)


@pytest.mark.parametrize("name", ["😀 Zoë", "محمد علي", "שלום כהן", "W" * 200])
def test_names_of_every_script_order(sent: Any, name: str) -> None:
    make_publication()
    sent("/publications/news/", {**ONCE, "addressee": name})
    sent(own(PublicationOrder.objects.get()), {"confirm": "1"})
    assert Customer.objects.get().name == name


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"street": ""}, "We need this for the label."),
        ({"copies": "6"}, "Give 5 or less."),
        ({"email": "nobody"}, "valid email address"),
        ({"kind": ""}, "This field is required."),
        ({"addressee": "4111 1111 1111 1111"}, "card number"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_not_lost(said: dict[str, str], wrong: str) -> None:
    make_publication()
    answer = Recipient().post("/publications/news/", {**EVERY, **said})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert wrong in page
    assert 'value="Springfield"' in page
    assert not PublicationOrder.objects.exists()


def test_only_what_the_publication_offers_is_asked() -> None:
    make_publication("letter", form="email", takes_orders=False, most_copies=1)
    page = Recipient().get("/publications/letter/").content.decode()
    for field in ("street", "copies", "kind", "way"):
        assert f'name="{field}"' not in page
    answer = Recipient().post("/publications/letter/", {"addressee": "Ann", "email": "ann@example.org"})
    assert answer.status_code == 302
    asked = PublicationOrder.objects.get()
    assert (asked.kind, asked.way) == ("every", "email")


def test_a_machine_is_thanked_and_nothing_is_kept(sent: Any) -> None:
    make_publication()
    answer = sent("/publications/news/", {**EVERY, "website": "https://spam.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/publications/news/?sent=1")
    assert not PublicationOrder.objects.exists()
    assert mail.outbox == []


def test_from_one_address_60_order_within_the_hour_and_what_was_typed_is_not_lost() -> None:
    make_publication()
    for number in range(60):
        sent = Recipient().post("/publications/news/", {**ONCE, "email": f"a{number}@example.org"})
        assert sent.status_code == 302
    late = Recipient().post("/publications/news/", {**ONCE, "email": "late@example.org"})
    assert (late.status_code, late["Retry-After"]) == (429, "3600")
    assert 'value="late@example.org"' in late.content.decode()
    assert PublicationOrder.objects.count() == 60


def test_nobodys_mailbox_is_filled_from_here(sent: Any) -> None:
    for number in range(8):
        make_publication(f"news-{number}")
        sent(f"/publications/news-{number}/", ONCE)
    assert len(mail.outbox) == 6


def test_what_nobody_confirms_is_deleted_after_a_week() -> None:
    publication = make_publication()
    ordered = orders(publication, make_customer("C-1", **ADDRESS))
    PublicationOrder.objects.filter(pk=ordered.pk).update(
        asked_at=timezone.now() - timedelta(days=30), confirmed_at=timezone.now() - timedelta(days=30)
    )
    for days, email in ((6, "young@example.org"), (8, "old@example.org")):
        made = publications.ask(publication, email, publications.Wanted(addressee="A"), publications.Came())
        PublicationOrder.objects.filter(pk=made.pk).update(asked_at=timezone.now() - timedelta(days=days))
    drop_unconfirmed_orders()
    assert set(PublicationOrder.objects.values_list("email", flat=True)) == {"", "young@example.org"}


# One's own page -------------------------------------------------------------------------------------------------------
def test_where_it_goes_is_changed_by_ones_own_link(sent: Any) -> None:
    made = subscribes(make_publication(), make_customer("C-1", email="ann@example.org", **ADDRESS))
    page = Recipient().get(own(made)).content.decode()
    # What is known otherwise is not shown: a link may be passed on.
    assert "1 Main St" not in page
    assert "Leave the address empty" in page
    moved = {"addressee": "Ann Lee", "copies": "3", "street": "2 Elm St", "city": "Peoria", "state": "IL",
             "postal_code": "61602"}  # fmt: skip
    answer = sent(own(made), moved)
    assert answer["Location"] == f"{own(made)}?kept=1"
    assert "Your changes are saved." in Recipient().get(answer["Location"]).content.decode()
    made.refresh_from_db()
    assert (made.street, made.city, made.copies, made.addressee) == ("2 Elm St", "Peoria", 3, "Ann Lee")
    assert {entry.field for entry in changes.history(made)} >= {"street", "copies"}
    made.customer.refresh_from_db()
    assert made.customer.street == "1 Main St"


def test_unsubscribing_takes_one_click_and_keeps_imports_from_bringing_them_back(sent: Any) -> None:
    publication = make_publication()
    made = subscribes(publication, make_customer("C-1", email="ann@example.org", **ADDRESS))
    for _ in range(2):
        assert sent(own(made), {"leave": "1"})["Location"] == own(made)
    made.refresh_from_db()
    assert (made.until, made.end_reason) == (agency_today(), publications.UNSUBSCRIBED)
    assert [letter.subject for letter in mail.outbox] == ["Ended: The news"]
    assert suppression_of(made.customer, "", publication.mailing_list) is not None
    assert "You are no longer subscribed." in Recipient().get(own(made)).content.decode()


def test_a_mailboxs_own_button_ends_it_and_opening_the_address_does_not() -> None:
    made = subscribes(make_publication(), make_customer("C-1", email="ann@example.org", **ADDRESS))
    address = f"{own(made)}unsubscribe/"
    assert Recipient().get(address)["Location"] == own(made)
    assert Recipient().post(address, {"more": "1"}).status_code == 400
    made.refresh_from_db()
    assert made.until is None
    assert Recipient().post(address, ONE_CLICK).status_code == 200
    made.refresh_from_db()
    assert made.until == agency_today()
    assert Recipient().post(address, ONE_CLICK).status_code == 200


def test_who_subscribes_again_by_themselves_is_left_out_no_more(sent: Any) -> None:
    publication = make_publication()
    made = subscribes(publication, make_customer("C-1", email="ann@example.org", **ADDRESS))
    of_all = Suppression.objects.create(kind="phone", value_hash=b"1" * 32, reason="of all lists")
    sent(own(made), {"leave": "1"})
    assert Suppression.objects.exclude(pk=of_all.pk).exists()
    answer = sent(own(made), {"again": "1"})
    again = ListMembership.objects.get(until=None)
    assert answer["Location"] == own(again)
    assert again.pk != made.pk
    assert list(Suppression.objects.all()) == [of_all]


def test_what_stands_already_is_told_by_ones_own_link_no_second_time(sent: Any) -> None:
    made = subscribes(make_publication(), make_customer("C-1", email="ann@example.org", **ADDRESS))
    sent(own(made), {"leave": "1"})
    for _ in range(2):  # in two tabs
        sent(own(made), {"again": "1"})
        assert len(mail.outbox) == 2


def test_who_subscribes_again_has_it_where_it_went_before(sent: Any) -> None:
    publication = make_publication(form="email")
    made = subscribes(publication, make_customer("C-1", email="ann@example.org"), way="email")
    ListMembership.objects.filter(pk=made.pk).update(address="ann@other.example")
    sent(own(made), {"leave": "1"})
    sent(own(made), {"again": "1"})
    assert ListMembership.objects.get(until=None).address == "ann@other.example"
    assert [letter.to for letter in mail.outbox] == [["ann@other.example"]] * 2
    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_confirmed_while_a_link_of_ones_own_is_used_it_counts_once() -> None:
    publication = make_publication()
    customer = make_customer("C-1", email="ann@example.org", **ADDRESS)
    wanted = publications.Wanted(OrderKind.EVERY, addressee="Ann")
    gate = threading.Barrier(2)
    problems: list[BaseException] = []

    def at_once(act: Any) -> None:
        try:
            gate.wait()
            act()
        except BaseException as problem:  # told by the thread that asserts
            problems.append(problem)
        finally:
            connection.close()

    asked = publications.ask(publication, "ann@example.org", wanted, publications.Came("en"))
    acts = (
        lambda: publications.confirm(asked),
        lambda: publications.order_now(publication, customer, wanted, publications.Came("en")),
    )
    threads = [threading.Thread(target=at_once, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (problems, ListMembership.objects.count()) == ([], 1)


def test_an_order_is_called_off_until_it_is_on_a_list(sent: Any) -> None:
    made = orders(make_publication(), make_customer("C-1", email="ann@example.org", **ADDRESS))
    for _ in range(2):
        sent(own(made), {"cancel": "1"})
    made.refresh_from_db()
    assert made.stands is OrderState.CANCELLED
    assert [letter.subject for letter in mail.outbox] == ["Canceled: The news"]


def test_what_was_only_asked_for_goes_at_once_when_it_is_called_off(sent: Any) -> None:
    make_publication()
    sent("/publications/news/", ONCE)
    sent(own(PublicationOrder.objects.get()), {"cancel": "1"})
    assert not PublicationOrder.objects.exists()
    assert len(mail.outbox) == 1


def test_a_members_token_of_another_list_opens_nothing() -> None:
    other = MailingList.objects.create(slug="pcc", name="PCC", kind="council")
    ListMembership.objects.create(mailing_list=other, customer=make_customer(), since=agency_today(), token="a" * 22)
    assert Recipient().get(f"/publication/{'a' * 22}/").status_code == 404
    assert Recipient().get("/publication/nothing/").status_code == 404


# Through a campaign ---------------------------------------------------------------------------------------------------
def test_by_a_shares_link_an_order_counts_at_once_and_is_the_campaigns_response(sent: Any) -> None:
    publication = make_publication()
    ann = make_customer("C-1", email="ann@example.org", **ADDRESS)
    share = offered(publication, ann)
    page = Recipient().get(f"/s/{share.token}/publication/").content.decode()
    assert 'name="email"' not in page
    for _ in range(2):
        answer = sent(f"/s/{share.token}/publication/", {"kind": "once", "copies": "2"})
    made = PublicationOrder.objects.get()
    assert answer["Location"] == own(made)
    assert (made.customer, made.copies, made.stands) == (ann, 2, OrderState.WAITING)
    (response,) = Event.objects.filter(kind="response")
    assert (response.share_id, response.id) == (share.pk, made.key)


def test_the_link_of_a_share_leads_there() -> None:
    share = offered(make_publication())
    assert Recipient().get(f"/s/{share.token}/go/")["Location"] == f"/s/{share.token}/publication/"
    assert "You can order this." in Recipient().get(f"/s/{share.token}/").content.decode()


def test_what_is_confirmed_from_a_campaigns_address_is_its_response(sent: Any) -> None:
    campaign = make_campaign("spring")
    ann = make_customer("C-1", email="ann@example.org", **ADDRESS)
    enroll(ann, campaign.variants.all()[1])
    make_publication()
    catalogue = Recipient().get("/publications/?campaign=spring").content.decode()
    assert "/publications/news/?campaign=spring" in catalogue
    sent("/publications/news/", {**EVERY, "campaign": "spring"})
    assert not Event.objects.filter(kind="response").exists()
    sent(own(PublicationOrder.objects.get()), {"confirm": "1"})
    (response,) = Event.objects.filter(kind="response")
    assert (response.campaign_id, response.id) == (campaign.pk, ListMembership.objects.get().key)


# What staff do of it --------------------------------------------------------------------------------------------------
def test_whoever_looks_after_the_customer_gets_a_task_of_an_order(sent: Any) -> None:
    sam = make_user(name="Sam")
    ann = make_customer("C-1", email="ann@example.org", **ADDRESS)
    CustomerAssignment.objects.create(customer=ann, staff=sam)
    made = orders(make_publication(), ann)
    (step,) = Interaction.objects.all()
    assert (step.staff, step.about, step.next_step_done_at) == (sam, "Publication: The news", None)
    sent(own(made), {"cancel": "1"})
    step.refresh_from_db()
    assert step.next_step_done_at is not None
