"""Pages of lists by keyset: each row once, in one order, both ways, whatever the sort, the ties and the gaps."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.cursors import BadCursor, opened, sealed
from privacy.models import User
from privacy.roles import Role
from records.listing import Chosen
from records.models import Organization, SupplierContract
from records.nouns.organizations import NOUN as ORGANIZATIONS
from records.ordering import Order
from records.paging import Page, page_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SORTS = [f"{minus}{column.name}" for column in ORGANIZATIONS.columns for minus in ("", "-")]


def chosen_by(user: User, sort: str) -> Chosen:
    request = HttpRequest()
    request.user = user
    request.GET = QueryDict(f"sort={sort}")
    return ORGANIZATIONS.listing.chosen(request)


def walked(
    chosen: Chosen, size: int, start: dict[str, str], step: Callable[[Page], dict[str, str] | None]
) -> list[list[int]]:
    """The keys of each page from the start on; `step` says the next place, or None."""
    pages, asked = [], start
    while True:
        page = page_of(chosen, size, asked)
        pages.append([row["pk"] for row in page.rows])
        following = step(page)
        if following is None or len(pages) > 100:
            return pages
        asked = following


def onward(page: Page) -> dict[str, str] | None:
    return {"after": page.after} if page.after else None


def backward(page: Page) -> dict[str, str] | None:
    return {"before": page.before} if page.before else None


ORGANIZATION = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Acme", "acme", "Ács", "Zed", "a b"]),
        "city": st.sampled_from(["", "Bern", "Oslo"]),
        "state": st.sampled_from(["", "NY"]),
        "employees": st.sampled_from([None, 0, 1, 7]),
        "ends": st.sampled_from([None, None, 3, 9]),
    }
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(ORGANIZATION, max_size=12), sort=st.sampled_from(SORTS), size=st.integers(1, 5))
def test_pages_hold_each_row_once_in_the_lists_order_both_ways(rows: list[dict], sort: str, size: int) -> None:  # type: ignore[type-arg]
    user = User.objects.filter(groups__name=Role.MARKETING_MANAGER).first() or make_user(Role.MARKETING_MANAGER)
    SupplierContract.objects.all().delete()
    Organization.objects.all().delete()
    fill(rows)
    chosen = chosen_by(user, sort)
    whole = [row["pk"] for row in chosen.rows]
    assert sorted(whole) == sorted(Organization.objects.values_list("pk", flat=True))
    forth = walked(chosen, size, {}, onward)
    assert forth == [whole[start : start + size] for start in range(0, len(whole), size)] or forth == [[]]
    assert list(chain(*forth)) == whole
    back = walked(chosen, size, {"at": "end"}, backward)
    assert list(chain(*reversed(back))) == whole
    assert all(len(page) == size for page in [*forth[:-1], *back[:-1]])


def fill(rows: list[dict]) -> None:  # type: ignore[type-arg]
    from datetime import timedelta

    from privacy.agency import agency_today

    for number, row in enumerate(rows):
        ends = row.pop("ends")
        made = Organization.objects.create(number=f"O-{number % 3}-{number}", **row)
        if ends is not None:
            today = agency_today()
            SupplierContract.objects.create(
                organization=made,
                award_number=f"A-{number}",
                starts_on=today - timedelta(days=9),
                ends_on=today + timedelta(days=ends),
            )
        row["ends"] = ends


def organizations(*names: str) -> list[Organization]:
    return [Organization.objects.create(name=name) for name in names]


def test_a_page_goes_on_where_it_ended_though_that_row_is_gone() -> None:
    made = organizations(*"abcdefg")
    chosen = chosen_by(make_user(Role.MARKETING_MANAGER), "name")
    first = page_of(chosen, 2, {})
    made[1].delete()
    second = page_of(chosen, 2, {"after": first.after})
    assert [row["name"] for row in second.rows] == ["c", "d"]
    made[2].delete()
    assert [row["name"] for row in page_of(chosen, 2, {"before": second.before}).rows] == ["a"]


def test_rows_that_come_in_between_are_neither_lost_nor_shown_twice() -> None:
    organizations("a", "b", "d", "e")
    chosen = chosen_by(make_user(Role.MARKETING_MANAGER), "name")
    first = page_of(chosen, 2, {})
    organizations("aa", "c")
    assert [row["name"] for row in page_of(chosen, 2, {"after": first.after}).rows] == ["c", "d"]


def test_a_place_behind_everything_shows_the_last_page_and_one_before_everything_the_first() -> None:
    made = organizations("a", "b", "c")
    chosen = chosen_by(make_user(Role.MARKETING_MANAGER), "name")
    after, last = page_of(chosen, 2, {}).after, page_of(chosen, 2, {"at": "end"})
    made[2].delete()
    assert [row["name"] for row in page_of(chosen, 2, {"after": after}).rows] == ["a", "b"]
    made[0].delete()
    assert [row["name"] for row in page_of(chosen, 2, {"before": last.before}).rows] == ["b"]


def test_an_empty_list_asks_for_no_rows() -> None:
    chosen = chosen_by(make_user(Role.MARKETING_MANAGER), "name")
    with CaptureQueriesContext(connection) as queries:
        page = page_of(chosen, 2, {})
    assert (page, page.is_whole) == (Page([], 0), True)
    assert len(queries) == 1


@pytest.mark.parametrize("place", ["after=x", "before=x", "after=%00", "after=" + "A" * 400])
def test_what_is_no_place_is_said_to_be_none(client: Client, place: str) -> None:
    organizations("a")
    client.force_login(make_user(Role.MARKETING_MANAGER))
    answer = client.get(f"/records/organizations/?{place}")
    assert answer.status_code == 400
    said = answer.content.decode()
    assert (
        "That is not a place in this list, or it belongs to another sort order. Open the list again. "
        "Nothing was changed."
    ) in said
    assert '<a class="usa-button" href="/records/organizations/">Open it from the beginning</a>' in said


def test_a_place_is_of_one_list_and_one_sort() -> None:
    organizations("a", "b", "c")
    user = make_user(Role.MARKETING_MANAGER)
    after = page_of(chosen_by(user, "name"), 2, {}).after
    with pytest.raises(BadRequest, match="not a place in this list, or it belongs to another sort order"):
        page_of(chosen_by(user, "-name"), 2, {"after": after})


def test_the_address_of_a_page_says_nothing_of_its_rows(client: Client) -> None:
    organizations(*(f"Quillfeather {number:02}" for number in range(60)))
    client.force_login(make_user(Role.MARKETING_MANAGER))
    answer = client.get("/records/organizations/")
    addresses = [address for _, address, _ in answer.context["neighbours"]]
    assert len(addresses) == 2
    assert not any("Quill" in address for address in addresses)
    (cursor,) = parse_qs(urlsplit(addresses[0]).query)["after"]
    assert client.get(f"/records/organizations/?after={cursor}").context["rows"][0]["row"]["name"] == "Quillfeather 25"
    again = client.get("/records/organizations/").context["neighbours"]
    assert [address for _, address, _ in again] == addresses  # alike for what is alike


VALUES: list[Any] = [
    None, True, 7, -1.5, 1 / 3, "Ács", "", Decimal("12.50"), date(2026, 3, 1),
    datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC), UUID(int=7), {"uuid": "x", "y": [1]}, [], {},
]  # fmt: skip


def test_a_cursor_gives_back_values_of_the_types_that_were_sealed() -> None:
    read = opened(sealed(VALUES, [b"here"]), [b"here"])
    assert read == VALUES
    assert [type(value) for value in read] == [type(value) for value in VALUES]


@pytest.mark.parametrize("context", [[], [b"there"], [b"here", b""]])
def test_a_cursor_opens_with_nothing_but_its_context(context: list[bytes]) -> None:
    with pytest.raises(BadCursor):
        opened(sealed([1], [b"here"]), context)


@pytest.mark.parametrize(
    ("order", "key_is_down"),
    [
        (Order("name"), False),
        (Order("name", is_down=True), False),
        (Order("name", is_down=True, may_lack=False), True),
        (Order("name", may_lack=False), False),
    ],
)
def test_only_an_order_without_gaps_is_turned_round_whole(order: Order, key_is_down: bool) -> None:
    assert order.key_is_down is key_is_down


def test_strangers_choose_nothing() -> None:
    request = HttpRequest()
    request.user = AnonymousUser()
    with pytest.raises(Exception, match="Sign in first"):
        ORGANIZATIONS.listing.chosen(request)
