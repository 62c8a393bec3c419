"""What the migration fills the days of materials with is what the fold would have."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from analytics import departures
from analytics.folding import fold_all
from analytics.models import DepartingFact, Departure, FrozenMaterialDay, MaterialDay
from campaigns.models import EventBatch
from tests.analytics.test_folding import state
from tests.analytics.test_frozen_base import OLD, PARTITION, go
from tests.events import append, event, make_campaign, make_material, make_viewer

MIGRATION = import_module("analytics.migrations.0016_days_of_materials")


@pytest.mark.django_db
def test_former_events_are_filled_in_as_folded_by_the_verdict_that_holds() -> None:
    _, letter = make_campaign().variants.all()
    ann, guide = make_viewer("1"), make_material("guide")
    read = {"material": guide, "variant": letter, "version": 1}
    append(
        event(ann, "shared", **read),
        event(ann, "delivered", **read),
        event(ann, "view", **read),
        event(ann, "page", page=1, dwell_ms=12_345, **read),
        event(ann, "response", amount="5", **read),
        # Followed the hidden link: what came with it is the scanner's, by a judgement that follows.
        event(ann, "page", page=2, dwell_ms=50, signals=8, **read),
        event(-9, "visit", **read),
        event(ann, "view"),
        assigned=[(ann, letter)],
    )
    fold_all()
    append(event(ann, "view", **read))
    folded = state()
    assert folded["MaterialDay"]

    MaterialDay.objects.all().delete()
    with connection.schema_editor(atomic=False) as editor:
        MIGRATION.fill(apps, editor)

    assert state() == folded
    assert EventBatch.objects.filter(folded_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_month_that_was_added_up_before_is_added_up_again() -> None:
    """Otherwise its days of materials would stay when it goes, or be lost with the next rebuild."""
    guide = make_material("guide")
    append(*(event(make_viewer(str(n)), "view", material=guide, occurred_at=OLD) for n in range(6)))
    fold_all()
    assert departures.prepare(PARTITION)
    DepartingFact.objects.filter(of="analytics_materialday").delete()  # as of a version that knew none

    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.FORGET)
    assert (Departure.objects.count(), DepartingFact.objects.count()) == (0, 0)
    go()
    assert MaterialDay.objects.values_list("day", "views").get() == (OLD.date(), 6)
    assert FrozenMaterialDay.objects.values_list("day", "views").get() == (OLD.date(), 6)
