"""`manage.py import` as people type it: taking back the newest, the demo left alone, where rejects may be written."""

import os
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from records.enums import ImportState
from records.models import Customer, Import
from tests.intake import refusal, rejected, run, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def customers(folder: Path, name: str, *rows: str) -> Path:
    return write(folder, name, "number,name", *rows)


# Taking back ---------------------------------------------------------------------------------------------------------
def test_undo_last_takes_back_the_newest_that_is_neither_taken_back_nor_the_demos(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("customers", customers(tmp_path, f"{name}.csv", f"{name},Ann"))
    run("customers", customers(tmp_path, "demo.csv", "D,Demo"), "--demo")

    assert ": b.csv is taken back: " in run("--undo", "last")
    assert ": a.csv is taken back: " in run("--undo", "last")
    assert list(Customer.objects.values_list("number", flat=True)) == ["D"]
    assert refusal("--undo", "last") == "there is no import to take back (manage.py import --list shows them)"


def test_an_import_of_the_demo_is_taken_back_on_its_own_only_where_demo_is_said(tmp_path: Path) -> None:
    run("customers", customers(tmp_path, "demo.csv", "D,Demo"), "--demo")
    number = Import.objects.get().pk

    assert refusal("--undo", number) == (
        f"import {number} is part of the demo: `manage.py clear_demo` takes the whole demo away"
        " (--demo takes this import alone)"
    )
    assert Customer.objects.exists()
    run("--undo", number, "--demo")
    assert not Customer.objects.exists()


def test_undo_takes_a_number_or_last_and_no_file(tmp_path: Path) -> None:
    path = customers(tmp_path, "a.csv", "1,Ann")
    assert refusal("--undo", "newest") == "--undo takes the number of an import, or `last`, not 'newest'"
    assert refusal("customers", path, "--undo", "last") == (
        "--undo takes no file: give the number of the import alone (manage.py import --list shows them)"
    )
    assert not Import.objects.exists()


def test_the_rejected_cells_go_with_the_import_once_it_is_taken_back(
    tmp_path: Path, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    run("customers", customers(tmp_path, "a.csv", "1,Ann", f"2,{'Too Long ' * 30}"))
    number = Import.objects.get().pk
    folder = media / "imports" / str(number)
    assert "Too Long" in (folder / "rejects.csv").read_text()

    with django_capture_on_commit_callbacks(execute=False):
        run("--undo", number)
    assert folder.exists()  # a transaction that is rolled back loses nothing
    Import.objects.update(state=ImportState.DONE)
    with django_capture_on_commit_callbacks(execute=True):
        run("--undo", number)
    assert not folder.exists()


# Where rejects are written -------------------------------------------------------------------------------------------
def test_rejects_that_would_replace_a_file_are_refused_and_the_file_is_whole(tmp_path: Path) -> None:
    path = customers(tmp_path, "a.csv", "1,Ann", ",Bob")
    content = path.read_text()
    link, twin, other = tmp_path / "link.csv", tmp_path / "twin.csv", write(tmp_path, "other.csv", "of somebody else")
    link.symlink_to(path)
    os.link(path, twin)

    for rejects in (path, link, twin):
        assert refusal("customers", path, "--rejects", rejects) == (
            f"--rejects {rejects} is the file that is to be imported: name a new file"
        )
        assert refusal("customers", path, "--rejects", rejects, "--dry-run").startswith(f"--rejects {rejects} is the")
    assert refusal("customers", path, "--rejects", other) == f"--rejects {other} exists: name a new file"
    assert (path.read_text(), other.read_text()) == (content, "of somebody else\n")
    assert not Import.objects.exists()


def test_rejects_in_a_folder_that_is_not_there_are_refused_and_it_is_not_made(tmp_path: Path) -> None:
    path, folder = customers(tmp_path, "a.csv", ",Bob"), tmp_path / "mistyped"

    assert refusal("customers", path, "--rejects", folder / "r.csv") == (
        f"--rejects {folder / 'r.csv'}: there is no folder {folder}"
    )
    assert not folder.exists()
    assert not Import.objects.exists()


def test_an_import_that_goes_on_takes_its_own_rejects_file_and_no_other(tmp_path: Path) -> None:
    path, rejects = customers(tmp_path, "a.csv", "1,Ann", ",Bob"), tmp_path / "r.csv"
    run("customers", path, "--rejects", rejects)
    Import.objects.update(state=ImportState.RUNNING, finished_at=None)

    other = write(tmp_path, "other.csv", "of somebody else")
    assert refusal("customers", path, "--rejects", other) == f"--rejects {other} exists: name a new file"
    assert "went on after line 3" in run("customers", path, "--rejects", rejects)
    assert rejects.read_text().splitlines()[1].startswith("3,number,is empty,")


# What is wrong, said --------------------------------------------------------------------------------------------------
def test_an_unknown_kind_is_said_to_be_unknown_with_those_that_there_are(tmp_path: Path) -> None:
    path = customers(tmp_path, "a.csv", "1,Ann")
    assert refusal("foo", path).startswith("there is no importer of 'foo' (there are: customers, engagement")


def test_the_reasons_of_an_import_that_went_on_are_those_of_both_runs(tmp_path: Path) -> None:
    path = customers(tmp_path, "a.csv", ",Ann", "1,", "2,Bob")
    run("customers", path)
    Import.objects.update(state=ImportState.RUNNING, finished_at=None, last_line=3, read=2, loaded=0, rejected=2)
    Customer.objects.all().delete()

    output = run("customers", path).splitlines()
    assert output[-3:-1] == ["  1 × number is empty (first: line 2)", "  1 × name is empty (first: line 3)"]
    assert [row.split(",")[0] for row in rejected(tmp_path / "media")] == ["2", "3"]
