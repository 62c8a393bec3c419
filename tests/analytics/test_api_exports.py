"""Exports by the API: asked for, watched, cancelled, taken; the same permits, purposes and accounts as the pages."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from analytics.exports import making
from analytics.models import Export
from privacy.disclosures import routine_uses
from privacy.models import AccessEntry, Disclosure, User
from privacy.purposes import Basis
from privacy.roles import Role
from tests.api import Program, errors_of, new_word, problem_of
from tests.factories import make_campaign, make_customer, make_user

# A worker tells of its work by a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def marketing() -> Program:
    return Program(make_user(Role.MARKETING_MANAGER))


@pytest.fixture
def sales() -> Program:
    return Program(make_user(Role.SALES_MANAGER))


def asked(program: Program, of: str = "campaigns", **more: Any) -> Any:
    return program.post("/exports", {"of": of, "format": "csv", **more})


def made(program: Program, of: str = "campaigns", **more: Any) -> dict[str, Any]:
    """An export that a worker has made."""
    answer = asked(program, of, **more)
    assert answer.status_code == 202, answer.content
    making.make(Export.objects.get(key=answer.json()["key"]).pk)
    body: dict[str, Any] = program.get(f"/exports/{answer.json()['key']}").json()
    return body


def test_a_list_is_asked_for_made_and_taken(marketing: Program) -> None:
    for slug in ("spring", "summer", "autumn"):
        make_campaign(slug)
    answer = asked(marketing, query="search=s&sort=name&page=3&view=none&after=x")
    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (202, f"/api/v1/exports/{body['key']}")
    assert {name: body[name] for name in ("of", "title", "query", "format", "state", "rows", "file")} == {
        "of": "campaigns", "title": "Campaigns", "query": "search=s&sort=name", "format": "csv", "state": "queued",
        "rows": 2, "file": None,
    }  # fmt: skip
    assert problem_of(marketing.get(f"/exports/{body['key']}/file")) == (404, "not-found")
    making.make(Export.objects.get().pk)
    ready = marketing.get(f"/exports/{body['key']}").json()
    assert (ready["state"], ready["rows_done"]) == ("ready", 2)
    file = marketing.client.get(ready["file"], headers=marketing.headers({}))
    assert file["Content-Type"] == "application/octet-stream"
    content = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert len(content) == ready["size"]
    assert [line.split(",")[0] for line in content.decode("utf-8-sig").splitlines()] == ["Name", "Spring", "Summer"]


def test_a_report_is_asked_for_by_its_name(marketing: Program) -> None:
    make_campaign("spring")
    body = made(marketing, "campaign/spring")
    assert (body["title"], body["state"], body["rows"]) == ("Spring", "ready", 2)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"of": ["This field is required."], "format": ["This field is required."]}),
        ({"of": "campaigns", "format": "docx"}, {"format": ["One of "]}),
        (
            {"of": "campaigns", "format": "csv", "query": "state=bogus"},
            {"query": ["The filter “state” is not valid: "]},
        ),
        (
            {"of": "campaigns", "format": "csv", "query": "staet=running"},
            {"query": ["There is no filter staet here: did you mean state?"]},
        ),
        ({"of": "campaigns", "format": "svg"}, {"format": ["A picture is of a report that is drawn"]}),
        ({"of": "filtered", "format": "png"}, {"format": ["A picture is of a report that is drawn"]}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_asked_for(
    marketing: Program, sent: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    answer = marketing.post("/exports", sent)
    assert problem_of(answer) == (400, "invalid")
    found = errors_of(answer)
    assert found.keys() == wrong.keys()
    assert all(found[name][0].startswith(said[0]) for name, said in wrong.items())
    assert not Export.objects.exists()


@pytest.mark.parametrize("of", ["nothing", "campaign/nothing", "customer/x", "filtered/x", "exports"])
def test_what_there_is_none_of_is_not_found(marketing: Program, of: str) -> None:
    assert asked(marketing, of).status_code in (403, 404)
    assert not Export.objects.exists()


def test_a_list_that_the_owner_may_not_see_is_forbidden(marketing: Program) -> None:
    assert problem_of(asked(marketing, "customers")) == (403, "forbidden")


def test_who_may_not_export_asks_for_none() -> None:
    keeper = Program(make_user(Role.RECORDS_ADMINISTRATOR))
    assert problem_of(asked(keeper)) == (403, "forbidden")
    assert problem_of(keeper.get("/exports")) == (403, "forbidden")


def test_a_key_that_reads_exports_asks_for_none() -> None:
    reader = Program(make_user(Role.MARKETING_MANAGER), "exports:read")
    assert problem_of(asked(reader)) == (403, "scope-missing")
    assert reader.get("/exports").json() == {"results": [], "next": None}


def test_records_are_exported_for_the_keys_purpose_and_each_taking_is_logged(sales: Program) -> None:
    owner: User = sales.key.owner
    make_customer("C-1", owner)
    make_customer("C-2", make_user(Role.SALES, "Other"))
    body = made(sales, "customers")
    assert (body["state"], body["rows"]) == ("ready", 1)
    export = Export.objects.get()
    assert export.basis == sales.key.basis.name  # type: ignore[union-attr]
    before = AccessEntry.objects.filter(place="customers", records=1).count()
    taken = sales.client.get(body["file"], headers=sales.headers({}))
    assert (taken.status_code, len(b"".join(taken.streaming_content))) == (200, body["size"])  # type: ignore[attr-defined]
    assert AccessEntry.objects.filter(place="customers", records=1).count() == before + 1


def test_records_that_do_not_serve_the_keys_purpose_are_refused(sales: Program) -> None:
    other = Program(sales.key.owner, basis=Basis(5))
    refused = asked(other, "customers")
    assert refused.status_code == 403
    assert not Export.objects.exists()


def test_what_leaves_the_agency_needs_a_recipient_and_a_routine_use_and_is_accounted_for(sales: Program) -> None:
    make_customer("C-1", sales.key.owner)
    refused = asked(sales, "customers", leaves=True)
    assert errors_of(refused).keys() == {"recipient_name", "recipient_address", "routine_use"}
    use = next(iter(routine_uses())).number
    made(
        sales,
        "customers",
        leaves=True,
        recipient_name="A court",
        recipient_address="1 Main Street",
        routine_use=use,
    )
    assert Disclosure.objects.count() == 1


def test_an_export_is_cancelled_once(marketing: Program) -> None:
    key = asked(marketing).json()["key"]
    assert marketing.post(f"/exports/{key}/cancel").json()["state"] == "cancelled"
    assert problem_of(marketing.post(f"/exports/{key}/cancel")) == (409, "conflict")
    making.make(Export.objects.get().pk)
    assert marketing.get(f"/exports/{key}").json()["state"] == "cancelled"


def test_exports_are_their_owners_alone(marketing: Program) -> None:
    key = made(marketing)["key"]
    other = Program(make_user(Role.MARKETING_MANAGER, "Other"))
    assert other.get("/exports").json()["results"] == []
    for answer in (
        other.get(f"/exports/{key}"),
        other.get(f"/exports/{key}/file"),
        other.post(f"/exports/{key}/cancel"),
    ):
        assert problem_of(answer) == (404, "not-found")


def test_a_permit_that_is_gone_takes_the_file_with_it(marketing: Program) -> None:
    body = made(marketing)
    marketing.key.owner.groups.clear()
    marketing.key.owner.give_role(Role.RECORDS_ADMINISTRATOR)
    assert marketing.client.get(body["file"], headers=marketing.headers({})).status_code == 403


def test_the_same_request_asks_once(marketing: Program) -> None:
    word = new_word()
    sent = {"of": "campaigns", "format": "csv"}
    first, second = (marketing.post("/exports", sent, Idempotency_Key=word).json() for _ in range(2))
    assert first == second
    assert Export.objects.count() == 1


def test_the_list_is_the_newest_first_and_paged(marketing: Program) -> None:
    keys = [asked(marketing).json()["key"] for _ in range(3)]
    page = marketing.get("/exports?size=2").json()
    assert [one["key"] for one in page["results"]] == keys[:0:-1]
    following = marketing.client.get(page["next"], headers=marketing.headers({})).json()
    assert [one["key"] for one in following["results"]] == keys[:1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(marketing: Program, count: int) -> None:
    for _ in range(count):
        asked(marketing)
    marketing.get("/exports")
    with CaptureQueriesContext(connection) as queries:
        assert len(marketing.get("/exports").json()["results"]) == count
    # The key, its owner, their permits (two), that it was used, the rows.
    assert len(queries) <= 6
