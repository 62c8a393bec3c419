"""Files sent in the browser: mapped, previewed, checked, imported by a worker, stopped, taken back."""

import gzip
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from privacy.models import AccessEntry, User
from privacy.roles import Role
from records.enums import ImportState, UploadState
from records.intake import running, uploads
from records.intake.problems import Refused
from records.models import Customer, Import, Meeting, Upload
from records.tasks import tend_uploads, work_on_upload
from tests.broker import Broker, by_the_clock
from tests.factories import make_user
from tests.intake import run
from tests.uploads import choices, files_in, send

pytestmark = pytest.mark.django_db
PEOPLE = "Customer No,Full Name,E-mail,Note\n1,Ada,ada@mail.example.com,x\n2,,b@mail.example.com,=cmd\n"
NOT_JOINED = "chosen for more than one column, which cannot be joined. Leave one of them out"
CARD = "4111 1111 1111 1111"


@pytest.fixture
def manager(client: Client, media: Path) -> User:
    user = make_user(Role.SALES_MANAGER)
    client.force_login(user)
    return user


def address(upload: Upload, more: str = "") -> str:
    return f"/imports/files/{upload.key}/{more}"


def act(client: Client, upload: Upload, action: str, **changed: str) -> Any:
    page = client.get(address(upload))
    return client.post(address(upload), choices(page, **changed) | {"action": action}, follow=True)


def imported(client: Client, content: str = PEOPLE) -> Import:
    """What the page makes of a file with a column `Note`, or none."""
    upload = send(client, content)
    act(client, upload, "start", **({"Note": "-: not needed"} if "Note" in content else {}))
    return Import.objects.latest("id")


def told(page: Any) -> str:
    return str(page.content.decode())


def test_a_file_is_mapped_previewed_and_imported_and_then_gone(client: Client, manager: User, work: None) -> None:
    upload = send(client, PEOPLE)
    page = client.get(address(upload))
    assert [row.choice.field for row in page.context["rows"]] == ["number", "name", "email", ""]
    assert page.context["missing"] == ["Decide what these columns are, or leave them out: Note."]
    assert [[cell.problem for cell in row.cells] for row in page.context["preview"].rows] == [
        ["", "", ""],
        ["", "is empty", ""],
    ]
    assert [path.name for path in files_in("uploads")] == [upload.stored_as]
    page = act(client, upload, "start", Note="-: not needed")
    record = Import.objects.get()
    assert page.redirect_chain[-1][0] == f"/imports/{record.pk}/"
    assert (record.state, record.started_by, record.file_name) == (ImportState.DONE, manager, "people.csv")
    assert (record.read, record.loaded, record.already_present, record.rejected) == (2, 1, 0, 1)
    assert (record.position, record.size) == (len(PEOPLE), len(PEOPLE))
    assert [(one.column, one.text, one.count) for one in page.context["reasons"]] == [("Full Name", "is empty", 1)]
    upload.refresh_from_db()
    assert (upload.state, upload.stored_as, upload.source_import) == (UploadState.ENDED, "", record)
    assert files_in("uploads") == []


def test_a_file_on_its_way_in_is_readable_by_nobody_else(client: Client, manager: User, media: Path) -> None:
    upload = send(client, PEOPLE, name="../../evil\\..\\name.csv")
    assert (media / "uploads").stat().st_mode & 0o777 == 0o700
    stored = media / "uploads" / upload.stored_as
    assert stored.stat().st_mode & 0o777 == 0o600
    assert "/" not in upload.file_name
    assert len(upload.stored_as) == 32
    assert list(media.parent.rglob("*.csv")) == []


