"""The lists: what is in them, what the address chooses, and how many statements they take."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics.folding import fold_all
from campaigns.models import Campaign
from privacy.agency import agency_today
from privacy.models import User
from privacy.roles import Role
from records.models import (
    Customer,
    CustomerAssignment,
    CustomerQuerySet,
    ListMembership,
    MailingList,
    Organization,
    Territory,
)
from tests.asked import AskedStatements
from tests.exporting import csv_rows
from tests.factories import engage, enroll, make_campaign, make_customer, make_material, make_team, make_user

pytestmark = pytest.mark.django_db


def rows_of(client: Client, address: str) -> list[dict[str, Any]]:
    """The visible rows, from column name to value."""
    answer = client.get(address)
    assert answer.status_code == 200
    return [row["row"] for row in answer.context["rows"]]


def names(client: Client, address: str) -> list[str]:
    return [row["name"] for row in rows_of(client, address)]


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


def test_a_customers_row_shows_what_the_rollups_say(client: Client, sales: User) -> None:
    organization = Organization.objects.create(name="Acme")
    territory = Territory.objects.create(code="ne", name="Northeast")
    colleague = make_user(Role.SALES, "Colleague")
    customer = make_customer("C-1", sales, colleague, name="Ann", organization=organization, territory=territory)
    material = make_material("card")
    engage(customer, "view", "view", material=material)
    engage(customer, "view", material=material, signals=1)  # a scanner
    engage(customer, "conversion")
    fold_all()
    (row,) = rows_of(client, "/customers/")
    assert {name: str(value) for name, value in row.items()} == {
        "name": "Ann",
        "number": "C-1",
        "organization_name": "Acme",
        "territory_name": "Northeast",
        "staff_names": "Colleague, Sales",
        "views": "2",
        "last_seen_at": "2026-03-10 16:00:00+00:00",
        "conversions": "1",
        "key": str(customer.key),
        "source_import__is_demo": "None",
        "pk": str(customer.pk),
        "engagement": "0.0",  # they came long ago
    }


def test_each_role_sees_its_own_customers(client: Client) -> None:
    ann, ben, outsider = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES, "Out")
    manager = make_user(Role.SALES_MANAGER)
    make_team(ann, ben, manager=manager)
    for number, staff in (("of Ann", ann), ("of Ben", ben), ("of Out", outsider)):
        make_customer(number, staff)
    make_customer("of nobody")
    seen = {}
    for user in (ann, manager, make_user(Role.PRIVACY_OFFICER)):
        client.force_login(user)
        seen[user.name] = [row["number"] for row in rows_of(client, "/customers/")]
    assert seen == {
        "Ann": ["of Ann"],
        "Sales manager": ["of Ann", "of Ben"],
        "Privacy officer": ["of Ann", "of Ben", "of Out", "of nobody"],
    }


@pytest.fixture
def north(client: Client) -> User:
    """A signed-in manager of Ann and Ben in the north, and customers whom they see or do not see."""
    ann, ben, other = (make_user(Role.SALES, name) for name in ("Ann", "Ben", "Other"))
    manager = make_user(Role.SALES_MANAGER)
    team = make_team(ann, ben, manager=manager)
    team.territory = Territory.objects.create(code="north", name="North")
    team.save()
    south = Territory.objects.create(code="south", name="South")
    make_customer("Ann's", ann)
    make_customer("Ann's and Ben's", ann, ben)
    make_customer("Ben's in the south", ben, territory=south)
    make_customer("manager's and other's", manager, other)
    make_customer("nobody's in the north", territory=team.territory)
    make_customer("other's in the north", other, territory=team.territory)
    make_customer("nobody's in the south", territory=south)
    make_customer("nobody's")
    kept = Customer.objects.get(number="Ann's")
    for number, staff in (("merged, Ann's", [ann]), ("merged, nobody's in the north", [])):
        merged = make_customer(number, *staff, territory=team.territory)
        Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
    past = make_customer("was Ann's", ann)
    CustomerAssignment.objects.filter(customer=past).update(until=timezone.now())
    client.force_login(manager)
    return manager


OF_THE_NORTH = ["Ann's", "Ann's and Ben's", "Ben's in the south", "manager's and other's", "nobody's in the north"]


@pytest.mark.parametrize("few", [False, True])
def test_a_manager_sees_their_peoples_and_their_territorys_that_are_nobodys(north: User, few: bool) -> None:
    assert numbers(Customer.objects.visible_to(north, few=few)) == OF_THE_NORTH
    Territory.objects.get(code="north").teams.update(territory=None)
    assert numbers(Customer.objects.visible_to(north, few=few)) == OF_THE_NORTH[:-1]
    north.memberships.update(until=agency_today())
    assert numbers(Customer.objects.visible_to(north, few=few)) == ["manager's and other's"]


def numbers(customers: CustomerQuerySet) -> list[str]:
    return sorted(customers.values_list("number", flat=True))


def test_the_count_is_of_those_who_are_seen(north: User) -> None:
    everybody = [*User.objects.filter(name__in=("Ann", "Ben", "Other")), north]
    counts = {user.name: Customer.objects.count_visible_to(user) for user in everybody}
    assert counts == {"Ann": 2, "Ben": 2, "Other": 2, "Sales manager": 5}
    assert Customer.objects.count_visible_to(make_user(Role.PRIVACY_OFFICER)) == 9
    assert Customer.objects.count_visible_to(make_user(Role.IT_ADMINISTRATOR)) == 0
    north.memberships.update(until=agency_today())
    assert Customer.objects.count_visible_to(north) == 1


def test_a_managers_list_counts_and_pages_the_same_people(client: Client, north: User) -> None:
    assert sorted(row["number"] for row in rows_of(client, "/customers/")) == OF_THE_NORTH
    assert [row["number"] for row in rows_with(client, "/customers/", territory="north")] == ["nobody's in the north"]
    pages = [client.get(f"/customers/{filters}").context["page"] for filters in ("", "?territory=north")]
    assert [page.count for page in pages] == [5, 1]


def test_a_managers_first_page_gathers_nobodys_assignments(client: Client, north: User) -> None:
    """What is asked of a range is looked up for each customer; an equality would be gathered for all of them first."""
    with AskedStatements(connection) as queries:
        client.get("/customers/")
    (page,) = [query["sql"] for query in queries if "staff_names" in query["sql"]]
    scopes = page[page.index("WHERE", page.index("conversions")) :]
    assert scopes.count('"customer_id" >= ') == scopes.count('"customer_id" <= ') == 4  # page and keys, two conditions
    assert '"customer_id" IN' not in scopes


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("C-1", ["Ann Abbott"]),
        ("BEN@example.com", ["Ben Baker"]),
        ("ann", ["Ann Abbott", "Anna Chen"]),
        ("  anna ", ["Anna Chen"]),
        ("c-1", ["Ann Abbott"]),
        ("BAK", ["Ben Baker"]),
        ("muller", ["Zoë Ann Müller"]),
        ("Zoe ann mü", ["Zoë Ann Müller"]),
        ("aker", []),
        ("O'Hara", ["Mei O’Hara", "Sean O'Hara"]),
        ("o’hara", ["Mei O’Hara", "Sean O'Hara"]),
        ("Mei  O´H", ["Mei O’Hara"]),
        ("(212) 555-0175", ["Ben Baker"]),
        ("212.555.0175 ext 4", ["Ben Baker"]),
        ("+1 212 555 0175", ["Ben Baker"]),
        ("555-0175", []),
        ("0175", []),
        ("%", []),
        ("C-", []),
    ],
)
def test_search_is_by_number_address_or_beginning_of_the_name(
    client: Client, sales: User, search: str, found: list[str]
) -> None:
    make_customer("C-1", sales, name="Ann Abbott")
    make_customer("C-2", sales, name="Ben Baker", email="ben@example.com", phone="+12125550175")
    make_customer("C-3", sales, name="Anna Chen")
    make_customer("D-4", sales, name="Zoë Ann Müller")
    make_customer("D-5", sales, name="Mei O’Hara")
    make_customer("D-6", sales, name="Sean O'Hara", phone="+13125550142")
    assert [row["name"] for row in rows_with(client, "/customers/", search=search)] == found


def rows_with(client: Client, address: str, **query: str) -> list[dict[str, Any]]:
    return [row["row"] for row in client.get(address, query).context["rows"]]


def test_filters_of_customers_narrow_together(client: Client, sales: User) -> None:
    east, west = (Territory.objects.create(code=code, name=code.title()) for code in ("east", "west"))
    acme = Organization.objects.create(name="Acme Freight")
    seen = make_customer("C-1", sales, name="Seen", territory=east, organization=acme)
    make_customer("C-2", sales, name="Unseen", territory=east)
    make_customer("C-3", sales, name="Elsewhere", territory=west, organization=acme)
    engage(seen, "view", material=make_material("card"))
    fold_all()
    assert names(client, "/customers/?territory=east") == ["Seen", "Unseen"]
    assert names(client, "/customers/?organization=acme") == ["Elsewhere", "Seen"]
    assert names(client, "/customers/?territory=east&organization=acme") == ["Seen"]
    assert names(client, "/customers/?unseen=on") == ["Elsewhere", "Unseen"]
    assert names(client, "/customers/?engaged_since=2026-03-10") == ["Seen"]
    assert names(client, "/customers/?engaged_since=2026-03-11") == []


def test_a_manager_filters_by_colleague_and_sales_staff_cannot(client: Client) -> None:
    ann, ben, manager = make_user(Role.SALES, "Ann"), make_user(Role.SALES, "Ben"), make_user(Role.SALES_MANAGER)
    make_team(ann, ben, manager=manager)
    make_customer("C-1", ann, name="Hers")
    make_customer("C-2", ben, name="His")
    client.force_login(manager)
    assert names(client, f"/customers/?staff={ann.pk}") == ["Hers"]
    client.force_login(ann)
    assert names(client, f"/customers/?staff={ben.pk}") == ["Hers"]


def test_a_filter_that_makes_no_sense_shows_nothing_and_says_so(client: Client, sales: User) -> None:
    make_customer("C-1", sales)
    answer = client.get("/customers/?engaged_since=yesterday")  # two days without a word are a range
    assert answer.context["rows"] == []
    page = answer.content.decode()
    assert "Engaged: Enter a valid date. Nothing is shown until the filter is fixed." in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_engaged_0_error"' in page
    assert 'aria-describedby="id_engaged_0_error"' in page
    assert "Nothing matches" not in page
    export = client.get("/exports/new/?of=customers&engaged_since=yesterday&format=csv")
    assert export.status_code == 400
    assert "is not valid: Enter a valid date." in export.content.decode()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["Ann", "Ben", "Cyd"]),
        ("-name", ["Cyd", "Ben", "Ann"]),
        ("views", ["Cyd", "Ann", "Ben"]),
        ("-views", ["Ben", "Ann", "Cyd"]),
        ("-last_seen_at", ["Ann", "Ben", "Cyd"]),
        ("password", ["Ann", "Ben", "Cyd"]),
    ],
)
def test_columns_sort_both_ways_and_rows_without_a_value_come_last(
    client: Client, sales: User, sort: str, order: list[str]
) -> None:
    ann, ben = make_customer("C-1", sales, name="Ann"), make_customer("C-2", sales, name="Ben")
    make_customer("C-3", sales, name="Cyd")
    card = make_material("card")
    engage(ann, "view", material=card)
    engage(ben, "view", "view", material=card)
    fold_all()
    assert [row["name"] for row in rows_with(client, "/customers/", sort=sort)] == order


SORTS = ["name", "-name", "-number", "staff_names", "views", "-views", "last_seen_at", "-last_seen_at"]


@pytest.mark.parametrize("sort", SORTS)
def test_the_pages_of_a_list_hold_each_row_once_in_the_order_of_the_file(
    client: Client, sales: User, sort: str
) -> None:
    colleague = make_user(Role.SALES, "Colleague")
    card = make_material("card")
    for number in range(60):
        staff = [sales, colleague] if number % 3 else [sales]
        customer = make_customer(f"C-{number:02}", *staff, name=f"Ann {number % 7}")
        if number % 4 == 0:
            engage(customer, *["view"] * (1 + number % 5), material=card)
    fold_all()
    file = [row[1] for row in csv_rows(client, "customers", f"sort={sort}")[1:]]
    assert len(set(file)) == 60
    assert [[row["number"] for row in rows] for rows in walked(client, sort, "next")] == [
        file[:25], file[25:50], file[50:],
    ]  # fmt: skip
    assert [[row["number"] for row in rows] for rows in walked(client, f"{sort}&at=end", "prev")] == [
        file[35:], file[10:35], file[:10],
    ]  # fmt: skip


def walked(client: Client, query: str, rel: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of a list's pages, each led to by the one before."""
    address: str | None = f"/customers/?sort={query}"
    while address:
        answer = client.get(address)
        yield [row["row"] for row in answer.context["rows"]]
        links = {name: target for _, target, name in answer.context["neighbours"]}
        address = f"/customers/{links[rel]}" if rel in links else None


