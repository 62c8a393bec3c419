"""Of which records a hold is: persons and all that they are merged with, organizations, campaigns, categories, days."""

import uuid
from datetime import date

import pytest

from campaigns.models import Assignment, Audience, Share
from privacy.models import LegalHold, User
from privacy.retention import planning, reach
from records.enums import ContactKind, RecordRule
from records.keeping import make_partitions
from records.models import ContactPoint, Customer, ListMembership, MailingList, Organization, Record, Territory
from tests.events import append, make_campaign, make_material
from tests.factories import make_customer, moment, viewer_of
from tests.retention import TODAY, dispose, gone_customer, hold_on, merge_into

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def reached(**scope: object) -> dict[str, int]:
    return dict(reach.reached_by(LegalHold(**scope)))


def contact(customer: Customer) -> None:
    ContactPoint.objects.create(customer=customer, kind=ContactKind.FAX, value="1", normalized="1")


def record(customer: Customer | None, category: int = 9, day: date = date(2020, 5, 1)) -> Record:
    make_partitions([moment(day)])
    made = Record(
        collected_at=moment(day), category=category, customer=customer, source="personnel", location="headquarters",
        retention_rule=RecordRule.INSIGHT, attributes={},
    )  # fmt: skip
    made.subject = customer.key if customer else made.key
    made.save(force_insert=True)
    return made


def test_a_hold_on_a_person_is_of_all_that_is_about_them() -> None:
    customer, other = gone_customer("C-1"), gone_customer("C-2")
    for one in (customer, other):
        contact(one)
        record(one)
    assert reached(people=[customer.key]) == {"contact points": 1, "customers": 1, "records": 1, "viewers": 1}


def test_a_hold_on_one_record_of_a_person_is_of_those_merged_with_it() -> None:
    kept, absorbed = make_customer("C-1"), make_customer("C-2")
    merge_into(kept, absorbed)
    assert reached(people=[absorbed.key])["customers"] == 2
    assert reached(people=[kept.key])["customers"] == 2


def test_a_hold_on_an_organization_is_of_it_and_its_people() -> None:
    acme, other = Organization.objects.create(name="Acme"), Organization.objects.create(name="Other")
    contact(make_customer("C-1", organization=acme))
    make_customer("C-2", organization=other)
    assert reached(organizations=[acme.key]) == {
        "contact points": 1, "customers": 1, "organizations": 1, "viewers": 1,
    }  # fmt: skip


def test_a_hold_on_a_campaign_is_of_its_draws_and_shares_and_keeps_who_was_drawn(grace: User) -> None:
    customer = gone_customer("C-1")
    variant = make_campaign("spring").variants.get(name="letter")
    viewer = viewer_of(customer)
    append(assigned=[(viewer, variant)])
    Assignment.objects.update(assigned_at=moment(date(2020, 1, 1)))
    Share.objects.create(
        key=uuid.uuid4(), material=make_material("m"), recipient=viewer, campaign=variant.campaign, variant=variant,
        shared_at=moment(date(2020, 1, 1)),
    )  # fmt: skip
    assert reached(campaigns=["spring"]) == {"assignments": 1, "shares": 1, "viewers": 1}
    hold_on(grace, campaigns=["spring"])
    listing = planning.preview(TODAY)
    assert (listing.by_model(), listing.held, listing.waiting) == ({}, 3, 1)


def test_a_hold_on_a_category_is_of_the_models_and_records_of_it() -> None:
    customer = make_customer()
    contact(customer)
    record(customer, category=9)
    record(customer, category=17)
    assert reached(categories=[9]) == {"records": 1}
    assert reached(categories=[1])["contact points"] == 1


def test_what_a_hold_names_must_all_be_met() -> None:
    customer, other = make_customer("C-1"), make_customer("C-2")
    for one in (customer, other):
        record(one, category=9)
        record(one, category=17)
    assert reached(people=[customer.key], categories=[17]) == {"records": 1}


def test_a_hold_on_days_is_of_records_whose_clock_started_then() -> None:
    customer = make_customer()
    for day in (date(2020, 4, 30), date(2020, 5, 1), date(2020, 5, 31), date(2020, 6, 1)):
        record(customer, day=day)
    assert reached(from_day=date(2020, 5, 1), to_day=date(2020, 5, 31)) == {"records": 2}
    assert reached(from_day=date(2020, 6, 1), categories=[9]) == {"records": 1}


@pytest.mark.parametrize(
    ("kind", "text"),
    [("territory", "n"), ("territory", "North"), ("list", "news"), ("list", "News"), ("audience", "The north")],
)
def test_a_hold_by_a_query_is_of_whom_it_means_at_the_time(kind: str, text: str, grace: User) -> None:
    north = Territory.objects.create(code="n", name="North")
    customer = gone_customer("C-1", territory=north)
    gone_customer("C-2")
    news = MailingList.objects.create(slug="news", name="News")
    ListMembership.objects.create(customer=customer, mailing_list=news, since=date(2020, 1, 1), until=date(2022, 1, 1))
    Audience.objects.create(name="The north", conditions={"territories": ["n"]})
    assert reached(query_kind=kind, query=text)["customers"] == 1
    hold_on(grace, query_kind=kind, query=text)
    dispose(grace, TODAY)
    assert list(Customer.objects.values_list("number", flat=True)) == ["C-1"]


def test_a_query_that_is_not_known_any_more_holds_everything(grace: User) -> None:
    gone_customer()
    hold_on(grace, query_kind="oracle", query="x")
    assert planning.preview(TODAY).by_model() == {}


def test_a_held_record_of_several_columns_as_key_stays(grace: User) -> None:
    customer, other = make_customer("C-1"), make_customer("C-2")
    held, free = record(customer), record(other)
    hold_on(grace, people=[customer.key])
    listing = planning.preview(TODAY)
    assert (listing.by_model(), listing.held) == ({"records.Record": 1}, 1)
    dispose(grace, TODAY)
    assert [one.key for one in Record.objects.all()] == [held.key]
    assert free.key != held.key


def test_scope_in_words_names_nobody() -> None:
    hold = LegalHold(
        people=[uuid.uuid4()], organizations=[uuid.uuid4(), uuid.uuid4()], campaigns=["spring"], categories=[6],
        from_day=date(2020, 1, 1), query_kind="list", query="news",
    )  # fmt: skip
    assert reach.scope_words(hold) == (
        "1 person; 2 organizations; campaign spring; category 6 Payment information; from 2020-01-01; "
        "everyone who is or was on the list news"
    )
