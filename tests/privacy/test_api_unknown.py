"""A field that a write has none of is refused and named, and nothing is done; a moment in a query has its offset."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from campaigns.models import Event, Material, Share
from privacy.agency import agency_zone
from privacy.api.schema import description
from privacy.api.unknown import LONGEST, MOST_TOLD, NO_FIELDS, TOLD_ALONE
from privacy.models import ApiAnswer, User
from privacy.roles import Role
from records.models import Customer, Organization, Upload
from tests.api import V1, Program, errors_of, new_word, problem_of
from tests.campaigns.shared import shared_with
from tests.factories import make_customer, make_material, make_user
from tests.uploads import files_in

pytestmark = pytest.mark.django_db

NO_FIELD = "There is no such field."
WRITES = [
    (method.upper(), path, told.get("requestBody", {}).get("content", {}))
    for path, methods in description()["paths"].items()
    for method, told in methods.items()
    if method != "get"
]
OF_MARKETING = ("campaigns", "materials", "web-pages")


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def whoever_writes(path: str, manager: User) -> Program:
    is_of_marketing = path.removeprefix(f"{V1}/").partition("/")[0] in OF_MARKETING
    return Program(make_user(Role.MARKETING_MANAGER) if is_of_marketing else manager)


def sent(program: Program, method: str, path: str, body: dict[str, Any], content: dict[str, Any]) -> Any:
    where = path.replace("{key}", str(uuid4())).replace("{slug}", "spring")
    if "multipart/form-data" in content:
        return program.client.post(where, body, headers=program.headers({}))
    return program._send(method, where.removeprefix(V1), body, {})


# Writes --------------------------------------------------------------------------------------------------------------


def test_there_are_writes_of_each_kind() -> None:
    assert len(WRITES) > 20
    assert {next(iter(content), "") for _method, _path, content in WRITES} == {
        "", "application/json", "multipart/form-data",
    }  # fmt: skip


@pytest.mark.parametrize(("method", "path", "content"), WRITES)
def test_each_write_refuses_a_field_that_it_has_none_of(
    manager: User, method: str, path: str, content: dict[str, Any]
) -> None:
    answer = sent(whoever_writes(path, manager), method, path, {"zzz": "1"}, content)
    assert problem_of(answer) == (400, "invalid")
    assert errors_of(answer) == ({"zzz": [NO_FIELD]} if content else {"": [NO_FIELDS]})


@pytest.mark.parametrize(("method", "path", "content"), [one for one in WRITES if one[2]])
def test_the_description_says_so(method: str, path: str, content: dict[str, Any]) -> None:
    shapes = description()["components"]["schemas"]
    for part in content.values():
        shape = shapes[part["schema"]["$ref"].rpartition("/")[2]]
        assert shape["additionalProperties"] is False
        within = [one.get("items", {}).get("$ref", "") for one in shape["properties"].values()]
        assert [shapes[ref.rpartition("/")[2]]["additionalProperties"] for ref in within if ref] in ([], [False])


def test_what_is_answered_may_come_to_have_more() -> None:
    assert "additionalProperties" not in description()["components"]["schemas"]["CustomerData"]


def test_a_misspelt_field_loses_nothing_without_a_word(program: Program, manager: User) -> None:
    """What was meant is said, where a word is near; nothing of the request is done."""
    answer = program.post("/customers", {"number": "C-1", "name": "Ann", "postalcode": "62701", "wage": "1"})
    assert errors_of(answer) == {
        "postalcode": ["There is no such field: did you mean postal_code?"],
        "wage": ["There is no such field: did you mean age?"],
    }
    assert not Customer.objects.exists()
    customer = make_customer("C-1", manager, name="Ann")
    path = f"/customers/{customer.key}"
    assert errors_of(program.patch(path, {"name": "Ben", "citty": "Springfield"})) == {
        "citty": ["There is no such field: did you mean city?"]
    }
    customer.refresh_from_db()
    assert customer.name == "Ann"
    assert program.patch(path, {"name": "Ben", "city": "Springfield"}).status_code == 200


def test_what_is_told_and_not_set_is_named_for_that_where_it_is_sent_back(program: Program) -> None:
    made = Organization.objects.create(name="Acme", city="Springfield")
    path = f"/organizations/{made.key}"
    read = program.get(path).json()
    told = {"key", "created_at", "disagreements"}
    assert errors_of(program.patch(path, read | {"name": "Zenith"})) == {name: [TOLD_ALONE] for name in told}
    made.refresh_from_db()
    assert made.name == "Acme"
    rest = {name: value for name, value in read.items() if name not in told}
    assert program.patch(path, rest | {"name": "Zenith"}).json()["name"] == "Zenith"


def test_within_lists_the_place_is_said(program: Program, manager: User) -> None:
    share: Share = shared_with(make_customer("C-1", manager), manager)
    event = {"id": str(uuid4()), "kind": "view", "occurred_at": "2026-03-08T02:30:00Z", "share": str(share.key)}
    wrong = {**event, "ocurred_at": "2026-03-09T02:30:00Z"}
    answer = program.post("/events", {"events": [event, wrong], "evnets": []})
    assert errors_of(answer) == {
        "events.1.ocurred_at": ["There is no such field: did you mean occurred_at?"],
        "evnets": ["There is no such field: did you mean events?"],
    }
    assert not Event.objects.filter(kind="view").exists()


def test_blocks_of_a_web_page_are_checked_by_their_kind(manager: User) -> None:
    marketing = Program(make_user(Role.MARKETING_MANAGER))
    slug = marketing.post("/web-pages", {"title": "Page"}).json()["slug"]
    answer = marketing.patch(f"/web-pages/{slug}", {"draft": [{"kind": "text", "headng": "x"}]})
    assert list(errors_of(answer)) == ["draft"]
    assert "headng" in errors_of(answer)["draft"][0]


def test_in_a_form_too_and_its_file_is_not_kept(program: Program, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    file = SimpleUploadedFile("people.csv", b"customer_id,name\nC-1,Ann\n")
    body = {"kind": "customers", "file": file, "maping": "x"}
    answer = program.client.post(f"{V1}/imports", body, headers=program.headers({}))
    assert errors_of(answer) == {"maping": ["There is no such field: did you mean mapping?"]}
    assert not Upload.objects.exists()
    assert not [file for file in files_in("") if file.stat().st_size]


def test_a_key_that_came_with_a_refused_field_is_free_for_the_mended_request(program: Program) -> None:
    word, body = new_word(), {"number": "C-1", "name": "Ann"}
    assert program.post("/customers", body | {"nmae": "Ben"}, Idempotency_Key=word).status_code == 400
    assert not ApiAnswer.objects.exists()
    assert program.post("/customers", body, Idempotency_Key=word).status_code == 201
    assert program.post("/customers", body, Idempotency_Key=word)["Idempotent-Replayed"] == "true"


def test_who_sends_thousands_is_told_of_some(program: Program) -> None:
    answer = program.post("/customers", {f"{number:04}" + "x" * 500: 1 for number in range(5_000)})
    assert len(answer.json()["errors"]) == MOST_TOLD
    assert {len(field) for field in errors_of(answer)} == {LONGEST}


def test_what_is_no_object_is_told_of_as_before(program: Program) -> None:
    assert problem_of(program.post("/customers", [1])) == (400, "invalid")
    assert errors_of(program.post("/events", {"events": [1]})) == {
        "events.0": ["Invalid data. Expected a dictionary, but got int."]
    }


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_request_without_fields_is_sent_with_none(content: str) -> None:
    marketing = make_user(Role.MARKETING_MANAGER)
    material = make_material("guide")
    Material.objects.filter(pk=material.pk).update(owner=marketing)
    program = Program(marketing)
    headers = program.headers({"Content-Type": "application/json"} if content else {})
    answer = program.client.generic("POST", f"{V1}/materials/guide/withdraw", content, headers=headers)
    assert answer.status_code == 200
    assert program.client.post(f"{V1}/materials/guide/withdraw", {}, headers=program.headers({})).status_code == 200
    for refused in (
        program.post("/materials/guide/offer", {"at": "now"}),
        program.post("/materials/guide/offer", ["now"]),
        program.client.post(f"{V1}/materials/guide/offer", {"at": "now"}, headers=program.headers({})),
    ):
        assert errors_of(refused) == {"": [NO_FIELDS]}
    material.refresh_from_db()
    assert material.withdrawn_at is not None


def test_a_method_that_an_address_does_not_have_is_none_whatever_is_sent(program: Program) -> None:
    assert problem_of(program._send("PUT", f"/customers/{uuid4()}", {"zzz": 1}, {})) == (405, "method")


# Queries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("teritory=ne", "There is no such parameter: did you mean territory?"),
        ("search=Ann", "There is no such parameter."),
    ],
)
def test_a_misspelt_filter_is_told_which_was_meant(program: Program, query: str, said: str) -> None:
    assert errors_of(program.get(f"/customers?{query}")) == {query.partition("=")[0]: [said]}


def recorded(number: str, at: str) -> None:
    Customer.objects.filter(pk=make_customer(number, User.objects.get()).pk).update(created_at=at)


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-11-01T14:59:59Z", ["C-1"]),
        ("2026-11-01T15:00:01Z", []),
        ("2026-11-01T16:00:00%2B01:00", ["C-1"]),
        ("2026-11-01T16:00:00+01:00", ["C-1"]),  # a + that was not escaped
        ("2026-11-01T16:00:01+01:00", []),
        ("2026-11-01T11:00:00-04:00", ["C-1"]),
        ("2026-11-01T11:00:01-04:00", []),
        ("2026-11-01", ["C-1"]),
        ("2026-11-02", []),
    ],
)
def test_a_moment_in_a_query_is_read_with_its_offset(program: Program, since: str, found: list[str]) -> None:
    recorded("C-1", "2026-11-01T15:00:00+00:00")
    rows = program.get(f"/customers?created_since={since}").json()["results"]
    assert [row["number"] for row in rows] == found


def test_a_day_alone_is_the_agencys(program: Program) -> None:
    """It begins at midnight there, not in Greenwich."""
    assert str(agency_zone()) == "America/New_York"
    recorded("C-1", "2026-11-01T03:59:59+00:00")  # still the evening of October 31
    recorded("C-2", "2026-11-01T04:00:00+00:00")
    rows = program.get("/customers?created_since=2026-11-01").json()["results"]
    assert [row["number"] for row in rows] == ["C-2"]


@pytest.mark.parametrize("since", ["2026-11-01T10:00", "2026-11-01T10:00:00", "2026-11-01+10:00", "20261101T100000"])
@pytest.mark.parametrize("path", ["/customers?created_since", "/organizations?created_since", "/shares?shared_since"])
def test_without_one_it_is_refused_and_said_what_to_add(program: Program, path: str, since: str) -> None:
    answer = program.get(f"{path}={since}")
    assert problem_of(answer) == (400, "invalid")
    assert errors_of(answer) == {
        path.partition("?")[2]: [
            "A moment has its offset: add Z or one such as %2B01:00 (a + in an address). None is guessed."
        ]
    }


def test_the_description_says_how_a_moment_is_written() -> None:
    told = [
        one["description"]
        for methods in description()["paths"].values()
        for operation in methods.values()
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one["schema"].get("format") == "date-time"
    ]
    assert len(told) == 3
    assert all("without one it is refused" in words and "A day alone" in words for words in told)
