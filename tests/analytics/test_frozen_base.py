"""Disposal of whole months of the event log: what the sums lose, what they keep, and what a rebuild gives."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from analytics.folding import fold_all
from analytics.frozen_base import FROZEN
from analytics.models import (
    CampaignDay,
    CampaignVariant,
    CampaignViewer,
    FrozenCampaignDay,
    FrozenCampaignVariant,
    FrozenMaterialDay,
    FrozenMaterialPage,
    FrozenMaterialTotal,
    FrozenVerdictDay,
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
from analytics.rollups import ROLLUPS
from campaigns.enums import Signal
from campaigns.models import Assignment, Event, EventBatch, Judgement, Material, Viewer
from campaigns.retention import detach, drop, is_detached, prepare
from privacy.models import LegalHold, User
from privacy.retention import planning
from privacy.roles import Role
from tests.events import append, event, make_campaign, make_material, make_viewer
from tests.factories import make_user
from tests.retention import approve_all, dispose, hold_on

pytestmark = pytest.mark.django_db

OLD = datetime(2022, 3, 10, 16, tzinfo=UTC)
NEW = datetime(2026, 3, 10, 16, tzinfo=UTC)
PARTITION = "campaigns_event_insight_2022_03"
TABLES = (
    CampaignDay, CampaignVariant, CampaignViewer, MaterialPage, MaterialTotal, ViewerMaterial, ViewerPage, ViewerTotal,
    ViewerDay, VerdictDay, MaterialDay,
)  # fmt: skip


def rows() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all rollups, in an order of their own."""
    return {model.__name__: sorted(map(tuple, model.objects.values_list()), key=repr) for model in TABLES}


def go(partition: str = PARTITION, *holds: LegalHold) -> tuple[int, int]:
    with transaction.atomic():
        counted = detach(partition, list(holds))
    drop(partition)
    return counted


@pytest.fixture
def people() -> list[Viewer]:
    """Six people who were drawn into one arm, viewed in 2022, and one of them again in 2026."""
    viewers = [make_viewer(f"C-{number}") for number in range(6)]
    variant = make_campaign().variants.get(name="letter")
    material = make_material("price-list")
    columns = {"variant": variant, "material": material}
    append(
        *(event(viewer, "view", occurred_at=OLD, dwell_ms=1_000, **columns) for viewer in viewers),
        event(viewers[0], "view", occurred_at=NEW, dwell_ms=500, **columns),
        assigned=[(viewer, variant) for viewer in viewers],
    )
    fold_all()
    return viewers


def test_every_rollup_of_groups_has_a_frozen_base() -> None:
    groups = {rollup.table for rollup in ROLLUPS if "viewer_id" not in rollup.grain}
    assert set(FROZEN) == groups | {rollup.second_level.table for rollup in ROLLUPS if rollup.second_level}


def test_a_month_that_goes_takes_its_events_and_leaves_the_others(people: list[Viewer]) -> None:
    assert go() == (6, 0)
    assert list(Event.objects.values_list("occurred_at", flat=True)) == [NEW]
    assert not is_detached(PARTITION)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE %s", [f"{PARTITION}%"])
        assert cursor.fetchone() == (0,)


def test_rows_about_a_person_hold_what_is_left_of_the_log(people: list[Viewer]) -> None:
    go()
    mine = CampaignViewer.objects.get(viewer=people[0])
    assert (mine.views, mine.dwell_ms, mine.first_at, mine.last_at) == (1, 500, NEW, NEW)
    others = CampaignViewer.objects.exclude(viewer=people[0])
    assert {(row.views, row.recipients, row.first_at) for row in others} == {(0, 1, None)}
    assert list(ViewerDay.objects.values_list("viewer", "day")) == [(people[0].pk, NEW.date())]
    assert list(ViewerMaterial.objects.values_list("viewer", "views")) == [(people[0].pk, 1)]


def test_the_sums_of_five_and_more_stay_and_are_frozen(people: list[Viewer]) -> None:
    before = (CampaignDay.objects.get(day=OLD.date()).views, CampaignVariant.objects.get().viewers)
    assert before == (6, 6)
    go()
    assert (CampaignDay.objects.get(day=OLD.date()).views, CampaignVariant.objects.get().viewers) == before
    assert FrozenCampaignDay.objects.get().views == 6
    frozen = FrozenCampaignVariant.objects.get()
    # The sixth person still counts by what they did in 2026: the base holds the five whom the log cannot give.
    assert (frozen.viewers, frozen.views, frozen.dwell_ms, frozen.recipients) == (5, 6, 6_000, 0)


