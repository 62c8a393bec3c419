"""What no row names goes from the store, and nothing else; what went is told by number."""

import os
import tracemalloc
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from campaigns.materials.store import new_name, page_name
from campaigns.models import MaterialVersion
from config.doctor import machine
from config.doctor.findings import Level, ok
from privacy.enums import Language, PackageState
from privacy.models import LedgerAct, Package, RetentionClock, User
from privacy.retention import orphans, standing
from privacy.retention.stored import StoredFile, files_of, top_of
from privacy.roles import Role
from records import media as keeping
from records.enums import MediaKind
from records.models import MediaFile, Meeting
from tests.factories import make_customer, make_user
from tests.material_files import make_shown_material
from tests.records_meetings import START
from tests.requesting import make_request
from tests.retention import hold_on

pytestmark = pytest.mark.django_db
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(storages["records"], "_location", str(tmp_path / "records"))
    for name in ("base_location", "location"):
        storages["records"].__dict__.pop(name, None)
    MigrationRecorder.Migration.objects.update(applied=BEGUN)
    cache.delete(orphans.HELD_BACK)
    yield tmp_path
    cache.delete(orphans.HELD_BACK)


def days_ago(days: float) -> float:
    return (timezone.now() - timedelta(days=days)).timestamp()


def age(folder: Path, days: float = 2) -> None:
    """Let every file in it be so many days old."""
    for path in folder.rglob("*"):
        os.utime(path, (days_ago(days), days_ago(days)))


def stray(media: Path, name: str, days: float = 2) -> Path:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"of nobody")
    os.utime(path, (days_ago(days), days_ago(days)))
    return path


def files_in(media: Path) -> set[str]:
    return {path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file()}


def recording(**about: Any) -> MediaFile:
    upload = keeping.SealedUpload()
    upload.add(PNG)
    if not about:
        about = {
            "kind": MediaKind.IMAGE,
            "meeting": Meeting.objects.create(number="98765432100", uid="u", started_at=START),
        }
    return keeping.keep(upload.end(), keeping.About(recorded_at=START, file_name="Ann.png", **about), None)


def package(state: PackageState, media: Path, officer: User) -> Path:
    times = {"as_of": timezone.now(), "ready_at": timezone.now(), "expires_at": timezone.now()}
    made = Package.objects.create(request=make_request(), asked_by=officer, state=state, **times)
    return stray(media, f"packages/{made.key}/package.json")


def told() -> list[dict[str, Any]]:
    return [act.told for act in LedgerAct.objects.filter(kind=orphans.DESTROYED).order_by("id")]


# What goes and what stays --------------------------------------------------------------------------------------------


STRAYS = (
    f"records/{'0' * 32}",
    f"materials/{'0' * 32}",
    f"materials/{'0' * 32}.pages/1-wide.webp",
    f"packages/{uuid.UUID(int=0)}/package.json",
)


@pytest.mark.parametrize("name", STRAYS)
def test_a_file_that_no_row_names_goes_after_a_day_with_its_empty_folder(media: Path, name: str) -> None:
    path = stray(media, name)
    young = stray(media, f"{name}.young", days=0.9)
    assert orphans.sweep() == 1
    assert files_in(media) == {f"{name}.young"}
    age(media)
    assert (orphans.sweep(), files_in(media)) == (1, set())
    assert not young.exists()
    assert path.parent.exists() == (path.parent in {media / "records", media / "materials"})


def test_what_a_row_names_stays_however_old_it_is(media: Path) -> None:
    sales, officer = make_user(Role.SALES), make_user(Role.PRIVACY_OFFICER)
    guide = make_shown_material(sales, pages=2).versions.get()
    converted = storages["materials"].save(new_name(), ContentFile(b"converted"))
    MaterialVersion.objects.filter(pk=guide.pk).update(converted=converted)
    recording()
    for state in (PackageState.WAITING, PackageState.RUNNING, PackageState.READY):
        package(state, media, officer)
    age(media, days=4_000)
    named = files_in(media)
    assert len(named) == 1 + 1 + 2 * 3 + 1 + 3
    assert orphans.sweep() == 0
    assert files_in(media) == named


def test_what_was_left_of_a_package_that_is_over_goes(media: Path) -> None:
    officer = make_user(Role.PRIVACY_OFFICER)
    for state in (PackageState.EXPIRED, PackageState.FAILED):
        package(state, media, officer)
    assert (orphans.sweep(), files_in(media)) == (2, set())


def test_what_a_hold_keeps_is_named_and_stays(media: Path, grace: User) -> None:
    customer = make_customer("C-1")
    signed = recording(kind=MediaKind.SIGNATURE, customer=customer)
    hold_on(grace, people=[customer.key])
    age(media, days=4_000)
    assert orphans.sweep() == 0
    assert files_in(media) == {f"records/{signed.stored_as}"}


