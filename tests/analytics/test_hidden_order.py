"""Where a row stands tells nothing of what is hidden of it: lists with their pages and files, reports, home."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client

from analytics.deciding import decide_ended
from analytics.exports.attribution import without_few_people as attribution_without_few
from analytics.exports.funnel import without_few_people as funnel_without_few
from analytics.exports.meetings import without_few_around
from analytics.exports.webpages import without_few_of_pages
from analytics.folding import fold_all
from analytics.home import campaigns
from analytics.models import CampaignVariant
from analytics.reports.attribution import RULE_NAMES, AttributionReport, Owed
from analytics.reports.funnel import FunnelReport, Group
from analytics.reports.meetings import Around
from analytics.reports.webpages import PageUse, WebPagesReport
from campaigns.enums import CampaignState
from campaigns.models import Campaign
from privacy.cursors import opened
from privacy.models import User
from privacy.roles import Role
from tests.analytics.pictured import NOWHERE
from tests.asked import AskedStatements
from tests.exporting import csv_rows, json_rows
from tests.factories import NOON, enroll, make_campaign, make_customer, make_user

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 10)
MANY = {
    "recipients": 1000, "viewers": 500, "raw_views": 900, "responders": 300, "responses": 300, "converters": 200,
    "conversions": 200, "revenue": 5000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def marketing(client: Client) -> User:
    """Who sees every campaign and no person, signed in."""
    user = make_user(Role.MARKETING_MANAGER)
    client.force_login(user)
    return user


def counted(slug: str, **sums: Any) -> Campaign:
    """A campaign of which this is counted, and else so much that nothing of it is hidden."""
    made = make_campaign(slug)
    CampaignVariant.objects.create(campaign=made, variant=made.variants.all()[0], **{**MANY, **sums})
    return made


def rows_of(client: Client, query: str) -> list[dict[str, Any]]:
    return [row["row"] for row in client.get(f"/campaigns/?{query}").context["rows"]]


def slugs(client: Client, query: str) -> list[str]:
    return [row["slug"] for row in rows_of(client, query)]


# Lists ---------------------------------------------------------------------------------------------------------------

# By the column: what is counted of two campaigns of which it is hidden, the more first, and of those between which
# their numbers would stand.
BY_COLUMN: dict[str, tuple[dict[str, Any], ...]] = {
    "recipients": ({"recipients": 4}, {"recipients": 2}, {"recipients": 0}, {"recipients": 9}),
    "viewers": ({"viewers": 4}, {"viewers": 2}, {"viewers": 0}, {"viewers": 9}),
    "response_rate": ({"responders": 4}, {"responders": 2}, {"responders": 0}, {"responders": 9}),
    "conversions": ({"conversions": 4}, {"conversions": 2}, {"conversions": 0}, {"conversions": 9}),
    "revenue": (
        {"converters": 3, "revenue": 400}, {"converters": 3, "revenue": 200}, {"revenue": 1}, {"revenue": 900},
    ),
}  # fmt: skip


def four(column: str) -> None:
    for slug, sums in zip(("few", "fewer", "none", "some"), BY_COLUMN[column], strict=True):
        counted(slug, **sums)


@pytest.mark.parametrize("column", list(BY_COLUMN))
def test_what_is_hidden_stands_behind_all_others_whichever_way_a_list_is_sorted(
    client: Client, marketing: User, column: str
) -> None:
    four(column)
    assert slugs(client, f"sort={column}") == ["none", "some", "few", "fewer"]
    assert slugs(client, f"sort=-{column}") == ["some", "none", "few", "fewer"]
    assert [row[column] for row in rows_of(client, f"sort={column}")][2:] == ["hidden", "hidden"]


@pytest.mark.parametrize("column", list(BY_COLUMN))
def test_files_of_the_list_stand_as_its_page(client: Client, marketing: User, column: str) -> None:
    four(column)
    for way in ("", "-"):
        shown = [row["name"] for row in rows_of(client, f"sort={way}{column}")]
        assert [row["name"] for row in json_rows(client, "campaigns", f"sort={way}{column}")] == shown
        assert [row[0] for row in csv_rows(client, "campaigns", f"sort={way}{column}")[1:]] == shown
    assert json_rows(client, "campaigns", f"sort={column}")[2][column] is None


@pytest.mark.parametrize("column", list(BY_COLUMN))
def test_who_sees_people_has_them_by_their_numbers_but_in_a_file_for_those_who_do_not(
    client: Client, column: str
) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    four(column)
    assert slugs(client, f"sort={column}") == ["none", "fewer", "few", "some"]
    file = [row["name"] for row in json_rows(client, "campaigns", f"sort={column}")]
    assert file == ["None", "Fewer", "Few", "Some"]
    file = [row["name"] for row in json_rows(client, "campaigns", f"sort={column}&small-groups=hidden")]
    assert file == ["None", "Some", "Few", "Fewer"]


@pytest.mark.parametrize(
    ("sums", "gone"),
    [
        ({}, []),
        ({"viewers": 4}, ["viewers"]),
        ({"viewers": 0}, []),
        ({"viewers": 4, "raw_views": 0}, []),  # nobody recorded any: there is nothing to hide
        ({"responders": 4}, ["response_rate"]),
        ({"conversions": 1}, ["conversions", "revenue"]),
        ({"converters": 3, "conversions": 10}, ["conversions", "revenue"]),  # ten by three people
        ({"recipients": 4}, ["recipients", "viewers", "response_rate", "conversions", "revenue"]),
        ({"recipients": 5, "viewers": 5, "responders": 5, "converters": 5, "conversions": 5}, []),
    ],
)
def test_the_list_of_campaigns_hides_small_groups(
    client: Client, marketing: User, sums: dict[str, Any], gone: list[str]
) -> None:
    counted("spring", **sums)
    (row,) = rows_of(client, "")
    assert [name for name in BY_COLUMN if row[name] == "hidden"] == gone
    (told,) = json_rows(client, "campaigns")
    assert told.get("hidden", []) == gone


def test_the_numbers_of_all_variants_count_together(client: Client, marketing: User) -> None:
    """Three of each arm are six: none of the list's numbers tells of few."""
    made = make_campaign("spring")
    for variant in made.variants.all():
        CampaignVariant.objects.create(campaign=made, variant=variant, **{**MANY, "viewers": 3})
    (row,) = rows_of(client, "")
    assert (row["viewers"], row["recipients"]) == (6, 2000)


