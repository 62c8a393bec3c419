"""Wanting no more e-mail: by the page, by a mailbox's button; never by opening the page."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from campaigns.models import RecipientPreference, Share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, Suppression
from records.suppressing import suppression_hashes
from tests.factories import make_user, viewer_of
from tests.mailings import make_mailing, make_recipients, message_to, share_with, start

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def customer() -> Customer:
    (customer,) = make_recipients(1, sales := make_user(Role.SALES, "Sam Sales"))
    make_mailing(sales, [customer])
    return customer


def address(customer: Customer) -> str:
    return f"/s/{share_with(customer).token}/unsubscribe/"


def post(where: str, body: str, content_type: str = FORM, **headers: str) -> HttpResponse:
    """As a mailbox does: no cookie, no token of a form."""
    return Client(enforce_csrf_checks=True).post(where, body, content_type=content_type, headers=headers)  # type: ignore[return-value]


def has_left(customer: Customer) -> bool:
    (value_hash,) = suppression_hashes("email", [customer.email])
    suppressed = Suppression.objects.filter(kind="email", value_hash=value_hash, mailing_list=None).exists()
    wants_nothing = RecipientPreference.objects.filter(viewer=viewer_of(customer), frequency="nothing").exists()
    assert suppressed == wants_nothing
    return suppressed


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_page_changes_nothing(customer: Customer, method: str) -> None:
    page = getattr(Client(), method)(address(customer))
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page
    assert not has_left(customer)


def test_the_page_has_one_button_and_names_nobody(customer: Customer) -> None:
    text = Client().get(address(customer)).content.decode()
    assert text.count("<button") == 1
    assert "Stop these e-mails" in text
    assert customer.name not in text
    assert customer.email not in text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("List-Unsubscribe=One-Click", FORM),
        (
            '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
        ),
        ("answer=stop", FORM),
    ],
)
def test_a_mailboxs_button_and_the_pages_own_are_heeded_without_cookie(
    customer: Customer, body: str, content_type: str
) -> None:
    answer = post(address(customer), body, content_type)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer
    assert has_left(customer)
    assert post(address(customer), body, content_type).status_code == 200
    assert (RecipientPreference.objects.count(), Suppression.objects.count()) == (1, 1)
    assert Suppression.objects.get().reason == "asked for nothing"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "List-Unsubscribe=one-click",
        "List-Unsubscribe=One-Click&more=1",
        "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click",
        "list-unsubscribe=One-Click",
        "answer=go",
        "answer=stop&answer=stop",
    ],
)
def test_any_other_post_changes_nothing_and_shows_the_page(customer: Customer, body: str) -> None:
    answer = post(address(customer), body)
    assert answer.status_code == 400
    assert "Stop these e-mails" in answer.content.decode()
    assert not has_left(customer)


def test_a_post_of_json_changes_nothing(customer: Customer) -> None:
    assert post(address(customer), '{"List-Unsubscribe": "One-Click"}', "application/json").status_code == 400
    assert not has_left(customer)


def test_an_unknown_token_is_not_known(customer: Customer) -> None:
    for token in ("x", "A" * 22, share_with(customer).token[:-1]):
        answer = post(f"/s/{token}/unsubscribe/", "List-Unsubscribe=One-Click")
        assert answer.status_code == 404
        assert "This link is not known here" in answer.content.decode()
    assert not has_left(customer)


def test_it_works_for_a_share_that_was_revoked(customer: Customer, django_user_model: Any) -> None:
    Share.objects.update(revoked_at="2026-03-12T12:00:00Z")
    assert post(address(customer), "answer=stop").status_code == 200
    assert has_left(customer)


def test_the_page_speaks_the_recipients_language(customer: Customer) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(customer), language="es")
    page = Client().get(address(customer)).content.decode()
    assert '<html lang="es">' in page
    assert "No recibir más estos correos" in page
    assert RecipientPreference.objects.get().frequency == "everything"
    assert "No recibirá más estos correos" in post(address(customer), "answer=stop").content.decode()
    assert RecipientPreference.objects.get().language == "es"


def test_the_address_that_it_went_to_is_left_out_as_well(customer: Customer, settings: Any) -> None:
    mailing_message(customer, "ann.old@example.com")
    post(address(customer), "answer=stop")
    expected = {bytes(value) for value in suppression_hashes("email", ["ann.old@example.com", customer.email])}
    assert {bytes(value) for value in Suppression.objects.values_list("value_hash", flat=True)} == expected


def mailing_message(customer: Customer, went_to: str) -> None:
    sales = User.objects.get()
    start(sales.mailings.get())
    message = message_to(customer)
    (message.address_hash,) = suppression_hashes("email", [went_to])
    message.save()


def test_whoever_wants_mail_again_on_their_own_page_is_written_to_at_both_addresses(customer: Customer) -> None:
    mailing_message(customer, "ann.old@example.com")
    post(address(customer), "answer=stop")
    assert Suppression.objects.count() == 2
    token = share_with(customer).token
    assert Client().post(f"/s/{token}/preferences/", {"frequency": "everything", "language": "en"}).status_code == 302
    assert not Suppression.objects.exists()
    assert RecipientPreference.objects.get().frequency == "everything"
