"""What every address of the API shares: pages by key, tags, limits, and one form of what went wrong."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from privacy.api import throttling
from privacy.api.paging import behind
from privacy.api.problems import TITLES
from privacy.models import AccessEntry, User
from records.models import Customer, Organization
from tests.api import V1, Program, errors_of, problem_of
from tests.asked import AskedStatements
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


# Pages ---------------------------------------------------------------------------------------------------------------
def follow(program: Program, path: str, most: int = 20) -> list[list[str]]:
    """The names on each page, following `next` to the end."""
    pages, body = [], program.get(path).json()
    while True:
        pages.append([row["name"] for row in body["results"]])
        if body["next"] is None or len(pages) == most:
            return pages
        body = program.get(urlsplit(body["next"]).path.removeprefix(V1) + "?" + urlsplit(body["next"]).query).json()


def make_organizations(*names: str) -> None:
    Organization.objects.bulk_create(Organization(name=name) for name in names)


def test_pages_lead_from_one_to_the_next_without_a_gap_or_a_repeat(program: Program) -> None:
    make_organizations("C", "A", "B", "B", "B", "D")
    assert follow(program, "/organizations?size=2") == [["A", "B"], ["B", "B"], ["C", "D"]]


def test_a_row_that_comes_in_before_the_page_moves_nothing(program: Program) -> None:
    make_organizations("B", "C", "D")
    first = program.get("/organizations?size=2").json()
    make_organizations("A")
    query = urlsplit(first["next"]).query
    assert [row["name"] for row in program.get(f"/organizations?{query}").json()["results"]] == ["D"]


def test_the_last_page_says_so_also_where_it_is_full(program: Program) -> None:
    make_organizations("A", "B")
    answer = program.get("/organizations?size=2")
    assert (answer.json()["next"], "Link" in answer) == (None, False)


def test_the_next_page_stands_in_a_header_too(program: Program) -> None:
    make_organizations("A", "B")
    answer = program.get("/organizations?size=1")
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'


def test_a_list_goes_down_as_well(program: Program) -> None:
    make_organizations("A", "B", "C")
    assert follow(program, "/organizations?size=2&sort=-created_at") == [["C", "B"], ["A"]]


def test_a_cursor_says_nothing_and_is_alike_for_what_is_alike(program: Program) -> None:
    make_organizations("Quillfeather", "Z")
    cursors = [
        parse_qs(urlsplit(program.get("/organizations?size=1").json()["next"]).query)["cursor"][0] for _ in range(2)
    ]
    assert cursors[0] == cursors[1]
    assert "uill" not in cursors[0]


@pytest.mark.parametrize("change", ["filter", "sort", "list", "cut", "other"])
def test_a_cursor_is_good_for_its_own_list_alone(program: Program, change: str) -> None:
    make_organizations("A", "B")
    cursor = parse_qs(urlsplit(program.get("/organizations?size=1").json()["next"]).query)["cursor"][0]
    path = {
        "filter": f"/organizations?state=IL&cursor={cursor}",
        "sort": f"/organizations?sort=-created_at&cursor={cursor}",
        "list": f"/customers?cursor={cursor}",
        "cut": f"/organizations?cursor={cursor[:-4]}",
        "other": "/organizations?cursor=%FF",
    }[change]
    assert errors_of(program.get(path)) == {
        "cursor": ["This cursor is of another list, or of other filters. Start again without it."]
    }


def test_another_size_goes_on_with_the_same_cursor(program: Program) -> None:
    make_organizations("A", "B", "C")
    cursor = parse_qs(urlsplit(program.get("/organizations?size=1").json()["next"]).query)["cursor"][0]
    body = program.get(f"/organizations?size=5&cursor={cursor}").json()
    assert [row["name"] for row in body["results"]] == ["B", "C"]


def test_a_page_skips_by_an_index_and_never_by_counting(program: Program) -> None:
    make_organizations("A", "B", "C")
    cursor = parse_qs(urlsplit(program.get("/organizations?size=1").json()["next"]).query)["cursor"][0]
    with AskedStatements(
        connection,
    ) as queries:
        program.get(f"/organizations?size=1&cursor={cursor}")
    (statement,) = [one["sql"] for one in queries if 'FROM "records_organization"' in one["sql"]]
    assert ("OFFSET" in statement, '"records_organization"."name" >= ' in statement, "LIMIT 2" in statement) == (
        False,
        True,
        True,
    )


def test_what_stands_behind_is_bounded_by_the_first_field() -> None:
    assert str(behind(("-at", "id"), [5, 7])) == (
        "(AND: ('at__lte', 5), (OR: ('at__lt', 5), (AND: ('at', 5), ('id__gt', 7))))"
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("size=0", "size"),
        ("size=101", "size"),
        ("size=-1", "size"),
        ("size=2.5", "size"),
        ("size=٣", "size"),
        ("sort=email", "sort"),
        ("organisation=x", "organisation"),
        ("organization=x", "organization"),
        ("created_since=soon", "created_since"),
        ("created_since=0001-01-01T00:00:00%2B14:00", "created_since"),
        ("search=Ann", "search"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_and_named(program: Program, query: str, field: str) -> None:
    """A misspelt filter that is passed over would choose everybody."""
    answer = program.get(f"/customers?{query}")
    assert (problem_of(answer), list(errors_of(answer))) == ((400, "invalid"), [field])


def test_a_moment_with_any_offset_is_understood(program: Program, manager: User) -> None:
    make_customer("C-1", manager)
    for offset in ("Z", "%2B00:00", "-21:09", "%2B14:00"):
        assert program.get(f"/customers?created_since=2026-01-01T00:00:00{offset}").status_code == 200


# Tags ----------------------------------------------------------------------------------------------------------------
def test_who_has_the_answer_is_told_so_until_it_changes(program: Program, manager: User) -> None:
    customer = make_customer("C-1", manager)
    path = f"/customers/{customer.key}"
    first = program.get(path)
    tag = first["ETag"]
    assert (tag[0], tag[-1], len(tag)) == ('"', '"', 34)
    same = program.get(path, If_None_Match=tag)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert program.get(path, If_None_Match=f'"other", W/{tag}').status_code == 304
    assert program.get(path, If_None_Match='"other"').status_code == 200
    Customer.objects.filter(pk=customer.pk).update(city="Springfield")
    assert program.get(path, If_None_Match=tag).status_code == 200


def test_lists_have_weak_tags(program: Program) -> None:
    make_organizations("A", "B")
    tag = program.get("/organizations?size=1")["ETag"]
    assert tag.startswith('W/"')
    assert program.get("/organizations?size=1", If_None_Match=tag).status_code == 304
    make_organizations("0")
    assert program.get("/organizations?size=1", If_None_Match=tag).status_code == 200


def test_being_told_that_nothing_changed_is_a_reading_too(program: Program, manager: User) -> None:
    customer = make_customer("C-1", manager)
    path = f"/customers/{customer.key}"
    tag = program.get(path)["ETag"]
    program.get(path, If_None_Match=tag)
    shown = [line for line in AccessEntry.objects.all() if line.kind == "shown"]
    assert [(line.place, line.records) for line in shown] == [("api_customers", 1)] * 2


def test_a_change_is_made_only_to_what_was_read(program: Program, manager: User) -> None:
    customer = make_customer("C-1", manager)
    path = f"/customers/{customer.key}"
    tag = program.get(path)["ETag"]
    assert program.patch(path, {"city": "Springfield"}, If_Match=tag).status_code == 200
    stale = program.patch(path, {"city": "Shelbyville"}, If_Match=tag)
    assert problem_of(stale) == (412, "changed")
    assert problem_of(program.patch(path, {"city": "x"}, If_Match=f"W/{tag}")) == (412, "changed")
    assert Customer.objects.get().city == "Springfield"
    new = program.get(path)["ETag"]
    assert program.patch(path, {"city": "Shelbyville"}, If_Match=new).status_code == 200
    assert program.patch(path, {"city": "Capital"}, If_Match="*").status_code == 200


# Limits --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that is set by the test: ten seconds into a minute."""

    class Clock:
        now = 1_800_000_000 // 60 * 60 + 10

        def time(self) -> float:
            return float(self.now)

    clock = Clock()
    monkeypatch.setattr(throttling, "time", clock)
    return clock


