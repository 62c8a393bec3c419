"""A unique value in every classified field of one customer; the clock passes; retention runs; nothing of it is left."""

import io
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pytest_django import Settings

from analytics.exports import making
from analytics.folding import fold_all
from analytics.models import CampaignViewer, Export, ViewerDay, ViewerMaterial, ViewerTotal
from campaigns.models import Event
from privacy import changes
from privacy.accesslog import Actor
from privacy.enums import Duty
from privacy.holdings import holding_models
from privacy.models import Change, User
from privacy.purposes import Basis
from privacy.retention import orphans, planning, runs
from privacy.retention.enums import RunState
from privacy.vault import has_key, opening
from records.elements import kept_elements
from records.intake import uploads
from records.models import Customer
from records.models.record import CATEGORIES
from tests.canaries import Canaries, plant, text_fields
from tests.processes import CHECKOUT, database_url, dump, environment, restore

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

LATER = date(2034, 1, 1)
ANY = re.compile(rb"cnry\d{4}q")


def in_the_database() -> list[str]:
    with connection.cursor() as cursor:
        return list(rows_with_canaries(cursor))


def rows_with_canaries(cursor: Any) -> Iterator[str]:
    """Every row of every table that holds a canary, as text: what a dump of the whole database would hold."""
    cursor.execute(
        "SELECT quote_ident(relname) FROM pg_class "
        "WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"SELECT whole::text FROM {table} AS whole WHERE whole::text LIKE %s", ["%cnry%"])
        yield from (f"{table}: {row[:300]}" for (row,) in cursor.fetchall())


def in_redis() -> Iterator[str]:
    with redis.Redis.from_url(django_settings.REDIS_URL) as server:
        for key in server.keys("*"):
            if ANY.search(key) or ANY.search(server.dump(key) or b""):
                yield repr(key)


def in_files(folder: Path) -> Iterator[str]:
    yield from (str(path) for path in folder.rglob("*") if path.is_file() and ANY.search(path.read_bytes()))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(root.handlers[0].formatter if root.handlers else None)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def media(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(storages["records"], "_location", str(tmp_path / "records"))
    for name in ("base_location", "location"):
        storages["records"].__dict__.pop(name, None)
    return tmp_path


def an_export(canaries: Canaries, user: User) -> Export:
    """A file that somebody took of the customer's records."""
    export = Export.objects.create(asked_by=user, of="customers", title="Customers", format="csv")
    making.folder().mkdir(parents=True, exist_ok=True)
    (making.folder() / "e-1.csv").write_text(canaries.new("a file that was exported"))
    Export.objects.filter(pk=export.pk).update(
        state="ready", stored_as="e-1.csv", as_of=timezone.now(), ended_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    return export


def run_until_nothing_is_due(grace: User) -> int:
    """How many lists it took: what waited for what went is on the next."""
    for number in range(1, 5):
        run = runs.make(LATER, made_as="test")
        runs.sign(run, grace)
        runs.carry_on(run)
        run.refresh_from_db()
        assert (run.state, run.said, run.left_over) == (RunState.DONE, "", 0)
        if not planning.preview(LATER).planned:
            return number
    raise AssertionError(planning.preview(LATER).by_model())


def test_nothing_of_a_customer_is_left_anywhere(
    grace: User, media: Path, monkeypatch: pytest.MonkeyPatch, written: io.StringIO
) -> None:
    canaries = Canaries()
    customer = plant(canaries)
    customer.city = canaries.new("a city that was changed")
    changes.save(customer, by=Actor.system("test"), basis=Basis(duty=Duty.AMENDMENT))
    an_export(canaries, grace)
    rejects = media / "imports" / "1" / "rejects.csv"
    rejects.parent.mkdir(parents=True)
    rejects.write_text(canaries.new("a row that an import refused"))
    orphan = media / "packages" / str(uuid4()) / "package.json"
    orphan.parent.mkdir(parents=True)
    orphan.write_text(canaries.new("a package whose request was deleted while the disk was away"))
    fold_all()
    wanted = {f"{model._meta.label}.{field.name}" for model, field in text_fields()}
    assert wanted - canaries.planted.keys() == set()
    assert len(canaries.planted) > 400
    assert len(in_the_database()) > 40
    assert {Path(name).name for name in in_files(media)} == {"e-1.csv", "rejects.csv", "package.json"}
    assert len(list((media / "records").iterdir())) == 3

    monkeypatch.setattr(runs, "agency_today", lambda: LATER)
    assert run_until_nothing_is_due(grace) <= 3
    for old in (rejects, orphan):
        os.utime(old, (0, 0))
    uploads.sweep()
    MigrationRecorder.Migration.objects.update(applied=datetime(1970, 1, 1, tzinfo=UTC))  # the database is older
    assert orphans.sweep() == 1

    assert in_the_database() == []
    assert list(in_redis()) == []
    assert list(in_files(media)) == []
    assert list((media / "records").iterdir()) == []
    assert [line for line in written.getvalue().splitlines() if ANY.search(line.encode())] == []
    assert not has_key(customer.key)
    assert not Change.objects.exists()
    left = {model._meta.label: model._base_manager.count() for model, _ in holding_models()}
    assert {label: rows for label, rows in left.items() if rows} == {"campaigns.Viewer": 1}
    assert not Customer.objects.exists()
    for gone in (Event, CampaignViewer, ViewerDay, ViewerMaterial, ViewerTotal):
        assert not gone.objects.exists()


def test_a_canary_would_be_found(media: Path) -> None:
    canaries = Canaries()
    plant(canaries)
    (media / "kept").write_text("cnry0001q")
    with redis.Redis.from_url(django_settings.REDIS_URL) as server:
        server.set("seen", "cnry0002q")
        assert list(in_redis()) == ["b'seen'"]
        server.delete("seen")
    assert [Path(name).name for name in in_files(media)] == ["kept"]
    assert any(row.startswith("records_customer:") for row in in_the_database())


# Through a restore ---------------------------------------------------------------------------------------------------

# Reads every value that is sealed, as a program on the restored database would, and tells what came of it.
READ_ALL_SEALED = """
from collections import Counter
from privacy.holdings import holding_models
from privacy.vault import KeyDestroyed
from privacy.vault.checking import sealed_fields
found = Counter()
for model, _ in holding_models():
    for field in sealed_fields(model):
        for row in model._base_manager.exclude(**{field.name: None}):
            try:
                found["readable"] += bool(getattr(row, field.name))
            except KeyDestroyed:
                found["destroyed"] += 1
print(found["readable"], found["destroyed"])
"""


@pytest.fixture
def own_vault(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """A store of this test alone, that other processes open too: its journal cannot be emptied."""
    (tmp_path / "vault").mkdir(mode=0o700)
    settings.VAULT_URL = f"sqlite:///{tmp_path / 'vault' / 'keys.sqlite'}"
    yield
    opening.close_all()


@pytest.fixture
def fresh_database(transactional_db: None) -> Iterator[str]:
    """The address of an empty database beside the test's own."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield database_url(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def on_the_restored(url: str, media: Path, *command: str) -> str:
    """What `manage.py COMMAND` prints on the restored database and files."""
    done = subprocess.run(
        [sys.executable, "-m", "manage", *command], cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={**environment(), "DATABASE_URL": url, "MEDIA_ROOT": str(media)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def rows_of(cursor: Any) -> dict[str, int]:
    """How many rows each model that holds something of the notice has; those without any are left out."""
    found = {}
    for model, _ in holding_models():
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(model._meta.db_table)}")
        found[model._meta.label] = cursor.fetchone()[0]
    return {label: rows for label, rows in found.items() if rows}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_vault")
def test_what_an_old_backup_brings_back_cannot_be_read_where_it_was_sealed_and_goes_again(
    grace: User, media: Path, monkeypatch: pytest.MonkeyPatch, fresh_database: str, tmp_path_factory: Any
) -> None:
    canaries = Canaries()
    customer = plant(canaries)
    customer.city = canaries.new("a city that was changed")
    changes.save(customer, by=Actor.system("test"), basis=Basis(duty=Duty.AMENDMENT))
    an_export(canaries, grace)
    fold_all()
    backup = tmp_path_factory.mktemp("backup")
    dump(database_url(connection.settings_dict["NAME"]), backup / "waymark.sql")
    shutil.copytree(media, backup / "media", ignore=shutil.ignore_patterns("vault"))
    monkeypatch.setattr(runs, "agency_today", lambda: LATER)
    run_until_nothing_is_due(grace)
    assert in_the_database() == []

    restore(backup / "waymark.sql", fresh_database)
    with closing(psycopg2.connect(fresh_database)) as restored, restored.cursor() as cursor:
        told = (backup / "waymark.sql").read_text()
        came_back = {what for what, word in canaries.planted.items() if word in told}
        sealed = sealed_canaries()
        assert sealed <= canaries.planted.keys()
        assert came_back & sealed == set()
        assert len(came_back) > 250
        assert len(list(rows_with_canaries(cursor))) > 40
        readable, destroyed = on_the_restored(
            fresh_database, backup / "media", "shell", "-v", "0", "-c", READ_ALL_SEALED
        ).split()
        assert (readable, int(destroyed) > 10) == ("0", True)
        restored.rollback()

        assert "rows disposed of again" in on_the_restored(fresh_database, backup / "media", "retention", "replay")
        assert list(rows_with_canaries(cursor)) == []
        assert rows_of(cursor) == {"campaigns.Viewer": 1}
        cursor.execute("SELECT count(*) FROM privacy_change")
        assert cursor.fetchone() == (0,)
    assert list(in_files(backup / "media")) == []
    assert list((backup / "media" / "records").iterdir()) == []


def sealed_canaries() -> set[str]:
    """What of the planted stands sealed: fields, and elements that the notice's reading wants encrypted."""
    fields = {
        f"{model._meta.label}.{field.name}" for model, field in text_fields() if getattr(field, "is_sealed", False)
    }
    elements = {one.id for category in CATEGORIES for one in kept_elements(category) if one.is_encrypted}
    return fields | elements
