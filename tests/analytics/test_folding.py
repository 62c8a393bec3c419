"""The fold: whole tables at a fixed instant, and what a fold must leave unchanged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from analytics import folding
from analytics.models import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    MaterialDay,
    MaterialPage,
    MaterialTotal,
    VerdictDay,
    ViewerDay,
    ViewerMaterial,
    ViewerPage,
    ViewerTotal,
)
from analytics.rebuild import rebuild
from campaigns.models import EventBatch
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer, partitions_opened, take_back

pytestmark = pytest.mark.django_db

ROLLUPS = (
    CampaignDay,
    MaterialDay,
    CampaignViewer,
    CampaignVariant,
    ViewerMaterial,
    MaterialTotal,
    ViewerPage,
    MaterialPage,
    ViewerDay,
    ViewerTotal,
    VerdictDay,
)


def state() -> dict[str, list[dict[str, Any]]]:
    """Every rollup, whole, in the order of its keys."""
    return {model.__name__: [dict(row) for row in model._default_manager.order_by("pk").values()] for model in ROLLUPS}


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is zero or not set, and without names of other rows."""
    return {key: value for key, value in row.items() if value and not key.endswith("_id")}


def test_fold_counts_each_measure_by_campaign_day_and_variant() -> None:
    control, letter = make_campaign().variants.all()
    reader, silent, guide = make_viewer("1"), make_viewer("2"), make_material("guide")
    append(
        event(reader, "delivered", variant=letter),
        event(reader, "visit", variant=letter),
        event(reader, "view", variant=letter, material=guide),
        event(reader, "view", variant=letter, material=guide, signals=1),
        event(reader, "view", variant=letter, material=guide, signals=16),
        event(reader, "page", variant=letter, material=guide, page=1, dwell_ms=1500),
        event(reader, "response", variant=letter, amount="12.50", occurred_at=NOON + timedelta(days=1)),
        event(reader, "conversion", variant=letter, amount_unknown=True, occurred_at=NOON + timedelta(days=1)),
        assigned=[(reader, letter), (silent, control)],
    )

    folding.fold_all()

    rows = {(row["variant_id"], row["day"]): told(dict(row)) for row in CampaignDay.objects.values()}
    assert rows == {
        (control.pk, date(2026, 3, 10)): {"day": date(2026, 3, 10), "facts": 1, "recipients": 1},
        (letter.pk, date(2026, 3, 10)): {
            "day": date(2026, 3, 10),
            "facts": 7,
            "recipients": 1,
            "deliveries": 1,
            "visits": 1,
            "raw_visits": 1,
            "views": 2,
            "raw_views": 3,
            "unsure_views": 1,
            "dwell_ms": 1500,
        },
        (letter.pk, date(2026, 3, 11)): {
            "day": date(2026, 3, 11),
            "facts": 2,
            "responses": 1,
            "conversions": 1,
            "revenue": Decimal("12.50"),
            "unknown_amounts": 1,
        },
    }


def test_people_of_a_variant_are_counted_once_however_often_they_act() -> None:
    _, letter = make_campaign().variants.all()
    ann, bob, stranger = make_viewer("1"), make_viewer("2"), -7
    append(
        event(ann, "response", variant=letter, amount="10"),
        event(ann, "response", variant=letter, amount="20"),
        event(bob, "view", variant=letter, signals=1),
        event(stranger, "view", variant=letter),
        assigned=[(ann, letter), (bob, letter)],
    )

    folding.fold_all()

    row = CampaignVariant.objects.get(variant=letter)
    assert (row.recipients, row.responders, row.responses) == (2, 1, 2)
    assert (row.viewers, row.raw_viewers, row.views, row.raw_views) == (0, 1, 1, 2)
    assert (row.revenue_of_known, row.revenue_squares_of_known) == (Decimal(30), Decimal(900))


def test_person_with_an_unknown_amount_responds_but_leaves_the_amounts() -> None:
    _, letter = make_campaign().variants.all()
    giver = make_viewer()
    append(
        event(giver, "response", variant=letter, amount="50"),
        event(giver, "response", variant=letter, amount_unknown=True),
        assigned=[(giver, letter)],
    )

    folding.fold_all()

    row = CampaignVariant.objects.get(variant=letter)
    assert (row.responders, row.unknown_amount_people, row.revenue_of_known) == (1, 1, Decimal(0))


