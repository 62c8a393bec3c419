"""Home and the two reports as pages."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.folding import fold_all
from campaigns.models import Campaign
from privacy.models import User
from privacy.roles import Role
from records.models import Customer, Import, Organization, Survey
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
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold_cache() -> None:
    cache.clear()


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def text_of(client: Client, address: str) -> str:
    """The page's words, runs of white space as one space."""
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def spring_campaign(people: int = 40) -> Campaign:
    """A control in which nobody answers and a letter that everybody answers."""
    campaign = make_campaign("spring")
    control, letter = campaign.variants.order_by("position")
    for number in range(people):
        enroll(make_customer(f"C-{number}"), control)
        enroll(make_customer(f"L-{number}"), letter, "response")
    fold_all()
    return campaign


def test_the_campaigns_page_tells_the_finding_with_its_interval(client: Client) -> None:
    spring_campaign()
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/campaigns/spring/")
    assert "letter: +100.00 points over the control, 95% interval 87.61 to 100.00: a clear difference" in page
    assert page.count('<span class="absent">not recorded</span>') == 2 * 4
    assert "The one difference from the control is clear." in page
    assert "Everything that was recorded has one date, March 10, 2026: there is nothing to chart by day." in page


def test_the_campaigns_page_says_what_came_of_its_test_before_any_number(client: Client) -> None:
    spring_campaign(20)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/campaigns/spring/")
    assert page.count("letter wins: +100.00 points") == 1
    assert page.index("letter wins: +100.00 points") < page.index('<dl class="cards">') < page.index('id="test"')


def test_a_page_with_a_picture_loads_the_script_and_one_without_does_not(client: Client) -> None:
    spring_campaign(6)
    make_campaign("empty")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "vendor/vega.js" in text_of(client, "/campaigns/spring/")
    for address in ("/campaigns/empty/", "/campaigns/", "/"):
        assert "vendor/vega.js" not in text_of(client, address)


def test_a_campaign_without_numbers_says_when_they_come(client: Client) -> None:
    make_campaign("empty")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    assert "They appear within seconds after its engagement is imported." in text_of(client, "/campaigns/empty/")


def test_what_waits_for_the_fold_is_said(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales)
    engage(customer, "response", "response")
    assert "2 events waiting to be counted" in text_of(client, f"/customers/{customer.key}/")
    fold_all()
    assert "Up to date, last counted" in text_of(client, f"/customers/{customer.key}/")


def test_the_customers_page_shows_people_and_machines_side_by_side(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann", email="ann@example.com")
    card = make_share(customer, sales, "rate-card").material
    engage(customer, "view", material=card)
    engage(customer, "view", "view", material=card, signals=1)
    engage(customer, "page", material=card, page=1, dwell_ms=65_000)
    fold_all()
    page = text_of(client, f"/customers/{customer.key}/")
    assert '<span class="card-value">1</span><span class="card-note">3 with scanners and previews</span>' in page
    assert "1 min 5 s" in page
    assert "1 view on 1 day, the last on March 10, 2026." in page
    assert '<a href="mailto:ann@example.com">' in page


def test_clock_times_are_the_readers_and_days_the_agencys(client: Client) -> None:
    for zone, shown in (("America/New_York", "Mar 10, 2026, 11:00 PM"), ("Asia/Tokyo", "Mar 11, 2026, 12:00 PM")):
        user = make_user(Role.SALES, f"In {zone[:3]}", time_zone=zone)
        customer = make_customer(f"C-{zone[:3]}", user)
        engage(customer, "view", material=make_material(zone[:3].lower()), occurred_at=NOON + timedelta(hours=11))
        fold_all()
        client.force_login(user)
        page = text_of(client, f"/customers/{customer.key}/")
        assert shown in page
        assert "the last on March 10, 2026." in page
        assert f"Clock times are in {zone}." in page


@pytest.mark.parametrize("people", [1, 30])
def test_a_campaigns_page_takes_the_same_statements_for_any_size(client: Client, people: int) -> None:
    spring_campaign(people)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    client.get("/campaigns/spring/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/campaigns/spring/")
    # The user, the campaign, its report's five, notes.
    assert len(queries) == 8


def test_home_of_sales_shows_own_customers_views_and_shares(client: Client, sales: User) -> None:
    mine, other = make_customer("C-1", sales, name="Ann"), make_customer("C-2", name="Not theirs")
    share, visit = make_share(mine, sales, "rate-card"), uuid.uuid4()
    for customer, through in ((mine, share.pk), (other, None)):
        for kind in ("visit", "view"):
            about = {"material": share.material, "share_id": through, "visit_id": visit}
            engage(customer, kind, occurred_at=timezone.now(), **about)
    fold_all()
    page = text_of(client, "/")
    # To be called, seen today, among one's customers, and who got the last share.
    assert page.count(">Ann</a>") == 4
    assert 'viewed <span class="what">Rate-Card</span>' in page
    assert "What you shared last" in page
    assert "Not theirs" not in page


def test_home_of_a_manager_shows_the_teams_customers(client: Client) -> None:
    ann, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES_MANAGER)
    make_team(ann, manager=manager)
    engage(make_customer("C-1", ann, name="Hers"), "view", material=make_material("card"))
    fold_all()
    client.force_login(manager)
    page = text_of(client, "/")
    assert """Your team's customers <span class="count">1</span>""" in page
    assert ">Hers</a>" in page