def test_nobody_sees_anothers_file_or_takes_anothers_import_back(client: Client, manager: User, work: None) -> None:
    upload, record = send(client, PEOPLE), imported(client)
    client.force_login(make_user(Role.SALES_MANAGER, "Other"))
    for more in ("", "state/"):
        assert client.get(address(upload, more)).status_code == 404
    for more in ("stop/", "go-on/", "abandon/", f"use/{upload.key}/"):
        assert client.post(address(upload, more)).status_code == 404
    for more in ("rejects/", "undo/"):
        assert client.get(f"/imports/{record.pk}/{more}").status_code == 404
    assert client.post(f"/imports/{record.pk}/undo/").status_code == 404
    page = told(client.get(f"/imports/{record.pk}/"))
    assert "Take back" not in page
    assert "rejects/" not in page
    assert Customer.objects.exists()
    assert "people.csv" in told(client.get("/imports/"))
    assert "Waiting for you" not in told(client.get("/imports/"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 and so on", "is a ZIP archive or an Excel workbook, not CSV: save it as CSV (plain or .gz)"),
        (b"%PDF-1.7", "is a PDF, not CSV"),
        (b"\x1f\x8b broken", "is a broken gzip file"),
        (gzip.compress(b"PK\x03\x04", mtime=0), "is a ZIP archive or an Excel workbook"),
    ],
)
def test_what_is_no_table_of_text_is_refused_and_not_kept(
    client: Client, manager: User, content: bytes, reason: str
) -> None:
    answer = client.post("/imports/new/", {"kind": "customers", "file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert f"x.csv {reason}" in told(answer)
    assert "/uploads/" not in told(answer)
    assert files_in("uploads") == []
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused(client: Client, manager: User) -> None:
    answer = client.post("/imports/new/", {"kind": "customers", "file": SimpleUploadedFile("x.csv", b"")})
    assert answer.context["form"].errors["file"] == ["The submitted file is empty."]
    assert files_in("uploads") == []


@pytest.mark.parametrize("form_bytes", [0, 1 << 20])
def test_a_file_that_is_too_large_is_refused_and_not_kept(
    client: Client, manager: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, form_bytes: int
) -> None:
    """By its announced length before it is read; where that says nothing, while it is read."""
    settings.IMPORT_MAX_BYTES = 100
    monkeypatch.setattr("records.views.uploads.FORM_BYTES", form_bytes)
    answer = client.post(
        "/imports/new/", {"kind": "customers", "file": SimpleUploadedFile("x.csv", b"number,name\n" + b"1,A\n" * 500)}
    )
    assert answer.status_code == (422 if form_bytes else 413)
    assert ("is larger than 100 bytes" if form_bytes else "larger than 100\xa0bytes") in told(answer)
    assert files_in("uploads") == []
    assert not Upload.objects.exists()


def test_markup_in_headers_cells_and_file_names_is_inert(client: Client, manager: User, work: None) -> None:
    markup = "<script>alert(1)</script>"
    content = f"number,name,{markup}\n1,{markup},x\n2,,{markup}\n"
    upload = send(client, content, name=f"{markup}.csv")
    page = client.get(address(upload))
    assert "<script>alert" not in told(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told(page)
    done = client.post(address(upload), choices(page, **{markup: "-: no"}) | {"action": "start"}, follow=True)
    assert "<script>alert" not in told(done) + told(client.get("/imports/"))
    assert Customer.objects.get().name == markup


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            ",".join(f"c{n}" for n in range(301)) + "\n",
            "people.csv has 301 columns, read so; at most 300 can be mapped",
        ),
        ("x" * 3_000_000, "people.csv has column names of more than 200 characters, read so: is it a table?"),
        ("a,b,a\n1,2,3\n", "people.csv: the header names &#x27;a&#x27; more than once"),
        ("\n\n", "people.csv holds no line of text"),
    ],
)
def test_a_header_that_cannot_be_mapped_is_said_and_the_file_can_be_read_otherwise(
    client: Client, manager: User, content: str, reason: str
) -> None:
    upload = send(client, content)
    page = client.get(address(upload))
    assert reason in told(page)
    assert "How the file is formatted" in told(page)
    assert client.post(address(upload), choices(page) | {"action": "start"}).status_code == 422


