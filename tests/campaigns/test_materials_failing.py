"""Files that cannot be shown: refused as they come in, or, where it is found out later, said, replaced and deleted."""

import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.http import Http404
from django.test import Client
from pytest_django import Settings

from analytics.jumping import materials_for
from campaigns.enums import MaterialState
from campaigns.materials import keeping, looking, preparing
from campaigns.materials.conversion import NOT_HERE
from campaigns.materials.drawing import documents, types
from campaigns.materials.drawing.problems import Unfit
from campaigns.materials.failure_words import in_words
from campaigns.materials.library import usable
from campaigns.materials.looking import look_at
from campaigns.materials.store import store
from campaigns.models import Material, MaterialVersion
from privacy.models import User
from privacy.roles import Role
from privacy.tries import Limit
from tests.broker import Broker
from tests.factories import make_campaign, make_user
from tests.material_files import (
    SHARED,
    bomb,
    docx,
    endless,
    image,
    incoming,
    make_shown_material,
    many_pages,
    needs_shared,
    odt,
    pdf,
    prepared,
)
from tests.processes import somebody_waits_for_a_row, wait_for
from tests.uploads import files_in

pytestmark = pytest.mark.django_db
BROKEN_LATER = pdf("one", "two", kids="3 0 R 2 0 R", count=2)  # its second page is none
LATER = documents.BROKEN_PAGE.format(2)
REFUSED: list[tuple[bytes, str]] = [
    (b"", types.EMPTY),
    (b"MZ" + bytes(100), in_words(types.WRONG_TYPE)),  # a program that calls itself .pdf
    (types.OLD_OFFICE + bytes(600), types.NOT_OPEN_XML),  # also a new one with a password
    (b"PK\x03\x04" + bytes(600), types.BROKEN_PACKAGE),
    (docx(main="application/vnd.ms-word.document.macroEnabled"), types.MACROS),
    (pdf("one", "two")[:400], documents.CUT_OFF),
    (pdf("one", "two")[:500] + b"%%EOF", documents.DAMAGED),
    (pdf("one", kids="2 0 R", count=1), documents.BROKEN_PAGE.format(1)),
    (many_pages(2_001), documents.TOO_MANY.format("2,001", "2,000")),
    (image("PNG", (500, 500))[:-300], documents.DAMAGED),
    (bomb(), documents.HUGE_IMAGE.format(100)),
]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def sales(client: Client) -> User:
    user = make_user(Role.SALES, "Sam")
    client.force_login(user)
    return user


def form(content: bytes, name: str = "offer.pdf", **more: str) -> dict[str, Any]:
    return {"title": "Offer", "file": SimpleUploadedFile(name, content), **more}


def kept() -> tuple[int, int, list[Path]]:
    """How many materials and versions, and the files of both and of those on their way in."""
    files = [path for folder in ("materials", "uploads", "work") for path in files_in(folder)]
    return Material.objects.count(), MaterialVersion.objects.count(), files


