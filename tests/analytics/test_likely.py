"""Who is likely to respond to a campaign: page, file and API, whom they name, and what they say where nobody is."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics.folding import fold_all
from analytics.models import Likelihood, ResponseModel
from analytics.reports.likely import LikelyQuery, LikelyReport, likely_report
from campaigns.models import Campaign, RecipientPreference, Variant
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.enums import SuppressionKind
from records.intake.undoing import take_back
from records.models import Customer, Import
from records.suppressing import suppress
from tests.asked import AskedStatements
from tests.events import append, make_campaign, make_material
from tests.exporting import csv_rows
from tests.factories import enroll, make_customer, make_team, make_user, viewer_of

pytestmark = pytest.mark.django_db

MEASURES: dict[str, Any] = {
    "state": "ready", "auc": 0.7, "auc_low": 0.6, "lift": 2.0, "calibration_error": 0.01, "plain_auc": 0.65,
    "plain_lift": 1.8, "plain_calibration_error": 0.02, "draws": 900, "responses": 90, "people": 300,
    "parts": {"learn": [40, 400], "calibrate": [20, 140], "test": [30, 270]},
}  # fmt: skip
REASON = {"field": "days_since_came", "value": 3.0, "usual": 40.0, "without": 0.05}
# Tenths by PostgreSQL's own arithmetic over whoever is Ann's and not in the campaign; nothing of the report's is used.
TENTHS = """
SELECT 1 + (place - 1) * 10 / many AS tenth, count(*), min(probability), sum(probability)
FROM (
    SELECT probability, row_number() OVER (ORDER BY probability DESC) AS place, count(*) OVER () AS many
    FROM analytics_likelihood AS likely
    JOIN records_customerassignment AS own ON own.customer_id = likely.customer_id AND own.staff_id = %(staff)s
    WHERE likely.customer_id NOT IN (
        SELECT viewer.customer_id FROM campaigns_assignment JOIN campaigns_viewer AS viewer ON viewer.id = viewer_id
    )
) AS ranked
GROUP BY 1 ORDER BY 1
"""


def foretell(campaign: Campaign, customers: list[Customer], **fields: Any) -> ResponseModel:
    """A training that foretells 1% more of each customer than of the one before, from 1% on."""
    model = ResponseModel.objects.create(trained_at=timezone.now(), **MEASURES, **fields)
    about = {"model": model, "campaign": campaign, "scored_at": timezone.now(), "reasons": [REASON]}
    Likelihood.objects.bulk_create(
        Likelihood(customer=one, probability=(place + 1) / 100, **about) for place, one in enumerate(customers)
    )
    return model


@pytest.fixture
def ann() -> User:
    """Twenty customers are hers and one is in the campaign; thirty are Ben's, of another team."""
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    make_team(ann, manager=make_user(Role.SALES_MANAGER, "Boss"))
    campaign = make_campaign("next", ("letter",))
    Campaign.objects.filter(pk=campaign.pk).update(state="running", name="Next letter")
    guide = make_material("guide")
    guide.version = 1
    guide.save()
    Variant.objects.update(material=guide)
    own = [make_customer(f"A-{number}", ann) for number in range(20)]
    others = [make_customer(f"B-{number}", ben) for number in range(30)]
    enroll(make_customer("in it", ann), Variant.objects.get(), "delivered")
    fold_all()
    foretell(campaign, own + others)
    return ann


def of(user: User, most: int = 50) -> LikelyReport:
    return likely_report(LikelyQuery(user, Campaign.objects.get(slug="next"), most))


def named(user: User) -> list[str]:
    return [one.number for one in of(user).customers]


def test_ones_own_are_named_the_likeliest_first_with_their_reasons(ann: User) -> None:
    found = of(ann)
    assert named(ann) == [f"A-{number}" for number in range(19, -1, -1)]
    first = found.customers[0]
    assert (first.probability, first.tenth, len(first.reasons)) == (0.20, 1, 1)
    assert first.reasons[0].without == 0.05
    assert (found.state, found.people, found.campaign) == ("ready", 20, "Next letter")
    assert found.model is not None
    assert (found.model.auc, found.model.plain_auc, found.model.draws) == (0.7, 0.65, 900)


