"""A changed verdict reaches the rollups as a correction: the event once less as before, once more as it is now."""

import threading
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from analytics import folding
from analytics.models import CampaignDay, CampaignVariant, VerdictDay, ViewerMaterial, ViewerTotal
from analytics.rebuild import rebuild
from campaigns.enums import Signal
from campaigns.models import EventBatch
from campaigns.rejudging import rerun
from tests.analytics.test_folding import state, told
from tests.events import NOON, append, event, make_campaign, make_material, make_viewer, take_back
from tests.processes import wait_for

VISIT = uuid.UUID(int=1)
DAY = date(2026, 3, 10)


def at(seconds: float) -> dict[str, Any]:
    return {"occurred_at": NOON + timedelta(seconds=seconds)}


def verdict_days() -> dict[tuple[date, int, str, str], tuple[int, int, int]]:
    return {
        (row.day, row.of_campaign, row.verdict, row.reason): (row.facts, row.raw_visits, row.raw_views)
        for row in VerdictDay.objects.all()
    }


@pytest.fixture
def letter() -> Any:
    return make_campaign().variants.get(name="letter")


@pytest.mark.django_db
def test_events_are_counted_by_day_campaign_verdict_and_reason(letter: Any) -> None:
    viewer = make_viewer("1")
    append(
        event(viewer, "shared", variant=letter),
        event(viewer, "delivered", variant=letter),
        event(viewer, "visit", variant=letter),
        event(viewer, "view", variant=letter),
        event(viewer, "view", variant=letter, signals=Signal.KNOWN_AGENT),
        event(viewer, "visit", signals=Signal.KNOWN_AGENT),
        event(viewer, "page", page=1, occurred_at=NOON + timedelta(hours=12)),
        assigned=[(viewer, letter)],
    )

    folding.fold_all()

    assert verdict_days() == {
        (DAY, letter.campaign_id, "human", "no_sign"): (2, 1, 1),
        (DAY, letter.campaign_id, "scanner", "known_agent"): (1, 0, 1),
        (DAY, 0, "scanner", "known_agent"): (1, 1, 0),
        (date(2026, 3, 11), 0, "human", "no_sign"): (1, 0, 0),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("folds_between", [True, False])
def test_burst_across_requests_takes_the_earlier_views_out_of_peoples(letter: Any, folds_between: bool) -> None:
    viewer = make_viewer("1")
    for share in (1, 2, 3):
        append(event(viewer, "view", variant=letter, share_id=share, **at(share / 10)))
        if folds_between:
            folding.fold_all()

    folding.fold_all()

    assert told(dict(CampaignDay.objects.values()[0])) == {"day": DAY, "facts": 3, "raw_views": 3}
    assert told(dict(CampaignVariant.objects.values()[0])) == {"facts": 3, "raw_views": 3}
    assert verdict_days() == {(DAY, letter.campaign_id, "scanner", "burst"): (3, 0, 3)}
    assert ViewerTotal.objects.values_list("views", "first_at", "last_at").get() == (0, None, None)
    assert_rebuild_agrees()


@pytest.mark.django_db
def test_person_who_turns_out_a_scanner_is_no_longer_counted_as_a_viewer(letter: Any) -> None:
    viewer = make_viewer("1")
    append(event(viewer, "view", variant=letter, share_id=1), assigned=[(viewer, letter)])
    folding.fold_all()
    assert CampaignVariant.objects.values_list("viewers", "raw_viewers").get() == (1, 1)

    append(event(viewer, "visit", variant=letter, share_id=1, signals=Signal.HONEYPOT, **at(3)))
    folding.fold_all()

    assert CampaignVariant.objects.values_list("viewers", "raw_viewers").get() == (0, 1)
    assert_rebuild_agrees()


@pytest.mark.django_db
def test_visit_that_gains_focus_is_no_longer_unsure() -> None:
    viewer, guide = make_viewer("1"), make_material("guide")
    append(event(viewer, "view", material=guide, visit_id=VISIT, signals=Signal.NO_FOCUS))
    folding.fold_all()
    assert ViewerMaterial.objects.values_list("views", "unsure_views").get() == (1, 1)

    append(event(viewer, "page", material=guide, page=1, dwell_ms=2000, visit_id=VISIT, **at(9)))
    folding.fold_all()

    assert ViewerMaterial.objects.values_list("views", "unsure_views", "dwell_ms").get() == (1, 0, 2000)
    assert verdict_days() == {(DAY, 0, "human", "no_sign"): (2, 0, 1)}
    assert_rebuild_agrees()


@pytest.mark.django_db
def test_first_and_last_sign_are_taken_again_where_a_verdict_changes() -> None:
    viewer = make_viewer("1")
    append(event(viewer, "view", share_id=1, **at(0)), event(viewer, "view", share_id=1, **at(60)))
    append(event(viewer, "view", share_id=1, **at(30)))
    folding.fold_all()

    append(event(viewer, "visit", share_id=1, signals=Signal.HONEYPOT, **at(-5)))
    folding.fold_all()

    assert ViewerTotal.objects.values_list("first_at", "last_at").get() == (
        NOON + timedelta(seconds=30),
        NOON + timedelta(seconds=60),
    )
    assert_rebuild_agrees()


@pytest.mark.django_db
def test_rerun_reaches_the_rollups_and_once_only(letter: Any) -> None:
    viewer = make_viewer("1")
    append(*(event(viewer, "view", variant=letter, share_id=share, **at(share / 10)) for share in (1, 2, 3)))
    folding.fold_all()
    burst = state()

    rerun(1)
    folding.fold_all()
    assert CampaignDay.objects.values_list("views", "raw_views").get() == (3, 3)
    assert verdict_days() == {(DAY, letter.campaign_id, "human", "no_sign"): (3, 0, 3)}
    assert_rebuild_agrees()

    rerun(2)
    rerun(2)
    folding.fold_all()
    assert state() == burst
    assert_rebuild_agrees()


@pytest.mark.django_db
@pytest.mark.parametrize("is_folded", [True, False])
def test_batch_that_changed_others_verdicts_is_taken_back_with_its_changes(letter: Any, is_folded: bool) -> None:
    viewer = make_viewer("1")
    append(*(event(viewer, "view", variant=letter, share_id=share, **at(share / 10)) for share in (1, 2)))
    folding.fold_all()
    before = state()
    third = append(event(viewer, "view", variant=letter, share_id=3, **at(0.5))).batch
    if is_folded:
        folding.fold_all()

    take_back(third)
    folding.fold_all()

    assert state() == before
    assert_rebuild_agrees()


@pytest.mark.django_db
@pytest.mark.parametrize("folded", [(), (0,), (0, 1)])
def test_events_whose_verdict_was_changed_are_taken_back_with_the_changes(letter: Any, folded: tuple[int, ...]) -> None:
    viewer = make_viewer("1")
    views = [event(viewer, "view", variant=letter, share_id=share, **at(share / 10)) for share in (1, 2)]
    first = append(*views).batch
    if 0 in folded:
        folding.fold_all()
    append(event(viewer, "view", variant=letter, share_id=3, **at(0.5)))
    if 1 in folded:
        folding.fold_all()

    take_back(first)
    folding.fold_all()

    assert verdict_days() == {(DAY, letter.campaign_id, "human", "no_sign"): (1, 0, 1)}
    assert CampaignDay.objects.values_list("facts", "views", "raw_views").get() == (1, 1, 1)
    assert_rebuild_agrees()


@pytest.mark.django_db
def test_everything_judged_and_taken_back_leaves_empty_rollups(letter: Any) -> None:
    viewer = make_viewer("1")
    batches = []
    for share in (1, 2, 3):
        batches.append(append(event(viewer, "view", variant=letter, share_id=share, **at(share / 10))).batch)
        folding.fold_all()

    take_back(*batches)
    folding.fold_all()

    assert {name: rows for name, rows in state().items() if rows} == {}


@pytest.mark.django_db
def test_judgements_of_a_batch_count_as_facts_of_its_fold() -> None:
    viewer = make_viewer("1")
    append(*(event(viewer, "view", share_id=share, **at(share / 10)) for share in (1, 2)))
    folding.fold_all()
    append(event(viewer, "view", share_id=3, **at(0.5)))

    with transaction.atomic(), connection.cursor() as cursor:
        claim = folding.claim_batches(cursor)

    assert (claim.facts, claim.judgements) == (3, 2)


@pytest.mark.django_db(transaction=True)
def test_fold_of_judgements_waits_for_the_fold_of_their_events() -> None:
    """Otherwise the other fold, which read the events before they were judged, would write their moments after."""
    viewer = make_viewer("1")
    first = append(event(viewer, "view", share_id=1), event(viewer, "view", share_id=2, **at(0.2))).batch
    with transaction.atomic():
        EventBatch.objects.select_for_update().get(pk=first.pk)
        append_and_fold = threading.Thread(target=_append_third_and_fold, args=(viewer,))
        append_and_fold.start()
        wait_for(_somebody_waits_for_a_row, "the fold waits for the batch of the events")
        EventBatch.objects.filter(pk=first.pk).update(folded_at=NOON)
    append_and_fold.join(timeout=60)

    assert not append_and_fold.is_alive()
    assert not EventBatch.objects.filter(folded_at=None).exists()


def _append_third_and_fold(viewer: Any) -> None:
    try:
        append(event(viewer, "view", share_id=3, **at(0.4)))
        folding.fold_once()
    finally:
        connection.close()


def _somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple'))"
        )
        return bool(cursor.fetchone()[0])


def assert_rebuild_agrees() -> None:
    folded = state()
    rebuild()
    assert state() == folded
