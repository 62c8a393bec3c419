"""What those who watch from outside are told."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from campaigns.models import EventBatch
from config import health, heartbeats
from privacy.models import LedgerWaiting
from tests.ledger import log_lines

ALL_OK = {"database": "ok", "migrations": "ok", "fold": "ok", "ledger": "ok", "redis": "ok", "worker": "ok"}
NOWHERE = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "unix:///nowhere/valkey.sock"}
}


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "remembered", health.Remembered())
    monkeypatch.setattr(health, "migrations", health.Migrations())


@pytest.fixture
def _worker_alive() -> None:
    cache.clear()
    heartbeats.leave(heartbeats.WORKER)


@pytest.fixture
def _no_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "")
        patch.setitem(connection.settings_dict["OPTIONS"], "host", "/nowhere")
        yield
    connection.close()


def checks(client: Client, status: int) -> dict[str, str]:
    response = client.get("/readyz")
    assert response.status_code == status
    answer = response.json()
    assert answer.keys() == {"status", "checks"}
    assert answer["status"] == ("ok" if status == 200 else "not ready")
    return dict(answer["checks"])


def test_healthz_answers_without_database_and_redis(client: Client, settings: Any) -> None:
    settings.CACHES = NOWHERE  # and a query would fail: this test has no database
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("db", "_worker_alive")
def test_readyz_says_ok_to_a_stranger_when_all_is_well(client: Client) -> None:
    assert checks(client, 200) == ALL_OK
    assert client.head("/readyz").status_code == 200
    assert "no-store" in client.get("/readyz")["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nothing_can_be_posted(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.usefixtures("db", "_worker_alive")
def test_behind_tls_a_plain_probe_is_answered_and_a_plain_page_is_redirected(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    tls_client = Client()
    assert tls_client.get("/healthz").status_code == 200
    assert tls_client.get("/readyz").status_code == 200
    assert tls_client.get("/sign-in/").status_code == 301


@pytest.mark.usefixtures("_no_database", "_worker_alive")
def test_readyz_names_a_database_that_does_not_answer_and_nothing_more(client: Client) -> None:
    wanted = {
        "database": "does not answer",
        "migrations": "not looked at",
        "fold": "not looked at",
        "ledger": "not looked at",
    }
    assert checks(client, 503) == {**ALL_OK, **wanted}


@pytest.mark.django_db
def test_readyz_names_a_redis_that_does_not_answer(client: Client, settings: Any) -> None:
    settings.CACHES = NOWHERE
    assert checks(client, 503) == {**ALL_OK, "redis": "does not answer", "worker": "not looked at"}


@pytest.mark.usefixtures("db", "_worker_alive")
def test_readyz_names_migrations_that_wait(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("config", "0001_initial")
    assert checks(client, 503) == {
        **ALL_OK, "migrations": "not applied", "fold": "not looked at", "ledger": "not looked at",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("silent_for", "status"), [(59, 200), (61, 503), (None, 503)])
def test_readyz_names_a_worker_that_is_silent(client: Client, silent_for: int | None, status: int) -> None:
    cache.clear()
    if silent_for is not None:
        cache.set(heartbeats.WORKER, time.time() - silent_for)
    assert checks(client, status)["worker"] == ("ok" if status == 200 else "silent")


@pytest.mark.usefixtures("db", "_worker_alive")
@pytest.mark.parametrize(("waited", "said"), [(29, "ok"), (31, "behind")])
def test_readyz_names_a_fold_that_is_behind(client: Client, waited: int, said: str) -> None:
    EventBatch.objects.create(event_count=1, folded_at=timezone.now())
    batch = EventBatch.objects.create(event_count=1)
    EventBatch.objects.update(received_at=timezone.now() - timedelta(seconds=10_000))
    EventBatch.objects.filter(pk=batch.pk).update(received_at=timezone.now() - timedelta(seconds=waited))
    assert checks(client, 200 if said == "ok" else 503)["fold"] == said


@pytest.mark.usefixtures("db", "_worker_alive")
def test_a_ledger_that_is_late_is_told_and_takes_nobody_out_of_service(client: Client) -> None:
    log_lines(1)
    LedgerWaiting.objects.update(since=timezone.now() - timedelta(seconds=310))
    assert checks(client, 200) == {**ALL_OK, "ledger": "late"}


@pytest.mark.usefixtures("db", "_worker_alive")
def test_asking_often_asks_the_database_once(client: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5) as first:
        checks(client, 200)
    assert len(first) > 0
    with django_assert_max_num_queries(0):
        for _ in range(50):
            checks(client, 200)


@pytest.mark.usefixtures("db", "_worker_alive")
def test_applied_migrations_are_not_looked_up_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    checks(client, 200)
    monkeypatch.setattr(health, "remembered", health.Remembered())
    MigrationRecorder(connection).record_unapplied("config", "0001_initial")
    assert checks(client, 200) == ALL_OK


def test_who_comes_while_somebody_looks_is_told_what_was_seen_before(monkeypatch: pytest.MonkeyPatch) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def look_slowly() -> str:
        looking.set()
        assert go_on.wait(30)
        return "second"

    remembered = health.Remembered()
    monkeypatch.setattr(health, "LOOKS", (health.Look("it", lambda: "first"),))
    remembered.answer()
    remembered.forget()
    monkeypatch.setattr(health, "LOOKS", (health.Look("it", look_slowly),))
    slow = threading.Thread(target=remembered.answer)
    slow.start()
    assert looking.wait(30)
    assert remembered.answer() == {"it": "first"}
    go_on.set()
    slow.join()
    assert remembered.answer() == {"it": "second"}


def test_signs_of_life_are_left_sparingly(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(heartbeats, "_last_sign", 0.0)
    heartbeats.leave_workers_sign()
    first = cache.get(heartbeats.WORKER)
    heartbeats.leave_workers_sign()
    assert cache.get(heartbeats.WORKER) == first
    monkeypatch.setattr(heartbeats, "_last_sign", time.monotonic() - heartbeats.EVERY)
    heartbeats.leave_workers_sign()
    assert cache.get(heartbeats.WORKER) > first


def test_a_worker_that_only_folds_leaves_no_sign_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(heartbeats, "_last_sign", 0.0)
    queues = current_app.amqp.queues
    monkeypatch.setattr(queues, "_consume_from", {"fold": queues["fold"]})
    heartbeats.leave_workers_sign()
    assert cache.get(heartbeats.WORKER) is None
