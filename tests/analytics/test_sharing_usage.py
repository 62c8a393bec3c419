"""How sharing is used: who shares, what, by which channel and how it lands, held against the log itself."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from analytics.reports.sharing import SharingQuery, SharingReport, Usage, sharing_report
from campaigns.models import Material, Share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer
from tests.exporting import csv_rows
from tests.factories import engage, make_customer, make_material, make_team, make_user, viewer_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
# Shares and what came of them by the log alone, of one sender; nothing of it goes through the rollups.
FROM_THE_LOG = """
WITH pair AS (
    SELECT DISTINCT recipient_id, material_id, min(shared_at) OVER (PARTITION BY recipient_id, material_id) AS sent_at
    FROM campaigns_share WHERE sender_id = %(sender)s AND shared_at > now() - interval '89 days'
),
did AS (
    SELECT * FROM campaigns_event WHERE verdict IN ('human', 'unknown') AND kind NOT IN ('shared', 'delivered')
)
SELECT
    (SELECT count(*) FROM campaigns_share WHERE sender_id = %(sender)s AND shared_at > now() - interval '89 days'),
    count(DISTINCT recipient_id), count(*),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM did WHERE viewer_id = recipient_id AND did.material_id = pair.material_id AND kind = 'view'
    ) AND EXISTS (
        SELECT FROM did WHERE viewer_id = recipient_id AND did.material_id = pair.material_id AND occurred_at >= sent_at
    )),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM did WHERE viewer_id = recipient_id AND did.material_id = pair.material_id AND kind = 'response'
    ))
FROM pair
"""


def send(sender: User | None, customer: Customer, material: Material, days_ago: float = 10, **values: Any) -> Share:
    moment = NOW - timedelta(days=days_ago)
    return Share.objects.create(
        key=uuid4(), material=material, recipient=viewer_of(customer), sender=sender, shared_at=moment, **values
    )


@pytest.fixture
def ann() -> User:
    """She sent a guide to ten, to the first of them twice, and a list to three; seven viewed the guide, one of them
    before it was sent, a machine opened it too, two answered. Ben sent a letter to one."""
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    make_team(ann, ben, manager=make_user(Role.SALES_MANAGER, "Boss"))
    guide, prices = make_material("guide"), make_material("list")
    people = [make_customer(f"C-{number}", ann) for number in range(10)]
    for number, person in enumerate(people):
        send(ann, person, guide, channel="email")
        if number < 7:
            engage(person, "view", material=guide, occurred_at=NOW - timedelta(days=1 if number else 20))
        if number == 7:
            engage(person, "view", material=guide, occurred_at=NOW - timedelta(days=1), signals=1)
        if number in (1, 2):
            engage(person, "response", material=guide, occurred_at=NOW - timedelta(hours=5))
    send(ann, people[0], guide, 9)
    for person in people[:3]:
        send(ann, person, prices)
    send(ann, people[9], prices, 200)
    send(ben, make_customer("of Ben", ben), make_material("letter"), channel="print")
    fold_all()
    return ann


def of(user: User, days: int = 90) -> SharingReport:
    return sharing_report(SharingQuery(user, days))


def counts(row: Usage) -> tuple[Any, ...]:
    return row.name, row.shares, row.people, row.sent, row.viewed, row.responded


def test_it_says_who_shares_what_how_and_what_came_of_it(ann: User) -> None:
    found = of(ann)
    assert counts(found.total) == ("", 14, 10, 13, 6, 2)
    assert [counts(row) for row in found.staff] == [("Ann", 14, 10, 13, 6, 2)]
    assert [counts(row) for row in found.materials] == [("Guide", 11, 10, 10, 6, 2), ("List", 3, 3, 3, 0, 0)]
    assert [counts(row) for row in found.channels] == [
        ("E-mail", 10, 10, 10, 6, 2),
        ("Link shared by staff", 4, 3, 4, 0, 0),
    ]
    assert found.is_own
    assert found.total.view_rate == pytest.approx(6 / 13)


def test_the_numbers_are_those_of_the_log(ann: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG, {"sender": ann.pk})
        assert cursor.fetchone() == counts(of(ann).total)[1:]


def test_each_sees_their_own_and_a_manager_the_teams(ann: User) -> None:
    outsider = make_user(Role.SALES, "Out")
    send(outsider, make_customer("of Out", outsider), make_material("other"))
    send(None, make_customer("of a file"), make_material("other 2"))
    seen = {
        user.name: [row.name for row in of(user).staff]
        for user in (ann, User.objects.get(name="Boss"), make_user(Role.PRIVACY_OFFICER))
    }
    assert seen == {"Ann": ["Ann"], "Boss": ["Ann", "Ben"], "Privacy officer": ["Ann", "", "Ben", "Out"]}
    assert [of(user).is_own for user in (ann, User.objects.get(name="Boss"))] == [True, False]


def test_days_are_chosen(ann: User) -> None:
    assert (of(ann, 30).total.shares, of(ann, 365).total.shares) == (14, 15)
    nobody = of(make_user(Role.SALES, "New"))
    assert (nobody.total.shares, nobody.total.view_rate, nobody.staff) == (0, None, ())


@pytest.mark.parametrize("shares", [1, 3])
def test_it_takes_the_same_statements_for_any_number(shares: int) -> None:
    user = make_user(Role.SALES)
    for number in range(shares):
        send(user, make_customer(f"C-{number}", user), make_material(f"m-{number}"))
    of(user)
    with CaptureQueriesContext(connection) as queries:
        assert of(user).total.shares == shares
    assert len(queries) == 4


def test_page_file_and_api_say_the_same(client: Client, ann: User) -> None:
    cache.clear()
    client.force_login(ann)
    page = " ".join(client.get("/sharing/").content.decode().split())
    assert "In the notice: “customer sharing program usage report data” (category 18)." in page
    assert "This counts your own shares." in page
    assert (
        '<td class="number">11</td><td class="number">10</td><td class="number">10</td><td class="number">6</td>'
        in page
    )
    api = client.get("/api/v1/reports/sharing").json()
    assert [(row["name"], row["viewed"]) for row in api["materials"]] == [("Guide", 6), ("List", 0)]
    rows = csv_rows(client, "sharing")
    assert [row[:6] for row in rows[1:4]] == [
        ["Staff", "Ann", "14", "10", "13", "6"], ["Material", "Guide", "11", "10", "10", "6"],
        ["Material", "List", "3", "3", "3", "0"],
    ]  # fmt: skip
    assert client.get("/api/v1/reports/sharing?days=7").status_code == 400
    assert client.get("/sharing/?days=7").status_code == 200


def test_who_may_not_see_people_gets_no_number_of_few(client: Client, ann: User) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    api = client.get("/api/v1/reports/sharing").json()
    materials = {row["name"]: (row["people"], row["viewed"], row["responded"]) for row in api["materials"]}
    assert materials == {"Guide": (10, 6, None), "List": (None, 0, 0), "Letter": (None, 0, 0)}
    assert api["total"]["responded"] is None
    rows = {row[1]: row for row in csv_rows(client, "sharing") if row[0] == "Material"}
    assert rows["List"][3] == "hidden"
    assert "Guide" in client.get("/sharing/").content.decode()