def test_person_assigned_after_they_responded_counts_the_same() -> None:
    _, letter = make_campaign().variants.all()
    giver = make_viewer()
    append(event(giver, "response", variant=letter, amount="50"))
    folding.fold_all()
    assert CampaignVariant.objects.get().responders == 0

    append(assigned=[(giver, letter)])
    folding.fold_all()

    row = CampaignVariant.objects.get()
    assert (row.recipients, row.responders, row.revenue_of_known) == (1, 1, Decimal(50))


def test_event_after_midnight_utc_counts_for_the_agencys_day() -> None:
    append(event(make_viewer(), "view", occurred_at=NOON + timedelta(hours=11)))

    folding.fold_all()

    assert ViewerDay.objects.get().day == date(2026, 3, 10)


def test_people_of_the_funnel_are_counted_at_each_step_once() -> None:
    _, letter = make_campaign().variants.all()
    ann, bob, cid, dee = (make_viewer(number) for number in "1234")
    append(
        *(event(ann, "shared", variant=letter) for _ in range(2)),
        event(ann, "delivered", variant=letter),
        *(event(bob, "visit", variant=letter) for _ in range(2)),
        event(cid, "page", variant=letter, page=1, dwell_ms=10_000),
        event(dee, "page", variant=letter, page=1, dwell_ms=9_999),
        event(dee, "visit", variant=letter),
        assigned=[(viewer, letter) for viewer in (ann, bob, cid, dee)],
    )

    folding.fold_all()

    row = CampaignVariant.objects.get(variant=letter)
    assert (row.shared_people, row.delivered_people, row.engaged_people) == (1, 1, 2)


def test_a_material_counts_its_recipients_and_whoever_else_came() -> None:
    ann, bob, stranger, guide = make_viewer("1"), make_viewer("2"), -7, make_material("guide")
    append(
        event(ann, "shared", material=guide),
        event(bob, "shared", material=guide),
        event(ann, "view", material=guide),
        event(ann, "page", material=guide, page=1, dwell_ms=3_000),
        event(ann, "response", material=guide),
        event(bob, "view", material=guide, signals=1),
        event(stranger, "view", material=guide),
    )

    folding.fold_all()

    row = told(dict(MaterialTotal.objects.values().get()))
    assert row == {
        "facts": 7,
        "shares": 2,
        "recipients": 2,
        "viewers": 2,
        "raw_viewers": 3,
        "viewing_recipients": 1,
        "responding_recipients": 1,
        "readers": 1,
        "views": 2,
        "raw_views": 3,
        "dwell_ms": 3_000,
        "dwell_squares": Decimal(9_000_000),
        "responses": 1,
    }


def test_a_materials_day_counts_what_came_of_it_in_whatever_campaign() -> None:
    _, letter = make_campaign().variants.all()
    ann, guide, late = make_viewer("1"), make_material("guide"), NOON + timedelta(hours=14)
    append(
        event(ann, "shared", material=guide, variant=letter),
        event(ann, "view", material=guide, variant=letter),
        event(-7, "view", material=guide),
        event(-8, "view", material=guide, signals=1),
        event(ann, "page", material=guide, page=1, dwell_ms=3_000, occurred_at=late),
        event(ann, "response", variant=letter),
    )

    folding.fold_all()

    assert [told(dict(row)) for row in MaterialDay.objects.order_by("day").values()] == [
        {"day": NOON.date(), "facts": 4, "shares": 1, "views": 2, "raw_views": 3},
        {"day": late.date(), "facts": 1, "dwell_ms": 3_000},
    ]


def test_a_page_counts_each_reader_once_in_the_stretch_of_all_their_time_on_it() -> None:
    ann, bob, guide = make_viewer("1"), make_viewer("2"), make_material("guide")
    read = {"material": guide, "version": 2, "page": 3}
    append(
        event(ann, "page", dwell_ms=900, **read),
        event(ann, "page", dwell_ms=400, occurred_at=NOON + timedelta(minutes=1), **read),
        event(bob, "page", dwell_ms=300_000, **read),
        event(-4, "page", dwell_ms=5_000, signals=1, **read),
        event(ann, "view", **read),
        event(ann, "page", dwell_ms=700, material=guide, page=3),
    )

    folding.fold_all()

    assert told(dict(MaterialPage.objects.values().get())) == {
        "version": 2,
        "page": 3,
        "facts": 4,
        "readers": 2,
        "raw_readers": 3,
        "dwell_ms": 301_300,
        "within_2": 1,
        "beyond": 1,
    }
    row = ViewerPage.objects.get(viewer=ann)
    assert (row.facts, row.reads, row.dwell_ms) == (2, 2, 1_300)
    assert (row.first_at, row.last_at) == (NOON, NOON + timedelta(minutes=1))


