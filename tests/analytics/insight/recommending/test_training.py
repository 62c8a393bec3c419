"""The model of the customers' pages: learnt from people's views, kept where five read both, gone with a disposal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from scipy.sparse import csr_matrix

from analytics import tasks
from analytics.folding import fold_all
from analytics.insight.recommending import nightly, training
from analytics.insight.recommending.models import item_knn, popularity
from analytics.insight.recommending.nightly import last_night, train_if_due
from analytics.insight.recommending.training import kept, kept_weights, train, what_customers_read
from analytics.models import Affinity, Recommender
from campaigns.models import Material, Viewer
from config.schedule import SCHEDULE
from privacy.retention.signals import rows_leaving
from records.models import Customer
from tests.events import NOON, append, event, make_material
from tests.factories import engage, make_customer, viewer_of

pytestmark = pytest.mark.django_db


def read(people: int, *materials: str, name: str = "C", **columns: Any) -> None:
    """So many customers, each of whom read these materials; not folded yet."""
    for slug in materials:
        if not Material.objects.filter(slug=slug).exists():
            make_material(slug)
    known = {one.slug: one for one in Material.objects.all()}
    rows = []
    for number in range(people):
        viewer = viewer_of(make_customer(f"{name}-{number}"))
        rows += [
            event(viewer, "view", material=known[slug], **{"occurred_at": NOON + timedelta(minutes=place)} | columns)
            for place, slug in enumerate(materials)
        ]
    append(*rows)


def two_tastes() -> Recommender:
    read(12, "boxes", "labels", "tape", name="parcels")
    read(12, "letters", "stamps", "envelopes", name="letters")
    fold_all()
    found = train()
    assert found is not None
    return found


def pairs() -> set[tuple[str, str, int]]:
    return {(one.material.slug, one.other.slug, one.people) for one in Affinity.objects.select_related()}


def test_what_the_same_people_read_goes_together() -> None:
    found = two_tastes()
    first, second = ("boxes", "labels", "tape"), ("letters", "stamps", "envelopes")
    assert pairs() == {(a, b, 12) for group in (first, second) for a in group for b in group if a != b}
    assert found.method != "popularity"
    assert (found.people, found.materials, found.pairs) == (24, 6, 72)
    assert found.recall is not None
    assert found.baseline is not None
    assert found.recall >= found.baseline


def test_people_sort_as_they_came_however_many_digits_their_numbers_have() -> None:
    guide = make_material("guide")
    for number in (1000, 9, 10, 999):
        engage(make_customer(f"C-{number}", pk=number), "view", material=guide)
    fold_all()
    assert [(int(one), int(read)) for one, read in sorted(what_customers_read())] == [
        (number, guide.pk) for number in (9, 10, 999, 1000)
    ]


def test_its_numbers_are_those_of_the_log() -> None:
    found = two_tastes()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT viewer.customer_id), count(DISTINCT material_id), "
            "count(DISTINCT (viewer.customer_id, material_id)) FROM campaigns_event "
            "JOIN campaigns_viewer AS viewer ON viewer.id = viewer_id WHERE kind = 'view'"
        )
        assert cursor.fetchone() == (found.people, found.materials, found.pairs)
        cursor.execute(
            "SELECT one.material_id, other.material_id, count(DISTINCT one.viewer_id) FROM campaigns_event AS one "
            "JOIN campaigns_event AS other ON other.viewer_id = one.viewer_id AND other.material_id <> one.material_id "
            "GROUP BY 1, 2"
        )
        assert set(cursor.fetchall()) == set(Affinity.objects.values_list("material_id", "other_id", "people"))


def test_of_two_that_four_people_read_nothing_is_kept() -> None:
    read(4, "boxes", "labels", name="few")
    read(5, "boxes", "tape", name="many")
    fold_all()
    train()
    assert {one[:2] for one in pairs()} <= {("boxes", "tape"), ("tape", "boxes")}


def test_machines_views_teach_nothing() -> None:
    """Three links of one recipient within a second: a scanner's burst."""
    read(9, "boxes", "labels", "tape", occurred_at=NOON)
    fold_all()
    found = train()
    assert found is not None
    assert (found.people, pairs()) == (0, set())


def test_nothing_is_learnt_of_what_is_withdrawn_made_for_somebody_or_of_who_has_ended() -> None:
    read(9, "boxes", "labels", "tape")
    Material.objects.filter(slug="labels").update(withdrawn_at=timezone.now())
    Material.objects.filter(slug="tape").update(kind="web page")
    Customer.objects.filter(number="C-0").update(relationship_ended_on="2026-01-01", relationship_end_reason="moved")
    fold_all()
    found = train()
    assert found is not None
    assert (found.people, found.materials) == (8, 1)


def test_two_records_of_a_person_are_one() -> None:
    read(6, "boxes", "labels")
    Viewer.objects.filter(customer__number="C-1").update(customer=Customer.objects.get(number="C-0"))
    fold_all()
    found = train()
    assert found is not None
    assert (found.people, found.pairs) == (5, 10)