# As it comes in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_what_cannot_be_shown_is_an_error_at_the_file_and_leaves_nothing(
    client: Client, sales: User, content: bytes, reason: str
) -> None:
    answer = client.post("/materials/new/", form(content, description="What it is about", tags="Rates"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"file": [reason]}
    assert kept() == (0, 0, [])
    said = answer.content.decode()
    assert 'name="title" value="Offer"' in said
    assert 'aria-invalid="true"' in said.partition('name="file"')[2].partition(">")[0]


def test_nor_does_it_become_a_version(client: Client, sales: User) -> None:
    make_shown_material(sales)
    before = kept()
    answer = client.post("/materials/guide/versions/new/", form(b"MZ" + bytes(100)))
    assert (answer.status_code, answer.context["form"].errors) == (422, {"file": [in_words(types.WRONG_TYPE)]})
    assert kept() == before


@needs_shared
@pytest.mark.parametrize("name", ["libreoffice-writer-password.pdf", "password-example.pdf"])
def test_a_file_with_a_password_is_refused(client: Client, sales: User, name: str) -> None:
    assert SHARED
    answer = client.post("/materials/new/", form((SHARED / name).read_bytes()))
    assert answer.context["form"].errors == {"file": [documents.LOCKED]}
    assert kept() == (0, 0, [])


def test_in_spanish_it_is_said_in_spanish(client: Client, sales: User) -> None:
    User.objects.filter(pk=sales.pk).update(language="es")
    answer = client.post("/materials/new/", form(b""))
    assert answer.context["form"].errors["file"] == [
        "El archivo está vacío: 0 bytes. Elíjalo otra vez donde lo tenga entero."
    ]


def test_what_is_whole_is_kept_and_waits(client: Client, sales: User) -> None:
    answer = client.post("/materials/new/", form(pdf("one", "two")))
    material = Material.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/materials/{material.slug}/")
    assert list(material.versions.values_list("number", "state")) == [(1, "waiting")]
    assert files_in("work") + files_in("uploads") == []


def path_of(content: bytes) -> Path:
    return incoming(content).path


def test_an_office_file_is_looked_at_no_further_than_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.materials.conversion.program", lambda: "/usr/bin/soffice")
    user = make_user(Role.SALES)
    for content in (docx(), odt()):
        look_at(path_of(content), user)
    monkeypatch.setattr("campaigns.materials.conversion.program", lambda: None)
    with pytest.raises(Unfit, match=NOT_HERE[:40]):
        look_at(path_of(docx()), user)


def test_what_takes_longer_than_the_patience_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 0.5)  # long before its memory is used up
    look_at(path_of(endless()), make_user(Role.SALES))
    assert files_in("work") == []


