"""The event log: stored once, judged, append-only."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from campaigns import partitions
from campaigns.eventlog import BatchTooLarge
from campaigns.models import Event, EventBatch, JudgedEvent
from campaigns.partitions import make_ahead
from campaigns.tasks.log import make_months_ahead
from config.schedule import SCHEDULE
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer, partitions_opened

pytestmark = pytest.mark.django_db


def test_event_sent_twice_is_stored_once_and_answered_as_duplicate() -> None:
    view = event(make_viewer(), "view")

    first, second = append(view), append(view)

    assert (first.accepted, first.duplicates) == (1, 0)
    assert (second.accepted, second.duplicates) == (0, 1)
    assert Event.objects.count() == 1


def test_event_twice_in_one_batch_is_stored_once() -> None:
    view = event(make_viewer(), "view")

    appended = append(view, view)

    assert (appended.accepted, appended.duplicates) == (1, 1)


def test_same_id_at_another_time_is_another_event() -> None:
    view = event(make_viewer(), "view")

    append(view, {**view, "occurred_at": NOON + timedelta(seconds=1)})

    assert Event.objects.count() == 2


def test_batch_knows_its_size_and_span() -> None:
    viewer, later = make_viewer(), NOON + timedelta(days=70)

    append(event(viewer, "view"), event(viewer, "view", occurred_at=later))

    batch = EventBatch.objects.get()
    assert (batch.event_count, batch.first_at, batch.last_at, batch.folded_at) == (2, NOON, later, None)


def test_partition_is_made_for_the_month_that_an_event_needs() -> None:
    append(event(make_viewer(), "view", occurred_at=datetime(1997, 2, 28, 23, 59, tzinfo=UTC)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM campaigns_event")
        assert cursor.fetchall() == [("campaigns_event_insight_1997_02",)]


def test_months_to_come_are_made_ahead_for_both_series_and_no_more_when_repeated() -> None:
    def made() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class"
                " WHERE relkind = 'r' AND relname ~ '^campaigns_event_(insight|promotion)_20[3-9]'"
            )
            return sorted(name for (name,) in cursor.fetchall())

    assert made() == []
    for _ in range(2):
        make_ahead(datetime(2030, 11, 28, 12, tzinfo=UTC))
        months = ("2030_11", "2030_12", "2031_01")
        assert made() == [
            f"campaigns_event_{series}_{month}" for series in ("insight", "promotion") for month in months
        ]


def test_the_schedule_makes_months_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []
    monkeypatch.setattr(partitions, "make_ahead", asked.append)
    assert SCHEDULE["make months of the event log ahead"]["task"] == make_months_ahead.name
    make_months_ahead()
    assert len(asked) == 1
    assert abs(asked[0] - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("keeps_plans", [False, True])
@pytest.mark.django_db(transaction=True)
def test_events_are_judged_and_stored_within_their_months(keeps_plans: bool) -> None:
    """However many months the log has: those of the events and of what is near them are opened, in both series."""
    viewer = make_viewer()
    for month in range(1, 13):
        append(event(viewer, "view", occurred_at=datetime(2026, month, 15, tzinfo=UTC), signals=1))

    with transaction.atomic():
        late_in_june = event(viewer, "view", occurred_at=datetime(2026, 6, 29, 12, tzinfo=UTC), signals=1)
        append(late_in_june, keeps_plans=keeps_plans)
        opened = partitions_opened()

    assert opened == {
        f"campaigns_event_{series}_2026_{month}" for series in ("insight", "promotion") for month in ("06", "07")
    }


def test_event_is_stored_whatever_becomes_of_who_is_told(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def fail(**_options: object) -> None:
        raise ValueError("nobody thought of this")

    monkeypatch.setattr("privacy.errands.Errand._is_first", lambda _errand: True)
    monkeypatch.setattr("analytics.receivers.fold_pending.apply_async", fail)
    with django_capture_on_commit_callbacks(execute=True):
        appended = append(event(make_viewer(), "view"))

    assert appended.accepted == 1
    assert EventBatch.objects.filter(folded_at=None).count() == 1


def test_kind_decides_the_retention_series() -> None:
    viewer = make_viewer()
    append(
        *(event(viewer, kind) for kind in ("shared", "delivered", "visit", "view", "page", "response", "conversion"))
    )

    assert set(Event.objects.filter(series="insight").values_list("kind", flat=True)) == {"visit", "view", "page"}
    assert Event.objects.filter(series="promotion").count() == 4


@pytest.mark.parametrize(
    ("signals", "verdict", "reason"),
    [
        (0, "human", "no_sign"),
        (1, "scanner", "known_agent"),
        (2, "internal", "internal_network"),
        (4, "scanner", "head_request"),
        (8, "scanner", "honeypot"),
        (16, "unknown", "no_focus"),
        (32, "human", "recorded_outcome"),
        (16 + 1, "scanner", "known_agent"),
        (2 + 8, "scanner", "honeypot"),
    ],
)
def test_signals_decide_verdict_and_reason(signals: int, verdict: str, reason: str) -> None:
    append(event(make_viewer(), "view", signals=signals))

    stored = Event.objects.get()
    assert (stored.verdict, stored.reason) == (verdict, reason)


def plans_kept() -> dict[str, int]:
    """By what each statement does, how often its plan for any values was run on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN statement LIKE '%INSERT INTO suspect%' THEN 'find' ELSE 'store' END, sum(generic_plans)"
            " FROM pg_prepared_statements WHERE statement ~ 'INSERT INTO (suspect|campaigns_event)[[:space:]]'"
            " GROUP BY 1"
        )
        return {name: int(count) for name, count in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_few_events_are_stored_by_plans_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    viewer = make_viewer()

    for _ in range(2):
        append(event(viewer, "view"), event(viewer, "page"), keeps_plans=True)
    assert plans_kept() == {"find": 2, "store": 2}

    # Of whoever does not look after plans, of many events, and, as far as the log is looked into, of many months: none.
    append(event(viewer, "view"))
    monkeypatch.setattr("campaigns.eventlog.FEW", 1)
    append(event(viewer, "view"), event(viewer, "page"), keeps_plans=True)
    assert plans_kept() == {"find": 2, "store": 2}
    monkeypatch.undo()
    append(event(viewer, "view"), event(viewer, "view", occurred_at=NOON + timedelta(days=70)), keeps_plans=True)
    assert plans_kept() == {"find": 2, "store": 3}
    assert Event.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_kept_plans_outlive_their_tables_and_what_failed() -> None:
    """Temporary tables go with the transaction that made them; the connection knows the statements still."""
    connection.close()
    viewer, again = make_viewer(), event(make_viewer(), "view")
    with transaction.atomic():
        append(event(viewer, "view"), keeps_plans=True)
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError), transaction.atomic():
        append(event(viewer, "view", page=0), keeps_plans=True)

    stored = [append(again, keeps_plans=True) for _ in range(2)]

    assert [(one.accepted, one.duplicates) for one in stored] == [(1, 0), (0, 1)]
    assert Event.objects.count() == 1


