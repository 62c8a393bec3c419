"""A deletion during an import, and an import during a deletion: what came in meanwhile stays, and is counted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from privacy.models import User
from privacy.retention import runs
from privacy.retention.enums import RunState
from records.enums import ImportState
from records.intake.lists import ListPlan
from records.intake.mapping import read_mapping
from records.intake.pipeline import Request, import_file
from records.intake.undoing import take_back
from records.models import Customer, Import, ListMembership
from tests.factories import make_customer
from tests.intake import counts, rejected, run, write
from tests.records.test_intake_lists import MAPPING
from tests.retention import gone_customer, signed_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def joined(folder: Path, *lines: str) -> None:
    """Members of a list, as an import brings them in."""
    (folder / "m.toml").write_text(MAPPING)
    run("lists", write(folder, "l.csv", "customer,since,until,why", *lines), "--mapping", folder / "m.toml")


def test_what_an_import_brings_in_after_the_signature_stops_the_list(grace: User, tmp_path: Path) -> None:
    """It ended long ago, so that a list made now would have it: no longer what was signed."""
    gone_customer()
    signed = signed_list(grace)
    joined(tmp_path, "C-1,2019-01-01,2020-01-01,Moved away")
    assert runs.carry_on(signed) == RunState.STOPPED
    signed.refresh_from_db()
    assert signed.said.startswith(
        "It is no longer what was signed; make another list. records.ListMembership under rule"
    )
    assert Customer.objects.exists()


def test_what_an_import_brings_in_mid_run_stays_with_whom_it_is_of(grace: User, tmp_path: Path) -> None:
    kept, gone = gone_customer("C-1"), gone_customer("C-2", ended=date(2023, 1, 9))
    signed = signed_list(grace)
    runs.begin(signed)
    joined(tmp_path, "C-1,2026-01-01,,")
    assert runs.carry_on(signed) == RunState.DONE
    assert list(Customer.objects.all()) == [kept]
    assert ListMembership.objects.get().customer == kept
    line = signed.steps.get(model="records.Customer")
    assert (line.planned, line.disposed, line.kept_changed) == (2, 1, 1)
    assert gone.number == "C-2"


def test_an_import_after_the_deletion_rejects_what_names_nobody_any_more(grace: User, tmp_path: Path) -> None:
    gone_customer("C-1")
    assert runs.carry_on(signed_list(grace)) == RunState.DONE
    joined(tmp_path, "C-1,2026-01-01,,")
    assert counts() == (1, 0, 0, 1)
    assert not ListMembership.objects.exists()


# Between two chunks of one import ------------------------------------------------------------------------------------


def imported(folder: Path, between: Callable[[], object], *lines: str) -> Import:
    """Members of a list, brought in one row a chunk; `between` is called once, after the first chunk's commit."""
    mapping = folder / "m.toml"
    mapping.write_text(MAPPING)
    calls: list[int] = []

    def progress(record: Import) -> None:
        if record.last_line and not calls:
            calls.append(record.pk)
            between()

    rows = write(folder, "l.csv", "customer,since,until,why", *lines)
    result = import_file(Request(rows, read_mapping(mapping), progress=progress))
    assert calls == [result.record.pk]
    return result.record


@pytest.fixture
def a_row_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ListPlan, "rows_a_chunk", 1)


@pytest.mark.usefixtures("a_row_a_chunk")
def test_who_is_deleted_between_two_chunks_is_nobody_to_the_next(grace: User, tmp_path: Path) -> None:
    stays = make_customer("C-1")
    gone_customer("C-2")
    signed = signed_list(grace)
    rows = ("C-1,2026-01-01,,", "C-2,2026-01-01,,", "C-1,2024-01-01,2024-02-01,Moved")
    record = imported(tmp_path, lambda: runs.carry_on(signed), *rows)
    signed.refresh_from_db()
    assert (signed.state, signed.said) == (RunState.DONE, "")
    assert list(Customer.objects.all()) == [stays]
    assert (record.state, counts(record)) == (ImportState.DONE, (3, 2, 0, 1))
    assert set(ListMembership.objects.values_list("customer", flat=True)) == {stays.pk}
    (line,) = rejected(tmp_path)
    assert line.startswith("3,customer,")


@pytest.mark.usefixtures("a_row_a_chunk")
def test_whom_the_first_chunk_needs_stays_for_the_next(grace: User, tmp_path: Path) -> None:
    """The list was signed before the import began and its run before that chunk: the membership keeps the customer."""
    kept = gone_customer("C-1")
    signed = signed_list(grace)
    runs.begin(signed)
    record = imported(tmp_path, lambda: runs.carry_on(signed), "C-1,2026-01-01,,", "C-1,2025-01-01,2025-02-01,Moved")
    line = signed.steps.get(model="records.Customer")
    assert (line.planned, line.disposed, line.kept_changed) == (1, 0, 1)
    assert list(Customer.objects.all()) == [kept]
    assert (record.state, counts(record)) == (ImportState.DONE, (2, 2, 0, 0))


@pytest.mark.usefixtures("a_row_a_chunk")
def test_what_the_first_chunk_brought_in_may_go_before_the_next_and_what_is_left_is_taken_back(
    grace: User, tmp_path: Path
) -> None:
    """A membership that ended is due the day after. The import's counts stay what it did."""
    make_customer("C-1")
    rows = ("C-1,2020-01-01,2020-02-01,Moved", "C-1,2026-01-01,,")
    record = imported(tmp_path, lambda: runs.carry_on(signed_list(grace)), *rows)
    assert (record.state, counts(record)) == (ImportState.DONE, (2, 2, 0, 0))
    assert list(ListMembership.objects.values_list("since", flat=True)) == [date(2026, 1, 1)]
    _, gone = take_back(record.pk)
    assert gone.startswith("1 memberships")
    assert not ListMembership.objects.exists()
