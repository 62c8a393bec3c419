"""Which rows a list disposes of, by name and through the door, for whoever signs it or stops it for one case."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from privacy.models import AccessEntry, DispositionRun, LegalHold, User
from privacy.retention import listed, runs
from privacy.roles import Role
from records.models import Customer, MatchKey
from tests.factories import make_customer, make_user
from tests.retention import gone_customer, hold_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture
def client(grace: User) -> Client:
    client = Client()
    client.force_login(grace)
    return client


def line(run: DispositionRun, model: str = "records.Customer") -> str:
    return str(run.steps.get(model=model).pk)


def page(client: Client, run: DispositionRun, **query: str) -> str:
    answer = client.get(reverse("admin:privacy_dispositionrun_rows", args=[run.pk]), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_each_row_says_whose_it_is_and_its_days(grace: User) -> None:
    gone_customer("C-7", name="Ada Lovelace")
    make_customer("C-8")
    run = runs.make(made_as="test")
    step = listed.line_of(run, line(run))
    assert step is not None
    (row,) = listed.page_of(step).rows
    assert row.person
    assert (row.person.name, row.person.detail.partition(" · ")[0]) == ("Ada Lovelace", "C-7")
    assert (row.started_on, row.kept_until) == (date(2023, 1, 10), date(2026, 1, 10))
    assert row.name == str(Customer.objects.get(number="C-7").pk)


def test_rows_of_others_name_their_person(grace: User) -> None:
    gone = gone_customer("C-7", name="Ada Lovelace")
    MatchKey.objects.create(customer=gone, kind="phone", value="1")
    run = runs.make(made_as="test")
    step = listed.line_of(run, line(run, "records.MatchKey"))
    assert step is not None
    assert [row.person and row.person.key for row in listed.page_of(step).rows] == [gone.key]


def test_pages_go_on_where_the_last_one_ended(grace: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        gone_customer(f"C-{number}")
    monkeypatch.setattr(listed, "AT_ONCE", 2)
    run = runs.make(made_as="test")
    step = listed.line_of(run, line(run))
    assert step is not None
    first = listed.page_of(step)
    assert (len(first.rows), first.persons) == (2, 2)
    last = listed.page_of(step, first.next or 0)
    assert (len(last.rows), last.next) == (1, None)
    assert not {row.name for row in first.rows} & {row.name for row in last.rows}


@pytest.mark.parametrize("count", [1, 3])
def test_three_queries_however_many_rows(grace: User, count: int) -> None:
    for number in range(count):
        gone_customer(f"C-{number}")
    run = runs.make(made_as="test")
    step = listed.line_of(run, line(run))
    assert step is not None
    with CaptureQueriesContext(connection) as captured:
        assert len(listed.page_of(step).rows) == count
    assert len(captured) == 3


def test_the_page_is_read_through_the_door_with_its_count(client: Client, grace: User) -> None:
    for number in range(2):
        gone_customer(f"C-{number}", name=f"Ada {number}")
    run = runs.make(made_as="test")
    said = page(client, run, line=line(run))
    assert "Ada 0 <small>C-0" in said
    assert "place a hold" in said
    entries = AccessEntry.objects.filter(place="admin:privacy_dispositionrun_rows", user_id=grace.pk).order_by("at")
    assert [(entry.duty, entry.key, entry.records) for entry in entries][-1] == ("disposition", "list", 2)


def dry_rows(client: Client, **query: str) -> str:
    answer = client.get(reverse("admin:privacy_dispositionrun_dry_run_rows"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


CUSTOMERS = {"model": "records.Customer", "rule": "RET-3"}


def test_a_dry_run_names_its_rows_through_the_door_and_keeps_nothing(client: Client, grace: User) -> None:
    gone_customer("C-7", name="Ada Lovelace", ended=date(2024, 1, 1))
    assert "No line of this list" in dry_rows(client, **{"as-of": "2027-01-01"}, **CUSTOMERS)
    said = dry_rows(client, **{"as-of": "2027-01-02"}, **CUSTOMERS)
    assert "Ada Lovelace <small>C-7" in said
    assert "Dry run of January 2, 2027" in said
    entry = AccessEntry.objects.filter(place="admin:privacy_dispositionrun_rows", user_id=grace.pk).latest("at")
    assert (entry.duty, entry.key, entry.records) == ("disposition", "list", 1)
    assert not DispositionRun.objects.exists()


def test_pages_of_a_dry_run_go_on_where_the_last_one_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        gone_customer(f"C-{number}", name=f"Ada {number}")
    monkeypatch.setattr(listed, "AT_ONCE", 2)
    first = dry_rows(client, **CUSTOMERS)
    assert [f"Ada {number}" in first for number in range(3)] == [True, True, False]
    assert "&amp;model=records.Customer&amp;rule=RET-3&amp;after=2" in first
    last = dry_rows(client, **CUSTOMERS, after="2")
    assert [f"Ada {number}" in last for number in range(3)] == [False, False, True]
    assert "after=" not in last


def test_a_row_leads_to_a_hold_of_its_person_without_naming_them_in_an_address(client: Client) -> None:
    gone_customer("C-7", name="Ada Lovelace")
    said = dry_rows(client, **CUSTOMERS)
    assert 'name="begin" value="C-7" aria-label="Place a hold for Ada Lovelace"' in said
    assert "C-7" not in "".join(part.partition('"')[0] for part in said.split('href="')[1:])
    form = client.post(reverse("admin:privacy_legalhold_add"), {"begin": "C-7"}).content.decode()
    assert "C-7</textarea>" in form
    assert "This field is required" not in form
    assert not LegalHold.objects.exists()


def test_a_list_leads_to_its_rows_until_it_is_over(client: Client, grace: User) -> None:
    gone_customer("C-7")
    run = runs.make(made_as="test")
    where = f"{reverse('admin:privacy_dispositionrun_rows', args=[run.pk])}?line={line(run)}"
    shown = reverse("admin:privacy_dispositionrun_change", args=[run.pk])
    assert where in client.get(shown).content.decode()
    runs.withdraw(run, grace, "A trial.")
    assert where not in client.get(shown).content.decode()
    assert "No row of this line is left." in page(client, run, line=line(run))


@pytest.mark.parametrize("asked", ["", "0", "99999999999999999999", "²", "x"])
def test_an_unknown_line_is_none_or_the_first(client: Client, asked: str) -> None:
    gone_customer("C-7", name="Ada Lovelace")
    run = runs.make(made_as="test")
    said = page(client, run, line=asked, after=asked)
    assert ("Ada Lovelace" in said or "No row of this line is left." in said) is not asked.startswith(("0", "9"))


def test_what_is_held_for_a_case_is_on_no_page(grace: User) -> None:
    stays, goes = gone_customer("C-1", name="Ada"), gone_customer("C-2", name="Bob")
    hold_on(grace, people=[stays.key])
    run = runs.make(made_as="test")
    step = listed.line_of(run, line(run))
    assert step is not None
    assert _keys(listed.page_of(step)) == [goes.key]


def _keys(found: listed.Page) -> list[UUID]:
    return [row.person.key for row in found.rows if row.person]


def test_sales_may_not_look() -> None:
    gone_customer("C-7")
    run = runs.make(made_as="test")
    client = Client()
    client.force_login(make_user(Role.SALES))
    assert client.get(reverse("admin:privacy_dispositionrun_rows", args=[run.pk])).status_code != 200
