"""What came back of a cost: of those it was sent to, and beyond what came without it; everywhere the same."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from scipy import stats

from analytics.findings import cards
from analytics.models import CampaignVariant
from analytics.queries import campaign_rows
from analytics.reports.amounts import Estimate
from analytics.reports.campaign import CampaignQuery, CampaignReport, campaign_report
from analytics.reports.comparison import compare_campaigns
from analytics.reports.returns import CostResult, Incremental, revenue_of_sent
from analytics.return_words import return_words, revenue_words
from campaigns.enums import CampaignState
from campaigns.models import Campaign, Variant
from privacy.agency import agency_today
from privacy.roles import Role
from records import figures
from tests.api import Program
from tests.exporting import csv_rows, json_rows
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def amounts(people: int, buyers: int, mean: float, seed: int) -> Any:
    """Of so many people what each spent: most of them nothing."""
    spent = np.zeros(people)
    spent[:buyers] = np.random.default_rng(seed).normal(mean, 10, buyers).round(2)
    return spent


SENT, HELD = amounts(1000, 200, 60, 1), amounts(500, 40, 60, 2)


def count(variant: Variant, spent: Any, **more: Any) -> None:
    buyers = int((spent > 0).sum())
    CampaignVariant.objects.create(
        campaign=variant.campaign, variant=variant, recipients=len(spent), responders=buyers, responses=buyers,
        converters=buyers, conversions=buyers, revenue=Decimal(str(round(spent.sum(), 2))),
        revenue_of_known=Decimal(str(round(spent.sum(), 2))),
        revenue_squares_of_known=Decimal(str(round((spent**2).sum(), 4))), **more,
    )  # fmt: skip


def make_test(slug: str = "spring", sent: Any = SENT, held: Any = HELD, **more: Any) -> Campaign:
    """A letter, delivered to two in three; the others got nothing. It cost 5,000 dollars."""
    made = make_campaign(slug)
    Campaign.objects.filter(pk=made.pk).update(
        cost=Decimal(5000), starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31), **more
    )
    control, letter = made.variants.order_by("position")
    Variant.objects.filter(pk=letter.pk).update(weight=2)
    count(control, held)
    count(letter, sent, deliveries=len(sent), delivered_people=len(sent))
    return Campaign.objects.get(pk=made.pk)


def report_of(slug: str = "spring") -> CampaignReport:
    return campaign_report(CampaignQuery(slug))


def cost_of(slug: str = "spring") -> CostResult:
    found = report_of(slug).cost
    assert found is not None
    return found


def more_of(slug: str = "spring") -> Incremental:
    found = cost_of(slug).incremental
    assert found is not None
    return found


def test_what_came_without_the_campaign_is_no_return_of_its_cost() -> None:
    make_test()
    cost = cost_of()
    assert float(cost.revenue) == pytest.approx(SENT.sum(), abs=0.01)
    assert cost.return_on_cost == pytest.approx((SENT.sum() - 5000) / 5000, abs=1e-5)
    assert (cost.per_response, cost.per_conversion, cost.held_out) == (Decimal("25.00"), Decimal("25.00"), 500)


def test_what_it_brought_beyond_is_the_difference_by_recipient_times_those_it_was_sent_to() -> None:
    """Held against scipy's own Welch interval of the people's amounts."""
    make_test()
    more, bounds = more_of(), stats.ttest_ind(SENT, HELD, equal_var=False).confidence_interval(0.95)
    assert float(more.revenue) == pytest.approx(1000 * (SENT.mean() - HELD.mean()), abs=0.02)
    assert [float(more.low), float(more.high)] == pytest.approx([1000 * bounds.low, 1000 * bounds.high], rel=1e-4)
    expected = [(float(each) - 5000) / 5000 for each in (more.revenue, more.low, more.high)]
    assert [more.return_on_cost, more.return_low, more.return_high] == pytest.approx(expected)


def test_while_it_runs_the_interval_holds_at_every_look() -> None:
    make_test()
    ended = more_of()
    Campaign.objects.update(state=CampaignState.RUNNING, ends_on=agency_today() + timedelta(days=1))
    running = more_of()
    assert running.revenue == ended.revenue
    assert running.low < ended.low < ended.high < running.high


def test_a_control_that_was_sent_something_counts_as_sent_to() -> None:
    make_test()
    CampaignVariant.objects.filter(variant__is_control=True).update(deliveries=500)
    cost = cost_of()
    assert float(cost.revenue) == pytest.approx(SENT.sum() + HELD.sum(), abs=0.02)
    assert (cost.held_out, cost.incremental) == (0, None)


def test_where_nothing_is_recorded_of_what_was_sent_everybody_counts() -> None:
    make_test()
    CampaignVariant.objects.update(deliveries=0, delivered_people=0)
    assert (cost_of().held_out, cost_of().incremental) == (0, None)
    assert float(cost_of().revenue) == pytest.approx(SENT.sum() + HELD.sum(), abs=0.02)


def test_a_holdout_is_left_out_beside_a_control_that_was_sent_to() -> None:
    made = make_test()
    CampaignVariant.objects.filter(variant__is_control=True).update(deliveries=500)
    holdout = Variant.objects.create(campaign=made, name="holdout", is_holdout=True, position=9)
    Campaign.objects.filter(pk=made.pk).update(holdout_percent=25)
    Variant.objects.filter(campaign=made, name="letter").update(weight=2)
    spent = amounts(500, 30, 60, 3)
    count(holdout, spent)
    cost, both = cost_of(), np.concatenate([SENT, HELD])
    assert cost.held_out == 500
    assert float(more_of().revenue) == pytest.approx(1500 * (both.mean() - spent.mean()), abs=0.05)


@pytest.mark.parametrize(
    "more", [{"held": amounts(20, 12, 60, 2)}, {"held": amounts(500, 6, 60, 2)}, {"held": amounts(900, 40, 60, 2)}],
)  # fmt: skip
def test_nothing_is_said_of_few_people_or_of_an_uneven_division(more: dict[str, Any]) -> None:
    make_test(**more)
    assert cost_of().incremental is None
    assert cost_of().return_on_cost is not None


# Shown ---------------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return " ".join(text.replace(figures.NARROW_GAP, " ").replace("\N{WORD JOINER}", "").split())


def test_the_campaigns_page_has_both_with_the_interval(client: Client) -> None:
    make_test()
    found = {card.label: card for card in cards(report_of())}
    more = more_of()
    said = found["Incremental return on cost"]
    assert plain(said.value) == f"{(float(more.revenue) - 5000) / 50:+.2f}%"
    assert plain(said.note).startswith("95% interval ")
    assert f"+${more.revenue:,.2f} more revenue than without it" in plain(said.note)
    assert "in revenue from those it was sent to, of $5,000.00 spent" in plain(found["Return on cost"].note)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = plain(client.get("/campaigns/spring/").content.decode())
    assert "Incremental return on cost" in page
    assert "incremental return is that less cost, divided by cost" in page


def test_page_file_comparison_quarter_and_api_say_the_same(client: Client) -> None:
    make_test()
    make_test("summer")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    cost, more = cost_of(), more_of()
    expected = [cost.return_on_cost, more.return_on_cost, more.return_low, more.return_high]
    of = json_rows(client, "campaign/spring")[0]
    names = ["campaign_return_on_cost", *(f"campaign_incremental_return{end}" for end in ("", "_low", "_high"))]
    assert [of[name] for name in names] == expected
    labels = ["Return on cost", *(f"Incremental return on cost{end}" for end in ("", *ENDS))]
    for query in ("campaign=spring&campaign=summer", "quarter=2026-Q1"):
        heading, first, _second = csv_rows(client, "compare", query)
        told = dict(zip(heading, first, strict=True))
        assert [float(told[name]) for name in labels] == pytest.approx(expected)
        assert Decimal(told["Incremental revenue"]) == more.revenue
    page = plain(client.get("/compare/?quarter=2026-Q1").content.decode())
    assert plain(return_words(more)) in page
    answer = Program(make_user(Role.PRIVACY_OFFICER)).get("/reports/campaigns/spring").json()["cost"]
    assert [answer["return_on_cost"], answer["incremental"]["return_on_cost"]] == expected[:2]
    assert (answer["revenue"], answer["held_out"]) == (float(cost.revenue), 500)


ENDS = (": 95% interval from", ": 95% interval to")


def revenue_everywhere(client: Client) -> list[str]:
    """Of `spring`: on home, in the list of campaigns, in the comparison, in the quarter and on its own page."""
    home = plain(client.get("/").content.decode())
    told = re.search(r"conversions, (\$[\d,.]+) in revenue from those it was sent to for \$5,000.00 spent", home)
    (listed,) = [row for row in csv_dicts(client, "campaigns", "") if row["Name"] == "Spring"]
    compared = csv_dicts(client, "compare", "campaign=spring&campaign=summer")[0]
    quarter = csv_dicts(client, "compare", "quarter=2026-Q1")[0]
    own = plain({card.label: card for card in cards(report_of())}["Return on cost"].note)
    words = "Revenue from those it was sent to"
    found = [*(f"${float(one[words]):,.2f}" for one in (listed, compared, quarter)), own.partition(" in revenue")[0]]
    return [told[1] if told else "", *found]


def csv_dicts(client: Client, of: str, query: str) -> list[dict[str, str]]:
    heading, *rows = csv_rows(client, of, query)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_revenue_is_of_those_it_was_sent_to_on_every_page_and_in_the_same_words(client: Client) -> None:
    make_test()
    make_test("summer")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert revenue_everywhere(client) == [f"${SENT.sum():,.2f}"] * 5


def listed_revenue() -> Decimal:
    found: Any = campaign_rows(make_user(Role.PRIVACY_OFFICER, "Officer")).get(slug="spring")
    return Decimal(found.revenue)


@pytest.mark.parametrize(
    ("change", "everybody"),
    [
        ({}, False),
        ({"variant__is_control": True, "deliveries": 500}, True),
        ({"variant__is_control": True, "shared_people": 1}, True),
        ({"variant__is_control": True, "raw_views": 1}, True),
        ({"variant__is_control": False, "deliveries": 0}, True),
    ],
)
def test_the_list_asks_the_database_for_what_the_report_counts(change: dict[str, Any], everybody: bool) -> None:
    made = make_test()
    holdout = Variant.objects.create(campaign=made, name="holdout", is_holdout=True, position=9)
    count(holdout, amounts(500, 30, 60, 3))
    make_test("summer")
    arms = CampaignVariant.objects.filter(campaign=made, variant__is_holdout=False)
    if change:
        ((name, value),) = [one for one in change.items() if one[0] != "variant__is_control"]
        arms.filter(variant__is_control=change["variant__is_control"]).update(**{name: value})
    rows = list(CampaignVariant.objects.filter(campaign=made).select_related("variant"))
    expected = SENT.sum() + (HELD.sum() if everybody else 0)
    assert float(revenue_of_sent(rows)) == pytest.approx(expected, abs=0.02)
    assert listed_revenue() == revenue_of_sent(rows)


def test_the_list_hides_revenue_that_tells_of_few_of_either(client: Client) -> None:
    make_test(held=amounts(500, 3, 60, 2))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    (row,) = csv_dicts(client, "campaigns", "")
    assert (row["Conversions"], row["Revenue from those it was sent to"]) == ("203", "hidden")
    assert "in revenue" not in plain(client.get("/").content.decode())


def test_few_people_among_those_who_got_nothing_hide_what_would_tell_of_them(client: Client) -> None:
    """With the revenue of everybody, that of those it was sent to tells the others'."""
    make_test(held=amounts(500, 3, 60, 2))
    make_test("summer")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    hidden = ("Cost per response", "Return on cost")
    heading, first, second = csv_rows(client, "compare", "campaign=spring&campaign=summer")
    assert [dict(zip(heading, first, strict=True))[name] for name in hidden] == ["hidden", "hidden"]
    assert "hidden" not in [dict(zip(heading, second, strict=True))[name] for name in hidden]
    heading, first, _second = csv_rows(client, "compare", "quarter=2026-Q1")
    assert dict(zip(heading, first, strict=True))["Return on cost"] == "hidden"
    row = json_rows(client, "campaign/spring")[0]
    assert {"campaign_return_on_cost", "campaign_revenue_of_sent"} <= set(row["hidden"])
    answer = Program(make_user(Role.MARKETING_MANAGER, "Program")).get("/reports/campaigns/spring").json()["cost"]
    assert answer == {**dict.fromkeys(answer), "cost": 5000.0}


