"""The form of a record asks for what one came to write; where it comes from is right as it is, and folded away."""

import pytest
from django.test import Client

from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db
FOLDED = '<details class="behind"><summary>Where the record comes from and where it is kept</summary>'
OPEN = FOLDED.replace('"behind"', '"behind" open')


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def ann(sales: User) -> Customer:
    return make_customer("C-1", sales, name="Ann")


def test_a_call_is_logged_without_a_word_on_where_the_record_comes_from(client: Client, ann: Customer) -> None:
    address = f"/records/interactions/new/{ann.key}/"
    said = client.get(address).content.decode()
    assert FOLDED in said
    assert said.index('name="about"') < said.index(FOLDED) < said.index('name="source"') < said.index('name="location"')
    sent = {"kind": "call", "happened_at": "2026-03-10T09:00", "about": "Prices", "source": "personnel"}
    assert client.post(address, {**sent, "location": "headquarters"}).status_code == 302
    assert ann.interactions.get().about == "Prices"


def test_it_is_unfolded_where_something_in_it_is_wrong(client: Client, ann: Customer) -> None:
    answer = client.post(f"/records/interactions/new/{ann.key}/", {"about": "Prices", "source": "nowhere"})
    assert answer.status_code == 422
    assert OPEN in answer.content.decode()


def test_notes_take_four_lines_so_that_the_button_is_near(client: Client, ann: Customer) -> None:
    said = client.get(f"/records/interactions/new/{ann.key}/").content.decode()
    assert 'name="notes" cols="40" rows="4"' in said
    assert 'rows="10"' not in said


def test_a_new_customer_is_below_the_customers_and_a_call_below_its_customer(client: Client, ann: Customer) -> None:
    new = client.get("/records/customers/new/").content.decode()
    assert '<a class="usa-breadcrumb__link" href="/customers/"><span>Customers</span></a>' in new
    call = client.get(f"/records/interactions/new/{ann.key}/").content.decode()
    assert f'href="/customers/{ann.key}/#interactions"><span>Ann</span></a>' in call
    assert "<span>Back</span>" not in new + call
