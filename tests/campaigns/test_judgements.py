"""Judgements: append-only, counted, gone with their events, and right when two write at once."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns.enums import Signal
from campaigns.models import Event, EventBatch, JudgedEvent, Judgement
from tests.events import NOON, append, event, make_viewer, take_back
from tests.processes import wait_for

VISIT = uuid.UUID(int=1)


def at(seconds: float) -> dict[str, Any]:
    return {"occurred_at": NOON + timedelta(seconds=seconds)}


def reopened() -> None:
    """A visit that a later page makes human: two judgements."""
    viewer = make_viewer()
    append(*(event(viewer, kind, visit_id=VISIT, signals=Signal.NO_FOCUS) for kind in ("visit", "view")))
    append(event(viewer, "page", visit_id=VISIT, page=1, **at(5)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_judgement SET verdict = 'human'",
        "DELETE FROM campaigns_judgement",
        "TRUNCATE campaigns_judgement",
    ],
)
def test_database_refuses_to_change_a_judgement(statement: str) -> None:
    reopened()

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Judgement.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["UPDATE campaigns_judgement SET nth = 3", "TRUNCATE campaigns_judgement"])
def test_whoever_was_granted_it_is_refused_all_the_same(verb: str) -> None:
    reopened()
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON campaigns_judgement TO CURRENT_USER")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ("nth = 0", "judgement_counted"),
        ("rule_version = 0", "judgement_by_rule"),
        ("reason = reason_before", "judgement_changes"),
        ("nth = nth", "campaigns_judgement_pkey"),
    ],
)
def test_database_refuses_impossible_judgements(changed: str, constraint: str) -> None:
    reopened()
    column, value = changed.split(" = ")
    columns = [field.attname for field in Judgement._meta.concrete_fields if field.attname != "pk"]
    values = [value if name == column else name for name in columns]

    with pytest.raises(DatabaseError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO campaigns_judgement ({', '.join(columns)})"
            f" SELECT {', '.join(values)} FROM campaigns_judgement"
        )


@pytest.mark.django_db
def test_event_keeps_its_first_verdict_and_the_view_shows_the_latest() -> None:
    reopened()

    assert set(Event.objects.exclude(kind="page").values_list("verdict", "reason")) == {("unknown", "no_focus")}
    assert set(JudgedEvent.objects.exclude(kind="page").values_list("verdict", "reason", "judgements")) == {
        ("human", "no_sign", 1)
    }


@pytest.mark.django_db
def test_each_further_judgement_starts_from_the_one_before() -> None:
    reopened()
    viewer = Event.objects.values_list("viewer_id", flat=True)[0]
    append(event(viewer, "visit", visit_id=VISIT, signals=Signal.HONEYPOT, **at(9)))

    story = Judgement.objects.filter(id=Event.objects.get(kind="view").id).order_by("nth")
    assert list(story.values_list("nth", "reason_before", "reason")) == [
        (1, "no_focus", "no_sign"),
        (2, "no_sign", "honeypot"),
    ]


@pytest.mark.django_db
def test_undo_takes_judgements_of_its_events_with_them() -> None:
    viewer = make_viewer()
    opened = append(event(viewer, "view", visit_id=VISIT, signals=Signal.NO_FOCUS))
    append(event(viewer, "page", visit_id=VISIT, page=1, **at(5)))
    assert Judgement.objects.count() == 1

    take_back(opened.batch)

    assert not Judgement.objects.exists()
    assert list(Event.objects.values_list("kind", flat=True)) == ["page"]


@pytest.mark.django_db
def test_undo_of_what_changed_a_verdict_changes_it_back() -> None:
    viewer = make_viewer()
    append(event(viewer, "view", visit_id=VISIT, signals=Signal.NO_FOCUS))
    page = append(event(viewer, "page", visit_id=VISIT, page=1, **at(5)))

    take_back(page.batch)

    assert list(JudgedEvent.objects.values_list("kind", "verdict", "judgements")) == [("view", "unknown", 2)]
    batch = EventBatch.objects.order_by("pk").last()
    assert batch is not None
    assert (batch.event_count, batch.judgement_count, batch.folded_at) == (0, 1, None)


@pytest.mark.django_db
def test_undo_that_changes_no_verdict_makes_no_batch() -> None:
    batch = append(event(make_viewer(), "view")).batch

    take_back(batch)

    assert not EventBatch.objects.exists()


def appending_elsewhere(*events: dict[str, Any], keeps_plans: bool = False) -> threading.Thread:
    """Another thread, with a connection of its own, appends these."""

    def work() -> None:
        try:
            append(*events, keeps_plans=keeps_plans)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def somebody_waits(lock: str = "advisory") -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = %s)", [lock])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_burst_in_two_requests_at_the_same_moment_is_seen_by_the_later() -> None:
    viewer = make_viewer()
    append(event(viewer, "view", share_id=1, **at(60)))  # the month has its partitions
    with transaction.atomic():
        append(event(viewer, "view", share_id=1, **at(0)), event(viewer, "view", share_id=2, **at(0.2)))
        other = appending_elsewhere(event(viewer, "view", share_id=3, **at(0.4)))
        wait_for(somebody_waits, "the other append waits for this one")
    other.join(timeout=60)

    held = JudgedEvent.objects.order_by("occurred_at").values_list("reason", flat=True)
    assert list(held) == ["burst", "burst", "burst", "no_sign"]
    assert Judgement.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_nobody_holds_the_log_in_share_who_is_about_to_make_a_month() -> None:
    """Two such would wait for each other. A connection that is new learns a plan of the log's only after that."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE campaigns_event IN ACCESS SHARE MODE")
        other = appending_elsewhere(event(-1, "view", occurred_at=datetime(2031, 9, 1, tzinfo=UTC)), keeps_plans=True)
        wait_for(lambda: somebody_waits("relation"), "the other append waits for the log")
        cursor.execute(
            "SELECT mode, granted FROM pg_locks"
            " WHERE relation = 'campaigns_event'::regclass AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchall() == [("AccessExclusiveLock", False)]
    other.join(timeout=60)

    assert Event.objects.count() == 1
    forget_september()


@pytest.mark.django_db(transaction=True)
def test_two_appends_that_need_the_same_new_month_both_succeed() -> None:
    september = datetime(2031, 9, 1, tzinfo=UTC)
    with transaction.atomic():
        append(event(-1, "view", occurred_at=september))
        other = appending_elsewhere(event(-2, "view", occurred_at=september))
        wait_for(somebody_waits, "the other append waits for the partition")
    other.join(timeout=60)

    assert Event.objects.count() == 2
    forget_september()


def forget_september() -> None:
    """So that the month is new to the next test and run as well."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE campaigns_event_insight_2031_09, campaigns_event_promotion_2031_09")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("large_comes_first", [True, False])
def test_a_large_append_and_a_small_one_of_the_same_viewer_wait_for_each_other(
    large_comes_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The large one locks buckets of viewers, the small one each of its viewers."""
    monkeypatch.setattr("campaigns.verdicts.FEW", 1)
    append(event(-1, "view", share_id=1, **at(60)))  # the month has its partitions
    small, large = [event(-1, "view", share_id=1)], [event(-1, "view", share_id=2), event(-2, "view", share_id=2)]
    first, second = (large, small) if large_comes_first else (small, large)
    with transaction.atomic():
        append(*first)
        other = appending_elsewhere(*second)
        wait_for(somebody_waits, "the other append waits for this one")
    other.join(timeout=60)

    assert Event.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_appends_of_viewers_with_different_locks_do_not_wait() -> None:
    append(event(-1, "view", share_id=1, **at(60)))
    with transaction.atomic():
        append(event(-1, "view", share_id=1))
        other = appending_elsewhere(event(-2, "view", share_id=1))
        other.join(timeout=60)
        assert not other.is_alive()

    assert Event.objects.count() == 3
