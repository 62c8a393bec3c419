"""Reports as tables by the API: the rows of their files, for those who see the page; and trouble areas."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.enums import TroubleState
from analytics.folding import fold_all
from analytics.models import TroubleArea
from analytics.trouble.base import Detector, all_detectors
from privacy.models import AccessEntry
from privacy.roles import Role
from tests.campaigns.surveying import ask, make_survey
from tests.exporting import csv_rows
from tests.factories import NOON, engage, make_customer, make_material, make_user

pytestmark = pytest.mark.django_db
TABLES = "/api/v1/reports/tables"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def guide() -> str:
    """Seven read its first page, two of them its second."""
    material = make_material("guide")
    for number in range(7):
        for page in (1, 2) if number < 2 else (1,):
            engage(make_customer(f"C-{number}-{page}"), "page", material=material, page=page, version=1, dwell_ms=5_000)
    fold_all()
    return "guide"


@pytest.mark.parametrize(
    "of",
    [
        "cohorts",
        "filtered",
        "material/guide?version=1",
        "compare?quarter=2026-Q1",
        "compare?material=guide&material=list",
    ],
)
def test_a_table_has_the_rows_of_the_file(client: Client, guide: str, of: str) -> None:
    make_material("list")
    client.force_login(make_user(Role.SALES_MANAGER, "Boss"))
    answer = client.get(f"{TABLES}/{of}")
    assert answer.status_code == 200
    told, (name, _, query) = answer.json(), of.partition("?")
    head, *rows = csv_rows(client, name, query)
    assert [column["label"] for column in told["columns"]] == head
    assert len(told["rows"]) == len(rows)
    assert "Method" in told["notes"]
    assert "Element of the notice" in told["notes"]


def test_what_tells_of_few_people_is_null_and_named(client: Client, guide: str) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    told = client.get(f"{TABLES}/material/guide?version=1").json()
    assert [row["page"] for row in told["rows"]] == [1, 2]
    assert [row["readers"] for row in told["rows"]] == [7, None]
    assert ["readers" in names for names in told["hidden"]] == [False, True]


def test_a_survey_is_told_by_its_key(client: Client) -> None:
    survey = make_survey()
    ask(survey)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    told = client.get(f"{TABLES}/survey/{survey.key}").json()
    assert (told["of"], told["title"]) == (f"survey/{survey.key}", "Survey spring")
    assert told["rows"][0]["question"] == "How was it?"


def test_bad_filters_are_refused_with_what_to_do(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    for address, said in {
        "cohorts?months=7": "months",
        "compare?quarter=spring": "2026-Q1",
        "compare?campaign=one": "two to five",
    }.items():
        answer = client.get(f"{TABLES}/{address}")
        assert answer.status_code == 400
        assert said in answer.content.decode()


@pytest.mark.parametrize(
    "of", ["customer/x", "likely/x", "sharing", "material", "cohorts/x", "material/none", "survey/none"]
)
def test_any_other_is_not_found(client: Client, of: str) -> None:
    client.force_login(make_user(Role.SALES_MANAGER, "Boss"))
    assert client.get(f"{TABLES}/{of}").status_code == 404


def test_who_sees_no_campaigns_is_refused(client: Client) -> None:
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    assert client.get(f"{TABLES}/cohorts").status_code == 403


# Trouble areas -------------------------------------------------------------------------------------------------------


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Detector:
    """One that there is, whose evidence is nothing."""
    one = replace(next(iter(all_detectors().values())), said=lambda evidence: "Came often.")
    monkeypatch.setattr("analytics.api.trouble.all_detectors", lambda: {one.name: one})
    return one


def test_trouble_areas_are_those_of_ones_customers(client: Client, detector: Detector) -> None:
    ann = make_user(Role.SALES, "Ann")
    mine, theirs = make_customer("C-1", ann, name="Ines"), make_customer("C-2", make_user(Role.SALES, "Ben"))
    for customer in (mine, theirs):
        TroubleArea.objects.create(customer=customer, detector=detector.name, found_at=NOON, seen_at=NOON)
    client.force_login(ann)
    told = client.get("/api/v1/reports/trouble").json()
    (area,) = told["results"]
    assert (area["customer"]["name"], area["detector"], area["state"]) == ("Ines", detector.name, "open")
    assert (area["seen"], area["proposed"]) == ("Came often.", str(detector.solution))
    assert datetime.fromisoformat(area["found_at"]) == NOON.astimezone(UTC)
    assert AccessEntry.objects.filter(place="api_trouble_areas", records=1).exists()


def test_trouble_areas_are_chosen_by_state(client: Client, detector: Detector) -> None:
    ann = make_user(Role.SALES, "Ann")
    for number in range(3):
        person = make_customer(f"C-{number}", ann)
        TroubleArea.objects.create(
            customer=person, detector=detector.name, found_at=NOON, seen_at=NOON,
            **({"state": TroubleState.PASSED, "settled_at": NOON} if number else {}),
        )  # fmt: skip
    client.force_login(ann)
    counts = {
        state: len(client.get(f"/api/v1/reports/trouble?state={state}").json()["results"])
        for state in ("open", "passed")
    }
    assert counts == {"open": 1, "passed": 2}
    assert client.get("/api/v1/reports/trouble?state=lost").status_code == 400


@pytest.mark.parametrize("areas", [1, 6])
def test_trouble_areas_take_the_same_statements_for_any_number(client: Client, detector: Detector, areas: int) -> None:
    ann = make_user(Role.SALES, "Ann")
    for number in range(areas):
        TroubleArea.objects.create(
            customer=make_customer(f"C-{number}", ann), detector=detector.name, found_at=NOON, seen_at=NOON
        )
    client.force_login(ann)
    client.get("/api/v1/reports/trouble")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/api/v1/reports/trouble").json()["results"]) == areas
    assert len(queries) == 8
