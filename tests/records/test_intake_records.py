"""Records of any category of the notice from files: whose columns are the category's elements."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from privacy.vault import having_keys
from records.elements import category_of
from records.intake.drafting import fields_of
from records.intake.kinds import default_mapping, description_of, kinds
from records.models import DroppedSecret, Import, Record
from records.models.record import CATEGORIES
from tests.factories import make_customer
from tests.intake import counts, refusal, rejected, run, write

pytestmark = pytest.mark.django_db

HEADER = "collected_at,number,organizer,participant,c12-user-department,c12-user-password"
AT = "2026-03-05T12:00:00Z"


def users(folder: Path, *rows: str, name: str = "users.csv") -> Path:
    return write(folder, name, HEADER, *rows)


def test_every_category_has_a_kind_whose_fields_are_its_elements() -> None:
    assert {f"category-{number}" for number in CATEGORIES} <= set(kinds())
    for number in CATEGORIES:
        own = {element.id.replace("-", "_") for element in category_of(number).elements}
        assert own <= set(fields_of(f"category-{number}"))
        assert description_of(f"category-{number}").categories == (number,)


def test_a_kinds_own_mapping_is_the_same_each_time() -> None:
    first, again = default_mapping("category-12"), default_mapping("category-12")
    assert first == again is not None
    assert list(fields_of("category-12"))[:3] == ["customer", "email", "collected_at"]


def test_rows_become_records_checked_by_the_notice(tmp_path: Path, media: Path) -> None:
    path = users(tmp_path, f"{AT},1,ann@example.com,bob@example.com,Sales,", f"{AT},2,,,Mail room,")
    said = run("category-12", path)
    assert "read 2 = loaded 2 (new 2, already there 0) + rejected 0" in said
    first = Record.objects.get(organizer="ann@example.com")
    assert (first.category, first.attributes) == (12, {"c12-user-department": "Sales"})
    assert (first.participant, first.source, first.retention_rule) == ("bob@example.com", "personnel", "RET-5")
    assert first.subject == first.key
    assert first.source_import_id == Import.objects.get().pk


def test_loaded_and_rejected_are_what_was_read(tmp_path: Path, media: Path) -> None:
    path = write(
        tmp_path, "some.csv", "collected_at,c12-user-creation-date,c12-user-department",
        f"{AT},2026-01-01T00:00:00Z,A", f"{AT},soon,B", "yesterday,,C", f"{AT},,",
    )  # fmt: skip
    run("category-12", path)
    assert counts() == (4, 1, 0, 3)
    assert rejected(media) == [
        "3,c12-user-creation-date,is not a date and time like 2026-03-31T14:05:09Z,soon",
        "4,collected_at,is not a date and time like 2026-03-31T14:05:09,yesterday",
        "5,,holds nothing that may be kept,",
    ]


def test_a_secret_is_dropped_and_counted_and_stands_nowhere(tmp_path: Path, media: Path) -> None:
    path = users(tmp_path, f"{AT},1,,,Sales,hunter2-canary", f"{AT},2,,,,hunter3-canary")
    run("category-12", path)
    assert counts() == (2, 1, 0, 1)
    assert Import.objects.get().secrets_dropped == 2
    (dropped,) = DroppedSecret.objects.all()
    assert (dropped.element, dropped.count) == ("c12-user-password", 2)
    (record,) = Record.objects.all()
    assert record.attributes == {"c12-user-department": "Sales"}
    assert "canary" not in "".join(rejected(media))


def test_what_the_notice_wants_encrypted_is_sealed(tmp_path: Path, media: Path) -> None:
    element = next(
        one
        for number in CATEGORIES
        for one in category_of(number).elements
        if one.is_encrypted and not one.is_secret and one.type in ("string", "text") and one.category > 9
    )
    path = write(tmp_path, "sealed.csv", f"collected_at,{element.id}", f"{AT},canary of glass")
    run(f"category-{element.category}", path)
    record = Record.objects.get()
    assert record.attributes == {}
    assert record.sealed == {element.id: "canary of glass"}
    assert having_keys([record.key]) == {record.key}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("collected_at,c12-user-shoe-size", "'c12-user-shoe-size'"),
        ("collected_at,c13-message-id", "'c13-message-id'"),
        ("collected_at,organizer", "has no column of an element of category 12"),
        ("c12-user-department", "has no column 'collected_at'"),
    ],
)
def test_an_unknown_attribute_is_refused_by_name(tmp_path: Path, header: str, said: str) -> None:
    path = write(tmp_path, "wrong.csv", header, ",".join([AT] * (header.count(",") + 1)))
    assert said in refusal("category-12", path)
    assert not Import.objects.exists()


def test_a_mapping_that_names_no_element_is_refused_by_name(tmp_path: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "category-12"', "[columns]", 'collected_at = "at"', 'c12-shoes = "shoes"'
    )
    path = write(tmp_path, "wrong.csv", "at,shoes", f"{AT},44")
    assert "c12_shoes: no such field" in refusal("category-12", path, "--mapping", mapping)


def test_a_mapping_may_name_elements_as_the_notice_does(tmp_path: Path, media: Path) -> None:
    mapping = write(
        tmp_path, "m.toml", 'kind = "category-12"', "[file]", "nominal_date = 2026-03-05", "[columns]",
        'c12-user-department = "Dept"',
    )  # fmt: skip
    run("category-12", write(tmp_path, "d.csv", "Dept", "Sales"), "--mapping", mapping)
    assert Record.objects.get().attributes == {"c12-user-department": "Sales"}


@pytest.mark.parametrize("number", ["1", ""])
def test_the_same_file_twice_adds_nothing(tmp_path: Path, media: Path, number: str) -> None:
    path = users(tmp_path, f"{AT},{number},,,Sales,")
    run("category-12", path)
    run("category-12", path)
    assert counts() == (1, 0, 1, 0)
    assert Record.objects.count() == 1


def test_a_known_number_with_other_contents_is_rejected(tmp_path: Path, media: Path) -> None:
    run("category-12", users(tmp_path, f"{AT},1,,,Sales,"))
    run("category-12", users(tmp_path, f"{AT},1,,,Legal,", f"{AT},2,,,Legal,", name="more.csv"))
    assert counts() == (2, 1, 0, 1)
    assert rejected(media) == ["2,,differs from what is known of this record,"]


def test_a_customers_record_names_the_customer(tmp_path: Path, media: Path) -> None:
    ann = make_customer("C-1", email="ann@example.com")
    element = category_of(3).elements[0].id
    path = write(
        tmp_path, "firms.csv", f"customer,email,collected_at,{element}",
        f"C-1,,{AT},12 Main St", f",ANN@example.com,{AT},13 Main St", f"C-9,,{AT},x", f",,{AT},y",
    )  # fmt: skip
    run("category-3", path)
    assert counts() == (4, 2, 0, 2)
    assert {(one.customer_id, one.subject) for one in Record.objects.all()} == {(ann.pk, ann.key)}
    assert rejected(media) == ["4,customer,is no customer's number,C-9", "5,,does not say whose record it is,"]


def test_a_customers_category_needs_a_column_that_says_whose(tmp_path: Path) -> None:
    element = category_of(3).elements[0].id
    path = write(tmp_path, "firms.csv", f"collected_at,{element}", f"{AT},x")
    assert "does not say whose the records are" in refusal("category-3", path)


def test_several_values_stand_in_one_cell(tmp_path: Path, media: Path) -> None:
    make_customer("C-1")
    element = next(one for one in category_of(3).elements if one.is_many and one.type == "url")
    path = write(
        tmp_path, "f.csv", f"customer,collected_at,{element.id}", f"C-1,{AT},https://a.example; https://b.example"
    )
    run("category-3", path)
    assert Record.objects.get().attributes[element.id] == ["https://a.example", "https://b.example"]


def test_a_card_number_in_any_column_is_cut_out_and_counted(tmp_path: Path, media: Path) -> None:
    path = users(tmp_path, f"{AT},1,,,paid with 4111 1111 1111 1111,")
    run("category-12", path)
    assert Import.objects.get().secrets_dropped == 1
    assert not re.search("4111", json.dumps([record.attributes for record in Record.objects.all()]))
    assert "4111" not in "".join(rejected(media)) if counts()[3] else True


def test_an_import_is_taken_back_with_its_keys_and_may_come_again(
    tmp_path: Path, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    element = next(one for one in category_of(16).elements if one.is_encrypted and one.type == "text")
    path = write(tmp_path, "sealed.csv", f"collected_at,number,{element.id}", f"{AT},7,secret talk")
    run("category-16", path)
    key = Record.objects.get().key
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 records" in run("--undo", "last")
    assert not Record.objects.exists()
    assert having_keys([key]) == set()
    run("category-16", path)
    assert Record.objects.get().sealed == {element.id: "secret talk"}


def test_a_dry_run_makes_no_key(tmp_path: Path, media: Path) -> None:
    element = next(one for one in category_of(16).elements if one.is_encrypted and one.type == "text")
    path = write(tmp_path, "sealed.csv", f"collected_at,number,{element.id}", f"{AT},7,secret talk")
    assert "loaded 1" in run("category-16", path, "--dry-run")
    assert not Record.objects.exists()
    run("category-16", path)
    assert having_keys([Record.objects.get().key]) != set()
