"""What the migration fills the days of materials with is what the fold would have."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from analytics.folding import fold_all
from analytics.models import MaterialDay
from campaigns.models import EventBatch
from tests.analytics.test_folding import state
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
