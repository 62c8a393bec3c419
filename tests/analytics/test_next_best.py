"""Next best materials of a customer: what is named, why, and what is not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from analytics.folding import fold_all
from analytics.insight.recommending.training import train
from analytics.models import Affinity, Recommender
from analytics.reports.next_best import NextBestReport, next_best
from campaigns.models import Material, RecipientPreference, Share
from privacy.agency import agency_today
from privacy.models import AccessEntry
from privacy.roles import Role
from records.enums import SuppressionKind
from records.models import Customer
from records.suppressing import suppress
from tests.analytics.insight.recommending.test_training import read
from tests.api import Program
from tests.asked import AskedStatements
from tests.events import make_material
from tests.factories import engage, make_customer, make_share, make_team, make_user, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Customer:
    """Somebody who read about boxes, of whom two tastes are known."""
    read(12, "boxes", "labels", "tape", name="parcels")
    read(7, "boxes", "labels", name="some")
    read(14, "letters", "stamps", name="letters")
    person = make_customer("me")
    engage(person, "view", material=Material.objects.get(slug="boxes"))
    fold_all()
    assert train() is not None
    return person


def named(found: NextBestReport) -> list[tuple[str, str]]:
    return [(one.slug, one.reason) for one in found.materials]


def test_what_those_who_read_the_same_read_comes_first_then_what_is_popular(reader: Customer) -> None:
    found = next_best(reader)
    assert set(named(found)[:2]) == {
        ("labels", "Read by 19 customers who also read “Boxes”."),
        ("tape", "Read by 12 customers who also read “Boxes”."),
    }  # fmt: skip
    assert named(found)[2:] == [
        ("letters", "Popular: 14 people have read it."), ("stamps", "Popular: 14 people have read it."),
    ]  # fmt: skip
    assert [one.score is None for one in found.materials] == [False, False, True, True]


def test_the_order_is_by_the_sum_of_the_weights(reader: Customer) -> None:
    engage(reader, "view", material=Material.objects.get(slug="tape"))
    fold_all()
    (found,) = [one for one in next_best(reader).materials if one.score is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(weight) FROM analytics_affinity JOIN campaigns_material AS other ON other.id = other_id "
            "JOIN campaigns_material AS material ON material.id = material_id "
            "WHERE other.slug = 'labels' AND material.slug IN ('boxes', 'tape')"
        )
        assert cursor.fetchone() == (pytest.approx(found.score),)


def test_who_has_read_nothing_is_named_what_is_popular(reader: Customer) -> None:
    assert [slug for slug, _ in named(next_best(make_customer("new")))] == [
        "boxes",
        "labels",
        "letters",
        "stamps",
        "tape",
    ]


def test_before_anything_was_learnt_it_is_what_is_popular(reader: Customer) -> None:
    Recommender.objects.all().delete()
    found = next_best(reader)
    assert found.model is None
    assert [slug for slug, _ in named(found)] == ["labels", "letters", "stamps", "tape"]


def test_what_fewer_than_five_read_is_not_named_as_popular() -> None:
    read(4, "boxes")
    fold_all()
    assert named(next_best(make_customer("new"))) == []


def test_what_was_shared_already_or_withdrawn_or_made_for_somebody_is_not_named(reader: Customer) -> None:
    make_share(reader, make_user(Role.SALES), "other")
    engage(reader, "shared", material=Material.objects.get(slug="labels"))
    Material.objects.filter(slug="tape").update(withdrawn_at=timezone.now())
    Material.objects.filter(slug="letters").update(kind="web page")
    Material.objects.filter(slug="stamps").update(version=0)
    fold_all()
    assert named(next_best(reader)) == []


def test_no_more_than_five_are_named() -> None:
    read(6, *(f"m-{number}" for number in range(8)))
    fold_all()
    assert len(next_best(make_customer("new")).materials) == 5


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ("nothing", "they asked not to be contacted"),
        ("suppressed", "they asked not to be contacted"),
        ("ended", "the relationship has ended"),
    ],
)
def test_who_does_not_want_it_is_recommended_nothing(reader: Customer, wish: str, why: str) -> None:
    if wish == "nothing":
        RecipientPreference.objects.create(viewer=viewer_of(reader), frequency="nothing")
    elif wish == "ended":
        Customer.objects.filter(pk=reader.pk).update(
            relationship_ended_on="2026-01-01", relationship_end_reason="moved"
        )
    else:
        Customer.objects.filter(pk=reader.pk).update(email="me@example.com")
        suppress(SuppressionKind.EMAIL, "me@example.com", None, "asked")
    found = next_best(Customer.objects.get(pk=reader.pk))
    assert (found.materials, found.left_out) == ((), why)


def test_whoever_wants_less_is_still_recommended_something(reader: Customer) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(reader), frequency="less")
    assert next_best(reader).left_out == ""


def test_it_says_which_model_and_how_well_it_foretold(reader: Customer) -> None:
    model, row = next_best(reader).model, Recommender.objects.get()
    assert model is not None
    assert (model.version, model.method, model.people) == (row.pk, row.method, 34)
    assert (model.recall, model.baseline, model.measured) == (row.recall, row.baseline, row.measured)


def sent(person: Customer, slug: str, pages: int, reached: int, days_ago: int = 30) -> Material:
    """A material of so many pages that was sent and read so far; its pages are read on the day after."""
    material, moment = make_material(slug), timezone.now() - timedelta(days=days_ago)
    Material.objects.filter(pk=material.pk).update(page_count=pages, version=1)
    Share.objects.create(key=uuid4(), material=material, recipient=viewer_of(person), shared_at=moment)
    for page in range(1, reached + 1):
        later = moment + timedelta(hours=1)
        engage(person, "page", material=material, version=1, page=page, dwell_ms=9000, occurred_at=later)
    fold_all()
    return Material.objects.get(pk=material.pk)


def test_what_was_sent_and_broken_off_comes_first_with_the_page_to_go_on_at(reader: Customer) -> None:
    month = date_format(agency_today() - timedelta(days=30), "F Y")
    sent(reader, "guide", 10, 4)
    first, second, *_ = next_best(reader).materials
    assert (first.slug, first.next_page, first.score) == ("guide", 5, None)
    assert first.reason == f"Next page of what was sent in {month}: read to page 4 of 10."
    assert (second.next_page, second.score is None) == (None, False)


def test_what_is_finished_not_begun_revoked_withdrawn_or_of_long_ago_is_not_taken_up(reader: Customer) -> None:
    sent(reader, "finished", 3, 3)
    sent(reader, "unopened", 3, 0)
    sent(reader, "long ago", 3, 1, days_ago=200)
    Share.objects.filter(material=sent(reader, "revoked", 3, 1)).update(revoked_at=timezone.now())
    Material.objects.filter(pk=sent(reader, "withdrawn", 3, 1).pk).update(withdrawn_at=timezone.now())
    Material.objects.filter(pk=sent(reader, "newer version", 3, 1).pk).update(version=2)
    assert [one.slug for one in next_best(reader).materials if one.next_page] == []


def test_no_more_than_two_are_taken_up_the_last_sent_first(reader: Customer) -> None:
    for slug, days_ago in (("old", 60), ("new", 10), ("middle", 30)):
        sent(reader, slug, 5, 2, days_ago)
    assert [one.slug for one in next_best(reader).materials if one.next_page] == ["new", "middle"]


@pytest.mark.parametrize("materials", [1, 3])
def test_it_takes_the_same_statements_whatever_there_is(materials: int) -> None:
    read(6, *(f"m-{number}" for number in range(materials)))
    fold_all()
    person = make_customer("new")
    with AskedStatements(connection) as queries:
        found = next_best(person)
    assert (len(found.materials), len(queries)) == (materials, 3)
    assert not [query for query in queries if "campaigns_event " in query["sql"]]


# Where it is shown ---------------------------------------------------------------------------------------------------


def test_the_page_shows_it_with_its_reasons_and_method(client: Client, reader: Customer) -> None:
    sales = make_user(Role.SALES)
    reader.assignments.create(staff=sales)
    client.force_login(sales)
    page = client.get(f"/customers/{reader.key}/").content.decode()
    section = page[page.index('id="next-best"') : page.index('id="meetings"')]
    assert section.count("<li>") == 4
    assert "Read by 19 customers who also read “Boxes”." in section
    assert "and retrained every night" in section
    assert 'href="/materials/labels/"' in section
    assert f'href="/shares/new/?key={reader.key}&amp;material=labels" aria-label="Share Labels">Share</a>' in section


def test_the_page_says_why_nothing_is_recommended(client: Client, reader: Customer) -> None:
    RecipientPreference.objects.create(viewer=viewer_of(reader), frequency="nothing")
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = client.get(f"/customers/{reader.key}/").content.decode()
    assert "Nothing is recommended: they asked not to be contacted." in page


@pytest.fixture
def program(reader: Customer) -> Program:
    sales, manager = make_user(Role.SALES), make_user(Role.SALES_MANAGER)
    make_team(sales, manager=manager)
    reader.assignments.create(staff=sales)
    return Program(manager)


def test_the_api_says_what_the_page_says_through_the_door(program: Program, reader: Customer) -> None:
    make_customer("somebody-elses")
    answer: Any = program.get(f"/recommendations/customers/{reader.key}")
    data = answer.json()
    assert answer.status_code == 200, data
    assert [one["slug"] for one in data["materials"]] == [one.slug for one in next_best(reader).materials]
    assert data["left_out"] == ""
    assert data["model"]["method"] == Recommender.objects.get().method
    assert AccessEntry.objects.filter(place="api_recommendations").exists()
    other = Customer.objects.get(number="somebody-elses")
    assert program.get(f"/recommendations/customers/{other.key}").status_code == 404


def test_a_model_is_about_nobody() -> None:
    """No field of it leads to a person."""
    related = {
        field.related_model
        for model in (Recommender, Affinity)
        for field in model._meta.get_fields()
        if field.is_relation
    }
    assert related == {Recommender, Affinity, Material}
    assert make_material("x").pk
