"""Sharing with a saved audience: everybody in it, who is left out and why, and nobody by name."""

import re
from typing import Any

import pytest
from django.test import Client

from campaigns.enums import Frequency
from campaigns.leaving_out import LeftOut
from campaigns.models import Audience, RecipientPreference, Share
from campaigns.sharing import preview, share
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer, CustomerAssignment, ListMembership, MailingList
from records.suppressing import suppress
from tests.factories import make_customer, make_material, make_user, viewer_of
from tests.plans import make_audience

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mary Marketing")
    client.force_login(user)
    return user


@pytest.fixture
def everybody() -> Audience:
    """Three whom somebody else looks after: Annika, Benno without an address, and Evelyn, who wants nothing."""
    other = make_user(Role.SALES)
    make_customer("C-1", other, name="Annika", email="ann@example.com")
    make_customer("C-2", other, name="Benno", email="")
    eve = make_customer("C-3", other, name="Evelyn", email="eve@example.com")
    RecipientPreference.objects.create(viewer=viewer_of(eve), frequency=Frequency.NOTHING)
    return make_audience("Everybody")


def page_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def ask(client: Client, audience: Audience, **more: Any) -> Any:
    form = {"audience": audience.pk, "material": "guide", "channel": "email", **more}
    return client.post("/shares/new/", form, follow=True)


def test_page_of_the_audience_leads_there_and_says_how_many(
    client: Client, marketing: User, everybody: Audience
) -> None:
    make_material("guide")
    leads = f'href="/shares/new/?audience={everybody.pk}"'
    assert leads in client.get(f"/campaigns/audiences/{everybody.pk}/").content.decode()

    said = page_of(client.get(f"/shares/new/?audience={everybody.pk}"))

    assert "Share with 3 customers of “Everybody”" in said
    assert "Annika" not in said


def test_new_audience_leads_to_no_share(client: Client, marketing: User) -> None:
    assert "/shares/new/" not in client.get("/campaigns/audiences/new/").content.decode().partition("<main")[2]


def test_who_is_left_out_is_counted_with_the_reason_and_nobody_is_named(
    client: Client, marketing: User, everybody: Audience
) -> None:
    make_material("guide")

    said = page_of(ask(client, everybody))

    assert "Share “Guide” with 1 customer?" in said
    assert "Of 3 customers, 1 gets a link of their own. Left out:" in said
    assert "They asked not to be contacted 1" in said
    assert "They have no address for this 1" in said
    assert not any(name in said for name in ("Annika", "Benno", "Evelyn"))


def test_it_is_shared_once_it_is_confirmed(client: Client, marketing: User, everybody: Audience) -> None:
    make_material("guide")

    answer = ask(client, everybody, confirmed=1)

    made = Share.objects.get()
    assert (made.recipient.customer, made.sender) == (Customer.objects.get(number="C-1"), marketing)
    assert "Shared with 1 customer; 2 left out." in page_of(answer)
    assert not CustomerAssignment.objects.filter(staff=marketing).exists()


def test_who_has_it_already_is_counted_too(client: Client, marketing: User, everybody: Audience) -> None:
    make_material("guide")
    ask(client, everybody, confirmed=1)

    said = page_of(ask(client, everybody))

    assert "Nobody would get “Guide”" in said
    assert "They have this share already, and it is open 1" in said


def test_of_several_lists_those_who_left_and_those_kept_out_of_one_are_left_out(
    client: Client, marketing: User
) -> None:
    make_material("guide")
    lists = [MailingList.objects.create(slug=slug, name=slug) for slug in ("news", "club")]
    other = make_user(Role.SALES)
    for number, (name, until) in enumerate([("Ann", None), ("Ben", "2026-01-31"), ("Eve", None)], 1):
        one = make_customer(f"C-{number}", other, name=name, email=f"{name.lower()}@example.com")
        ListMembership.objects.create(customer=one, mailing_list=lists[number % 2], since="2025-01-01", until=until)
    suppress("email", "eve@example.com", lists[1], "left it")
    both = make_audience("Both", lists=["news", "club"])

    said = page_of(ask(client, both))

    assert "Of 3 customers, 1 gets a link" in said
    assert "They have left the list 1" in said
    assert "They asked not to be contacted 1" in said


def test_nobody_but_a_keeper_of_campaigns_shares_with_an_audience(everybody: Audience) -> None:
    sales = Client()
    sales.force_login(make_user(Role.SALES, "Sal"))

    assert sales.get(f"/shares/new/?audience={everybody.pk}").status_code == 403
    assert ask(sales, everybody, confirmed=1).status_code == 403
    assert not Share.objects.exists()


def test_keeper_of_campaigns_who_sees_no_customers_shares_with_nobody_else(client: Client, marketing: User) -> None:
    assert client.get("/shares/new/").status_code == 403


@pytest.mark.parametrize(("number", "status"), [("9999", 404), ("x", 400), ("", 400), ("9" * 30, 400)])
def test_audience_that_is_none_is_refused(client: Client, marketing: User, number: str, status: int) -> None:
    assert client.get(f"/shares/new/?audience={number}").status_code == status


def test_audience_whose_conditions_make_no_sense_any_more_says_so(client: Client, marketing: User) -> None:
    broken = make_audience("Old")
    Audience.objects.filter(pk=broken.pk).update(conditions={"moon": "full"})

    answer = client.get(f"/shares/new/?audience={broken.pk}")

    assert answer.status_code == 400


def test_nobody_is_read_so_nothing_is_logged(client: Client, marketing: User, everybody: Audience) -> None:
    make_material("guide")
    before = AccessEntry.objects.count()

    ask(client, everybody)

    assert AccessEntry.objects.count() == before


def test_without_an_audience_the_same_sender_reaches_nobody(marketing: User, everybody: Audience) -> None:
    material = make_material("guide")

    assert preview(material, Customer.objects.all(), marketing).left_out == {LeftOut.NOT_SEEN: 3}
    assert share(material, Customer.objects.all(), marketing, by_audience=True).made == 2


def test_material_leads_to_its_share_for_those_who_see_customers(client: Client) -> None:
    make_material("guide")
    client.force_login(make_user(Role.SALES))

    assert 'href="/shares/new/?material=guide"' in client.get("/materials/guide/").content.decode()
    chosen = client.get("/shares/new/?material=guide").content.decode()
    assert re.search(r'<option value="guide" selected', chosen)


def test_withdrawn_material_leads_to_no_share(client: Client) -> None:
    material = make_material("guide")
    client.force_login(make_user(Role.SALES))
    type(material).objects.update(withdrawn_at="2026-01-01T00:00Z")

    assert "/shares/new/?material" not in client.get("/materials/guide/").content.decode()
