"""The page of what was filtered: it adds up, says why, and shows no campaign that the reader may not see."""

from datetime import timedelta
from typing import Any

import pytest
import vl_convert
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics import filtered
from analytics.folding import fold_all
from analytics.reports import filtered as report_module
from analytics.reports.filtered import Counts, FilteredQuery, filtered_report
from campaigns.enums import Reason, Signal, Verdict
from campaigns.models import Campaign, RuleInForce
from privacy.roles import Role
from tests.events import NOON, append, event, make_campaign, make_viewer
from tests.factories import enroll, make_customer, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold_cache() -> None:
    cache.clear()


def page(client: Client, address: str = "/filtered/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def engaged(slug: str = "spring", days: int = 1) -> Campaign:
    """On each day two views of people, one not sure, one scanner's visit and one preview."""
    campaign = make_campaign(slug)
    letter = campaign.variants.get(name="letter")
    for day in range(days):
        moment = {"variant": letter, "occurred_at": NOON + timedelta(days=day)}
        append(
            event(make_viewer(), "view", **moment),
            event(make_viewer(), "view", **moment),
            event(make_viewer(), "view", signals=Signal.NO_FOCUS, **moment),
            event(make_viewer(), "visit", signals=Signal.KNOWN_AGENT, **moment),
            event(make_viewer(), "view", signals=Signal.PREVIEW_AGENT, **moment),
        )
    fold_all()
    return campaign


def test_reasons_add_up_to_all_there_was() -> None:
    engaged()
    append(event(make_viewer(), "visit", signals=Signal.INTERNAL_NETWORK))
    fold_all()

    report = filtered_report(FilteredQuery())

    assert [(row.verdict, row.reason, row.counts, round(row.share, 3)) for row in report.reasons] == [
        (Verdict.HUMAN, Reason.NO_SIGN, Counts(2, 0, 2), 0.333),
        (Verdict.UNKNOWN, Reason.NO_FOCUS, Counts(1, 0, 1), 0.167),
        (Verdict.INTERNAL, Reason.INTERNAL_NETWORK, Counts(1, 1, 0), 0.167),
        (Verdict.SCANNER, Reason.KNOWN_AGENT, Counts(1, 1, 0), 0.167),
        (Verdict.PREVIEW, Reason.PREVIEW_AGENT, Counts(1, 0, 1), 0.167),
    ]
    assert (report.human, report.filtered, report.raw) == (Counts(3, 0, 3), Counts(3, 2, 1), Counts(6, 2, 4))
    assert report.human + report.filtered == report.raw


def test_one_campaign_is_counted_by_itself() -> None:
    spring = engaged()
    engaged("autumn")

    report = filtered_report(FilteredQuery((spring.pk,)))

    assert report.raw == Counts(5, 1, 4)
    assert [(row.campaign, row.events, row.filtered, row.share) for row in report.campaigns] == [(spring, 5, 2, 0.4)]


def test_campaigns_with_most_filtered_come_first_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_module, "CAMPAIGNS_SHOWN", 2)
    engaged("one"), engaged("two", days=2)
    append(event(make_viewer(), "view"))
    fold_all()

    report = filtered_report(FilteredQuery())

    assert [(row.campaign and row.campaign.slug, row.filtered) for row in report.campaigns] == [("two", 4), ("one", 2)]
    assert report.more_campaigns == 1


def test_days_before_the_last_ninety_are_not_drawn_and_still_counted() -> None:
    append(event(make_viewer(), "view", occurred_at=NOON - timedelta(days=90)), event(make_viewer(), "view"))
    append(event(make_viewer(), "view", occurred_at=NOON - timedelta(days=89)))
    fold_all()

    report = filtered_report(FilteredQuery())

    assert [row.day for row in report.days] == [(NOON - timedelta(days=89)).date(), NOON.date()]
    assert report.raw.events == 3


def test_report_takes_six_queries_at_one_campaign_and_at_three() -> None:
    for slugs in (["a"], ["b", "c"]):
        for slug in slugs:
            engaged(slug, days=2)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            filtered_report(FilteredQuery())
        assert len(queries) == 6 + 1  # the last day is asked for first


def test_report_of_an_empty_log_is_empty() -> None:
    RuleInForce.objects.all().delete()

    report = filtered_report(FilteredQuery())

    assert (report.raw, report.reasons, report.days, report.campaigns) == (Counts(), (), (), ())
    assert (report.rule_version, report.in_force_since) == (0, None)


