"""What the home page shows to each role: whom to call and why, the day's views, engagement, campaigns, duties."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.deciding import decide_ended
from analytics.folding import fold_all
from analytics.home import calls, campaigns, duties, engagement, today
from analytics.home.calls import Call, calls_of, day_word, earliest, times
from analytics.models import CampaignVariant
from analytics.places import HOME
from analytics.queries import Known, Seen, latest_shares, seen_last, seen_of_own
from campaigns.enums import CampaignState, MaterialState, MessageState, Signal
from campaigns.materials import sheets
from campaigns.models import Campaign, Mailing, MaterialVersion, Share, Variant
from campaigns.models.mailing import MailMessage
from campaigns.share_visits import VisitCount
from config import duties as operations
from config.models import FailedTask
from privacy.access import Basis, Refused, reading
from privacy.models import AccessEntry, User
from privacy.notice.versions import versions
from privacy.readings.deciding import confirm
from privacy.readings.listing import readings
from privacy.roles import Role
from privacy.vault import VaultError
from privacy.vault.checking import Survey
from records.models import Customer, CustomerAssignment, DuplicatePair, Import, Interaction, Organization, Upload
from tests.factories import (
    NOON,
    engage,
    enroll,
    make_campaign,
    make_customer,
    make_material,
    make_share,
    make_team,
    make_user,
    viewer_of,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)  # eleven in the morning in New York
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture(autouse=True)
def cold_cache() -> None:
    cache.clear()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


@pytest.fixture
def sales() -> User:
    return make_user(Role.SALES)


def read(customer: Customer, material: Any, page: int, at: datetime, *, visit: UUID | None = None) -> None:
    """The customer spends a minute on one page of a material, in a visit of its own where none is given."""
    visit = visit or uuid4()
    engage(customer, "view", material=material, occurred_at=at, visit_id=visit)
    engage(customer, "page", material=material, occurred_at=at, visit_id=visit, page=page, dwell_ms=60_000)


def call(customer: Customer, staff: User, at: datetime) -> Interaction:
    return Interaction.objects.create(customer=customer, staff=staff, about="Prices", happened_at=at)


# Whom to call --------------------------------------------------------------------------------------------------------


def whom_to_call(staff: User, limit: int) -> list[Call]:
    since = earliest()
    return calls_of(seen_of_own(staff, since, 1), since, limit)


def test_who_read_a_page_twice_since_the_last_call_is_called_next_and_the_reason_says_so(
    now: datetime, sales: User
) -> None:
    customer, card = make_customer("C-1", sales), make_material("proposal")
    call(customer, sales, NOW - timedelta(days=5))
    read(customer, card, 5, YESTERDAY)
    read(customer, card, 5, YESTERDAY + timedelta(hours=1))
    read(customer, card, 2, YESTERDAY + timedelta(hours=2))
    fold_all()
    (found,) = whom_to_call(sales, 8)
    assert found.reason == "Read page 5 of Proposal twice, last yesterday; no call since March 7, 2026."
    assert (found.views, found.seconds, found.key) == (3, 180.0, customer.key)


def test_the_reason_leads_to_the_page_among_those_of_the_version_that_was_read(
    now: datetime, sales: User, client: Client
) -> None:
    customer, card = make_customer("C-1", sales), make_material("proposal")
    visit = uuid4()
    engage(customer, "view", material=card, version=2, occurred_at=YESTERDAY, visit_id=visit)
    engage(customer, "page", material=card, version=2, occurred_at=YESTERDAY, visit_id=visit, page=5, dwell_ms=60_000)
    fold_all()
    (found,) = whom_to_call(sales, 8)
    assert found.read
    assert found.read.address == "/materials/proposal/?version=2#page-5"
    client.force_login(sales)
    said = client.get("/").content.decode()
    leads = '<a class="why" href="/materials/proposal/?version=2#page-5">Read page 5 of Proposal yesterday</a>'
    assert f"{leads}; no call yet.</span>" in said


@pytest.mark.parametrize(
    ("version", "page", "address"),
    [
        (None, 3, "/materials/guide/"),
        (3, None, "/materials/guide/"),
        (3, 24, "/materials/guide/?version=3#page-24"),
        (3, 25, "/materials/guide/?version=3&page=2#page-25"),
    ],
)
def test_a_page_is_found_where_its_material_shows_it(version: int | None, page: int | None, address: str) -> None:
    assert sheets.address_of("guide", version, page) == address


def test_a_customer_to_call_is_told_with_their_organization(now: datetime, sales: User, client: Client) -> None:
    firm = Organization.objects.create(number="O-1", name="Daybreak <Realty>")
    card = make_material("proposal")
    for number, organization in (("C-1", firm), ("C-2", None)):
        customer = make_customer(number, sales, organization=organization)
        read(customer, card, 5, YESTERDAY)
    fold_all()
    assert [one.organization for one in whom_to_call(sales, 8)] == ["Daybreak <Realty>", None]
    client.force_login(sales)
    said = client.get("/").content.decode()
    calls_panel = said[said.index('id="calls"') : said.index('id="today"')]
    assert calls_panel.count('<span class="what">Daybreak &lt;Realty&gt;</span>') == 1
    assert calls_panel.count('class="what"') == 1


def test_a_call_after_the_last_look_takes_the_customer_off_the_list(now: datetime, sales: User) -> None:
    customer = make_customer("C-1", sales)
    read(customer, make_material("proposal"), 1, YESTERDAY)
    fold_all()
    assert len(whom_to_call(sales, 8)) == 1
    call(customer, sales, YESTERDAY + timedelta(hours=1))
    assert whom_to_call(sales, 8) == []


def test_a_call_that_is_kept_at_a_merged_record_counts(now: datetime, sales: User) -> None:
    kept, merged = make_customer("C-1", sales), make_customer("C-2")
    Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
    read(kept, make_material("proposal"), 1, YESTERDAY)
    fold_all()
    assert len(whom_to_call(sales, 8)) == 1
    call(merged, sales, YESTERDAY + timedelta(hours=1))
    assert whom_to_call(sales, 8) == []


def test_what_was_read_before_the_last_call_is_not_in_the_reason(now: datetime, sales: User) -> None:
    customer = make_customer("C-1", sales)
    for hours in (1, 2, 3):
        read(customer, make_material(f"old-{hours}"), 7, NOW - timedelta(days=3, hours=hours))
    call(customer, sales, NOW - timedelta(days=2))
    read(customer, make_material("new"), 1, NOW - timedelta(hours=1))
    fold_all()
    (found,) = whom_to_call(sales, 8)
    assert found.reason == "Read page 1 of New today; no call since March 10, 2026."


def test_what_was_read_in_the_month_before_is_in_the_reason(now: datetime, sales: User) -> None:
    read(make_customer("C-1", sales), make_material("card"), 4, earliest() + timedelta(hours=1))
    fold_all()
    (found,) = whom_to_call(sales, 8)
    assert found.read is not None
    assert (found.read.title, found.read.page, found.read.times) == ("Card", 4, 1)


def test_of_more_than_so_much_the_newest_is_the_reason(
    now: datetime, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One link that a program opens a hundred thousand times keeps nobody's home waiting."""
    customer, card = make_customer("C-1", sales), make_material("card")
    for hours in (30, 29, 28):
        read(customer, card, 4, NOW - timedelta(hours=hours))
    for hours in (6, 5):
        read(customer, card, 2, NOW - timedelta(hours=hours))
    fold_all()
    assert whom_to_call(sales, 8)[0].reason.startswith("Read page 4 of Card 3 times")
    monkeypatch.setattr(calls, "NEWEST", 6)  # a view and a page for each
    assert whom_to_call(sales, 8)[0].reason.startswith("Read page 2 of Card twice")


