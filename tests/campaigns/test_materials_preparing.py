"""Versions on their way to pages: claimed, drawn, ready or failed, taken up again."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from campaigns.enums import MaterialState
from campaigns.materials import keeping, preparing
from campaigns.materials.conversion import NOT_HERE
from campaigns.materials.drawing import documents, types
from campaigns.materials.preparing import prepare, tend
from campaigns.materials.reading import page_of, page_picture, pieces, shown_version
from campaigns.models import Material, MaterialPage, MaterialVersion
from campaigns.tasks.materials import tend_materials
from privacy.roles import Role
from tests.broker import Broker, by_the_clock
from tests.factories import make_user
from tests.material_files import docx, image, incoming, make_document, pdf, prepared
from tests.uploads import files_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def names() -> list[str]:
    """The files of all materials, without the random part of their names."""
    return sorted(str(path.name) if "-" in path.name else "original" for path in files_in("materials"))


PAGES = [f"{number}-{picture}.webp" for number in (1, 2) for picture in ("narrow", "thumbnail", "wide")]


def state(version: MaterialVersion) -> dict[str, Any]:
    fields = ("state", "failure", "media_type", "page_count", "pages_done", "claimed_until")
    return dict(MaterialVersion.objects.filter(pk=version.pk).values(*fields).get())


def test_a_pdf_becomes_pages_and_its_material_shows_them() -> None:
    version = prepared(pdf("Hello", "World"), name="../../etc/<b>Guide</b>.pdf")
    assert state(version) == {
        "state": "ready",
        "failure": "",
        "media_type": "application/pdf",
        "page_count": 2,
        "pages_done": 2,
        "claimed_until": None,
    }
    rows = MaterialPage.objects.values_list("version", "number", "width", "height", "text")
    assert list(rows) == [(version.pk, 1, 1600, 2071, "Hello"), (version.pk, 2, 1600, 2071, "World")]
    material = Material.objects.get()
    assert (material.version, material.page_count, material.kind) == (1, 2, "document")
    assert shown_version(material) == version


def test_files_lie_under_random_names_readable_by_the_program_alone() -> None:
    version = prepared(pdf("Hello", "World"), name="payroll of Ann.pdf")
    assert version.file_name == "payroll of Ann.pdf"
    assert names() == [*PAGES, "original"]
    folder, name = str(version.file.name).split("/")
    assert (folder, len(name), int(name, 16) > 0) == ("materials", 32, True)
    assert {path.stat().st_mode & 0o777 for path in files_in("materials")} == {0o600}
    assert files_in("uploads") + files_in("work") == []


def test_the_pictures_of_a_page_are_read_by_their_width() -> None:
    page = page_of(prepared(image(size=(3000, 300))), 1)
    widths = {asked: width_of(page_picture(page, asked)) for asked in (100, 240, 800, 1600, 9000)}
    assert widths == {100: 240, 240: 240, 800: 800, 1600: 1600, 9000: 1600}


def width_of(stored: FieldFile) -> int:
    with Image.open(io.BytesIO(b"".join(pieces(stored)))) as picture:
        return picture.width


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", types.EMPTY),
        (b"MZ" + bytes(100), types.WRONG_TYPE),
        (pdf("one")[:200], documents.CUT_OFF),
        (pdf("one", "two", kids="3 0 R 2 0 R", count=2), documents.BROKEN_PAGE.format(2)),
    ],
)
def test_a_bad_file_ends_as_failed_with_the_reason_and_nothing_of_it_is_shown(content: bytes, reason: str) -> None:
    version = prepared(content)
    assert (version.state, version.failure, version.pages_done) == (MaterialState.FAILED, reason, 0)
    assert MaterialPage.objects.count() == 0
    assert names() == ["original"]
    assert shown_version(version.material) is None
    assert Material.objects.values_list("version", "page_count").get() == (0, None)


def test_every_reason_fits_its_field() -> None:
    longest = max(
        [documents.HUGE_PAGE.format(2000, "1" * 12, "1" * 12, "200"), types.WRONG_TYPE, types.NOT_OPEN_XML, NOT_HERE],
        key=len,
    )
    assert len(longest) <= (MaterialVersion._meta.get_field("failure").max_length or 0)


def test_an_office_file_without_libreoffice_says_what_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    version = prepared(docx(), name="plan.docx")
    assert (version.state, version.failure) == (MaterialState.FAILED, NOT_HERE)
    assert version.media_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_preparing_again_changes_nothing() -> None:
    version = prepared(pdf("Hello"))
    before = list(MaterialPage.objects.values()), files_in("materials")
    prepare(version.pk)
    assert (list(MaterialPage.objects.values()), files_in("materials")) == before
    assert MaterialVersion.objects.get().attempts == 1


def test_a_version_that_a_worker_has_is_left_to_it() -> None:
    _material, version = make_document(pdf("Hello"))
    MaterialVersion.objects.update(state="working", attempts=1, claimed_until=timezone.now() + timedelta(seconds=5))
    prepare(version.pk)
    assert (state(version)["state"], MaterialPage.objects.count()) == ("working", 0)
    MaterialVersion.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    prepare(version.pk)
    assert (state(version)["state"], MaterialPage.objects.count()) == ("ready", 1)


def test_a_version_that_broke_off_goes_on_where_it_stopped_and_leaves_no_file_behind() -> None:
    version = prepared(pdf("Hello", "World"))
    kept = MaterialPage.objects.get(number=1)
    # As after a kill between a page's pictures and its row: the pictures of page 2 are there, its row is not.
    MaterialPage.objects.filter(number=2).delete()
    MaterialVersion.objects.update(state="working", pages_done=1, claimed_until=timezone.now() - timedelta(seconds=1))
    prepare(version.pk)
    assert list(MaterialPage.objects.values_list("number", "text")) == [(1, "Hello"), (2, "World")]
    assert MaterialPage.objects.get(number=1).pk == kept.pk
    assert names() == [*PAGES, "original"]
    assert (state(version)["state"], MaterialVersion.objects.get().attempts) == ("ready", 2)


def test_what_broke_off_three_times_is_not_tried_a_fourth_time() -> None:
    _material, version = make_document(pdf("Hello"))
    MaterialVersion.objects.update(state="working", attempts=3)
    prepare(version.pk)
    assert state(version)["failure"] == preparing.BROKE_OFF.format(3)
    assert keeping.try_again(version)
    prepare(version.pk)
    assert state(version)["state"] == "ready"


def test_an_error_of_ours_is_raised_and_the_version_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _material, version = make_document(pdf("Hello"))
    with monkeypatch.context() as broken:
        broken.setattr(preparing, "drawn_pages", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prepare(version.pk)
    assert state(version)["state"] == "working"
    MaterialVersion.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    prepare(version.pk)
    assert state(version)["state"] == "ready"


@pytest.mark.parametrize("step", ["_as_pages", "_keep_page", "_finish"])
def test_a_worker_that_was_thought_dead_lets_go(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Another worker takes the version over right before this step of the first one."""
    _material, version = make_document(pdf("Hello", "World"))
    original = getattr(preparing, step)

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(preparing, step, original)
        MaterialVersion.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        prepare(version.pk)
        return original(*args)

    monkeypatch.setattr(preparing, step, overtaken)
    prepare(version.pk)
    assert state(version)["state"] == "ready"
    assert list(MaterialPage.objects.values_list("number", "text")) == [(1, "Hello"), (2, "World")]
    assert MaterialVersion.objects.get().attempts == 2