# In words and as a picture -------------------------------------------------------------------------------------------
def test_every_reason_is_explained_and_every_verdict_has_a_band() -> None:
    assert set(filtered.EXPLANATIONS) == set(Reason)
    assert set(filtered.BANDS) == set(Verdict)


def test_picture_bands_the_days_and_says_what_was_filtered() -> None:
    engaged(days=3)

    picture = filtered.verdict_days_picture(filtered_report(FilteredQuery()))

    assert picture is not None
    assert picture.title == "6 of 15 events of these days were filtered."
    assert picture.columns == ("Day", "People", "Not sure", "Scanners", "Previews")
    assert picture.rows[0][1:] == ("2", "1", "1", "1")
    assert "<svg" in vl_convert.vegalite_to_svg({**picture.specification, "width": 300, "height": 200})


def test_picture_of_days_without_machines_says_so() -> None:
    append(event(make_viewer(), "view"), event(make_viewer(), "view", occurred_at=NOON + timedelta(days=1)))
    fold_all()

    picture = filtered.verdict_days_picture(filtered_report(FilteredQuery()))

    assert picture is not None
    assert picture.title == "All 2 events of these days count as people’s."


def test_one_day_alone_has_no_picture() -> None:
    engaged()

    assert filtered.verdict_days_picture(filtered_report(FilteredQuery())) is None


# The page ------------------------------------------------------------------------------------------------------------
def test_page_tells_reasons_campaigns_and_the_rule(client: Client) -> None:
    engaged(days=2)
    client.force_login(make_user(Role.MARKETING_MANAGER))

    text = page(client)

    assert '<th scope="row">Scanner</th><td>Known agent</td><td class="number">2</td>' in text
    assert '<th scope="row" colspan="2">Everything recorded</th><td class="number">10</td>' in text
    assert "The program that made the request says it is a machine" in text
    assert '<a href="/campaigns/spring/">Spring</a>' in text
    assert '<a href="?campaign=spring" aria-label="Reasons in Spring">' in text
    assert "judged by rule 2, in force since" in text
    assert "crawler-user-agents" in text
    assert "vendor/vega.js" in text


def test_page_of_one_campaign_leads_to_its_report_and_back(client: Client) -> None:
    engaged()
    client.force_login(make_user(Role.MARKETING_MANAGER))

    text = page(client, "/filtered/?campaign=spring")

    assert "<h1>Spring: what was filtered</h1>" in text
    assert '<a href="/campaigns/spring/">The campaign’s report</a>' in text
    assert '<a class="usa-breadcrumb__link" href="/filtered/">' in text
    assert 'id="by-campaign"' not in text
    assert "nothing to chart by day" in text


def test_campaigns_report_leads_to_what_was_filtered(client: Client) -> None:
    campaign = make_campaign("spring")
    enroll(make_customer("C-1"), campaign.variants.get(name="letter"), "view")
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))

    assert '<a href="/filtered/?campaign=spring">What was filtered, and why</a>' in page(client, "/campaigns/spring/")


def test_page_of_an_empty_log_says_what_will_come(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))

    assert "Nothing has been counted yet" in page(client)


def test_sales_see_the_campaigns_that_reach_their_customers_only(client: Client) -> None:
    sales = make_user(Role.SALES)
    mine, other = make_campaign("mine"), engaged("other")
    enroll(make_customer("C-1", sales), mine.variants.get(name="letter"), "view")
    append(event(make_viewer(), "view", signals=Signal.KNOWN_AGENT))
    fold_all()
    client.force_login(sales)

    text = page(client)

    assert '<td class="number">1</td>' in text
    assert '<th scope="row" colspan="2">Everything recorded</th><td class="number">1</td>' in text
    assert other.name not in text
    assert "Not in a campaign" not in text
    assert "This counts the campaigns that reach a customer of yours." in text
    assert client.get("/filtered/?campaign=other").status_code == 404
    assert client.get("/filtered/?campaign=mine").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "a b", "<script>", "x" * 500, "\x00"])
def test_campaign_that_is_not_there_is_not_found(client: Client, slug: str) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))

    assert client.get("/filtered/", {"campaign": slug}).status_code == 404


def test_what_is_in_no_campaign_is_counted_for_those_who_see_all(client: Client) -> None:
    append(event(make_viewer(), "view", signals=Signal.KNOWN_AGENT))
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))

    assert "Not in a campaign" in page(client)


def test_pages_queries_do_not_grow_with_campaigns(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    counts: list[Any] = []
    for slugs in (["a"], ["b", "c"]):
        for slug in slugs:
            engaged(slug, days=2)
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))

    assert counts == [counts[0]] * 2