def test_each_answer_says_how_many_requests_are_left(program: Program, noon: Any, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    answers = [program.get("/organizations") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {(answer["RateLimit-Limit"], answer["RateLimit-Reset"]) for answer in answers} == {("3, 3;w=60", "50")}
    assert problem_of(answers[3]) == (429, "too-many")
    assert answers[3]["Retry-After"] == "50"
    noon.now += 50
    assert program.get("/organizations").status_code == 200


def test_each_key_is_counted_by_itself_and_a_session_too(
    program: Program, manager: User, noon: Any, settings: Settings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    client = Client()
    client.force_login(manager)
    other = Program(manager)
    assert [program.get("/organizations").status_code for _ in range(2)] == [200, 429]
    assert other.get("/organizations").status_code == 200
    assert [client.get("/api/v1/organizations").status_code for _ in range(2)] == [200, 429]


def test_what_is_over_the_limit_reads_and_changes_nothing(
    program: Program, manager: User, noon: Any, settings: Settings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    assert program.post("/customers", {"number": "1", "name": "Ann"}).status_code == 429
    assert not Customer.objects.exists()
    assert not [line for line in AccessEntry.objects.all() if line.place == "api_customers"]


def test_where_redis_is_away_nobody_is_held_up(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object, **_named: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "add", away)
    answer = program.get("/organizations")
    assert (answer.status_code, "RateLimit-Limit" in answer) == (200, False)


# Problems ------------------------------------------------------------------------------------------------------------
def test_a_problem_says_what_where_and_what_to_do(program: Program) -> None:
    answer = program.post("/customers", {"name": "", "age": "old"})
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/api/#problem-invalid",
        "title": "What was sent is not right",
        "status": 400,
        "detail": "Nothing was done. The errors say what is wrong, and where.",
        "errors": [
            {"field": "number", "detail": "This field is required."},
            {"field": "name", "detail": "This field may not be blank."},
            {"field": "age", "detail": "A valid integer is required."},
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "content", "kind", "found"),
    [
        ("GET", "/nowhere", "", "application/json", (404, "not-found")),
        ("GET", "/customers/not-a-key", "", "application/json", (404, "not-found")),
        ("DELETE", "/customers", "", "application/json", (405, "method")),
        ("OPTIONS", "/customers", "", "application/json", (405, "method")),
        ("GET", "/events", "", "application/json", (405, "method")),
        ("POST", "/customers", "{", "application/json", (400, "invalid")),
        ("POST", "/customers", "a=b", "application/x-www-form-urlencoded", (415, "media-type")),
        ("POST", "/customers", "[]", "application/json", (400, "invalid")),
        ("POST", "/imports", "x", "multipart/form-data", (400, "invalid")),
    ],
)
def test_everything_that_goes_wrong_is_told_alike(
    program: Program, method: str, path: str, content: str, kind: str, found: tuple[int, str]
) -> None:
    answer = program.client.generic(method, f"{V1}{path}", content, content_type=kind, headers=program.headers({}))
    assert problem_of(answer) == found


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE"])
def test_a_method_that_there_is_not_needs_no_scope(manager: User, method: str) -> None:
    narrow = Program(manager, "campaigns:read")
    answer = narrow.client.generic(method, f"{V1}/customers", headers=narrow.headers({}))
    assert problem_of(answer) == (405, "method")


def test_what_is_not_done_is_not_among_what_is_allowed(program: Program) -> None:
    assert program.client.options(f"{V1}/customers", headers=program.headers({}))["Allow"] == "GET, POST, HEAD"


def test_an_answer_in_another_form_is_not_given(program: Program) -> None:
    assert problem_of(program.get("/customers", Accept="text/html")) == (406, "not-acceptable")


def test_an_error_of_ours_says_nothing_of_what_it_was(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("Quillfeather")

    monkeypatch.setattr("records.api.customers.as_row", broken)
    make_customer("C-1", program.key.owner)
    answer = program.get("/customers")
    assert problem_of(answer) == (500, "error")
    assert b"Quillfeather" not in answer.content


def test_every_problem_is_explained_on_the_page(manager: User) -> None:
    client = Client()
    client.force_login(manager)
    page = client.get("/api/").content.decode()
    assert [word for word in TITLES if f'id="problem-{word}"' not in page] == []


def test_the_page_lists_each_operation_with_its_scope_and_a_request(manager: User) -> None:
    from privacy.api.schema import description

    client = Client()
    client.force_login(manager)
    answer = client.get("/api/")
    page = answer.content.decode()
    operations = [one for methods in description()["paths"].values() for one in methods.values()]
    assert [one["operationId"] for one in operations if f'id="{one["operationId"]}"' not in page] == []
    assert "<code>shares:write</code>" in page
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert ("style=" in page, re.findall(r"<script(?![^>]* src=\"/static/)", page)) == (False, [])


def test_nothing_of_the_api_is_kept_by_a_browser(program: Program) -> None:
    assert program.get("/organizations")["Cache-Control"] == "private, no-store"


def test_made_later_than_asked_for_is_left_out(program: Program, manager: User) -> None:
    make_customer("C-1", manager)
    soon = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert program.get(f"/customers?created_since={soon}").json()["results"] == []
