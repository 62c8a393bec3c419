"""Months that are added up before they leave the log: the same as without, and never what a fold has overtaken."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from analytics import departures
from analytics.folding import fold_all
from analytics.models import (
    DepartingFact,
    Departure,
    FrozenCampaignDay,
    FrozenCampaignVariant,
    FrozenMaterialDay,
    FrozenMaterialPage,
    FrozenMaterialTotal,
    FrozenVerdictDay,
    ViewerDay,
)
from analytics.rebuild import rebuild
from campaigns.models import Event, Judgement, Variant, Viewer
from campaigns.retention import detach
from privacy.models import LegalHold
from privacy.retention import preparing
from privacy.roles import Role
from tests.analytics.test_frozen_base import NEW, OLD, PARTITION, go, rows
from tests.config.test_supervising import wait_until
from tests.events import append, event, make_campaign, make_material, make_viewer, take_back
from tests.factories import make_user
from tests.retention import TODAY, approve_all, dispose, hold_on

pytestmark = pytest.mark.django_db

FROZEN = (
    FrozenCampaignDay, FrozenCampaignVariant, FrozenMaterialDay, FrozenMaterialPage, FrozenMaterialTotal,
    FrozenVerdictDay,
)  # fmt: skip
MARCH = ("insight", date(2022, 3, 1))  # due since April 2025; the answers of that month, only from April 2027 on


def everything() -> dict[str, list[tuple[object, ...]]]:
    frozen = {model.__name__: sorted(map(tuple, model.objects.values_list()), key=repr) for model in FROZEN}
    return rows() | frozen


def gone_unprepared(*holds: LegalHold) -> dict[str, list[tuple[object, ...]]]:
    """All rows as they would be had nobody added anything up ahead; nothing has gone afterwards."""
    with transaction.atomic():
        Departure.objects.all().delete()
        detach(PARTITION, list(holds))
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def people() -> list[Viewer]:
    """Seven people of an arm who viewed and read in March 2022, some of them elsewhere and later as well; answers too,
    which are of another series; a second campaign and a page that few read."""
    viewers = [make_viewer(f"C-{number}") for number in range(7)]
    letter, autumn = (make_campaign(name).variants.get(name="letter") for name in ("spring", "autumn"))
    material = make_material("price-list")
    mine = {"variant": letter, "material": material}
    append(
        *(event(viewer, "view", occurred_at=OLD, dwell_ms=1_000, **mine) for viewer in viewers),
        *(event(viewer, "page", occurred_at=OLD, version=1, page=1, dwell_ms=3_000, **mine) for viewer in viewers),
        *(event(viewer, "page", occurred_at=OLD, version=1, page=2, dwell_ms=9_000, **mine) for viewer in viewers[:2]),
        *(event(viewer, "view", occurred_at=OLD + timedelta(days=1), variant=autumn) for viewer in viewers[:3]),
        *(event(viewer, "response", occurred_at=OLD, variant=letter) for viewer in viewers[:2]),
        *(event(viewer, "view", occurred_at=NEW, dwell_ms=500, **mine) for viewer in viewers[:2]),
        assigned=[(viewer, letter) for viewer in viewers],
    )
    fold_all()
    return viewers


@pytest.fixture
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "agency_today", lambda: TODAY)


def test_what_was_added_up_ahead_leaves_the_same_rows_everywhere(people: list[Viewer]) -> None:
    expected = gone_unprepared()
    assert departures.prepare(PARTITION)
    go()
    assert everything() == expected
    assert (Departure.objects.count(), DepartingFact.objects.count()) == (0, 0)


def test_a_rebuild_afterwards_gives_the_same_rows(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    go()
    before = rows()
    rebuild()
    assert rows() == before


def test_nothing_that_is_shown_changes_while_it_is_added_up(people: list[Viewer]) -> None:
    before = everything()
    departures.prepare(PARTITION)
    assert everything() == before
    assert Departure.objects.exclude(prepared_at=None).get().pk == MARCH


def test_events_are_not_read_again_when_the_month_goes(people: list[Viewer]) -> None:
    def reads() -> list[str]:
        with (
            CaptureQueriesContext(
                connection,
            ) as captured,
            transaction.atomic(),
        ):
            detach(PARTITION, [])
            transaction.set_rollback(True)
        return [query["sql"] for query in captured if f'FROM "{PARTITION}"' in query["sql"]]

    assert len(reads()) == 1
    departures.prepare(PARTITION)
    assert reads() == []


def test_it_is_added_up_once(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    held = sorted(DepartingFact.objects.values_list("pk", flat=True))
    assert departures.prepare(PARTITION)
    assert sorted(DepartingFact.objects.values_list("pk", flat=True)) == held


def late_view(people: list[Viewer]) -> None:
    append(event(people[3], "view", occurred_at=OLD, dwell_ms=70, variant=Variant.objects.first()))


def another_verdict(people: list[Viewer]) -> None:
    shown = Event.objects.filter(occurred_at=OLD, kind="view").order_by("viewer_id")[0]
    judged = append()
    Judgement.objects.create(
        viewer_id=shown.viewer_id, occurred_at=shown.occurred_at, id=shown.id, series="insight", nth=1,
        batch_id=judged.batch.pk, judged_at=NEW, verdict_before=shown.verdict, reason_before=shown.reason,
        verdict="scanner", reason="burst", rule_version=1,
    )  # fmt: skip
    type(judged.batch).objects.filter(pk=judged.batch.pk).update(judgement_count=1)


def everything_again(people: list[Viewer]) -> None:
    rebuild()


@pytest.mark.parametrize("change", [late_view, another_verdict, everything_again])
def test_what_a_fold_changes_of_the_month_is_added_up_anew(
    people: list[Viewer], change: Callable[[list[Viewer]], None]
) -> None:
    departures.prepare(PARTITION)
    change(people)
    fold_all()
    assert not Departure.objects.exists()
    expected = gone_unprepared()
    assert departures.prepare(PARTITION)
    go()
    assert everything() == expected
    assert not DepartingFact.objects.exists()


def test_an_overtaken_month_still_goes_as_it_is(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    late_view(people)
    fold_all()
    expected = gone_unprepared()
    go()
    assert everything() == expected
    assert not DepartingFact.objects.exists()


def test_an_import_that_is_taken_back_overtakes_it(people: list[Viewer]) -> None:
    batch = append(event(people[4], "view", occurred_at=OLD, variant=Variant.objects.first()))
    fold_all()
    departures.prepare(PARTITION)
    take_back(batch.batch)
    assert not Departure.objects.exists()


def test_events_that_nobody_folded_yet_do_not_overtake_it(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    late_view(people)
    expected = gone_unprepared()
    assert Departure.objects.exists()
    go()
    assert everything() == expected


def test_a_fold_of_another_month_or_series_leaves_it(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    variant = Variant.objects.first()
    append(event(people[0], "view", occurred_at=NEW, variant=variant), event(people[0], "response", occurred_at=OLD,
           variant=variant))  # fmt: skip
    fold_all()
    assert Departure.objects.get().prepared_at
    expected = gone_unprepared()
    go()
    assert everything() == expected


def test_a_hold_has_the_month_added_up_when_it_goes(people: list[Viewer]) -> None:
    customer = people[2].customer
    assert customer is not None
    hold = hold_on(make_user(Role.RECORDS_ADMINISTRATOR), people=[customer.key])
    expected = gone_unprepared(hold)
    departures.prepare(PARTITION)
    _, kept = go(PARTITION, hold)
    assert kept == 3
    assert everything() == expected
    before = rows()
    rebuild()
    assert rows() == before


def test_the_days_of_a_month_go_as_one_table_and_answers_of_the_same_days_stay(people: list[Viewer]) -> None:
    departures.prepare(PARTITION)
    go()
    left = ViewerDay.objects.order_by("viewer_id", "day").values_list(
        "viewer_id", "day", "series", "views", "responses"
    )
    assert list(left) == [
        (person.pk, day, series, views, responses)
        for person in people[:2]
        for day, series, views, responses in (
            (OLD.date(), "promotion", 0, 1), (NEW.date(), "insight", 1, 0)
        )
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('analytics_viewerday_insight_2022_03') IS NULL")
        assert cursor.fetchone() == (True,)


def test_a_day_at_the_end_of_a_month_loses_only_what_was_in_it(people: list[Viewer]) -> None:
    """10 in the evening of March 31 in Washington is April in the log, whose months are UTC."""
    evening = datetime(2022, 4, 1, 2, tzinfo=UTC)
    variant = Variant.objects.first()
    append(
        event(people[0], "view", occurred_at=evening, variant=variant),
        event(people[0], "view", occurred_at=evening - timedelta(hours=8), variant=variant),
    )
    fold_all()
    day = date(2022, 3, 31)
    assert sorted(ViewerDay.objects.filter(day=day).values_list("month", "views")) == [
        (date(2022, 3, 1), 1), (date(2022, 4, 1), 1),
    ]  # fmt: skip
    assert [row.views for row in ViewerDay.objects.within(day, day)] == [1, 1]
    departures.prepare(PARTITION)
    go()
    assert ViewerDay.objects.get(day=day).month == date(2022, 4, 1)
    before = rows()
    rebuild()
    assert rows() == before


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, 3), (OLD.date(), OLD.date(), 1), (OLD.date() + timedelta(days=1), None, 2),
        (None, OLD.date() + timedelta(days=1), 2), (date.min, date.max, 3), (date(2022, 3, 12), date(2026, 3, 9), 0),
    ],
)  # fmt: skip
def test_days_are_found_between_two(people: list[Viewer], first: date | None, last: date | None, found: int) -> None:
    days = ViewerDay.objects.within(first, last).filter(viewer=people[0])
    assert len(set(days.values_list("day", flat=True))) == found


@pytest.mark.usefixtures("in_november")
def test_only_months_that_are_due_before_long_are_added_up(people: list[Viewer]) -> None:
    assert preparing.prepare_coming() == []  # no rule is approved
    approve_all(make_user(Role.RECORDS_ADMINISTRATOR))
    append(event(people[0], "view", occurred_at=datetime(2026, 11, 10, 16, tzinfo=UTC)))
    assert PARTITION in preparing.prepare_coming()
    assert [departure.pk for departure in Departure.objects.all()] == [MARCH]


@pytest.mark.usefixtures("in_november")
def test_a_run_leaves_nothing_that_was_added_up_ahead(people: list[Viewer]) -> None:
    grace = make_user(Role.RECORDS_ADMINISTRATOR)
    approve_all(grace)
    preparing.prepare_coming()
    expected = gone_unprepared()
    run = dispose(grace, TODAY)
    assert run.steps.get(partition=PARTITION).state == "done"
    assert everything() == expected
    assert (Departure.objects.count(), DepartingFact.objects.count()) == (0, 0)


def test_a_month_that_has_gone_meanwhile_cannot_be_added_up(people: list[Viewer]) -> None:
    go()
    assert not departures.prepare(PARTITION)
    assert not Departure.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fold_under_way_is_waited_for() -> None:
    viewer = make_viewer("C-1")
    append(event(viewer, "view", occurred_at=OLD, variant=make_campaign().variants.get(name="letter")))
    done: list[bool] = []

    def prepare() -> None:
        done.append(departures.prepare(PARTITION))
        connection.close()

    worker = threading.Thread(target=prepare)
    with transaction.atomic(), connection.cursor() as cursor:
        assert fold_all() == 1  # it saw no departure, and is not committed yet
        worker.start()
        wait_until(lambda: _somebody_waits(cursor))
    worker.join()
    assert (done, [fact.views for fact in DepartingFact.objects.filter(of="")]) == ([True], [-1])


def _somebody_waits(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
    return bool(cursor.fetchone()[0])
