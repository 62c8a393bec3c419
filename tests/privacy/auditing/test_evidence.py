"""The evidence of a period as one archive; figures by year; the inventory."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from privacy.agency import agency_today
from privacy.auditing import figures, inventory
from privacy.auditing.archive import Archive
from privacy.auditing.figures import Figure
from privacy.enums import RequestKind, Step
from privacy.holdings import holding_models
from privacy.models import AccessEntry, Disclosure, RequestStep, RightsRequest, User
from privacy.physical import destroying
from privacy.physical.destroying import Way
from privacy.physical.enums import Destroying
from privacy.rights.stepping import Said, take
from privacy.rights.working_days import working_days_between
from privacy.roles import Role
from privacy.safeguards import reviewing
from tests.factories import make_customer, make_user
from tests.requesting import disclosed, make_officer, make_request, verified
from tests.retention import approve_all as approve
from tests.retention import dispose, gone_customer, hold_on
from tests.safeguards import make_care, make_incident, make_unit

pytestmark = pytest.mark.django_db
TODAY = agency_today()


@pytest.fixture
def audrey(client: Client) -> User:
    user = make_user(Role.AUDITOR, "Audrey")
    client.force_login(user)
    return user


def taken(client: Client, **days: date) -> zipfile.ZipFile:
    answer = client.get("/auditing/evidence.zip", {name: day.isoformat() for name, day in days.items()})
    assert answer.status_code == 200
    found = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert found.testzip() is None
    return found


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


# The archive --------------------------------------------------------------------------------------------------------


def test_an_archive_is_handed_on_while_it_is_written_with_the_hash_of_each_file() -> None:
    archive = Archive(datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    parts = [*archive.table("a.csv", ("n", "of"), ((number, ["x", "=y"]) for number in range(20_000)))]
    assert len([part for part in parts if part]) > 1
    found = zipfile.ZipFile(
        io.BytesIO(b"".join([*parts, *archive.json("b.json", {"day": date(2026, 3, 1)}), *archive.end()]))
    )
    assert found.namelist() == ["a.csv", "b.json", "manifest.json"]
    assert found.read("a.csv").decode("utf-8-sig").splitlines()[:2] == ["n,of", '0,"x, =y"']
    assert json.loads(found.read("b.json")) == {"day": "2026-03-01"}
    assert json.loads(found.read("manifest.json"))["sha256"] == {
        name: hashlib.sha256(found.read(name)).hexdigest() for name in ("a.csv", "b.json")
    }
    assert found.getinfo("a.csv").date_time == (2026, 3, 1, 12, 30, 0)


def test_no_cell_of_it_runs_as_a_formula() -> None:
    archive = Archive(datetime(2026, 3, 1, tzinfo=UTC))
    content = b"".join([*archive.table("a.csv", ("said",), [("=1+1",), (None,)]), *archive.end()])
    assert zipfile.ZipFile(io.BytesIO(content)).read("a.csv").decode("utf-8-sig").splitlines() == [
        "said",
        "'=1+1",
        '""',
    ]


# What is in it ------------------------------------------------------------------------------------------------------


def test_the_evidence_has_what_happened_in_the_days_and_names_no_individual(client: Client, audrey: User) -> None:
    grace, olga = make_user(Role.RECORDS_ADMINISTRATOR, "Grace"), make_officer("Olga")
    approve(grace)
    quill = make_customer("C-7", name="Zebedee Quill", email="quill@example.com")
    disclosed(quill, olga, on=TODAY)
    gone_customer("C-9", name="Zebedee Gone")
    run = dispose(make_user(Role.RECORDS_ADMINISTRATOR, "Rita"))
    hold_on(grace, people=[quill.key])
    destruction = destroying.list_for([make_unit(grace)], Way(Destroying.BURNING, "", "Denver"), grace)
    make_care(olga, "SAF-4")
    make_incident("INC-7", make_user(Role.SECURITY_INVESTIGATOR, "Ida"))
    reviewing.open_review(TODAY)
    archive = taken(client, first=TODAY - timedelta(days=1), last=TODAY)
    names = set(archive.namelist())
    assert {f"disposals/{run.pk}.json", f"destructions/{destruction.pk}.json", "notice.json", "README.txt"} <= names
    assert [row["recipient_name"] for row in rows(archive, "disclosures.csv")] == ["Print Works"]
    assert [row["name"] for row in rows(archive, "holds.csv")] == ["Matter 7"]
    assert [row["number"] for row in rows(archive, "incidents.csv")] == ["INC-7"]
    assert [row["safeguard"] for row in rows(archive, "safeguards.csv")] == ["SAF-4"]
    assert json.loads(archive.read(f"disposals/{run.pk}.json"))["signed_by"] == "Rita"
    assert json.loads(archive.read(f"destructions/{destruction.pk}.json"))["lines"][0]["barcode"] == "WM-900001"
    assert "Audrey" in {row["name"] for row in rows(archive, "accounts.csv")}
    assert len(rows(archive, "retention-rules.csv")) == 8
    told = json.loads(archive.read("manifest.json"))["sha256"]
    assert set(told) == names - {"manifest.json"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == value for name, value in told.items())
    for name in names:
        content = archive.read(name).decode().lower()
        assert "quill" not in content, name
        assert "zebedee" not in content, name
        assert str(quill.key) not in content, name


def test_the_access_log_of_the_days_is_in_it_and_taking_it_along_is_a_line_with_the_count(
    client: Client, audrey: User
) -> None:
    archive = taken(client, first=TODAY, last=TODAY)
    lines = rows(archive, "access-log.csv")
    assert [(line["kind"], line["place"], line["user_id"]) for line in lines][-1] == (
        "intent", "evidence", str(audrey.pk),
    )  # fmt: skip
    shown = AccessEntry.objects.get(place="evidence", kind="shown")
    assert (shown.duty, shown.records) == ("audit", len(lines))
    assert rows(taken(client, first=date(2026, 1, 1), last=date(2026, 1, 31)), "access-log.csv") == []


def test_evidence_that_is_cut_off_says_so_in_the_log(client: Client, audrey: User) -> None:
    answer: Any = client.get("/auditing/evidence.zip")
    sent = answer._iterator  # what a server closes when its reader has gone
    next(sent)
    sent.close()
    assert AccessEntry.objects.filter(place="evidence").latest("at").why == "cut_off"


def test_what_cannot_be_logged_is_not_taken_along(
    client: Client, audrey: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from privacy import access

    def broken(line: AccessEntry, *, awaits_disk: bool = True) -> AccessEntry:
        raise access.NotLogged

    monkeypatch.setattr("privacy.access.write", broken)
    assert client.get("/auditing/evidence.zip").status_code == 503
    assert client.get("/auditing/").status_code == 503


# Figures ------------------------------------------------------------------------------------------------------------


def test_figures_count_requests_decisions_days_and_disclosures_by_year() -> None:
    olga, customer = make_officer(), make_customer("C-1")
    for received in (date(2025, 12, 30), date(2026, 1, 5)):
        request = verified(
            make_request(RequestKind.NOTIFICATION, received_on=received, name=f"Ada {received}"), olga, customer
        )
        take(request, Step.REFUSE if received.year == 2026 else Step.GRANT, olga, Said(reason="Exempt."))
    for step, at in ((Step.GRANT, date(2026, 1, 8)), (Step.REFUSE, date(2026, 1, 9))):
        moment = datetime(at.year, at.month, at.day, 17, tzinfo=UTC)
        RequestStep.objects.filter(step=step).update(at=moment)
    disclosed(customer, olga, on=date(2026, 3, 2))
    of = RequestKind.NOTIFICATION.label
    days = sorted(
        [
            working_days_between(date(2025, 12, 30), date(2026, 1, 8)),
            working_days_between(date(2026, 1, 5), date(2026, 1, 9)),
        ]
    )
    assert figures.figures() == [
        Figure(2026, "disclosures", "routine use 4 (Disclosure to Agents or Contractors)", 1),
        Figure(2026, "requests granted", of, 1),
        Figure(2026, "requests received", of, 1),
        Figure(2026, "requests refused", of, 1),
        Figure(2026, "working days taken, longest", of, days[-1]),
        Figure(2026, "working days taken, median", of, sum(days) / 2),
        Figure(2025, "requests received", of, 1),
    ]
    assert days == [4, 6]
    assert RightsRequest.objects.count() == 2
    assert Disclosure.objects.count() == 1


def test_figures_and_inventory_are_files_for_officers_and_auditors(client: Client) -> None:
    make_request()
    client.force_login(make_officer())
    answer = client.get("/auditing/figures.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "year,figure,of,value", f"{TODAY.year},requests received,Access to records,1",
    ]  # fmt: skip
    assert client.get("/auditing/inventory.csv").content.decode("utf-8-sig").startswith("holding,kept in,categories,")


# Inventory ----------------------------------------------------------------------------------------------------------


def test_the_inventory_has_each_model_that_holds_records_and_the_boxes() -> None:
    make_customer("C-1")
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    make_unit(grace, "WM-900001")
    make_unit(grace, "WM-900002")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE records_customer")
    found = {row[1]: row for row in inventory.rows()}
    assert set(found) == {model._meta.label for model, _ in holding_models()} | {"Paper"}
    customer = found["records.Customer"]
    assert (customer[0], customer[5], customer[6]) == ("customers", "3", 1)
    assert found["Paper"] == ("Surveys", "Paper", "9", 0, "", "7", 2)
    assert found["campaigns.Event"][6] >= 0