def test_without_anything_to_learn_from_it_is_popularity_and_says_no_measure() -> None:
    found = train()
    assert found is not None
    assert (found.method, found.people, found.measured, found.recall, found.baseline) == (
        "popularity",
        0,
        0,
        None,
        None,
    )


def test_a_model_that_is_no_better_than_popularity_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    read(9, "boxes", "labels")
    fold_all()
    monkeypatch.setattr(training, "fits", lambda: {"popularity": popularity, "item-kNN": item_knn})
    found = train()
    assert found is not None
    assert found.method == "popularity"  # of two materials the other one is the best guess of both
    assert (found.recall, found.baseline) == (1.0, 1.0)
    assert pairs() == set()


def test_a_new_model_takes_the_place_of_the_one_before() -> None:
    first, second = two_tastes(), train()
    assert second is not None
    assert list(Recommender.objects.values_list("pk", flat=True)) == [second.pk]
    assert not Affinity.objects.filter(recommender_id=first.pk).exists()


# As it is kept -------------------------------------------------------------------------------------------------------


def matrix(*people: tuple[int, ...]) -> csr_matrix:
    rows = np.zeros((len(people), 4), dtype=np.float32)
    for place, taken in enumerate(people):
        rows[place, list(taken)] = 1.0
    return csr_matrix(rows)


def test_kept_are_the_weights_of_the_model_where_five_read_both() -> None:
    taken = matrix(*[(0, 1)] * 6, *[(1, 2)] * 4, (3,))
    found = kept_weights(taken, item_knn)
    assert np.argwhere(found.toarray() > 0).tolist() == [[0, 1], [1, 0]]
    assert found[0, 1] == pytest.approx(6 / (np.sqrt(6 * 10) + 10), rel=1e-5)


def test_what_the_weights_say_comes_before_what_is_popular() -> None:
    taken = matrix(*[(0, 1)] * 6, *[(2,)] * 9, *[(3,)] * 3)
    scores = kept(taken, "item-kNN", popularity(taken)).scores(matrix((0,)))[0]
    assert scores[1] > 1 > scores[2] > scores[3] > 0


def test_popularity_keeps_no_weights() -> None:
    assert isinstance(kept(matrix((0,)), "popularity", popularity(matrix((0,)))), type(popularity(matrix((0,)))))


# Gone with a disposal ------------------------------------------------------------------------------------------------


def test_when_people_are_disposed_of_the_model_goes_in_the_same_transaction() -> None:
    two_tastes()
    with transaction.atomic():
        rows_leaving.send(Customer, model=Customer, rows=Customer.objects.filter(number="parcels-0"))
    assert (Recommender.objects.count(), Affinity.objects.count()) == (0, 0)


def test_what_was_learnt_while_a_disposal_came_in_between_is_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    two_tastes()
    learn = training.try_all

    def disposed_meanwhile(*given: Any) -> Any:
        nightly.forget()
        return learn(*given)

    with monkeypatch.context() as patched:
        patched.setattr(training, "try_all", disposed_meanwhile)
        assert train() is None
    assert (Recommender.objects.count(), Affinity.objects.count()) == (0, 0)
    assert train() is not None


# When it is learnt ---------------------------------------------------------------------------------------------------


def test_it_is_learnt_once_a_night_and_again_where_it_was_taken_away() -> None:
    assert train_if_due() is not None
    assert train_if_due() is None
    Recommender.objects.update(trained_at=last_night(timezone.now()) - timedelta(seconds=1))
    assert train_if_due() is not None
    nightly.forget()
    tasks.tend_recommender()
    assert Recommender.objects.ready().count() == 1
    assert "analytics.tasks.tend_recommender" in {entry["task"] for entry in SCHEDULE.values()}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 10, 7, 0, tzinfo=UTC), datetime(2026, 3, 10, 6, 0, tzinfo=UTC)),  # three in New York
        (datetime(2026, 3, 10, 5, 59, tzinfo=UTC), datetime(2026, 3, 9, 6, 0, tzinfo=UTC)),
    ],
)
def test_the_night_is_the_agencys(now: datetime, expected: datetime) -> None:
    assert last_night(now) == expected


def test_while_one_worker_learns_another_does_not() -> None:
    from django.core.cache import cache

    assert cache.add("recommender:training", True, timeout=60)
    try:
        assert train_if_due() is None
    finally:
        cache.delete("recommender:training")


# The schema ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"people": 4}, {"weight": 0.0}])
def test_the_database_refuses_few_people_and_weights_of_nothing(values: dict[str, Any]) -> None:
    two_tastes()
    with pytest.raises(IntegrityError), transaction.atomic():
        Affinity.objects.update(**values)


@pytest.mark.parametrize("values", [{"method": ""}, {"recall": 1.2}, {"recall": None}])
def test_the_database_refuses_a_training_that_makes_no_sense(values: dict[str, Any]) -> None:
    two_tastes()
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommender.objects.update(**values)


def test_engagement_of_other_kinds_is_no_reading() -> None:
    make_material("boxes")
    engage(make_customer("C-1"), "shared", "delivered", material=Material.objects.get())
    fold_all()
    found = train()
    assert found is not None
    assert found.people == 0