def test_a_file_whose_row_is_not_there_yet_stays(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep runs between the bytes and their row."""
    save, swept = MediaFile.save, list[tuple[int, int]]()

    def save_late(row: MediaFile, *args: Any, **options: Any) -> None:
        swept.append((orphans.sweep(), len(files_in(media))))
        save(row, *args, **options)

    monkeypatch.setattr(MediaFile, "save", save_late)
    row = recording()
    assert swept == [(0, 1)]
    assert files_in(media) == {f"records/{row.stored_as}"}


@pytest.mark.parametrize(
    ("state", "stays"), [("waiting", True), ("working", True), ("failed", False), ("ready", False)]
)
def test_a_half_made_page_stays_while_its_version_is_being_drawn(media: Path, state: str, stays: bool) -> None:
    """Whoever draws it anew gives the next picture the same name."""
    version = make_shown_material(make_user(Role.SALES)).versions.get()
    MaterialVersion.objects.filter(pk=version.pk).update(state=state, failure="broken" if state == "failed" else "")
    half_made = stray(media, page_name(str(version.file.name), 2, "wide"))
    orphans.sweep()
    assert half_made.exists() == stays


def test_a_file_that_came_in_place_of_what_was_found_stays(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stray(media, STRAYS[2])
    destroy = orphans._destroy

    def destroy_late(*found: Any) -> int:
        path.write_bytes(b"drawn anew")
        return destroy(*found)

    monkeypatch.setattr(orphans, "_destroy", destroy_late)
    assert orphans.sweep() == 0
    assert path.read_bytes() == b"drawn anew"


def test_what_the_program_does_not_know_is_told_and_stays(media: Path, caplog: pytest.LogCaptureFixture) -> None:
    known = {"uploads/a", "imports/1/rejects.csv", "exports/a", "work/a/original", ".doctor-a"}
    for name in (*known, "somebody/a", "notes.txt"):
        stray(media, name, days=400)
    recording()
    assert machine.look_at_store().level is Level.WARN
    assert machine.look_at_store().said == "not the program's, and never taken away: notes.txt, somebody."
    assert orphans.sweep() == 0
    assert files_in(media) > {*known, "somebody/a", "notes.txt"}
    assert "store_holds_strangers" in caplog.text


def test_a_store_with_nothing_else_in_it_is_right(media: Path) -> None:
    assert machine.look_at_store() == ok("nothing but what the program owns")
    recording()
    assert machine.look_at_store() == ok("nothing but what the program owns")


def test_every_field_that_holds_a_file_is_known_to_the_sweep() -> None:
    queries = [query() for folder in orphans.folders() for query in folder.named]
    known = {(query.model, name) for query in queries for name in query.query.values_select}
    fields = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, FileField)
    }
    assert known == fields | {(MediaFile, "stored_as")}


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_a_store_that_fails_goes_on_the_next_time_and_keeps_no_other_waiting(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        stray(media, f"records/{number:032}")
    stray(media, STRAYS[1])
    delete, done, is_away = FileSystemStorage.delete, list[str](), True

    def failing(store: FileSystemStorage, name: str) -> None:
        if store is storages["records"]:
            if is_away and len(done) == 2:
                raise OSError("the disk is away")
            done.append(name)
        delete(store, name)

    monkeypatch.setattr(FileSystemStorage, "delete", failing)
    orphans.sweep()
    assert len(files_in(media)) == len(files_in(media / "records")) == 1
    assert sum(one["files"] for one in told()) == 3
    is_away = False
    orphans.sweep()
    assert files_in(media) == set()
    assert sum(one["files"] for one in told()) == 4


def test_more_without_a_row_than_with_one_are_held_back_and_told(media: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Another database was set: every recording would go."""
    for number in range(orphans.FEW + 1):
        stray(media, f"records/{number:032}")
    assert orphans.sweep() == 0
    assert len(files_in(media)) == orphans.FEW + 1
    assert "orphans_held_back" in caplog.text
    (said,) = standing.look().problems
    assert said.startswith(
        "There are more files of recordings and other files of records without a record than could be left over"
    )
    call_command("retention", "orphans", "--destroy")
    assert files_in(media) == set()
    orphans.sweep()
    assert standing.look().problems == []


@pytest.mark.parametrize(("orphaned", "named", "is_believed"), [
    (10, 0, True), (11, 0, False), (11, 109, False), (11, 110, True), (100, 1000, True), (101, 1009, False),
])  # fmt: skip
def test_few_are_believed_and_a_tenth_of_those_that_are_named(orphaned: int, named: int, is_believed: bool) -> None:
    assert orphans.Count(orphaned, named).is_believed is is_believed


def test_what_is_older_than_the_database_stays(media: Path) -> None:
    """A new one was begun beside a store that was there: it never knew what lies in it."""
    old, new = stray(media, "records/1", days=5), stray(media, "records/2", days=3)
    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(days=4))
    assert orphans.sweep() == 1
    assert (old.exists(), new.exists()) == (True, False)


