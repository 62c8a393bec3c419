"""The pages of shares: who sees which, with whose names; links, QR codes, revoking, and the renewal of the visits."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.addresses import share_address
from campaigns.enums import Channel, Grade, Signal
from campaigns.models import Share
from campaigns.revoking import revoke
from privacy.agency import agency_today
from privacy.models import AccessEntry, User
from privacy.roles import Role
from tests.campaigns.shared import shared_with, visit
from tests.events import NOON
from tests.factories import make_customer, make_material, make_team, make_user
from tests.plans import launch, make_plan
from tests.renewals import Opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES, "Sam Sales")
    client.force_login(user)
    return user


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def rows_of(client: Client, address: str = "/shares/") -> list[dict[str, Any]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [{column.label: value for column, value, _ in row["cells"]} for row in answer.context["rows"]]


def signed_in(role: Role, name: str = "") -> Client:
    client = Client()
    client.force_login(make_user(role, name))
    return client


# The list -------------------------------------------------------------------------------------------------------------
def test_sales_see_their_own_shares_with_how_often_each_was_opened(client: Client, sales: User) -> None:
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales)
    visit(share, (1, 4))
    visit(share, signals=Signal.KNOWN_AGENT)
    colleague = make_user(Role.SALES, "Colleague")
    shared_with(make_customer("C-2", colleague), colleague, make_material("list"))

    (row,) = rows_of(client)

    assert (row["Material"], row["Shared with"], row["Shared by"]) == ("Guide", "Ann", "Sam Sales")
    assert (row["State"], row["How"]) == ("Open", "Link shared by staff")
    assert (row["Visits"], row["By people"]) == (2, 1)


def test_a_manager_sees_the_shares_of_the_team_and_an_auditor_all_without_names(sales: User) -> None:
    other = make_user(Role.SALES, "Other")
    shared_with(make_customer("C-1", sales, name="Ann"), sales)
    shared_with(make_customer("C-2", other, name="Ben"), other, make_material("list"))
    manager = make_user(Role.SALES_MANAGER)
    make_team(sales, manager=manager)
    managers = Client()
    managers.force_login(manager)

    assert [row["Shared with"] for row in rows_of(managers)] == ["Ann"]
    for role in (Role.MARKETING_MANAGER, Role.RECORDS_ADMINISTRATOR, Role.AUDITOR):
        everybody = signed_in(role)
        found = rows_of(everybody)
        assert {row["Shared by"] for row in found} == {"Sam Sales", "Other"}
        assert all("Shared with" not in row for row in found)
        assert not re.search(r"\bAnn\b|\bBen\b", text_of(everybody, "/shares/"))
        assert len(rows_of(everybody, "/shares/?search=Ann")) == 2


def test_a_customer_who_went_to_a_colleague_is_not_named_any_more(client: Client, sales: User) -> None:
    customer = make_customer("C-1", sales, name="Ann Quillfeather")
    share = shared_with(customer, sales)
    visit(share, (1, 2))
    visit(share, (1, 2), grade=Grade.UNKNOWN, viewer_id=-7)
    assert "Quillfeather" in text_of(client, f"/shares/{share.key}/")
    customer.assignments.update(until=timezone.now())
    for address in ("/shares/", f"/shares/{share.key}/", f"/shares/made/{share.batch_id}/"):
        assert "Quillfeather" not in text_of(client, address)


def test_the_list_is_narrowed_by_customer_material_and_state(client: Client, sales: User) -> None:
    ann, ben = make_customer("C-1", sales, name="Ann"), make_customer("C-2", sales, name="Ben")
    over, revoked = shared_with(ann, sales), shared_with(ben, sales, make_material("list"))
    shared_with(ben, sales, make_material("map"))
    past = timezone.now() - timedelta(minutes=1)
    Share.objects.filter(pk=over.pk).update(shared_at=past - timedelta(days=1), expires_at=past)
    revoke(Share.objects.filter(pk=revoked.pk), sales)

    def materials(query: str) -> list[str]:
        return [row["Material"] for row in rows_of(client, f"/shares/?{query}")]

    assert materials("search=Ann") == ["Guide"]
    assert materials("search=c-2") == ["Map", "List"]
    assert materials("material=MA") == ["Map"]
    assert materials("state=open") == ["Map"]
    assert materials("state=revoked") == ["List"]
    assert materials("state=expired") == ["Guide"]
    assert materials(f"shared_since={agency_today():%Y-%m-%d}") == ["Map", "List"]
    assert materials("state=nonsense") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        visit(shared_with(make_customer(f"C-{number}", sales), sales))
    client.get("/shares/")
    cache.clear()
    client.get("/shares/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/shares/")
    # The user, what is kept of the list, count, rows, shares of the page, their visits; two
    # log lines.
    assert len(queries) == 6 + 2 * 3


# One share ------------------------------------------------------------------------------------------------------------
def test_a_shares_page_shows_its_visits_and_how_it_opens(client: Client, sales: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://share.example.gov"
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales, passcode="brass lantern", may_download=True)
    visit(share, (1, 65), (3, 5), at=NOON)
    visit(share, at=NOON, signals=Signal.HEAD)
    visit(share, (1, 1), at=NOON, grade=Grade.UNKNOWN, viewer_id=-7)

    page = text_of(client, f"/shares/{share.key}/")

    assert f'value="https://share.example.gov/s/{share.token}/"' in page
    assert '<span class="card-value">2</span><span class="card-note">3 with scanners and previews</span>' in page
    assert "1\xa0min 11\xa0s" in page
    assert 'aria-label="page 1: 1\xa0min 5\xa0s; page 3: 5\xa0s"' in page
    assert "Unknown, through the share to Ann" in page
    assert "HEAD request" in page
    assert "required" in page
    assert "brass" not in page


def test_the_link_stands_first_until_somebody_opens_it_and_the_material_is_one_click_away(
    client: Client, sales: User
) -> None:
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales)
    fresh = text_of(client, f"/shares/{share.key}/")
    visit(share, (1, 65), at=NOON)
    opened = text_of(client, f"/shares/{share.key}/")

    assert fresh.index('id="link"') < fresh.index('id="live-feed"')
    assert opened.index('id="link"') > opened.index('id="live-feed"')
    for page in (fresh, opened):
        assert page.count('id="link"') == 1
        assert f'href="/materials/{share.material.slug}/"' in page


def test_whose_share_it_is_not_does_not_see_it(sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    colleague = signed_in(Role.SALES, "Colleague")
    for address in ("", "qr.svg", "qr.png"):
        assert colleague.get(f"/shares/{share.key}/{address}").status_code == 404
    assert colleague.post(f"/shares/{share.key}/revoke/").status_code == 404
    assert Share.objects.get().revoked_at is None


def test_a_campaigns_link_is_handed_out_by_whoever_serves_the_customer(client: Client, sales: User) -> None:
    """Mary launches it; Sam hands his customer's link out, and ends none. Links by post or of others' are not his."""
    his, other = make_customer("C-1", sales, name="Ann"), make_customer("C-2", make_user(Role.SALES, "Sue"))
    marketing = make_user(Role.MARKETING_MANAGER, "Mary Marketing")
    campaign = launch(make_plan(owner=marketing, channels=[Channel.LINK]))
    share, hidden = (Share.objects.get(recipient__customer=one) for one in (his, other))
    page = text_of(client, f"/shares/{share.key}/")
    assert share_address(share) in page
    assert "Revoke" not in page
    assert client.get(f"/shares/{share.key}/qr.svg").status_code == 200
    assert client.post(f"/shares/{share.key}/revoke/").status_code == 404
    assert client.get(f"/shares/{hidden.key}/").status_code == 404
    assert client.get(f"/shares/{hidden.key}/qr.png").status_code == 404
    assert f'href="/shares/{share.key}/"' in text_of(client, f"/customers/{his.key}/")
    assert rows_of(client) == []  # what he shared himself
    for changed in ({"channel": Channel.PRINT}, {"channel": Channel.LINK, "variant": None, "campaign": None}):
        Share.objects.filter(pk=share.pk).update(**changed)
        assert client.get(f"/shares/{share.key}/").status_code == 404
    assert campaign.owner == marketing


def test_who_may_only_look_gets_no_link(sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    for role in (Role.AUDITOR, Role.PRIVACY_OFFICER, Role.RECORDS_ADMINISTRATOR):
        page = text_of(signed_in(role), f"/shares/{share.key}/")
        assert share.token not in page
        assert "Revoke" not in page


def test_reading_a_share_is_logged_as_one_person_and_hidden_ones_are_not_read(client: Client, sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    client.get(f"/shares/{share.key}/")
    signed_in(Role.AUDITOR).get(f"/shares/{share.key}/")
    logged = AccessEntry.objects.filter(place="share").order_by("at").values_list("kind", "key", "records", "user_id")
    assert list(logged) == [("intent", "list", None, sales.pk), ("shown", "list", 1, sales.pk)]


@pytest.mark.parametrize("visits", [1, 3])
def test_a_shares_page_takes_the_same_statements_for_any_number(client: Client, sales: User, visits: int) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    for _ in range(visits):
        visit(share, (1, 1), (2, 1))
    client.get(f"/shares/{share.key}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/shares/{share.key}/")
    # The user, the share, the visits, whether it is theirs; two log lines.
    assert len(queries) == 4 + 2 * 3


# Its renewal ----------------------------------------------------------------------------------------------------------
def test_a_new_visit_is_in_the_next_renewal_which_is_logged_no_more(
    client: Client, sales: User, django_capture_on_commit_callbacks: Any
) -> None:
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales)
    page = Opened(client, f"/shares/{share.key}/")
    logged = AccessEntry.objects.count()
    assert page.renew().status_code == 304

    with django_capture_on_commit_callbacks(execute=True):
        visit(share, (2, 42))

    assert "Page 2: 42\xa0s" in page.renew().content.decode()
    assert AccessEntry.objects.count() == logged
    assert page.renew().status_code == 304


def test_what_is_thought_otherwise_of_a_visit_renews_the_page(
    client: Client, sales: User, django_capture_on_commit_callbacks: Any
) -> None:
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales)
    visit(share)
    page = Opened(client, f"/shares/{share.key}/")
    other = shared_with(make_customer("C-2", sales), sales)
    with django_capture_on_commit_callbacks(execute=True):
        visit(other)
    assert page.renew().status_code == 304
    with django_capture_on_commit_callbacks(execute=True):
        visit(share, signals=Signal.HONEYPOT)
    assert page.renew().status_code == 200


@pytest.mark.parametrize("visits", [1, 3])
def test_a_renewal_takes_the_same_statements_for_any_number(
    client: Client, sales: User, visits: int, django_capture_on_commit_callbacks: Any
) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    page = Opened(client, f"/shares/{share.key}/")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(visits):
            visit(share, (1, 1))
    with CaptureQueriesContext(connection) as queries:
        assert page.renew().status_code == 200
    # The user, the share, the visits, whether it is theirs.
    assert len(queries) == 4


# Link and end ---------------------------------------------------------------------------------------------------------
def test_the_qr_code_says_the_link(client: Client, sales: User) -> None:
    from campaigns import qr_codes

    share = shared_with(make_customer("C-1", sales), sales)
    svg, png = (client.get(f"/shares/{share.key}/qr.{kind}") for kind in ("svg", "png"))
    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    assert svg.content == qr_codes.svg(share_address(share))
    assert png.content == qr_codes.png(share_address(share))


def test_revoking_ends_a_share_at_once_and_once(client: Client, sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    answer = client.post(f"/shares/{share.key}/revoke/", follow=True)
    assert "Revoked: the link no longer opens anything." in answer.content.decode()
    assert share.token not in answer.content.decode()
    revoked = Share.objects.get()
    assert revoked.revoked_by == sales
    assert revoked.revoked_at is not None
    assert not Share.objects.open().exists()
    client.post(f"/shares/{share.key}/revoke/")
    assert Share.objects.get().revoked_at == revoked.revoked_at


def test_a_manager_ends_the_shares_of_the_team_and_nobody_elses(sales: User) -> None:
    outsider = make_user(Role.SALES, "Outsider")
    mine = shared_with(make_customer("C-1", sales), sales)
    theirs = shared_with(make_customer("C-2", outsider), outsider, make_material("list"))
    manager = make_user(Role.SALES_MANAGER)
    make_team(sales, manager=manager)

    assert revoke(Share.objects.all(), manager) == 1

    assert Share.objects.get(pk=mine.pk).revoked_by == manager
    assert Share.objects.get(pk=theirs.pk).revoked_at is None
    assert revoke(Share.objects.all(), make_user(Role.MARKETING_MANAGER)) == 1


def test_addresses_begin_with_the_setting(sales: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://share.example.gov"
    share = shared_with(make_customer("C-1", sales), sales)
    assert share_address(share) == f"https://share.example.gov/s/{share.token}/"


# What was made at once ------------------------------------------------------------------------------------------------
def test_the_links_of_one_step_and_their_end(client: Client, sales: User) -> None:
    share = shared_with(make_customer("C-1", sales, name="Ann"), sales)
    page = text_of(client, f"/shares/made/{share.batch_id}/")
    assert "Ann" in page
    assert share_address(share) in page
    assert "All are open." in page

    answer = client.post(f"/shares/made/{share.batch_id}/revoke/", follow=True)

    assert "Revoked: 1 link. No one can open them anymore." in answer.content.decode()
    assert "None of them opens anymore." in answer.content.decode()
    assert Share.objects.get().revoked_by == sales


def test_what_another_made_is_not_there(sales: User) -> None:
    share = shared_with(make_customer("C-1", sales), sales)
    colleague = signed_in(Role.SALES, "Colleague")
    assert colleague.get(f"/shares/made/{share.batch_id}/").status_code == 404
    assert colleague.get(f"/shares/made/{share.batch_id}/letters.csv").status_code == 404
    assert colleague.post(f"/shares/made/{share.batch_id}/revoke/").status_code == 404
    assert Share.objects.open().count() == 1
