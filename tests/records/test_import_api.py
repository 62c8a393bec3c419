"""Imports by the API: the same functions, permits and scope as the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.models import Customer, Import, Upload
from tests.api import errors_of, problem_of
from tests.factories import make_user
from tests.uploads import files_in

pytestmark = pytest.mark.django_db
PEOPLE = "number,name\n1,Ada\n2,\n"
MAPPING = 'kind = "customers"\n[columns]\nnumber = "No"\nname = "Who"\n'


@pytest.fixture
def manager(client: Client, media: object, work: None) -> User:
    user = make_user(Role.SALES_MANAGER)
    client.force_login(user)
    return user


def post(client: Client, content: str = PEOPLE, mapping: str = "", **more: Any) -> Any:
    data = {"kind": "customers", "file": SimpleUploadedFile("people.csv", content.encode()), **more}
    if mapping:
        data["mapping"] = SimpleUploadedFile("m.toml", mapping.encode())
    return client.post("/api/v1/imports", data)


def test_a_file_is_imported_by_its_kinds_own_mapping(client: Client, manager: User) -> None:
    answer = post(client)
    record, upload = Import.objects.get(), Upload.objects.get()
    expected = {
        "id": str(upload.key),
        "import": record.pk,
        "kind": "customers",
        "file": "people.csv",
        "state": "done",
        "error": "",
        "read": 2,
        "loaded": 1,
        "already_present": 0,
        "rejected": 1,
        "secrets_dropped": 0,
        "reasons": [{"column": "name", "reason": "is empty", "count": 1, "first_line": 3}],
        "address": f"/api/v1/imports/{upload.key}",
    }
    assert (answer.status_code, answer.json()) == (202, expected)
    assert client.get(f"/api/v1/imports/{upload.key}").json() == expected
    assert record.started_by == manager
    assert files_in("uploads") == []


def test_a_file_is_imported_by_the_mapping_that_came_with_it(client: Client, manager: User) -> None:
    assert post(client, "No,Who\n7,Ada\n", MAPPING).status_code == 202
    assert Customer.objects.get().number == "7"


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"kind": "robots"}, {"kind": ["there is no importer of 'robots' (there are: "]}),
        ({"file": ""}, {"file": ["The submitted data was not a file. Check the encoding type on the form."]}),
        ({"mapping": MAPPING}, {"mapping": ["people.csv has no column 'No', 'Who'; it has 'number', 'name'"]}),
        ({"mapping": "{"}, {"file": ["the mapping m.toml is not TOML"]}),
        ({"content": "number,name,x\n1,A,y\n"}, {"mapping": ["people.csv has columns that the mapping"]}),
        ({"content": "PK\x03\x04"}, {"file": ["people.csv is a ZIP archive or an Excel workbook"]}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    client: Client, manager: User, sent: dict[str, Any], answer: dict[str, list[str]]
) -> None:
    got = post(client, **sent)
    assert got.status_code == 400
    ((field, (sentence,)),) = errors_of(got).items()
    ((expected_field, (beginning,)),) = answer.items()
    assert field == expected_field
    assert sentence.startswith(beginning)
    assert not Upload.objects.exists()
    assert files_in("uploads") == []


def test_a_file_that_is_too_large_is_refused(client: Client, manager: User, settings: Settings) -> None:
    settings.IMPORT_MAX_BYTES = 10
    assert "larger than 10 bytes" in errors_of(post(client))["file"][0]
    assert files_in("uploads") == []


def test_rejects_are_read_through_the_door(client: Client, manager: User) -> None:
    address = post(client).json()["address"]
    answer = client.get(f"{address}/rejects")
    assert b"".join(answer) == b"line,column,reason,value\r\n3,name,is empty,\r\n"
    entries = [entry for entry in AccessEntry.objects.all() if entry.place == "api_import_rejects"]
    assert sorted((entry.kind, entry.records) for entry in entries) == [("intent", None), ("shown", 1)]


def test_an_import_without_rejected_rows_has_no_file_of_them(client: Client, manager: User) -> None:
    address = post(client, "number,name\n1,Ada\n").json()["address"]
    assert client.get(f"{address}/rejects").status_code == 404


def test_an_import_is_taken_back_once(client: Client, manager: User) -> None:
    address = post(client).json()["address"]
    answer = client.post(f"{address}/undo").json()
    assert (answer["state"], answer["gone"]) == ("undone", "1 customers, 0 organizations")
    assert not Customer.objects.exists()
    again = client.post(f"{address}/undo")
    number = Import.objects.get().pk
    assert (problem_of(again), again.json()["detail"]) == (
        (409, "conflict"),
        f"import {number} was already taken back",
    )


def test_what_has_not_begun_has_nothing_to_give_or_take_back(client: Client, manager: User) -> None:
    upload = Upload.objects.create(kind="customers", file_name="x", stored_as="y", size=1, sent_by=manager)
    for answer in (
        client.get(f"/api/v1/imports/{upload.key}/rejects"),
        client.post(f"/api/v1/imports/{upload.key}/undo"),
    ):
        assert (problem_of(answer), answer.json()["detail"]) == (
            (409, "conflict"),
            "This import has not begun: there are no rows of it yet.",
        )


def test_anothers_import_is_not_found_and_others_may_not_import(client: Client, manager: User) -> None:
    address = post(client).json()["address"]
    client.force_login(make_user(Role.SALES_MANAGER, "Other"))
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/rejects").status_code == 404
    assert client.post(f"{address}/undo").status_code == 404
    assert Customer.objects.exists()
    client.force_login(make_user(Role.SALES))
    assert post(client).status_code == 403
    assert client.get(address).status_code == 403
    assert files_in("uploads") == []


def test_a_post_without_the_token_of_the_session_is_refused(media: object, work: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user(Role.SALES_MANAGER))
    assert post(strict).status_code == 403
    assert strict.post("/imports/new/", {"kind": "customers"}).status_code == 403
    assert files_in("uploads") == []
