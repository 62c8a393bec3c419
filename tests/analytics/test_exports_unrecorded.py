"""In files what nobody recorded, and a rate of nobody, is empty; 0 is only what was counted as 0."""

import csv
import io
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from analytics import findings
from analytics.exports.meetings import HEADS as MEETING_HEADS
from analytics.exports.meetings import cells as meeting_cells
from analytics.exports.surveys import rows_of
from analytics.exports.tables import heads_of, reading_words
from analytics.folding import fold_all
from analytics.models import CampaignVariant
from analytics.queries import best_arm
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.material import VersionReading
from analytics.reports.meetings import Meetings
from analytics.reports.rendering import SIGNS, as_csv, as_data, table, unrecorded
from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from records import figures
from records.results import Bar, Result, results_of
from tests.analytics.pictured import report, variant
from tests.campaigns.surveying import ask, make_survey
from tests.events import make_campaign
from tests.exporting import asked, content_of, csv_rows, json_rows, sheet_of
from tests.factories import enroll, make_customer, make_user

pytestmark = pytest.mark.django_db
VIEWED = ("viewers", "raw_viewers", "engaged_people", "views", "raw_views", "dwell_seconds", "view_rate")
RESPONDED = ("responders", "responses", "response_rate")
CONVERTED = ("converters", "conversions", "conversion_rate")
PAID = ("revenue", "unknown_amount_people", "revenue_per_recipient")
UNUSED = ("shared_people", "deliveries", "delivered_people", "visitors", "visits", "raw_visits", "visit_rate")


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def spring(sales: User) -> Campaign:
    """Of two arms with two people each, one person of the letter responded; nothing else was recorded."""
    campaign = make_campaign("spring")
    control, letter = campaign.variants.order_by("position")
    for number in range(4):
        enroll(make_customer(f"C-{number}", sales), letter if number % 2 else control, *["response"][: number == 1])
    fold_all()
    Campaign.objects.filter(pk=campaign.pk).update(cost=Decimal(100))
    return campaign


def test_what_nobody_recorded_is_empty_and_what_was_counted_as_none_is_zero(client: Client, spring: Campaign) -> None:
    control, letter = json_rows(client, "campaign/spring")
    for row in (control, letter):
        assert {name: row[name] for name in (*VIEWED, *CONVERTED, *PAID, *UNUSED)} == dict.fromkeys(
            (*VIEWED, *CONVERTED, *PAID, *UNUSED)
        )
        assert row["recipients"] == 2
        assert (row["campaign_cost"], row["campaign_cost_per_response"]) == ("100.00", "100.00")
        assert row["campaign_cost_per_conversion"] is row["campaign_return_on_cost"] is None
    assert [control[name] for name in RESPONDED] == [0, 0, 0.0]
    assert [letter[name] for name in RESPONDED] == [1, 1, 0.5]
    lifts = {name for name in letter if "_lift_" in name and letter[name] is not None}
    assert {name.partition("_lift_")[0] for name in lifts} == {"response_rate"}
    assert (letter["response_rate_lift_absolute"], control["response_rate_lift_absolute"]) == (0.5, None)


def by_name(heading: list[Any], row: list[Any]) -> dict[str, Any]:
    return dict(zip(heading, row, strict=True))


def test_so_it_is_in_every_format(client: Client, spring: Campaign) -> None:
    heading, control, _letter = csv_rows(client, "campaign/spring")
    names = list(json_rows(client, "campaign/spring")[0])
    names = [name for name in names if name != "hidden"]
    told = by_name(names, control)
    assert (len(heading), told["views"], told["view_rate"], told["revenue"], told["responses"]) == (
        len(names), "", "", "", "0",
    )  # fmt: skip
    assert told["response_rate"] in {"0", "0.0"}
    sheet = sheet_of(client, "campaign/spring")
    cells = by_name(names, [cell.value for cell in sheet[2]])
    assert (cells["views"], cells["view_rate"], cells["conversions"], cells["revenue"]) == (None,) * 4
    assert (cells["responses"], cells["response_rate"], cells["recipients"]) == (0, 0, 2)
    columns = pq.read_table(io.BytesIO(content_of(asked(client, "campaign/spring", "parquet")))).to_pydict()
    assert columns["views"] == columns["view_rate"] == columns["conversions"] == columns["revenue"] == [None, None]
    assert (columns["responses"], columns["response_rate"]) == ([0, 1], [0.0, 0.5])
    of_command = list(csv.DictReader(io.StringIO(as_csv(campaign_report(CampaignQuery("spring"))))))
    assert [(row["views"], row["view_rate"], row["responses"]) for row in of_command] == [("", "", "0"), ("", "", "1")]


def rows_by_name(found: CampaignReport) -> dict[str, dict[str, Any]]:
    heading, *rows = table(found)
    return {str(row[0]): by_name(heading, row) for row in rows}


def test_an_arm_of_nobody_has_no_rate_and_is_compared_with_nobody() -> None:
    nobody: dict[str, Any] = {"recipients": 0, "response_rate": None, "revenue_per_recipient": None}
    found = report(
        variant("control", responses=9, responders=9, response_rate=0.009),
        variant("letter", **nobody),
        recorded=("response_rate",),
    )
    rows = rows_by_name(found)
    assert (rows["control"]["response_rate"], rows["control"]["responses"]) == (0.009, 9)
    assert (rows["letter"]["recipients"], rows["letter"]["responses"], rows["letter"]["response_rate"]) == (0, 0, None)
    assert [cell for name, cell in rows["letter"].items() if "_lift_" in name and cell is not None] == []
    assert findings.shown("response_rate", None) == "–"
    cells = findings.measure_rows(found)[1].cells
    assert [(cell.value, cell.lift) for cell in cells] == [("", ""), ("", ""), ("–", ""), ("", ""), ("", "")]
    best = best_arm(found.variants, "response_rate")
    assert best is found.variants[0]
    assert best_arm([found.variants[1]], "response_rate") is None


