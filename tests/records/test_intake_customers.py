"""Customers from a file: new, already there, rejected; counted; taken back."""

import json
import stat
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from privacy.roles import Role
from records.enums import ImportState
from records.intake import pipeline, staging
from records.intake.customers import CustomerPlan
from records.models import (
    ContactPoint,
    Customer,
    CustomerAssignment,
    Identifier,
    Import,
    ImportOverlap,
    Organization,
    Territory,
)
from records.models.contact import identifier_hash
from tests.events import make_viewer
from tests.factories import make_user
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db
KIND = 'kind = "customers"'
NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty_strings" / "blns.json"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def customers() -> list[tuple[str, str, str]]:
    return list(Customer.objects.order_by("number").values_list("number", "name", "email"))


def test_each_field_of_a_new_customer_is_stored(tmp_path: Path) -> None:
    make_user(Role.SALES, "Sam Seller")
    make_user(Role.SALES, "Sue Seller")
    Territory.objects.create(code="north", name="North")
    header = "number,name,email,phone,street,city,state,postal_code,job_title,organization_number,organization"
    path = write(
        tmp_path, "c.csv", f"{header},territory,customer_since,assigned_to",
        "7,Ann,ann@example.com,(312) 555-0142,2 Main St,Town,IL,12345,Buyer,O-1,Acme,north,2020-02-29,"
        "Sam.Seller@example.com; sue.seller@example.com",
    )  # fmt: skip
    assert run("customers", path) == (
        f"import {Import.objects.get().pk}: c.csv: read 1 = loaded 1 (new 1, already there 0) + rejected 0\n"
    )
    ann = Customer.objects.get()
    assert (ann.number, ann.name, ann.email, ann.phone) == ("7", "Ann", "ann@example.com", "+13125550142")
    assert (ann.street, ann.city, ann.state, ann.postal_code) == ("2 Main St", "Town", "IL", "12345")
    assert (ann.job_title, ann.customer_since, ann.source_import) == ("Buyer", date(2020, 2, 29), Import.objects.get())
    assert Customer.objects.values_list("organization__number", "organization__name", "territory__code").get() == (
        "O-1", "Acme", "north",
    )  # fmt: skip
    staff = CustomerAssignment.objects.current().order_by("staff__name").values_list("staff__name", flat=True)
    assert list(staff) == ["Sam Seller", "Sue Seller"]


def test_an_assignment_begins_on_the_day_given_and_never_in_the_future(tmp_path: Path) -> None:
    make_user(Role.SALES, "Sam Seller")
    path = write(
        tmp_path, "c.csv", "number,name,assigned_to,assigned_since",
        "1,Ann,sam.seller@example.com,2024-07-01", "2,Bob,sam.seller@example.com,2199-01-01",
        "3,Eve,sam.seller@example.com,",
    )  # fmt: skip
    run("customers", path)
    assert rejected(tmp_path) == ["3,assigned_since,is in the future,2199-01-01"]
    since = dict(CustomerAssignment.objects.values_list("customer__number", "since"))
    assert since.keys() == {"1", "3"}
    assert since["1"] == datetime(2024, 7, 1, 4, tzinfo=UTC)  # midnight in New York
    assert timedelta(0) < timezone.now() - since["3"] < timedelta(minutes=5)


def test_each_row_is_loaded_already_there_or_rejected_and_the_sum_is_what_was_read(tmp_path: Path) -> None:
    Customer.objects.create(number="1", name="Ann", email="ann@example.com", phone="known, and not in the file")
    path = write(
        tmp_path, "c.csv", "number,name,email",
        "1,Ann,ann@example.com", "2,Bob,", "2,Bob,", "2,Bobby,", "1,Ann,other@example.com",
        ",Eve,", "3,Fay,fay@", "4,x",
    )  # fmt: skip
    output = run("customers", path)
    assert "read 8 = loaded 3 (new 1, already there 2) + rejected 5" in output
    assert "1 × email is not an e-mail address (first: line 8)" in output
    assert counts() == (8, 1, 2, 5)
    assert rejected(tmp_path) == [
        "5,name,differs from what is known of the customer with this number,Bobby",
        "6,email,differs from what is known of the customer with this number,other@example.com",
        "7,number,is empty,",
        "8,email,is not an e-mail address,fay@",
        '9,,"has 2 cells, the header has 3","4,x"',
    ]
    assert customers() == [("1", "Ann", "ann@example.com"), ("2", "Bob", "")]