def test_each_few_hundred_stand_in_the_ledger_before_the_next_go(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker may be killed in the midst of them."""
    monkeypatch.setattr(orphans, "TOLD_AT_ONCE", 2)
    for number in range(5):
        stray(media, f"records/{number:032}")
    assert orphans.sweep() == 5
    assert [one["files"] for one in told()] == [2, 2, 1]


def test_what_somebody_linked_into_the_store_is_left_alone(
    media: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "file").write_bytes(b"")
    stray(media, "records/1")
    (media / "records" / "link").symlink_to(elsewhere)
    (media / "records" / "file").symlink_to(elsewhere / "file")
    assert orphans.sweep() == 1
    assert (elsewhere / "file").exists()
    assert {path.name for path in (media / "records").iterdir()} == {"link", "file"}


def test_nothing_goes_while_the_clock_is_in_doubt(media: Path) -> None:
    stray(media, STRAYS[0])
    RetentionClock.objects.create(day=timezone.now().date(), doubt="It jumped.", looked_at=timezone.now())
    assert (orphans.sweep(), len(files_in(media))) == (0, 1)


# What is told --------------------------------------------------------------------------------------------------------


def test_how_many_went_from_where_and_of_when_stands_in_the_ledger_and_no_name(media: Path) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for number in range(2):
        os.utime(stray(media, f"records/{number:032}"), ((at + timedelta(days=number)).timestamp(),) * 2)
    orphans.sweep()
    assert told() == [
        {"storage": "records", "folder": "", "files": 2, "first_day": "2026-03-01", "last_day": "2026-03-02"}
    ]
    (one,) = orphans.lately()
    assert (one.files, one.first_day.day, one.last_day.day) == (2, 1, 2)


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.ENGLISH, "1 file of access packages, written on March 1, 2026"),
     (Language.SPANISH, "1 archivo de paquetes de acceso, escrito el 1 de marzo de 2026")],
)  # fmt: skip
def test_a_privacy_officer_sees_it_on_the_first_page_of_the_administration(
    client: Client, media: Path, language: Language, said: str
) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
    os.utime(stray(media, STRAYS[3]), (at, at))
    client.force_login(make_user(Role.PRIVACY_OFFICER, language=language))
    assert said not in client.get("/administration/").content.decode()
    orphans.sweep()
    assert said in client.get("/administration/").content.decode()


def test_the_command_counts_and_takes_nothing_unless_it_is_told_to(
    media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stray(media, STRAYS[0])
    recording()
    stray(media, "somebody/a")
    call_command("retention", "orphans")
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "1 of recordings and other files of records; 0 are named" in lines
    assert lines[-1] == "Not the program's, and left alone: somebody"
    assert (media / STRAYS[0]).exists()


# However many --------------------------------------------------------------------------------------------------------


def test_a_stretch_of_names_takes_one_statement(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "AT_ONCE", 2)
    for number in range(5):
        stray(media, f"materials/{number:032}")
    (folder,) = [one for one in orphans.folders() if one.name == "materials"]
    with CaptureQueriesContext(connection) as queries:
        assert orphans.count_in(folder, orphans.old()) == orphans.Count(orphans=5, named=0)
    assert len(queries) == 3


def test_the_names_of_a_large_store_are_never_in_memory_together(monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now() - timedelta(days=2)
    many = 100_000
    monkeypatch.setattr(orphans, "files_of", lambda *_: (StoredFile(f"{number:032}", at) for number in range(many)))
    (folder,) = [one for one in orphans.folders() if one.storage == "records"]
    tracemalloc.start()
    assert orphans.count_in(folder, orphans.old()).orphans == many
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Of a stretch: the files, their names, and the statement; all of them together took 45 MB.
    assert peak < 20_000_000


class Bucket(Storage):
    """As the storage of S3 has it, with two objects."""

    def __init__(self) -> None:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        every = [SimpleNamespace(key=key, last_modified=at) for key in ("materials/a", "other/b", "materials2/c")]
        self.bucket = SimpleNamespace(
            objects=SimpleNamespace(filter=lambda Prefix: [one for one in every if one.key.startswith(Prefix)])  # noqa: N803
        )

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return ["materials", "other", "materials2"], []


class Leaving(Bucket):
    """What is listed has gone by the time that it is looked at, of which S3 makes an error of its own."""

    def exists(self, name: str) -> bool:
        return False

    def get_modified_time(self, name: str) -> datetime:
        raise LookupError(name)


def test_what_left_a_bucket_meanwhile_is_nothing_to_destroy(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder,) = [one for one in orphans.folders() if one.name == "materials"]
    monkeypatch.setattr(orphans.Folder, "store", property(lambda _: Leaving()))
    assert orphans.destroy_in(folder, orphans.old()) == 0
    assert told() == []


def test_a_store_that_does_not_answer_is_a_finding_of_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> list[str]:
        raise LookupError("no such endpoint")

    monkeypatch.setattr(machine, "strangers", away)
    assert machine.look_at_store().level is Level.FAIL
    assert "the store does not answer: LookupError." in machine.look_at_store().said


def test_a_bucket_is_listed_as_it_is(media: Path) -> None:
    assert list(files_of(Bucket(), "materials")) == [StoredFile("materials/a", datetime(2026, 3, 1, tzinfo=UTC))]
    assert top_of(Bucket()) == {"materials", "other", "materials2"}