@pytest.mark.parametrize("sort", ["conversions", "-conversions"])
def test_no_place_in_the_list_holds_what_is_hidden(client: Client, marketing: User, sort: str) -> None:
    """Pages hold each row once, in the order of the file; what an address says of where one ended is nothing hidden."""
    for number in range(60):
        counted(f"c-{number:02}", conversions=1 + number % 9)
    file = [row["name"] for row in json_rows(client, "campaigns", f"sort={sort}")]
    walk = list(walked(client, sort))
    assert [[row["name"] for row in rows] for rows, _places in walk] == [file[:25], file[25:50], file[50:]]
    places = [place for _rows, named in walk for place in named]
    assert len(places) == 4
    few = set(CampaignVariant.objects.filter(conversions__lt=5).values_list("campaign_id", flat=True))
    assert any(pk in few for _value, pk in places)
    assert all((value is None) == (pk in few) for value, pk in places)


def walked(client: Client, sort: str) -> Iterator[tuple[list[dict[str, Any]], list[list[Any]]]]:
    """The rows of each page, and the places (value and key) that the addresses of its neighbours name."""
    query = f"?sort={sort}"
    while query:
        answer = client.get(f"/campaigns/{query}")
        links = {name: QueryDict(target.lstrip("?")) for _, target, name in answer.context["neighbours"]}
        cursors = [links[rel][word] for rel, word in (("prev", "before"), ("next", "after")) if rel in links]
        context = [b"list", b"campaigns", sort.encode()]
        yield [row["row"] for row in answer.context["rows"]], [opened(cursor, context) for cursor in cursors]
        query = f"?{links['next'].urlencode()}" if "next" in links else ""


def test_hiding_asks_once_for_a_column_that_is_sorted_by(client: Client, marketing: User) -> None:
    """A page is sought by one look at the rollup for each campaign; its cells take one for each column, for how far the
    goal is and its share, and for what is hidden. Which variants got nothing is looked up six times for the revenue."""
    counted("spring")
    client.get("/campaigns/")
    with AskedStatements(connection) as queries:
        client.get("/campaigns/?sort=-response_rate")
    (page,) = [query["sql"] for query in queries if "response_rate" in query["sql"]]
    cells, keys = page.split(" IN (SELECT", 1)
    assert keys.partition(") ORDER BY")[0].count("analytics_campaignvariant") == 1
    assert cells.count("analytics_campaignvariant") == len(BY_COLUMN) + 3 + 6
    assert len(queries) == 4