def test_what_a_row_refers_to_must_be_there(tmp_path: Path) -> None:
    for number in ("a", "b"):
        Organization.objects.create(name="Twice", number=number)
    make_user(Role.SALES, "Gone", is_active=False)
    path = write(
        tmp_path, "c.csv", "number,name,organization_number,organization,territory,assigned_to",
        "1,A,,Twice,,", "2,B,a,Thrice,,", "3,C,,,south,", "4,D,,,,nobody@example.com", "5,E,,,,gone@example.com",
        "6,F,a,Twice,,", "7,G,c,,,", "8,H,c,,,",
    )  # fmt: skip
    run("customers", path)
    assert counts() == (8, 3, 0, 5)
    assert rejected(tmp_path) == [
        "2,organization,is the name of more than one organization: give its number,Twice",
        "3,organization,is not the name of the organization with this number,Thrice",
        "4,territory,is no territory's code,south",
        "5,assigned_to,names somebody without an account here,nobody@example.com",
        "6,assigned_to,names somebody without an account here,gone@example.com",
    ]
    assert sorted(Organization.objects.values_list("number", "name")) == [("a", "Twice"), ("b", "Twice"), ("c", "c")]


def test_the_same_file_again_is_already_there_and_holds_the_first_import(tmp_path: Path) -> None:
    path = write(tmp_path, "c.csv", "number,name,organization", "1,Ann,Acme", "2,Bob,Acme")
    run("customers", path)
    first = Import.objects.get()
    run("customers", path)
    second = Import.objects.latest("id")
    assert (counts(first), counts(second)) == ((2, 2, 0, 0), (2, 0, 2, 0))
    assert list(ImportOverlap.objects.values_list("later", "earlier", "rows")) == [(second.pk, first.pk, 2)]
    assert refusal("--undo", first.pk) == (
        f"import {first.pk} cannot be taken back: import {second.pk} skipped 2 rows that it holds. "
        f"Take back import {second.pk} first"
    )
    run("--undo", second.pk)
    assert customers() == [("1", "Ann", ""), ("2", "Bob", "")]
    assert run("--undo", first.pk) == f"import {first.pk}: c.csv is taken back: 2 customers, 1 organizations\n"
    assert (customers(), Organization.objects.count()) == ([], 0)
    assert refusal("--undo", first.pk) == f"import {first.pk} was already taken back"


def test_undo_is_refused_while_something_refers_to_a_customer(tmp_path: Path) -> None:
    run("customers", write(tmp_path, "c.csv", "number,name", "1,Ann"))
    record = Import.objects.get()
    viewer = make_viewer()
    viewer.customer = Customer.objects.get()
    viewer.save()
    CustomerAssignment.objects.create(customer=viewer.customer, staff=make_user())
    assert refusal("--undo", record.pk) == (
        f"import {record.pk} cannot be taken back: its customers are referred to by 1 assignments made since, 1 viewers"
    )
    assert customers() == [("1", "Ann", "")]
    assert Import.objects.get().state == ImportState.DONE


def test_undo_leaves_organizations_that_others_use(tmp_path: Path) -> None:
    run("customers", write(tmp_path, "c.csv", "number,name,organization", "1,Ann,Acme", "2,Bob,Beta"))
    record = Import.objects.get()
    Customer.objects.create(number="3", name="Cy", organization=Organization.objects.get(name="Acme"))
    run("--undo", record.pk)
    assert list(Organization.objects.values_list("name", flat=True)) == ["Acme"]


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "c.csv", "number,name,organization", "1,Ann,Acme", "1,Ann,Acme", "1,Al,Acme", ",x,")
    dry = run("customers", path, "--dry-run", "--rejects", tmp_path / "dry.csv")
    assert (Customer.objects.count(), Organization.objects.count(), Import.objects.count()) == (0, 0, 0)
    real = run("customers", path, "--rejects", tmp_path / "real.csv")
    assert "dry run, nothing written: read 4 = loaded 2 (new 1, already there 1) + rejected 2" in dry
    assert "read 4 = loaded 2 (new 1, already there 1) + rejected 2" in real
    assert (tmp_path / "dry.csv").read_text() == (tmp_path / "real.csv").read_text()
    assert not (tmp_path / "imports").exists()


def test_the_rejects_file_is_the_owners_alone_and_holds_no_formula(tmp_path: Path) -> None:
    run("customers", write(tmp_path, "c.csv", "number,name,email", "1,Ann,=cmd()", '2,Bob,"\x07a\nb"'))
    assert rejected(tmp_path) == [
        "2,email,is not an e-mail address,'=cmd()",
        "3,email,is not an e-mail address,\\x07a\\nb",
    ]
    path = tmp_path / "imports" / str(Import.objects.get().pk) / "rejects.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_naughty_strings_are_stored_to_the_byte(tmp_path: Path) -> None:
    if not NAUGHTY.exists():
        pytest.skip(f"{NAUGHTY} is not there")
    names = [text for text in json.loads(NAUGHTY.read_text()) if text.strip() and len(text) <= 200]
    assert len(names) > 400
    rows = ('{},"{}"'.format(number, name.replace('"', '""')) for number, name in enumerate(names))
    path = tmp_path / "c.csv"
    path.write_text("\r\n".join(["number,name", *rows]), newline="")
    run("customers", path)
    stored = {int(number): name for number, name, _ in customers()}
    unseen = [name for number, name in enumerate(names) if number not in stored]
    assert counts() == (len(names), len(stored), 0, len(unseen))
    assert stored == {number: name for number, name in enumerate(names) if name not in unseen}
    assert (len(unseen), any(map(is_seen, "".join(unseen)))) == (4, False)
    assert {tuple(row.split(",")[1:3]) for row in rejected(tmp_path)} == {
        ("name", "holds only characters that cannot be seen")
    }