def test_what_the_screen_lacks_is_said_and_nothing_starts(client: Client, manager: User) -> None:
    upload = send(client, PEOPLE)
    cases = {
        "Choose a column for: Customer ID.": {"Customer No": "-: no", "Note": "-: no"},
        "Note: say why it is left out": {"Note": "-: "},
        f"E-mail address: {NOT_JOINED}": {"Note": "email"},
        "Decide what these columns are, or leave them out: Note.": {},
    }
    for sentence, changed in cases.items():
        upload.mapping = ""
        upload.save()
        page = act(client, upload, "start", **changed)
        assert (page.status_code, page.context["screen"].error) == (422, sentence)
    upload.refresh_from_db()
    assert upload.state == UploadState.DRAFT


def test_a_file_read_otherwise_has_its_columns_guessed_anew(client: Client, manager: User) -> None:
    upload = send(client, "number;name,x\n1;Ada,y\n")
    page = client.get(address(upload))
    sent = choices(page) | {"delimiter": ";"}
    page = client.post(address(upload), sent, follow=True)
    assert "Read this way, the file has other columns" in told(page)
    assert [row.choice.column for row in page.context["rows"]] == ["number", "name,x"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "utf-16-le"])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_files_of_any_encoding_and_line_end_come_in(
    client: Client, manager: User, work: None, encoding: str, end: str
) -> None:
    text = end.join(["number\tname", "1\tZoë Müller", "2\tAda", ""])
    act(client, send(client, text.encode(encoding)), "start")
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Ada", "Zoë Müller"]


def test_the_check_reads_the_whole_file_and_writes_nothing(client: Client, manager: User, work: None) -> None:
    upload = send(client, "number,name\n" + "".join(f"{n},{'' if n == 150 else 'x'}\n" for n in range(300)))
    page = act(client, upload, "check")
    upload.refresh_from_db()
    assert (upload.state, upload.checked["read"], upload.checked["rejected"]) == (UploadState.DRAFT, 300, 1)
    assert [(one.text, one.first_line) for one in page.context["checked_reasons"]] == [("is empty", 152)]
    assert "What the check found" in told(page)
    assert not Customer.objects.exists()
    assert not Import.objects.exists()


def test_card_numbers_are_not_shown_in_the_preview_and_are_counted(client: Client, manager: User, work: None) -> None:
    upload = send(client, f"number,name,city\n1,Ada,{CARD}\n")
    preview = client.get(address(upload)).context["preview"]
    assert [cell.text for cell in preview.rows[0].cells] == ["1", "Ada", ""]
    page = act(client, upload, "start")
    assert Import.objects.get().secrets_dropped == 1
    assert "Numbers removed" in told(page)


def test_a_mapping_is_saved_as_a_file_and_taken_by_a_later_upload(client: Client, manager: User, work: None) -> None:
    upload = send(client, PEOPLE)
    answer = act(client, upload, "download", Note="-: not needed")
    assert answer["Content-Disposition"] == 'attachment; filename="customers.toml"'
    later = send(client, PEOPLE, mapping=told(answer))
    assert client.get(address(later)).context["missing"] == []
    assert later.mapping_name == "m.toml"


def test_a_mapping_used_before_is_offered_for_the_same_columns(client: Client, manager: User, work: None) -> None:
    first = send(client, PEOPLE)
    act(client, first, "start", Note="-: a reason of mine")
    again, other = send(client, PEOPLE), send(client, "number,name\n3,Cy\n")
    assert [used.pk for used in client.get(address(again)).context["used_before"]] == [first.pk]
    assert list(client.get(address(other)).context["used_before"]) == []
    page = client.post(address(again, f"use/{first.key}/"), follow=True)
    assert page.context["rows"][3].choice.reason == "a reason of mine"
    page = client.post(address(other, f"use/{first.key}/"), follow=True)
    assert "That file had other columns." in told(page)


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ("kind = 1", "kind is not a text"),
        ('kind = "organizations"\n[columns]\nname = "name"', "is for &#x27;organizations&#x27;, not for"),
        ("{", "is not TOML"),
    ],
)
def test_a_mapping_file_that_is_none_is_refused(client: Client, manager: User, mapping: str, reason: str) -> None:
    files = {"file": SimpleUploadedFile("x.csv", b"a\n1\n"), "mapping": SimpleUploadedFile("m.toml", mapping.encode())}
    answer = client.post("/imports/new/", {"kind": "customers", **files})
    assert answer.status_code == 422
    assert reason in told(answer)
    assert files_in("uploads") == []