# Reports -------------------------------------------------------------------------------------------------------------


def test_campaigns_that_conversions_are_owed_to() -> None:
    owed = [("b", 20, 20.0), ("d", 4, 9.0), ("c", 3, 5.0), ("a", 8, 2.0)]
    found = tuple(Owed(slug, slug, people, dict.fromkeys(RULE_NAMES, credit)) for slug, people, credit in owed)
    report = attribution_without_few(AttributionReport(DAY, DAY, 40, 0, found, NOON, NOWHERE))
    assert [(row.slug, row.people) for row in report.campaigns] == [("b", 20), ("a", 8), ("c", None), ("d", None)]


def test_custom_web_pages() -> None:
    report = without_few_of_pages(WebPagesReport(tuple(map(page, "bdca", (20, 4, 3, 0))), NOWHERE))
    assert [(row.title, row.viewers) for row in report.pages] == [("b", 20), ("a", 0), ("c", None), ("d", None)]


def page(title: str, viewers: int) -> PageUse:
    counts = dict.fromkeys(
        ("recipients", "viewing_recipients", "responding_recipients", "views", "raw_views", "readers", "began",
         "finished", "forms_begun", "forms_left"), 0,
    )  # fmt: skip
    return PageUse(
        slug=title, title=title, version=1, blocks=1, viewers=viewers, dwell_seconds=0.0, left_after=None, **counts
    )


def test_materials_that_were_sent_around_meetings() -> None:
    sent = [("b", 30, 20), ("d", 9, 4), ("c", 9, 3), ("a", 8, 0), ("e", 3, 0), ("f", 2, 0)]
    found = without_few_around([Around(name, name, 50, before, 5, after, 0) for name, before, after in sent])
    assert [(row.name, row.sent) for row in found[:2]] == [("b", 50), ("a", 8)]
    assert [(row.name, row.sent) for row in found[2:]] == [("c", None), ("d", None), ("e", None), ("f", None)]


def test_groups_of_a_funnel() -> None:
    """Those without a name stay the last, whether or not one is told how many they are."""
    groups = tuple(Group(name, name, people, (), None) for name, people in (("b", 9), ("d", 4), ("c", 3), ("", 20)))
    whole = Group("", "", 36, (), None)
    report = funnel_without_few(
        FunnelReport("spring", "Spring", "material", "", (), groups, whole, 0, None, (), NOWHERE)
    )
    assert [(group.name, group.people) for group in report.groups] == [("b", 9), ("c", None), ("d", None), ("", 20)]


# Home ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def clear() -> Campaign:
    """A test in which 30 of 30 answered the letter, and 3 of 30 without it."""
    made = make_campaign("clear")
    control, letter = made.variants.order_by("position")
    for number in range(30):
        enroll(make_customer(f"C-{number}"), control, *(["response"] if number < 3 else []))
        enroll(make_customer(f"L-{number}"), letter, "response")
    fold_all()
    return made


def test_a_test_is_not_said_to_be_clear_where_its_numbers_are_hidden(clear: Campaign) -> None:
    Campaign.objects.update(state=CampaignState.RUNNING)
    said = {
        role: [one.campaign.slug for one in campaigns.clear_ones(campaigns.standings(make_user(role)), 8)]
        for role in (Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER)
    }
    assert said == {Role.MARKETING_MANAGER: [], Role.PRIVACY_OFFICER: ["clear"]}


def test_a_lift_is_not_told_that_would_tell_of_few_in_the_control(clear: Campaign) -> None:
    decide_ended()
    said = {}
    for role in (Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER):
        (standing,) = found = campaigns.standings(make_user(role))
        (verdict,) = campaigns.verdicts(found)
        said[role] = (standing.words, verdict.words.partition(" in ")[0])
    assert said[Role.MARKETING_MANAGER] == (campaigns.OF_FEW, campaigns.OF_FEW)
    assert said[Role.PRIVACY_OFFICER][1] == "letter: +90.00 points"
