"""The customer report: what was shared with them, what they did, and when."""

import json
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.folding import fold_all
from analytics.reports.customer import CustomerQuery, CustomerReport, customer_report
from campaigns.models import Material, Share, Viewer
from records.models import Customer
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer

pytestmark = pytest.mark.django_db


def reader_with(shares: int = 1) -> Viewer:
    """A customer with a campaign, materials shared and read, a scanner's view among them, and another customer's."""
    _, letter = make_campaign().variants.all()
    reader, other = make_viewer("c1"), make_viewer("c2")
    for number in range(shares):
        guide = make_material(f"guide-{number}")
        Share.objects.create(
            key=uuid.uuid4(), material=guide, recipient=reader, campaign=letter.campaign, variant=letter, shared_at=NOON
        )
        append(
            event(reader, "shared", material=guide, variant=letter),
            event(reader, "view", material=guide, variant=letter, occurred_at=NOON + timedelta(hours=1)),
            event(reader, "view", material=guide, variant=letter, signals=1),
            event(reader, "page", material=guide, variant=letter, page=1, dwell_ms=2500),
            event(reader, "conversion", variant=letter, amount="9.50", occurred_at=NOON + timedelta(days=1)),
            event(other, "view", material=guide, variant=letter),
        )
    append(assigned=[(reader, letter)])
    fold_all()
    return reader


def report_of(viewer: Viewer) -> CustomerReport:
    assert viewer.customer is not None
    return customer_report(CustomerQuery(viewer.customer.key))


def test_report_tells_what_was_shared_and_what_came_of_it() -> None:
    report = report_of(reader_with())

    (outcome,) = report.materials
    assert (outcome.material, outcome.share_count, outcome.last_shared_at) == ("Guide-0", 1, NOON)
    assert [(share.campaign, share.shared_by, share.shared_at) for share in outcome.shares] == [("Spring", None, NOON)]
    assert (outcome.views, outcome.raw_views, outcome.dwell_seconds) == (1, 2, 2.5)
    assert (outcome.first_at, outcome.last_at) == (NOON, NOON + timedelta(hours=1))
    assert (report.share_count, report.views, report.raw_views, report.revenue) == (1, 1, 2, Decimal("9.50"))
    assert report.last_at == NOON + timedelta(days=1)


def test_report_tells_campaigns_and_days() -> None:
    report = report_of(reader_with())

    (outcome,) = report.campaigns
    assert (outcome.campaign, outcome.variant, outcome.conversions) == ("Spring", "letter", 1)
    assert [(day.day, day.shares, day.views, day.conversions) for day in report.days] == [
        (date(2026, 3, 10), 1, 1, 0),
        (date(2026, 3, 11), 0, 0, 1),
    ]


def test_a_material_shared_twice_counts_its_views_once_and_one_that_was_not_shared_is_there_too() -> None:
    reader = reader_with(2)
    guide = Material.objects.get(slug="guide-0")
    later = NOON + timedelta(days=2)
    Share.objects.create(key=uuid.uuid4(), material=guide, recipient=reader, shared_at=later)
    later_view = event(reader, "view", material=make_material("found"), occurred_at=NOON + timedelta(minutes=5))
    append(later_view, event(reader, "shared", material=make_material("x")))
    fold_all()

    report = report_of(reader)

    rows = [(row.material, row.share_count, row.last_shared_at, row.views) for row in report.materials]
    assert rows == [("Guide-0", 2, later, 1), ("Guide-1", 1, NOON, 1), ("Found", 0, None, 1)]
    assert [share.shared_at for share in report.materials[0].shares] == [later, NOON]
    assert sum(row.views for row in report.materials) == report.views == 3
    assert sum(row.raw_views for row in report.materials) == report.raw_views


def test_of_more_shares_than_are_shown_the_count_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.reports.customer.SHARES_SHOWN", 1)
    report = report_of(reader_with(2))
    assert [(row.share_count, len(row.shares)) for row in report.materials] == [(1, 0), (1, 1)]


def test_customer_known_as_two_viewers_has_one_report() -> None:
    """After two records were found to be one person, both viewers belong to the customer."""
    reader = reader_with()
    Viewer.objects.filter(customer__number="c2").update(customer=reader.customer)

    assert report_of(reader).views == 2


def test_customer_of_whom_nothing_is_recorded_has_an_empty_report() -> None:
    customer = Customer.objects.create(number="new", name="New")

    report = customer_report(CustomerQuery(customer.key))

    assert (report.views, report.materials, report.days, report.last_at) == (0, (), (), None)


@pytest.mark.parametrize("shares", [1, 3])
def test_report_makes_the_same_queries_whatever_was_shared(shares: int) -> None:
    reader = reader_with(shares)

    with CaptureQueriesContext(connection) as queries:
        report_of(reader)

    assert len(queries) == 7


def test_command_prints_the_customers_report(capsys: pytest.CaptureFixture[str]) -> None:
    reader_with()

    call_command("report", "customer", "c1", "--purpose", "12")
    assert json.loads(capsys.readouterr().out)["materials"][0]["first_at"] == "2026-03-10T16:00:00+00:00"

    call_command("report", "customer", "c1", "--duty", "access", "--format", "csv")
    assert capsys.readouterr().out.splitlines() == [
        "material,campaigns,shared_by,share_count,last_shared_at,views,raw_views,dwell_seconds,first_at,last_at",
        "Guide-0,Spring,,1,2026-03-10T16:00:00+00:00,1,2,2.5,2026-03-10T16:00:00+00:00,2026-03-10T17:00:00+00:00",
    ]