def test_a_page_works_out_the_cells_of_its_own_rows_alone_and_skips_none(client: Client, sales: User) -> None:
    for number in range(60):
        make_customer(f"C-{number}", sales)
    with AskedStatements(connection) as queries:
        client.get("/customers/?at=end")
    (page,) = [query["sql"] for query in queries if "staff_names" in query["sql"]]
    keys = page[page.index(" IN (SELECT") :]
    assert "DESC" in keys  # sought from the end
    assert "string_agg" not in keys
    assert not any("OFFSET" in query["sql"] for query in queries)


def test_pages_keep_the_filter_in_their_addresses(client: Client, sales: User) -> None:
    for number in range(60):
        make_customer(f"C-{number}", sales, name=f"Ann {number:02}")
    page = client.get("/customers/?search=ann&size=25&at=end")
    assert [row["row"]["name"] for row in page.context["rows"]] == [f"Ann {number}" for number in range(35, 60)]
    (first, previous) = page.context["neighbours"]
    assert first == ("First", "?search=ann&size=25", "first")
    assert previous[1].startswith("?search=ann&size=25&before=")
    assert "Ann" not in previous[1]  # where a page ended is nobody's to read in a history
    assert "<strong>60</strong> customers match" in page.content.decode()
    assert "<strong>1</strong> customer matches" in client.get("/customers/?search=ann+07").content.decode()
    assert len(rows_of(client, "/customers/?size=100")) == 60
    assert len(rows_of(client, "/customers/?size=1000000")) == 25