def is_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp")


def test_what_copy_would_read_otherwise_is_stored_as_it_stands(tmp_path: Path) -> None:
    names = ["a\tb", "a\nb", "a\r\nb", "a\\tb", "\\N", "\\.", "\\", "'; DROP TABLE", "a\x01\x7f\u2028"]
    path = tmp_path / "c.csv"
    path.write_text("number,name\n" + "".join(f'{at},"{name}"\n' for at, name in enumerate(names)), newline="")
    run("customers", path)
    assert [name for _, name, _ in customers()] == names


@pytest.mark.parametrize(
    ("header", "mapping", "message"),
    [
        ("number,email", "", "{file} has no column 'name'; it has 'number', 'email'"),
        (
            "number,name,shoe size",
            "",
            "{file} has columns that the mapping customers.toml neither takes nor drops: 'shoe size' (name them under ",
        ),
        (
            "n",
            'kind = "engagement"\n[columns]\nkind = "n"',
            "the mapping m.toml is for 'engagement', not for 'customers'",
        ),
        ("n", f"{KIND}\n[columns]\nnumber = 'n'", "m.toml: [columns] names no column for name"),
        ("n", f"{KIND}\n[columns]\nshoe = 'n'", "m.toml: [columns] shoe: no such field (there are: number, name,"),
        ("n", f"{KIND}\nx = 1\n[columns]\nnumber = 'n'\nname = 'n'", "m.toml: x is not known here"),
        ("n", f"{KIND}\n[columns]\nnumber = {{column = 'n', format = '%Y'}}\nname = 'n'", "is for dates only"),
    ],
)
def test_a_file_that_does_not_fit_its_mapping_is_refused_whole(
    header: str, mapping: str, message: str, tmp_path: Path
) -> None:
    path = write(tmp_path, "c.csv", header, "1,2,3")
    arguments = ["--mapping", str(write(tmp_path, "m.toml", mapping))] if mapping else []
    assert message.format(file=path) in refusal("customers", path, *arguments)
    assert not Import.objects.exists()


def test_dropped_and_ignored_columns_are_said(tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "customers"', "[file]", 'delimiter = "\\t"', 'other_columns = "ignore"',
        "[columns]", 'number = "Number"', 'name = "Name"', "[drop]", 'Race = "never collected"',
    )  # fmt: skip
    output = run(
        "customers", write(tmp_path, "c.tsv", "Race\tName\tNumber\tOther", "x\tAnn\t1\ty"), "--mapping", mapping
    )
    assert output.splitlines()[:2] == ["dropped Race: never collected", "ignored Other"]
    assert customers() == [("1", "Ann", "")]


def test_an_unknown_kind_and_a_request_without_a_file_are_refused(tmp_path: Path) -> None:
    assert refusal("robots", tmp_path / "x").startswith("there is no importer of 'robots' (there are: customers")
    assert refusal("customers") == "say what to import: import KIND FILE, or --undo IMPORT, or --list"
    assert refusal("--undo", 77) == "there is no import 77 (manage.py import --list shows them)"


