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
from campaigns.models import Share, Viewer
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

    (share,) = report.shares
    assert (share.material, share.campaign, share.shared_by) == ("Guide-0", "Spring", None)
    assert (share.views, share.raw_views, share.dwell_seconds) == (1, 2, 2.5)
    assert (share.first_at, share.last_at) == (NOON, NOON + timedelta(hours=1))
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


def test_customer_known_as_two_viewers_has_one_report() -> None:
    """After two records were found to be one person, both viewers belong to the customer."""
    reader = reader_with()
    Viewer.objects.filter(customer__number="c2").update(customer=reader.customer)

    assert report_of(reader).views == 2


def test_customer_of_whom_nothing_is_recorded_has_an_empty_report() -> None:
    customer = Customer.objects.create(number="new", name="New")

    report = customer_report(CustomerQuery(customer.key))

    assert (report.views, report.shares, report.days, report.last_at) == (0, (), (), None)


@pytest.mark.parametrize("shares", [1, 3])
def test_report_makes_the_same_queries_whatever_was_shared(shares: int) -> None:
    reader = reader_with(shares)

    with CaptureQueriesContext(connection) as queries:
        report_of(reader)

    assert len(queries) == 7


def test_command_prints_the_customers_report(capsys: pytest.CaptureFixture[str]) -> None:
    reader_with()

    call_command("report", "customer", "c1", "--purpose", "12")
    assert json.loads(capsys.readouterr().out)["shares"][0]["first_at"] == "2026-03-10T16:00:00+00:00"

    call_command("report", "customer", "c1", "--duty", "access", "--format", "csv")
    assert capsys.readouterr().out.splitlines()[1].startswith("2026-03-10T16:00:00+00:00,Guide-0,Spring,,1,2,2.5,")
