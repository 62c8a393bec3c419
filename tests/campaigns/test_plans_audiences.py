"""Audiences: each condition chooses exactly whom it says, stored conditions are checked, and left out adds up."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.audiences import CONDITIONS, BadConditions, customers_in, lists_in, read, those_who_left, words_of
from campaigns.enums import Channel, Frequency
from campaigns.forms.audience import AudienceForm
from campaigns.leaving_out import LeftOut
from campaigns.models import Audience, RecipientPreference, Share, Tag
from campaigns.planning import reach_of_conditions
from campaigns.reaching import Reach, counted, reached
from privacy.roles import Role
from records.enums import SuppressionKind
from records.identity.merging import merge
from records.models import Customer, IndustryCode, ListMembership, MailingList, Organization, Territory
from records.suppressing import suppress
from tests.factories import enroll, make_campaign, make_customer, make_share, make_user, viewer_of
from tests.plans import ask_through

pytestmark = pytest.mark.django_db


def chosen(**conditions: Any) -> set[str]:
    """The numbers of the customers whom these conditions choose."""
    return set(customers_in(conditions).values_list("number", flat=True))


def reach(*channels: Channel, **conditions: Any) -> Reach:
    return reach_of_conditions(conditions, channels)


# Conditions -------------------------------------------------------------------------------------------------------


def test_without_a_condition_it_is_everybody() -> None:
    make_customer("C-1"), make_customer("C-2")
    assert chosen() == {"C-1", "C-2"}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"territories": ["ne"]}, {"C-1"}),
        ({"territories": ["ne", "sw"]}, {"C-1", "C-2"}),
        ({"states": ["il"]}, {"C-1"}),
        ({"states": ["IL", "NY"]}, {"C-1", "C-2"}),
        ({"postal_codes": ["606"]}, {"C-1"}),
        ({"postal_codes": ["606", "1"]}, {"C-1", "C-2"}),
        ({"naics": ["51"]}, {"C-1"}),
        ({"naics": ["511"]}, set()),
        ({"sic": ["27"]}, {"C-2"}),
        ({"sic": ["5"]}, None),
        ({"sizes": ["small"]}, {"C-1"}),
        ({"employees": 50}, {"C-2"}),
        ({"employees": 51}, set()),
        ({"customer_since": "2020-01-01"}, {"C-2"}),
        ({"customer_until": "2020-01-01"}, {"C-1"}),
        ({"has_email": True}, {"C-1"}),
        ({"has_post": True}, {"C-2"}),
        ({"has_email": True, "has_post": True}, set()),
        ({"has_email": False}, {"C-1", "C-2", "C-3"}),
    ],
)
def test_a_condition_on_who_they_are_chooses_those(conditions: dict[str, Any], expected: set[str] | None) -> None:
    small = Organization.objects.create(name="Acme", size="small", employees=5)
    large = Organization.objects.create(name="Bolt", size="large", employees=50)
    IndustryCode.objects.create(organization=small, system="NAICS", code="512")
    IndustryCode.objects.create(organization=large, system="SIC", code="2711")
    north, south = (Territory.objects.create(code=code, name=code) for code in ("ne", "sw"))
    one = {"territory": north, "state": "Il", "postal_code": "60601", "organization": small, "email": "a@example.com"}
    two = {"territory": south, "state": "NY", "postal_code": "10001", "organization": large, "street": "1 Main"}
    make_customer("C-1", customer_since=date(2019, 12, 31), **one)
    make_customer("C-2", customer_since=date(2020, 1, 1), **two)
    make_customer("C-3")
    if expected is None:
        with pytest.raises(BadConditions, match="SIC code begins with: “5” is not two to 4 digits"):
            chosen(**conditions)
    else:
        assert chosen(**conditions) == expected


def test_members_of_any_of_the_lists_are_chosen_and_those_who_left_are_told_apart() -> None:
    lists = [MailingList.objects.create(slug=slug, name=slug) for slug in ("deliver", "council", "other")]
    for number, mailing_list, until in (
        ("C-1", lists[0], None), ("C-2", lists[1], None), ("C-3", lists[0], date(2026, 2, 1)), ("C-4", lists[2], None)
    ):  # fmt: skip
        ListMembership.objects.create(
            mailing_list=mailing_list, customer=make_customer(number), since=date(2026, 1, 1), until=until
        )
    asked = {"lists": ["deliver", "council"]}
    assert chosen(**asked) == {"C-1", "C-2", "C-3"}
    assert set(customers_in(asked).filter(those_who_left(asked)).values_list("number", flat=True)) == {"C-3"}
    assert lists_in(asked) == ["council", "deliver"]
    assert reach(**asked) == Reach(3, 2, {"left list": 1})


def test_who_left_one_list_and_is_on_the_other_is_reached() -> None:
    one, two = (MailingList.objects.create(slug=slug, name=slug) for slug in ("deliver", "council"))
    customer = make_customer("C-1")
    ListMembership.objects.create(mailing_list=one, customer=customer, since=date(2026, 1, 1), until=date(2026, 2, 1))
    ListMembership.objects.create(mailing_list=two, customer=customer, since=date(2026, 1, 1))
    assert reach(lists=["deliver", "council"]) == Reach(1, 1, {})


def test_what_they_were_sent_chooses_them() -> None:
    sender, campaign = make_user(Role.SALES), make_campaign("spring")
    guide, other = make_customer("C-1"), make_customer("C-2")
    make_customer("C-3")
    shared = make_share(guide, sender, "guide")
    make_share(other, sender, "list")
    shared.material.tags.add(Tag.objects.create(slug="parcels", name="Parcels"))
    enroll(other, campaign.variants.get(name="letter"))
    ago = timezone.now() - timedelta(days=10)
    Share.objects.filter(recipient__customer=guide).update(shared_at=ago)
    Share.objects.filter(recipient__customer=other).update(shared_at=ago - timedelta(days=90))
    ask_through(shared, at=ago)

    assert chosen(got_materials=["guide"]) == {"C-1"}
    assert chosen(got_topics=["parcels"]) == {"C-1"}
    assert chosen(in_campaigns=["spring"]) == {"C-2"}
    assert chosen(shared_within=30) == {"C-1"}
    assert chosen(not_shared_within=30) == {"C-2", "C-3"}
    assert chosen(shared_within=120) == {"C-1", "C-2"}
    assert chosen(asked_within=30) == {"C-1"}
    assert chosen(asked_within=5) == set()


def test_the_holdout_of_a_campaign_was_not_in_it() -> None:
    variant = make_campaign("spring").variants.get(name="letter")
    enroll(make_customer("C-1"), variant)
    variant.is_holdout = True
    variant.save()
    assert chosen(in_campaigns=["spring"]) == set()


def test_what_hangs_on_a_merged_record_is_the_persons() -> None:
    kept, absorbed = make_customer("C-1"), make_customer("C-2")
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver")
    ListMembership.objects.create(mailing_list=mailing_list, customer=absorbed, since=date(2026, 1, 1))
    merge(kept, absorbed, by=None)
    assert chosen(lists=["deliver"]) == {"C-1"}


# What is stored ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ([], "not a table of names and values"),
        ({"colour": "blue"}, "No condition is called “colour”"),
        ({"lists": ["gone"]}, "Is a member of any of these lists: Select a valid choice"),
        ({"lists": 7}, "Is a member of any of these lists"),
        ({"shared_within": 0}, "Give 1 or more\\."),
        ({"shared_within": "soon"}, "Enter a whole number"),
        ({"customer_since": "yesterday"}, "Enter a valid date"),
        ({"postal_codes": ["'; DROP TABLE"]}, "is not the beginning of a postal code"),
        ({"states": "%"}, "is not a state or region"),
    ],
)
def test_stored_conditions_that_make_no_sense_say_so(stored: Any, said: str) -> None:
    with pytest.raises(BadConditions, match=said):
        read(stored)


def test_what_asks_nothing_is_left_out_of_what_is_read() -> None:
    assert read({"states": [], "has_email": False, "shared_within": None, "postal_codes": ["60"]}) == {
        "postal_codes": ["60"]
    }


def test_conditions_are_told_in_words() -> None:
    MailingList.objects.create(slug="deliver", name="Deliver")
    MailingList.objects.create(slug="council", name="Council")
    stored = {"lists": ["deliver", "council"], "states": ["IL", "NY", "OH"], "has_email": True, "shared_within": 30}
    assert words_of(stored) == [
        ("Is a member of any of these lists", "Council or Deliver"),
        ("State or region", "IL, NY or OH"),
        ("Was sent something within the last … days", "30"),
        ("Has an e-mail address", "yes"),
    ]


def test_a_form_keeps_what_is_asked_and_shows_it_again() -> None:
    form = AudienceForm(Audience(), {"name": "Near", "postal_codes": "606, 607 ,606", "employees": "5", "states": ""})
    assert form.is_valid()
    kept = form.keep()
    kept.refresh_from_db()
    assert kept.conditions == {"postal_codes": ["606", "607"], "employees": 5}
    assert 'value="606, 607"' in AudienceForm(kept).as_div()


def test_every_condition_has_a_field_of_its_own_whose_values_json_holds() -> None:
    names = [condition.name for condition in CONDITIONS]
    assert len(set(names)) == len(names)
    form = AudienceForm(Audience(), {"name": "x", "customer_since": "2026-01-31", "has_post": "on"})
    assert form.is_valid()
    form.keep().refresh_from_db()
    assert form.audience.conditions == {"customer_since": "2026-01-31", "has_post": True}


# Who is left out --------------------------------------------------------------------------------------------------


def wish(customer: Customer, frequency: Frequency) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(customer), frequency=frequency)


def test_each_reason_is_counted_once_and_the_numbers_add_up() -> None:
    sender = make_user(Role.SALES)
    people = [make_customer(f"C-{n}", email=f"c{n}@example.com") for n in range(8)]
    merge(people[0], people[1], by=None)
    Customer.objects.filter(pk=people[2].pk).update(
        relationship_ended_on=date(2026, 1, 1), relationship_end_reason="moved"
    )
    wish(people[3], Frequency.NOTHING)
    suppress(SuppressionKind.EMAIL, "C4@Example.com", None, "asked")
    Customer.objects.filter(pk=people[5].pk).update(email="")
    wish(people[6], Frequency.LESS)
    share = make_share(people[6], sender)
    Share.objects.filter(pk=share.pk).update(shared_at=timezone.now() - timedelta(days=3))

    found = counted(Customer.objects.all(), [Channel.EMAIL])

    assert found == Reach(8, 2, {"merged": 1, "ended": 1, "opted out": 2, "no address": 1, "heard": 1})
    assert found.matched == found.reached + sum(found.left_out.values())
    names = set(reached(Customer.objects.all(), [Channel.EMAIL]).values_list("number", flat=True))
    assert names == {"C-0", "C-7"}


def test_the_first_reason_that_holds_counts() -> None:
    customer = make_customer("C-1", relationship_ended_on=date(2026, 1, 1), relationship_end_reason="moved")
    wish(customer, Frequency.NOTHING)
    assert counted(Customer.objects.all(), [Channel.EMAIL]).left_out == {"ended": 1}


def test_any_of_the_channels_is_enough() -> None:
    make_customer("C-1", email="a@example.com")
    make_customer("C-2", street="1 Main", postal_code="60601")
    make_customer("C-3", phone="+13125550142")
    assert reach(Channel.EMAIL).left_out == {"no address": 2}
    assert reach(Channel.EMAIL, Channel.PRINT) == Reach(3, 2, {"no address": 1})
    assert reach(Channel.EMAIL, Channel.PRINT, Channel.TELEPHONE) == Reach(3, 3, {})
    assert reach(Channel.EVENT) == Reach(3, 3, {})


def test_who_keeps_one_address_out_is_reached_by_the_other() -> None:
    make_customer("C-1", email="a@example.com", street="1 Main", postal_code="60601")
    suppress(SuppressionKind.EMAIL, "a@example.com", None, "asked")
    assert reach(Channel.EMAIL).left_out == {"opted out": 1}
    assert reach(Channel.EMAIL, Channel.PRINT) == Reach(1, 1, {})
    suppress(SuppressionKind.ADDRESS, "1 main, 60601", None, "asked")
    assert reach(Channel.EMAIL, Channel.PRINT).left_out == {"opted out": 1}


def test_by_hand_any_address_that_is_kept_out_leaves_out() -> None:
    make_customer("C-1", phone="(312) 555-0142")
    suppress(SuppressionKind.PHONE, "+13125550142", None, "asked")
    assert reach(Channel.LINK).left_out == {"opted out": 1}


def test_a_suppression_of_one_list_counts_for_audiences_of_that_list() -> None:
    one, two = (MailingList.objects.create(slug=slug, name=slug) for slug in ("deliver", "council"))
    customer = make_customer("C-1", email="a@example.com")
    for mailing_list in (one, two):
        ListMembership.objects.create(mailing_list=mailing_list, customer=customer, since=date(2026, 1, 1))
    suppress(SuppressionKind.EMAIL, "a@example.com", one, "left")
    assert reach(Channel.EMAIL, lists=["deliver"]).left_out == {"opted out": 1}
    assert reach(Channel.EMAIL, lists=["council"]) == Reach(1, 1, {})
    assert reach(Channel.EMAIL) == Reach(1, 1, {})


def test_once_a_month_is_for_what_is_sent_and_not_for_what_is_handed_over() -> None:
    customer = make_customer("C-1", email="a@example.com")
    wish(customer, Frequency.LESS)
    assert reach(Channel.EMAIL) == Reach(1, 1, {})
    make_share(customer, make_user(Role.SALES))
    Share.objects.update(shared_at=timezone.now())
    assert reach(Channel.EMAIL).left_out == {"heard": 1}
    assert reach(Channel.LINK) == Reach(1, 1, {})
    Share.objects.update(shared_at=timezone.now() - timedelta(days=31))
    assert reach(Channel.EMAIL) == Reach(1, 1, {})


def test_reasons_have_words_in_their_order() -> None:
    lines = Reach(5, 1, {"opted out": 3, "merged": 1}).lines
    assert lines == [("the same person as another record", 1), ("they asked not to be contacted", 3)]
    assert {why.value for why in LeftOut} >= {"merged", "ended", "left list", "opted out", "no address", "heard"}


@pytest.mark.parametrize("people", [1, 20])
def test_counting_takes_the_same_statements_for_any_number(people: int) -> None:
    for number in range(people):
        make_customer(f"C-{number}", email=f"c{number}@example.com")
    suppress(SuppressionKind.EMAIL, "c0@example.com", None, "asked")
    with CaptureQueriesContext(connection) as queries:
        reach(Channel.EMAIL, has_email=True)
    # Hashes that are kept out, the addresses (a cursor's opening), and the count.
    assert len(queries) == 3
