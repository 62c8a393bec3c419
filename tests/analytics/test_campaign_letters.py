"""The letters of a launched campaign as a file: whose, in what order, for what purpose, and who is left out by now."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analytics.reports.elements import element_words
from campaigns.addresses import share_address
from campaigns.enums import Channel, Frequency
from campaigns.models import Campaign, RecipientPreference, Share
from privacy.models import AccessEntry, DisclosedPerson, Disclosure, User
from privacy.roles import Role
from records.enums import SuppressionKind
from records.models import Customer
from records.suppressing import suppress
from tests.exporting import address, csv_rows
from tests.factories import make_customer, make_user, viewer_of
from tests.plans import launch, make_audience, make_plan

pytestmark = pytest.mark.django_db

MATERIALS = {"basis": "purpose-2"}
OF = "letters/spring-letter"
STREET = {"city": "Springfield", "state": "IL"}


@pytest.fixture
def marketing(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mary Marketing")
    client.force_login(user)
    return user


@pytest.fixture
def campaign(marketing: User) -> Campaign:
    """By print to five people and by e-mail to one, who has no street."""
    for place, name in enumerate(("Ann", "Ben", "Cid", "Dee", "Eve")):
        make_customer(f"C-{place}", name=name, street=f"{place} Main Street", postal_code=f"6270{9 - place}", **STREET)
    make_customer("C-9", name="Flo", email="flo@example.com")
    return launch(make_plan(owner=marketing, channels=[Channel.PRINT, Channel.EMAIL]))


def names(client: Client) -> list[str]:
    heading, *rows = csv_rows(client, OF, **MATERIALS)
    assert heading[0] == "Name"
    return [row[0] for row in rows]


def test_a_row_a_letter_in_the_order_of_postal_codes(client: Client, campaign: Campaign) -> None:
    heading, first, *rest = csv_rows(client, OF, **MATERIALS)
    assert heading == ["Name", "Street", "City", "State", "ZIP or postal code", "Variant", "Link"]
    share = Share.objects.get(recipient__customer__name="Eve")
    assert first == ["Eve", "4 Main Street", *STREET.values(), "62705", share.variant.label, share_address(share)]  # type: ignore[union-attr]
    assert [row[0] for row in rest] == ["Dee", "Cid", "Ben", "Ann"]
    entries = AccessEntry.objects.filter(place="campaign_letters").order_by("at")
    assert list(entries.values_list("purpose", "records")) == [(2, None), (2, 5)]  # what for, then of how many


def test_whoever_it_would_not_reach_any_more_gets_no_letter(client: Client, campaign: Campaign) -> None:
    assert names(client) == ["Eve", "Dee", "Cid", "Ben", "Ann"]
    Customer.objects.filter(name="Ann").update(relationship_ended_on="2026-03-01", relationship_end_reason="moved")
    Customer.objects.filter(name="Ben").update(street="")
    viewer = Share.objects.get(recipient__customer__name="Cid").recipient
    RecipientPreference.objects.create(viewer=viewer, frequency=Frequency.NOTHING)
    Share.objects.filter(recipient__customer__name="Dee").update(revoked_at=timezone.now())
    assert names(client) == ["Eve"]
    suppress(SuppressionKind.ADDRESS, "4 Main Street, 62705", None, "came back")
    assert names(client) == []


def test_a_wish_that_hangs_on_the_record_kept_of_two_counts(client: Client, campaign: Campaign) -> None:
    """Ann's letter was drawn for a record that was merged into another, on which the wish was said."""
    kept = make_customer("C-10", name="Ann again")
    RecipientPreference.objects.create(viewer=viewer_of(kept), frequency=Frequency.NOTHING)
    Customer.objects.filter(name="Ann").update(merged_into=kept)
    assert "Ann" not in names(client)


def test_what_goes_to_a_print_shop_is_accounted_for(client: Client, campaign: Campaign) -> None:
    shop = {"leaves": "on", "recipient_name": "A print shop", "recipient_address": "2 Mill Road", "routine_use": "4"}
    assert len(csv_rows(client, OF, **MATERIALS, **shop)) == 6
    told = Disclosure.objects.get()
    assert (told.recipient_name, told.routine_use, DisclosedPerson.objects.count()) == ("A print shop", 4, 5)


def test_the_form_tells_of_no_filters(client: Client, campaign: Campaign) -> None:
    page = client.get(address(OF, "csv")).content.decode()
    assert "5 rows. <a" in page
    assert "filters of the page" not in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MARKETING_MANAGER])
def test_only_who_keeps_campaigns_takes_their_letters(client: Client, campaign: Campaign, role: Role) -> None:
    client.force_login(make_user(role))
    assert client.get(address(OF, "csv")).status_code == 403
    assert not AccessEntry.objects.filter(place="campaign_letters").exists()


def test_a_campaign_that_there_is_not_has_none(client: Client, marketing: User) -> None:
    assert client.get(address("letters/nothing", "csv")).status_code == 404
    assert client.get(address("letters", "csv")).status_code == 404


def test_the_plan_says_what_comes_next_by_every_way(client: Client, campaign: Campaign) -> None:
    page = " ".join(unescape(client.get("/campaigns/spring-letter/plan/").content.decode()).split())
    assert "Letters to print" in page
    assert "Links for 5 letters have been made." in page
    assert f"/exports/new/?of={OF.replace('/', '%2F')}&format=csv" in page
    assert f"In the notice: {element_words('letters')}." in page
    assert "Next: the mailing" in page
    assert "Links to hand out" not in page
    Campaign.objects.update(state="closed")
    assert "Letters to print" not in client.get("/campaigns/spring-letter/plan/").content.decode()


def test_links_that_staff_hand_out_are_found_by_their_campaign(client: Client, marketing: User) -> None:
    make_customer("C-1", name="Ann")
    launch(make_plan(owner=marketing, channels=[Channel.LINK]))
    other = launch(make_plan("Other", owner=marketing, channels=[Channel.LINK], audience=make_audience("All")))
    answer: Any = client.get("/campaigns/spring-letter/plan/")
    page = " ".join(answer.content.decode().split())
    assert "1 link has been made. Nothing is sent automatically" in page
    assert "?campaign=Spring%20letter&amp;state=open" in page
    listed = client.get("/shares/?campaign=Spring%20letter&state=open").content.decode()
    assert f"/shares/{Share.objects.get(campaign__name='Spring letter').key}/" in listed
    assert f"/shares/{Share.objects.get(campaign=other).key}/" not in listed
