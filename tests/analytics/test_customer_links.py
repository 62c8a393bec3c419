"""From a customer's page to what was shared with them: each link where its page opens, and no other."""

import pytest
from django.test import Client

from campaigns.models import Material, WebPage
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.campaigns.shared import shared_with
from tests.factories import make_customer, make_material, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES, "Sam Sales")


@pytest.fixture
def ann(sales: User) -> Customer:
    return make_customer("C-1", sales, name="Ann")


def page_of(customer: Customer, user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/customers/{customer.key}/").content.decode()


def make_web_page(customer: Customer | None, owner: User, title: str, version: int = 0) -> Material:
    slug = title.lower().replace(" ", "-")
    material = Material.objects.create(slug=slug, title=title, kind="web page", owner=owner, version=version)
    WebPage.objects.create(material=material, customer=customer, contact_person=owner)
    return material


def test_material_and_share_lead_to_their_pages(ann: Customer, sales: User) -> None:
    share = shared_with(ann, sales, make_material("guide"))

    page = page_of(ann, sales)

    assert '<a href="/materials/guide/">Guide</a>' in page
    assert f'<a href="/shares/{share.key}/">' in page


def test_share_of_a_colleague_leads_nowhere(ann: Customer, sales: User) -> None:
    colleague = make_user(Role.SALES, "Cleo Colleague")
    ann.assignments.create(staff=colleague)
    share = shared_with(ann, colleague, make_material("guide"))

    page = page_of(ann, sales)

    assert "by Cleo Colleague" in page
    assert str(share.key) not in page
    assert f"/shares/{share.key}/" in page_of(ann, colleague)


def test_whoever_sees_no_materials_is_led_to_none(ann: Customer, sales: User) -> None:
    shared_with(ann, sales, make_material("guide"))

    page = page_of(ann, make_user(Role.PRIVACY_OFFICER))

    assert "Guide" in page
    assert "/materials/guide/" not in page


def test_web_pages_made_for_the_customer_stand_there_and_others_do_not(ann: Customer, sales: User) -> None:
    make_web_page(ann, sales, "For Ann", version=2)
    make_web_page(ann, sales, "Next for Ann")
    make_web_page(make_customer("C-2", sales, name="Ben"), sales, "For Ben")

    page = page_of(ann, sales)

    assert '<a href="/web-pages/for-ann/">For Ann</a> <span class="quiet">version 2 is published</span>' in page
    assert '<a href="/web-pages/next-for-ann/">Next for Ann</a> <span class="quiet">not published yet</span>' in page
    assert "For Ben" not in page


def test_customer_without_a_web_page_has_no_empty_heading(ann: Customer, sales: User) -> None:
    assert "Custom web pages <span" not in page_of(ann, sales)


def test_library_leads_to_the_custom_web_pages(sales: User) -> None:
    client = Client()
    client.force_login(sales)

    main = client.get("/materials/").content.decode().partition("<main")[2]

    assert '<a href="/web-pages/">Custom web pages</a>' in main
    assert '<a class="usa-breadcrumb__link" href="/materials/"' in client.get("/web-pages/").content.decode()


def test_how_to_reach_them_stands_in_the_head(ann: Customer, sales: User) -> None:
    Customer.objects.filter(pk=ann.pk).update(phone="2125550175", email="ann@example.org")

    head = page_of(ann, sales).partition("<h1>Ann</h1>")[2].partition('id="live-head"')[0]

    assert 'href="tel:' in head
    assert 'href="mailto:ann@example.org"' in head