def test_a_manager_sees_the_teams_and_marketing_everybody_without_names(ann: User) -> None:
    assert len(named(User.objects.get(name="Boss"))) == 20
    found = of(make_user(Role.MARKETING_MANAGER))
    assert (found.people, found.customers) == (50, ())


def test_the_tenths_are_those_of_an_independent_statement(ann: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TENTHS, {"staff": ann.pk})
        rows = cursor.fetchall()
    found = of(ann).tenths
    assert [(one.tenth, one.people, one.lowest) for one in found] == [row[:3] for row in rows]
    assert [one.expected for one in found] == pytest.approx([row[3] for row in rows])
    assert len(found) == 10


@pytest.mark.parametrize("wish", ["nothing", "suppressed", "ended", "drawn", "merged"])
def test_who_may_not_be_asked_is_gone_at_once(ann: User, wish: str) -> None:
    person = Customer.objects.get(number="A-19")
    rows = Customer.objects.filter(pk=person.pk)
    if wish == "nothing":
        RecipientPreference.objects.create(viewer=viewer_of(person), frequency="nothing")
    elif wish == "suppressed":
        rows.update(email="me@example.com")
        suppress(SuppressionKind.EMAIL, "me@example.com", None, "asked")
    elif wish == "ended":
        rows.update(relationship_ended_on="2026-01-01", relationship_end_reason="moved")
    elif wish == "drawn":
        append(assigned=[(viewer_of(person), Variant.objects.get())])
    else:
        rows.update(merged_into=Customer.objects.get(number="A-0"))
    assert named(ann) == [f"A-{number}" for number in range(18, -1, -1)]
    assert of(ann).people == 19


def test_their_part_goes_with_whoever_is_disposed_of(ann: User) -> None:
    viewer_of(Customer.objects.get(number="A-19")).delete()
    customer = Customer.objects.get(number="A-19")
    customer.assignments.all().delete()
    customer.delete()
    assert "A-19" not in named(ann)
    assert not Likelihood.objects.filter(probability=0.20).exists()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("few", "Not enough data: of 900 people drawn into campaigns 30 days ago or earlier, 90 responded."),
        ("chance", "no better than chance"),
        ("waiting", "Nothing is calculated for this campaign yet."),
        ("over", "The campaign is over"),
    ],
)
def test_where_nobody_is_named_it_says_why(client: Client, ann: User, state: str, said: str) -> None:
    if state == "few":
        measures = [name for name in MEASURES if "auc" in name or "lift" in name or "error" in name]
        ResponseModel.objects.update(state="few", **dict.fromkeys(measures))
    elif state == "chance":
        ResponseModel.objects.update(state="chance")
    elif state == "waiting":
        ResponseModel.objects.all().delete()
    else:
        Campaign.objects.update(ends_on=agency_today() - timedelta(days=1))
    found = of(ann)
    assert (found.state, found.tenths, found.customers) == (state, (), ())
    client.force_login(ann)
    page = " ".join(client.get("/campaigns/next/likely/").content.decode().split())
    assert said in page
    assert "A-19" not in page
    if state == "few":
        assert "there are 40 and 400 to learn from, 20 and 140 to calibrate on, 30 and 270 to test it on." in page
        assert "It takes 20 who responded and 20 who did not" in page


def test_a_campaign_that_was_made_since_waits_for_the_night(ann: User) -> None:
    Likelihood.objects.all().delete()
    assert of(ann).state == "waiting"


@pytest.mark.parametrize("people", [1, 3])
def test_it_takes_the_same_statements_for_any_number(people: int) -> None:
    user, campaign = make_user(Role.SALES), make_campaign("next", ("letter",))
    Campaign.objects.update(state="running")
    foretell(campaign, [make_customer(f"C-{number}", user) for number in range(people)])
    of(user)
    with AskedStatements(connection) as queries:
        assert len(of(user).customers) == people
    assert len(queries) == 1 + 4  # the campaign is the test's own
    assert not [query for query in queries if "campaigns_event " in query["sql"]]


