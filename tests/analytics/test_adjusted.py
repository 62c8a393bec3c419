"""A campaign's test with what people did before allowed for, held against statements on the log itself."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analytics.folding import fold_all
from analytics.reports.adjusted import AdjustedTest, adjusted_test
from campaigns.models import Campaign
from privacy.roles import Role
from tests.events import append, event, make_campaign, make_viewer
from tests.exporting import csv_rows
from tests.factories import NOON, make_user

pytestmark = pytest.mark.django_db

# By PostgreSQL's own regression aggregates over the log: the slope within the arms, and the difference less its share.
FROM_THE_LOG = """
WITH person AS (
    SELECT variant.is_control, (
        SELECT count(DISTINCT (occurred_at AT TIME ZONE 'America/New_York')::date) FROM campaigns_event
        WHERE viewer_id = drawn.viewer_id AND kind = 'visit' AND verdict IN ('human', 'unknown')
            AND (occurred_at AT TIME ZONE 'America/New_York')::date >= '2026-03-10'::date - 84
            AND (occurred_at AT TIME ZONE 'America/New_York')::date < '2026-03-10'
    ) AS x, EXISTS (
        SELECT FROM campaigns_event WHERE viewer_id = drawn.viewer_id AND kind = 'response'
    )::int AS y
    FROM campaigns_assignment AS drawn
    JOIN campaigns_variant AS variant ON variant.id = drawn.variant_id
),
arm AS (
    SELECT is_control, avg(y) AS y, avg(x) AS x, regr_sxy(y, x) AS xy, regr_sxx(y, x) AS xx, regr_syy(y, x) AS yy,
        count(*) AS n
    FROM person GROUP BY is_control
),
slope AS (SELECT sum(xy) / sum(xx) AS theta FROM arm)
SELECT
    (one.y - other.y - theta * (one.x - other.x))::float,
    (1 - sum((arm.yy - 2 * theta * arm.xy + theta ^ 2 * arm.xx) / (arm.n - 1) / arm.n)
        / sum(arm.yy / (arm.n - 1) / arm.n))::float,
    (SELECT count(*) FROM person WHERE x > 0)
FROM arm, slope, arm AS one, arm AS other
WHERE NOT one.is_control AND other.is_control
GROUP BY one.y, other.y, one.x, other.x, theta
"""


def campaign(people: int = 60) -> Campaign:
    """Who came often before answers; of the letter's people a few more do. Visits of long before, of the day itself
    and by machines count for nothing."""
    made = make_campaign("spring")
    events, assigned = [], []
    for place, variant in enumerate(made.variants.order_by("position")):
        for number in range(people):
            viewer, came = make_viewer(), number % 6
            assigned.append((viewer, variant))
            events += [event(viewer, "visit", occurred_at=NOON - timedelta(days=3 * nth + 1)) for nth in range(came)]
            events += [event(viewer, "visit", occurred_at=NOON - timedelta(days=days)) for days in (0, 85)]
            events.append(event(viewer, "visit", occurred_at=NOON - timedelta(days=40), signals=1))
            if came + (number % 7 == 0) + place * (number % 4 == 0) >= 4:
                events.append(event(viewer, "response", variant=variant, occurred_at=NOON + timedelta(days=2)))
    append(*events, assigned=assigned)
    fold_all()
    return made


def of(made: Campaign) -> AdjustedTest:
    found = adjusted_test(made)
    assert found is not None
    return found


def test_differences_and_what_went_are_those_of_the_log() -> None:
    found = of(campaign())
    (lift,) = [one for one in found.lifts if one.measure == "response_rate"]
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG)
        difference, removed, came_before = cursor.fetchone()
    assert lift.lift.absolute == pytest.approx(difference)
    assert lift.removed == pytest.approx(removed)
    assert (found.people, found.came_before) == (120, came_before) == (120, 100)
    assert removed > 0.4
    plain_width = (lift.plain.ci_high or 0) - (lift.plain.ci_low or 0)
    assert (lift.lift.ci_high or 0) - (lift.lift.ci_low or 0) < 0.8 * plain_width


def test_where_nobody_came_before_there_is_nothing_to_allow_for() -> None:
    made = make_campaign("spring")
    people = [(make_viewer(), variant) for variant in made.variants.all() for _ in range(40)]
    append(*(event(viewer, "response", variant=variant) for viewer, variant in people[::3]), assigned=people)
    fold_all()
    assert (of(made).lifts, of(made).came_before, of(made).people) == ((), 0, 80)


def test_arms_that_differed_before_get_no_verdict() -> None:
    made = make_campaign("spring")
    events, assigned = [], []
    for place, variant in enumerate(made.variants.order_by("position")):
        for number in range(40):
            viewer = make_viewer()
            assigned.append((viewer, variant))
            came = number % 2 + 3 * place
            events += [event(viewer, "visit", occurred_at=NOON - timedelta(days=nth + 1)) for nth in range(came)]
            events += [event(viewer, "response", variant=variant)] if number % 3 == 0 else []
    append(*events, assigned=assigned)
    fold_all()
    found = of(made)
    assert "differed before the test began: the mean of days on which people came" in found.blocked
    assert {one.lift.verdict for one in found.lifts} == {"blocked"}


@pytest.mark.parametrize("people", [30, 60])
def test_it_takes_the_same_statements_for_any_size(people: int) -> None:
    made = campaign(people)
    with CaptureQueriesContext(connection) as queries:
        of(made)
    assert len(queries) == 4


def test_page_file_and_api_say_the_same(client: Client) -> None:
    made = campaign()
    cache.clear()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = " ".join(client.get("/campaigns/spring/adjusted/").content.decode().split())
    assert "100 of 120 people came in the twelve weeks before they were drawn." in page
    (lift,) = [one for one in of(made).lifts if one.measure == "response_rate"]
    api = client.get("/api/v1/reports/campaigns/spring/adjusted").json()
    (told,) = [one for one in api["lifts"] if one["measure"] == "response_rate"]
    assert told["lift"]["absolute"] == pytest.approx(lift.lift.absolute)
    rows = csv_rows(client, "adjusted/spring")
    assert [row[5] for row in rows if row[1] == "Response rate"] == [str(lift.lift.absolute)]
    assert 'href="/campaigns/spring/adjusted/"' in client.get("/campaigns/spring/").content.decode()


def test_a_campaign_that_is_no_test_has_no_such_page(client: Client) -> None:
    make_campaign("spring", ("letter",)).variants.update(is_control=False)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    for address in ("/campaigns/spring/adjusted/", "/api/v1/reports/campaigns/spring/adjusted"):
        assert client.get(address).status_code == 404


def test_who_may_not_see_people_gets_nothing_of_few(client: Client) -> None:
    made = campaign(30)
    drawn = made.assignments.filter(variant__is_control=False)[0]
    append(
        event(make_viewer(), "visit"),
        event(drawn.viewer, "conversion", variant=drawn.variant),
    )
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    shown = {one["measure"] for one in client.get("/api/v1/reports/campaigns/spring/adjusted").json()["lifts"]}
    assert "conversion_rate" not in shown
    assert "conversion_rate" in {one.measure for one in of(made).lifts}
