"""A customer's engagement: the score and its parts, against their own past, and held against the log itself."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.engagement_words import change_words, part_rows
from analytics.folding import fold_all
from analytics.reports.engagement import Engagement, engagements
from privacy.roles import Role
from records.models import Customer, Meeting, Participation, Submission, Survey
from tests.exporting import csv_rows
from tests.factories import NOON, engage, make_customer, make_material, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 12)
# The score of the last twelve weeks, from the log: nothing of it goes through the rollups or through Python.
FROM_THE_LOG = """
WITH did AS (
    SELECT event.*, (occurred_at AT TIME ZONE 'America/New_York')::date AS day
    FROM campaigns_event AS event
    JOIN campaigns_viewer AS viewer ON viewer.id = event.viewer_id
    WHERE viewer.customer_id = %(customer)s AND verdict IN ('human', 'unknown') AND kind NOT IN ('shared', 'delivered')
),
opened AS (
    SELECT material_id, min(day) AS day, bool_or(kind = 'view') AS is_viewed
    FROM did WHERE material_id IS NOT NULL GROUP BY material_id
),
parts AS (
    SELECT
        (SELECT %(today)s::date - max(day) FROM did WHERE day > %(first)s) AS back,
        (SELECT count(DISTINCT day) FROM did WHERE day > %(first)s) AS days,
        (SELECT coalesce(sum(dwell_ms), 0) / 60000.0 FROM did WHERE day > %(first)s) AS minutes,
        (SELECT count(*) FROM opened WHERE day > %(first)s AND is_viewed) AS materials,
        (SELECT count(DISTINCT meeting_id) FROM records_participation
            WHERE customer_id = %(customer)s AND joined_at::date > %(first)s) AS meetings,
        (SELECT count(DISTINCT survey_id) FROM records_submission
            WHERE customer_id = %(customer)s AND submitted_at::date > %(first)s) AS surveys
)
SELECT (coalesce(25 * 0.5 ^ (back / 28.0), 0) + 25 * (1 - 0.5 ^ (days / 6.0)) + 15 * (1 - 0.5 ^ (minutes / 10))
    + 15 * (1 - 0.5 ^ (materials / 3.0)) + 10 * (1 - 0.5 ^ meetings) + 10 * (1 - 0.5 ^ surveys))::float
