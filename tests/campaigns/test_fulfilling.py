"""Fulfilment lists: who is on one, who is left out and why, labels and merge file, sent, undone, come back."""

import re
import threading
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import RecipientPreference
from campaigns.programmes import fulfilling
from campaigns.programmes.fulfilling import Issue, Nobody
from campaigns.programmes.labels import labels_pdf, lines_of
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records import publications
from records.enums import DeliveryWay, OrderState, ReturnReason
from records.models import (
    Customer,
    CustomerAssignment,
    Fulfilment,
    FulfilmentEntry,
    Interaction,
    ListMembership,
    MailingList,
    Publication,
    Suppression,
)
from records.publications import PROVIDING
from records.suppressing import suppress
from tests.campaigns.publishing import ADDRESS, make_publication, orders, subscriber, subscribes
from tests.exporting import csv_rows
from tests.factories import make_customer, make_user, viewer_of
from tests.processes import wait_for

pytestmark = pytest.mark.django_db
SPRING = Issue("Spring", DeliveryWay.POST)
BY_MAIL = Issue("May", DeliveryWay.EMAIL)


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mia")
    client.force_login(user)
    return user


def drawn(publication: Publication, manager: User, issue: Issue = SPRING) -> Fulfilment:
    return fulfilling.draw(publication, issue, manager, PROVIDING)


def on_it(fulfilment: Fulfilment) -> list[str]:
    return sorted(fulfilment.entries.values_list("customer__number", flat=True))


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def nothing_more(customer: Customer) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(customer), frequency="nothing")


