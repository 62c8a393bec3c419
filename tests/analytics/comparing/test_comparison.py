"""Campaigns, materials and periods side by side: figures against statements of their own, words, few people, pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from analytics.comparing.asking import BadComparison, Choice, choice_of, compared
from analytics.comparing.tables import measure_rows
from analytics.comparing.wording import best_words, comparison_title
from analytics.folding import fold_all
from analytics.periods import Period
from analytics.pictures.asking import Asked
from analytics.pictures.comparison import comparison_pictures
from analytics.reports.amounts import Amount, Mean, PerDay, Plain, Rate
from analytics.reports.comparison import (
    Comparison,
    Direction,
    Item,
    Row,
    Unit,
    compare_campaigns,
    compare_materials,
    compare_periods,
    compared_rows,
    without_few_people,
)
from campaigns.models import Campaign, Material
from privacy.agency import agency_day
from privacy.models import User
from privacy.roles import Role
from records import figures
from tests.analytics.pictured import NOWHERE, marks
from tests.events import append, event
from tests.exporting import csv_rows, sheet_of
from tests.factories import NOON, enroll, make_campaign, make_customer, make_material, make_user, viewer_of

ITEMS = (Item("a", "Spring"), Item("b", "Summer"), Item("c", "Fall"))


def row(*amounts: Amount | None, **values: Any) -> Row:
    parts = {"name": "response_rate", "label": "Response rate", "unit": Unit.RATE, "direction": Direction.HIGHEST}
    return Row(**{**parts, **values}, amounts=amounts)


# Words ---------------------------------------------------------------------------------------------------------------


def test_clear_is_what_is_so_after_correction_for_all_pairs_and_measures() -> None:
    near = (Rate(62, 400), Rate(40, 400))  # p 0.02
    (alone,) = compared_rows([row(*near)])
    assert best_words(alone, ITEMS) == "Spring, clearly the highest"
    assert alone.corrected == {(0, 1): pytest.approx(0.0197, abs=1e-4)}
    of_three = compared_rows([row(*near), row(Rate(1, 9), Rate(1, 9)), row(Rate(2, 9), Rate(1, 9))])
    assert [one.corrected[0, 1] for one in of_three] == [pytest.approx(0.0591, abs=1e-4), 1.0, 1.0]
    assert best_words(of_three[0], ITEMS) == "Spring, the highest, not clearly above Summer"


def calls_clear(found: Row) -> bool:
    """Whether the best is called clearly above any other."""
    best = found.best
    return best is not None and best.is_measured and len(best.unclear) < best.others


def test_without_a_difference_hardly_any_comparison_calls_one_clear() -> None:
    """Five campaigns by three measures, drawn 400 times from the same rates: 30 pairs a comparison."""
    drawn = np.random.default_rng(7).binomial(600, 0.1, size=(400, 3, 5))
    alarms = sum(
        any(calls_clear(one) for one in compared_rows(rows))
        for rows in ([row(*(Rate(int(count), 600) for count in counts)) for counts in one] for one in drawn)
    )
    assert alarms <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize(
    ("amounts", "best", "title"),
    [
        (
            (Rate(40, 100), Rate(10, 100), Rate(9, 100)),
            "Spring, clearly the highest",
            "Response rate is clearly the highest in Spring.",
        ),
        (
            (Rate(40, 100), Rate(38, 100), Rate(36, 100)),
            "Spring, the highest, not clearly above Summer and Fall",
            "Response rate is the highest in Spring, but not clearly above Summer and Fall.",
        ),
        (
            (Rate(40, 100), Rate(40, 100), Rate(1, 100)),
            "Spring and Summer, equally high",
            "Response rate is the same in Spring and Summer, and lower elsewhere.",
        ),
        (
            (Rate(0, 100), Rate(0, 100), None),
            "Spring and Summer, equally high",
            "Response rate is the same in Spring and Summer.",
        ),
        ((Rate(40, 100), None, None), "", "There are not two numbers to compare."),
        ((None, None, None), "", "There are not two numbers to compare."),
    ],
)
def test_the_best_is_marked_in_words(amounts: tuple[Amount | None, ...], best: str, title: str) -> None:
    found = Comparison("campaigns", ITEMS, compared_rows((row(*amounts),)) or (row(*amounts),), NOWHERE)
    assert best_words(found.rows[0], ITEMS) == best
    assert comparison_title(found, found.rows) == title


def test_of_a_cost_the_lowest_is_named_and_of_recipients_none() -> None:
    per_response = row(Plain(3), Plain(2), None, unit=Unit.MONEY, direction=Direction.LOWEST)
    assert best_words(per_response, ITEMS) == "Summer, the lowest"
    assert best_words(row(Plain(3), Plain(2), None, direction=Direction.NEITHER), ITEMS) == ""


def test_few_people_are_left_out_and_the_words_say_of_what_is_shown() -> None:
    found = Comparison("campaigns", ITEMS, compared_rows((row(Rate(4, 5), Rate(40, 100), Rate(10, 100)),)), NOWHERE)
    shown = without_few_people(found)
    assert best_words(shown.rows[0], ITEMS) == "Summer, clearly the highest of those shown"
    assert [cell.words.replace(figures.NARROW_GAP, " ") for cell in measure_rows(shown)[0].cells] == [
        "hidden",
        "40.00%",
        "10.00%",
    ]
    (picture,) = comparison_pictures(found, Asked(hides_few=True))
    assert picture.rows[0][2:] == ("hidden", "–")
    assert "80" not in picture.description
    assert marks(picture, "point") == 2
    assert marks(comparison_pictures(found, Asked())[0], "point") == 3


def test_what_is_hidden_does_not_count_in_what_the_others_are_corrected_for() -> None:
    """Nor does it tell: the same is called clear whatever the hidden ones differ by."""
    near, few = (Rate(62, 400), Rate(40, 400), None), (None, Rate(1, 9), Rate(2, 9))
    said = []
    for others in (few, (None, Rate(1, 900), Rate(4, 4)), (None, None, None)):
        found = Comparison("campaigns", ITEMS, compared_rows((row(*near), row(*others))), NOWHERE)
        shown = without_few_people(found).rows[0]
        said.append((round(shown.corrected[0, 1], 4), best_words(shown, ITEMS)))
    assert said == [(0.0197, "Spring, clearly the highest")] * 3
    whole = Comparison("campaigns", ITEMS, compared_rows((row(*near), row(*few), row(*few), row(*few))), NOWHERE)
    assert best_words(whole.rows[0], ITEMS) == "Spring, the highest, not clearly above Summer"


def test_a_measure_of_which_all_is_hidden_stays_and_says_so() -> None:
    found = Comparison("campaigns", ITEMS, compared_rows((row(Rate(1, 9), Rate(2, 9), None),)), NOWHERE)
    (shown,) = measure_rows(without_few_people(found))
    assert [cell.words for cell in shown.cells] == ["hidden", "hidden", "not recorded"]


def test_a_picture_for_each_unit_that_has_intervals() -> None:
    from analytics.reports.intervals import Sample

    money = row(Mean(Sample(9, 9.0, 20.0)), Mean(Sample(9, 18.0, 50.0)), None, label="Revenue", unit=Unit.MONEY)
    cost = row(Plain(1), Plain(2), Plain(3), label="Cost", unit=Unit.MONEY, direction=Direction.NEITHER)
    found = Comparison("campaigns", ITEMS, (row(Rate(1, 10), Rate(2, 10), Rate(3, 10)), money, cost), NOWHERE)
    assert [one.name for one in comparison_pictures(found, Asked())] == ["compared-rate", "compared-money"]


# What is asked for ---------------------------------------------------------------------------------------------------


def test_nothing_is_asked_for() -> None:
    assert choice_of(QueryDict("")) is None
    assert choice_of(QueryDict("first=&last=&campaign=")) is None
    assert choice_of(QueryDict("campaign=a%00&campaign=%00")) is None


def test_each_is_taken_once_in_its_order() -> None:
    assert choice_of(QueryDict("campaign=b&campaign=a&campaign=b")) == Choice("campaigns", ("b", "a"))
    assert choice_of(QueryDict("quarter=2026-Q1")) == Choice("quarter", quarter="2026-Q1")
    spans = ("2026-01-01..2026-01-31", "2026-02-01..2026-02-28")
    asked = "first=2026-01-01&last=2026-01-31&first=2026-02-01&last=2026-02-28"
    assert choice_of(QueryDict(asked)) == Choice("periods", spans)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("campaign=a", "Choose two to five campaigns: 1 is chosen."),
        ("&".join(f"material={n}" for n in range(6)), "Choose two to five materials: 6 are chosen."),
        ("campaign=a&material=b", "one kind at a time"),
    ],
)
def test_what_cannot_be_compared_says_why(query: str, said: str) -> None:
    with pytest.raises(BadComparison, match=said):
        choice_of(QueryDict(query))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("campaign=a&campaign=b", "There is no campaign “a” that you may see."),
        ("period=x&period=y", "“x” is not a range of days"),
        ("quarter=Q1", "“Q1” is not a quarter"),
        ("material=a&material=b", "There is no material “a” that you may see."),
    ],
)
def test_what_is_not_there_says_so_on_the_page_and_in_the_export(client: Client, query: str, said: str) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get(f"/compare/?{query}")
    assert page.status_code == 422
    assert said in page.content.decode()
    answer = client.get(f"/exports/new/?of=compare&format=csv&{query}")
    assert answer.status_code == 400
    assert said in answer.content.decode()


# Figures -------------------------------------------------------------------------------------------------------------


def two_campaigns(sales: User, people: int = 30) -> list[Campaign]:
    """In the first every third answers, in the second every tenth; amounts and costs in both."""
    campaigns = []
    for slug, nth in (("spring", 3), ("summer", 10)):
        campaign = make_campaign(slug)
        Campaign.objects.filter(pk=campaign.pk).update(
            cost=Decimal(100), goal=f"Sell in {slug}", starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 10)
        )
        arms = list(campaign.variants.order_by("position"))
        for number in range(people):
            customer = make_customer(f"{slug}-{number}", sales)
            did = ("response",) if number % nth == 0 else ()
            enroll(customer, arms[number % 2], *did, **({"amount": "30"} if did else {}))
        campaigns.append(Campaign.objects.get(pk=campaign.pk))
    fold_all()
    return campaigns


RATES = """
SELECT count(*) FILTER (WHERE EXISTS (
    SELECT FROM campaigns_judgedevent AS event WHERE event.viewer_id = assignment.viewer_id AND event.kind = 'response'
        AND event.campaign_id = assignment.campaign_id
)), count(*)
FROM campaigns_assignment AS assignment WHERE campaign_id = %s
"""


@pytest.mark.django_db
def test_campaigns_have_the_rates_of_the_log() -> None:
    campaigns = two_campaigns(make_user(Role.SALES))

    found = compare_campaigns(campaigns)

    rows = {one.name: one for one in found.rows}
    money = ["revenue_per_recipient", "revenue", "cost", "cost_per_response", "return_on_cost"]
    assert list(rows) == ["recipients", "response_rate", *money]
    for campaign, amount in zip(campaigns, rows["response_rate"].amounts, strict=True):
        with connection.cursor() as cursor:
            cursor.execute(RATES, [campaign.pk])
            assert amount == Rate(*cursor.fetchone())
    assert [one and one.value for one in rows["revenue"].amounts] == [300, 90]
    assert [one and one.value for one in rows["cost_per_response"].amounts] == [10, pytest.approx(33.33)]
    assert [one and one.value for one in rows["return_on_cost"].amounts] == [2.0, pytest.approx(-0.1)]
    assert best_words(rows["return_on_cost"], found.items) == "Spring, the highest"
    assert found.items[0] == Item("spring", "Spring", "Sell in spring")


@pytest.mark.django_db
@pytest.mark.parametrize("people", [1, 3])
def test_campaigns_take_two_statements_for_any_size(people: int, django_assert_num_queries: Any) -> None:
    campaigns = two_campaigns(make_user(Role.SALES), people)
    with django_assert_num_queries(2):
        compare_campaigns(campaigns)


@pytest.mark.django_db
def test_a_campaign_without_anything_has_no_numbers() -> None:
    campaigns = [make_campaign("spring"), make_campaign("summer")]
    assert compare_campaigns(campaigns).rows == ()


@pytest.mark.django_db
def test_materials_count_whom_they_were_shared_with() -> None:
    sales, materials = make_user(Role.SALES), [make_material("guide"), make_material("list")]
    for number in range(8):
        viewer = viewer_of(make_customer(f"C-{number}", sales))
        for material, nth in zip(materials, (2, 4), strict=True):
            append(event(viewer, "shared", material=material))
            if number % nth == 0:
                seen = {"material": material, "occurred_at": NOON + timedelta(minutes=number)}
                append(event(viewer, "view", **seen), event(viewer, "page", page=1, dwell_ms=2000, **seen))
    append(event(-9, "view", material=materials[0]))
    fold_all()

    rows = {one.name: one for one in compare_materials(materials).rows}

    assert rows["view_rate"].amounts == (Rate(4, 8), Rate(2, 8))
    assert [one and one.value for one in rows["viewers"].amounts] == [5, 2]
    assert [one and one.value for one in rows["reading_time"].amounts] == [2.0, 2.0]
    assert "response_rate" not in rows


OF_DAYS = """
SELECT count(*) FILTER (WHERE kind = 'view'), count(*) FILTER (WHERE kind = 'response') FROM campaigns_judgedevent
WHERE verdict IN ('human', 'unknown') AND (occurred_at AT TIME ZONE 'America/New_York')::date BETWEEN %s AND %s
    AND campaign_id IS NOT NULL