def read(viewers: list[Viewer], material: Material, page: int = 1, at: datetime = OLD, seconds: int = 3) -> None:
    """These people read a page of the first version."""
    columns = {"material": material, "version": 1, "page": page, "dwell_ms": seconds * 1000}
    append(*(event(viewer, "page", occurred_at=at, **columns) for viewer in viewers))
    fold_all()


def test_a_material_keeps_its_sums_of_five_people_and_more(people: list[Viewer]) -> None:
    material = Material.objects.get()
    read(people, material)
    read(people[:1], material, at=NEW, seconds=9)
    total, page = MaterialTotal.objects.get(), MaterialPage.objects.get()
    assert (total.viewers, total.readers, total.views, page.readers, page.within_4, page.within_20) == (
        6,
        6,
        7,
        6,
        5,
        1,
    )
    before = (MaterialTotal.objects.values().get(), MaterialPage.objects.values().get())
    go()
    assert (MaterialTotal.objects.values().get(), MaterialPage.objects.values().get()) == before
    frozen, pages = FrozenMaterialTotal.objects.get(), FrozenMaterialPage.objects.get()
    # Whoever read again in 2026 still counts by that; the base holds the five others, and what was read of the sixth.
    assert (frozen.viewers, frozen.readers, frozen.views) == (5, 5, 6)
    # The sixth stayed for 12 seconds in all, of which the log still gives 9: another stretch.
    stretches = (pages.within_4, pages.within_12, pages.within_20)
    assert (pages.readers, stretches, pages.dwell_ms) == (5, (5, -1, 1), 18_000)
    assert list(ViewerPage.objects.values_list("viewer", "reads", "dwell_ms")) == [(people[0].pk, 1, 9_000)]
    held = rows()
    rebuild()
    assert rows() == held


def test_a_materials_day_keeps_its_sums_of_five_people_and_more(people: list[Viewer]) -> None:
    material, other = Material.objects.get(), make_material("leaflet")
    read(people, material)
    read(people[:4], other)
    read(people[:1], other, at=NEW)
    kept = MaterialDay.objects.values().get(material=material, day=OLD.date())
    assert kept["dwell_ms"] == 6 * 1_000 + 6 * 3_000
    go()
    assert MaterialDay.objects.values().get(material=material, day=OLD.date()) == kept
    assert MaterialDay.objects.filter(material=other).values_list("day", "dwell_ms").get() == (NEW.date(), 3_000)
    assert FrozenMaterialDay.objects.values_list("material", "dwell_ms").get() == (material.pk, kept["dwell_ms"])
    held = rows()
    rebuild()
    assert rows() == held


def test_a_material_of_fewer_people_loses_them(people: list[Viewer]) -> None:
    other = make_material("leaflet")
    read(people[:4], other)
    read(people[:2], other, page=2, at=NEW)
    go()
    total = MaterialTotal.objects.get(material=other)
    assert (total.readers, total.dwell_ms) == (2, 6_000)
    assert list(MaterialPage.objects.filter(material=other).values_list("page", "readers")) == [(2, 2)]
    assert not FrozenMaterialTotal.objects.filter(material=other).exists()
    assert not FrozenMaterialPage.objects.filter(material=other).exists()
    before = rows()
    rebuild()
    assert rows() == before


def test_a_large_material_may_have_pages_that_few_read(people: list[Viewer]) -> None:
    material = Material.objects.get()
    read(people, material)
    read(people[:3], material, page=2)
    go()
    assert list(MaterialPage.objects.values_list("page", "readers")) == [(1, 6)]
    assert MaterialTotal.objects.get().dwell_ms == 6 * 1_000 + 500 + 6 * 3_000 + 3 * 3_000
    before = rows()
    rebuild()
    assert rows() == before


def test_first_and_last_signs_are_taken_again_for_those_who_are_left(people: list[Viewer]) -> None:
    between = datetime(2022, 4, 2, 12, tzinfo=UTC)
    variant = CampaignVariant.objects.get().variant
    append(event(people[1], "view", occurred_at=between, variant=variant))
    fold_all()
    assert go() == (6, 0)
    signs = CampaignViewer.objects.exclude(first_at=None).values_list("viewer", "first_at", "last_at")
    assert sorted(signs) == [(people[0].pk, NEW, NEW), (people[1].pk, between, between)]
    assert sorted(ViewerTotal.objects.values_list("viewer", "first_at")) == [
        (people[0].pk, NEW), (people[1].pk, between),
    ]  # fmt: skip