# Who is on it ---------------------------------------------------------------------------------------------------------
def test_it_holds_who_subscribes_and_what_was_ordered_once_and_waits(manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1")
    orders(publication, make_customer("C-2", **ADDRESS), copies=3)
    # None of these: ended, by e-mail, another list's, called off, not confirmed.
    ended = subscriber(publication, "C-3")
    publications.leave(ended)
    ListMembership.objects.filter(pk=subscriber(publication, "C-4").pk).update(way="email")
    subscriber(make_publication("other"), "C-5")
    publications.cancel(orders(publication, make_customer("C-6", **ADDRESS)))
    publications.ask(publication, "x@example.org", publications.Wanted(addressee="X"), publications.Came())
    made = drawn(publication, manager)
    assert on_it(made) == ["C-1", "C-2"]
    assert (made.entry_count, made.copy_count, made.left_out, made.created_by) == (2, 4, {}, manager)
    assert set(made.entries.values_list("retention_rule", flat=True)) == {"RET-1", "RET-3"}


def test_who_is_left_out_is_counted_by_the_first_reason_that_holds(manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1")
    subscriber(publication, "C-2", street="", postal_code="")
    subscriber(publication, "C-3", relationship_ended_on=agency_today(), relationship_end_reason="closed")
    nothing_more(subscriber(publication, "C-4").customer)
    subscriber(publication, "C-5", street="9 Elm St")
    suppress("address", "9 Elm St. 62701", None, "asked by telephone")
    absorbed = subscriber(publication, "C-6").customer
    kept = subscriber(publication, "C-7").customer
    Customer.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    made = drawn(publication, manager)
    assert on_it(made) == ["C-1", "C-7"]
    assert made.left_out == {"twice": 1, "ended": 1, "opted out": 2, "no address": 1}
    assert list(made.left_out) == ["twice", "ended", "opted out", "no address"]


def test_one_of_a_household_who_leaves_the_list_keeps_nobody_else_from_it(manager: User) -> None:
    publication = make_publication()
    publications.leave(subscriber(publication, "C-1"))
    subscriber(publication, "C-2")
    assert on_it(drawn(publication, manager)) == ["C-2"]


def test_what_somebody_asks_for_later_themselves_holds_against_an_older_wish(manager: User) -> None:
    publication = make_publication()
    ann, bob = (make_customer(number, **ADDRESS, email=f"{number}@example.org") for number in ("C-1", "C-2"))
    nothing_more(ann)
    suppress("address", "1 Main St 62701", None, "asked by telephone")
    Suppression.objects.update(since=timezone.now() - timedelta(days=1))
    subscribes(publication, ann)
    subscribes(publication, bob)
    nothing_more(bob)
    made = drawn(publication, manager)
    assert (on_it(made), made.left_out) == (["C-1"], {"opted out": 1})


def test_by_e_mail_everybody_has_a_page_of_their_own_by_which_they_end_it(manager: User) -> None:
    publication = make_publication(form="both")
    for number in ("C-1", "C-2", "C-3"):
        subscriber(publication, number)
    ListMembership.objects.update(way="email")
    suppress("email", "c-2@example.org", publication.mailing_list, "left the list")
    Customer.objects.filter(number="C-3").update(email="")
    made = drawn(publication, manager, BY_MAIL)
    assert (on_it(made), made.left_out) == (["C-1"], {"opted out": 1, "no address": 1})
    assert ListMembership.objects.get(customer__number="C-1").token
    assert ListMembership.objects.get(customer__number="C-2").token is None


def test_who_is_left_out_stands_in_a_table_as_any_other(manager: User, client: Client) -> None:
    """In the house's own colours, which are read in the dark too."""
    publication = make_publication()
    subscriber(publication, "C-1")
    subscriber(publication, "C-2", street="")
    client.force_login(manager)
    page = client.get(f"/records/fulfilments/{drawn(publication, manager).key}/").content.decode()
    assert re.findall(r'<table class="([^"]+)">(?:(?!</table>).)*they have no address for this', page, re.DOTALL) == [
        "grid"
    ]


def test_where_there_is_nobody_nothing_is_made_and_it_says_who_is_left_out(manager: User, client: Client) -> None:
    publication = make_publication()
    subscriber(publication, "C-1", street="", postal_code="")
    with pytest.raises(Nobody):
        drawn(publication, manager)
    assert not Fulfilment.objects.exists()
    sent = {"issue": "Spring", "way": "post", "subscribers": "on", "orders": "on"}
    page = client.post(f"/publications/{publication.key}/draw/", sent, follow=True).content.decode()
    assert "there is nobody to send it to. Left out: 1 they have no address for this." in page


def test_what_was_ordered_once_stands_on_one_list(manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1")
    order = orders(publication, make_customer("C-2", **ADDRESS))
    assert on_it(drawn(publication, manager)) == ["C-1", "C-2"]
    assert on_it(drawn(publication, manager)) == ["C-1"]
    order.refresh_from_db()
    assert order.stands is OrderState.LISTED
    assert not publications.cancel(order)
    assert not publications.change(order, publications.Wanted(addressee="Eve"))


@pytest.mark.django_db(transaction=True)
def test_what_is_called_off_while_a_list_is_drawn_up_is_not_on_it(manager: User) -> None:
    publication = make_publication()
    order = orders(publication, make_customer("C-1", **ADDRESS))
    held, outcomes = threading.Event(), []

    def draw() -> None:
        try:
            held.wait()
            outcomes.append(drawn(publication, manager).entry_count)
        except Nobody:
            outcomes.append(0)
        finally:
            connection.close()

    thread = threading.Thread(target=draw)
    thread.start()
    with transaction.atomic():
        assert publications.cancel(order)
        held.set()
        wait_for(somebody_waits, "the list waits for what is called off")
    thread.join()
    assert outcomes == [0]


def test_its_statements_do_not_grow_with_it(manager: User) -> None:
    counts = []
    for slug, people in (("one", 1), ("three", 3)):
        publication = make_publication(slug)
        for number in range(people):
            subscriber(publication, f"{slug}-{number}")
        with CaptureQueriesContext(
            connection,
        ) as counted:
            drawn(publication, manager)
        counts.append(len(counted))
    assert counts[0] == counts[1]


# Sent, undone, come back ----------------------------------------------------------------------------------------------
def test_until_it_is_sent_it_can_be_undone_and_what_was_ordered_waits_again(manager: User) -> None:
    publication = make_publication()
    order = orders(publication, make_customer("C-2", **ADDRESS))
    made = drawn(publication, manager)
    assert fulfilling.undo(made)
    order.refresh_from_db()
    assert (order.stands, Fulfilment.objects.count()) == (OrderState.WAITING, 0)
    again = drawn(publication, manager)
    assert fulfilling.mark_sent(again, agency_today(), manager, PROVIDING) == ""
    assert not fulfilling.undo(again)
    assert FulfilmentEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "said"), [(1, "This day is in the future."), (-1, "The list had not been created yet on this day.")]
)
def test_the_day_on_which_it_was_sent_is_one_that_can_be(manager: User, days: int, said: str) -> None:
    publication = make_publication()
    subscriber(publication, "C-1")
    made = drawn(publication, manager)
    assert fulfilling.mark_sent(made, agency_today() + timedelta(days=days), manager, PROVIDING) == said
    made.refresh_from_db()
    assert made.sent_on is None


def test_once_it_is_sent_the_tasks_on_orders_are_done(manager: User) -> None:
    publication = make_publication()
    ann = make_customer("C-1", **ADDRESS)
    CustomerAssignment.objects.create(customer=ann, staff=make_user(name="Sam"))
    order = orders(publication, ann)
    step = Interaction.objects.get()
    made = drawn(publication, manager)
    fulfilling.mark_sent(made, agency_today(), manager, PROVIDING)
    step.refresh_from_db()
    order.refresh_from_db()
    assert step.next_step_done_at is not None
    assert order.stands is OrderState.SENT


def test_who_moved_away_gets_nothing_at_that_address_until_there_is_another(manager: User) -> None:
    publication = make_publication()
    member = subscriber(publication, "C-1")
    subscriber(publication, "C-2")
    first = drawn(publication, manager)
    entry = first.entries.get(customer=member.customer)
    assert not fulfilling.mark_back(entry, ReturnReason.MOVED, manager, PROVIDING)
    fulfilling.mark_sent(first, agency_today(), manager, PROVIDING)
    assert fulfilling.mark_back(entry, ReturnReason.MOVED, manager, PROVIDING)
    assert not fulfilling.mark_back(entry, ReturnReason.MOVED, manager, PROVIDING)
    assert Interaction.objects.get().next_step == "Ask for the new address"
    second = drawn(publication, manager)
    # Whoever lives there now, or with them, gets theirs.
    assert (on_it(second), second.left_out) == (["C-2"], {"moved": 1})
    Customer.objects.filter(pk=member.customer_id).update(street="2 Elm St")
    assert on_it(drawn(publication, manager)) == ["C-1", "C-2"]


def test_who_has_died_gets_no_more_of_anything(manager: User) -> None:
    publication, other = make_publication(), make_publication("other")
    member = subscriber(publication, "C-1")
    subscriber(publication, "C-2")
    ListMembership.objects.create(mailing_list=other.mailing_list, customer=member.customer, since=agency_today())
    subscriber(other, "C-3")
    made = drawn(publication, manager)
    fulfilling.mark_sent(made, agency_today(), manager, PROVIDING)
    fulfilling.mark_back(made.entries.get(customer=member.customer), ReturnReason.DIED, manager, PROVIDING)
    member.refresh_from_db()
    assert (member.until, member.end_reason) == (agency_today(), "has died")
    assert on_it(drawn(publication, manager)) == ["C-2"]
    of_other = drawn(other, manager)
    assert (on_it(of_other), of_other.left_out) == (["C-3"], {"died": 1})


@pytest.mark.parametrize("why", [ReturnReason.DIED, ReturnReason.MOVED])
def test_what_came_back_is_known_of_the_person_whatever_record_it_hangs_on(manager: User, why: ReturnReason) -> None:
    publication, other = make_publication(), make_publication("other")
    member = subscriber(publication, "C-1")
    made = drawn(publication, manager)
    fulfilling.mark_sent(made, agency_today(), manager, PROVIDING)
    fulfilling.mark_back(made.entries.get(), why, manager, PROVIDING)
    same = subscriber(other, "C-2").customer
    subscriber(other, "C-3", street="3 Oak St")
    Customer.objects.filter(pk=member.customer_id).update(merged_into=same)
    of_other = drawn(other, manager)
    assert (on_it(of_other), of_other.left_out) == (["C-3"], {why.value: 1})


def test_what_was_sent_keeps_an_import_from_being_taken_back_and_says_so(manager: User) -> None:
    from records.intake.lists import ListImporter
    from records.intake.problems import Refused
    from records.models import Import

    publication = make_publication()
    member = subscriber(publication, "C-1")
    record = Import.objects.create(kind="lists", state="done", finished_at=timezone.now())
    ListMembership.objects.filter(pk=member.pk).update(source_import=record)
    drawn(publication, manager)
    with pytest.raises(Refused, match="entries on fulfillment lists"):
        ListImporter().undo(record)


# Labels and merge file ------------------------------------------------------------------------------------------------
def test_a_label_says_whither_it_goes_now_and_nothing_that_no_font_has(manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1", name="😀 Zoë")
    subscribes(publication, make_customer("C-2", name="علي", **{**ADDRESS, "postal_code": "00001"}), copies=4,
               addressee="محمد علي", street="2 Elm St", city="Peoria", state="IL", postal_code="61602")  # fmt: skip
    made = drawn(publication, manager)
    entries = list(fulfilling.for_labels(made))
    assert [lines_of(entry) for entry in entries] == [
        ["محمد علي", "2 Elm St", "Peoria, IL 61602", "× 4"],
        ["Zoë", "1 Main St", "Springfield, IL 62701"],
    ]
    Customer.objects.filter(number="C-1").update(street="3 Oak St")
    assert lines_of(fulfilling.for_labels(made)[1])[1] == "3 Oak St"


def test_labels_stand_where_the_sheets_have_them(manager: User) -> None:
    """Letter paper, three across and ten down, 1 by 2 5/8 inches (the sheet that is sold as 5160)."""
    publication = make_publication()
    for number in range(32):
        subscriber(publication, f"C-{number}", name=f"Person {number:02d}", postal_code=f"{60000 + number}")
    made = drawn(publication, manager)
    pdf = pypdfium2.PdfDocument(labels_pdf(made, fulfilling.for_labels(made)))
    assert len(pdf) == 2
    assert pdf[0].get_size() == pytest.approx((612, 792), abs=0.5)
    for number, (left, top) in {0: (13.5, 36), 2: (13.5 + 2 * 198, 36), 27: (13.5, 36 + 9 * 72)}.items():
        x, y = place_of(pdf[0], f"Person {number:02d}")
        assert left < x < left + 20
        assert top < 792 - y < top + 72
    skipped = pypdfium2.PdfDocument(labels_pdf(made, fulfilling.for_labels(made), skip=29))
    assert len(skipped) == 3
    x, y = place_of(skipped[0], "Person 00")
    assert (409 < x < 430, 684 < 792 - y < 756) == (True, True)


def test_a_long_address_stands_on_its_label_whole(manager: User) -> None:
    """On more lines: cut off, it would go nowhere."""
    publication = make_publication()
    long = {
        "name": "Bartholomew Featherstonehaugh-Cholmondeley, Director of Outgoing Mail",
        "street": "12345 Martin Luther King Junior Boulevard, Building North, Apartment 1204",
        "city": "Rancho Santa Margarita and the Hills Beyond", "state": "CA", "postal_code": "00001-0001",
    }  # fmt: skip
    subscriber(publication, "C-1", **long)
    Customer.objects.filter(number="C-1").update(**long)
    made = drawn(publication, manager)
    page = pypdfium2.PdfDocument(labels_pdf(made, fulfilling.for_labels(made)))[0]
    told = " ".join(page.get_textpage().get_text_range().split())
    for text in (long["name"], long["street"], "Rancho Santa Margarita and the Hills Beyond, CA 00001-0001"):
        assert text in told
    for text in ("Bartholomew", "1204", "00001-0001"):
        x, y = place_of(page, text)
        assert (13.5 < x < 13.5 + 189, 36 < 792 - y < 36 + 72) == (True, True)


def place_of(page: Any, text: str) -> tuple[float, float]:
    """Where on the page the text begins, in points from the left and the bottom."""
    words = page.get_textpage()
    at, _count = words.search(text).get_next()
    left, bottom, _right, _top = words.get_charbox(at)
    return left, bottom


def test_staff_draw_a_list_take_its_files_and_mark_it_as_sent(client: Client, manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1", name="=cmd|' /C calc'!A0")
    subscriber(publication, "C-2", street="", postal_code="")
    page = client.get(f"/records/publications/{publication.key}/").content.decode()
    assert "Draw up the list" in page
    sent = {"issue": "Spring 2027", "way": "post", "subscribers": "on", "orders": "on"}
    answer = client.post(f"/publications/{publication.key}/draw/", sent)
    made = Fulfilment.objects.get()
    assert answer["Location"] == f"/records/fulfilments/{made.key}/"
    page = client.get(answer["Location"]).content.decode()
    for said in ("they have no address for this", "Labels (PDF)", "Mark as sent", "Undo the list"):
        assert said in page
    entry = made.entries.get()
    edit = f"/records/fulfilment-entries/{entry.key}/edit/"
    client.post(edit, {"read": client.get(edit).context["read"], "copies": "4"})
    made.refresh_from_db()
    assert made.copy_count == 4
    labels = client.get(f"/fulfilments/{made.key}/labels.pdf?skip=3")
    assert (labels.status_code, labels["Content-Type"]) == (200, "application/pdf")
    logged = AccessEntry.objects.filter(place="fulfilment_labels", kind="shown").get()
    assert (logged.records, logged.user_id) == (1, manager.pk)
    odd = client.get(f"/fulfilments/{made.key}/labels.pdf?skip=000000001{'9' * 5_000}")
    assert odd.status_code == 200
    merge = client.get(f"/records/fulfilment-entries/?of={made.key}").content.decode()
    assert "1 Main St" in merge
    client.post(f"/fulfilments/{made.key}/sent/", {"sent_on": str(agency_today())})
    made.refresh_from_db()
    assert made.sent_on == agency_today()
    entry = made.entries.get()
    client.post(f"/fulfilments/labels/{entry.key}/unknown/")
    entry.refresh_from_db()
    assert entry.came_back_why == "unknown"
    assert "this cannot be undone" in client.post(f"/fulfilments/{made.key}/undo/", follow=True).content.decode()


def test_the_merge_file_neutralises_formulas_and_holds_each_readers_own_page(client: Client, manager: User) -> None:
    publication = make_publication()
    subscriber(publication, "C-1", name="=cmd|' /C calc'!A0")
    ListMembership.objects.update(way="email")
    made = drawn(publication, manager, BY_MAIL)
    drawn(publication, manager, BY_MAIL)  # another issue, of which nothing is in the file
    page = client.get(f"/records/fulfilment-entries/?of={made.key}").content.decode()
    assert (
        f"within={made.key}&amp;of=fulfilment-entries" in page or f"of=fulfilment-entries&amp;within={made.key}" in page
    )
    (_head, row) = csv_rows(client, "fulfilment-entries", f"within={made.key}", basis="purpose-2")
    assert any(cell.startswith("'=cmd") for cell in row)
    assert any(cell.endswith(f"/publication/{ListMembership.objects.get().token}/") for cell in row)


def test_sales_staff_see_their_customers_alone_and_nobodys_own_page(client: Client, manager: User) -> None:
    publication = make_publication()
    sam = make_user(Role.SALES, "Sam")
    CustomerAssignment.objects.create(customer=subscriber(publication, "C-1").customer, staff=sam)
    subscriber(publication, "C-2")
    ListMembership.objects.update(token=None)
    made = drawn(publication, manager)
    ListMembership.objects.filter(customer__number="C-1").update(token="a" * 22)
    client.force_login(sam)
    page = client.get(f"/records/fulfilment-entries/?of={made.key}").content.decode()
    assert "Customer C-1" in page
    assert "Customer C-2" not in page
    assert "a" * 22 not in page
    assert client.get(f"/fulfilments/{made.key}/labels.pdf").status_code == 403
    assert client.post(f"/fulfilments/{made.key}/sent/").status_code == 403


@pytest.mark.parametrize("noun", ["publications", "publication-orders", "fulfilments", "fulfilment-entries"])
def test_each_list_takes_as_many_statements_of_three_as_of_one(client: Client, manager: User, noun: str) -> None:
    def make(number: int) -> None:
        publication = make_publication(f"news-{number}")
        subscriber(publication, f"S-{number}")
        orders(publication, make_customer(f"O-{number}", **ADDRESS))
        drawn(publication, manager)

    make(1)
    address = f"/records/{noun}/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert client.get(address).status_code == 200
    make(2)
    make(3)
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


def test_a_list_that_a_provider_sold_becomes_a_publications_with_its_terms(client: Client, manager: User) -> None:
    bought = MailingList.objects.create(
        slug="bought", name="Bought", kind="publication", provider="Lists Inc", terms="Once a quarter."
    )
    where = {"source": "personnel", "location": "headquarters"}
    sent = {"name": "The Quarterly", "existing": str(bought.pk), "form": "post", "takes_subscriptions": "on",
            "takes_orders": "on", "most_copies": "3", "is_open": "on", **where}  # fmt: skip
    answer = client.post("/records/publications/new/", sent)
    made = Publication.objects.get()
    assert (made.mailing_list_id, made.name, made.slug) == (bought.pk, "The Quarterly", "the-quarterly")
    page = client.get(answer["Location"]).content.decode()
    for said in ("Lists Inc", "Once a quarter.", "follow their terms"):
        assert said in page
