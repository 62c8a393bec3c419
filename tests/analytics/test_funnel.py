"""How far a campaign's people came by groups, held against the log itself; its goal, and past campaigns of its kind."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.folding import fold_all
from analytics.reports.funnel import FunnelQuery, FunnelReport, Group, funnel_report
from analytics.reports.goals import GoalState
from campaigns.enums import CampaignState
from campaigns.models import Assignment, Campaign, Share
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, IndustryCode, Organization, Territory
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer
from tests.exporting import csv_rows
from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db

# Steps by a material, by the log, the shares and the draw alone.
FROM_THE_LOG = """
WITH drawn AS (
    SELECT DISTINCT a.viewer_id, s.material_id FROM campaigns_assignment AS a
    JOIN campaigns_share AS s ON s.recipient_id = a.viewer_id AND s.campaign_id = a.campaign_id
    WHERE a.campaign_id = %(campaign)s AND s.material_id = %(material)s
),
did AS (
    SELECT * FROM campaigns_event WHERE verdict IN ('human', 'unknown') AND campaign_id = %(campaign)s
),
person AS (
    SELECT
        EXISTS (SELECT FROM did WHERE did.viewer_id = drawn.viewer_id AND kind = 'shared') AS shared,
        EXISTS (SELECT FROM did WHERE did.viewer_id = drawn.viewer_id AND kind = 'delivered') AS delivered,
        EXISTS (
            SELECT FROM did WHERE did.viewer_id = drawn.viewer_id AND did.material_id = drawn.material_id
                AND kind = 'view'
        ) AS viewed,
        (
            SELECT coalesce(sum(dwell_ms), 0) >= 10000 FROM did
            WHERE did.viewer_id = drawn.viewer_id AND did.material_id = drawn.material_id
        ) AS engaged,
        EXISTS (SELECT FROM did WHERE did.viewer_id = drawn.viewer_id AND kind = 'response') AS responded
    FROM drawn
)
SELECT count(*), count(*) FILTER (WHERE shared), count(*) FILTER (WHERE delivered), count(*) FILTER (WHERE viewed),
    count(*) FILTER (WHERE engaged), count(*) FILTER (WHERE responded), count(*) FILTER (WHERE viewed AND delivered),
    count(*) FILTER (WHERE engaged AND viewed), count(*) FILTER (WHERE responded AND engaged)
