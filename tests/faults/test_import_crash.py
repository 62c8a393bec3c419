"""An import cut off in the middle: by kill -9 of its process, and by kill -9 of the database."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from io import BytesIO
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from campaigns.models import Assignment, Event, EventBatch, Viewer
from config import embedded
from privacy.roles import Role
from records.enums import ImportState, UploadState
from records.intake import copying
from records.intake.locks import is_held
from records.intake.receiving import folder
from records.intake.running import QUIET, WORK, tend, work_on
from records.models import Customer, Import, Upload
from tests.broker import Broker
from tests.factories import make_user
from tests.intake import counts, refusal, rejected, run
from tests.processes import CHECKOUT, kill, running, wait_for

pytestmark = pytest.mark.slow

MAPPING = """
kind = "engagement"
recipient = "line"
delivered = "all"
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
ROWS = 100_000  # five chunks
COUNT = (
    "from records.models import Customer as C; print(C.objects.count(), C.objects.values('number').distinct().count())"
)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """A file of ROWS customers, of which every tenth has no name."""
    path = tmp_path / "customers.csv"
    rows = (f"{number},{'' if number % 10 == 0 else f'Customer {number}'}\n" for number in range(ROWS))
    path.write_text("number,name\n" + "".join(rows))
    return path


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """A file of ROWS recipients, of whom every fourth responds; its mapping lies beside it as `m.toml`."""
    (tmp_path / "m.toml").write_text(MAPPING)
    path = tmp_path / "outcomes.csv"
    path.write_text("arm,gave\n" + "".join(f"{number % 2},{int(number % 4 == 0)}\n" for number in range(ROWS)))
    return path


def is_under_way() -> bool:
    return Import.objects.filter(state=ImportState.RUNNING, read__gt=0).exists()


def cut_off(*arguments: str | Path) -> Import:
    """Run an import, kill -9 it after its first commit, and return what it left."""
    with running("manage", "import", *map(str, arguments)) as process:
        wait_for(is_under_way, "the first chunk is committed")
        kill(process)
    record = Import.objects.get()
    assert record.state == ImportState.RUNNING
    assert 0 < record.read < ROWS
    return record


