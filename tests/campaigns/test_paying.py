"""Paying for a place at an event: held, paid at the provider's page, told of by signed webhooks, refunded."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from campaigns.models import Event, Outcome
from privacy.purposes import Basis
from privacy.roles import Role
from records import moving, tasks
from records.enums import RegistrationState
from records.models import Gathering, Payment, PaymentCard, PaymentDelivery, Registration
from records.paying import payments, registrations
from tests.campaigns.gathering import comes, invited, make_gathering, own_address
from tests.campaigns.viewing import Recipient
from tests.factories import make_customer, make_user
from tests.paying import DECLINED, GOOD, Sandbox, in_path, paid_payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted")]
ANN = {"name": "Ann Lee", "email": "ann@example.org"}
HOOK = "/hooks/payments"


def costs(slug: str = "forum", **fields: Any) -> Gathering:
    return make_gathering(slug, **{"price": Decimal(25), "refund_days": 7, **fields})


def checkout(registration: Registration) -> str:
    """The provider's page, to which the button leads."""
    answer = Recipient().post(f"/registration/{registration.token}/pay/")
    assert answer.status_code == 302
    return str(answer["Location"])


def deliver(sandbox: Sandbox, nth: int = -1, **sent: Any) -> Any:
    delivery = sandbox.deliveries[nth]
    return hook(delivery["body"], sandbox.signed(delivery["body"], delivery["id"], **sent))


def hook(body: bytes, headers: dict[str, str]) -> Any:
    return Recipient().post(HOOK, body, content_type="application/json", headers=headers)