def draws(script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have this shell script take the place of the process that draws."""
    program = tmp_path / "draws"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))


LATE = """echo '{"failure": "late"}'"""


@pytest.mark.parametrize(
    ("content", "script"),
    [(pdf("one"), f"""sleep 0.8; echo '{{"pages": 1}}'; sleep 0.8; {LATE}"""), (docx(), f"sleep 2; {LATE}")],
)
def test_the_patience_is_for_all_that_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, script: str
) -> None:
    path, user = path_of(content), make_user(Role.SALES)
    draws(script, monkeypatch, tmp_path)
    with pytest.raises(Unfit, match="late"):
        look_at(path, user)
    monkeypatch.setattr(looking, "PATIENCE", 1.0)
    look_at(path, user)


def test_while_another_file_is_looked_at_only_the_head_of_one_is(client: Client, sales: User) -> None:
    with looking.one_look:
        assert client.post("/materials/new/", form(pdf("one")[:200])).status_code == 302
        answer = client.post("/materials/new/", form(b"MZ" + bytes(100)))
    assert answer.context["form"].errors == {"file": [in_words(types.WRONG_TYPE)]}
    assert list(MaterialVersion.objects.values_list("state", flat=True)) == ["waiting"]
    answer = client.post("/materials/new/", form(pdf("one")[:200]))
    assert answer.context["form"].errors == {"file": [documents.CUT_OFF]}


def test_who_sends_very_many_files_has_the_rest_looked_at_by_the_worker(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LOOKS", Limit("looks", tries=1, seconds=60))
    cut_off = pdf("one")[:200]
    assert client.post("/materials/new/", form(cut_off)).status_code == 422
    assert client.post("/materials/new/", form(cut_off)).status_code == 302
    client.force_login(make_user(Role.SALES, "Other"))
    assert client.post("/materials/new/", form(cut_off)).status_code == 422


# Found out later -----------------------------------------------------------------------------------------------------


def test_what_fails_later_says_so_with_what_to_do(client: Client, sales: User) -> None:
    answer = client.post("/materials/new/", form(BROKEN_LATER))
    material = Material.objects.get()
    preparing.prepare(material.versions.get().pk)
    page = client.get(answer["Location"])
    said = page.content.decode()
    assert "The file could not be turned into pages</h2>" in said
    left_out = "Until it is replaced, the library leaves it out unless failed or all materials are asked for"
    assert f"{LATER} {left_out}, and it cannot be sent to anyone." in said
    here = f"/materials/{material.slug}"
    assert f'<a class="usa-button" href="{here}/versions/new/">Replace the file</a>' in said
    assert f'<a href="{here}/versions/1/discard/">Delete</a>' in said
    assert said.count(f'action="{here}/versions/1/retry/"') == 1
    assert f'href="/shares/new/?material={material.slug}"' not in said
    assert "No page is ready" not in said
    assert f"Failed: {LATER}" in said


def test_of_a_version_it_says_which_one_is_shown(client: Client, sales: User) -> None:
    material = make_shown_material(sales)
    version = keeping.add_version(material, incoming(BROKEN_LATER), sales)
    preparing.prepare(version.pk)
    said = client.get("/materials/guide/").content.decode()
    assert "Version 2 failed</h2>" in said
    assert f"{LATER} Version 1 is shown instead." in said
    assert '<a href="/materials/guide/versions/2/discard/">Delete version 2</a>' in said


def test_who_may_not_change_it_is_offered_nothing(client: Client) -> None:
    version = prepared(BROKEN_LATER)
    client.force_login(make_user(Role.SALES, "Other"))
    said = client.get(f"/materials/{version.material.slug}/").content.decode()
    assert "The file could not be turned into pages</h2>" in said
    assert "Replace the file" not in said
    assert "/discard/" not in said
    assert client.get(f"/materials/{version.material.slug}/versions/1/discard/").status_code == 403
    assert client.post(f"/materials/{version.material.slug}/versions/1/discard/").status_code == 403
    assert MaterialVersion.objects.count() == 1


def titles(client: Client, query: str = "") -> list[str]:
    return [row["row"]["material"].title for row in client.get(f"/materials/{query}").context["rows"]]


def test_it_is_left_out_unless_failed_or_all_are_asked_for(client: Client, sales: User) -> None:
    prepared(BROKEN_LATER, sales, title="Failed")
    with_one_before = make_shown_material(sales)
    preparing.prepare(keeping.add_version(with_one_before, incoming(BROKEN_LATER), sales).pk)
    make_shown_material(sales, "whole")
    keeping.make_document({"title": "Waiting", "description": ""}, incoming(pdf("one")), sales)
    assert sorted(titles(client)) == ["Guide", "Waiting", "Whole"]
    assert sorted(titles(client, "?layout=table")) == ["Guide", "Waiting", "Whole"]
    assert sorted(titles(client, "?state=failed")) == ["Failed", "Guide"]
    assert sorted(titles(client, "?state=all")) == ["Failed", "Guide", "Waiting", "Whole"]
    assert client.get("/materials/").context["page"].count == 3
    assert sorted(usable(Material.objects.all()).values_list("title", flat=True)) == ["Guide", "Waiting", "Whole"]
    assert list(materials_for(sales, "fail")) == []
    assert len(list(materials_for(sales, "wai"))) == 1
    assert sorted(Material.objects.offered().values_list("title", flat=True)) == ["Guide", "Whole"]


# Replaced and deleted ------------------------------------------------------------------------------------------------


def test_a_new_file_takes_the_place_of_one_that_failed(
    client: Client, sales: User, django_capture_on_commit_callbacks: Any, broker: Broker
) -> None:
    failed = prepared(BROKEN_LATER, sales)
    where = f"/materials/{failed.material.slug}"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{where}/versions/new/", form(pdf("whole"))).status_code == 302
    version = MaterialVersion.objects.get()
    assert (version.number, version.state, version.file_name) == (1, "waiting", "offer.pdf")
    assert [path.name for path in files_in("materials")] == [str(version.file.name).partition("/")[2]]
    preparing.prepare(version.pk)
    assert Material.objects.values_list("version", "page_count").get() == (1, 1)


def test_a_failed_file_is_deleted_with_its_material(
    client: Client, sales: User, django_capture_on_commit_callbacks: Any
) -> None:
    failed = prepared(BROKEN_LATER, sales, title="Offer")
    keeping_of = f"/materials/{failed.material.slug}/versions/1/discard/"
    page = client.get(keeping_of).content.decode()
    assert "The file, its title, its description and its topics are deleted." in page
    assert LATER in page
    assert Material.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(keeping_of)
    assert (answer.status_code, answer["Location"]) == (302, "/materials/")
    assert kept() == (0, 0, [])
    assert client.post(keeping_of).status_code == 404


def test_a_failed_version_is_deleted_and_the_one_before_stays(
    client: Client, sales: User, django_capture_on_commit_callbacks: Any
) -> None:
    material = make_shown_material(sales)
    before = kept()
    preparing.prepare(keeping.add_version(material, incoming(BROKEN_LATER), sales).pk)
    page = client.get("/materials/guide/versions/2/discard/").content.decode()
    assert "The file is deleted; version 1 is shown as before." in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/materials/guide/versions/2/discard/")
    assert (answer.status_code, answer["Location"]) == (302, "/materials/guide/")
    assert kept() == before
    assert Material.objects.values_list("version", "page_count").get() == (1, 1)


@pytest.mark.parametrize("state", [MaterialState.READY, MaterialState.WAITING, MaterialState.WORKING])
def test_nothing_else_is_deleted(client: Client, sales: User, state: str) -> None:
    material = make_shown_material(sales)
    MaterialVersion.objects.update(state=state)
    for answer in (client.get, client.post):
        found = answer("/materials/guide/versions/1/discard/")
        assert (found.status_code, found["Location"]) == (302, "/materials/guide/")
    assert not keeping.discard(material, 1)
    assert MaterialVersion.objects.count() == 1
    assert client.post("/materials/guide/versions/2/discard/").status_code == 404


def test_what_a_campaign_has_stays_and_says_why(client: Client, sales: User) -> None:
    failed = prepared(BROKEN_LATER, sales)
    variant = make_campaign("spring").variants.first()
    assert variant
    variant.material = failed.material
    variant.save()
    answer = client.post(f"/materials/{failed.material.slug}/versions/1/discard/", follow=True)
    assert "A campaign or a share uses it: replace the file, or withdraw it." in answer.content.decode()
    assert MaterialVersion.objects.count() == 1
    with pytest.raises(ProtectedError):
        keeping.discard(failed.material, 1)


@pytest.mark.django_db(transaction=True)
def test_a_new_file_stays_where_the_one_that_failed_cannot_be_deleted(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch, broker: Broker
) -> None:
    failed = prepared(BROKEN_LATER, sales)
    old, delete = str(failed.file.name), store().delete

    def is_away(name: str) -> None:
        if name == old:
            raise ConnectionError("the store is away")
        delete(name)

    monkeypatch.setattr(store(), "delete", is_away)
    assert client.post(f"/materials/{failed.material.slug}/versions/new/", form(pdf("whole"))).status_code == 302
    version = MaterialVersion.objects.get()
    assert (version.state, version.file_name) == ("waiting", "offer.pdf")
    assert store().exists(str(version.file.name))


@pytest.mark.django_db(transaction=True)
def test_what_is_tried_again_meanwhile_keeps_its_file() -> None:
    failed = prepared(BROKEN_LATER)
    taken: list[bool] = []

    def click() -> None:
        taken.append(keeping.discard(failed.material, 1))
        connection.close()

    second = threading.Thread(target=click)
    with transaction.atomic():
        assert keeping.try_again(failed)
        second.start()
        wait_for(somebody_waits_for_a_row, "the other click waits for the row")
    second.join()
    assert taken == [False]
    assert MaterialVersion.objects.get().state == "waiting"
    assert store().exists(str(failed.file.name))


def test_a_material_that_is_deleted_meanwhile_is_not_found(
    client: Client, sales: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_shown_material(sales)
    before = files_in("materials")
    monkeypatch.setattr("campaigns.forms.materials.look_at", lambda path, by: Material.objects.all().delete())
    assert client.post("/materials/guide/versions/new/", form(pdf("new"))).status_code == 404
    assert files_in("materials") == before
    material, discard = make_shown_material(sales), keeping.discard
    MaterialVersion.objects.update(state=MaterialState.FAILED, failure="x")

    def second(material: Material, number: int) -> bool:
        discard(material, number)
        return discard(material, number)

    monkeypatch.setattr(keeping, "discard", second)
    assert client.post("/materials/guide/versions/1/discard/").status_code == 404
    with pytest.raises(Http404):
        keeping.change(material, {"title": "New"})
