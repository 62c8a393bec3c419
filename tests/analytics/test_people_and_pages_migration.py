"""What the migration fills the new tables with is what the fold would have."""

from importlib import import_module

import pytest
from django.db import connection

from analytics.folding import fold_all
from analytics.models import CampaignVariant, MaterialPage, MaterialTotal, ViewerPage
from campaigns.models import EventBatch
from tests.analytics.test_folding import state
from tests.events import append, event, make_campaign, make_material, make_viewer

FILL = import_module("analytics.migrations.0005_people_and_pages").FILL


@pytest.mark.django_db
def test_former_events_are_filled_in_as_folded_by_the_verdict_that_holds() -> None:
    _, letter = make_campaign().variants.all()
    ann, bob, guide = make_viewer("1"), make_viewer("2"), make_material("guide")
    read = {"material": guide, "variant": letter, "version": 1}
    append(
        event(ann, "shared", **read),
        event(ann, "delivered", **read),
        event(ann, "view", **read),
        event(ann, "page", page=1, dwell_ms=12_345, **read),
        event(ann, "response", amount="5", **read),
        event(bob, "page", page=1, dwell_ms=700, **read),
        # Followed the hidden link: what came with it is the scanner's, by a judgement that follows.
        event(bob, "page", page=2, dwell_ms=50, signals=8, **read),
        event(-9, "page", page=2, dwell_ms=400_000, **read),
        assigned=[(ann, letter), (bob, letter)],
    )
    fold_all()
    append(event(ann, "page", page=3, dwell_ms=1000, **read))
    folded = state()
    assert folded["MaterialPage"]
    assert folded["CampaignVariant"][0]["engaged_people"] == 1

    for model in (MaterialTotal, ViewerPage, MaterialPage):
        model.objects.all().delete()
    CampaignVariant.objects.update(shared_people=0, delivered_people=0, engaged_people=0)
    with connection.cursor() as cursor:
        cursor.execute(FILL)

    assert state() == folded
    assert EventBatch.objects.filter(folded_at=None).count() == 1
