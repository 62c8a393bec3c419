"""Cohorts: the statement against plain Python over the log, exact titles, and small cohorts hidden."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics import tasks
from analytics.folding import fold_all
from analytics.pictures.asking import Asked
from analytics.pictures.cohorts import cohort_pictures, nothing
from analytics.reports import cohorts
from analytics.reports.cohorts import Cohort, CohortQuery, CohortReport, cohort_report, months_before, months_between
from campaigns.models import JudgedEvent
from privacy.agency import agency_day
from privacy.roles import Role
from records import figures
from records.identity.merging import merge
from records.models import Customer
from tests.analytics.pictured import NOWHERE, marks
from tests.asked import AskedStatements
from tests.exporting import csv_rows
from tests.factories import NOON, engage, make_customer, make_material, make_user

TODAY = date(2026, 5, 15)
JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def at(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 16, tzinfo=UTC)


def of(*cohorts: Cohort, did: str = "came") -> CohortReport:
    return CohortReport(did, cohorts, NOON, NOWHERE)


def title(*cohorts: Cohort, did: str = "came", hides_few: bool = False) -> str:
    (picture,) = cohort_pictures(of(*cohorts, did=did), Asked(hides_few=hides_few))
    return picture.title.replace(figures.NARROW_GAP, " ")


def test_titles_for_some_one_none_and_nothing_over_yet() -> None:
    assert title(Cohort(JAN, 40, (20, 10, 5)), Cohort(FEB, 60, (9, 15))) == (
        "25 of 100 customers (25.00%) came in the month after that of their first share."
    )
    assert title(Cohort(JAN, 1, (1, 1))) == (
        "1 of 1 customer (100.00%) came in the month after that of their first share."
    )
    assert title(Cohort(JAN, 8, (8, 0)), did="answered") == (
        "None of 8 customers responded in the month after that of their first share."
    )
    assert title(Cohort(MAR, 8, (8,))) == "8 customers; no month after a first share is over yet."


def test_no_share_and_no_month_over_are_no_picture() -> None:
    assert cohort_pictures(of(), Asked()) == []
    assert nothing(of(), Asked()) == "Nothing was shared with a customer in these months."
    assert nothing(of(Cohort(MAR, 3, ())), Asked()) == "The month of the first shares is not over yet."


def test_small_cohorts_alone_are_no_picture() -> None:
    found, asked = of(Cohort(JAN, 4, (4, 2))), Asked(hides_few=True)
    assert cohort_pictures(found, asked) == []
    assert nothing(found, asked) == "No cohort has 5 customers or more."


def test_the_grid_has_a_field_for_each_month_that_is_over() -> None:
    (picture,) = cohort_pictures(of(Cohort(JAN, 40, (20, 10)), Cohort(FEB, 10, (5,))), Asked())
    assert [tuple(cell.replace(figures.NARROW_GAP, " ") for cell in row) for row in picture.rows] == [
        ("Jan 2026", "40", "50.00%", "25.00%"),
        ("Feb 2026", "10", "50.00%", "–"),
    ]
    # Each field is a square with its number written into it.
    assert (marks(picture, "rect mark"), marks(picture, "text mark")) == (3, 3)


def test_small_cohorts_and_fields_are_hidden() -> None:
    found = of(Cohort(JAN, 4, (4, 2)), Cohort(FEB, 50, (4, 20)))
    (picture,) = cohort_pictures(found, Asked(hides_few=True))
    assert picture.rows[0][1:] == ("hidden", "hidden", "hidden")
    assert picture.rows[1][2] == "hidden"
    assert picture.title.startswith("20 of 50 customers")
    assert picture.note.endswith("Cohorts and fields of fewer than 5 customers are hidden.")
    assert title(Cohort(FEB, 50, (9, 3)), hides_few=True) == (
        "Fewer than 5 of 50 customers came in the month after that of their first share."
    )


def test_months() -> None:
    assert months_before(date(2026, 2, 1), 3) == date(2025, 11, 1)
    assert months_between(date(2025, 11, 1), date(2026, 2, 1)) == 3


# The statement -------------------------------------------------------------------------------------------------------


def shared_and_seen() -> None:
    """Customers first shared with in January, February and March, some of whom come, respond, or are a scanner."""
    guide = make_material("guide")
    first = {"A": (1, [1, 2, 4]), "B": (1, [3]), "C": (1, []), "D": (2, [2, 3, 4, 5]), "E": (3, [])}
    for number, (month, seen) in first.items():
        customer = make_customer(number)
        engage(customer, "shared", material=guide, occurred_at=at(month))
        engage(customer, "shared", material=guide, occurred_at=at(month + 1))
        for came in seen:
            engage(customer, "view", material=guide, occurred_at=at(came, 20))
    e, early = Customer.objects.get(number="E"), make_customer("F")
    engage(e, "view", material=guide, occurred_at=at(4), signals=1)
    engage(e, "response", material=guide, occurred_at=at(4, 11))
    # Before their first share, which was long ago: neither counts.
    engage(e, "view", material=guide, occurred_at=at(1))
    engage(early, "shared", material=guide, occurred_at=datetime(2024, 1, 1, 16, tzinfo=UTC))
    fold_all()


def by_hand() -> dict[date, tuple[int, dict[int, int]]]:
    """The same from the log: size and who came by months since."""
    shares: dict[int, date] = {}
    seen: dict[int, set[date]] = defaultdict(set)
    for row in JudgedEvent.objects.filter(verdict__in=["human", "unknown"]).order_by("occurred_at"):
        day = agency_day(row.occurred_at)
        if row.kind == "shared":
            shares.setdefault(row.viewer_id, day)
        elif row.viewer_id in shares and day < TODAY.replace(day=1):
            seen[row.viewer_id].add(day.replace(day=1))
    found: dict[date, tuple[int, dict[int, int]]] = {}
    for viewer, day in shares.items():
        if day < months_before(TODAY.replace(day=1), 11):
            continue
        month = day.replace(day=1)
        size, came = found.get(month, (0, defaultdict(int)))
        for other in seen[viewer]:
            came[months_between(month, other)] += 1
        found[month] = (size + 1, came)
    return found


@pytest.mark.django_db
def test_cohorts_are_what_the_log_says() -> None:
    shared_and_seen()

    found = cohort_report(CohortQuery(TODAY))

    assert [(one.month, one.customers, one.came) for one in found.cohorts] == [
        (JAN, 3, (1, 1, 1, 1)),
        (FEB, 1, (1, 1, 1)),
        (MAR, 1, (0, 1)),
    ]
    hand = by_hand()
    assert {one.month: one.customers for one in found.cohorts} == {month: size for month, (size, _) in hand.items()}
    for one in found.cohorts:
        assert {since: count for since, count in enumerate(one.came) if count} == dict(hand[one.month][1])


@pytest.mark.django_db
def test_only_responses_count_where_that_is_asked_for() -> None:
    shared_and_seen()
    found = cohort_report(CohortQuery(TODAY, did="answered"))
    assert [(one.month, sum(one.came)) for one in found.cohorts] == [(JAN, 0), (FEB, 0), (MAR, 1)]


@pytest.mark.django_db
def test_only_the_customers_in_scope_are_counted() -> None:
    shared_and_seen()
    found = cohort_report(CohortQuery(TODAY, customers=Customer.objects.filter(number__in=["A", "E"])))
    assert [(one.month, one.customers) for one in found.cohorts] == [(JAN, 1), (MAR, 1)]


@pytest.mark.django_db
def test_fewer_months_begin_later() -> None:
    shared_and_seen()
    assert [one.month for one in cohort_report(CohortQuery(TODAY, months=3)).cohorts] == [MAR]


@pytest.mark.django_db
def test_a_merged_persons_viewers_are_one_customer() -> None:
    shared_and_seen()
    a, b = (Customer.objects.get(number=number) for number in "AB")
    b.viewers.update(customer=a)
    assert [one.customers for one in cohort_report(CohortQuery(TODAY)).cohorts] == [2, 1, 1]


@pytest.mark.django_db
def test_everybody_is_counted_once_and_kept_until_it_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    shared_and_seen()
    monkeypatch.setattr(cohorts, "agency_today", lambda: TODAY)
    before = cohort_report(CohortQuery(TODAY))
    engage(make_customer("G"), "shared", material=make_material("card"), occurred_at=at(3))
    fold_all()
    with AskedStatements(connection) as queries:
        kept = cohort_report(CohortQuery(TODAY))
    assert (kept.cohorts, kept.counted_at) == (before.cohorts, before.counted_at)
    assert not [query for query in queries if "analytics_viewerday" in query["sql"]]
    tasks.count_cohorts()
    anew = cohort_report(CohortQuery(TODAY))
    assert [one.customers for one in anew.cohorts] == [3, 1, 2]
    assert before.counted_at < anew.counted_at <= timezone.now()
    # What is kept answers for fewer months too, and for the other question another is kept.
    assert [one.month for one in cohort_report(CohortQuery(TODAY, months=3)).cohorts] == [MAR]
    assert sum(sum(one.came) for one in cohort_report(CohortQuery(TODAY, did="answered")).cohorts) == 1


@pytest.mark.django_db
def test_what_is_kept_of_everybody_is_of_its_month_and_never_anybodys_part() -> None:
    shared_and_seen()
    everybody = cohort_report(CohortQuery(TODAY))
    part = Customer.objects.filter(number="E")
    assert [one.customers for one in cohort_report(CohortQuery(TODAY, customers=part)).cohorts] == [1]
    assert cohort_report(CohortQuery(TODAY)).cohorts == everybody.cohorts
    june = cohort_report(CohortQuery(date(2026, 6, 1)))
    assert [len(one.came) for one in june.cohorts] == [len(one.came) + 1 for one in everybody.cohorts]


@pytest.mark.django_db
def test_ones_own_are_counted_again_only_where_they_or_what_they_did_changed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    shared_and_seen()
    sales = make_user(Role.SALES)
    a, b, e = (Customer.objects.get(number=number) for number in "ABE")
    for customer in (a, e):
        customer.assignments.create(staff=sales)

    def own() -> tuple[list[tuple[date, int, tuple[int, ...]]], bool]:
        """The cohorts, and whether they were counted."""
        with AskedStatements(connection) as queries:
            found = cohort_report(CohortQuery(TODAY, customers=Customer.objects.visible_to(sales), staff=sales.pk))
        is_counted = any("analytics_viewerday" in query["sql"] for query in queries)
        return [(one.month, one.customers, one.came) for one in found.cohorts], is_counted

    of_a, of_e = (JAN, 1, (1, 1, 0, 1)), (MAR, 1, (0, 1))
    assert own() == ([of_a, of_e], True)
    assert own() == ([of_a, of_e], False)
    with django_capture_on_commit_callbacks(execute=True):
        engage(e, "view", material=make_material("card"), occurred_at=at(3, 20))
        fold_all()
    assert own() == ([of_a, (MAR, 1, (1, 1))], True)
    e.assignments.update(until=timezone.now())
    assert own() == ([of_a], True)
    merge(a, b, by=None)
    assert own() == ([(JAN, 1, (1, 1, 1, 1))], True)
    assert own()[1] is False


# The page ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sales_count_their_own_customers_and_marketing_all_with_small_ones_hidden(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.exports.cohorts.agency_today", lambda: TODAY)
    shared_and_seen()
    sales = make_user(Role.SALES)
    Customer.objects.get(number="A").assignments.create(staff=sales)
    client.force_login(sales)
    page = client.get("/cohorts/").content.decode()
    assert "1 of 1 customer" in page
    assert "This counts the customers whom you can see." in page
    assert csv_rows(client, "cohorts")[1] == ["2026-01-01", "1", "0", "1", "1.0"]
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/cohorts/").content.decode()
    assert "Counted for everyone at" in page
    assert "No cohort has 5 customers or more." in page
    assert "1 of 1 customer" not in page
    assert csv_rows(client, "cohorts")[1] == ["2026-01-01", "hidden", "0", "hidden", "hidden"]


@pytest.mark.django_db
def test_a_page_with_nothing_says_what_to_do_and_a_wrong_filter_what_is_wrong(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "Nothing to count yet" in client.get("/cohorts/").content.decode()
    page = client.get("/cohorts/?months=7").content.decode()
    assert "No picture is shown until the filter is fixed." in page
    assert "7 is not one of the available choices" in page
    assert client.get("/exports/new/?of=cohorts&format=csv&months=7").status_code == 400