def test_each_time_falls_into_exactly_one_stretch() -> None:
    guide, times = make_material("guide"), (1, 999, 1000, 1999, 2000, 11_999, 12_000, 299_999, 300_000, 10**7)
    for number, dwell_ms in enumerate(times, start=1):
        append(event(-number, "page", material=guide, version=1, page=1, dwell_ms=dwell_ms))

    folding.fold_all()

    row = MaterialPage.objects.values().get()
    stretches = {name: count for name, count in row.items() if name.startswith(("within", "beyond")) and count}
    assert stretches == {
        "within_1": 2,
        "within_2": 2,
        "within_4": 1,
        "within_12": 1,
        "within_20": 1,
        "within_300": 1,
        "beyond": 2,
    }


def test_first_and_last_sign_are_what_people_did_not_what_was_sent() -> None:
    viewer, guide = make_viewer(), make_material("guide")
    moments = [NOON + timedelta(minutes=minute) for minute in range(5)]
    append(
        event(viewer, "shared", material=guide, occurred_at=moments[0]),
        event(viewer, "view", material=guide, occurred_at=moments[2]),
        event(viewer, "view", material=guide, occurred_at=moments[1], signals=8),
    )
    folding.fold_all()
    append(event(viewer, "page", material=guide, page=1, occurred_at=moments[3]))
    folding.fold_all()

    row = ViewerMaterial.objects.get()
    assert (row.first_at, row.last_at, row.shares, row.views) == (moments[2], moments[3], 1, 1)


def test_first_and_last_sign_of_a_page_are_of_reading_it_after_a_reading_is_taken_back_too() -> None:
    """Whoever opens the material at a page has not read it yet."""
    viewer, page = make_viewer(), {"material": make_material("guide"), "version": 1, "page": 2}
    append(
        event(viewer, "view", **page),
        event(viewer, "page", dwell_ms=900, occurred_at=NOON + timedelta(minutes=1), **page),
    )
    wrong = append(event(viewer, "page", dwell_ms=900, occurred_at=NOON + timedelta(minutes=2), **page)).batch
    folding.fold_all()

    take_back(wrong)

    row = ViewerPage.objects.get()
    assert (row.reads, row.first_at, row.last_at) == (1, NOON + timedelta(minutes=1), NOON + timedelta(minutes=1))


def test_total_of_a_viewer_takes_all_their_days_together() -> None:
    viewer, later = make_viewer("1"), NOON + timedelta(days=3)
    append(event(viewer, "view"), event(viewer, "view", occurred_at=later), event(viewer, "shared"))

    folding.fold_all()

    row = ViewerTotal.objects.get(viewer__customer__number="1")
    assert (row.views, row.shares, row.first_at, row.last_at) == (2, 1, NOON, later)


def test_fold_marks_its_batches_and_folds_none_twice() -> None:
    append(event(make_viewer(), "view"))

    assert folding.fold_all() == 1
    once = state()
    assert folding.fold_all() == 0

    assert state() == once
    assert EventBatch.objects.get().folded_at is not None


def test_claim_is_bounded_and_the_rest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "FACTS_A_FOLD", 2)
    for _ in range(3):
        append(event(make_viewer(), "view"), event(make_viewer(), "view"))

    assert folding.fold_once() == 2
    assert EventBatch.objects.filter(folded_at=None).count() == 2
    assert folding.fold_all() == 4


