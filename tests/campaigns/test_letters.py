"""The merge file for a print shop: a line a letter, inert, logged, of nobody who gets no letter."""

import csv
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.letters import HEADINGS
from campaigns.models import Share
from campaigns.revoking import revoke
from campaigns.sharing import share
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "1 Main Street", "city": "Springfield", "state": "IL", "postal_code": "62701"}


@pytest.fixture
def sales(client: Client, settings: Any) -> User:
    settings.PUBLIC_URL = "https://share.example.gov"
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def letters_of(client: Client, batch: int) -> list[list[str]]:
    answer = client.get(f"/shares/made/{batch}/letters.csv")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="letters-{batch}.csv"'
    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert content.startswith("\ufeff")
    return list(csv.reader(content.removeprefix("\ufeff").splitlines()))


def shared(sales: User) -> int:
    made = share(make_material("guide"), Customer.objects.all(), sales).batch
    assert made is not None
    return made.pk


def test_each_letter_has_name_address_link_and_what_its_code_says(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Ann", **ADDRESS | {"postal_code": "90210"})
    make_customer("C-2", sales, name="Ben", **ADDRESS)

    heading, *rows = letters_of(client, shared(sales))

    assert heading == list(HEADINGS)
    tokens = {made.recipient.customer.name: made.token for made in Share.objects.all() if made.recipient.customer}
    links = {name: f"https://share.example.gov/s/{token}/" for name, token in tokens.items()}
    assert rows == [
        ["Ben", "1 Main Street", "Springfield", "IL", "62701", links["Ben"], links["Ben"]],
        ["Ann", "1 Main Street", "Springfield", "IL", "90210", links["Ann"], links["Ann"]],
    ]


def test_what_a_spreadsheet_would_run_is_text(client: Client, sales: User) -> None:
    make_customer("C-1", sales, **ADDRESS | {"name": "=cmd|' /C calc'!A0", "city": "@SUM(A1)"})
    _, row = letters_of(client, shared(sales))
    assert row[0] == "'=cmd|' /C calc'!A0"
    assert row[2] == "'@SUM(A1)"


def test_nobody_gets_a_letter_without_an_address_an_open_share_or_out_of_scope(client: Client, sales: User) -> None:
    make_customer("C-1", sales, name="Homeless")
    gone, revoked, over = (make_customer(f"C-{n}", sales, **ADDRESS) for n in (2, 3, 4))
    make_customer("C-5", sales, name="Eve", **ADDRESS)
    batch = shared(sales)
    gone.assignments.update(until=timezone.now())
    revoke(Share.objects.filter(recipient__customer=revoked), sales)
    past = timezone.now() - timedelta(minutes=1)
    expired = Share.objects.filter(recipient__customer=over)
    expired.update(shared_at=past - timedelta(days=1), expires_at=past)

    assert [row[0] for row in letters_of(client, batch)[1:]] == ["Eve"]

    assert "Merge file, 1 letter" in client.get(f"/shares/made/{batch}/").content.decode()


def test_the_file_is_read_through_the_door_and_counted_row_by_row(client: Client, sales: User) -> None:
    for number in range(3):
        make_customer(f"C-{number}", sales, **ADDRESS)
    letters_of(client, shared(sales))
    logged = AccessEntry.objects.filter(place="shares_letters").order_by("at").values_list("kind", "key", "records")
    assert list(logged) == [("intent", "list", None), ("shown", "list", 3)]


def test_a_role_that_sees_no_customers_gets_no_names(sales: User) -> None:
    make_customer("C-1", sales, **ADDRESS)
    batch = shared(sales)
    marketing = Client()
    marketing.force_login(make_user(Role.MARKETING_MANAGER))
    assert marketing.get(f"/shares/made/{batch}/letters.csv").status_code == 403
    page = marketing.get(f"/shares/made/{batch}/").content.decode()
    assert "Customer C-1" not in page
    assert "Merge file" not in page