def test_other_tables_of_a_mapping_file_are_kept_and_what_they_take_is_said(client: Client, manager: User) -> None:
    mapping = """
kind = "engagement"
recipient = "line"
[file]
nominal_date = 2026-01-15
[campaign]
slug = "appeal"
name = "Appeal"
[columns]
variant = "arm"
[variants]
0 = { name = "none", control = true }
1 = { name = "letter" }
[[outcomes]]
kind = "response"
when = "gave"
"""
    upload = send(client, "arm,gave\n0,1\n1,0\n", kind="engagement", mapping=mapping)
    page = client.get(address(upload))
    assert page.context["missing"] == []
    assert page.context["rows"][1].note == "Taken by another table of the mapping file."
    act(client, upload, "preview")
    upload.refresh_from_db()
    assert all(text in upload.mapping for text in ("outcomes = ", "2026-01-15", "[campaign]"))


def test_first_and_last_name_are_joined_in_their_order(client: Client, manager: User, work: None) -> None:
    upload = send(client, "Record ID,Last Name,First Name,Middle Name\n1,Byron,Ada,\n2,,,\n3,Lovelace,Ada,King\n")
    page = client.get(address(upload))
    assert [row.choice.field for row in page.context["rows"]] == ["number", "name", "name", "name"]
    assert page.context["preview"].rows[1].cells[1].problem == "is empty"
    act(client, upload, "preview")
    page = act(client, upload, "start")
    names = Customer.objects.order_by("number").values_list("name", flat=True)
    assert list(names) == ["Ada Byron", "Ada King Lovelace"]
    assert [(one.text, one.count) for one in page.context["reasons"]] == [("is empty", 1)]


def test_dates_of_two_orders_are_said_and_chosen(client: Client, manager: User, work: None) -> None:
    upload = send(client, "number,name,customer since\n1,Ada,03/04/2026\n2,Bo,05/06/2026\n")
    row = client.get(address(upload)).context["rows"][2]
    assert row.choice.format == "%m/%d/%Y"
    assert "These dates can be read in more than one order; March 31, 2026 would be 03/31/2026." in row.note
    sent = choices(client.get(address(upload))) | {"format-2": "%d/%m/%Y", "action": "start"}
    client.post(address(upload), sent)
    assert str(Customer.objects.get(number="1").customer_since) == "2026-04-03"


def test_rejects_are_downloaded_by_their_owner_through_the_door(client: Client, manager: User, work: None) -> None:
    record = imported(client, 'number,name,customer since\n1,Ada,"=HYPERLINK(""x"")"\n')
    before = AccessEntry.objects.count()
    answer = client.get(f"/imports/{record.pk}/rejects/")
    body = b"".join(answer).decode()
    assert body.splitlines()[1] == '2,customer since,is not a date like 2026-03-31,"\'=HYPERLINK(""x"")"'
    assert answer["Content-Disposition"] == f'attachment; filename="rejects-{record.pk}.csv"'
    lines = AccessEntry.objects.order_by("at")[before:]
    assert [(line.kind, line.place, line.records) for line in lines] == [
        ("intent", "import_rejects", None),
        ("shown", "import_rejects", 1),
    ]


def test_an_import_is_taken_back_after_saying_what_would_go(
    client: Client, manager: User, work: None, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    record = imported(client)
    page = client.get(f"/imports/{record.pk}/undo/")
    assert "1 customers, 0 organizations" in told(page)
    assert Customer.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"/imports/{record.pk}/undo/", follow=True)
    assert "Taken back: 1 customers, 0 organizations." in told(page)
    assert not Customer.objects.exists()
    assert files_in("imports") == []
    again = client.post(f"/imports/{record.pk}/undo/")
    assert (again.status_code, again.context["refusal"]) == (409, f"import {record.pk} was already taken back")