def test_an_empty_list_says_what_to_do(client: Client, sales: User) -> None:
    page = client.get("/customers/").content.decode()
    assert "when they are assigned to you or your team by a sales manager" in page
    assert 'href="/imports/new/"' not in page
    make_customer("C-1", sales)
    page = client.get("/customers/?search=nobody").content.decode()
    assert "No customer of yours matches all of these filters." in page


def dated(slug: str, starts: int | None, ends: int | None) -> Campaign:
    """A campaign that starts and ends so many days from today."""
    campaign = make_campaign(slug)
    today = agency_today()
    campaign.starts_on = None if starts is None else today + timedelta(days=starts)
    campaign.ends_on = None if ends is None else today + timedelta(days=ends)
    campaign.save()
    return campaign


def test_campaigns_are_filtered_by_state_and_kind_of_data(client: Client) -> None:
    dated("planned", 1, 9)
    dated("first-day", 0, 9)
    dated("last-day", -9, 0)
    dated("open-end", -9, None)
    dated("ended", -9, -1)
    Campaign.objects.filter(pk=dated("undated", None, None).pk).update(is_demo=True)
    client.force_login(make_user(Role.MARKETING_MANAGER))

    def slugs(query: str) -> set[str]:
        return {row["slug"] for row in rows_of(client, f"/campaigns/?{query}")}

    assert slugs("state=planned") == {"planned"}
    assert slugs("state=running") == {"first-day", "last-day", "open-end"}
    assert slugs("state=ended") == {"ended"}
    assert slugs("state=undated") == {"undated"}
    assert slugs("data=made-up") == {"undated"}
    assert len(slugs("data=real")) == 5
    assert slugs("search=DAY") == {"first-day", "last-day"}