FROM parts
"""


@pytest.fixture
def ann() -> Customer:
    """Came on three days of late, read ten minutes of three materials, was in a meeting and
    handed in a survey; a machine opened more."""
    customer = make_customer("C-1", name="Ann")
    for number in range(3):
        material = make_material(f"guide-{number}")
        engage(customer, "view", material=material, occurred_at=NOON - timedelta(days=number))
        engage(customer, "page", material=material, page=1, dwell_ms=200_000, occurred_at=NOON - timedelta(days=number))
    engage(customer, "view", material=make_material("scanned"), signals=1, occurred_at=NOON - timedelta(days=9))
    fold_all()
    meeting = Meeting.objects.create(number="1", uid="1", started_at=NOON)
    Participation.objects.create(meeting=meeting, customer=customer, joined_at=NOON, seconds=60)
    survey = Survey.objects.create(slug="s", name="S")
    Submission.objects.create(survey=survey, customer=customer, number="S-1", submitted_at=NOON, retention_rule="RET-7")
    return customer


def of(customer: Customer, today: date = TODAY) -> Engagement:
    return engagements([customer.pk], today)[customer.pk]


def came(customer: Customer, days_ago: int) -> None:
    engage(customer, "visit", occurred_at=NOON + timedelta(days=2 - days_ago))
    fold_all()


def test_each_part_is_shown_with_what_it_gives(ann: Customer) -> None:
    found = of(ann)
    assert [(part.name, part.value, round(part.points, 2), part.most, part.usual) for part in found.parts] == [
        ("recency", 2, 23.79, 25, None),
        ("frequency", 3, 7.32, 25, None),
        ("depth", 10, 7.5, 15, None),
        ("breadth", 3, 7.5, 15, None),
        ("meetings", 1, 5, 10, None),
        ("surveys", 1, 5, 10, None),
    ]
    assert found.score == pytest.approx(sum(part.points for part in found.parts)) == pytest.approx(56.115, abs=0.001)
    assert (found.usual, found.change) == (None, "no past")


def test_the_score_is_that_of_the_log(ann: Customer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG, {"customer": ann.pk, "today": TODAY, "first": TODAY - timedelta(days=84)})
        assert cursor.fetchone() == (pytest.approx(of(ann).score),)


def test_a_material_counts_as_new_once_and_what_a_merged_record_did_counts_too(ann: Customer) -> None:
    engage(ann, "view", material=make_material("old"), occurred_at=NOON - timedelta(days=100))
    engage(ann, "view", material_id=None, occurred_at=NOON - timedelta(days=30))
    fold_all()
    merged = make_customer("C-2")
    Participation.objects.create(
        meeting=Meeting.objects.create(number="2", uid="2", started_at=NOON), customer=merged, joined_at=NOON, seconds=1
    )
    Customer.objects.filter(pk=merged.pk).update(merged_into=ann)
    values = {part.name: part.value for part in of(ann).parts}
    assert (values["frequency"], values["breadth"], values["meetings"]) == (4, 3, 2)


def test_an_entry_that_was_withdrawn_is_no_answer(ann: Customer) -> None:
    contest = Survey.objects.create(slug="c", name="C", kind="contest")
    entry = Submission.objects.create(
        survey=contest, customer=ann, number="E-1", submitted_at=NOON, retention_rule="RET-2B"
    )
    assert {part.name: part.value for part in of(ann).parts}["surveys"] == 2
    Submission.objects.filter(pk=entry.pk).update(withdrawn_at=NOON)
    assert {part.name: part.value for part in of(ann).parts}["surveys"] == 1


def test_windows_end_with_the_day_and_begin_after_it() -> None:
    customer = make_customer("C-1")
    came(customer, 83)
    came(customer, 84)
    found = of(customer)
    values, past = ({part.name: part.value for part in found.parts}, found.usual)
    # Each on the last or first day of its window: 83 days back in this one, none in the one before.
    assert (values["recency"], values["frequency"]) == (83, 1)
    assert past == pytest.approx(25 + 25 * (1 - 2 ** (-1 / 6)))


def test_a_change_is_told_only_beyond_all_that_was_and_by_ten_points() -> None:
    lively, steady, gone = (make_customer(name) for name in ("lively", "steady", "gone"))
    for days_ago in (255, 171, 87, 3):
        came(steady, days_ago)
    for days_ago in (320, 240, 130, 1, 5, 9, 12, 15):
        came(lively, days_ago)
    for days_ago in (252, 253, 170, 171, 86, 87):
        came(gone, days_ago)
    assert [of(one).change for one in (lively, steady, gone)] == ["risen", "as usual", "fallen"]
    newcomer = make_customer("newcomer")
    for days_ago in (100, 1, 5, 9, 12, 15):
        came(newcomer, days_ago)
    assert of(newcomer).change == "short past"
    assert change_words(of(newcomer)).endswith(" in the twelve weeks before: too short a past to show a change")
    found = of(lively)
    assert (found.lowest or 0) <= (found.usual or 0) <= (found.highest or 0) < found.score


def test_whoever_never_came_has_nothing_and_no_past() -> None:
    found = of(make_customer("C-1"))
    assert (found.score, found.usual, found.change) == (0, None, "no past")
    assert [row.value for row in part_rows(found)] == ["–", "0", "0", "0", "0", "0"]
    assert change_words(found) == "nothing is known about them before the last twelve weeks"


@pytest.mark.parametrize("count", [1, 3])
def test_all_of_a_list_take_one_statement(count: int) -> None:
    people = [make_customer(f"C-{number}") for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        assert len(engagements([one.pk for one in people])) == count
    assert len(queries) == 1
    assert engagements([]) == {}


def test_page_file_api_and_list_say_the_same(client: Client, ann: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.reports.engagement.agency_today", lambda: TODAY)
    cache.clear()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = " ".join(client.get(f"/customers/{ann.key}/").content.decode().split())
    assert "<strong>56 of 100 points in the last twelve weeks</strong>, nothing is known about them before" in page
    assert '<td>minutes of reading</td><td class="number">10</td><td class="number">7.5</td>' in page
    api = client.get(f"/api/v1/reports/customers/{ann.key}").json()["engagement"]
    assert (round(api["score"], 2), api["change"], api["as_of"]) == (56.11, "no past", "2026-03-12")
    (row,) = client.get("/customers/").context["rows"]
    assert row["row"]["engagement"] == pytest.approx(api["score"])


def test_the_file_has_a_row_a_part_and_the_score(
    client: Client, ann: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.reports.engagement.agency_today", lambda: TODAY)
    sales = make_user(Role.SALES)
    ann.assignments.create(staff=sales)
    client.force_login(sales)
    rows = csv_rows(client, f"engagement/{ann.key}")
    assert rows[0] == ["Part", "Measured in the last twelve weeks", "Of what", "Points", "At most", "Usual for them"]
    assert rows[3][:3] == ["Depth", "10.0", "minutes of reading"]
    assert (rows[-1][0], round(float(rows[-1][3]), 2), len(rows)) == ("Score", 56.11, 8)


def test_another_ones_customer_has_no_file(client: Client, ann: Customer) -> None:
    client.force_login(make_user(Role.SALES))
    assert client.get(f"/exports/new/?of=engagement/{ann.key}&format=csv").status_code == 404