def test_an_import_that_another_rests_on_says_why_it_stays(client: Client, manager: User, work: None) -> None:
    record = imported(client)
    Customer.objects.get().assignments.create(staff=manager, reason="by hand")
    page = client.get(f"/imports/{record.pk}/undo/")
    assert page.status_code == 409
    assert "1 assignments made since" in told(page)
    assert client.get(f"/imports/{record.pk}/").context["may_take_back"]


def cut_off(upload: Upload, rows: int) -> None:
    """Let a worker die after it has committed so many rows."""
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.WAITING)
    seen = running._heed_stop

    def die(one: Upload) -> None:
        seen(one)
        if Import.objects.filter(read__gte=rows).exists():
            raise KeyboardInterrupt

    with patch.object(running, "_heed_stop", die), pytest.raises(KeyboardInterrupt):
        running.work_on(upload.pk)


@pytest.fixture
def long_upload(client: Client, manager: User, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """A mapped file of ten rows, of which a chunk takes three."""
    monkeypatch.setattr("records.intake.customers.CustomerPlan.rows_a_chunk", 3)
    upload = send(client, "number,name\n" + "".join(f"{n},{'' if n == 1 else 'x'}\n" for n in range(10)))
    act(client, upload, "preview")
    upload.refresh_from_db()
    return upload


def test_an_import_whose_worker_died_is_gone_on_with_by_the_schedule(
    client: Client, long_upload: Upload, work: None
) -> None:
    cut_off(long_upload, 3)
    long_upload.refresh_from_db()
    assert (long_upload.state, Import.objects.get().read) == (UploadState.RUNNING, 3)
    assert client.get(address(long_upload, "state/")).json() == {
        "text": "3 rows read: 2 loaded, 0 already there, 1 rejected.",
        "percent": 100,
        "is_under_way": True,
    }
    tend_uploads.delay()
    assert Import.objects.get().read == 3  # it was touched just now
    Upload.objects.update(touched_at=timezone.now() - running.QUIET)
    tend_uploads.delay()
    record = Import.objects.get()
    assert (record.state, record.read, record.loaded, record.rejected) == (ImportState.DONE, 10, 9, 1)
    assert record.reasons == [["name", "is empty", 1, 3]]
    assert files_in("uploads") == []


def test_a_file_is_taken_in_by_the_clock_where_the_broker_is_away(
    client: Client, long_upload: Upload, broker: Broker
) -> None:
    broker.is_away = True
    assert act(client, long_upload, "start").status_code == 200
    long_upload.refresh_from_db()
    assert (long_upload.state, broker.calls) == (UploadState.WAITING, [])
    Upload.objects.update(touched_at=timezone.now() - running.QUIET)
    broker.is_away, broker.does = False, {running.WORK}
    by_the_clock(tend_uploads)
    assert Import.objects.get().state == ImportState.DONE


def test_a_long_import_asks_for_its_next_stretch(
    long_upload: Upload, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "STRETCH", -1.0)
    running.begin(long_upload, UploadState.WAITING)
    work_on_upload(long_upload.pk)
    assert broker.asked(running.WORK) == [long_upload.pk] * 2


def test_a_worker_that_died_after_the_last_row_leaves_no_second_import(long_upload: Upload, work: None) -> None:
    Upload.objects.filter(pk=long_upload.pk).update(state=UploadState.WAITING)
    with patch.object(running, "end", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        running.work_on(long_upload.pk)
    assert running.work_on(long_upload.pk) is False
    long_upload.refresh_from_db()
    assert (Import.objects.count(), long_upload.state) == (1, UploadState.ENDED)


def test_an_import_is_stopped_after_the_chunk_and_gone_on_with(client: Client, long_upload: Upload, work: None) -> None:
    cut_off(long_upload, 3)
    with patch.object(running, "is_held", return_value=True):
        client.post(address(long_upload, "stop/"))
    long_upload.refresh_from_db()
    assert long_upload.state == UploadState.STOPPING
    running.work_on(long_upload.pk)
    record = Import.objects.get()
    page = client.get(f"/imports/{record.pk}/")
    assert (record.state, record.read) == (ImportState.RUNNING, 3)
    assert "Stopped before the end" in told(page)
    client.post(address(long_upload, "go-on/"))
    assert (Import.objects.get().state, Customer.objects.count()) == (ImportState.DONE, 9)


def test_a_stopped_import_is_taken_back_with_its_file(
    client: Client, long_upload: Upload, django_capture_on_commit_callbacks: Any
) -> None:
    cut_off(long_upload, 3)
    client.post(address(long_upload, "stop/"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/imports/{Import.objects.get().pk}/undo/")
    long_upload.refresh_from_db()
    assert (Import.objects.get().state, long_upload.state) == (ImportState.UNDONE, UploadState.ENDED)
    assert not Customer.objects.exists()
    assert files_in("uploads") == []


def test_a_long_import_is_done_in_stretches(long_upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "STRETCH", 0)
    Upload.objects.filter(pk=long_upload.pk).update(state=UploadState.WAITING)
    for _ in range(9):
        if not running.work_on(long_upload.pk):
            break
        monkeypatch.setattr(running, "STRETCH", 0 if Import.objects.get().read < 6 else 600)
    assert (Import.objects.get().state, Customer.objects.count()) == (ImportState.DONE, 9)


def test_an_import_that_breaks_off_at_the_same_place_is_given_up(client: Client, long_upload: Upload) -> None:
    cut_off(long_upload, 3)
    Upload.objects.update(attempts=running.MOST_ATTEMPTS)
    running.work_on(long_upload.pk)
    long_upload.refresh_from_db()
    assert (long_upload.state, long_upload.error) == (UploadState.FAILED, running.BROKE_OFF.format(3))
    assert "broke off 3 times" in told(client.get(f"/imports/{Import.objects.get().pk}/"))


def test_a_file_refused_by_the_worker_goes_back_to_its_mapping_with_the_reason(
    client: Client, manager: User, work: None
) -> None:
    rows = "".join(f"{number},{os.urandom(20).hex()}\n" for number in range(50_000))
    upload = send(client, gzip.compress(f"number,name\n{rows}".encode())[:-20])
    page = act(client, upload, "start")
    upload.refresh_from_db()
    assert upload.state == UploadState.DRAFT
    assert "is a broken gzip file" in told(page)
    assert not Import.objects.exists()


def test_files_that_nobody_touched_for_a_day_are_swept(client: Client, long_upload: Upload, media: Path) -> None:
    fresh = send(client, PEOPLE)
    stray = media / "uploads" / ("0" * 32)
    stray.write_text("left by a request that broke off")
    young = media / "uploads" / ("1" * 32)
    young.write_text("coming in")
    day_ago = timezone.now() - uploads.KEPT_FOR - timedelta(minutes=1)
    os.utime(stray, (day_ago.timestamp(), day_ago.timestamp()))
    Upload.objects.filter(pk=long_upload.pk).update(touched_at=day_ago)
    assert uploads.sweep() == 2
    assert {path.name for path in files_in("uploads")} == {fresh.stored_as, young.name}
    assert list(Upload.objects.all()) == [fresh]


def test_a_stopped_import_that_nobody_touched_keeps_what_is_in_and_loses_its_file(
    client: Client, long_upload: Upload
) -> None:
    cut_off(long_upload, 3)
    client.post(address(long_upload, "stop/"))
    Upload.objects.update(touched_at=timezone.now() - uploads.KEPT_FOR - timedelta(minutes=1))
    assert uploads.sweep() == 1
    long_upload.refresh_from_db()
    assert (long_upload.state, long_upload.error) == (UploadState.ENDED, uploads.GONE)
    assert files_in("uploads") == []
    assert uploads.GONE in told(client.get(f"/imports/{Import.objects.get().pk}/")).replace("&#x27;", "'")


def test_rejects_files_are_swept_after_a_month(client: Client, manager: User, work: None) -> None:
    record = imported(client)
    (rejects,) = files_in("imports")
    assert uploads.sweep() == 0
    old = (timezone.now() - uploads.REJECTS_KEPT_FOR - timedelta(hours=1)).timestamp()
    os.utime(rejects, (old, old))
    assert uploads.sweep() == 1
    assert client.get(f"/imports/{record.pk}/rejects/").status_code == 404
    assert not client.get(f"/imports/{record.pk}/").context["has_rejects"]


def test_a_file_is_abandoned_at_once_unless_it_is_being_worked_on(client: Client, long_upload: Upload) -> None:
    Upload.objects.filter(pk=long_upload.pk).update(state=UploadState.RUNNING)
    page = client.post(address(long_upload, "abandon/"), follow=True)
    assert "This file is being worked on" in told(page)
    Upload.objects.filter(pk=long_upload.pk).update(state=UploadState.DRAFT)
    client.post(address(long_upload, "abandon/"))
    assert files_in("uploads") == []
    assert not Upload.objects.exists()


def test_two_clicks_on_start_make_one_import(long_upload: Upload, client: Client, broker: Broker) -> None:
    running.begin(long_upload, UploadState.WAITING)
    with pytest.raises(Refused, match="being worked on already"):
        running.begin(long_upload, UploadState.WAITING)
    assert broker.asked(running.WORK) == [long_upload.pk]
    running.work_on(long_upload.pk)
    assert running.work_on(long_upload.pk) is False
    assert Import.objects.count() == 1


def test_kinds_with_a_format_of_their_own_ask_for_no_columns(client: Client, manager: User, work: None) -> None:
    name = "participants_98765432100.csv"
    content = (Path(settings.BASE_DIR) / "docs" / "examples" / name).read_bytes()
    upload = send(client, content, kind="meeting-participants", name=name)
    page = client.get(address(upload))
    assert "Such files have their own format" in told(page)
    assert page.context["preview"].rows
    act(client, upload, "start")
    record = Import.objects.get()
    assert (record.state, record.kind) == (ImportState.DONE, "meeting-participants")
    assert Meeting.objects.get().number == "98765432100"


@pytest.mark.parametrize("kind", ["surveys", "payments"])
def test_kinds_that_need_a_mapping_file_say_so(client: Client, manager: User, kind: str) -> None:
    page = client.get(address(send(client, "a,b\n1,2\n", kind=kind)))
    assert page.context["screen"].error.startswith("Files of this kind need a mapping file: send one with the file")
    assert "Import</button>" not in told(page)


def test_the_list_says_what_is_there_and_what_an_empty_one_is_for(client: Client, manager: User, work: None) -> None:
    assert "Nothing has been imported yet" in told(client.get("/imports/"))
    waiting = send(client, PEOPLE)
    assert f"/imports/files/{waiting.key}/" in told(client.get("/imports/"))
    record = imported(client)
    page = client.get("/imports/")
    (row,) = page.context["rows"]
    assert f'<a href="/imports/{record.pk}/undo/" aria-label="Take back people.csv">Take back</a>' in told(page)
    assert (row["row"]["pk"], [str(act.label) for act in row["acts"]]) == (record.pk, ["Rejects", "Take back"])
    assert [str(value) for _, value, _ in row["cells"]][:3] == ["people.csv", str(record.pk), "Customers"]


def test_an_import_by_command_stands_in_the_list_and_is_nobodys(client: Client, manager: User, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("number,name\n1,Ada\n")
    run("customers", tmp_path / "c.csv")
    page = client.get("/imports/")
    assert "a command" in told(page)
    assert client.get(f"/imports/{Import.objects.get().pk}/undo/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_any_number(
    client: Client, manager: User, work: None, count: int
) -> None:
    for number in range(count):
        imported(client, f"number,name\n{number},x\n")
    client.get("/imports/")
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get("/imports/").context["rows"]) == count
    # The user; what is kept of the list; count and rows; what waits.
    assert len(queries) == 5