FROM person
"""


@pytest.fixture
def spring() -> Campaign:
    """Of 40 drawn the letter's 20 got a guide from Ann by e-mail, the first ten of them a list from Ben by print too.
    16 were reached, 12 viewed the guide, three of them the list; eight read on, six answered, one without having come;
    two bought. Machines opened three more. The control got nothing; one of it answered."""
    ann, ben = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben")
    make_team(ann, manager=make_user(Role.SALES_MANAGER, "Boss"))
    made = make_campaign("spring")
    control, letter = made.variants.order_by("position")
    guide, prices = make_material("guide"), make_material("list")
    events, assigned = [], []
    for number in range(20):
        person, other = make_viewer(f"C-{number}"), make_viewer()
        assigned += [(person, letter), (other, control)]
        place(person.customer, number)
        send(person.pk, letter, guide, ann, "email")
        events += [event(person, "shared", variant=letter, material=guide)]
        if number < 10:
            send(person.pk, letter, prices, ben, "print")
            events.append(event(person, "shared", variant=letter, material=prices))
        if number < 16:
            events.append(event(person, "delivered", variant=letter, material=guide))
        if number < 12:
            events.append(event(person, "view", variant=letter, material=guide))
        if number in (13, 14, 15):
            events.append(event(person, "view", variant=letter, material=guide, signals=1))
        if number < 3:
            events.append(event(person, "view", variant=letter, material=prices))
        if number < 8:
            read = {"page": 1, "version": 1, "dwell_ms": 12_000}
            events.append(event(person, "page", variant=letter, material=guide, **read))
        if number in (0, 1, 2, 3, 4, 19):
            events.append(event(person, "response", variant=letter))
        if number < 2:
            events.append(event(person, "conversion", variant=letter, amount=50))
    events.append(event(assigned[1][0], "response", variant=control))
    append(*events, assigned=assigned)
    fold_all()
    return made


def place(customer: Customer | None, number: int) -> None:
    """Half of them in the North and in NY, of a firm with two codes in the first six."""
    assert customer
    north, _ = Territory.objects.get_or_create(code="north", name="North")
    if number % 2 == 0:
        Customer.objects.filter(pk=customer.pk).update(territory=north, state="ny" if number else "NY")
    if number < 6:
        firm = Organization.objects.create(name=f"Firm {number}", size="small")
        for code in ("441110", "454110", "454210"):
            IndustryCode.objects.create(organization=firm, system="NAICS", code=code)
        Customer.objects.filter(pk=customer.pk).update(organization=firm)


def send(recipient: int, variant: Any, material: Any, sender: User, channel: str) -> None:
    Share.objects.create(
        key=uuid4(), material=material, recipient_id=recipient, campaign=variant.campaign, variant=variant,
        sender=sender, channel=channel, shared_at=NOON,
    )  # fmt: skip


@pytest.fixture
def officer() -> User:
    return make_user(Role.PRIVACY_OFFICER, "Officer")


def of(user: User, campaign: Campaign, by: str = "material") -> FunnelReport:
    return funnel_report(FunnelQuery(user, campaign, by))


def counts(group: Group) -> tuple[Any, ...]:
    return (group.name, group.people, *(step.people for step in group.steps))


def test_each_step_is_counted_by_variant_and_in_all(spring: Campaign, officer: User) -> None:
    found = of(officer, spring, "variant")
    steps = ("shared", "delivered", "raw_viewed", "viewed", "engaged", "responded", "converted")
    assert found.steps == steps
    assert [counts(group) for group in found.groups] == [
        ("control", 20, 0, 0, 0, 0, 0, 1, 0),
        ("letter", 20, 20, 16, 15, 12, 8, 6, 2),
    ]
    assert counts(found.total) == ("", 40, 20, 16, 15, 12, 8, 7, 2)
    assert [group.revenue for group in found.groups] == [Decimal(0), Decimal(100)]


def test_each_step_has_both_its_denominators(spring: Campaign, officer: User) -> None:
    letter = of(officer, spring, "variant").groups[1]
    assert [(step.name, step.before, step.both) for step in letter.steps] == [
        ("shared", None, None),
        ("delivered", 20, 16),
        ("raw_viewed", 16, 15),
        ("viewed", 16, 12),
        ("engaged", 12, 8),
        ("responded", 8, 5),  # one of the six who answered never read
        ("converted", 6, 2),
    ]
    assert letter.rate(letter.step("viewed")) == 12 / 20
    assert letter.step("viewed").rate_of_before == 12 / 16


def test_by_material_the_numbers_are_those_of_the_log(spring: Campaign, officer: User) -> None:
    groups = {group.key: group for group in of(officer, spring).groups}
    for slug in ("guide", "list"):
        group = groups[slug]
        material = Share.objects.filter(material__slug=slug)[0].material_id
        with connection.cursor() as cursor:
            cursor.execute(FROM_THE_LOG, {"campaign": spring.pk, "material": material})
            *counted, delivered, read, answered = cursor.fetchone()
        steps = [group.step(name) for name in ("shared", "delivered", "viewed", "engaged", "responded")]
        assert [group.people, *(step.people for step in steps)] == counted
        assert [group.step(name).both for name in ("viewed", "engaged", "responded")] == [delivered, read, answered]
    assert counts(groups["list"]) == ("List", 10, 10, 10, 10, 3, 0, 5, 2)
    assert counts(groups[""])[:3] == ("", 20, 0)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("channel", [("E-mail", 20), ("Printed mail", 10), ("", 20)]),
        ("staff", [("Ann", 20), ("Ben", 10), ("", 20)]),
        ("territory", [("North", 10), ("", 30)]),
        ("state", [("NY", 10), ("", 30)]),
        ("size", [("small", 6), ("", 34)]),
        ("industry", [("44", 6), ("45", 6), ("", 34)]),
        ("day", [("2026-03-10", 40)]),
    ],
)
def test_people_are_put_into_groups(spring: Campaign, officer: User, by: str, groups: list[tuple[str, int]]) -> None:
    found = of(officer, spring, by)
    assert [(group.name, group.people) for group in found.groups] == groups
    assert found.total.people == 40


def test_days_are_the_agencys_and_in_their_order(spring: Campaign, officer: User) -> None:
    late = Assignment.objects.filter(campaign=spring).order_by("pk")[:3]
    Assignment.objects.filter(pk__in=[one.pk for one in late]).update(assigned_at=NOON + timedelta(hours=11))  # 23:00
    more = Assignment.objects.filter(campaign=spring).order_by("pk")[3]
    Assignment.objects.filter(pk=more.pk).update(assigned_at=NOON + timedelta(hours=13))
    found = of(officer, spring, "day")
    assert [(group.name, group.people) for group in found.groups] == [("2026-03-10", 39), ("2026-03-11", 1)]


def test_colleagues_who_are_not_ones_own_to_look_at_are_not_told_apart(spring: Campaign) -> None:
    seen = {
        name: [(group.name, group.people) for group in of(User.objects.get(name=name), spring, "staff").groups]
        for name in ("Ann", "Ben", "Boss")
    }
    assert seen == {
        "Ann": [("Ann", 20), ("others", 10), ("", 20)],
        "Ben": [("others", 20), ("Ben", 10), ("", 20)],
        "Boss": [("Ann", 20), ("others", 10), ("", 20)],
    }


def test_a_merged_customer_is_in_the_groups_of_the_person(spring: Campaign, officer: User) -> None:
    kept, gone = Customer.objects.get(number="C-0"), Customer.objects.get(number="C-1")
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert [(group.name, group.people) for group in of(officer, spring, "state").groups] == [("NY", 11), ("", 29)]


def test_it_takes_the_same_statements_for_any_size(officer: User) -> None:
    taken = []
    for slug, people in (("small", 2), ("large", 9)):
        made = make_campaign(slug)
        arms = list(made.variants.all())
        drawn = [(make_viewer(f"{slug}-{number}"), arms[number % 2]) for number in range(people)]
        append(*(event(who, "view", variant=arm) for who, arm in drawn), assigned=drawn)
        for number, (who, arm) in enumerate(drawn):
            send(who.pk, arm, make_material(f"{slug}-{number}"), make_user(Role.SALES, f"{slug} {number}"), "email")
        fold_all()
        for by in ("material", "staff"):
            of(officer, made, by)
            with CaptureQueriesContext(connection) as queries:
                of(officer, made, by)
            taken.append(len(queries))
    assert taken == [7, 7] * 2


# Goals ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "value", "state", "so_far"),
    [
        ("response_rate", "5", GoalState.REACHED, "17.5"),
        ("response_rate", "20", GoalState.NEAR, "17.5"),
        ("response_rate", "60", GoalState.MISSED, "17.5"),
        ("view_rate", "30", GoalState.NEAR, "30"),
        ("responses", "7", GoalState.REACHED, "7"),
        ("revenue", "100.01", GoalState.MISSED, "100"),
    ],
)
def test_a_goal_is_held_against_what_it_came_to(
    spring: Campaign, officer: User, measure: str, value: str, state: GoalState, so_far: str
) -> None:
    Campaign.objects.filter(pk=spring.pk).update(goal_measure=measure, goal_value=value)
    spring.refresh_from_db()
    goal = of(officer, spring).goal
    assert goal
    assert (goal.state, goal.so_far, goal.target) == (state, Decimal(so_far), Decimal(value))
    if measure == "response_rate":
        assert [goal.low, goal.high] == pytest.approx([8.75, 31.95], abs=0.01)


def test_of_a_running_campaign_nothing_is_called_reached(spring: Campaign, officer: User, client: Client) -> None:
    Campaign.objects.filter(pk=spring.pk).update(
        goal_measure="responses", goal_value=1, state=CampaignState.RUNNING, ends_on=None
    )
    client.force_login(officer)
    page = client.get("/campaigns/spring/").content.decode()
    assert "The goal: responses, 1. So far: 7." in page
    assert "is reached" not in page


def test_a_goal_of_before_that_is_not_whole_is_written_as_it_is(
    spring: Campaign, officer: User, client: Client
) -> None:
    Campaign.objects.filter(pk=spring.pk).update(goal_measure="responses", goal_value="2.5")
    client.force_login(officer)
    assert "The goal: responses, 2.50. It came to 7." in client.get("/campaigns/spring/").content.decode()


def test_a_goal_is_set_and_refused_in_the_form(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))

    def errors(**given: str) -> dict[str, list[str]]:
        answer = client.post("/campaigns/new/", {"name": "Autumn", "kind": "promotion", **given})
        return {} if answer.status_code == 302 else dict(answer.context["form"].errors)

    assert errors(goal_measure="responses") == {"goal_value": ["Enter how much of it."]}
    assert errors(goal_value="3") == {"goal_measure": ["Choose what the number measures."]}
    assert errors(goal_measure="responses", goal_value="0") == {"goal_value": ["A goal must be above zero."]}
    assert errors(goal_measure="view_rate", goal_value="101") == {
        "goal_value": ["This is a percentage: enter 100 or less."]
    }
    for measure in ("responses", "conversions"):
        assert errors(goal_measure=measure, goal_value="2.5") == {
            "goal_value": ["A goal for something counted must be a whole number."]
        }
    assert errors(goal_measure="view_rate", goal_value="12.5") == {}
    made = Campaign.objects.get(name="Autumn")
    assert (made.goal_measure, made.goal_value) == ("view_rate", Decimal("12.5"))
    assert errors(name="Winter", goal_measure="conversions", goal_value="2.00") == {}


# Past campaigns ------------------------------------------------------------------------------------------------------


def past(slug: str, people: int, viewed: int, **values: Any) -> Campaign:
    made = make_campaign(slug, ("letter",))
    Campaign.objects.filter(pk=made.pk).update(kind="promotion", **values)
    arm = made.variants.get()
    drawn = [(make_viewer(), arm) for _ in range(people)]
    append(*(event(viewer, "view", variant=arm) for viewer, _ in drawn[:viewed]), assigned=drawn)
    return made


@pytest.fixture
def among_others(spring: Campaign) -> Campaign:
    """Three of its kind before it; one of another kind, one after it, one without people."""
    Campaign.objects.filter(pk=spring.pk).update(kind="promotion", starts_on=date(2026, 3, 10))
    past("first", 10, 1, starts_on=date(2026, 1, 1))
    past("second", 20, 8, starts_on=date(2026, 2, 1))
    past("third", 10, 9, starts_on=date(2026, 3, 1))
    past("later", 10, 9, starts_on=date(2026, 3, 10))
    Campaign.objects.filter(pk=past("unlike", 10, 5, starts_on=date(2026, 1, 1)).pk).update(kind="launch")
    past("nobody", 0, 0, starts_on=date(2026, 1, 1))
    fold_all()
    spring.refresh_from_db()
    return spring


def test_past_campaigns_are_those_of_its_kind_that_began_before(among_others: Campaign, officer: User) -> None:
    found = of(officer, among_others).past
    assert [(one.slug, one.people, one.rate("viewed")) for one in found] == [
        ("third", 10, 0.9),
        ("second", 20, 0.4),
        ("first", 10, 0.1),
    ]
    assert found[0].rate("responded") is None  # nobody did: perhaps nobody recorded it


def test_past_campaigns_are_those_that_the_reader_sees(among_others: Campaign) -> None:
    assert of(User.objects.get(name="Ann"), among_others).past == ()


def test_the_page_says_where_it_stands(among_others: Campaign, officer: User, client: Client) -> None:
    client.force_login(officer)
    page = " ".join(client.get("/campaigns/spring/funnel/").content.decode().split())
    assert "Compared with past campaigns of its kind: Promotion" in page
    # 12 of 40 viewed: above one of three, whose middle is 40%.
    assert (
        '<td class="number">30.00%</td><td class="number">10.00%</td><td class="number">40.00%</td>'
        '<td class="number">90.00%</td><td>above 1 of 3</td>'
    ) in page.replace("\u202f", " ")


# Page, file, API -----------------------------------------------------------------------------------------------------


def test_page_file_and_api_say_the_same(spring: Campaign, officer: User, client: Client) -> None:
    cache.clear()
    client.force_login(officer)
    page = " ".join(client.get("/campaigns/spring/funnel/?by=channel").content.decode().replace("\u202f", " ").split())
    assert "In the notice: “Analytics program report data” (category 18)." in page
    assert (
        '<th scope="row">Printed mail</th><td class="number">10</td><td class="number"><span class="measure">10</span>'
        in page
    )
    assert "of prior step" in page
    api = client.get("/api/v1/reports/campaigns/spring/funnel?by=channel").json()
    assert [(group["name"], group["people"]) for group in api["groups"]] == [
        ("E-mail", 20), ("Printed mail", 10), ("", 20),
    ]  # fmt: skip
    head, *rows = csv_rows(client, "funnel/spring", "by=channel")
    assert head[:5] == ["By", "Group", "People drawn", "Step", "People"]
    assert len(rows) == 4 * 7
    assert [tuple(row[3:5]) for row in rows if row[1] == "Printed mail"] == [
        ("Shared with", "10"), ("Delivered", "10"), ("Viewed, machines too", "10"), ("Viewed", "10"), ("Engaged", "8"),
        ("Responded", "5"), ("Converted", "2"),
    ]  # fmt: skip


def test_who_may_not_see_people_gets_nothing_of_few(spring: Campaign, client: Client) -> None:
    cache.clear()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    (control, letter) = client.get("/api/v1/reports/campaigns/spring/funnel?by=variant").json()["groups"]
    steps = {step["name"]: step for step in letter["steps"]}
    assert steps["converted"] == {"name": "converted", "people": None, "before": None, "both": None}
    assert letter["revenue"] is None
    assert steps["viewed"] == {"name": "viewed", "people": 12, "before": None, "both": None}  # 4 were not reached by it
    # One of the control answered: hidden, and with it the other, who would tell of it by the sum.
    assert [step["people"] for step in control["steps"] if step["name"] == "responded"] == [None]
    assert steps["responded"]["people"] is None
    page = client.get("/campaigns/spring/funnel/?by=variant").content.decode()
    assert "What covers fewer than 5 people is left out." in page


def test_a_grouping_that_does_not_exist_is_refused(spring: Campaign, officer: User, client: Client) -> None:
    client.force_login(officer)
    page = client.get("/campaigns/spring/funnel/?by=shoe+size")
    assert "No picture is shown until the filter is fixed." in page.content.decode()
    answer = client.get("/api/v1/reports/campaigns/spring/funnel?by=shoe+size")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == ["by"]


def test_a_campaign_without_people_says_what_is_missing(officer: User, client: Client) -> None:
    make_campaign("empty")
    client.force_login(officer)
    assert "Nothing has been counted yet" in client.get("/campaigns/empty/funnel/").content.decode()


def test_where_no_share_tells_it_is_what_the_variant_gets(officer: User) -> None:
    made = make_campaign("filed")
    control, letter = made.variants.order_by("position")
    guide = make_material("guide")
    letter.material = guide
    letter.save()
    Campaign.objects.filter(pk=made.pk).update(channels=["print"])
    drawn = [(make_viewer(), arm) for arm in (letter, control) for _ in range(3)]
    reader = drawn[0][0]
    append(event(reader, "view", variant=letter, material=guide), assigned=drawn)
    fold_all()
    assert [counts(group) for group in of(officer, made).groups] == [("Guide", 3, 1, 1, 0), ("", 3, 0, 0, 0)]
    assert [(group.name, group.people) for group in of(officer, made, "channel").groups] == [
        ("Printed mail", 3),
        ("", 3),
    ]


def test_past_campaigns_of_few_people_are_not_shown_to_who_may_not_see_people(
    among_others: Campaign, client: Client
) -> None:
    past("tiny", 4, 3, starts_on=date(2026, 2, 20))
    past("shy", 30, 3, starts_on=date(2026, 2, 21))
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    told = client.get("/api/v1/reports/campaigns/spring/funnel").json()["past"]
    assert {one["slug"]: one["reached"]["viewed"] for one in told} == {
        "third": 9,
        "shy": None,
        "second": 8,
        "first": None,
    }
