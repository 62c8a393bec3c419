"""The auditor's console: who read what, odd days, a sample; the auditor's own reading is a line too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from privacy.accesslog import Actor, entry, write_along
from privacy.agency import agency_today
from privacy.auditing import console
from privacy.auditing.console import OddDay, Reader
from privacy.auditing.forms import PeriodForm
from privacy.auditing.period import Days
from privacy.enums import Duty, KeyKind, Why
from privacy.ledger.sealing import seal_all
from privacy.models import AccessEntry, LedgerCheckpoint, User
from privacy.purposes import Basis
from privacy.roles import Role
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))
STATEMENTS = 14


@pytest.fixture
def sam() -> User:
    return make_user(Role.SALES, "Sam")


def read(user: User | None, at: datetime, records: int | None = 1, kind: str = "shown", **columns: Any) -> AccessEntry:
    """A line of the log as the door writes it."""
    actor, basis = Actor.of(user) if user else Actor.system("report"), columns.pop("basis", Basis(12))
    outcome = {"records": records, "intent_id": uuid4()} if kind == "shown" else {}
    about = {"place": "some_page", "key": KeyKind.CUSTOMER_ID, "at": at, **outcome}
    line = entry(kind, actor, basis, **{**about, **columns})
    write_along(line)
    return line


def noon(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 17, tzinfo=UTC)


def test_who_read_what_for_what_is_summed_most_records_first(sam: User) -> None:
    read(sam, noon(2), 3)
    read(sam, noon(3), 4)
    read(sam, noon(3), kind="refused", why=Why.NOT_SERVED)
    read(None, noon(4), 90, basis=Basis(duty=Duty.ACCESS), place="a_command")
    read(sam, noon(1, month=4), 500)
    read(sam, noon(2), kind="intent")
    assert console.readers(MARCH) == [
        Reader("Waymark: report", "Duty: Give individuals access to their records", "a command", 1, 90, 0),
        Reader("Sam", "Purpose 12", "some page", 2, 7, 1),
    ]


def test_days_are_the_agencys(sam: User) -> None:
    read(sam, datetime(2026, 4, 1, 3, 59, tzinfo=UTC))  # 23:59 on March 31 in New York
    read(sam, datetime(2026, 4, 1, 4, 0, tzinfo=UTC))
    assert [one.records for one in console.readers(MARCH)] == [1]


def test_a_day_far_above_somebodys_own_usual_is_odd(sam: User) -> None:
    busy = make_user(Role.SALES, "Busy")
    for day in range(1, 11):
        read(sam, noon(day), 4)
        read(busy, noon(day), 100)
    read(sam, noon(12), 21)
    read(busy, noon(12), 499)
    assert console.odd_days(MARCH) == [OddDay("Sam", date(2026, 3, 12), 1, 21, 4.0)]
    read(busy, noon(12), 2)
    assert [(one.who, one.reads, one.records) for one in console.odd_days(MARCH)] == [("Busy", 2, 501), ("Sam", 1, 21)]


def test_few_records_are_never_odd_and_the_usual_is_measured_before_the_days_too(sam: User) -> None:
    for day in range(1, 11):
        read(sam, noon(day, month=2), 1)
    read(sam, noon(12), 20)
    assert console.odd_days(MARCH) == []
    read(sam, noon(12), 1)
    assert [one.records for one in console.odd_days(MARCH)] == [21]
    assert console.odd_days(Days(date(2026, 3, 13), date(2026, 3, 31))) == []


def test_the_same_seed_draws_the_same_sample_and_another_another(sam: User) -> None:
    for day in range(1, 31):
        read(sam, noon(day))
    read(sam, noon(3), kind="intent")
    drawn = [line.id for line in console.sample(MARCH, 12, "a")]  # so many that no two seeds come to the same
    assert len(set(drawn)) == 12
    assert [line.id for line in console.sample(MARCH, 12, "a")] == drawn
    assert [line.id for line in console.sample(MARCH, 12, "b")] != drawn
    assert {line.kind for line in console.sample(MARCH, 99, "a")} == {"shown"}


# The page -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(Role.AUDITOR, "Audrey"))
    return client


def test_the_page_shows_it_and_is_itself_a_line_of_the_log(client: Client, sam: User) -> None:
    read(sam, noon(2), 7)
    page = " ".join(client.get("/auditing/?first=2026-03-01&last=2026-03-31&seed=a-1").content.decode().split())
    assert ">Sam</a></th><td>Purpose 12</td>" in page
    assert "Drawn at random with the seed “a-1”" in page
    assert "/auditing/evidence.zip?first=2026-03-01&amp;last=2026-03-31" in page
    own = AccessEntry.objects.filter(place="auditing").order_by("at").values_list("kind", "duty", "records")
    assert list(own) == [("intent", "audit", None), ("shown", "audit", 1)]


def test_without_days_the_last_thirty_are_shown(client: Client, sam: User) -> None:
    now = datetime.now(UTC)
    read(sam, now - timedelta(days=20), 5)
    read(sam, now - timedelta(days=40), 900)
    assert '<td class="number">5</td>' in client.get("/auditing/").content.decode()
    assert "900" not in client.get("/auditing/").content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=2026-03-02&last=2026-03-01", "The first day is after the last one."),
        ("first=2025-01-01&last=2026-03-01", "Choose at most one year."),
        ("seed=<b>", "A seed is up to 20 letters, digits and hyphens."),
        ("first=yesterday", "Enter a valid date."),
        ("first=0001-01-01", "Enter a day on or after 1900-01-01."),
        ("last=0001-01-01", "Enter a day on or after 1900-01-01."),
        ("first=2026-01-01&last=9999-12-31", "Choose at most one year."),
    ],
)
@pytest.mark.parametrize("page", ["/auditing/", "/auditing/evidence.zip"])
def test_what_is_wrong_with_the_days_is_said_and_nothing_is_read(
    client: Client, page: str, query: str, said: str
) -> None:
    answer = client.get(f"{page}?{query}")
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not AccessEntry.objects.filter(kind="intent").exists()


def test_the_console_is_read_only_and_for_auditors(client: Client) -> None:
    assert client.post("/auditing/").status_code == 405
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert client.get("/auditing/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_statements_for_one_reader_and_three(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        read(make_user(Role.SALES, f"Reader {number}"), datetime.now(UTC), 4)
    client.get("/auditing/")
    with django_assert_num_queries(STATEMENTS):
        client.get("/auditing/")


def test_each_reader_leads_to_their_lines_of_the_log(client: Client, sam: User) -> None:
    now, today = datetime.now(UTC), agency_today()
    for days in range(1, 6):
        read(sam, now - timedelta(days=days), 2)
    read(sam, now, 400)
    page = client.get("/auditing/").content.decode()
    assert f'<a href="/access-log/?user={sam.pk}&amp;first={today}&amp;last={today}">Sam</a>' in page  # an odd day
    assert f'<a href="/access-log/?user={sam.pk}&amp;first={today - timedelta(days=30)}&amp;last={today}">Sam' in page


def test_the_page_says_which_days_it_shows_and_how_the_ledger_stands(client: Client) -> None:
    today = agency_today()
    page = client.get("/auditing/").content.decode()
    assert f'name="first" value="{today - timedelta(days=30)}"' in page
    assert f'name="last" value="{today}"' in page
    assert '<a href="/ledger/check/">Check a proof</a>' in page
    assert 'href="/"><span>Home</span></a>' in client.get("/ledger/check/").content.decode()
    assert "Breadcrumb" not in Client().get("/ledger/check/").content.decode()
    assert "Not sealed yet." in page
    seal_all()
    entries = LedgerCheckpoint.objects.get().size
    assert f", with {entries} entries." in client.get("/auditing/").content.decode()


def test_the_days_that_are_usual_end_today() -> None:
    form = PeriodForm({})
    assert form.is_valid()
    assert form.days == Days(agency_today() - timedelta(days=30), agency_today())


def test_the_last_days_that_there_are_can_be_looked_at(client: Client) -> None:
    assert client.get("/auditing/?last=9999-12-31").status_code == 200