def test_an_import_that_was_cut_off_goes_on_after_its_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CustomerPlan, "rows_a_chunk", 2)
    path = write(tmp_path, "c.csv", "number,name", "1,Ann", ",x", "2,Bob", "1,Al", "3,Cy")
    loads, load = [], CustomerPlan.load

    def fail_in_the_second_chunk(*arguments: object) -> object:
        loads.append(arguments)
        if len(loads) == 2:
            raise KeyboardInterrupt
        return load(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(CustomerPlan, "load", fail_in_the_second_chunk)
    with pytest.raises(KeyboardInterrupt):
        run("customers", path)
    cut = Import.objects.get()
    assert (cut.state, cut.last_line, counts(cut)) == (ImportState.RUNNING, 3, (2, 1, 0, 1))
    with (tmp_path / "imports" / str(cut.pk) / "rejects.csv").open("a") as rejects:
        # What a process wrote for a chunk that was never committed, the last row cut off.
        rejects.write("4,name,of a chunk that is not committed,x\r\n4,name")
    assert "went on after line 3" in run("customers", path)
    assert (Import.objects.get().state, counts()) == (ImportState.DONE, (5, 3, 0, 2))
    assert [row.split(",")[0] for row in rejected(tmp_path)] == ["3", "5"]
    assert [number for number, *_ in customers()] == ["1", "2", "3"]


def test_an_import_that_was_cut_off_can_be_taken_back(tmp_path: Path) -> None:
    run("customers", write(tmp_path, "c.csv", "number,name", "1,Ann"))
    Import.objects.update(state=ImportState.RUNNING, finished_at=None)
    run("--undo", Import.objects.get().pk)
    assert (customers(), Import.objects.get().state) == ([], ImportState.UNDONE)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_the_second_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "PATIENCE", 0)
    path = write(tmp_path, "c.csv", "number,name", "1,Ann")
    other = connection.copy()
    try:
        with other.cursor() as cursor, transaction.atomic():
            run("customers", path)
            record = Import.objects.get()
            name = ":".join(["records.intake", record.kind, record.content_hash, record.mapping_hash])
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        assert refusal("customers", path) == "c.csv is being imported by another process: wait for it to end"
        assert refusal("--undo", record.pk) == "c.csv is being imported by another process: wait for it to end"
    finally:
        other.close()


def test_the_list_shows_imports_newest_first(tmp_path: Path) -> None:
    run("customers", write(tmp_path, "a.csv", "number,name", "1,Ann"))
    run("customers", write(tmp_path, "b.csv", "number,name", "2,Bob", ",x"))
    lines = run("--list").splitlines()
    assert [line.split("  ")[2:] for line in lines] == [
        ["Done", "customers", "b.csv", "read 2 = loaded 1 (new 1, already there 0) + rejected 1"],
        ["Done", "customers", "a.csv", "read 1 = loaded 1 (new 1, already there 0) + rejected 0"],
    ]


def test_rows_of_a_megabyte_do_not_gather(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(staging, "LARGEST_CHUNK", 1000)
    seen: list[int] = []
    stage = staging.stage

    def note(cursor: object, plan: object, bindings: object, chunk: staging.Chunk) -> None:
        seen.append(chunk.read)
        stage(cursor, plan, bindings, chunk)  # type: ignore[arg-type]

    monkeypatch.setattr(staging, "stage", note)
    run("customers", write(tmp_path, "c.csv", "number,name", *(f"{number},{'x' * 190}" for number in range(12))))
    assert seen == [6, 6]


def test_what_is_sealed_and_what_is_told_besides_comes_with_a_new_customer(tmp_path: Path) -> None:
    path = write(
        tmp_path, "c.csv",
        "number,name,date_of_birth,age,role,level,job_description,other_phones,other_names,other_emails,duns,accounts",
        "1,Ann,1980-02-29,46,Buyer,Senior,Buys,312-555-0142;+44 20 8765 4321,Anna  Maria,A@EXAMPLE.com,12-345-6789,"
        "ab-1;AB1;c2",
        "2,Bob,1980-02-30,,,,,,,,,", "3,Eve,,131,,,,,,,,", "4,Fay,,,,,,none,,,,",
    )  # fmt: skip
    run("customers", path)
    assert counts() == (4, 1, 0, 3)
    ann = Customer.objects.get()
    assert (ann.date_of_birth, ann.age, ann.role, ann.level, ann.job_description) == (
        date(1980, 2, 29), 46, "Buyer", "Senior", "Buys",
    )  # fmt: skip
    contacts = ContactPoint.objects.order_by("kind", "value").values_list("kind", "value", "normalized")
    assert list(contacts) == [
        ("email", "A@example.com", "a@example.com"),
        ("name", "Anna  Maria", "anna maria"),
        ("phone", "+13125550142", "+13125550142"),
        ("phone", "+442087654321", "+442087654321"),
    ]
    found = {(one.kind, one.value, one.sealed_value) for one in Identifier.objects.all()}
    assert found == {("duns", "123456789", None), ("account", "", "AB1"), ("account", "", "C2")}
    assert Identifier.objects.filter(value_hash=identifier_hash("account", "C2")).count() == 1
    run("customers", path)
    assert counts() == (4, 0, 1, 3)
    assert Identifier.objects.count() == 3
    other = write(tmp_path, "d.csv", "number,name,date_of_birth", "1,Ann,1980-03-01")
    run("customers", other)
    assert rejected(tmp_path) == ["2,date_of_birth,differs from what is known of the customer with this number,"]
    for record in Import.objects.order_by("-id"):
        run("--undo", record.pk)
    assert not Customer.objects.exists()
    assert not ContactPoint.objects.exists()
