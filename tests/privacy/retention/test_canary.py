"""A unique value in every classified field of one customer; the clock passes; retention runs; nothing of it is left."""

import io
import logging
import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import connection
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
from privacy.retention import planning, runs
from privacy.retention.enums import RunState
from privacy.vault import has_key
from records.intake import uploads
from records.models import Customer
from tests.canaries import Canaries, plant, text_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

LATER = date(2034, 1, 1)
ANY = re.compile(rb"cnry\d{4}q")


def in_the_database() -> Iterator[str]:
    """Every row of every table that holds a canary, as text: what a dump of the whole database would hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind IN ('r', 'm') "
            "AND relnamespace = 'public'::regnamespace"
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
    fold_all()
    wanted = {f"{model._meta.label}.{field.name}" for model, field in text_fields()}
    assert wanted - canaries.planted.keys() == set()
    assert len(canaries.planted) > 400
    assert len(list(in_the_database())) > 40
    assert {Path(name).name for name in in_files(media)} == {"e-1.csv", "rejects.csv"}
    assert len(list((media / "records").iterdir())) == 2

    monkeypatch.setattr(runs, "agency_today", lambda: LATER)
    assert run_until_nothing_is_due(grace) <= 3
    os.utime(rejects, (0, 0))
    uploads.sweep()

    assert list(in_the_database()) == []
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
