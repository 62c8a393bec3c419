"""Pages that renew themselves: nothing is read where nothing was touched, and a renewal shows no more than its page."""

import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.exceptions import RedisError

from analytics.folding import fold_all
from analytics.rebuild import rebuild
from privacy.models import AccessEntry, User
from privacy.purposes import Basis
from privacy.renewing import versions
from privacy.renewing.versions import touch, touch_everything, values_of, version_of
from privacy.roles import Role
from privacy.session_store import SessionStore
from records.models import Customer
from tests.campaigns.shared import shared_with, visit
from tests.factories import (
    NOON,
    engage,
    enroll,
    make_campaign,
    make_customer,
    make_material,
    make_team,
    make_user,
)
from tests.renewals import Opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test stands at the edge of two steps of the clock."""
    cache.clear()
    monkeypatch.setattr(versions, "step", lambda: 1)


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES, "Sam Sales")
    client.force_login(user)
    return user


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What a test does inside is as if it were committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def version(*subjects: str) -> str:
    return version_of(values_of(subjects))


# Versions -----------------------------------------------------------------------------------------------------------


def test_a_version_changes_when_one_of_its_subjects_is_touched_and_with_no_other(committed: Any) -> None:
    before = version("campaign:1", "campaign:2")
    with committed():
        touch("campaign:3")
    assert version("campaign:1", "campaign:2") == before
    with committed():
        touch("campaign:2", "campaign:4")
    assert version("campaign:1", "campaign:2") != before
    assert version("campaign:2", "campaign:1") == version("campaign:1", "campaign:2")


def test_touching_everything_changes_every_version(committed: Any) -> None:
    before = [version("campaign:1"), version("staff:9"), version()]
    with committed():
        touch_everything()
    assert not set(before) & {version("campaign:1"), version("staff:9"), version()}


def test_nothing_is_touched_before_the_transaction_commits_nor_when_it_does_not(
    django_capture_on_commit_callbacks: Any,
) -> None:
    before = version("campaign:1")
    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        touch("campaign:1")
    assert version("campaign:1") == before
    (call,) = waiting
    call()
    assert version("campaign:1") != before
    touched = version("campaign:1")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        touch("campaign:1")
        transaction.set_rollback(True)
    assert version("campaign:1") == touched


def test_a_redis_that_is_away_when_pages_are_told_keeps_nobody_from_what_they_did(
    committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_options: object) -> None:
        raise RedisError("away")

    monkeypatch.setattr(cache, "set_many", away)
    with committed() as called:
        touch("customer:1")
    assert len(called) == 1


def test_a_redis_that_lost_everything_does_not_look_like_what_pages_hold(committed: Any) -> None:
    untouched = version("campaign:1")
    with committed():
        touch("campaign:1")
    cache.clear()
    assert version("campaign:1") != untouched


def test_the_clock_makes_good_what_redis_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version("campaign:1")
    monkeypatch.setattr(versions, "step", lambda: 2)
    assert version("campaign:1") != before


def test_a_step_takes_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    now = 1_000_000 * versions.STEP
    for seconds, found in ((0, 1_000_000), (299.9, 1_000_000), (300, 1_000_001)):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: now + seconds)
        assert versions.step() == found


def test_a_touched_version_outlives_the_longest_session(committed: Any) -> None:
    with committed():
        touch("campaign:1")
    name = cache.make_key(f"{versions.PREFIX}campaign:1")
    redis = cache._cache.get_client()  # type: ignore[attr-defined]  # of the backend that is configured
    assert settings.SESSION_ABSOLUTE_SECONDS < redis.ttl(name) <= 2 * settings.SESSION_ABSOLUTE_SECONDS


# Pages --------------------------------------------------------------------------------------------------------------


def opened_pages(client: Client, sales: User) -> dict[str, Opened]:
    """One page of each kind, about one customer who was drawn into a campaign and with whom a guide was shared."""
    customer = make_customer("C-1", sales, name="Ann")
    share = shared_with(customer, sales)
    campaign = make_campaign()
    enroll(customer, campaign.variants.all()[0], "view", material=share.material)
    fold_all()
    addresses = {
        "home": "/",
        "campaign": "/campaigns/spring/",
        "customer": f"/customers/{customer.key}/",
        "material": "/materials/guide/",
        "share": f"/shares/{share.key}/",
    }
    return {name: Opened(client, address) for name, address in addresses.items()}


def test_an_unchanged_page_of_each_kind_is_answered_without_a_query_or_a_body(client: Client, sales: User) -> None:
    for name, page in opened_pages(client, sales).items():
        with CaptureQueriesContext(connection) as queries:
            answer = page.renew()
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", page.version), name
        assert len(queries) == 0, name
        assert answer["Cache-Control"] == "private, no-store"


def test_a_view_by_a_person_renews_each_page_that_is_about_it(client: Client, sales: User, committed: Any) -> None:
    pages = opened_pages(client, sales)
    logged = AccessEntry.objects.count()
    other = make_customer("C-2", make_user(Role.SALES, "Another"))
    with committed():
        engage(other, "view", material=make_material("other"))
        fold_all()
    assert [page.renew().status_code for page in pages.values()] == [304] * 5

    colleague = make_user(Role.SALES, "Colleague")
    with committed():
        visit(shared_with(make_customer("C-3", colleague), colleague))
        fold_all()
    found = {name: page.renew().status_code for name, page in pages.items()}
    assert found == {"home": 304, "campaign": 304, "customer": 304, "material": 200, "share": 304}

    ann = Customer.objects.get(number="C-1")
    with committed():
        enroll(ann, make_campaign("autumn").variants.all()[0], "view")
        visit(ann.viewers.get().shares.get())
        fold_all()
    found = {name: page.renew().status_code for name, page in pages.items()}
    assert found == {"home": 200, "campaign": 304, "customer": 200, "material": 200, "share": 200}
    assert AccessEntry.objects.count() == logged
    assert [page.renew().status_code for page in pages.values()] == [304] * 5


def test_a_renewal_holds_the_live_parts_alone(client: Client, sales: User, committed: Any) -> None:
    pages = opened_pages(client, sales)
    with committed():
        touch_everything()
    for name, page in pages.items():
        answer = page.renew()
        html = answer.content.decode()
        assert "data-live" in html, name
        for whole in ("<html", "<main", "<header", "Skip to the content", "<script"):
            assert whole not in html, name
        assert len(html) < len(page.page) / 1.4, name


def test_a_campaigns_numbers_are_in_its_renewal(client: Client, sales: User, committed: Any) -> None:
    page = opened_pages(client, sales)["campaign"]
    assert '<span class="measure">0%</span>' not in page.page
    with committed():
        enroll(make_customer("C-2", sales), make_campaign_of("spring"), "response")
        fold_all()
    html = page.renew().content.decode()
    assert "50" in html
    assert "By variant" in html


def make_campaign_of(slug: str) -> Any:
    from campaigns.models import Variant

    return Variant.objects.filter(campaign__slug=slug).order_by("position")[0]


def test_a_page_that_says_that_something_waits_is_renewed_when_it_was_counted(
    client: Client, sales: User, committed: Any
) -> None:
    make_campaign()
    enroll(make_customer("C-1", sales), make_campaign_of("spring"))
    fold_all()
    engage(make_customer("C-2"), "view")
    page = Opened(client, "/campaigns/spring/")
    assert "1 event waiting to be counted" in page.page
    assert page.renew().status_code == 304
    with committed():
        fold_all()
    assert "Up to date" in page.renew().content.decode()
    with committed():
        engage(make_customer("C-3"), "view")
        fold_all()
    assert page.renew().status_code == 304


def test_what_leaves_the_log_and_a_rebuild_renew_every_page(client: Client, sales: User, committed: Any) -> None:
    pages = opened_pages(client, sales)
    with committed():
        rebuild()
    assert [page.renew().status_code for page in pages.values()] == [200] * 5


def test_a_fold_of_very_many_viewers_renews_every_page(
    client: Client, sales: User, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened_pages(client, sales)["customer"]
    monkeypatch.setattr("analytics.touching.MOST", 1)
    with committed():
        for number in (7, 8):
            engage(make_customer(f"C-{number}"), "view", occurred_at=NOON)
        fold_all()
    assert page.renew().status_code == 200


def test_a_managers_home_follows_what_their_people_customers_do(committed: Any) -> None:
    sales, manager, client = make_user(Role.SALES, "Ann"), make_user(Role.SALES_MANAGER), Client()
    make_team(sales, manager=manager)
    customer = make_customer("C-1", sales)
    client.force_login(manager)
    page = Opened(client, "/")
    with committed():
        engage(customer, "view", material=make_material("card"))
        fold_all()
    assert page.renew().status_code == 200


@pytest.mark.parametrize("role", [Role.MARKETING_MANAGER, Role.PRIVACY_OFFICER, Role.AUDITOR, Role.IT_ADMINISTRATOR])
def test_the_home_of_others_follows_all_that_is_counted(role: Role, committed: Any) -> None:
    client = Client()
    client.force_login(make_user(role))
    page = Opened(client, "/")
    assert page.renew().status_code == 304
    with committed():
        engage(make_customer("C-1"), "view")
        fold_all()
    assert page.renew().status_code == 200


# Who may ------------------------------------------------------------------------------------------------------------


def test_a_mark_is_good_for_its_session_and_address_alone(client: Client, sales: User, committed: Any) -> None:
    pages = opened_pages(client, sales)
    with committed():
        touch_everything()
    customer = pages["customer"]
    colleague, again = Client(), Client()
    colleague.force_login(make_user(Role.SALES, "Colleague"))
    again.force_login(sales)
    for asked_by, address, mark in (
        (client, pages["home"].address, customer.mark),
        (client, f"{customer.address}?page=2", customer.mark),
        (client, customer.address, f"{customer.mark}x"),
        (client, customer.address, ""),
        (colleague, customer.address, customer.mark),
        (again, customer.address, customer.mark),
        (Client(), customer.address, customer.mark),
    ):
        answer = asked_by.get(address, headers={"X-Renew": mark})
        assert (answer.status_code, answer.content) == (403, b"Open this page anew.")
    assert customer.renew().status_code == 200


def test_a_mark_ends_with_its_session(client: Client, sales: User, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened_pages(client, sales)["share"]
    later = time.time() + settings.SESSION_IDLE_SECONDS + 120
    monkeypatch.setattr("privacy.renewing.watching.time.time", lambda: later)
    assert page.renew().status_code == 403


def test_renewals_do_not_keep_the_session_alive(client: Client, sales: User) -> None:
    page = opened_pages(client, sales)["share"]
    session = SessionStore(client.session.session_key)
    session["session_seen"] = seen = int(time.time()) - 600
    session.save()
    assert page.renew().status_code == 304
    cache.clear()
    assert page.renew().status_code == 200
    assert SessionStore(client.session.session_key)["session_seen"] == seen


def test_whoever_reads_for_something_else_now_opens_the_page_anew(client: Client, sales: User, committed: Any) -> None:
    page = opened_pages(client, sales)["share"]
    other = Basis(1)
    client.post("/basis/", {"basis": other.name, "next": "/"})
    logged = AccessEntry.objects.filter(place="share").count()
    with committed():
        touch_everything()
    assert page.renew().status_code == 403
    assert AccessEntry.objects.filter(place="share").count() == logged


def test_whoever_may_no_longer_see_it_gets_no_renewal(client: Client, sales: User, committed: Any) -> None:
    pages = opened_pages(client, sales)
    sales.groups.clear()
    with committed():
        touch_everything()
    for name in ("customer", "share", "campaign", "material"):
        answer = pages[name].renew()
        assert (answer.status_code, b"Ann" in answer.content) == (403, False), name
    assert "Ann" not in pages["home"].renew().content.decode()


def test_a_page_that_was_refused_its_records_does_not_renew_itself(client: Client, sales: User) -> None:
    client.post("/basis/", {"basis": "purpose-13", "next": "/"})
    page = client.get("/").content.decode()
    assert ('class="renewal"' in page) == ("No customers are shown." not in page)


def test_only_asking_renews(client: Client, sales: User) -> None:
    page = opened_pages(client, sales)["share"]
    assert client.post(page.address, headers={"X-Renew": page.mark}).status_code in (403, 405)
    assert client.head(page.address, headers={"X-Renew": page.mark}).status_code == 200
