"""Cards and accounts by hand: remnants only, on the page of their customer."""

import pytest
from django.db import connection
from django.test import Client

from privacy.models import User
from privacy.roles import Role
from records.models import AchAccount, Customer, PaymentCard
from tests.factories import make_customer, make_user

# The door commits the intent before anything is read.
pytestmark = pytest.mark.django_db(transaction=True)
WHERE = {"source": "customer", "location": "contractor"}
CARD = {"brand": "visa", "expires": "5/2028", "last_four": "1111", "provider": "Sample Pay", "token": "tok_a", **WHERE}
ACCOUNT = {"bank_name": "Sample Bank", "last_four": "6789", "provider": "Sample Pay", "token": "ach_a", **WHERE}
NUMBER = "4111111111111111"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def customer(sales: User) -> Customer:
    return make_customer("C-1", sales)


def test_a_card_is_kept_on_the_page_of_its_customer(client: Client, customer: Customer) -> None:
    assert client.post(f"/records/cards/new/{customer.key}/", CARD).status_code == 302
    card = PaymentCard.objects.get()
    assert (card.customer, card.brand, card.expires, card.last_four, card.token) == (
        customer, "visa", "05/2028", "1111", "tok_a",
    )  # fmt: skip
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert all(text in page for text in ("Payment cards", "1111", "05/2028"))
    again = client.post(f"/records/cards/new/{customer.key}/", CARD)
    assert "This token is already saved." in again.content.decode()


def test_an_account_is_kept_sealed_and_once(client: Client, customer: Customer) -> None:
    assert client.post(f"/records/ach-accounts/new/{customer.key}/", ACCOUNT).status_code == 302
    account = AchAccount.objects.get()
    assert (account.bank_name, account.last_four, account.token) == ("Sample Bank", "6789", "ach_a")
    with connection.cursor() as cursor:
        cursor.execute("SELECT account::text FROM records_achaccount AS account")
        stored = cursor.fetchone()[0]
    assert not any(text in stored for text in ("Sample Bank", "6789", "ach_a"))
    again = client.post(f"/records/ach-accounts/new/{customer.key}/", ACCOUNT)
    assert again.status_code == 422
    assert "This token is already saved." in again.content.decode()


@pytest.mark.parametrize("field", ["expires", "last_four", "provider", "token"])
def test_a_full_number_in_any_field_is_refused_and_repeated_nowhere(
    client: Client, customer: Customer, field: str
) -> None:
    answer = client.post(f"/records/cards/new/{customer.key}/", CARD | {field: NUMBER})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This held a full card number, which Waymark never keeps." in page
    assert NUMBER not in page
    assert not PaymentCard.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"expires": "2028"}, "expires", "is not a month and year like 05/2028."),
        ({"last_four": "11a1"}, "last_four", "Enter the last four digits, and nothing else."),
        ({"token": "tok_123456789012"}, "token", "A token does not have 12 digits in a row."),
        ({"brand": "rupees"}, "brand", "Select a valid choice."),
    ],
)
def test_what_does_not_fit_is_told_beside_its_field(
    client: Client, customer: Customer, values: dict[str, str], field: str, reason: str
) -> None:
    answer = client.post(f"/records/cards/new/{customer.key}/", CARD | values)
    assert answer.status_code == 422
    (message,) = answer.context["form"].errors[field]
    assert reason in message
    assert "123456789012" not in answer.content.decode()


def test_a_card_of_somebody_elses_customer_is_not_found(client: Client, sales: User) -> None:
    other = make_customer("C-2", make_user(Role.SALES, "Colleague"))
    card = PaymentCard(customer=other, brand="visa", last_four="1111", provider="P", token="t")
    card.expires = "05/2028"
    card.save()
    for address in (f"new/{other.key}/", f"{card.key}/edit/", f"{card.key}/history/"):
        assert client.get(f"/records/cards/{address}").status_code == 404
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert client.get(f"/records/cards/{card.key}/edit/").status_code == 403