def test_a_burst_is_seen_by_plans_that_are_kept() -> None:
    viewer, shown = make_viewer(), [make_material(f"m{number}") for number in range(3)]
    for number, material in enumerate(shown):
        moment = NOON + timedelta(seconds=0.4 * number)
        append(event(viewer, "view", material=material, occurred_at=moment), keeps_plans=True)

    assert list(JudgedEvent.objects.values_list("reason", flat=True)) == ["burst"] * 3


def burst_of(gaps: list[float], materials: list[int]) -> list[str]:
    """The reasons given to views of these materials, each so many seconds after the one before."""
    viewer, moment, events = make_viewer(), NOON, []
    shown = [make_material(f"m{number}") for number in sorted(set(materials))]
    for gap, number in zip(gaps, materials, strict=True):
        moment += timedelta(seconds=gap)
        events.append(event(viewer, "view", material=shown[number], occurred_at=moment))
    append(*events)
    return list(Event.objects.order_by("occurred_at").values_list("reason", flat=True))


def test_three_distinct_links_within_a_second_are_a_scanners_burst() -> None:
    assert burst_of([0, 0.4, 0.4, 60], [0, 1, 2, 0]) == ["burst", "burst", "burst", "no_sign"]


def test_links_at_a_persons_pace_are_no_burst() -> None:
    assert burst_of([0, 0.6, 0.6], [0, 1, 2]) == ["no_sign"] * 3


def test_one_link_reloaded_is_no_burst() -> None:
    assert burst_of([0, 0.1, 0.1, 0.1], [0, 0, 1, 0]) == ["no_sign"] * 4


def test_bursts_of_two_recipients_are_not_taken_together() -> None:
    materials = [make_material(f"m{number}") for number in range(3)]
    append(*(event(make_viewer(), "view", material=material) for material in materials))

    assert set(Event.objects.values_list("reason", flat=True)) == {"no_sign"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_event SET page = 2",
        "DELETE FROM campaigns_event",
        "TRUNCATE campaigns_event",
        "UPDATE campaigns_event_insight_2026_03 SET page = 2",
        "DELETE FROM campaigns_event_insight_2026_03",
        "TRUNCATE campaigns_event_insight_2026_03",
    ],
)
def test_database_refuses_to_change_the_log(statement: str) -> None:
    append(event(make_viewer(), "view"))

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "column",
    [{"dwell_ms": -1}, {"page": 0}, {"amount": 1, "amount_unknown": True}],
)
def test_database_refuses_impossible_events(column: dict[str, object]) -> None:
    with pytest.raises(DatabaseError, match="violates check constraint"), transaction.atomic():
        append(event(make_viewer(), "page", **column))


def test_event_of_a_campaign_names_a_variant() -> None:
    campaign = make_campaign()
    with pytest.raises(DatabaseError, match="event_campaign_with_variant"), transaction.atomic():
        append(event(make_viewer(), "view", campaign_id=campaign.pk))


def test_batch_over_the_limit_is_refused_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventBatch, "MAX_EVENTS", 1)
    viewer = make_viewer()

    with pytest.raises(BatchTooLarge, match="2 events in one batch; at most 1"):
        append(event(viewer, "view"), event(viewer, "view", id=uuid.uuid4()))

    assert EventBatch.objects.count() == 0