def dies_in_page(number: int, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker that ends after the first picture of this page."""
    stored = preparing._stored

    def dies(version: MaterialVersion, page: Any, picture: str) -> str:
        if (page.number, picture) == (number, "narrow"):
            raise SystemExit
        return stored(version, page, picture)

    monkeypatch.setattr(preparing, "_stored", dies)


def test_of_what_failed_nothing_that_was_drawn_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    _material, version = make_document(pdf("Hello", "World"))
    with monkeypatch.context() as dying:
        dies_in_page(2, dying)
        with pytest.raises(SystemExit):
            prepare(version.pk)
    assert [name for name in names() if name.startswith("2-")] == ["2-wide.webp"]
    ran_out = timezone.now() - timedelta(seconds=1)
    MaterialVersion.objects.update(claimed_until=ran_out, attempts=preparing.MOST_ATTEMPTS)
    prepare(version.pk)
    assert state(version)["failure"] == preparing.BROKE_OFF.format(preparing.MOST_ATTEMPTS)
    assert names() == ["original"]


def test_a_worker_that_was_thought_dead_lets_go_of_what_failed_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another worker fails, and a third one begins anew, before this one goes on."""
    _material, version = make_document(pdf("Hello", "World"))
    as_pages = preparing._as_pages

    def overtaken(first: MaterialVersion, folder: Path) -> Any:
        ran_out = timezone.now() - timedelta(seconds=1)
        MaterialVersion.objects.update(claimed_until=ran_out, attempts=preparing.MOST_ATTEMPTS)
        prepare(first.pk)
        assert keeping.try_again(first)
        assert preparing._claimed(first.pk)
        return as_pages(first, folder)

    monkeypatch.setattr(preparing, "_as_pages", overtaken)
    prepare(version.pk)
    kept = state(version)
    assert (kept["state"], kept["media_type"], kept["page_count"], kept["pages_done"]) == ("working", "", 0, 0)
    assert MaterialPage.objects.count() == 0


def test_a_worker_lets_go_of_what_was_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    _material, version = make_document(pdf("Hello"))
    finish = preparing._finish

    def deleted(version: MaterialVersion) -> None:
        Material.objects.all().delete()
        finish(version)

    monkeypatch.setattr(preparing, "_finish", deleted)
    prepare(version.pk)
    assert not Material.objects.exists()


def test_the_newest_ready_version_is_shown_whichever_is_done_first() -> None:
    user = make_user(Role.SALES)
    material, first = make_document(pdf("one"), user)
    second = keeping.add_version(material, incoming(pdf("one", "two")), user)
    broken = keeping.add_version(material, incoming(b"no pdf at all"), user)
    assert [first.number, second.number, broken.number] == [1, 2, 3]
    prepare(second.pk)
    prepare(first.pk)
    material.refresh_from_db()
    assert (material.version, material.page_count) == (2, 2)
    assert (shown_version(material), shown_version(material, 1), shown_version(material, 3)) == (second, first, None)


def test_waiting_and_abandoned_versions_are_asked_for_and_no_others(broker: Broker) -> None:
    user = make_user(Role.SALES)
    material, waiting = make_document(pdf("one"), user)
    abandoned, busy, ready, failed = (keeping.add_version(material, incoming(pdf("x")), user) for _ in range(4))
    now = timezone.now()
    claims = {abandoned: now - timedelta(seconds=1), busy: now + timedelta(seconds=60)}
    for version, until in claims.items():
        MaterialVersion.objects.filter(pk=version.pk).update(state="working", claimed_until=until)
    MaterialVersion.objects.filter(pk=ready.pk).update(state="ready")
    MaterialVersion.objects.filter(pk=failed.pk).update(state="failed", failure="x")
    assert tend() == 2
    assert sorted(broker.asked(preparing.PREPARE)) == [waiting.pk, abandoned.pk]


def test_pages_are_drawn_by_the_clock_where_the_broker_is_away(client: Client, broker: Broker) -> None:
    client.force_login(make_user(Role.MARKETING_MANAGER))
    broker.is_away = True
    sent = {"title": "Guide", "kind": "document", "file": SimpleUploadedFile("guide.pdf", pdf("one"))}
    assert client.post("/materials/new/", sent).status_code == 302
    version = MaterialVersion.objects.get()
    assert (state(version)["state"], broker.calls) == ("waiting", [])
    broker.is_away, broker.does = False, {preparing.PREPARE}
    by_the_clock(tend_materials)
    assert state(version)["state"] == "ready"


def test_work_folders_of_dead_workers_are_swept_up(media: Path) -> None:
    old, fresh = media / "work" / "old", media / "work" / "fresh"
    for folder in (old, fresh):
        folder.mkdir(parents=True)
        (folder / "original").write_bytes(b"x")
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    tend()
    assert [folder.name for folder in (media / "work").iterdir()] == ["fresh"]
