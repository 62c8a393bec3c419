"""Goals in numbers where campaigns stand together: the comparison and the list, their files and the API."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from analytics.goal_words import goal_words, reached_words, standing_words
from analytics.models import CampaignVariant
from analytics.queries import campaign_rows
from analytics.reports.campaign import total, variant_rows
from analytics.reports.goals import goal_result
from campaigns.enums import CampaignState, GoalMeasure
from campaigns.models import Campaign
from privacy.roles import Role
from records import figures
from tests.api import Program
from tests.exporting import csv_rows, json_rows, sheet_of
from tests.factories import make_campaign, make_user

MANY = {
    "recipients": 1000, "viewers": 500, "raw_viewers": 600, "raw_views": 900, "responders": 300, "responses": 300,
    "converters": 200, "conversions": 200, "revenue": 5000,
}  # fmt: skip
COMPARED = "campaign=spring&campaign=summer&campaign=fall"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def counted(slug: str, measure: str = "", value: str | None = None, **sums: Any) -> Campaign:
    made = make_campaign(slug)
    Campaign.objects.filter(pk=made.pk).update(
        goal_measure=measure, goal_value=value, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)
    )
    CampaignVariant.objects.create(campaign=made, variant=made.variants.all()[0], **{**MANY, **sums})
    return Campaign.objects.get(pk=made.pk)


def three() -> None:
    """One that met its goal of conversions, one whose goal is a rate and tells of few people, one without a goal."""
    counted("spring", "conversions", "160")
    counted("summer", "response_rate", "40", engaged_people=3)
    counted("fall")


def plain(text: str) -> str:
    return " ".join(text.replace(figures.NARROW_GAP, " ").split())


def words_of(client: Client, query: str = "") -> dict[str, str]:
    rows = [row["row"] for row in client.get(f"/campaigns/?{query}").context["rows"]]
    return {row["slug"]: plain(str(row["goal_share"])) for row in rows}


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "target", "so_far", "said"),
    [
        ("conversions", "40", "12", "12 of 40 conversions, 30%"),
        ("responses", "9", "10", "10 of 9 responses, 111%"),
        ("revenue", "4000", "1200.50", "$1,200.50 of $4,000.00 in revenue, 30%"),
        ("view_rate", "60", "59.9", "59.90% view it, 99% of the goal of 60.00%"),
        ("response_rate", "2.5", "1.44", "1.44% respond, 57% of the goal of 2.50%"),
        ("conversion_rate", "2", "0", "0.00% convert, 0% of the goal of 2.00%"),
        ("conversions", "40", None, "Conversions, 40; the amount reached is hidden"),
    ],
)
def test_how_far_a_goal_is_in_words(measure: str, target: str, so_far: str | None, said: str) -> None:
    assert plain(reached_words(measure, Decimal(target), None if so_far is None else Decimal(so_far))) == said


def test_what_came_of_it_stands_behind() -> None:
    forty = Decimal(40)
    assert plain(standing_words("conversions", forty, Decimal(12), "running")) == "12 of 40 conversions, 30%: so far"
    with translation.override("es"):
        said = plain(standing_words("conversions", forty, Decimal(12), "running"))
        assert said == "12 de 40 conversiones, 30 %: hasta ahora"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("measure", "state", "ending"),
    [
        ("response_rate", CampaignState.RUNNING, "5.00%. None recorded so far."),
        ("conversions", CampaignState.RUNNING, "5. None recorded so far."),
        ("response_rate", CampaignState.CLOSED, "5.00%. None was recorded. The goal is missed."),
        ("view_rate", CampaignState.RUNNING, "5.00%. So far: 0.00% (95% interval 0.00 to 0.38)."),
    ],
)
def test_what_nobody_recorded_is_not_called_a_rate_of_zero(measure: str, state: str, ending: str) -> None:
    """The table beside it says “not recorded”."""
    made = counted("spring", measure, "5", viewers=0, responders=0, responses=0, converters=0, conversions=0, revenue=0)
    made.state, made.ends_on = state, None
    result = goal_result(made, total(variant_rows(made)))
    assert result is not None
    assert plain(goal_words(result)).endswith(ending)


# The comparison ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_comparison_begins_with_the_goals_and_how_far_each_is(client: Client) -> None:
    three()
    Campaign.objects.filter(slug="spring").update(goal="Sell stamps")
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = plain(client.get(f"/compare/?{COMPARED}").content.decode())
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    assert body.startswith('<tbody><tr><th scope="row">Goal</th>')
    assert '<span class="measure">Sell stamps</span>' in body
    assert '<span class="interval">200 of 160 conversions, 125%: met</span>' in body
    assert '<span class="measure">30.00% respond, 75% of the goal of 40.00%: missed</span>' in body
    assert '<span class="absent">–</span>' in body
    assert "Share of the goal" not in body
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = plain(client.get(f"/compare/?{COMPARED}").content.decode())
    assert "200 of 160 conversions, 125%: met" in page
    assert "Percent who respond, 40.00%; the amount reached is hidden" in page
    assert "75%" not in page


@pytest.mark.django_db
def test_the_files_of_a_comparison_have_the_goals_in_columns(client: Client) -> None:
    three()
    columns = ("Goal in numbers", "To be reached", "Reached", "Met or missed", "Share of the goal")

    def told() -> list[list[str]]:
        heading, *rows = csv_rows(client, "compare", COMPARED)
        assert "Goal" not in heading  # nobody wrote one in words
        return [[plain(dict(zip(heading, row, strict=True))[name]) for name in columns] for row in rows]

    spring, fall = ["Conversions", "160", "200", "met", "1.25"], [""] * 5
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert told() == [spring, ["Percent who respond", "40.00%", "30.00%", "missed", "0.75"], fall]
    heading, one, *_ = sheet_of(client, "compare", COMPARED).iter_rows()
    share = next(cell for head, cell in zip(heading, one, strict=True) if head.value == "Share of the goal")
    assert (share.value, share.number_format) == (1.25, "0.00%")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert told() == [spring, ["Percent who respond", "40.00%", "hidden", "hidden", "hidden"], fall]


@pytest.mark.django_db
def test_the_api_of_a_comparison_has_them(client: Client) -> None:
    three()
    names = ("goal_measure", "goal_target", "goal_so_far", "goal_state", "goal_share")
    program = Program(make_user(Role.MARKETING_MANAGER))
    told = program.get(f"/reports/tables/compare?{COMPARED}").json()
    assert [plain(str(told["rows"][0][name])) for name in names] == ["Conversions", "160", "200", "met", "1.25"]
    assert [told["rows"][1][name] for name in names[2:]] == [None, None, None]
    assert told["hidden"][1][:3] == ["goal_so_far", "goal_state", "goal_share"]
    quarter = program.get("/reports/tables/compare?quarter=2026-Q1").json()
    assert {row["name"]: row["goal_share"] for row in quarter["rows"]} == {"Spring": 1.25, "Summer": None, "Fall": None}


@pytest.mark.django_db
def test_campaigns_without_goals_have_no_row_of_goals(client: Client) -> None:
    counted("spring"), counted("summer")
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = client.get("/compare/?campaign=spring&campaign=summer").content.decode()
    assert '<th scope="row">Goal</th>' not in page
    assert not [name for name in csv_rows(client, "compare", "campaign=spring&campaign=summer")[0] if "oal" in name]


# The list ------------------------------------------------------------------------------------------------------------


def four() -> None:
    three()
    counted("winter", "revenue", "50000")


@pytest.mark.django_db
def test_the_list_has_how_far_each_goal_is_and_is_sorted_by_it(client: Client) -> None:
    four()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert words_of(client) == {
        "spring": "200 of 160 conversions, 125%",
        "summer": "30.00% respond, 75% of the goal of 40.00%",
        "winter": "$5,000.00 of $50,000.00 in revenue, 10%",
        "fall": "None",
    }
    assert list(words_of(client, "sort=goal_share")) == ["winter", "summer", "spring", "fall"]
    assert list(words_of(client, "sort=-goal_share")) == ["spring", "summer", "winter", "fall"]


@pytest.mark.django_db
def test_where_it_tells_of_few_people_the_list_tells_the_goal_alone_and_puts_it_last(client: Client) -> None:
    four()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert words_of(client)["summer"] == "Percent who respond, 40.00%; the amount reached is hidden"
    rising = ["winter", "spring", "summer", "fall"]
    assert sorted(words_of(client, "sort=goal_share")) == sorted(rising)
    assert list(words_of(client, "sort=goal_share"))[:2] == rising[:2]
    assert list(words_of(client, "sort=-goal_share"))[:2] == ["spring", "winter"]
    told = {row["name"]: row for row in json_rows(client, "campaigns")}
    assert told["Summer"]["hidden"] == ["goal_share", "goal_so_far"]
    assert (told["Summer"]["goal_share"], told["Summer"]["goal_so_far"]) == (None, None)
    assert (told["Summer"]["goal_measure"], told["Spring"]["goal_share"]) == ("Percent who respond", 1.25)


@pytest.mark.django_db
def test_pages_sorted_by_the_goal_hold_each_campaign_once(client: Client) -> None:
    for number in range(60):
        counted(
            f"c-{number:02}", "conversions", "100", conversions=100 + number % 7, viewers=3 if number % 9 == 0 else 9
        )
    client.force_login(make_user(Role.MARKETING_MANAGER))
    seen, query = [], "sort=-goal_share"
    while query:
        answer = client.get(f"/campaigns/?{query}")
        seen += [row["row"]["name"] for row in answer.context["rows"]]
        query = next((address.lstrip("?") for _, address, rel in answer.context["neighbours"] if rel == "next"), "")
    assert seen == [row[0] for row in csv_rows(client, "campaigns", "sort=-goal_share")[1:]]
    assert len(set(seen)) == 60


@pytest.mark.django_db
def test_the_lists_file_has_numbers_of_one_kind_in_each_column(client: Client) -> None:
    four()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    heading, *rows = csv_rows(client, "campaigns", "sort=name")
    assert heading[-4:] == ["Share of the goal", "Goal in numbers", "To be reached", "Reached"]
    told = {row[0]: row[-4:] for row in rows}
    assert told["Spring"] == ["1.25", "Conversions", "160.00", "200"]
    assert told["Fall"] == ["", "", "", ""]
    assert told["Summer"][:3] == ["0.75", "Percent who respond", "40.00"]
    assert float(told["Summer"][3]) == 30.0


@pytest.mark.django_db
def test_the_list_counts_a_goal_as_its_report_does() -> None:
    """For every measure, drawn by a fixed seed; of nobody, too, and where nothing was counted yet."""
    drawn = random.Random(24)  # noqa: S311 (figures)
    for number, measure in enumerate([*GoalMeasure, *GoalMeasure]):
        sums = {name: drawn.randint(0, 900) for name in ("viewers", "responders", "converters", "responses")}
        sums |= {"conversions": drawn.randint(0, 900), "revenue": drawn.randint(0, 900)}
        people = 0 if number >= len(GoalMeasure) else 900
        counted(f"c-{number}", measure, str(drawn.randint(1, 100)), **sums, recipients=people)
    bare = make_campaign("bare")
    Campaign.objects.filter(pk=bare.pk).update(goal_measure="conversion_rate", goal_value=3)
    found = list(campaign_rows(make_user(Role.PRIVACY_OFFICER)))
    assert len(found) == 13
    for one in found:
        result = goal_result(one, total(variant_rows(one)))
        assert result is not None
        told: Any = one
        assert [told.goal_share, float(told.goal_so_far)] == pytest.approx([result.share, float(result.so_far)])


# The API of the list -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_api_lists_campaigns_with_their_numbers_and_goals() -> None:
    three()
    told = Program(make_user(Role.MARKETING_MANAGER)).get("/reports/campaigns?sort=name").json()
    fall, spring, summer = told["results"]
    assert spring == {
        "slug": "spring", "name": "Spring", "state": "closed", "starts_on": "2026-03-01", "ends_on": "2026-03-31",
        "recipients": 1000, "viewers": 500, "response_rate": 0.3, "conversions": 200, "revenue": "5000.00",
        "goal": {"measure": "conversions", "target": 160.0, "so_far": 200.0, "share": 1.25}, "hidden": [],
    }  # fmt: skip
    assert (fall["goal"], fall["hidden"]) == (None, [])
    assert summer["goal"] == {"measure": "response_rate", "target": 40.0, "so_far": None, "share": None}
    assert summer["hidden"] == ["goal.so_far", "goal.share"]
    whole = Program(make_user(Role.PRIVACY_OFFICER)).get("/reports/campaigns?sort=name").json()["results"][2]
    assert (whole["goal"]["share"], whole["hidden"]) == (0.75, [])


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_api_lists_them_in_as_many_statements_for_any_number(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        counted(f"c-{number}", "conversions", "10")
    program = Program(make_user(Role.MARKETING_MANAGER))
    program.get("/reports/campaigns")
    with django_assert_num_queries(STATEMENTS):
        assert len(program.get("/reports/campaigns").json()["results"]) == count


STATEMENTS = 3