def test_with_a_control_of_nobody_nothing_is_compared(spring: Campaign) -> None:
    CampaignVariant.objects.filter(campaign=spring, variant__is_control=True).update(recipients=0)
    found = campaign_report(CampaignQuery("spring"))
    row = rows_by_name(found)["letter"]
    assert (row["response_rate"], row["response_rate_lift_absolute"]) == (0.5, None)
    assert [cell.lift for cell in findings.measure_rows(found)[1].cells] == [""] * 5
    assert set(as_data(found)["variants"][1]["lift"].values()) == {None}


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sum_says_what_was_recorded(sign: str) -> None:
    """What is not zero in all is told, whatever the sum."""
    nothing = unrecorded(report(variant("control"), totals=variant("all")))
    assert nothing == {column for columns in SIGNS.values() for column in columns}
    seen = unrecorded(report(variant("control"), totals=variant("all", None, **{sign: 7})))
    assert nothing - seen == set(SIGNS[sign])
    column = SIGNS[sign][-1]
    assert column not in unrecorded(report(variant("control"), totals=variant("all", None, **{column: 7})))


def test_of_documents_what_nobody_recorded_is_left_out(client: Client, spring: Campaign) -> None:
    names = ["name", "label", "views", "view_rate", "view_rate_lift_absolute", "responses"]
    heads = heads_of(names, absent={"views", "view_rate"})
    assert [head.name for head in heads if head.in_documents] == ["label", "responses"]


def test_return_on_cost_is_not_said_where_nobody_recorded_revenue(spring: Campaign) -> None:
    cost = campaign_report(CampaignQuery("spring")).cost
    assert cost is not None
    told = (cost.cost, cost.per_response, cost.per_conversion, cost.return_on_cost)
    assert told == (Decimal(100), Decimal(100), None, None)


# Other reports -------------------------------------------------------------------------------------------------------


def test_a_funnel_has_no_revenue_where_nobody_recorded_any(client: Client, spring: Campaign) -> None:
    rows = json_rows(client, "funnel/spring", "by=variant")
    assert [(row["group"], row["people"], row["rate"], row["revenue"]) for row in rows] == [
        ("control", 0, 0.0, None), ("letter", 1, 0.5, None), ("All", 1, 0.25, None),
    ]  # fmt: skip
    assert not any("hidden" in row for row in rows)


def test_a_funnels_revenue_of_a_group_that_paid_nothing_is_zero(client: Client, sales: User) -> None:
    control, letter = make_campaign("spring").variants.order_by("position")
    for number in range(4):
        paid = {"amount": Decimal(7)} if number == 1 else {}
        enroll(
            make_customer(f"C-{number}", sales), letter if number % 2 else control, *["response"][: number == 1], **paid
        )
    fold_all()
    rows = json_rows(client, "funnel/spring", "by=variant")
    assert [(row["group"], row["revenue"]) for row in rows] == [
        ("control", "0.00"), ("letter", "7.00"), ("All", "7.00"),
    ]  # fmt: skip


def test_a_question_that_nobody_answered_has_no_shares(client: Client) -> None:
    survey = make_survey()
    ask(survey, "Did it help?", "choice", choices=["yes", "no"])
    (result,) = results_of(survey)
    assert result.bars == (Bar("yes", 0, None), Bar("no", 0, None))
    assert [row[3:] for row in rows_of(result)] == [["yes", 0, None, 0], ["no", 0, None, 0]]
    of_some = Result(result.question, 8, (Bar("yes", 8, 100), Bar("no", 0, 0)))
    assert [row[3:] for row in rows_of(of_some)] == [["yes", 8, 1.0, 8], ["no", 0, 0.0, 8]]
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get(f"/records/surveys/{survey.key}/").content.decode()
    assert '<th scope="row">yes</th><td class="number">0</td><td class="number">–</td><td></td>' in page


def test_a_meeting_whose_sound_nobody_measured_has_none_lost() -> None:
    counted: dict[str, Any] = dict.fromkeys(
        ("people", "attendances", "late", "rejoined", "wrote", "answered", "lost_sound", "sent_before", "read_before"),
        0,
    )
    more = {"name": "Ann", "key": None, "started_at": None, "meetings": 1, "sent_after": 0, "read_after": 0}
    names = [head.name for head in MEETING_HEADS]
    for measured, lost in ((0, None), (6, 0)):
        row = Meetings(**{**counted, **more, "measured": measured, "stayed": None})
        told = by_name(names, meeting_cells("Host", row))
        assert (told["measured"], told["lost_sound"], told["stayed"], told["late"]) == (measured, lost, None, 0)


def test_of_a_version_that_nobody_read_no_rate_and_no_time_is_said() -> None:
    nobody = VersionReading(number=1, pages=3, began=0, finished=0, left_after=None, dwell_seconds=0.0)
    assert reading_words(nobody) == "0 readers; 0 of them read the last of 3 pages (–)"
    some = VersionReading(number=1, pages=3, began=8, finished=0, left_after=1, dwell_seconds=80.0)
    assert (
        reading_words(some)
        == f"8 readers; 0 of them read the last of 3 pages ({figures.rate(0)}); left after page 1; 10 s each"
    )