# From registering to a place that is paid -----------------------------------------------------------------------------
def test_a_stranger_registers_pays_at_the_hosted_page_and_the_place_is_theirs(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    costs(place="Port Amity")
    page = Recipient().get("/event/forum/").content.decode()
    for said in ("$25.00 a place", "at least 7 days before it begins", "never reaches us", "take the payment for"):
        assert said in page
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post("/event/forum/", ANN)
    made = Registration.objects.get()
    assert made.state is RegistrationState.HELD
    (letter,) = mail.outbox
    assert letter.subject == "Pay to keep your place: The forum"
    assert "To be paid: $25.00" in str(letter.body)
    assert letter.attachments == []
    own = Recipient().get(own_address())
    assert "A place is held for you until" in own.content.decode()
    assert f"form-action 'self' {sandbox.origin};" in f"{own['Content-Security-Policy']};"
    Registration.objects.update(is_claimed=True)
    address = checkout(made)
    assert not Registration.objects.get().is_claimed  # the page's address came by their mail
    assert address.startswith(f"{sandbox.origin}/pay/sbx_")
    status, headers, hosted = sandbox.open(address)
    assert (status, "$25.00 USD" in hosted, "The forum" in hosted) == (200, True, True)
    assert str(made.token) not in hosted
    status, headers, _page = sandbox.open(address, GOOD)
    assert status == 303
    with django_capture_on_commit_callbacks(execute=True):
        back = Recipient().get(in_path(headers["Location"])).content.decode()
    assert "You have paid. Thank you." in back
    made.refresh_from_db()
    assert (made.state, made.held_until) == (RegistrationState.CONFIRMED, None)
    assert mail.outbox[1].subject == "You have a place: The forum"
    assert "Paid: $25.00" in str(mail.outbox[1].body)
    assert [name for name, _content, _kind in mail.outbox[1].attachments] == ["event.ics"]
    card = PaymentCard.objects.get()
    assert (card.customer, card.brand, card.last_four, card.expires) == (made.customer, "visa", "4242", "12/2039")
    payment = Payment.objects.get()
    assert (payment.state, payment.amount, payment.currency, payment.address) == ("paid", Decimal(25), "USD", "")
    assert deliver(sandbox).status_code == 204
    assert PaymentDelivery.objects.get().became == "known"


def test_no_page_but_ones_own_before_it_is_paid_lets_a_form_lead_to_the_provider(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    for path in ("/event/forum/", "/"):
        assert sandbox.origin not in Recipient().get(path)["Content-Security-Policy"]
    sandbox.open(checkout(made), GOOD)
    assert deliver(sandbox).status_code == 204
    assert sandbox.origin not in Recipient().get(f"/registration/{made.token}/")["Content-Security-Policy"]


def test_what_is_free_asks_for_nothing(sandbox: Sandbox) -> None:
    made = comes(make_gathering(), "C-1")
    assert made.state is RegistrationState.CONFIRMED
    answer = Recipient().post(f"/registration/{made.token}/pay/")
    assert answer["Location"] == f"/registration/{made.token}/"
    assert not Payment.objects.exists()
    assert "a place" not in Recipient().get("/event/forum/").content.decode().split("</h1>")[1].split("<form")[0]


def test_by_a_share_the_payment_is_a_conversion_of_its_campaign_and_a_refund_takes_it_back(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    gathering = costs()
    share = invited(gathering, make_customer("C-1", email="ann@example.org"))
    Recipient().post(f"/s/{share.token}/event/", {"role": "Guest"})
    made = Registration.objects.get()
    sandbox.open(checkout(made), GOOD)
    assert deliver(sandbox).status_code == 204
    (outcome,) = Outcome.objects.all()
    assert (outcome.share, outcome.amount, outcome.kind) == (share, Decimal(25), "conversion")
    assert Event.objects.get(kind="conversion").share_id == share.pk
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/registration/{made.token}/", {"cancel": "1"})
    assert Payment.objects.get().state == "refunded"
    assert not Event.objects.filter(kind="conversion").exists()
    outcome.refresh_from_db()
    assert outcome.batch is None


# Two tabs, a back button, a lost answer -------------------------------------------------------------------------------
def test_two_tabs_and_the_back_button_lead_to_one_page_and_it_is_paid_once(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    first, second = checkout(made), checkout(made)
    assert first == second
    assert Payment.objects.count() == 1
    sandbox.open(first, GOOD)
    assert sandbox.open(second, GOOD)[0] == 409
    deliver(sandbox)
    answer = Recipient().post(f"/registration/{made.token}/pay/")
    assert answer["Location"] == f"/registration/{made.token}/"
    assert Payment.objects.get().state == "paid"


def test_a_card_that_is_declined_pays_nothing_and_another_may_be_tried(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    address = checkout(made)
    status, _headers, page = sandbox.open(address, DECLINED)
    assert (status, "was declined" in page, "4000" in page.split("</form>")[0].split("<p>4242")[0]) == (
        422,
        True,
        False,
    )
    assert "Nothing is paid yet." in Recipient().get(f"/payment/{Payment.objects.get().token}/").content.decode()
    assert sandbox.open(address, GOOD)[0] == 303


def test_who_cancels_at_the_page_comes_back_and_can_pay_still(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    status, headers, _page = sandbox.open(checkout(made), {"cancel": "1"})
    assert status == 303
    page = Recipient().get(in_path(headers["Location"])).content.decode()
    assert "Nothing is paid yet." in page
    assert checkout(made) in page


def test_a_provider_that_is_away_loses_nothing(sandbox: Sandbox, settings: Any) -> None:
    made, url = comes(costs(), "C-1"), settings.PAYMENT_URL
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    answer = Recipient().post(f"/registration/{made.token}/pay/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Nothing was paid, and nothing is lost." in answer.content.decode()
    assert Payment.objects.get().state == "begun"
    settings.PAYMENT_URL = url
    sandbox.open(checkout(made), GOOD)
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    page = Recipient().get(f"/payment/{Payment.objects.get().token}/")
    assert (page.status_code, "is not responding at the moment" in page.content.decode()) == (200, True)
    assert Payment.objects.get().state == "open"
    settings.PAYMENT_URL = url
    assert "You have paid." in Recipient().get(f"/payment/{Payment.objects.get().token}/").content.decode()


# Webhooks -------------------------------------------------------------------------------------------------------------
def test_a_delivery_that_comes_again_changes_nothing(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    sandbox.open(checkout(made), GOOD)
    assert [deliver(sandbox).status_code for _ in range(3)] == [204, 204, 204]
    assert [row.became for row in PaymentDelivery.objects.all()] == ["taken"]
    assert (Outcome.objects.count(), PaymentCard.objects.count()) == (1, 1)


def test_a_forged_one_a_replayed_one_and_one_of_another_body_are_refused(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    sandbox.open(checkout(made), GOOD)
    (delivery,) = sandbox.deliveries
    body, now = delivery["body"], timezone.now()
    good = sandbox.signed(body, delivery["id"])
    other = "whsec_" + "A" * 43 + "="
    for sent, headers in (
        (body, {}),
        (body, {**good, "webhook-signature": ""}),
        (body, {**good, "webhook-signature": "v1,AAAA"}),
        (body, {**good, "webhook-id": "dlv_other"}),
        (body, {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        (body, sandbox.signed(body, delivery["id"], secret=other)),
        (body.replace(b'"25.00"', b'"1.00"').replace(b'"25"', b'"1"'), good),
        (body, sandbox.signed(body, delivery["id"], now - timedelta(minutes=6))),
        (body, sandbox.signed(body, delivery["id"], now + timedelta(minutes=6))),
    ):
        assert hook(sent, headers).status_code == 401
    assert Payment.objects.get().state == "open"
    assert not PaymentDelivery.objects.exists()
    nonsense = b'{"data": {"id": 1}}'
    assert hook(nonsense, sandbox.signed(nonsense, "dlv_1")).status_code == 400
    assert hook(b"x" * 70_000, good).status_code == 413
    assert hook(body, good).status_code == 204
    assert Payment.objects.get().state == "paid"


def test_the_refund_told_of_before_the_payment_ends_as_in_order(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    sandbox.open(checkout(made), GOOD)
    reference = Payment.objects.get().reference
    assert sandbox.store.become(reference, "paid", "refunded")
    assert deliver(sandbox, 1).status_code == 204
    payment = Payment.objects.get()
    assert (payment.state, payment.paid_at is not None) == ("refunded", True)
    assert deliver(sandbox, 0).status_code == 204
    assert Payment.objects.get().state == "refunded"
    assert [row.became for row in PaymentDelivery.objects.order_by("pk")] == ["taken", "known"]
    made.refresh_from_db()
    assert made.state is RegistrationState.HELD


def test_one_of_another_amount_or_of_nobody_confirms_nothing(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    checkout(made)
    payment = Payment.objects.get()
    data = {"id": payment.reference, "key": str(payment.key), "amount": "0.01", "currency": "USD", "state": "paid"}
    for nth, changed in enumerate(({}, {"amount": "25", "currency": "EUR"}, {"amount": "25", "id": "sbx_other"})):
        body = json.dumps({"data": {**data, **changed}}).encode()
        assert hook(body, sandbox.signed(body, f"dlv_{nth}")).status_code == 204
    body = json.dumps({"data": {**data, "key": str(made.key)}}).encode()
    assert hook(body, sandbox.signed(body, "dlv_of_nobody")).status_code == 204
    assert [row.became for row in PaymentDelivery.objects.order_by("pk")] == ["amiss"] * 3 + ["other"]
    assert Payment.objects.get().state == "open"


def test_who_paid_something_else_than_was_asked_for_is_not_led_to_pay_again(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    checkout(made)
    payment = Payment.objects.get()
    data = {"id": payment.reference, "key": str(payment.key), "amount": "1.00", "currency": "USD", "state": "paid"}
    body = json.dumps({"data": data}).encode()
    assert hook(body, sandbox.signed(body, "dlv_1")).status_code == 204
    page = Recipient().get(f"/payment/{payment.token}/").content.decode()
    assert "please do not pay again" in page
    assert "Nothing is paid yet." not in page
    assert payment.address not in page
    again = Recipient().post(f"/registration/{made.token}/pay/")
    assert again["Location"] == f"/payment/{payment.token}/"
    made.refresh_from_db()
    assert made.state is RegistrationState.HELD


def test_without_a_provider_there_is_no_such_address_and_nothing_can_cost(settings: Any) -> None:
    settings.PAYMENT_PROVIDER = ""
    assert hook(b"{}", {}).status_code == 404
    made = comes(costs(), "C-1")
    assert Recipient().post(f"/registration/{made.token}/pay/").status_code == 503


# Held, lapsed, waiting ------------------------------------------------------------------------------------------------
def passed(registration: Registration, **since: int) -> None:
    """The time for which the place was held, and the payment's, is over."""
    then = timezone.now() - timedelta(**since)
    Registration.objects.filter(pk=registration.pk).update(held_until=then, registered_at=then)
    Payment.objects.update(expires_at=then, created_at=then)


def tend(capture: Any) -> None:
    with capture(execute=True):
        tasks.tend_payments()


def test_a_place_that_is_not_paid_in_time_goes_to_who_waits_and_they_have_a_day_to_pay(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    gathering = costs(capacity=1)
    first, second = comes(gathering, "C-1"), comes(gathering, "C-2")
    assert (first.state, second.state) == (RegistrationState.HELD, RegistrationState.WAITING)
    address = checkout(first)
    tend(django_capture_on_commit_callbacks)
    first.refresh_from_db()
    assert first.state is RegistrationState.HELD
    passed(first, minutes=5)
    tend(django_capture_on_commit_callbacks)
    for one in (first, second):
        one.refresh_from_db()
    assert (first.state, first.is_lapsed) == (RegistrationState.CANCELLED, True)
    assert second.state is RegistrationState.HELD
    assert second.held_until is not None
    assert timedelta(hours=23) < second.held_until - timezone.now() <= timedelta(hours=24)
    assert [letter.subject for letter in mail.outbox] == [
        "Pay to keep your place: The forum",
        "Not paid in time: The forum",
    ]
    assert "went to someone waiting" in Recipient().get(f"/registration/{first.token}/").content.decode()
    assert sandbox.open(address, GOOD)[0] == 409
    assert Payment.objects.get().state == "expired"


def test_money_that_comes_after_the_place_has_gone_goes_back_by_itself(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    gathering = costs(capacity=1)
    first, second = comes(gathering, "C-1"), comes(gathering, "C-2")
    sandbox.open(checkout(first), GOOD)
    Payment.objects.update(state="expired", ended_at=timezone.now(), address="")
    passed(first, minutes=5)
    tend(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        assert deliver(sandbox).status_code == 204
    assert Payment.objects.get().state == "refunded"
    assert sandbox.store.get(Payment.objects.get().reference)["state"] == "refunded"  # type: ignore[index]
    for one in (first, second):
        one.refresh_from_db()
    assert (first.state, second.state) == (RegistrationState.CANCELLED, RegistrationState.HELD)
    assert not Outcome.objects.exists()


def test_money_that_comes_late_while_the_place_is_still_free_is_taken(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    made = comes(costs(), "C-1")
    sandbox.open(checkout(made), GOOD)
    Payment.objects.update(state="expired", ended_at=timezone.now(), address="")
    passed(made, minutes=5)
    tend(django_capture_on_commit_callbacks)
    assert deliver(sandbox).status_code == 204
    made.refresh_from_db()
    assert (made.state, Payment.objects.get().state) == (RegistrationState.CONFIRMED, "paid")


def test_a_payment_of_which_no_webhook_told_is_found_by_the_clock(
    sandbox: Sandbox, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    made, url = comes(costs(), "C-1"), settings.PAYMENT_URL
    sandbox.open(checkout(made), GOOD)
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    passed(made, minutes=5)
    tend(django_capture_on_commit_callbacks)
    made.refresh_from_db()
    assert made.state is RegistrationState.HELD, "nobody knows yet whether it was paid"
    settings.PAYMENT_URL = url
    tend(django_capture_on_commit_callbacks)
    made.refresh_from_db()
    assert (made.state, Payment.objects.get().state) == (RegistrationState.CONFIRMED, "paid")


def test_a_provider_that_stays_away_keeps_a_place_for_half_an_hour_more_and_no_longer(
    sandbox: Sandbox, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    made = comes(costs(), "C-1")
    checkout(made)
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    passed(made, minutes=31)
    tend(django_capture_on_commit_callbacks)
    made.refresh_from_db()
    assert (made.is_lapsed, Payment.objects.get().state) == (True, "open")


def test_who_comes_anew_after_a_place_was_not_paid_in_time_pays_at_a_new_page(
    sandbox: Sandbox, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    costs()
    Recipient().post("/event/forum/", ANN)
    made = Registration.objects.get()
    first, here = checkout(made), settings.PAYMENT_URL
    settings.PAYMENT_URL = "http://127.0.0.1:1"
    passed(made, minutes=31)
    tend(django_capture_on_commit_callbacks)
    settings.PAYMENT_URL = here
    assert Recipient().post("/event/forum/", {**ANN, "role": "Guest"}).status_code == 302
    made = Registration.objects.get()
    # Held for them again, with what they said themselves: anybody may type their address.
    assert (made.state, made.role, made.is_claimed) == (RegistrationState.HELD, "", False)
    again = checkout(made)
    assert again != first
    assert sandbox.open(again, GOOD)[0] == 303
    assert [one.state for one in Payment.objects.order_by("pk")] == ["expired", "open"]
    with django_capture_on_commit_callbacks(execute=True):
        deliver(sandbox)
    made.refresh_from_db()
    assert (made.state, made.is_claimed) == (RegistrationState.CONFIRMED, False)


# Calling off and giving back ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("refund_days", "state"), [(7, "refunded"), (30, "paid"), (None, "paid"), (0, "refunded")])
def test_who_calls_off_is_refunded_within_the_terms_alone(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any, refund_days: int | None, state: str
) -> None:
    made = comes(costs(refund_days=refund_days), "C-1")
    sandbox.open(checkout(made), GOOD)
    deliver(sandbox)
    page = Recipient().get(f"/registration/{made.token}/").content.decode()
    assert ("What you paid will be refunded to your card." in page) == (state == "refunded")
    assert "Paid: $25.00" in page
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/registration/{made.token}/", {"cancel": "1"})
    assert Payment.objects.get().state == state
    assert mail.outbox[0].subject == "Canceled: The forum"
    assert ("$25.00 will be refunded" in str(mail.outbox[0].body)) == (state == "refunded")
    own = Recipient().get(f"/registration/{made.token}/").content.decode()
    assert ("$25.00 will be refunded" in own, "Paid: $25.00" in own) == (state == "refunded", state == "paid")


@pytest.mark.parametrize(
    ("refund_days", "said", "state"),
    [(0, "What was paid is refunded.", "refunding"), (None, "is not refunded", "paid")],
)
def test_staff_who_cancel_a_registration_read_what_becomes_of_the_money(
    client: Client, sandbox: Sandbox, refund_days: int | None, said: str, state: str
) -> None:
    made = comes(costs(refund_days=refund_days), "C-1")
    sandbox.open(checkout(made), GOOD)
    deliver(sandbox)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert said in client.post(f"/records/registrations/{made.key}/cancel/", follow=True).content.decode()
    assert Payment.objects.get().state == state


def test_an_event_that_is_called_off_is_refunded_whatever_its_terms_are(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    event = costs(refund_days=None)
    for number in ("C-1", "C-2"):
        sandbox.open(checkout(comes(event, number)), GOOD)
        deliver(sandbox)
    checkout(comes(event, "C-3"))
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        moving.call_off(event, make_user(), Basis(3))
    states = Payment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["refunded", "refunded", "cancelled"]
    letters = sorted(mail.outbox, key=lambda letter: str(letter.to))
    assert [letter.subject for letter in letters] == ["Event canceled: The forum"] * 3
    assert ["$25.00 will be refunded" in str(letter.body) for letter in letters] == [True, True, False]


def test_who_comes_again_without_a_refund_has_paid_already(sandbox: Sandbox) -> None:
    made = comes(costs(refund_days=None), "C-1")
    sandbox.open(checkout(made), GOOD)
    deliver(sandbox)
    for word in ("cancel", "again"):
        Recipient().post(f"/registration/{made.token}/", {word: "1"})
    made.refresh_from_db()
    assert (made.state, Payment.objects.count()) == (RegistrationState.CONFIRMED, 1)


def test_who_calls_off_while_at_the_page_cannot_pay_there_any_more(
    sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    made = comes(costs(), "C-1")
    address = checkout(made)
    with django_capture_on_commit_callbacks(execute=True):
        Recipient().post(f"/registration/{made.token}/", {"cancel": "1"})
    assert Payment.objects.get().state == "cancelled"
    assert sandbox.open(address, GOOD)[0] == 409
    Recipient().post(f"/registration/{made.token}/", {"again": "1"})
    assert checkout(made) != address
    assert [one.state for one in Payment.objects.order_by("pk")] == ["cancelled", "open"]


def test_an_event_that_becomes_free_asks_nobody_to_pay_any_more(sandbox: Sandbox) -> None:
    made = comes(costs(), "C-1")
    checkout(made)
    made.gathering.price = Decimal(0)
    made.gathering.save()
    registrations.free_of_charge(made.gathering, payments.BY_THE_PROVIDER, registrations.PAYING)
    made.refresh_from_db()
    assert (made.state, Payment.objects.get().state) == (RegistrationState.CONFIRMED, "cancelled")


# What the database refuses --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after"),
    [("refunded", "paid"), ("paid", "open"), ("refunding", "open"), ("cancelled", "open"), ("expired", "begun")],
)
def test_a_payment_does_not_go_back(before: str, after: str) -> None:
    now = timezone.now()
    moments: dict[str, dict[str, Any]] = {
        "open": {"paid_at": None},
        "begun": {"paid_at": None},
        "paid": {},
        "expired": {"paid_at": None, "ended_at": now},
        "cancelled": {"paid_at": None, "ended_at": now},
        "refunding": {"refund_asked_at": now},
        "refunded": {"refund_asked_at": now, "refunded_at": now},
    }
    nothing = dict.fromkeys(("ended_at", "refund_asked_at", "refunded_at"))
    made = paid_payment(make_customer("C-1"), now, reference="sbx_1", state=before, **moments[before])
    made.save()
    with pytest.raises(DatabaseError, match="cannot become"), transaction.atomic():
        Payment.objects.filter(pk=made.pk).update(state=after, **{**nothing, "paid_at": now, **moments[after]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0}, {"currency": "EUR"}, {"state": "stolen"}, {"reference": ""}, {"paid_at": None},
        {"address": "https://pay.example/1"}, {"refunded_at": timezone.now()}, {"ended_at": timezone.now()},
    ],
    ids=lambda wrong: next(iter(wrong)),
)  # fmt: skip
def test_no_payment_stands_in_a_state_that_does_not_fit(wrong: dict[str, Any]) -> None:
    made = paid_payment(make_customer("C-1"), timezone.now(), **{"reference": "sbx_1", **wrong})
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_a_thing_has_one_live_payment_and_its_amount_stays() -> None:
    first = paid_payment(make_customer("C-1"), timezone.now(), reference="sbx_1")
    first.save()
    second = paid_payment(first.customer, timezone.now(), reference="sbx_2", subject=first.subject)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Payment.objects.update(amount=1)
