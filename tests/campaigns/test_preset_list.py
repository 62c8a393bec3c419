"""The list of presets: one's own and everybody's, filtered, sorted, and in how many statements."""

from typing import Any

import pytest
from django.test import Client

from campaigns.models import SharePreset
from campaigns.preset_lists import PRESETS
from campaigns.presets import deletable_by, may_delete, presets_of
from privacy.models import User
from privacy.roles import Role
from records.models import SavedView
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PAGE = "/shares/presets/"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES)
    client.force_login(user)
    return user


@pytest.fixture
def three(sales: User) -> list[SharePreset]:
    SharePreset.objects.create(name="Theirs", owner=make_user(Role.SALES, "Other"))
    return [
        SharePreset.objects.create(name="House style", has_watermark=True, notifies_sender=True),
        SharePreset.objects.create(name="A month", owner=sales, expires_after_days=30, may_download=True),
        SharePreset.objects.create(name="A week", owner=sales, expires_after_days=7),
    ]


def rows_of(client: Client, asked: str = "", name: str = "name") -> list[Any]:
    answer = client.get(f"{PAGE}?{asked}")
    assert answer.status_code == 200
    return [row["row"][name] for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["A month", "A week", "House style"]),
        ("whose=mine", ["A month", "A week"]),
        ("whose=everybodys", ["House style"]),
        ("search=MON", ["A month"]),
        ("sort=expires_after_days", ["A week", "A month", "House style"]),
        ("sort=-expires_after_days", ["A month", "A week", "House style"]),
        ("search=nothing", []),
    ],
)
def test_presets_are_filtered_and_sorted(
    client: Client, three: list[SharePreset], asked: str, names: list[str]
) -> None:
    assert rows_of(client, asked) == names


def test_what_is_switched_on_is_said(client: Client, three: list[SharePreset]) -> None:
    assert rows_of(client, name="options") == ["download", "", "watermark · notify me"]


@pytest.mark.parametrize("role", [Role.SALES, Role.MARKETING_MANAGER])
def test_what_a_row_offers_to_delete_is_what_may_be_deleted(
    client: Client, three: list[SharePreset], role: Role
) -> None:
    user = make_user(role, "Reader")
    SharePreset.objects.create(name="Readers", owner=user)
    client.force_login(user)
    rows = client.get(PAGE).context["rows"]
    offered = {row["row"]["pk"] for row in rows if row["acts"]}
    assert offered == {preset.pk for preset in presets_of(user) if may_delete(user, preset.owner_id)}
    assert offered == set(deletable_by(user).values_list("pk", flat=True))


def test_a_preset_with_a_mistake_is_answered_on_the_spot_though_a_view_opens_by_itself(
    client: Client, three: list[SharePreset], sales: User
) -> None:
    SavedView.objects.create(owner=sales, list="presets", name="Mine", query="whose=mine", is_default=True)
    assert client.get(PAGE).status_code == 302
    answer = client.post(PAGE, {"name": ""})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_without_any_the_page_says_what_to_do(client: Client, sales: User) -> None:
    assert "No preset yet" in client.get(PAGE).content.decode()


def test_every_column_can_be_sorted_by(client: Client, three: list[SharePreset]) -> None:
    for column in PRESETS.columns:
        assert len(rows_of(client, f"sort=-{column.name}")) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(
    client: Client, sales: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        SharePreset.objects.create(name=f"P{number}", owner=sales)
    client.get(PAGE)
    with django_assert_num_queries(4):
        assert client.get(PAGE).status_code == 200
