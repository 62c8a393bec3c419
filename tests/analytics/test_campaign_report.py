"""The campaign report: its numbers, its formats, its number of queries."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from analytics.folding import fold_all
from analytics.reports.campaign import CampaignQuery, campaign_report
from analytics.reports.rendering import as_csv, as_data
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from privacy.roles import Role
from tests.analytics.lifts import lift_in
from tests.asked import AskedStatements
from tests.events import append, event, make_campaign, make_viewer
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def letters(people: int = 4) -> Campaign:
    """A campaign in which every second of `people` letters brings 10 dollars and the control one response in all."""
    campaign = make_campaign("letters")
    control, letter = campaign.variants.all()
    members = [(make_viewer(), arm) for arm in (control, letter) for _ in range(people)]
    responders = [members[0], *members[people::2]]
    append(
        *(event(viewer, "delivered", variant=arm) for viewer, arm in members),
        *(event(viewer, "response", variant=arm, amount="10", signals=32) for viewer, arm in responders),
        assigned=members,
    )
    fold_all()
    return campaign


def test_report_counts_people_and_amounts_by_variant() -> None:
    letters()

    report = campaign_report(CampaignQuery("letters"))

    control, letter = report.variants
    assert (control.name, control.is_control, control.recipients, control.responders) == ("control", True, 4, 1)
    assert (letter.name, letter.is_control, letter.recipients, letter.responders) == ("letter", False, 4, 2)
    assert (control.response_rate, letter.response_rate) == (0.25, 0.5)
    assert (control.revenue_per_recipient, letter.revenue_per_recipient) == (2.5, 5.0)
    assert (report.totals.recipients, report.totals.deliveries, report.totals.revenue) == (8, 8, Decimal(30))
    assert report.recorded == ("response_rate", "revenue_per_recipient")
    assert report.freshness.is_complete


def test_control_has_no_lift_and_the_others_one_for_each_measure() -> None:
    letters()

    control, letter = campaign_report(CampaignQuery("letters")).variants

    assert control.lift is None
    assert lift_in(letter).absolute == 0.25
    assert lift_in(letter).relative == 1.0
    assert lift_in(letter, "revenue_per_recipient").absolute == 2.5
    assert lift_in(letter, "conversion_rate").relative is None


def test_campaign_without_a_control_has_no_lifts() -> None:
    campaign = letters()
    campaign.variants.update(is_control=False)

    assert [variant.lift for variant in campaign_report(CampaignQuery("letters")).variants] == [None, None]


def test_campaign_of_which_nothing_is_folded_shows_zeros_and_no_rates() -> None:
    make_campaign("quiet")

    report = campaign_report(CampaignQuery("quiet"))

    assert [(variant.name, variant.recipients, variant.response_rate) for variant in report.variants] == [
        ("control", 0, None),
        ("letter", 0, None),
    ]
    assert (report.recorded, report.days) == ((), ())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CampaignState.DRAFT, "Its plan says who is to get what, and starts it."),
        (CampaignState.APPROVED, "Its plan says who is to get what, and starts it."),
        (CampaignState.CLOSED, "They appear within seconds after its engagement is imported."),
    ],
)
def test_page_of_a_campaign_without_numbers_says_what_brings_them(
    state: CampaignState, said: str, client: Client
) -> None:
    make_campaign("quiet")
    Campaign.objects.update(state=state)
    client.force_login(make_user(Role.MARKETING_MANAGER))

    empty = client.get("/campaigns/quiet/").content.decode().partition("Nothing has been counted yet")[2]

    assert said in empty
    assert (">Open the plan</a>" in empty) == (state != CampaignState.CLOSED)


def test_report_says_what_waits_to_be_counted() -> None:
    campaign = letters()
    append(event(make_viewer(), "view", variant=campaign.variants.first()))

    freshness = campaign_report(CampaignQuery("letters")).freshness

    assert (freshness.is_complete, freshness.waiting_facts) == (False, 1)


@pytest.mark.parametrize("people", [1, 3, 40])
def test_report_makes_the_same_queries_whatever_the_campaigns_size(people: int) -> None:
    letters(people)

    with AskedStatements(connection) as queries:
        campaign_report(CampaignQuery("letters"))

    assert len(queries) == 5
    assert not [query for query in queries if 'campaigns_event"' in query["sql"]]


def test_json_holds_the_documented_keys() -> None:
    letters()

    data = json.loads(json.dumps(as_data(campaign_report(CampaignQuery("letters")))))

    assert data["slug"] == "letters"
    letter = data["variants"][1]
    assert letter["lift"]["response_rate"].keys() == {
        "absolute", "relative", "ci_low", "ci_high", "always_low", "always_high", "p", "more_recipients", "worth",
        "is_rough", "is_over", "verdict",
    }  # fmt: skip
    assert data["test"].keys() == {"is_over", "blocked", "cautions", "p", "division", "has_shares", "comparisons"}
    assert data["test"]["division"][1] == {"variant": "letter", "people": 4, "expected": 4.0}
    assert letter["revenue"] == 20.0
    assert data["days"][0] == {
        "day": "2026-03-10",
        "variant": "control",
        "recipients": 4,
        "deliveries": 4,
        "views": 0,
        "raw_views": 0,
        "visits": 0,
        "responses": 1,
        "conversions": 0,
        "revenue": 10.0,
    }


def test_csv_has_a_row_for_each_variant() -> None:
    letters()

    rows = list(csv.DictReader(io.StringIO(as_csv(campaign_report(CampaignQuery("letters"))))))

    assert [(row["name"], row["recipients"], row["response_rate"]) for row in rows] == [
        ("control", "4", "0.25"),
        ("letter", "4", "0.5"),
    ]
    assert (rows[0]["response_rate_lift_absolute"], rows[1]["response_rate_lift_absolute"]) == ("", "0.25")


def test_csv_makes_formulas_inert() -> None:
    campaign = letters()
    campaign.variants.filter(is_control=True).update(label="=cmd()")

    rows = list(csv.DictReader(io.StringIO(as_csv(campaign_report(CampaignQuery("letters"))))))

    assert rows[0]["label"] == "'=cmd()"


def test_command_prints_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    letters()

    call_command("report", "campaign", "letters", "--format", "json")
    assert json.loads(capsys.readouterr().out)["variants"][1]["response_rate"] == 0.5

    call_command("report", "campaign", "letters", "--format", "csv")
    assert capsys.readouterr().out.startswith("name,label,is_control,recipients,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("campaign", "spring"), "There is no campaign with the slug 'spring'. There are: letters."),
        (("customer", "9", "--purpose=12"), "There is no customer with the ID '9'."),
    ],
)
def test_command_says_what_does_not_exist(arguments: tuple[str, ...], message: str) -> None:
    letters()

    with pytest.raises(CommandError, match=message.replace(".", r"\.")):
        call_command("report", *arguments)