def test_machines_old_views_others_customers_and_former_ones_are_no_reason_to_call(now: datetime, sales: User) -> None:
    card = make_material("proposal")
    scanned, old, others, former = (
        make_customer("C-1", sales), make_customer("C-2", sales), make_customer("C-3", make_user(Role.SALES, "Ann")),
        make_customer("C-4", sales),
    )  # fmt: skip
    CustomerAssignment.objects.filter(customer=former).update(since=NOW - timedelta(days=9), until=YESTERDAY)
    engage(scanned, "view", material=card, occurred_at=YESTERDAY, signals=1)
    read(old, card, 1, NOW - timedelta(days=calls.DAYS + 1))
    read(others, card, 1, YESTERDAY)
    read(former, card, 1, YESTERDAY)
    fold_all()
    assert whom_to_call(sales, 8) == []


def test_the_keenest_comes_first_and_an_answer_weighs_most(now: datetime, sales: User) -> None:
    card = make_material("proposal")
    looked, answered, studied = (make_customer(f"C-{n}", sales, name=n) for n in ("Looked", "Answered", "Studied"))
    engage(looked, "view", material=card, occurred_at=YESTERDAY)
    engage(answered, "response", occurred_at=YESTERDAY)
    read(studied, card, 3, YESTERDAY)
    fold_all()
    assert [(one.name, one.reason) for one in whom_to_call(sales, 8)] == [
        ("Answered", "Answered; no call yet."),
        ("Studied", "Read page 3 of Proposal yesterday; no call yet."),
        ("Looked", "Viewed Proposal yesterday; no call yet."),
    ]
    assert [one.name for one in whom_to_call(sales, 1)] == ["Answered"]


def test_who_only_came_back_is_told_of_too(now: datetime, sales: User) -> None:
    engage(make_customer("C-1", sales), "visit", "visit", "visit", occurred_at=NOW - timedelta(days=4))
    fold_all()
    (found,) = whom_to_call(sales, 8)
    assert found.reason == "Came back 3 times, last on March 8, 2026; no call yet."


