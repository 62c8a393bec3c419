"""The fold and the processes around it: killed in the middle, asked for twice, left alone by its broker."""

import random
import threading

import pytest
from celery import Celery
from django.core.cache import cache
from django.db import connection
from structlog.testing import capture_logs

from analytics import folding
from analytics.folding import fold_all
from analytics.models import CampaignVariant, ViewerDay
from analytics.rebuild import rebuild
from analytics.tasks import fold_pending
from campaigns.models import EventBatch
from config.celery import app
from tests.analytics.test_folding import state
from tests.events import append, event, make_campaign, make_material, make_viewer
from tests.processes import kill, running, wait_for, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _empty_queue() -> None:
    cache.clear()
    app.control.purge()


def write_events(slug: str = "spring") -> None:
    _, letter = make_campaign(slug).variants.all()
    viewers, guide = [make_viewer() for _ in range(20)], make_material(f"guide-{slug}")
    for part in range(3):
        append(
            *(event(viewer, "view", variant=letter, material=guide) for viewer in viewers),
            assigned=[(viewer, letter) for viewer in viewers] if part == 0 else [],
        )


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND query LIKE '%%analytics_verdictday%%'"
        )
        return bool(cursor.fetchone()[0])


def nobody_works() -> bool:
    """The killed fold's session has ended too: until then it holds its batches, and other folds pass them by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        return not cursor.fetchone()[0]


def nothing_waits() -> bool:
    return not EventBatch.objects.filter(folded_at=None).exists()


@pytest.mark.parametrize("process", ["command", "worker"])
def test_fold_killed_in_the_middle_leaves_its_batches_whole(process: str) -> None:
    write_events()
    holder = connection.copy()
    try:
        with holder.cursor() as lock:
            # The fold's last table is held, so the fold stops in its middle, with the other tables already written.
            lock.execute("BEGIN; LOCK TABLE analytics_verdictday IN ACCESS EXCLUSIVE MODE")
            with running("manage", "fold") if process == "command" else worker() as victim:
                if process == "worker":
                    app.send_task("analytics.tasks.fold_pending")
                wait_for(waits_for_a_lock, "the fold waits for the table that is held")
                kill(victim)
            lock.execute("COMMIT")
    finally:
        holder.close()
    wait_for(nobody_works, "the killed fold's session has ended")

    assert EventBatch.objects.filter(folded_at=None).count() == 3
    assert not CampaignVariant.objects.exists()
    fold_all()
    folded = state()
    rebuild()
    assert state() == folded
    assert sum(row.views for row in ViewerDay.objects.all()) == 60


def test_four_folds_at_once_neither_deadlock_nor_count_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch touches the same rows in another order, and a claim takes few of them."""
    monkeypatch.setattr(folding, "FACTS_A_FOLD", 40)
    variants = [variant for slug in ("spring", "autumn") for variant in make_campaign(slug).variants.all()]
    viewers, guide = [make_viewer() for _ in range(10)], make_material("guide")
    draw = random.Random(4)  # noqa: S311
    for _ in range(24):
        draw.shuffle(viewers)
        columns = {"material": guide, "version": 1, "page": 1, "dwell_ms": 500}
        append(*(event(viewer, "page", variant=draw.choice(variants), **columns) for viewer in viewers))
    failures: list[BaseException] = []
    folded: list[int] = []
    together = threading.Barrier(4)

    def fold() -> None:
        try:
            together.wait(30)
            while count := folding.fold_once():
                folded.append(count)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=fold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert failures == []
    assert sum(folded) == 240
    assert nothing_waits()
    assert sum(row.facts for row in ViewerDay.objects.all()) == 240
    counted = state()
    rebuild()
    assert state() == counted


def test_batch_asks_for_its_fold_by_itself() -> None:
    """No beat runs here: the worker folds because the commit asked for it."""
    with worker():
        wait_for(lambda: app.control.ping(timeout=0.5), "the worker answers")
        write_events()
        wait_for(nothing_waits, "the batches are folded", seconds=20)

    assert sum(row.views for row in ViewerDay.objects.all()) == 60


def test_fold_that_has_not_begun_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    monkeypatch.setattr(
        "analytics.receivers.fold_pending.apply_async", lambda **options: asked.append(options["countdown"])
    )

    write_events()
    assert asked == [0.25]  # for three batches, a moment later, so that more come into the same fold
    fold_pending()
    assert not EventBatch.objects.filter(folded_at=None).exists()
    write_events("autumn")
    assert asked == [0.25, 0.25]


def test_batch_is_kept_when_the_broker_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    away = Celery("waymark", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    away.conf.broker_transport_options = app.conf.broker_transport_options
    monkeypatch.setattr("analytics.receivers.fold_pending", away.task(name="fold")(fold_pending.run))

    with capture_logs() as logs:
        write_events()

    assert [entry["event"] for entry in logs] == ["fold_not_asked_for"] * 3
    assert EventBatch.objects.filter(folded_at=None).count() == 3
    assert fold_all() == 80