def test_a_smaller_group_goes_with_its_people(people: list[Viewer]) -> None:
    other = make_campaign("autumn").variants.get(name="letter")
    append(*(event(viewer, "view", occurred_at=OLD, variant=other) for viewer in people[:4]))
    fold_all()
    assert CampaignDay.objects.get(campaign=other.campaign).views == 4
    go()
    assert not CampaignDay.objects.filter(campaign=other.campaign).exists()
    assert not CampaignVariant.objects.filter(campaign=other.campaign).exists()
    assert not FrozenCampaignDay.objects.filter(campaign=other.campaign).exists()


def test_a_rebuild_of_what_is_left_with_the_frozen_base_gives_the_same_rows(people: list[Viewer]) -> None:
    go()
    before = rows()
    rebuild()
    assert rows() == before


def test_two_months_one_after_the_other_still_rebuild_to_the_same(people: list[Viewer]) -> None:
    variant = CampaignVariant.objects.get().variant
    later = datetime(2022, 4, 2, 12, tzinfo=UTC)
    append(*(event(viewer, "view", occurred_at=later, variant=variant) for viewer in people[:5]))
    fold_all()
    go()
    go("campaigns_event_insight_2022_04")
    before = rows()
    rebuild()
    assert rows() == before
    assert {row.day: row.views for row in FrozenCampaignDay.objects.all()} == {OLD.date(): 6, later.date(): 5}


def test_events_that_nobody_folded_yet_are_counted_before_they_go(people: list[Viewer]) -> None:
    before = CampaignDay.objects.get(day=NEW.date()).views
    append(event(people[1], "view", occurred_at=OLD, variant=CampaignVariant.objects.get().variant))
    assert go() == (7, 0)
    assert not EventBatch.objects.filter(folded_at=None).exists()
    assert CampaignDay.objects.get(day=NEW.date()).views == before
    assert CampaignDay.objects.get(day=OLD.date()).views == FrozenCampaignDay.objects.get().views == 7
    mine = CampaignViewer.objects.get(viewer=people[1])
    assert (mine.facts, mine.views) == (1, 0)


def test_a_verdict_that_changes_just_before_the_month_goes_is_kept_as_it_holds(people: list[Viewer]) -> None:
    """A hidden link was followed: what the person opened then was opened by a scanner, and nobody folded that yet."""
    mine = {"variant": CampaignVariant.objects.get().variant, "signals": Signal.HONEYPOT}
    append(event(people[0], "visit", occurred_at=OLD, **mine))
    go()
    row = CampaignDay.objects.get(day=OLD.date())
    assert (row.views, row.raw_views, row.raw_visits) == (5, 6, 1)
    before = rows()
    rebuild()
    assert rows() == before


@pytest.mark.parametrize("is_ahead", [False, True])
def test_whoever_turned_out_a_scanner_is_none_of_the_five(people: list[Viewer], is_ahead: bool) -> None:
    """Five read on a day; one of them was a scanner after all: the sum of four people goes with them."""
    autumn = make_campaign("autumn").variants.get(name="letter")
    append(*(event(viewer, "view", occurred_at=OLD, variant=autumn) for viewer in people[:5]))
    append(event(people[0], "visit", occurred_at=OLD, variant=autumn, signals=Signal.HONEYPOT))
    fold_all()
    mine = VerdictDay.objects.filter(of_campaign=autumn.campaign_id)
    assert set(mine.values_list("verdict", "facts")) == {("human", 4), ("scanner", 2)}
    if is_ahead:
        prepare(PARTITION)
    go()
    assert not mine.exists()
    assert not FrozenVerdictDay.objects.filter(of_campaign=autumn.campaign_id).exists()
    before = rows()
    rebuild()
    assert rows() == before


def test_draws_that_nobody_folded_yet_are_counted_before_they_go(people: list[Viewer]) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(grace)
    autumn = make_campaign("autumn").variants.get(name="letter")
    drawn_at = datetime(2020, 10, 10, 16, tzinfo=UTC)
    append(assigned=[(viewer, autumn) for viewer in people], assigned_at=drawn_at)
    dispose(grace)
    assert not Assignment.objects.filter(campaign=autumn.campaign).exists()
    assert CampaignVariant.objects.get(variant=autumn).recipients == 6
    before = rows()
    rebuild()
    assert rows() == before


