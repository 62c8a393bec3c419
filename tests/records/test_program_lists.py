"""The lists of API keys and of events given up: filtered, sorted, acted on, and in how many statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from privacy.enums import Duty, TellingState, TellingWhy
from privacy.keys import revoke
from privacy.models import ApiKey, User, WebhookEndpoint, WebhookEvent, WebhookTelling
from privacy.purposes import usual_basis
from privacy.roles import Role
from privacy.webhooks import endpoints
from records.models import ListColumns, SavedView
from records.program_lists import GIVEN_UP, KEYS, OWN_KEYS, basis_words, keys_for
from tests.api import make_key
from tests.asked import AskedStatements
from tests.factories import make_user

pytestmark = pytest.mark.django_db

KEY_PAGE = "/api/keys/"
GIVEN_UP_PAGE = "/webhooks/given-up/"


@pytest.fixture
def manager(client: Client) -> User:
    user = make_user(Role.MARKETING_MANAGER, "Mary")
    client.force_login(user)
    return user


def rows_of(client: Client, address: str, name: str = "name") -> list[Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [row["row"][name] for row in answer.context["rows"]]


def over(user: User, name: str) -> ApiKey:
    """A key whose days are over."""
    key = make_key(user, name=name).key
    long_ago = timezone.now() - timedelta(days=90)
    ApiKey.objects.filter(pk=key.pk).update(made_at=long_ago, expires_at=long_ago + timedelta(days=30))
    return key


# API keys ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(manager: User) -> list[ApiKey]:
    works, ended = make_key(manager, name="Nightly").key, make_key(manager, name="Monthly").key
    revoke(ended, manager)
    return [works, ended, over(manager, "Former")]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Monthly", "Nightly", "Former"]),
        ("state=works", ["Nightly"]),
        ("state=revoked", ["Monthly"]),
        ("state=over", ["Former"]),
        ("search=NIGHT", ["Nightly"]),
        ("sort=name", ["Former", "Monthly", "Nightly"]),
        ("sort=-name", ["Nightly", "Monthly", "Former"]),
        ("search=night&state=revoked", []),
    ],
)
def test_keys_are_filtered_and_sorted(client: Client, three: list[ApiKey], asked: str, names: list[str]) -> None:
    assert rows_of(client, f"{KEY_PAGE}?{asked}") == names


def test_a_key_is_found_by_how_it_begins(client: Client, three: list[ApiKey]) -> None:
    for begins in (three[0].prefix[:6], f"wm_{three[0].prefix}", f"wm_{three[0].prefix}_anything"):
        assert rows_of(client, f"{KEY_PAGE}?search={begins}") == ["Nightly"]


def test_keys_that_were_used_lately_are_chosen(client: Client, three: list[ApiKey]) -> None:
    ApiKey.objects.filter(pk=three[2].pk).update(last_used_at=timezone.now())
    assert rows_of(client, f"{KEY_PAGE}?used=last-7") == ["Former"]


def test_a_key_that_works_is_revoked_from_its_row_and_no_other(client: Client, three: list[ApiKey]) -> None:
    rows = client.get(KEY_PAGE).context["rows"]
    acts = {row["row"]["name"]: [(act.address, act.said) for act in row["acts"]] for row in rows}
    assert acts == {
        "Monthly": [],
        "Nightly": [(f"{KEY_PAGE}{three[0].key}/revoke/", "Revoke Nightly")],
        "Former": [],
    }


def test_whose_a_key_is_can_be_seen_and_chosen_by_who_manages_accounts(client: Client, manager: User) -> None:
    make_key(manager, name="Hers")
    other = make_user(Role.SALES_MANAGER, "Omar")
    make_key(other, name="His")
    administrator = make_user(Role.IT_ADMINISTRATOR)
    assert (keys_for(manager), keys_for(administrator)) == (OWN_KEYS, KEYS)
    assert rows_of(client, f"{KEY_PAGE}?owner={other.pk}") == ["Hers"]  # no such filter for her
    client.force_login(administrator)
    assert rows_of(client, KEY_PAGE, "owner_name") == ["Omar", "Mary"]
    assert rows_of(client, f"{KEY_PAGE}?owner={other.pk}") == ["His"]
    assert rows_of(client, f"{KEY_PAGE}?search=hers") == ["Hers"]


def test_a_key_that_was_just_made_is_shown_though_a_view_opens_by_itself(client: Client, manager: User) -> None:
    SavedView.objects.create(owner=manager, list="api-keys", name="Over", query="state=over", is_default=True)
    assert client.get(KEY_PAGE).status_code == 302
    usual = usual_basis(manager.roles)
    assert usual
    sent = {"name": "Nightly", "scopes": ["campaigns:read"], "basis": usual.name, "reference": "", "days": "30"}
    answer = client.post(KEY_PAGE, sent)
    assert answer.status_code == 201
    assert answer.context["secret"].startswith("wm_")
    assert answer.context["secret"] in answer.content.decode()
    assert client.post(KEY_PAGE, {**sent, "name": ""}).status_code == 422


def test_columns_and_views_of_the_list_are_kept(client: Client, three: list[ApiKey], manager: User) -> None:
    client.post("/views/of/api-keys/columns/", {"column": ["state"], "query": ""})
    assert ListColumns.objects.get(owner=manager).list == "api-keys"
    heads = [heading.column.name for heading in client.get(KEY_PAGE).context["headings"]]
    assert heads == ["name", "state"]
    client.post("/views/of/api-keys/new/", {"name": "Over", "query": "state=over", "column": ["name", "state"]})
    view = SavedView.objects.get(owner=manager)
    assert rows_of(client, f"{KEY_PAGE}?view={view.key}&{view.query}") == ["Former"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"purpose": None, "duty": "", "reference": ""}, "reads no records"),
        ({"purpose": 12, "duty": "", "reference": ""}, "Purpose 12"),
        ({"purpose": 8, "duty": "", "reference": "INC-1"}, "Purpose 8, INC-1"),
        ({"purpose": None, "duty": "audit", "reference": ""}, f"Duty: {Duty.AUDIT.label}"),
    ],
)
def test_for_what_a_key_reads_is_said(row: dict[str, Any], words: str) -> None:
    assert basis_words(row) == words


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_keys_takes_the_same_statements_for_any_number(
    client: Client, manager: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_key(manager, name=f"K{number}")
    client.get(KEY_PAGE)
    with django_assert_num_queries(4):
        assert client.get(KEY_PAGE).status_code == 200


# Given up ------------------------------------------------------------------------------------------------------------


def give_up(endpoint: WebhookEndpoint, kind: str = "share.viewed", **more: Any) -> WebhookTelling:
    moment = timezone.now()
    event = WebhookEvent.objects.create(kind=kind, at=moment, data={})
    values: dict[str, Any] = {"state": TellingState.DEAD, "why": TellingWhy.STATUS, "status": 500, "attempts": 10}
    return WebhookTelling.objects.create(
        event=event, endpoint=endpoint, due_at=moment, ended_at=moment, tries=10, **{**values, **more}
    )


@pytest.fixture
def program(manager: User) -> WebhookEndpoint:
    return endpoints.make("Program", "https://hooks.example/", ["share.viewed"], manager).endpoint


@pytest.fixture
def off(manager: User) -> WebhookEndpoint:
    found = endpoints.make("Off", "https://off.example/", ["share.viewed"], manager).endpoint
    endpoints.switch_off(found)
    return found


@pytest.mark.parametrize(
    ("asked", "attempts"),
    [
        ("", [3, 2, 1]),
        ("event=verdict.changed", [2]),
        ("why=no_answer", [3]),
        ("sort=attempts", [1, 2, 3]),
        ("sort=endpoint_name", [3, 1, 2]),
        ("happened=last-7", [3, 2, 1]),
        ("happened_since=2020-01-01&happened_until=2020-01-02", []),
    ],
)
def test_what_was_given_up_is_filtered_and_sorted(
    client: Client, program: WebhookEndpoint, off: WebhookEndpoint, asked: str, attempts: list[int]
) -> None:
    give_up(program, attempts=1)
    give_up(program, "verdict.changed", attempts=2)
    give_up(off, attempts=3, why=TellingWhy.NO_ANSWER, status=None)
    give_up(program, attempts=4, state=TellingState.DELIVERED)
    assert rows_of(client, f"{GIVEN_UP_PAGE}?{asked}", "attempts") == attempts


def test_one_endpoints_are_chosen_by_its_key_and_its_secret_is_not_read(
    client: Client, program: WebhookEndpoint, off: WebhookEndpoint, django_assert_num_queries: Any
) -> None:
    give_up(program, attempts=1)
    give_up(off, attempts=2)
    assert rows_of(client, f"{GIVEN_UP_PAGE}?endpoint={off.key}", "attempts") == [2]
    with AskedStatements(connection) as asked, django_assert_num_queries(5):
        client.get(GIVEN_UP_PAGE)
    assert any("endpoint_name" in query["sql"] for query in asked)
    assert not any("secret" in query["sql"] for query in asked)


def test_the_last_answer_is_said_and_what_is_on_can_be_sent_again(
    client: Client, program: WebhookEndpoint, off: WebhookEndpoint
) -> None:
    telling = give_up(program)
    give_up(off, why=TellingWhy.NO_ANSWER, status=None)
    rows = client.get(GIVEN_UP_PAGE).context["rows"]
    assert [row["row"]["answer"] for row in rows] == ["did not answer in time", "500 answered with an error"]
    assert [[(act.address, act.said) for act in row["acts"]] for row in rows] == [
        [],
        [(f"/webhooks/tellings/{telling.pk}/again/", "Send share.viewed to Program again")],
    ]


def test_an_empty_list_says_so_and_offers_nothing_to_send(client: Client, manager: User) -> None:
    page = client.get(GIVEN_UP_PAGE).content.decode()
    assert ("Nothing was given up" in page, "Send all again" in page) == (True, False)
    assert "Nothing matches" in client.get(f"{GIVEN_UP_PAGE}?why=gone").content.decode()


def test_every_column_of_the_lists_can_be_sorted_by(
    client: Client, program: WebhookEndpoint, three: list[ApiKey]
) -> None:
    give_up(program)
    for address, listing in ((KEY_PAGE, OWN_KEYS), (GIVEN_UP_PAGE, GIVEN_UP)):
        for column in listing.columns:
            assert client.get(f"{address}?sort=-{column.name}").status_code == 200, column.name