def test_an_import_is_taken_back_whatever_was_foretold_of_its_customers(ann: User) -> None:
    record = Import.objects.create(kind="customers", file_name="c.csv", state="done", finished_at=timezone.now())
    person = Customer.objects.create(number="F-1", name="F", source_import=record)
    Likelihood.objects.create(
        model=ResponseModel.objects.get(), campaign=Campaign.objects.get(slug="next"), customer=person,
        probability=0.5, scored_at=timezone.now(),
    )  # fmt: skip
    take_back(record.pk)
    assert not Customer.objects.filter(number="F-1").exists()
    assert (ResponseModel.objects.count(), of(ann).state) == (0, "waiting")


# Where it is shown ---------------------------------------------------------------------------------------------------


def test_page_file_and_api_say_the_same(client: Client, ann: User) -> None:
    cache.clear()
    client.force_login(ann)
    page = " ".join(client.get("/campaigns/next/likely/").content.decode().split())
    assert "In the notice: “analytics program report data” (category 18)." in page.replace("Analytics", "analytics")
    assert "Days since they last came: 3 (usual: 40), +15.00 points" in page
    assert "area under the curve 0.700 (logistic regression 0.650)" in page
    assert page.count('name="key"') == 20
    assert page.count(" checked>") == 2
    assert 'name="material" value="guide"' in page
    assert "B-29" not in page
    api = client.get("/api/v1/reports/campaigns/next/likely?most=3").json()
    assert [(one["number"], one["probability"]) for one in api["customers"]] == [
        ("A-19", 0.2), ("A-18", 0.19), ("A-17", 0.18),
    ]  # fmt: skip
    assert api["people"] == 20
    rows = csv_rows(client, "likely/next")
    assert [row[0] for row in rows[1:21]] == [f"A-{number}" for number in range(19, -1, -1)]
    assert rows[1][4] == "Days since they last came: 3 (usual: 40), +15.00 points"
    assert client.get("/api/v1/reports/campaigns/next/likely?most=0").status_code == 400
    places = set(AccessEntry.objects.values_list("place", flat=True))
    assert {"likely", "api_likely"} <= places


def test_the_ticked_are_shared_with_in_one_step(client: Client, ann: User) -> None:
    client.force_login(ann)
    keys = [str(one.key) for one in of(ann).customers[:2]]
    page = client.post("/shares/new/", {"key": keys, "material": "guide"}).content.decode()
    assert "Share with 2 customers" in page
    assert '<option value="guide" selected>' in page


def test_the_campaigns_page_leads_there(client: Client, ann: User) -> None:
    client.force_login(ann)
    assert 'href="/campaigns/next/likely/"' in client.get("/campaigns/next/").content.decode()


def test_who_may_not_see_people_gets_no_number_of_few(client: Client, ann: User) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    api = client.get("/api/v1/reports/campaigns/next/likely").json()
    assert [row["people"] for row in api["tenths"]] == [5] * 10
    Likelihood.objects.filter(probability__gt=0.3).delete()
    api = client.get("/api/v1/reports/campaigns/next/likely").json()
    assert (api["customers"], [row["people"] for row in api["tenths"]]) == ([], [None] * 10)
    assert {row["expected"] for row in api["tenths"]} == {None}
    rows = csv_rows(client, "likely/next")
    assert rows[1] == ["1", "hidden", "hidden", "hidden", "hidden"]
    page = client.get("/campaigns/next/likely/").content.decode()
    assert "What covers fewer than 5 people is left out." in page
    assert "A-19" not in page


def test_a_campaign_that_one_does_not_see_is_not_found(client: Client, ann: User) -> None:
    client.force_login(User.objects.get(name="Ben"))
    assert client.get("/campaigns/next/likely/").status_code == 404
    assert client.get("/api/v1/reports/campaigns/next/likely").status_code == 404