def test_a_verdict_that_was_changed_goes_as_it_holds(people: list[Viewer]) -> None:
    shown = Event.objects.filter(occurred_at=OLD).order_by("viewer_id").first()
    assert shown is not None
    judged = append()
    Judgement.objects.create(
        viewer_id=shown.viewer_id, occurred_at=shown.occurred_at, id=shown.id, series="insight", nth=1,
        batch_id=judged.batch.pk, judged_at=NEW, verdict_before=shown.verdict, reason_before=shown.reason,
        verdict="scanner", reason="burst", rule_version=1,
    )  # fmt: skip
    type(judged.batch).objects.filter(pk=judged.batch.pk).update(judgement_count=1)
    fold_all()
    assert CampaignDay.objects.get(day=OLD.date()).views == 5
    go()
    assert not Judgement.objects.exists()
    before = rows()
    rebuild()
    assert rows() == before


def test_held_events_stay_in_the_log_and_in_the_sums(people: list[Viewer]) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    customer = people[2].customer
    assert customer is not None
    hold = hold_on(grace, people=[customer.key])
    assert go(PARTITION, hold) == (5, 1)
    assert list(Event.objects.filter(occurred_at=OLD).values_list("viewer_id", flat=True)) == [people[2].pk]
    assert CampaignViewer.objects.get(viewer=people[2]).views == 1
    before = rows()
    rebuild()
    assert rows() == before


def test_disposed_draws_leave_the_sums_of_large_groups_and_rebuild_to_the_same(people: list[Viewer]) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(grace)
    go()
    Assignment.objects.update(assigned_at=datetime(2021, 3, 10, 16, tzinfo=UTC))
    rebuild()  # the draws count on their new day
    variant = CampaignVariant.objects.get()
    run = dispose(grace)
    assert {step.model: step.disposed for step in run.steps.all()} == {"campaigns.Assignment": 6}
    now = CampaignVariant.objects.get()
    assert (now.recipients, now.viewers) == (variant.recipients, variant.viewers)
    before = rows()
    rebuild()
    assert rows() == before


def test_a_run_lists_a_month_with_its_exact_count_and_drops_it(people: list[Viewer]) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(grace)
    listing = planning.preview(date(2026, 11, 28))
    assert [(line.partition, line.planned, line.rule) for line in listing.lines] == [(PARTITION, 6, "RET-7")]
    run = dispose(grace)
    assert [(step.partition, step.disposed, step.state) for step in run.steps.all()] == [(PARTITION, 6, "done")]


def test_a_month_is_due_when_its_last_day_is_over(people: list[Viewer]) -> None:
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    assert planning.preview(date(2025, 3, 31)).lines == []
    assert [line.partition for line in planning.preview(date(2025, 4, 1)).lines] == [PARTITION]


def test_a_hold_that_is_placed_between_signature_and_run_stops_the_list(people: list[Viewer], grace_user: User) -> None:
    from privacy.retention import runs
    from privacy.retention.enums import RunState
    from tests.retention import signed_list

    approve_all(grace_user)
    run = signed_list(grace_user)
    customer = people[2].customer
    assert customer is not None
    hold_on(grace_user, people=[customer.key])
    assert runs.carry_on(run) == RunState.STOPPED
    run.refresh_from_db()
    assert f"{PARTITION} under rule 7: 6 rows on the list, 5 now" in run.said
    assert Event.objects.count() == 7


@pytest.fixture
def grace_user() -> User:
    return make_user(Role.RECORDS_ADMINISTRATOR)


def test_only_partitions_of_the_log_are_taken_for_ones() -> None:
    for name in ("campaigns_event", "campaigns_event_insight_2022_3", "records_customer; DROP TABLE records_customer"):
        with pytest.raises(ValueError, match=r"is not a valid Series|is no partition"), transaction.atomic():
            detach(name, [])


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ({"categories": [18]}, 6),
        ({"categories": [6]}, 0),
        ({"campaigns": ["spring"]}, 6),
        ({"campaigns": ["autumn"]}, 0),
        ({"from_day": date(2022, 3, 10), "to_day": date(2022, 3, 10)}, 6),
        ({"from_day": date(2022, 3, 11)}, 0),
        ({"campaigns": ["spring"], "to_day": date(2022, 3, 9)}, 0),
    ],
)
def test_events_are_held_by_category_campaign_and_days(people: list[Viewer], scope: dict[str, Any], kept: int) -> None:
    hold = hold_on(make_user(Role.RECORDS_ADMINISTRATOR), **scope)
    assert go(PARTITION, hold) == (6 - kept, kept)