@pytest.mark.parametrize("count", [1, 3])
def test_whom_to_call_takes_three_statements(
    now: datetime, sales: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        read(make_customer(f"C-{number}", sales), make_material(f"m-{number}"), 1, YESTERDAY)
    fold_all()
    with django_assert_num_queries(3):
        assert len(whom_to_call(sales, 8)) == count


def test_ones_own_customers_are_not_set_against_each_other_to_find_whom_to_call(now: datetime, sales: User) -> None:
    """Of whoever has 20,000 that would be 400 million pairs."""
    read(make_customer("C-1", sales), make_material("proposal"), 1, YESTERDAY)
    fold_all()
    with CaptureQueriesContext(connection) as queries:
        assert len(whom_to_call(sales, 8)) == 1
    _, find, _ = [query["sql"] for query in queries]
    with connection.cursor() as cursor:
        cursor.execute(find.replace("EXECUTE", "EXPLAIN EXECUTE"))
        plan = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET plan_cache_mode")
    assert len([line for line in plan if "CTE Scan on mine" in line]) == 1


def test_a_count_is_said_in_words() -> None:
    assert [times("viewed", count) for count in (1, 2, 3, 1200)] == [
        "viewed", "viewed twice", "viewed 3 times", "viewed 1,200 times",
    ]  # fmt: skip


def test_a_day_is_the_agencys_whatever_the_hour(now: datetime) -> None:
    just_yesterday = datetime(2026, 3, 12, 3, 59, tzinfo=UTC)  # a minute before midnight in New York
    assert [day_word(just_yesterday + timedelta(minutes=n)) for n in (0, 1)] == ["yesterday", "today"]


# Today, engagement, shares -------------------------------------------------------------------------------------------


def test_todays_views_of_ones_own_shares_are_told_and_nobody_elses(now: datetime, sales: User) -> None:
    mine, before, theirs = make_customer("C-1", sales), make_customer("C-2", sales), make_customer("C-3", sales)
    card, early = make_share(mine, sales, "card"), make_share(before, sales, "early")
    other = make_share(theirs, make_user(Role.SALES, "Ann"), "other")
    opened(card, YESTERDAY)
    opened(card, NOW - timedelta(hours=2))
    opened(card, NOW - timedelta(hours=1))
    engage(mine, "view", material=other.material, occurred_at=NOW)  # not shared with them
    opened(early, YESTERDAY)
    opened(other, NOW - timedelta(hours=1))
    fold_all()
    found = today.seen_today(sales, 8)
    (one,) = found.seen
    assert (one.customer, one.material, one.visits, one.last_at) == (mine, card.material, 2, NOW - timedelta(hours=1))
    assert found.in_all == 1


def opened(share: Share, at: datetime, *, seconds: int = 0, **columns: Any) -> None:
    """A visit through the share: a view, and the page that was read."""
    customer, visit = share.recipient.customer, uuid4()
    assert customer is not None
    about = {"material": share.material, "share_id": share.pk, "visit_id": visit, "occurred_at": at, **columns}
    engage(customer, "view", **about)
    if seconds:
        engage(customer, "page", page=1, dwell_ms=seconds * 1000, **about)


def test_todays_views_are_told_as_they_are_judged_by_now(now: datetime, sales: User) -> None:
    """Of three visits the first stays a person's, the second was a machine's after all, the third a person's, twice
    judged; what was judged is looked for once a viewer."""
    card = make_share(make_customer("C-1", sales), sales, "card")
    for hours, signals in ((3, 0), (2, 0), (1, Signal.KNOWN_AGENT)):
        opened(card, NOW - timedelta(hours=hours), signals=signals)
    fold_all()
    judge_anew(NOW - timedelta(hours=2), "burst")
    judge_anew(NOW - timedelta(hours=1), "preview_agent", "no_sign")
    with CaptureQueriesContext(connection) as queries:
        (one,) = today.seen_today(sales, 8).seen
    assert (one.visits, one.last_at) == (2, NOW - timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        find = queries[0]["sql"].replace("EXECUTE", "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) EXECUTE")
        cursor.execute(find)
        looks = [line for (line,) in cursor.fetchall() if " on campaigns_judgement" in line]
        cursor.execute("RESET plan_cache_mode")
    assert [line.strip().rpartition("(")[2] for line in looks] == ["actual rows=3.00 loops=1)"]


def judge_anew(at: datetime, *reasons: str) -> None:
    with connection.cursor() as cursor:
        for nth, reason in enumerate(reasons, 1):
            cursor.execute(
                "INSERT INTO campaigns_judgement (viewer_id, occurred_at, id, series, nth, batch_id, rule_version,"
                " verdict_before, reason_before, verdict, reason, judged_at) "
                "SELECT viewer_id, occurred_at, id, series, %s, batch_id, 2, verdict, reason,"
                " event_verdict_of(%s::event_reason), %s, now() FROM campaigns_judgedevent WHERE occurred_at = %s",
                [nth, reason, reason, at],
            )


def test_a_view_of_today_that_did_not_come_through_ones_own_share_is_not_told(now: datetime, sales: User) -> None:
    customer = make_customer("C-1", sales)
    card = make_share(customer, sales, "card")
    engage(customer, "view", material=card.material, occurred_at=NOW)  # on a page, or through another's share
    fold_all()
    assert today.seen_today(sales, 8) == today.Today()


def test_of_many_who_looked_the_latest_are_told_and_all_counted(now: datetime, sales: User) -> None:
    for number in range(3):
        opened(make_share(make_customer(f"C-{number}", sales), sales, f"m-{number}"), NOW - timedelta(minutes=number))
    fold_all()
    found = today.seen_today(sales, 2)
    assert [one.material.slug for one in found.seen] == ["m-0", "m-1"]
    assert found.in_all == 3


def test_what_was_shared_last_is_counted_by_the_share_and_not_by_what_was_looked_at_before(
    now: datetime, sales: User
) -> None:
    customer = make_customer("C-1", sales)
    share = make_share(customer, sales, "card")
    engage(customer, "view", "view", material=share.material, occurred_at=NOON - timedelta(days=3))
    fold_all()
    assert latest_shares(sales, 8)[0].visits == VisitCount()
    opened(share, YESTERDAY, seconds=40)
    opened(share, NOW, seconds=2)
    opened(share, NOW, signals=1)
    fold_all()
    assert latest_shares(sales, 8)[0].visits == VisitCount(3, 2, NOW, 42.0)


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_shared_last_takes_two_statements(
    now: datetime, sales: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        opened(make_share(make_customer(f"C-{number}", sales), sales, f"m-{number}"), NOW)
    Customer.objects.visible_to(sales).exists()  # the permits are asked for once a request
    with django_assert_num_queries(2):
        assert len(latest_shares(sales, 8)) == count


def test_how_a_share_landed_is_said_in_words(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    share = make_share(customer, sales, "card")
    client.force_login(sales)
    assert "not opened yet" in client.get("/").content.decode()
    for words in ("opened once", "opened twice", "opened 3 times"):
        opened(share, timezone.now() - timedelta(minutes=1))
        assert words in client.get("/").content.decode()


def test_a_scanners_view_of_today_is_not_told(now: datetime, sales: User) -> None:
    customer = make_customer("C-1", sales)
    opened(make_share(customer, sales, "card"), NOW, signals=1)
    fold_all()
    assert today.seen_today(sales, 8) == today.Today()


def test_the_name_of_a_former_customer_is_not_told_with_what_was_shared(now: datetime, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Quillfeather")
    opened(make_share(customer, sales, "card"), NOW)
    fold_all()
    assert latest_shares(sales, 8)[0].customer == Known(customer.pk, customer.key, "Quillfeather")
    CustomerAssignment.objects.filter(customer=customer).update(since=YESTERDAY, until=NOW)
    (one,) = today.seen_today(sales, 8).seen
    assert one.customer is None
    assert latest_shares(sales, 8)[0].customer is None


def test_no_page_names_a_former_customer(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Quillfeather")
    opened(make_share(customer, sales, "card"), timezone.now())
    fold_all()
    client.force_login(sales)
    assert "Quillfeather" in client.get("/").content.decode()
    CustomerAssignment.objects.filter(customer=customer).update(since=YESTERDAY, until=timezone.now())
    page = client.get("/").content.decode()
    assert "Quillfeather" not in page
    assert "Someone who is no longer your customer" in page


def test_customers_stand_by_their_views_of_four_weeks_with_the_trend(now: datetime, sales: User) -> None:
    card, long_ago = make_material("card"), NOW - timedelta(weeks=5)
    up, down, same, new = (make_customer(f"C-{n}", sales, name=n) for n in ("Up", "Down", "Same", "New"))
    for customer, recent, before in ((up, 3, 1), (down, 1, 2), (same, 2, 2), (new, 4, 0)):
        engage(customer, *["view"] * recent, material=card, occurred_at=YESTERDAY)
        engage(customer, *["view"] * before, material=card, occurred_at=long_ago)
    make_customer("C-9", sales, name="Never seen")
    engage(make_customer("C-8"), "view", material=card, occurred_at=YESTERDAY)
    fold_all()
    found = engagement.engaged_customers(seen_of_own(sales, NOW, 8), 8)
    assert [(one.name, one.recent, one.sign, one.trend) for one in found] == [
        ("New", 4, "▲", "none in the four weeks before"),
        ("Up", 3, "▲", "up from 1"),
        ("Same", 2, "", "as many as in the four weeks before"),
        ("Down", 1, "▼", "down from 2"),
    ]
    assert len(engagement.engaged_customers(seen_last(sales, 8), 2)) == 2


def read_back(seen: Seen | None) -> list[tuple[int, datetime]]:
    """As the statements read them to which they are handed on."""
    assert seen is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM unnest(%s::bigint[], %s::timestamptz[])", [seen.customers, seen.moments])
        found: list[tuple[int, datetime]] = cursor.fetchall()
    return found


def test_only_ones_own_people_at_present_are_among_those_seen_last(sales: User) -> None:
    card = make_material("card")
    first, last, kept, absorbed, gone = (make_customer(f"C-{n}", sales) for n in range(5))
    for customer, moment in ((first, NOW), (absorbed, NOW), (gone, NOW), (last, YESTERDAY), (kept, YESTERDAY)):
        engage(customer, "view", material=card, occurred_at=moment)
    engage(make_customer("C-8"), "view", material=card, occurred_at=NOW)
    make_customer("C-9", sales)
    fold_all()
    CustomerAssignment.objects.filter(customer=gone).update(since=YESTERDAY, until=NOW)
    Customer.objects.filter(pk=absorbed.pk).update(merged_into=kept)
    in_order = [(first.pk, NOW), (last.pk, YESTERDAY), (kept.pk, YESTERDAY)]
    assert read_back(seen_of_own(sales, NOW + timedelta(days=1), 8)) == in_order
    assert read_back(seen_of_own(sales, NOW + timedelta(days=1), 1)) == in_order[:1]
    assert read_back(seen_of_own(sales, YESTERDAY, 1)) == in_order
    assert seen_of_own(make_user(Role.SALES, "Nobody's"), YESTERDAY, 8) is None
    assert read_back(seen_last(sales, 2)) == in_order[:2]
    sees_all = read_back(seen_last(make_user(Role.PRIVACY_OFFICER), 8))
    assert [pk for pk, _ in sees_all][-2:] == [last.pk, kept.pk]
    assert len(sees_all) == 5


def test_a_manager_has_the_teams_customers_by_engagement(client: Client) -> None:
    ann, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES_MANAGER)
    make_team(ann, manager=manager)
    engage(make_customer("C-1", ann, name="Hers"), "view", material=make_material("card"), occurred_at=timezone.now())
    fold_all()
    client.force_login(manager)
    page = client.get("/").content.decode()
    assert ">Hers</a>" in page
    assert "1 view in four weeks" in page
    assert '<a href="/trouble/">Trouble areas</a></p>' in page


# Campaigns -----------------------------------------------------------------------------------------------------------


def test_campaigns_stand_beside_their_goals_with_what_came_of_them() -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(goal="200 answers by May", cost=900)
    enroll(make_customer("C-1"), campaign.variants.all()[1], "response", "response")
    enroll(make_customer("C-2"), campaign.variants.all()[0], "conversion", amount=4200)
    fold_all()
    (one,) = campaigns.standings(make_user(Role.PRIVACY_OFFICER))
    assert one.goal == "200 answers by May"
    assert one.so_far == "2 responses and 1 conversion, $4,200.00 in revenue for $900.00 spent"


def test_home_shows_the_campaigns_that_run_first_then_those_to_come_and_those_that_have_ended_apart(
    now: datetime, client: Client
) -> None:
    for slug, state, first, last in (
        ("closed", "closed", date(2026, 3, 11), None),
        ("past", "running", date(2026, 1, 1), date(2026, 3, 11)),
        ("draft", "draft", date(2026, 5, 1), None),
        ("paused", "paused", date(2025, 1, 1), date(2026, 3, 12)),
        ("running", "running", date(2026, 1, 1), None),
    ):
        make_campaign(slug)
        Campaign.objects.filter(slug=slug).update(state=state, starts_on=first, ends_on=last)
    user = make_user(Role.MARKETING_MANAGER)
    found = campaigns.standings(user)
    assert [one.campaign.slug for one in found] == ["running", "paused", "draft", "closed", "past"]
    assert [(heading, [one.campaign.slug for one in some]) for heading, some in campaigns.staged(found)] == [
        ("Running", ["running", "paused"]), ("In preparation", ["draft"]), ("Finished", ["closed", "past"]),
    ]  # fmt: skip
    client.force_login(user)
    page = client.get("/").content.decode()
    places = [
        page.index(f'<h3 class="feed-head">{heading}</h3>') for heading in ("Running", "In preparation", "Finished")
    ]
    assert places == sorted(places)
    assert '<a href="/campaigns/draft/plan/">Draft</a> <span class="what">Draft</span>' in page
    assert "starts May 1, 2026" in page


def test_of_many_campaigns_that_have_ended_home_shows_the_newest(now: datetime) -> None:
    for number in range(7):
        make_campaign(f"c-{number}")
    Campaign.objects.update(state=CampaignState.CLOSED)
    ((heading, shown),) = campaigns.staged(campaigns.standings(make_user(Role.MARKETING_MANAGER)))
    assert (heading, [one.campaign.slug for one in shown]) == ("Finished", ["c-6", "c-5", "c-4", "c-3", "c-2"])


def test_a_goal_in_numbers_stands_on_home_with_how_far_it_is(client: Client) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(goal_measure="responses", goal_value=9, ends_on=date(2026, 4, 1))
    for number in range(5):
        enroll(make_customer(f"C-{number}"), campaign.variants.all()[1], "response", "response")
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    said = "The goal: responses, 9. It came to 10. The goal is reached."
    page = client.get("/").content.decode()
    assert f'{said}<progress class="goal-bar" max="100" value="100" aria-hidden="true">' in page
    assert "Where no goal is shown" not in page


def test_of_a_campaign_that_has_ended_nothing_is_said_to_be_so_far(client: Client, now: datetime) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(goal="Many answers", starts_on=date(2026, 1, 1), state=CampaignState.RUNNING)
    for number in range(5):
        enroll(make_customer(f"C-{number}"), campaign.variants.all()[1], "response")
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "Goal: Many answers. So far 5 responses" in client.get("/").content.decode()
    Campaign.objects.update(state=CampaignState.CLOSED)
    cache.clear()
    assert "Goal: Many answers. 5 responses" in client.get("/").content.decode()


def test_what_tells_of_a_small_holdout_leaves_the_revenue_out_and_no_more() -> None:
    campaign = make_campaign("spring")
    sent, held = campaign.variants.order_by("-position")
    CampaignVariant.objects.create(
        campaign=campaign,
        variant=sent,
        recipients=900,
        deliveries=900,
        responders=300,
        responses=310,
        converters=90,
        conversions=95,
        revenue=5000,
    )
    Variant.objects.filter(pk=held.pk).update(is_holdout=True)
    CampaignVariant.objects.create(
        campaign=campaign,
        variant=held,
        recipients=100,
        responders=3,
        responses=3,
        converters=2,
        conversions=2,
        revenue=7,
    )
    (told,) = campaigns.standings(make_user(Role.PRIVACY_OFFICER))
    assert told.so_far == "313 responses and 97 conversions, $5,000.00 in revenue from those it was sent to"
    (hidden,) = campaigns.standings(make_user(Role.MARKETING_MANAGER))
    assert hidden.so_far == "313 responses and 97 conversions"


def test_those_in_preparation_and_those_that_run_push_none_that_has_ended_away(now: datetime) -> None:
    for number in range(45):
        make_campaign(f"c-{number}")
    Campaign.objects.update(state=CampaignState.DRAFT)
    Campaign.objects.filter(slug__in=["c-0", "c-1"]).update(state=CampaignState.CLOSED)
    Campaign.objects.filter(slug__startswith="c-2").update(state=CampaignState.RUNNING)
    found = campaigns.staged(campaigns.standings(make_user(Role.MARKETING_MANAGER)))
    assert [(heading, len(some)) for heading, some in found] == [("Running", 8), ("In preparation", 3), ("Finished", 2)]


def test_a_campaign_that_is_paused_says_so_and_one_in_preparation_tells_its_goal_in_numbers(client: Client) -> None:
    make_campaign("paused")
    Campaign.objects.update(state=CampaignState.PAUSED, ends_on=None)
    make_campaign("draft")
    Campaign.objects.filter(slug="draft").update(
        state=CampaignState.DRAFT, ends_on=None, goal_measure="responses", goal_value=9
    )
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/").content.decode()
    assert '<span class="tag">Paused</span>' in page
    assert '<span class="goal">Goal: Responses, 9.</span>' in page


def test_few_recipients_are_not_counted_for_who_sees_nobody(client: Client) -> None:
    campaign = make_campaign("spring")
    CampaignVariant.objects.create(campaign=campaign, variant=campaign.variants.all()[0], recipients=4)
    Campaign.objects.update(state=CampaignState.RUNNING, ends_on=None)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "4 recipients" not in client.get("/").content.decode()
    (one,) = campaigns.standings(make_user(Role.PRIVACY_OFFICER, "Henrik"))
    assert one.tells_recipients


def test_of_few_people_home_tells_marketing_the_goal_alone(client: Client) -> None:
    campaign = make_campaign("spring")
    Campaign.objects.update(goal_measure="responses", goal_value=9, ends_on=date(2026, 4, 1))
    enroll(make_customer("C-1"), campaign.variants.all()[1], "response")
    fold_all()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/").content.decode()
    assert "The goal: responses, 9.</span>" in page
    (one,) = campaigns.standings(make_user(Role.PRIVACY_OFFICER, "Henrik"))
    assert one.in_numbers == "The goal: responses, 9. It came to 1. The goal is missed."
    assert one.percent == 11


def test_a_campaign_of_which_nothing_came_says_so_and_is_no_clear_test(client: Client) -> None:
    make_campaign("spring")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = client.get("/").content.decode()
    assert '<span class="goal">No response yet.</span>' in page
    assert "Where no goal is shown, none has been set" in page
    assert "None yet: a test has its verdict when its campaign has ended" in page
    assert "Tests with a clear difference so far" not in page


def test_only_a_clear_difference_makes_a_test_one_to_tell_of() -> None:
    clear, unclear = make_campaign("clear"), make_campaign("unclear")
    for campaign, people in ((clear, 40), (unclear, 1)):
        control, letter = campaign.variants.order_by("position")
        for number in range(people):
            enroll(make_customer(f"{campaign.slug}-{number}"), control)
            enroll(make_customer(f"{campaign.slug}-L-{number}"), letter, "response")
    Campaign.objects.update(state=CampaignState.RUNNING)
    fold_all()
    found = campaigns.standings(make_user(Role.MARKETING_MANAGER))
    assert [one.campaign.slug for one in campaigns.clear_ones(found, 8)] == ["clear"]


def test_a_test_that_has_ended_is_not_said_to_run_before_its_verdict_is_written_down() -> None:
    control, letter = make_campaign("ended").variants.order_by("position")
    for number in range(40):
        enroll(make_customer(f"C-{number}"), control)
        enroll(make_customer(f"L-{number}"), letter, "response")
    fold_all()
    (found,) = campaigns.standings(make_user(Role.MARKETING_MANAGER))
    assert found.is_clear
    assert campaigns.clear_ones([found], 8) == []


def test_a_test_that_has_ended_stands_with_its_verdict_and_one_that_runs_apart(client: Client) -> None:
    for slug, answers in (("clear", 30), ("unclear", 1), ("running", 30)):
        control, letter = make_campaign(slug).variants.order_by("position")
        for number in range(30):
            enroll(make_customer(f"{slug}-{number}"), control)
            enroll(make_customer(f"{slug}-L-{number}"), letter, *(["response"] if number < answers else []))
    Campaign.objects.filter(slug="running").update(state=CampaignState.RUNNING)
    fold_all()
    assert decide_ended() == 2
    found = {one.campaign.slug: one.words for one in campaigns.verdicts(campaigns.standings(make_user(Role.AUDITOR)))}
    assert found == {
        "clear": "letter: +100.00 points in response rate against the control, 95% interval 83.95 to 100.00",
        "unclear": "No clear difference in response rate",
    }
    client.force_login(make_user(Role.MARKETING_MANAGER))
    ended, _, running = client.get("/").content.decode().partition("Tests with a clear difference so far")
    assert found["clear"] in ended.partition("Tests that reached a verdict")[2]
    assert "/campaigns/running/" in running
    assert "/campaigns/clear/" not in running


def test_movers_are_campaigns_by_the_change_of_their_views(now: datetime) -> None:
    numbers = {"up": (5, 1), "down": (0, 6), "still": (2, 2)}
    for slug, (recent, before) in numbers.items():
        variant, customer = make_campaign(slug).variants.all()[0], make_customer(slug)
        material = make_material(slug)
        engage(customer, *["view"] * recent, variant=variant, material=material, occurred_at=YESTERDAY)
        engage(customer, *["view"] * before, variant=variant, material=material, occurred_at=NOW - timedelta(days=9))
    fold_all()
    found = campaigns.movers(Campaign.objects.all(), 8)
    assert [(one.campaign.slug, one.words) for one in found] == [
        ("down", "−6 views: 0 in the last 7 days, 6 in the 7 before"),
        ("up", "+4 views: 5 in the last 7 days, 1 in the 7 before"),
    ]
    assert campaigns.movers(Campaign.objects.filter(slug="up"), 8) == found[1:]


# Duties --------------------------------------------------------------------------------------------------------------


def lines(role: Role, name: str = "") -> list[str]:
    """Without the vault's keys, the rules of retention and the first run's readings, which have tests of their own."""
    found = [line.label for line in duties.lines_for(make_user(role, name))]
    apart = ("vault holds", "retention rules", "of the notice to confirm")
    return [label for label in found if not any(words in label for words in apart)]


def test_the_first_run_waits_for_the_officer_until_each_reading_is_confirmed() -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    every = readings()
    (first,) = duties.readings_to_confirm(officer)
    assert (first.label, first.address) == (f"{len(every)} readings of the notice to confirm", "/readings/")
    confirm(every[1:], "As we work.", officer)
    assert [line.label for line in duties.readings_to_confirm(officer)] == ["1 reading of the notice to confirm"]
    confirm(every[:1], "As we work.", officer)
    assert list(duties.readings_to_confirm(officer)) == []


def test_a_failed_import_is_told_to_those_who_import_and_an_old_one_is_not() -> None:
    made = Import.objects.create(kind="customers", state="failed", finished_at=timezone.now())
    assert lines(Role.RECORDS_ADMINISTRATOR) == ["1 import failed in the last 30 days"]
    assert lines(Role.AUDITOR) == []
    Import.objects.filter(pk=made.pk).update(started_at=timezone.now() - timedelta(days=duties.DAYS + 1))
    assert lines(Role.RECORDS_ADMINISTRATOR, "Another") == []


def test_a_file_that_waits_is_told_to_whoever_sent_it() -> None:
    user = make_user(Role.RECORDS_ADMINISTRATOR)
    Upload.objects.create(kind="customers", file_name="people.csv", size=1, stored_as="x", sent_by=user)
    assert "1 file of yours to be mapped or sent on" in [line.label for line in duties.lines_for(user)]
    assert lines(Role.RECORDS_ADMINISTRATOR, "Another") == []


def test_a_mailing_that_stands_still_is_told_with_its_trouble() -> None:
    marketing, campaign = make_user(Role.MARKETING_MANAGER), make_campaign("spring")
    about = {
        "campaign": campaign,
        "variant": campaign.variants.all()[0],
        "sender": marketing,
        "subject": "S",
        "body": "B",
    }
    Mailing.objects.create(name="Fine", state="sending", **about)
    Mailing.objects.create(name="Over", state="done", trouble="The mail server was away.", **about)
    Mailing.objects.create(name="Stuck", state="paused", trouble="The mail server is away.", **about)
    doubtful = Mailing.objects.create(name="Doubtful", state="done", **about)
    share = make_share(make_customer("C-1"), marketing)
    MailMessage.objects.create(
        mailing=doubtful, share=share, identifier="x", state=MessageState.IN_DOUBT, begun_at=timezone.now()
    )
    found = [(line.label, line.note, line.is_bad) for line in duties.lines_for(marketing)]
    assert found == [
        ("Doubtful", "Messages in doubt: nobody knows whether they went out.", True),
        ("Stuck", "The mail server is away.", True),
    ]
    assert lines(Role.SALES) == []


def test_a_material_whose_newest_file_failed_is_told_to_its_owner() -> None:
    sales = make_user(Role.SALES)
    card, mended = make_material("card"), make_material("mended")
    for material, number, state in (
        (card, 1, "ready"),
        (card, 2, "failed"),
        (mended, 1, "failed"),
        (mended, 2, "ready"),
    ):
        failure = "The file is damaged." if state == "failed" else ""
        MaterialVersion.objects.create(
            material=material, number=number, state=MaterialState(state), failure=failure, file_name="f.pdf"
        )
    for material in (card, mended):
        material.owner = sales
        material.save()
    assert [(line.label, line.note) for line in duties.lines_for(sales)] == [("Card", "The file is damaged.")]
    assert lines(Role.SALES, "Another") == []
    assert lines(Role.MARKETING_MANAGER) == ["Card"]


def test_a_notice_that_takes_effect_later_is_told_to_those_who_answer_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in (Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR):
        assert lines(role, f"Now {role.value}") == []
    monkeypatch.setattr(duties, "agency_today", lambda: date(2025, 5, 11))
    newest = versions()[-1]
    told = f"The notice of {newest.version} takes effect on May 12, 2025"
    for role in (Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR):
        assert lines(role, f"Then {role.value}") == [told]
    assert lines(Role.SALES) == []


def test_pairs_that_may_be_one_person_are_counted_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [make_customer(f"C-{number}") for number in range(4)]
    for first, second in ((0, 1), (1, 2), (2, 3)):
        DuplicatePair.objects.create(first=people[first], second=people[second], score=90)
    assert lines(Role.PRIVACY_OFFICER) == ["3 pairs of records that may be one person"]
    monkeypatch.setattr(duties, "MOST_PAIRS", 2)
    assert lines(Role.PRIVACY_OFFICER, "Another") == ["More than 2 pairs of records that may be one person"]
    assert lines(Role.SALES) == []


@pytest.mark.django_db(transaction=True)
def test_what_the_door_refused_is_told_to_those_who_read_the_log() -> None:
    with pytest.raises(Refused), reading(make_user(Role.IT_ADMINISTRATOR), Basis(12), place=HOME):
        pass
    assert lines(Role.AUDITOR) == ["1 refused access attempt in 7 days"]
    assert lines(Role.SALES) == []


def test_failed_tasks_and_the_vault_are_told_to_the_it_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "survey", lambda: Survey({}, 2))
    moment = timezone.now()
    make_user(Role.SALES)
    FailedTask.objects.create(task="a", call="1", exception="E", first_failed_at=moment, failed_at=moment)
    FailedTask.objects.create(
        task="b",
        call="2",
        exception="E",
        first_failed_at=moment,
        failed_at=moment,
        state="dismissed",
        settled_at=moment,
    )
    found = duties.lines_for(make_user(Role.IT_ADMINISTRATOR))
    assert [line.label.split(" holds")[0] for line in found] == ["1 background task failed", "The vault"]
    assert [line.is_bad for line in found] == [True, False]


def test_a_vault_that_does_not_answer_is_told_and_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise VaultError("away")

    monkeypatch.setattr(operations, "survey", away)
    (line,) = operations.vault_state(make_user(Role.IT_ADMINISTRATOR))
    assert (line.label, line.is_bad) == ("The vault does not respond", True)


def test_a_vault_without_a_key_is_nothing_to_tell_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def vault(destroyed: int) -> list[str]:
        cache.clear()
        monkeypatch.setattr(operations, "survey", lambda: Survey({}, destroyed))
        return [line.label for line in operations.vault_state(make_user(Role.IT_ADMINISTRATOR, str(destroyed)))]

    assert (vault(0), vault(2)) == ([], ["The vault holds 0 keys"])


@pytest.mark.parametrize(
    ("keys", "told", "is_bad"),
    [
        ({"new": 3}, "The vault holds 3 keys", False),
        ({"new": 3, "old": 2}, "2 vault keys to be rotated", False),
        ({"new": 3, "lost": 1}, "1 vault key cannot be opened", True),
    ],
)
def test_the_vaults_state_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, int], told: str, is_bad: bool
) -> None:
    monkeypatch.setattr("privacy.vault.checking.configured", lambda: {"new": b"", "old": b""})
    monkeypatch.setattr("privacy.vault.checking.newest", lambda: "new")
    monkeypatch.setattr(operations, "survey", lambda: operations_survey(keys))
    (line,) = operations.vault_state(make_user(Role.IT_ADMINISTRATOR))
    assert (line.label, line.is_bad) == (told, is_bad)


def operations_survey(keys: dict[str, int]) -> Any:
    return Survey(keys, 0)


# The page ------------------------------------------------------------------------------------------------------------

# Statements of the home page once its caches are warm. Each: the user with what they may do, freshness; and the two
# lines of the access log, each in a transaction of its own within the test's (2 * 3).
# What is wrong with disposal 3, the last seal, the open list, holds; for who signs and approves, whether the rules are
# approved, and rules that wait.
RETENTION = 3 + 1 + 1 + 1
SIGNING = 1 + 1
STATEMENTS = {
    # Campaigns 2, mailings, materials; who was seen, whom to call 2, today 3, tasks, next steps, engagement, the count
    # of customers, shares 2.
    Role.SALES: 2 + 4 + 12 + 2 * 3,
    # And imports, files, pairs to decide; who was seen of the team's customers, who are counted in three statements.
    Role.SALES_MANAGER: 2 + 7 + 15 + 2 * 3,
    # And verdicts and movers of all campaigns, webhooks that were given up, contracts that end, refunds, what is needed
    # at events.
    Role.MARKETING_MANAGER: 2 + 3 + 2 + 8,
    # And requests of individuals with letters of corrections and packages, readings 2; no record of a customer is read.
    Role.PRIVACY_OFFICER: 2 + 3 + 2 + 2 + 1 + 2 + RETENTION,
    Role.RECORDS_ADMINISTRATOR: 2 + 3 + 2 + 2 + RETENTION + SIGNING,
    Role.SECURITY_INVESTIGATOR: 2,
    Role.AUDITOR: 2 + 3 + 2 + 1 + RETENTION,
    # Failed tasks, and whether anybody else has an account; the vault is looked at every five minutes.
    Role.IT_ADMINISTRATOR: 2 + 3,
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("role", list(Role))
def test_home_takes_as_many_statements_for_any_number(client: Client, role: Role, count: int) -> None:
    user = make_user(role)
    make_team(manager=user)
    for number in range(count):
        customer = make_customer(f"C-{number}", user)
        share = make_share(customer, user, f"card-{number}")
        variant = make_campaign(f"spring-{number}").variants.all()[0]
        about = {"material": share.material, "share_id": share.pk, "occurred_at": timezone.now() - timedelta(minutes=1)}
        enroll(customer, variant, *["view"] * 5, "response", **about)
        Interaction.objects.create(
            customer=customer,
            staff=user,
            about="Prices",
            next_step="Ring",
            happened_at=timezone.now() - timedelta(days=2),
        )
    fold_all()
    client.force_login(user)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/")
    assert page.status_code == 200
    assert len(queries) == STATEMENTS[role]


@pytest.mark.parametrize("role", list(Role))
def test_an_empty_home_says_what_to_do(client: Client, role: Role) -> None:
    client.force_login(make_user(role))
    page = client.get("/").content.decode()
    said = ('class="quiet"', "opens no records at present", "Create the accounts for your agency")
    assert any(words in page for words in said)
    assert "None</" not in page


def test_who_has_nobody_to_call_finds_first_what_waits(client: Client, sales: User) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = client.get("/").content.decode()
    assert page.count('id="duties"') == 1
    assert page.index('id="duties"') < page.index('id="campaigns"')
    client.force_login(sales)
    page = client.get("/").content.decode()
    assert page.count('id="duties"') == 1
    assert page.index('id="calls"') < page.index('id="duties"')


def test_an_officers_home_reads_no_customer(client: Client, sales: User) -> None:
    """They see everybody, which is no reason to be shown somebody unasked: their home reads nobody."""
    customer = make_customer("C-1", sales, name="Ada Unasked")
    engage(customer, "view", material=make_material("card"), occurred_at=timezone.now())
    fold_all()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    assert "Ada Unasked" not in client.get("/").content.decode()
    assert not AccessEntry.objects.filter(place="home").exists()
    client.force_login(sales)
    assert "Ada Unasked" in client.get("/").content.decode()
    assert AccessEntry.objects.filter(place="home").exists()


def test_a_call_is_logged_from_home_and_a_share_from_the_customers_page(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    engage(customer, "view", material=make_material("card"), occurred_at=timezone.now())
    fold_all()
    client.force_login(sales)
    assert f'href="{reverse("interactions_new", args=[customer.key])}"' in client.get("/").content.decode()
    page = client.get(f"/customers/{customer.key}/").content.decode()
    assert f'href="/shares/new/?key={customer.key}"' in page


def test_the_reading_of_home_is_logged_with_everybody_who_is_shown(client: Client, sales: User) -> None:
    called, shared = make_customer("C-1", sales), make_customer("C-2", sales)
    engage(called, "view", material=make_material("card"), occurred_at=timezone.now())
    make_share(shared, sales, "list")
    fold_all()
    client.force_login(sales)
    client.get("/")
    entry = AccessEntry.objects.filter(kind="shown", place="home").get()
    assert (entry.records, entry.key) == (2, "list")
    assert viewer_of(called).customer == called
