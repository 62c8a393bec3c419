"""Paying for what is ordered of a publication: held, paid at the provider's page, sent only then, refunded."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from campaigns.models import Event, Outcome
from campaigns.programmes import fulfilling
from campaigns.programmes.fulfilling import Issue, Nobody
from privacy.models import User
from privacy.purposes import Basis
from privacy.roles import Role
from records import publications, tasks
from records.enums import DeliveryWay, OrderKind, OrderState
from records.models import Interaction, ListMembership, Payment, PaymentDelivery, Publication, PublicationOrder
from records.paying import orders as paid
from records.publications import Came, Wanted
from tests.campaigns.publishing import ADDRESS, make_publication, offered, orders
from tests.campaigns.viewing import Recipient
from tests.factories import make_customer, make_user
from tests.paying import DECLINED, GOOD, Sandbox, in_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted")]
ANN = {"addressee": "Ann Lee", "email": "ann@example.org", "copies": "2", "kind": "once", **ADDRESS}
PROVIDING = Basis(2)


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Any:
    """Have what follows from a commit done: letters, refunds."""

    def do(what: Any, *args: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return what(*args)

    return do


def costs(**fields: Any) -> Publication:
    return make_publication(**{"price": Decimal("12.50"), **fields})


def bought(publication: Publication, number: str = "C-1", **wanted: Any) -> PublicationOrder:
    """Ordered by a link of their own, and not paid yet."""
    return orders(publication, make_customer(number, email=f"{number.lower()}@example.org", **ADDRESS), **wanted)


def own(order: PublicationOrder) -> str:
    return f"/publication/{order.token}/"


def read(path: str) -> str:
    return str(Recipient().get(path).content.decode())


def checkout(order: PublicationOrder) -> str:
    """The provider's page, to which the button leads."""
    answer = Recipient().post(f"{own(order)}pay/")
    assert answer.status_code == 302
    return str(answer["Location"])


def deliver(sandbox: Sandbox, nth: int = -1) -> Any:
    one = sandbox.deliveries[nth]
    headers = sandbox.signed(one["body"], one["id"])
    return Recipient().post("/hooks/payments", one["body"], content_type="application/json", headers=headers)


def drawn(publication: Publication) -> list[PublicationOrder]:
    """The orders on a list that is drawn up now; it is undone."""
    staff = User.objects.first() or make_user()
    try:
        made = fulfilling.draw(publication, Issue("Spring", DeliveryWay.POST), staff, PROVIDING)
    except Nobody:
        return []
    found = [entry.order for entry in made.entries.select_related("order") if entry.order]
    assert fulfilling.undo(made)
    return found


def passed(order: PublicationOrder, **since: int) -> None:
    """The time for which it was held, and the payment's, is over."""
    then = timezone.now() - timedelta(**since)
    PublicationOrder.objects.filter(pk=order.pk).update(held_until=then, asked_at=then, confirmed_at=then)
    Payment.objects.update(expires_at=then, created_at=then)