def test_what_comes_while_all_is_folded_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few events cost nearly as much to fold as many: a fold that went on with whatever had come never paused."""
    monkeypatch.setattr(folding, "FACTS_A_FOLD", 1)
    viewer, fold_once = make_viewer(), folding.fold_once
    for _ in range(2):
        append(event(viewer, "view"))

    def meanwhile(latest: int | None = None) -> int:
        append(event(viewer, "view"))
        return fold_once(latest)

    monkeypatch.setattr(folding, "fold_once", meanwhile)
    assert folding.fold_all() == 2
    assert EventBatch.objects.filter(folded_at=None).count() == 3


def test_batch_of_duplicates_alone_is_folded_away() -> None:
    view = event(make_viewer(), "view")
    append(view)
    append(view)

    folding.fold_all()

    assert not EventBatch.objects.filter(folded_at=None).exists()
    assert ViewerDay.objects.get().views == 1


def test_failure_in_mid_fold_leaves_nothing_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    append(event(make_viewer(), "view"))
    before = state()

    def fail(*_args: object) -> None:
        raise RuntimeError("the worker died")

    monkeypatch.setattr(folding, "mark_folded", fail)
    with pytest.raises(RuntimeError):
        folding.fold_once()

    assert state() == before
    assert EventBatch.objects.filter(folded_at=None).count() == 1


def mixed_batches() -> list[EventBatch]:
    """Three batches of a campaign's life, the second late, with a scanner, a stranger and an unknown amount."""
    _, letter = make_campaign().variants.all()
    ann, bob, guide = make_viewer("1"), make_viewer("2"), make_material("guide")
    later = NOON + timedelta(days=40)
    return [
        append(
            event(ann, "view", variant=letter, material=guide, occurred_at=later),
            event(ann, "response", variant=letter, amount="10.25", occurred_at=later),
            assigned=[(ann, letter)],
        ).batch,
        append(
            event(ann, "view", variant=letter, material=guide),
            event(ann, "response", variant=letter, amount_unknown=True),
            event(-3, "view", variant=letter, material=guide),
            assigned=[(bob, letter)],
        ).batch,
        append(
            event(bob, "view", material=guide, signals=1), event(bob, "conversion", variant=letter, amount="3")
        ).batch,
    ]


def test_batch_taken_back_leaves_the_rollups_as_if_it_had_never_come() -> None:
    _, second, _ = mixed_batches()
    EventBatch.objects.filter(pk=second.pk).update(folded_at=NOON)
    folding.fold_all()
    without_second = state()
    EventBatch.objects.filter(pk=second.pk).update(folded_at=None)
    folding.fold_all()
    assert state() != without_second

    take_back(second)

    assert state() == without_second


def test_everything_taken_back_leaves_empty_rollups() -> None:
    batches = mixed_batches()
    folding.fold_all()

    take_back(*batches)

    assert state() == {model.__name__: [] for model in ROLLUPS}


def test_batch_that_was_never_folded_is_taken_back_without_a_trace() -> None:
    *_, third = mixed_batches()
    EventBatch.objects.filter(pk=third.pk).update(folded_at=NOON)
    folding.fold_all()
    EventBatch.objects.filter(pk=third.pk).update(folded_at=None)
    before = state()

    take_back(third)

    assert state() == before


def test_rebuild_refills_the_same_rows_and_folds_what_waited() -> None:
    batches = mixed_batches()
    folding.fold_all()
    folded = state()
    ViewerDay.objects.all().delete()
    CampaignVariant.objects.update(responders=99)
    EventBatch.objects.filter(pk=batches[0].pk).update(folded_at=None)

    assert rebuild() == 9

    assert state() == folded
    assert not EventBatch.objects.filter(folded_at=None).exists()


def test_commands_fold_and_rebuild(capsys: pytest.CaptureFixture[str]) -> None:
    append(event(make_viewer(), "view"))

    call_command("fold")
    call_command("rebuild")

    assert capsys.readouterr().out == (
        "folded 1 events and assignments\nrebuilt the rollups from 1 events and assignments\n"
    )


@pytest.mark.django_db(transaction=True)
def test_fold_reads_the_months_of_its_events_alone() -> None:
    viewer = make_viewer()
    for month in range(1, 13):
        append(event(viewer, "view", occurred_at=datetime(2026, month, 15, tzinfo=UTC)))
    folding.fold_all()
    append(event(viewer, "view", occurred_at=datetime(2026, 6, 15, 1, tzinfo=UTC)))

    with transaction.atomic():
        assert folding.fold_once() == 1
        assert partitions_opened() == {"campaigns_event_insight_2026_06", "campaigns_event_promotion_2026_06"}


@pytest.mark.django_db(transaction=True)
def test_worker_passes_over_batches_that_another_holds() -> None:
    append(event(make_viewer(), "view"))
    other = connection.copy()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            claim = folding.claim_batches(cursor)
            assert len(claim.batches) == 1
            with other.cursor() as second:
                assert folding.claim_batches(second).batches == []
    finally:
        other.close()
