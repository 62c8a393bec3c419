"""What conversions are owed to: the statement against plain Python over the log, sums, scope, and few people hidden."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from analytics import tasks
from analytics.exports.attribution import differing, without_few_people
from analytics.folding import fold_all
from analytics.insight.attribution import Path, Touch, attribute
from analytics.reports import attribution
from analytics.reports.attribution import (
    RULE_NAMES,
    AttributionQuery,
    AttributionReport,
    Owed,
    attribution_report,
    most_owed_first,
)
from campaigns.models import Assignment, Campaign, Event, Variant
from config.schedule import SCHEDULE
from privacy.roles import Role
from records.models import Customer
from tests.analytics.pictured import NOWHERE
from tests.asked import AskedStatements
from tests.events import append, event, make_campaign, make_viewer
from tests.exporting import csv_rows
from tests.factories import engage, make_customer, make_user, viewer_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 20)
NOON = datetime(2026, 3, 10, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("analytics.exports.attribution.agency_today", lambda: TODAY)
    monkeypatch.setattr(attribution, "agency_today", lambda: TODAY)


def arm(slug: str) -> Variant:
    variant: Variant = make_campaign(slug, ("letter",)).variants.get()
    return variant


def draw(customer: Customer, variant: Variant, when: datetime, *kinds: str) -> None:
    """Drawn then, and what they did then."""
    viewer = viewer_of(customer)
    append(*(event(viewer, kind, variant=variant, occurred_at=when) for kind in kinds), assigned=[(viewer, variant)])
    Assignment.objects.filter(viewer=viewer, variant=variant).update(assigned_at=when)


def history() -> None:
    """Three campaigns; people who met one, two or none; conversions on some days."""
    spring, summer, autumn = arm("spring"), arm("summer"), arm("autumn")
    for number in range(6):
        person = make_customer(f"both-{number}")
        draw(person, spring, NOON - timedelta(days=20), "delivered")
        draw(person, summer, NOON - timedelta(days=3), "delivered", "visit")
        if number < 4:
            engage(person, "conversion", variant=summer, occurred_at=NOON)
    for number in range(5):
        person = make_customer(f"one-{number}")
        draw(person, autumn, NOON - timedelta(days=8), "delivered", *(["conversion"] if number < 2 else []))
    engage(make_customer("nobody"), "conversion", "conversion", occurred_at=NOON)
    late = make_customer("late")
    draw(late, spring, NOON - timedelta(days=200), "delivered")
    engage(late, "conversion", occurred_at=NOON)
    append(event(make_viewer(), "conversion", occurred_at=NOON))
    append(event(-77, "conversion", occurred_at=NOON))
    fold_all()


def by_hand(query: AttributionQuery) -> dict[str, dict[str, float]]:
    """The same from the log itself, event by event."""
    people: dict[int, str] = {}
    met: defaultdict[str, dict[str, date]] = defaultdict(dict)
    converted: defaultdict[str, defaultdict[date, int]] = defaultdict(lambda: defaultdict(int))
    customers = dict(connection_rows("SELECT id, customer_id FROM campaigns_viewer"))
    slugs = dict(Campaign.objects.values_list("pk", "slug"))
    drawn = {(one.viewer_id, one.campaign_id): one.assigned_at for one in Assignment.objects.all()}
    for row in Event.objects.order_by("occurred_at"):
        who = people.setdefault(
            row.viewer_id, f"c{customers.get(row.viewer_id)}" if customers.get(row.viewer_id) else f"v{row.viewer_id}"
        )
        day = row.occurred_at.date()
        if row.campaign_id and row.kind in {"delivered", "visit", "view"}:
            when = drawn[row.viewer_id, row.campaign_id].date() if row.kind == "delivered" else day
            known = met[who].get(slugs[row.campaign_id], when)
            met[who][slugs[row.campaign_id]] = min(known, when)
        if row.kind == "conversion" and query.first <= day <= query.today:
            converted[who][day] += 1
    paths = []
    for who in {*met, *converted}:
        for day, times in converted[who].items():
            seen = sorted((day - when, name) for name, when in met[who].items() if 0 <= (day - when).days <= 90)
            paths.append(Path([Touch(name, age.days) for age, name in reversed(seen)], times))
        if not converted[who]:
            order = sorted((when, name) for name, when in met[who].items() if query.first <= when <= query.today)
            paths += [Path([Touch(name, 0) for _, name in order], 0)] if order else []
    return {rule: dict(credit) for rule, credit in attribute(paths).credit.items()}


def connection_rows(sql: str) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


@pytest.mark.parametrize("days", [365, 30])
def test_the_statement_says_what_the_log_says(days: int) -> None:
    history()
    query = AttributionQuery(TODAY, days)
    found, hand = attribution_report(query), by_hand(query)
    for rule in RULE_NAMES:
        assert {row.slug: row.by(rule) for row in found.campaigns if row.by(rule)} == pytest.approx(
            {name: credit for name, credit in hand[rule].items() if credit}
        )


def test_each_rule_adds_up_to_the_conversions_of_those_who_met_a_campaign() -> None:
    history()
    found = attribution_report(AttributionQuery(TODAY))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_event WHERE kind = 'conversion'")
        assert cursor.fetchone() == (found.conversions,) == (11,)
    assert (found.untouched, found.owed) == (5, 6)
    for rule in RULE_NAMES:
        assert sum(row.by(rule) or 0 for row in found.campaigns) == pytest.approx(6)


def test_first_and_last_go_to_the_first_and_last_and_people_are_counted_once() -> None:
    history()
    rows = {row.slug: row for row in attribution_report(AttributionQuery(TODAY)).campaigns}
    assert {slug: (row.by("first"), row.by("last"), row.people) for slug, row in rows.items()} == {
        "spring": (4, 0, 4), "summer": (0, 4, 4), "autumn": (2, 2, 2),
    }  # fmt: skip


def test_a_conversion_without_a_delivery_or_visit_is_owed_to_nobody() -> None:
    """As of those of a test who were meant to get nothing."""
    engage(make_customer("C-1"), "conversion", variant=arm("spring"), occurred_at=NOON)
    fold_all()
    found = attribution_report(AttributionQuery(TODAY))
    assert (found.conversions, found.untouched, found.campaigns) == (1, 1, ())


def test_days_out_of_the_period_do_not_count() -> None:
    history()
    assert attribution_report(AttributionQuery(date(2026, 3, 9), 365)).conversions == 2
    assert attribution_report(AttributionQuery(date(2027, 6, 1), 30)).conversions == 0


def test_two_records_of_a_person_are_one() -> None:
    """The letter went to the one, the conversion came in under the other; their viewers belong to one customer."""
    spring, person = arm("spring"), make_customer("C-1")
    draw(person, spring, NOON - timedelta(days=1), "delivered")
    other = make_viewer()
    other.customer = person
    other.save(update_fields=["customer"])
    append(event(other, "conversion", occurred_at=NOON))
    fold_all()
    (row,) = attribution_report(AttributionQuery(TODAY)).campaigns
    assert (row.slug, row.people, row.by("linear")) == ("spring", 1, 1.0)


def test_the_customers_in_scope_alone_count() -> None:
    history()
    mine = Customer.objects.filter(number__startswith="one-")
    found = attribution_report(AttributionQuery(TODAY, customers=mine))
    assert (found.conversions, found.untouched, [row.slug for row in found.campaigns]) == (2, 0, ["autumn"])


def test_everybody_is_counted_once_an_hour_and_kept() -> None:
    history()
    assert attribution_report(AttributionQuery(TODAY)).conversions == 11
    engage(make_customer("more"), "conversion", occurred_at=NOON)
    fold_all()
    assert attribution_report(AttributionQuery(TODAY)).conversions == 11
    tasks.count_attribution()
    assert attribution_report(AttributionQuery(TODAY)).conversions == 12
    assert "analytics.tasks.count_attribution" in {entry["task"] for entry in SCHEDULE.values()}


@pytest.mark.parametrize("campaigns", [1, 3])
def test_it_takes_the_same_statements_whatever_there_is(campaigns: int) -> None:
    for number in range(campaigns):
        draw(make_customer(f"C-{number}"), arm(f"spring-{number}"), NOON, "delivered", "conversion")
    fold_all()
    with AskedStatements(connection) as queries:
        attribution_report(AttributionQuery(TODAY))
    assert len(queries) == 4
    assert not [query for query in queries if "campaigns_event " in query["sql"]]
    with AskedStatements(connection) as queries:
        attribution_report(AttributionQuery(TODAY))
    assert len(queries) == 2


# What is shown -------------------------------------------------------------------------------------------------------


def made(**rows: tuple[int, float, float]) -> AttributionReport:
    """By campaign: converters, and what is owed by the first rule and by all others."""
    found = tuple(
        Owed(slug, slug.title(), people, dict.fromkeys(RULE_NAMES, last) | {"first": first})
        for slug, (people, first, last) in rows.items()
    )
    return AttributionReport(TODAY, TODAY, 40, 0, found, NOON, NOWHERE)


def test_few_people_are_hidden_and_what_would_give_them_away() -> None:
    found = without_few_people(made(spring=(20, 20, 20), summer=(9, 9, 9), autumn=(3, 3, 3)))
    assert [(row.slug, row.people, row.credit is None) for row in most_owed_first(found.campaigns, "last")] == [
        ("spring", 20, False), ("autumn", None, True), ("summer", None, True),
    ]  # fmt: skip


def test_it_says_where_the_rules_differ_most() -> None:
    assert differing(made(spring=(20, 12, 10), summer=(9, 4.25, 9))) == (
        "The rules differ most on Summer: from 4.2 conversions by “First” to 9.0 conversions by “Last”."
    )
    assert differing(made(spring=(20, 10, 10), summer=(9, 4, 4))) == ""
    assert differing(made(spring=(20, 12, 10))) == ""


def test_the_page_shows_every_rule_and_marks_the_one_that_was_asked_for(client: Client) -> None:
    history()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = client.get("/attribution/?rule=first").content.decode()
    assert "The rule “First” is shown first" in page
    assert page.count('<span class="tag">shown</span>') == 1
    assert page.index("/campaigns/spring/") < page.index("/campaigns/autumn/")
    assert "Markov chain" in page
    assert ">hidden<" not in page


def test_whoever_may_not_see_people_reads_no_small_group(client: Client) -> None:
    history()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    rows = client.get("/attribution/").content.decode().partition("<tbody>")[2]
    assert rows.count(">hidden<") == 3 * (1 + len(RULE_NAMES))


def test_a_filter_that_makes_no_sense_is_told(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/attribution/?days=7").content.decode()
    assert 'aria-invalid="true"' in page
    assert "No conversions in this period" not in page


def test_files_and_the_api_say_the_same(client: Client) -> None:
    history()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    answer = client.get("/api/v1/reports/attribution?days=365")
    rows = {row["slug"]: row for row in answer.json()["campaigns"]}
    assert (answer.json()["conversions"], rows["spring"]["credit"]["first"]) == (11, 4.0)
    assert client.get("/api/v1/reports/attribution?days=7").status_code == 400
    assert client.get("/api/v1/reports/attribution?rule=first").status_code == 400


def test_the_csv_is_the_pages_table(client: Client) -> None:
    history()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    heading, *rows = csv_rows(client, "attribution")
    assert heading[:3] == ["Campaign", "Converters it reached", "First"]
    assert {row[0]: row[1:3] for row in rows} == {
        "Spring": ["4", "4.0"], "Summer": ["4", "0.0"], "Autumn": ["2", "2.0"],
    }  # fmt: skip