@pytest.fixture
def media(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Path:
    """One folder for the rejects of this process's imports and of those that it starts."""
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path))
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.django_db(transaction=True)
def test_customers_killed_in_the_middle_are_each_there_once_after_the_same_command(
    customers: Path, media: Path
) -> None:
    cut = cut_off("customers", customers)
    assert Customer.objects.count() == cut.loaded
    assert f"went on after line {cut.last_line:,}" in run("customers", customers)
    record = Import.objects.get()
    assert (record.state, counts(record)) == (ImportState.DONE, (ROWS, ROWS * 9 // 10, 0, ROWS // 10))
    assert Customer.objects.count() == ROWS * 9 // 10
    lines = [int(row.partition(",")[0]) for row in rejected(media)]
    assert lines == list(range(2, ROWS + 2, 10))


@pytest.mark.django_db(transaction=True)
def test_outcomes_killed_in_the_middle_are_each_in_the_log_once_after_the_same_command(
    outcomes: Path, media: Path
) -> None:
    arguments = ("engagement", outcomes, "--mapping", media / "m.toml")
    cut = cut_off(*arguments)
    assert (
        Assignment.objects.count() == cut.loaded == sum(EventBatch.objects.values_list("assignment_count", flat=True))
    )
    run(*arguments)
    assert counts(Import.objects.get()) == (ROWS, ROWS, 0, 0)
    assert (Viewer.objects.count(), Assignment.objects.count()) == (ROWS, ROWS)
    assert Event.objects.filter(kind="delivered").count() == ROWS
    assert Event.objects.filter(kind="response").count() == ROWS // 4
    assert Event.objects.values("id").distinct().count() == ROWS + ROWS // 4


@pytest.mark.django_db(transaction=True)
def test_outcomes_killed_in_the_middle_can_be_taken_back(outcomes: Path, media: Path) -> None:
    cut = cut_off("engagement", outcomes, "--mapping", media / "m.toml")
    run("--undo", cut.pk)
    assert Import.objects.get().state == ImportState.UNDONE
    for model in (Event, Assignment, Viewer, EventBatch):
        assert not model._default_manager.exists()


STARTED = "from records.intake.running import work_on; work_on({})"


@pytest.mark.django_db(transaction=True)
def test_a_sent_file_whose_worker_is_killed_is_finished_by_the_next(
    customers: Path, media: Path, broker: Broker
) -> None:
    upload = waiting_upload(customers)
    with running("manage", "shell", "-v", "0", "-c", STARTED.format(upload.pk)) as process:
        wait_for(is_under_way, "the first chunk is committed")
        assert is_held(upload.lock)
        assert work_on(upload.pk) is False  # nobody else is at it meanwhile
        kill(process)
    wait_for(lambda: not is_held(upload.lock), "the dead worker's lock is gone")
    upload.refresh_from_db()
    assert (upload.state, Import.objects.get().state) == (UploadState.RUNNING, ImportState.RUNNING)
    Upload.objects.update(touched_at=timezone.now() - QUIET)
    assert (tend(), broker.asked(WORK)) == (1, [upload.pk])
    work_on(upload.pk)
    upload.refresh_from_db()
    record = Import.objects.get()
    assert (record.state, counts(record)) == (ImportState.DONE, (ROWS, ROWS * 9 // 10, 0, ROWS // 10))
    assert record.reasons == [["name", "is empty", ROWS // 10, 2]]
    assert (upload.state, list((media / "uploads").iterdir())) == (UploadState.ENDED, [])
    assert [int(row.partition(",")[0]) for row in rejected(media)] == list(range(2, ROWS + 2, 10))


def waiting_upload(path: Path) -> Upload:
    """A file as a page leaves it for a worker."""
    folder().mkdir()
    stored = path.rename(folder() / "sent")
    mapping = 'kind = "customers"\n[columns]\nnumber = "number"\nname = "name"\n'
    about = {"kind": "customers", "file_name": "c.csv", "stored_as": "sent", "size": stored.stat().st_size}
    user = make_user(Role.SALES_MANAGER)
    return Upload.objects.create(mapping=mapping, mapping_name="m.toml", state="waiting", sent_by=user, **about)


def manage(*arguments: str | Path) -> "subprocess.Popen[str]":
    """A command of manage.py on the servers of WAYMARK_VAR."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=CHECKOUT,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows_read() -> int:
    try:
        with closing(psycopg2.connect(embedded.database_url())) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(read), 0) FROM records_import")
            (rows,) = cursor.fetchone() or (0,)
            return int(rows)
    except psycopg2.OperationalError:
        return 0


def test_an_import_whose_database_is_killed_says_so_and_goes_on_with_the_same_command(
    customers: Path, var: Path
) -> None:
    assert manage("migrate", "--verbosity", "0").communicate(timeout=300) == ("", "")
    victim = manage("import", "customers", customers)
    wait_for(rows_read, "the first chunk is committed")
    os.kill(int((var / "postgresql" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    output, errors = victim.communicate(timeout=120)
    assert victim.returncode == 1
    assert errors.strip().splitlines() == [
        "CommandError: the database went away; what is committed stays. Give the same command again to go on"
    ]

    again = manage("import", "customers", customers)
    output, errors = again.communicate(timeout=300)
    assert (again.returncode, errors) == (0, "")
    assert output.startswith("went on after line ")
    assert "read 100,000 = loaded 90,000 (new 90,000, already there 0) + rejected 10,000" in output
    rejects = (var / "media" / "imports" / "1" / "rejects.csv").read_text().splitlines()[1:]
    assert [int(row.partition(",")[0]) for row in rejects] == list(range(2, ROWS + 2, 10))
    counted, _ = manage("shell", "-v", "0", "-c", COUNT).communicate(timeout=120)
    assert counted.split() == ["90000", "90000"]


class Beheaded(BytesIO):
    """What COPY reads, in pieces; before the first one its server process ends."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() == 0:
            end_server_process()
        return super().read(1_000)


def end_server_process() -> None:
    assert connection.connection is not None
    pid = connection.connection.info.backend_pid
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10_000)", [pid])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_server_ends_within_copy_says_so_in_one_line_alone(
    customers: Path, media: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(copying, "BytesIO", Beheaded)
        said = refusal("customers", customers)
    connection.close()

    assert said == "the database went away; what is committed stays. Give the same command again to go on"
    assert capfd.readouterr() == ("", "")
    assert "read 100,000" in run("customers", customers)