"""


@pytest.mark.django_db
def test_periods_have_the_events_of_the_log_a_day() -> None:
    letter = make_campaign("spring").variants.all()[1]
    for number in range(12):
        viewer = viewer_of(make_customer(f"C-{number}"))
        when = NOON + timedelta(days=number * 3, hours=11)  # late in the day: tomorrow by UTC
        append(*(event(viewer, kind, variant=letter, occurred_at=when) for kind in ("view", "response")))
    fold_all()
    periods = [Period(date(2026, 3, 10), date(2026, 3, 19)), Period(date(2026, 3, 20), date(2026, 4, 12))]

    found = compare_periods(periods, None)

    rows = {one.name: one for one in found.rows}
    assert list(rows) == ["views_a_day", "responses_a_day"]
    for place, period in enumerate(periods):
        with connection.cursor() as cursor:
            cursor.execute(OF_DAYS, [period.first, period.last])
            views, responses = cursor.fetchone()
        amounts = rows["views_a_day"].amounts[place], rows["responses_a_day"].amounts[place]
        assert [one and one.value for one in amounts] == [views / period.days, responses / period.days]
    assert compare_periods(periods, []).rows == ()


@pytest.mark.django_db
def test_days_that_are_yet_to_come_count_in_no_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.reports.comparison.agency_today", lambda: date(2026, 3, 14))
    letter = make_campaign("spring").variants.all()[1]
    viewer = viewer_of(make_customer("C-1"))
    append(event(viewer, "view", variant=letter), event(viewer, "view", variant=letter))
    fold_all()
    day = agency_day(NOON)
    periods = [Period(date(2026, 3, 15), date(2026, 3, 31)), Period(day, date(2026, 3, 31))]
    (views,) = compare_periods(periods, None).rows
    begun = (date(2026, 3, 14) - day).days + 1
    assert views.amounts == (None, PerDay(2, begun))
    assert views.best is None


# Pages and files -----------------------------------------------------------------------------------------------------


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return " ".join(answer.content.decode().replace(figures.NARROW_GAP, " ").split())


@pytest.mark.django_db
def test_the_page_the_file_and_the_picture_show_the_same(client: Client) -> None:
    sales = make_user(Role.SALES)
    two_campaigns(sales, 60)
    client.force_login(sales)
    query = "campaign=spring&campaign=summer"
    page = text_of(client, f"/compare/?{query}")
    assert "Spring, clearly the highest" in page
    assert "33.33%" in page
    assert 'href="/exports/new/?campaign=spring&amp;campaign=summer&amp;of=compare&amp;format=svg' in page
    heading, *rows = csv_rows(client, "compare", query)
    spring, summer = (dict(zip(heading, row, strict=True)) for row in rows)
    # The picture's tables have four rows more; each measure with an interval has two columns more in the file.
    intervals = sum(name.endswith(" from") for name in heading)
    assert len(heading) - 2 - 2 * intervals == page.count('<th scope="row">') - 4
    assert (spring["Compared"], summer["Compared"]) == ("Spring", "Summer")
    assert spring["Recipients"] == "60"
    assert float(spring["Response rate"]) == pytest.approx(1 / 3)
    low, high = (f"{float(spring[f'Response rate: 95% interval {end}']):.2%}" for end in ("from", "to"))
    assert f"{low[:-1]} to {high[:-1]}%" in page
    assert spring["Best in"]
    assert not summer["Best in"]


@pytest.mark.django_db
def test_the_sheet_holds_numbers_that_can_be_summed(client: Client) -> None:
    sales = make_user(Role.SALES)
    two_campaigns(sales, 60)
    client.force_login(sales)
    heading, spring, _summer = sheet_of(client, "compare", "campaign=spring&campaign=summer").iter_rows()
    cells = {head.value: cell for head, cell in zip(heading, spring, strict=True)}
    assert (cells["Recipients"].value, cells["Recipients"].number_format) == (60, "#,##0")
    assert (cells["Response rate"].value, cells["Response rate"].number_format) == (pytest.approx(1 / 3), "0.00%")


@pytest.mark.django_db
def test_marketing_sees_no_number_about_few_people(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/compare/?campaign=spring&campaign=summer")
    assert "33.33%" in page
    # Three of thirty answered in summer.
    assert "10.00%" not in page
    assert "hidden" in page
    assert [row[4] for row in csv_rows(client, "compare", "campaign=spring&campaign=summer")[2:3]] == ["hidden"]


@pytest.mark.django_db
def test_what_was_ticked_stays_ticked_where_it_is_too_few(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/compare/?campaign=spring").content.decode()
    assert 'value="spring" checked>' in page
    assert 'value="summer">' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "kind"), [("/campaigns/", "campaign"), ("/compare/", "campaign"), ("/materials/", "material")]
)
def test_whoever_ticks_nothing_is_told_what_to_do(client: Client, address: str, kind: str) -> None:
    two_campaigns(make_user(Role.SALES))
    for slug in ("guide", "list"):
        make_material(slug)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get(address).content.decode()
    assert f'<button class="usa-button usa-button--outline" type="submit" name="ticked" value="{kind}s">' in page
    answer = client.get(f"/compare/?ticked={kind}s")
    assert answer.status_code == 422
    assert f"Choose two to five {kind}s: none is chosen." in answer.content.decode()


@pytest.mark.django_db
def test_what_is_ticked_is_compared_whatever_the_button_sends(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert client.get("/compare/?campaign=spring&campaign=summer&ticked=campaigns").status_code == 200


@pytest.mark.django_db
def test_another_teams_campaign_is_not_compared(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    client.force_login(make_user(Role.SALES, "Other"))
    assert client.get("/compare/?campaign=spring&campaign=summer").status_code == 422


@pytest.mark.django_db
def test_periods_of_sales_are_those_of_their_campaigns() -> None:
    own, other = make_user(Role.SALES), make_user(Role.SALES, "Other")
    for slug, staff in (("spring", own), ("summer", other)):
        enroll(make_customer(f"{slug}-1", staff), make_campaign(slug).variants.all()[1], "view")
    fold_all()
    choice = Choice("periods", ("2026-03-10..2026-03-10", "2026-03-09..2026-03-09"))
    (views,) = compared(own, choice).rows
    assert isinstance(views, Row)
    assert views.amounts[0] is not None
    assert views.amounts[0].value == 1
    assert compared(make_user(Role.MARKETING_MANAGER), choice).rows[0].amounts[0].value == 2  # type: ignore[union-attr]


@pytest.mark.django_db
def test_who_may_not_see_materials_compares_none(client: Client) -> None:
    make_material("guide"), make_material("list")
    client.force_login(make_user(Role.AUDITOR))
    assert client.get("/compare/?material=guide&material=list").status_code == 403
    assert "You need two materials" in text_of(client, "/compare/")


@pytest.mark.django_db
def test_what_there_is_to_choose_is_one_click_or_ticks(client: Client) -> None:
    make_campaign("spring"), make_campaign("summer")
    Material.objects.filter(pk=make_material("guide").pk).update(version=1)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/compare/")
    assert page.count('name="campaign"') == 2
    assert "You need two materials: there is only one." in page
    assert page.count("?quarter=") == 4
    assert page.count("?period=") == 4


@pytest.mark.django_db
def test_the_lists_have_ticks_that_lead_to_the_comparison(client: Client) -> None:
    make_campaign("spring"), make_material("guide")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    campaigns, materials = text_of(client, "/campaigns/"), text_of(client, "/materials/")
    assert 'form="compare" name="campaign" value="spring" aria-label="Compare Spring"' in campaigns
    assert 'form="compare" name="material" value="guide" aria-label="Compare Guide"' in materials
    for page in (campaigns, materials):
        assert '<form id="compare" class="list-actions" method="get" action="/compare/">' in page
    assert "This quarter" in campaigns


# A quarter -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_all_campaigns_of_a_quarter_stand_with_goal_cost_and_return(client: Client) -> None:
    sales = make_user(Role.SALES)
    two_campaigns(sales)
    for slug, starts_on, ends_on in (
        ("long", date(2025, 12, 1), date(2026, 1, 1)),
        ("over", date(2025, 12, 1), date(2025, 12, 31)),
        ("later", date(2026, 4, 1), None),
        ("undated", None, None),
    ):
        made = make_campaign(slug)
        Campaign.objects.filter(pk=made.pk).update(starts_on=starts_on, ends_on=ends_on)
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = text_of(client, "/compare/?quarter=2026-Q1")
    slugs = ("spring", "summer", "long", "over", "later", "undated")
    assert [slug for slug in slugs if f"/campaigns/{slug}/" in page] == ["spring", "summer", "long"]
    assert "Sell in spring" in page
    assert "200.00%" in page
    assert "1 of 2 campaigns whose return is known brought back more than they cost (3 ran in these days)." in page
    heading, *rows = csv_rows(client, "compare", "quarter=2026-Q1")
    assert [row[0] for row in rows] == ["Long", "Spring", "Summer"]
    assert dict(zip(heading, rows[1], strict=True))["Return on cost"] == "2.0"


@pytest.mark.django_db
def test_a_quarter_tells_of_goals_in_numbers_what_came_of_them(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    goals = {"goal_value": 9, "ends_on": date(2026, 3, 31)}
    Campaign.objects.filter(slug="spring").update(goal_measure="responses", **goals)
    Campaign.objects.filter(slug="summer").update(goal_measure="response_rate", **goals)
    columns = ("Goal in numbers", "To be reached", "Reached", "Met or missed", "Share of the goal")

    def told() -> list[list[str]]:
        rows = [dict(zip(*pair, strict=True)) for pair in pairs(csv_rows(client, "compare", "quarter=2026-Q1"))]
        return [[row[name].replace("\N{NO-BREAK SPACE}", " ") for name in columns] for row in rows]

    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert told() == [
        ["Responses", "9", "10", "met", str(10 / 9)],
        ["Percent who respond", "9.00%", "10.00%", "too close to call", str(10 / 9)],
    ]
    assert "10 of 9 responses, 111%: met" in text_of(client, "/compare/?quarter=2026-Q1")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert told() == [
        ["Responses", "9", "10", "met", str(10 / 9)],
        ["Percent who respond", "9.00%", "hidden", "hidden", "hidden"],
    ]
    assert "Percent who respond, 9.00%; the amount reached is hidden" in text_of(client, "/compare/?quarter=2026-Q1")


@pytest.mark.django_db
def test_a_quarter_hides_few_people_from_marketing(client: Client) -> None:
    two_campaigns(make_user(Role.SALES))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    rows = [dict(zip(*pair, strict=True)) for pair in pairs(csv_rows(client, "compare", "quarter=2026-Q1"))]
    assert [row["Response rate"] for row in rows] == ["0.3333333333333333", "hidden"]
    assert [row["Return on cost"] for row in rows] == ["2.0", "hidden"]
    assert [row["Cost"] for row in rows] == ["100.00", "100.00"]
    page = text_of(client, "/compare/?quarter=2026-Q1")
    assert "The one campaign whose return is known brought back more than it cost (2 ran in these days)." in page
    assert "-10.00%" not in page
    assert "−10.00%" not in page


def pairs(table: list[list[str]]) -> list[tuple[list[str], list[str]]]:
    return [(table[0], row) for row in table[1:]]


@pytest.mark.django_db
def test_a_quarter_without_campaigns_says_what_to_do(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "No campaign ran in these days" in text_of(client, "/compare/?quarter=2020-Q1")
