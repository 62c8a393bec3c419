"""What becomes of what detectors find: opened once, renewed, passed, settled by staff, counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import tasks
from analytics.enums import TroubleState
from analytics.models import TroubleArea
from analytics.trouble import base, finding
from analytics.trouble.base import Detector
from analytics.trouble.finding import QUIET, AlreadySettled, find_all, records, settle
from config.schedule import SCHEDULE
from privacy.access import Refused
from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer
from tests.exporting import csv_rows
from tests.factories import make_customer, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[int, dict[str, Any]]:
    """What the one detector there is finds: the tests put customers in and take them out."""
    sees: dict[int, dict[str, Any]] = {}
    one = Detector(
        "help_again", "Returns", lambda today: list(sees.items()), lambda e: f"Came {e.get('visits', 0)} times.",
        "Call.", "By counting.", 0.01,
    )  # fmt: skip
    known = {"help_again": one}
    for module in (base, finding, "analytics.views.trouble", "analytics.trouble.lists"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.all_detectors", lambda: known)
    return sees


@pytest.fixture
def person() -> Customer:
    return make_customer("C-1")


def states() -> list[str]:
    return list(TroubleArea.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_found_is_opened_once_and_its_evidence_renewed(seen: dict[int, Any], person: Customer) -> None:
    seen[person.pk] = {"visits": 4}
    assert (find_all(), find_all()) == (1, 0)
    seen[person.pk] = {"visits": 6}
    find_all()
    area = TroubleArea.objects.get()
    assert (area.evidence, area.state) == ({"visits": 6}, "open")
    assert area.seen_at > area.found_at


def test_the_program_reads_through_the_door_for_the_detectors_purpose(seen: dict[int, Any], person: Customer) -> None:
    seen[person.pk] = {}
    find_all()
    rows = AccessEntry.objects.order_by("at").values_list("actor", "place", "purpose", "categories", "records")
    about = ("trouble", "find_trouble", 12, [18])
    assert list(rows) == [(*about, None), (*about, 1)]


def test_what_does_not_serve_the_purpose_is_refused(
    seen: dict[int, Any], person: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen[person.pk] = {}
    meetings = replace(base.all_detectors()["help_again"], categories=(10,))
    monkeypatch.setattr(finding, "all_detectors", lambda: {"help_again": meetings})
    with pytest.raises(Refused):
        find_all()
    assert not TroubleArea.objects.exists()


def test_what_is_found_no_more_has_passed_and_may_come_again(seen: dict[int, Any], person: Customer) -> None:
    seen[person.pk] = {}
    find_all()
    del seen[person.pk]
    find_all()
    assert states() == ["passed"]
    seen[person.pk] = {}
    assert find_all() == 1
    assert states() == ["passed", "open"]


def test_who_was_looked_at_is_left_in_peace_for_a_while(seen: dict[int, Any], person: Customer) -> None:
    staff = make_user(Role.SALES)
    seen[person.pk] = {}
    find_all()
    settle(TroubleArea.objects.get(), TroubleState.DISMISSED, "On leave", staff)
    assert find_all() == 0
    TroubleArea.objects.update(settled_at=timezone.now() - QUIET)
    assert find_all() == 1
    assert states() == ["dismissed", "open"]


@pytest.mark.parametrize(
    "why",
    [{"relationship_ended_on": "2026-01-01", "relationship_end_reason": "moved"}, {"merged_into": "other"}],
    ids=["ended", "merged"],
)
def test_who_is_no_customer_any_more_is_not_looked_at(seen: dict[int, Any], person: Customer, why: Any) -> None:
    if "merged_into" in why:
        why = {"merged_into": make_customer("C-2")}
    Customer.objects.filter(pk=person.pk).update(**why)
    seen[person.pk] = {}
    assert find_all() == 0


def test_one_decides_and_the_second_is_told(seen: dict[int, Any], person: Customer) -> None:
    seen[person.pk] = {}
    find_all()
    area, staff = TroubleArea.objects.get(), make_user(Role.SALES)
    settle(area, TroubleState.ACTED, "  Called  ", staff)
    with pytest.raises(AlreadySettled):
        settle(area, TroubleState.DISMISSED, "No", staff)
    area.refresh_from_db()
    assert (area.state, area.note, area.settled_by) == ("acted", "Called", staff)


def test_precision_is_the_share_of_what_was_settled_that_was_acted_upon(seen: dict[int, Any]) -> None:
    staff = make_user(Role.SALES)
    assert records()[0].precision is None
    for number in range(4):
        seen[make_customer(f"C-{number}").pk] = {}
    find_all()
    areas = list(TroubleArea.objects.order_by("pk"))
    for area, state in zip(areas, ("acted", "acted", "dismissed"), strict=False):
        settle(area, TroubleState(state), "x", staff)
    (row,) = records()
    assert (row.acted, row.dismissed, row.passed, row.open) == (2, 1, 0, 1)
    assert row.precision == pytest.approx(2 / 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE state = 'acted')::float / count(*) FROM analytics_troublearea "
            "WHERE state IN ('acted', 'dismissed')"
        )
        assert cursor.fetchone() == (row.precision,)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "acted"},
        {"state": "dismissed", "settled_at": "2026-03-10T00:00Z", "note": "x"},
        {"state": "passed"},
        {"state": "other"},
    ],
)
def test_the_database_refuses_what_nobody_settled(person: Customer, values: dict[str, Any]) -> None:
    now = timezone.now()
    TroubleArea.objects.create(customer=person, detector="help_again", found_at=now, seen_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        TroubleArea.objects.update(**values)


def test_the_database_refuses_a_second_open_one(person: Customer) -> None:
    about = {"customer": person, "detector": "help_again", "found_at": timezone.now(), "seen_at": timezone.now()}
    TroubleArea.objects.create(**about)
    with pytest.raises(IntegrityError), transaction.atomic():
        TroubleArea.objects.create(**about)


def test_the_clock_asks_for_it(seen: dict[int, Any], person: Customer) -> None:
    seen[person.pk] = {}
    tasks.find_trouble()
    assert states() == ["open"]
    assert "analytics.tasks.find_trouble" in {entry["task"] for entry in SCHEDULE.values()}


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def sam() -> User:
    return make_user(Role.SALES, "Sam")


@pytest.fixture
def area(seen: dict[int, Any], sam: User) -> TroubleArea:
    """One of a customer of Sam's, and one of somebody else's."""
    mine, other = make_customer("mine", sam, name="Ada Lovelace"), make_customer("other", name="Grace Hopper")
    seen.update({mine.pk: {"visits": 4}, other.pk: {"visits": 9}})
    find_all()
    return TroubleArea.objects.get(customer=mine)


def test_staff_see_those_of_their_customers_alone(client: Client, area: TroubleArea, sam: User) -> None:
    client.force_login(sam)
    page = client.get("/trouble/").content.decode()
    assert "Ada Lovelace" in page
    assert "Came 4 times." in page
    assert "Grace Hopper" not in page
    other = TroubleArea.objects.exclude(pk=area.pk).get()
    assert client.get(f"/trouble/{other.key}/").status_code == 404
    assert client.post(f"/trouble/{other.key}/settle/", {"state": "acted", "note": "x"}).status_code == 404
    assert {row[1] for row in csv_rows(client, "trouble")[1:]} == {"Ada Lovelace"}


def test_a_manager_sees_those_of_the_team(client: Client, area: TroubleArea, sam: User) -> None:
    manager = make_user(Role.SALES_MANAGER)
    make_team(sam, manager=manager)
    client.force_login(manager)
    page = client.get("/trouble/").content.decode()
    assert "Ada Lovelace" in page
    assert "Grace Hopper" not in page


def test_a_finding_shows_its_evidence_and_what_is_proposed_and_is_logged(
    client: Client, area: TroubleArea, sam: User
) -> None:
    client.force_login(sam)
    before = AccessEntry.objects.count()
    page = client.get(f"/trouble/{area.key}/").content.decode()
    assert "Came 4 times." in page
    assert "Call." in page
    assert "By counting." in page
    assert AccessEntry.objects.count() > before


def test_dismissing_needs_a_reason_and_keeps_it(client: Client, area: TroubleArea, sam: User) -> None:
    client.force_login(sam)
    answer = client.post(f"/trouble/{area.key}/settle/", {"state": "dismissed", "note": " "})
    assert answer.status_code == 422
    assert states()[0] == "open"
    answer = client.post(f"/trouble/{area.key}/settle/", {"state": "dismissed", "note": "On leave"})
    assert answer["Location"] == "/trouble/"
    area.refresh_from_db()
    assert (area.state, area.note, area.settled_by) == ("dismissed", "On leave", sam)
    assert "Ada Lovelace" not in client.get("/trouble/").content.decode()
    assert "Ada Lovelace" in client.get("/trouble/?show=dismissed").content.decode()
    assert "On leave" in client.get(f"/trouble/{area.key}/").content.decode()


def test_what_was_settled_meanwhile_is_told(client: Client, area: TroubleArea, sam: User) -> None:
    settle(area, TroubleState.ACTED, "Called", sam)
    client.force_login(sam)
    page = client.post(f"/trouble/{area.key}/settle/", {"state": "dismissed", "note": "x"}, follow=True)
    assert "This has since been settled" in page.content.decode()
    area.refresh_from_db()
    assert area.note == "Called"


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_takes_the_same_statements_for_any_size(
    client: Client, seen: dict[int, Any], sam: User, people: int
) -> None:
    for number in range(people):
        seen[make_customer(f"C-{number}", sam).pk] = {"visits": 4}
    find_all()
    client.force_login(sam)
    client.get("/trouble/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/trouble/")
    assert len(queries) == STATEMENTS
    assert timezone.now() - timedelta(days=1) < TroubleArea.objects.latest("found_at").found_at


STATEMENTS = 11