def test_a_campaigns_row_sums_its_variants(client: Client, sales: User) -> None:
    campaign = make_campaign("spring")
    control, letter = campaign.variants.order_by("position")
    enroll(make_customer("C-1", sales), control, "view", material=make_material("card"))
    enroll(make_customer("C-2", sales), letter, "response", "response")
    enroll(make_customer("C-3", sales), letter, "conversion", amount="12.50")
    make_campaign("not-mine")
    fold_all()
    (row,) = rows_of(client, "/campaigns/")
    assert (row["recipients"], row["viewers"], row["conversions"], str(row["revenue"])) == (3, 1, 1, "12.50")
    assert row["response_rate"] == pytest.approx(1 / 3)


def test_a_campaign_without_recorded_responses_has_no_rate(client: Client) -> None:
    enroll(make_customer("C-1"), make_campaign("spring").variants.all()[0])
    fold_all()
    client.force_login(make_user(Role.PRIVACY_OFFICER))
    (row,) = rows_of(client, "/campaigns/")
    assert (row["recipients"], row["viewers"], row["response_rate"]) == (1, None, None)


# The user, what is kept of the list, count, rows; for customers the territories and mailing
# lists too, and the two lines of the access log, each in a transaction of its own (begun and ended by a statement
# within the test's).
LOGGED = 2 * 3
CUSTOMER_LIST = 7 + LOGGED
CAMPAIGN_LIST = 4
# The user with what they may do; counted to choose at once or later, and again in the file's own
# transaction (begun and ended), whose moment is asked for; rows.
CUSTOMER_FILE = 7 + LOGGED