def test_home_of_marketing_tells_each_campaigns_best_lift(client: Client) -> None:
    spring_campaign()
    make_campaign("empty")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/")
    assert "Response rate 100.00% in letter: +100.00 points over the control" in page
    assert "nothing recorded yet" in page
    assert "People and machines" not in text_of(client, "/campaigns/spring/")


def test_home_puts_campaigns_without_dates_last(client: Client) -> None:
    for slug, starts_on in (("old", "2025-01-01"), ("undated", None), ("new", "2026-01-01")):
        Campaign.objects.create(slug=slug, name=slug.title(), starts_on=starts_on)
    client.force_login(make_user(Role.MARKETING_MANAGER))
    page = text_of(client, "/")
    assert page.index(">New</a>") < page.index(">Old</a>") < page.index(">Undated</a>")


def test_home_says_where_no_variant_beats_the_control_and_where_there_is_one_only(client: Client) -> None:
    control, letter = make_campaign("spring").variants.order_by("position")
    enroll(make_customer("C-1"), control, "response")
    enroll(make_customer("C-3"), letter)
    (alone,) = make_campaign("autumn", ["all"]).variants.all()
    enroll(make_customer("C-2"), alone, "response")
    fold_all()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    page = text_of(client, "/")
    assert "Response rate 100.00% in control: no variant beats the control" in page
    assert "one variant only: nothing to compare" in page
    note = "the difference from the control, then its 95% confidence interval"
    assert note in text_of(client, "/campaigns/spring/")
    assert note not in text_of(client, "/campaigns/autumn/")


def test_home_of_the_it_administrator_leads_to_accounts_and_failed_tasks(client: Client) -> None:
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    page = text_of(client, "/")
    assert 'href="/administration/privacy/user/"' in page
    assert 'href="/administration/config/failedtask/"' in page
    assert 'href="/customers/"' not in page


def test_home_without_a_role_says_who_gives_one(client: Client) -> None:
    client.force_login(make_user(None))
    assert "Your account has no role yet. An IT administrator assigns roles." in text_of(client, "/")


def test_made_up_data_are_announced_on_every_page(client: Client) -> None:
    note = "Demonstration data: every customer, campaign and number here is made up."
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    assert note not in text_of(client, "/")
    make_user(Role.AUDITOR, is_demo=True)
    cache.clear()
    for address in ("/", "/account/second-factor/", "/administration/", "/administration/privacy/user/"):
        assert note in text_of(client, address)
    assert note in client.get("/nowhere/").content.decode()


MIXED = "Demonstration and real data: what is made up is marked."


def brought_in(**fields: object) -> Import:
    return Import.objects.create(
        kind="customers", finished_at=NOON, **{"state": "done", "loaded": 1, "read": 1, **fields}
    )


def made_up_customer(number: str) -> Customer:
    customer = make_customer(number)
    customer.source_import = brought_in(is_demo=True)
    customer.save()
    return customer


@pytest.mark.parametrize(
    ("make", "is_real"),
    [
        (lambda: made_up_customer("C-1"), False),
        (lambda: Campaign.objects.create(slug="demo", name="Demo", is_demo=True), False),
        (lambda: brought_in(read=0, loaded=0), False),
        (lambda: brought_in(state="undone"), False),
        (lambda: make_customer("C-1"), True),
        (lambda: make_campaign("spring"), True),
        (lambda: brought_in(), True),
        (lambda: Organization.objects.create(name="Acme"), True),
        (lambda: Survey.objects.create(slug="trust", name="Trust"), True),
    ],
)
def test_beside_real_data_the_note_says_that_what_is_made_up_is_marked(
    client: Client, make: Callable[[], object], is_real: bool
) -> None:
    make_user(Role.AUDITOR, is_demo=True)
    client.force_login(make_user(Role.IT_ADMINISTRATOR))
    make()
    for address in ("/", "/administration/"):
        assert (MIXED in text_of(client, address)) is is_real