def test_what_it_brought_is_hidden_of_few_buyers_too(client: Client) -> None:
    """Many people, ten amounts at least in each arm, three of whom converted."""
    make_test()
    CampaignVariant.objects.filter(variant__is_control=True).update(converters=3)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    row = json_rows(client, "campaign/spring")[0]
    assert {"campaign_incremental_revenue", "campaign_incremental_return_high"} <= set(row["hidden"])
    heading, first = csv_rows(client, "compare", "quarter=2026-Q1")
    told = dict(zip(heading, first, strict=True))
    assert {told[f"Incremental return on cost{end}"] for end in ("", *ENDS)} == {"hidden"}
    assert "incremental" not in plain(client.get("/compare/?quarter=2026-Q1").content.decode()).partition("<details")[0]


def test_two_campaigns_are_compared_by_what_they_brought() -> None:
    campaigns = [make_test(), make_test("summer", sent=amounts(1000, 90, 60, 4))]
    row = next(row for row in compare_campaigns(campaigns).rows if row.name == "incremental_return")
    assert row.best is not None
    assert (row.best.places, row.best.unclear, row.best.is_measured) == ((0,), (), True)
    assert not row.is_drawn


def test_estimates_are_compared_as_normal_ones() -> None:
    one, other = Estimate(1.0, 0.02, 1.98), Estimate(-1.0, -1.98, -0.02)
    p = one.p_against(other)
    assert p == pytest.approx(2 * stats.norm.sf(2 / (0.5 * 2**0.5)), rel=1e-3)
    assert one.is_clearly_above(other)
    assert not one.is_clearly_above(Estimate(0.0, -0.98, 0.98))
    assert Estimate(1.0, 1.0, 1.0).p_against(Estimate(0.0, 0.0, 0.0)) is None


def test_it_is_said_in_spanish() -> None:
    more = Incremental(Decimal(10), Decimal(5), Decimal(15), 0.5, -0.25, 1.25)
    assert plain(return_words(more)) == "incremental +50.00%, 95% interval −25.00 to 125.00%"
    with translation.override("es"):
        assert plain(return_words(more)) == "incremental +50,00 %, intervalo del 95 % de −25,00 a 125,00 %"
        assert plain(revenue_words(more)) == (
            "+$10,00 de ingresos frente a lo que llegó sin ella, intervalo del 95 % de $5,00 a $15,00"
        )