@pytest.mark.parametrize("count", [1, 3])
def test_the_customer_list_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        engage(make_customer(f"C-{number}", sales), "response")
    fold_all()
    assert statements(client, "/customers/") == CUSTOMER_LIST
    assert statements_of_file(client) == CUSTOMER_FILE


@pytest.mark.parametrize("count", [1, 3])
def test_the_campaign_list_takes_the_same_statements_for_any_number(client: Client, sales: User, count: int) -> None:
    for number in range(count):
        enroll(make_customer(f"C-{number}", sales), make_campaign(f"spring-{number}").variants.all()[0])
    fold_all()
    assert statements(client, "/campaigns/") == CAMPAIGN_LIST


def statements(client: Client, address: str) -> int:
    """How many statements the answer takes once the session and the cache are warm."""
    cache.clear()
    list(client.get(address))
    with AskedStatements(connection) as queries:
        list(client.get(address))
    return len(queries)


def statements_of_file(client: Client) -> int:
    """How many statements the file of customers takes, with the session and the cache warm."""
    address, basis = "/exports/new/?of=customers&format=csv", {"basis": "purpose-12"}
    list(client.post(address, basis))
    with AskedStatements(connection) as queries:
        list(client.post(address, basis))
    return len(queries)


def test_the_list_can_be_narrowed_to_whoever_is_or_was_on_a_mailing_list(client: Client, sales: User) -> None:
    mailing_list = MailingList.objects.create(slug="deliver", name="Deliver")
    members = {"C-1": None, "C-2": date(2026, 1, 2)}
    for number, until in members.items():
        customer = make_customer(number, sales, name=number)
        since = date(2026, 1, 1)
        ListMembership.objects.create(mailing_list=mailing_list, customer=customer, since=since, until=until)
    make_customer("C-3", sales)
    assert set(names(client, "/customers/?list=deliver")) == {"C-1", "C-2"}
    assert names(client, "/customers/?list=other") == []


@pytest.mark.parametrize(
    ("query", "folded", "summary"),
    [
        ("", 0, "<summary>Filters</summary>"),
        ("?search=ann", 0, "<summary>Filters</summary>"),
        ("?search=ann&unseen=on&engaged_since=2026-03-01&engaged_until=2026-03-02", 2, ">2 set</span></summary>"),
    ],
)
def test_a_fold_says_how_many_filters_it_hides(
    client: Client, sales: User, query: str, folded: int, summary: str
) -> None:
    answer = client.get(f"/customers/{query}")
    assert answer.context["chosen"].folded_narrowing == folded
    assert summary in answer.content.decode()


def test_a_fold_is_open_where_a_filter_within_is_wrong(client: Client, sales: User) -> None:
    page = client.get("/customers/?engaged_since=2026-03-02&engaged_until=2026-03-01").content.decode()
    assert '<details class="filter-fold" open>' in page
    assert '<details class="filter-fold">' in client.get("/customers/").content.decode()


@pytest.mark.parametrize(
    ("role", "said", "may_import"),
    [
        (Role.SALES_MANAGER, "Customers appear here when you add one, when they are assigned", True),
        (Role.PRIVACY_OFFICER, "Customers appear here when someone in sales adds one, or imports a file", False),
    ],
)
def test_an_empty_list_says_what_the_reader_can_do(
    client: Client, db: None, role: Role, said: str, may_import: bool
) -> None:
    client.force_login(make_user(role))
    page = client.get("/customers/").content.decode()
    assert said in page
    assert ('<a class="usa-button usa-button--outline" href="/imports/new/">Import a file</a>' in page) is may_import