def test_a_made_up_customer_is_marked_on_the_page_and_in_the_list(client: Client) -> None:
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    made, real = made_up_customer("C-1"), make_customer("C-2")
    assert '<span class="tag">Made up</span>' in text_of(client, f"/customers/{made.key}/")
    assert '<span class="tag">Made up</span>' not in text_of(client, f"/customers/{real.key}/")
    page = text_of(client, "/customers/")
    assert 'Customer C-1</a> <span class="tag">Made up</span></th>' in page
    assert page.count("Made up") == 1


def test_a_made_up_campaign_and_organization_are_marked_in_their_lists(client: Client) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    Campaign.objects.create(slug="demo", name="Demo", is_demo=True)
    acme = Organization.objects.create(name="Acme", source_import=brought_in(is_demo=True))
    Organization.objects.create(name="Real")
    assert 'Demo</a> <span class="tag">Made up</span></th>' in text_of(client, "/campaigns/")
    assert text_of(client, "/records/organizations/").count('<span class="tag">Made up</span>') == 1
    assert '<span class="tag">Made up</span>' in text_of(client, f"/records/organizations/{acme.key}/")


def test_a_manager_assigns_ticked_customers_confirms_and_undoes(client: Client) -> None:
    ann, ben, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER)
    make_team(ann, ben, manager=manager)
    chosen, left = make_customer("C-1", ann), make_customer("C-2", ann)
    client.force_login(manager)
    sent = {"key": [str(chosen.key)], "filters": "search=customer&page=1"}
    nothing = client.post("/customers/assign/", {"filters": "search=customer&page=1"})
    assert nothing["Location"] == "/customers/?search=customer&page=1"
    assert "Assign 1 customer<" in client.post("/customers/assign/", sent).content.decode()
    filled = {**sent, "staff": ben.pk, "mode": "replace", "reason": "nearer"}
    assert "Assign 1 customer to Ben?" in client.post("/customers/assign/", filled).content.decode()
    assert present(chosen) == ["Ann"]
    done = client.post("/customers/assign/", {**filled, "confirmed": "1"}, follow=True)
    assert "Ben got 1 customer; 1 moved from a colleague." in done.content.decode()
    assert (present(chosen), present(left)) == (["Ben"], ["Ann"])
    assert done.redirect_chain == [("/customers/?search=customer&page=1", 302)]
    _undo, change, back = str(next(iter(done.context["messages"])).extra_tags).split()
    undone = client.post("/customers/assign/undo/", {"change": change, "next": back}, follow=True)
    assert undone.redirect_chain == [("/customers/?search=customer&page=1", 302)]
    assert "Undone for 1 customer." in undone.content.decode()
    assert present(chosen) == ["Ann"]


def present(customer: object) -> list[str]:
    return [row.staff.name for row in customer.assignments.filter(until=None)]  # type: ignore[attr-defined]


def test_all_of_a_filtered_list_is_assigned_and_nobody_else(client: Client) -> None:
    ann, ben, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER)
    make_team(ann, ben, manager=manager)
    found = [make_customer(f"C-{number}", ann, name=f"Zoe {number}") for number in range(30)]
    other = make_customer("C-99", ann, name="Yan")
    client.force_login(manager)
    sent = {"all": "1", "filters": "search=zoe", "staff": ben.pk, "mode": "add", "reason": "help", "confirmed": "30"}
    client.post("/customers/assign/", sent)
    assert {tuple(sorted(present(customer))) for customer in found} == {("Ann", "Ben")}
    assert present(other) == ["Ann"]


def test_who_confirms_a_count_that_changed_is_asked_again(client: Client) -> None:
    ann, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES_MANAGER)
    make_team(ann, manager=manager)
    customer = make_customer("C-1", ann)
    client.force_login(manager)
    sent = {"all": "1", "filters": "", "staff": manager.pk, "mode": "replace", "reason": "x", "confirmed": "7"}
    assert "Assign 1 customer to Sales manager?" in client.post("/customers/assign/", sent).content.decode()
    assert present(customer) == ["Ann"]


def test_an_undo_that_nobody_signed_is_refused(client: Client) -> None:
    client.force_login(make_user(Role.SALES_MANAGER))
    moment = timezone.now().isoformat()
    assert client.post("/customers/assign/undo/", {"change": f'"{moment}":made:up'}).status_code == 400