# From ordering to what is sent ----------------------------------------------------------------------------------------
def test_a_stranger_orders_confirms_pays_and_only_then_it_is_to_be_sent(sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    page = read("/publications/news/")
    for said in ("$12.50 a copy", "a subscription is free", "You pay after you order.", "take the payment for"):
        assert said in page
    assert "$12.50 a copy" in read("/publications/")
    run(Recipient().post, "/publications/news/", ANN)
    order = PublicationOrder.objects.get()
    assert (order.stands, order.amount, order.held_until) == (OrderState.UNCONFIRMED, Decimal(25), None)
    assert "To be paid: $25.00" in str(mail.outbox[0].body)
    assert "To be paid: $25.00" in read(own(order))
    assert Recipient().post(f"{own(order)}pay/")["Location"] == own(order), "nothing is paid before it is confirmed"

    assert run(Recipient().post, own(order), {"confirm": "1"})["Location"] == own(order)
    order.refresh_from_db()
    assert order.stands is OrderState.HELD
    assert order.held_until
    assert timedelta(minutes=59) < order.held_until - timezone.now() <= timedelta(minutes=60)
    assert mail.outbox[1].subject == "Pay to have it sent: The news"
    for said in ("Your order is held until", "To be paid: $25.00", own(order)):
        assert said in str(mail.outbox[1].body)
    answer = Recipient().get(own(order))
    assert "Pay $25.00" in answer.content.decode()
    assert f"form-action 'self' {sandbox.origin};" in f"{answer['Content-Security-Policy']};"
    assert (drawn(publication), Interaction.objects.count()) == ([], 0)

    address = checkout(order)
    _status, _headers, hosted = sandbox.open(address)
    assert ("$25.00 USD" in hosted, "The news" in hosted, str(order.token) in hosted) == (True, True, False)
    status, headers, _page = sandbox.open(address, GOOD)
    assert status == 303
    assert "You have paid. Thank you." in run(Recipient().get, in_path(headers["Location"])).content.decode()
    order = PublicationOrder.objects.get()
    assert (order.stands, order.held_until, order.copies) == (OrderState.WAITING, None, 2)
    assert mail.outbox[2].subject == "Ordered: The news"
    assert "Paid: $25.00" in str(mail.outbox[2].body)
    answer = Recipient().get(own(order))
    assert "Paid: $25.00" in answer.content.decode()
    assert sandbox.origin not in answer["Content-Security-Policy"]
    payment = Payment.objects.get()
    assert (payment.kind, payment.state, payment.amount, payment.what) == ("order", "paid", Decimal(25), "The news")
    assert drawn(publication) == [order]
    assert deliver(sandbox).status_code == 204
    assert PaymentDelivery.objects.get().became == "known"


def test_by_a_share_the_payment_is_a_conversion_and_calling_it_off_pays_back(sandbox: Sandbox, run: Any) -> None:
    share = offered(costs(most_copies=1), make_customer("C-1", email="ann@example.org", **ADDRESS))
    run(Recipient().post, f"/s/{share.token}/publication/", {"kind": "once"})
    order = PublicationOrder.objects.get()
    assert order.stands is OrderState.HELD
    sandbox.open(checkout(order), GOOD)
    assert [run(deliver, sandbox).status_code for _ in range(3)] == [204, 204, 204]
    (outcome,) = Outcome.objects.all()
    assert (outcome.share, outcome.amount, outcome.kind) == (share, Decimal("12.50"), "conversion")
    assert "What you paid will be refunded to your card." in read(own(order))

    run(Recipient().post, own(order), {"cancel": "1"})
    order.refresh_from_db()
    assert (order.stands, order.is_lapsed, Payment.objects.get().state) == (OrderState.CANCELLED, False, "refunded")
    assert not Event.objects.filter(kind="conversion").exists()
    assert mail.outbox[-1].subject == "Canceled: The news"
    assert "$12.50 will be refunded" in str(mail.outbox[-1].body)
    assert "$12.50 will be refunded" in read(own(order))
    run(Recipient().post, own(order), {"cancel": "1"})
    assert [one["type"] for one in sandbox.deliveries].count("checkout.refunded") == 1


def test_what_is_free_and_every_issue_ask_for_nothing(sandbox: Sandbox, run: Any) -> None:
    free = bought(make_publication("free"))
    assert (free.stands, free.amount) == (OrderState.WAITING, None)
    assert Recipient().post(f"{own(free)}pay/")["Location"] == own(free)
    assert "a copy" not in read("/publications/free/")
    share = offered(costs(), make_customer("C-2", **ADDRESS))
    run(Recipient().post, f"/s/{share.token}/publication/", {"kind": "every", "copies": "1"})
    member = ListMembership.objects.get()
    assert Recipient().post(f"/publication/{member.token}/pay/").status_code == 404
    assert not Payment.objects.exists()


def test_whoever_looks_after_the_customer_gets_the_task_once_it_is_paid(sandbox: Sandbox) -> None:
    ann = make_customer("C-1", make_user(Role.SALES), **ADDRESS)
    order = orders(costs(), ann)
    assert not Interaction.objects.exists()
    sandbox.open(checkout(order), GOOD)
    deliver(sandbox)
    assert Interaction.objects.get().customer == ann


# Tabs, cards, prices --------------------------------------------------------------------------------------------------
def test_two_tabs_and_the_back_button_lead_to_one_page_and_it_is_paid_once(sandbox: Sandbox) -> None:
    order = bought(costs())
    first, second = checkout(order), checkout(order)
    assert first == second
    sandbox.open(first, GOOD)
    assert sandbox.open(second, GOOD)[0] == 409
    deliver(sandbox)
    assert Recipient().post(f"{own(order)}pay/")["Location"] == own(order)
    assert Payment.objects.get().state == "paid"


def test_a_card_that_is_declined_pays_nothing_and_another_may_be_tried(sandbox: Sandbox) -> None:
    order = bought(costs())
    address = checkout(order)
    status, _headers, page = sandbox.open(address, DECLINED)
    assert (status, "was declined" in page) == (422, True)
    page = read(f"/payment/{Payment.objects.get().token}/")
    assert ("Nothing is paid yet." in page, "Your order is held until" in page) == (True, True)
    assert sandbox.open(address, GOOD)[0] == 303
    deliver(sandbox)
    order.refresh_from_db()
    assert order.stands is OrderState.WAITING


def test_a_price_that_changes_meanwhile_changes_nothing_of_what_was_ordered(sandbox: Sandbox) -> None:
    publication = costs()
    held, asked = (
        bought(publication),
        publications.ask(
            publication, "bea@example.org", Wanted(addressee="Bea", street="1 Main St", postal_code="62701"), Came("en")
        ),
    )
    address = checkout(held)
    Publication.objects.update(price=Decimal(99))
    assert "Pay $12.50" in read(own(held))
    assert checkout(held) == address
    sandbox.open(address, GOOD)
    deliver(sandbox)
    held.refresh_from_db()
    assert (held.stands, Payment.objects.get().amount) == (OrderState.WAITING, Decimal("12.50"))
    publications.confirm(asked)
    asked.refresh_from_db()
    assert (asked.stands, asked.amount) == (OrderState.HELD, Decimal("12.50"))


def test_ordered_again_before_it_is_paid_it_is_one_order_of_what_was_said_last(sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    order = bought(publication)
    assert order.customer
    address = checkout(order)
    run(publications.order_now, publication, order.customer, Wanted(OrderKind.ONCE, copies=3), Came("en"))
    order.refresh_from_db()
    assert (order.copies, order.amount, PublicationOrder.objects.count()) == (3, Decimal("37.50"), 1)
    assert sandbox.open(address, GOOD)[0] == 409, "nobody can pay what it cost before"
    sandbox.open(checkout(order), GOOD)
    deliver(sandbox)
    order.refresh_from_db()
    assert order.stands is OrderState.WAITING
    assert [one.state for one in Payment.objects.order_by("pk")] == ["cancelled", "paid"]
    # What is paid stays; who wants more orders, and pays, once more.
    again, is_new = publications.order_now(publication, order.customer, Wanted(OrderKind.ONCE), Came("en"))
    assert (is_new, again.stands) == (True, OrderState.HELD)  # type: ignore[union-attr]


def test_money_for_another_amount_than_it_costs_by_now_goes_back(sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    order = bought(publication)
    assert order.customer
    sandbox.open(checkout(order), GOOD)
    run(publications.order_now, publication, order.customer, Wanted(OrderKind.ONCE, copies=3), Came("en"))
    order.refresh_from_db()
    assert (order.stands, Payment.objects.get().state) == (OrderState.HELD, "refunded")


def test_where_it_goes_may_be_changed_and_how_many_may_not(sandbox: Sandbox) -> None:
    order = bought(costs(), copies=2)
    assert "How many" not in read(own(order))
    Recipient().post(own(order), {**ADDRESS, "street": "2 Oak St", "copies": "5"})
    order.refresh_from_db()
    assert (order.street, order.copies, order.amount) == ("2 Oak St", 2, Decimal(25))


def test_a_publication_that_becomes_free_asks_nobody_to_pay_any_more(sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    held, asked = bought(publication), publications.ask(publication, "bea@example.org", Wanted(), Came("en"))
    address = checkout(held)
    Publication.objects.update(price=None)
    run(paid.free_of_charge, publication, make_user(), PROVIDING)
    held.refresh_from_db()
    asked.refresh_from_db()
    assert (held.stands, held.amount, asked.amount) == (OrderState.WAITING, None, None)
    assert Payment.objects.get().state == "cancelled"
    assert sandbox.open(address, GOOD)[0] == 409
    assert mail.outbox[-1].subject == "Ordered: The news"


def test_who_reads_spanish_reads_all_of_it_in_spanish(sandbox: Sandbox) -> None:
    order = bought(costs(), copies=2)

    def in_spanish(path: str) -> str:
        return str(Recipient().get(path, headers={"accept-language": "es"}).content.decode())

    for said in ("$12.50 por ejemplar", "la suscripción es gratuita", "para cobrar la publicación que pide"):
        assert said in in_spanish("/publications/news/")
    for said in ("Su pedido se guarda hasta", "2 ejemplares", "Por pagar: $25.00", "Pagar $25.00"):
        assert said in in_spanish(own(order))


# Let go ---------------------------------------------------------------------------------------------------------------
def test_what_is_not_paid_in_time_is_let_go_and_money_that_comes_then_goes_back(sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    order = bought(publication)
    sandbox.open(checkout(order), GOOD)
    run(tasks.tend_payments)
    assert PublicationOrder.objects.get().stands is OrderState.HELD
    Payment.objects.update(state="expired", ended_at=timezone.now(), address="")
    passed(order, minutes=5)
    run(tasks.tend_payments)
    order.refresh_from_db()
    assert (order.stands, order.is_lapsed) == (OrderState.CANCELLED, True)
    assert mail.outbox[-1].subject == "Not paid in time: The news"
    page = read(own(order))
    assert ("was not paid for in time" in page, "Order it again" in page, "Pay $" in page) == (True, True, False)
    run(deliver, sandbox)
    assert Payment.objects.get().state == "refunded"
    order.refresh_from_db()
    assert order.stands is OrderState.CANCELLED
    assert "$12.50 will be refunded" in read(own(order))
    assert (drawn(publication), Outcome.objects.count()) == ([], 0)


def test_a_payment_of_which_no_webhook_told_is_found_by_the_clock(sandbox: Sandbox, settings: Any, run: Any) -> None:
    order, url = bought(costs()), settings.PAYMENT_URL
    sandbox.open(checkout(order), GOOD)
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    passed(order, minutes=5)
    run(tasks.tend_payments)
    order.refresh_from_db()
    assert order.stands is OrderState.HELD, "nobody knows yet whether it was paid"
    settings.PAYMENT_URL = url
    run(tasks.tend_payments)
    order = PublicationOrder.objects.get()
    assert (order.stands, Payment.objects.get().state) == (OrderState.WAITING, "paid")


def test_a_provider_that_is_away_loses_nothing(sandbox: Sandbox, settings: Any) -> None:
    order, url = bought(costs()), settings.PAYMENT_URL
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    answer = Recipient().post(f"{own(order)}pay/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    page = answer.content.decode()
    for said in ("nothing is lost", "Your order is held until", f'action="{own(order)}pay/"', "Back to your order"):
        assert said in page
    settings.PAYMENT_URL = url
    assert sandbox.open(checkout(order), GOOD)[0] == 303


def test_who_calls_off_before_paying_pays_nothing_any_more(sandbox: Sandbox, run: Any) -> None:
    order = bought(costs())
    address = checkout(order)
    run(Recipient().post, own(order), {"cancel": "1"})
    order.refresh_from_db()
    assert (order.stands, order.is_lapsed, Payment.objects.get().state) == (OrderState.CANCELLED, False, "cancelled")
    assert sandbox.open(address, GOOD)[0] == 409


# As staff see it ------------------------------------------------------------------------------------------------------
def test_staff_see_what_was_paid_and_calling_an_order_off_pays_back(client: Client, sandbox: Sandbox, run: Any) -> None:
    publication = costs()
    order, held = bought(publication), bought(publication, "C-2")
    sandbox.open(checkout(order), GOOD)
    deliver(sandbox)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "The news" in client.get("/records/payments/").content.decode()
    page = client.get(f"/records/publications/{publication.key}/").content.decode()
    assert "Orders not paid yet" in page
    numbers = client.get(f"/records/publications/{publication.key}/").context["numbers"]
    assert (numbers["waiting"], numbers["held"]) == (1, 1)
    rows = client.get("/records/publication-orders/?stands=held").context["rows"]
    assert [row["row"]["customer__name"] for row in rows] == [held.customer.name]  # type: ignore[union-attr]
    for one, said in ((order, "Canceled. What was paid is refunded."), (held, "Canceled.")):
        answer = run(lambda one=one: client.post(f"/records/publication-orders/{one.key}/cancel/", follow=True))
        assert [str(message) for message in answer.context["messages"]] == [said]
    assert Payment.objects.get().state == "refunded"


def test_the_customers_page_shows_what_was_paid(client: Client, sandbox: Sandbox) -> None:
    sales = make_user(Role.SALES)
    order = orders(costs(), make_customer("C-1", sales, **ADDRESS))
    sandbox.open(checkout(order), GOOD)
    deliver(sandbox)
    client.force_login(sales)
    assert order.customer
    page = client.get(f"/customers/{order.customer.key}/").content.decode()
    for section in ("payments", "publication-orders"):
        table = page.split(f'<h2 id="{section}">', 1)[1].split("</section>", 1)[0]
        assert ("The news" in table, "12.50" in table) == (True, True)


def test_what_staff_enter_is_sent_without_paying(client: Client, sandbox: Sandbox) -> None:
    publication = costs()
    customer = make_customer("C-1", **ADDRESS)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    sent = {"customer": customer.number, "way": "post", "copies": "1", "source": "customer", "location": "contractor"}
    assert client.post(f"/records/publication-orders/new/{publication.key}/", sent).status_code == 302
    order = PublicationOrder.objects.get()
    assert (order.stands, order.amount) == (OrderState.WAITING, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"price": "0"}, "A price must be more than 0: leave it empty if it is free."),
        ({"price": "-1"}, "A price must be more than 0: leave it empty if it is free."),
        ({"price": "1.005"}, "Give at most 2 digits after the decimal point."),
        ({"price": "free"}, "Enter a number."),
        ({"price": "1000000"}, "Give at most 6 digits before the decimal point."),
        (
            {"price": "5", "takes_orders": ""},
            "Only one-time orders can have a price: let customers order it once.",
        ),
        (
            {"price": "1000", "most_copies": "1000"},
            "This many copies would cost more than one payment can take: $999,999.99.",
        ),
    ],
)
def test_a_price_that_is_none_is_refused(client: Client, sandbox: Sandbox, typed: dict[str, str], said: str) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    answer = client.post("/records/publications/new/", {**FORM, **typed})
    assert answer.context["form"].errors == {"price": [said]}
    assert not Publication.objects.exists()


FORM = {
    "name": "News", "form": "post", "takes_subscriptions": "on", "takes_orders": "on", "most_copies": "5",
    "source": "personnel", "location": "headquarters",
}  # fmt: skip


def test_a_price_is_kept_changed_and_taken_away(client: Client, sandbox: Sandbox, settings: Any, run: Any) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert client.post("/records/publications/new/", {**FORM, "price": "12.50"}).status_code == 302
    publication = Publication.objects.get()
    assert publication.price == Decimal("12.50")
    held = bought(publication)
    edit = f"/records/publications/{publication.key}/edit/"

    def changed(price: str) -> Any:
        return run(lambda: client.post(edit, {**FORM, "price": price, "read": client.get(edit).context["read"]}))

    assert changed("15").status_code == 302
    held.refresh_from_db()
    assert (held.stands, held.amount) == (OrderState.HELD, Decimal("12.50"))
    assert changed("").status_code == 302
    held.refresh_from_db()
    assert (held.stands, held.amount) == (OrderState.WAITING, None)
    settings.PAYMENT_PROVIDER = ""
    answer = changed("5")
    assert answer.context["form"].errors["price"] == ["No payment provider is set up, so nobody could pay it."]


HELD_UNTIL = datetime(2026, 3, 12, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": None, "held_until": HELD_UNTIL}, {"kind": "every", "confirmed_at": None}],
    ids=str,
)
def test_no_order_stands_in_a_state_that_does_not_fit(wrong: dict[str, Any]) -> None:
    order = bought(costs())
    PublicationOrder.objects.filter(pk=order.pk).update(held_until=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicationOrder.objects.filter(pk=order.pk).update(**wrong)


@pytest.mark.parametrize("wrong", [{"price": 0}, {"price": -1}, {"price": 5, "takes_orders": False}], ids=str)
def test_no_publication_has_a_price_that_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_publication(**wrong)
