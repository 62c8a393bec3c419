"""Numbers about fewer than 5 people are not shown to whoever may not see people: page, list, home and API."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from analytics.exports.reported import campaign_source
from analytics.folding import fold_all
from analytics.home.campaigns import movers
from analytics.lists import CAMPAIGNS
from analytics.models import CampaignDay
from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.roles import Role
from records.saved_views import choose_columns
from tests.events import append, event, make_campaign, make_viewer
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def spring() -> Campaign:
    """Of 40 the letter's 20 viewed, three of them responded for 30 dollars each; of the control's seven viewed and six
    responded, for nothing."""
    made = make_campaign("spring")
    Campaign.objects.filter(pk=made.pk).update(cost=100, goal_measure="responses", goal_value=5)
    control, letter = made.variants.order_by("position")
    drawn = [(make_viewer(), arm) for arm in (control, letter) for _ in range(20)]
    events = [event(who, "view", variant=arm) for who, arm in [*drawn[:7], *drawn[20:]]]
    events += [event(who, "response", variant=arm) for who, arm in [*drawn[:6], *drawn[20:23]]]
    events += [event(who, "conversion", variant=letter, amount=30) for who, _ in drawn[20:23]]
    append(*events, assigned=drawn)
    fold_all()
    return made


def page_of(client: Client, address: str) -> str:
    html = client.get(address).content.decode().replace("\u202f", " ")
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


def test_the_campaigns_page_hides_them(client: Client, spring: Campaign) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = page_of(client, "/campaigns/spring/")
    assert "Response rate hidden it covers too few people" in page
    assert "Cost $100.00 the outcome covers too few people" in page
    # Three of the letter's responded; the control's number would tell of them by the sum.
    assert "letter 20 100.00%" in page
    assert "15.00%" not in page
    assert "$90.00" not in page
    assert "The goal: responses, 5." in page
    assert "So far: 9" not in page
    assert "What covers fewer than 5 people is left out." in page


def test_whoever_sees_people_sees_them(client: Client, spring: Campaign) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER, "Officer"))
    page = page_of(client, "/campaigns/spring/")
    assert "15.00%" in page
    assert "It came to 9." in page
    assert "is left out." not in page


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.MARKETING_MANAGER, "The goal: responses, 5."),
        (Role.PRIVACY_OFFICER, "The goal: responses, 5. It came to 9. The goal is reached."),
    ],
)
def test_a_campaigns_files_tell_of_its_goal(spring: Campaign, role: Role, said: str) -> None:
    Campaign.objects.filter(pk=spring.pk).update(ends_on=date(2026, 4, 1))
    table = campaign_source(make_user(role), "spring", "").table(timezone.now(), ())
    assert ("Goal", said) in table.notes


def test_people_and_machines_hide_them(client: Client) -> None:
    made = make_campaign("summer")
    control, letter = made.variants.order_by("position")
    drawn = [(make_viewer(), arm) for arm in (control, letter) for _ in range(20)]
    append(*(event(who, "view", variant=arm) for who, arm in [*drawn[:9], *drawn[20:23]]), assigned=drawn)
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = page_of(client, "/campaigns/summer/")
    assert "letter hidden hidden not recorded not recorded hidden hidden" in page


def test_the_list_hides_them_and_sorts_all_the_same(client: Client, spring: Campaign) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = page_of(client, "/campaigns/?sort=-conversions")
    assert "Spring" in page
    assert "40 27 22.50% hidden hidden" in page
    client.force_login(make_user(Role.PRIVACY_OFFICER, "Officer"))
    assert "40 27 22.50% 3 $90.00" in page_of(client, "/campaigns/")


@pytest.mark.parametrize(
    ("shown", "words"),
    [("conversions", "hidden"), ("recipients", "40"), ("response_rate", "22.50%"), ("revenue", "hidden")],
)
def test_the_list_hides_them_in_whatever_columns_are_chosen(
    client: Client, spring: Campaign, shown: str, words: str
) -> None:
    manager = make_user(Role.MARKETING_MANAGER)
    choose_columns(manager, "campaigns", CAMPAIGNS, ["name", shown])
    client.force_login(manager)
    page = page_of(client, "/campaigns/")
    assert f"Spring {words} " in page
    assert "$90.00" not in page


def test_home_hides_them(client: Client, spring: Campaign) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = page_of(client, "/")
    assert "Fewer than 5 people have responded or bought" in page
    assert "its variants cover too few people" in page


def test_movers_of_few_views_are_left_out() -> None:
    day = agency_today()
    for slug, views in (("small", 3), ("large", 8)):
        made = make_campaign(slug)
        CampaignDay.objects.create(campaign=made, variant=made.variants.all()[0], day=day, views=views)
    told = {
        hides: [one.campaign.slug for one in movers(Campaign.objects.all(), 5, hides_few=hides)]
        for hides in (True, False)
    }
    assert told == {True: ["large"], False: ["large", "small"]}


def test_the_api_gives_null(client: Client, spring: Campaign) -> None:
    def told(role: Role) -> Any:
        client.force_login(make_user(role, role.label))
        return client.get("/api/v1/reports/campaigns/spring").json()

    hidden, whole = told(Role.MARKETING_MANAGER), told(Role.PRIVACY_OFFICER)
    letter = {row["name"]: row for row in hidden["variants"]}["letter"]
    assert (letter["recipients"], letter["viewers"]) == (20, 20)
    assert (letter["responders"], letter["response_rate"], letter["revenue"], letter["converters"]) == (None,) * 4
    assert letter["lift"]["response_rate"] is None
    assert hidden["totals"]["converters"] is None
    assert hidden["totals"]["responders"] == 9
    assert [day["conversions"] for day in hidden["days"] if day["variant"] == "letter"] == [None]
    assert (hidden["cost"]["cost"], hidden["cost"]["per_conversion"], hidden["goal"]) == (100.0, None, None)
    assert {row["name"]: row["responders"] for row in whole["variants"]} == {"control": 6, "letter": 3}
    assert whole["goal"]["so_far"] == 9.0
