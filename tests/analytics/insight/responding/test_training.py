"""Who is likely to respond: learnt from what was known before, measured in time, kept until the next night."""

import random
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analytics import tasks
from analytics.enums import LikelyState
from analytics.folding import fold_all
from analytics.insight.recommending.nightly import last_night
from analytics.insight.responding import nightly, training
from analytics.insight.responding.draws import WINDOW, Draws, drawn_before, not_drawn
from analytics.insight.responding.fields import FIELDS
from analytics.insight.responding.nightly import train_if_due
from analytics.insight.responding.training import lower_end, split_of, train
from analytics.models import Likelihood, ResponseModel
from campaigns.models import Assignment, Campaign, Material, RecipientPreference, Variant, Viewer
from config.schedule import SCHEDULE
from privacy.agency import agency_day
from privacy.retention.signals import rows_leaving
from records.models import Customer
from tests.events import append, event, make_campaign, make_material
from tests.factories import make_customer, viewer_of

pytestmark = pytest.mark.django_db

DAYS_AGO = (200, 150, 60)
DAY = timedelta(days=1)
# Of each draw, by the log alone: views, days on which they came, minutes, and whether they responded in time.
FROM_THE_LOG = """
SELECT viewer.customer_id, draw.campaign_id,
    count(*) FILTER (WHERE event.kind = 'view' AND event.occurred_at < draw.begins),
    count(DISTINCT (event.occurred_at AT TIME ZONE 'America/New_York')::date) FILTER (
        WHERE event.kind NOT IN ('shared', 'delivered') AND event.occurred_at < draw.begins
            AND (event.occurred_at AT TIME ZONE 'America/New_York')::date >= draw.day - 84
    ),
    count(*) FILTER (WHERE event.kind = 'response' AND event.occurred_at < draw.begins),
    coalesce(bool_or(event.kind = 'response' AND event.campaign_id = draw.campaign_id
        AND event.occurred_at >= draw.assigned_at AND event.occurred_at < draw.assigned_at + interval '30 days'), false)
FROM (
    SELECT *, (assigned_at AT TIME ZONE 'America/New_York')::date AS day,
        ((assigned_at AT TIME ZONE 'America/New_York')::date)::timestamp AT TIME ZONE 'America/New_York' AS begins
    FROM campaigns_assignment
) AS draw
JOIN campaigns_viewer AS viewer ON viewer.id = draw.viewer_id
LEFT JOIN campaigns_event AS event ON event.viewer_id = draw.viewer_id AND event.verdict IN ('human', 'unknown')
    AND event.occurred_at >= draw.begins - interval '365 days'
WHERE draw.assigned_at <= %(until)s
GROUP BY 1, 2
"""


def ago(days: float) -> datetime:
    return timezone.now() - days * DAY


def keen(number: int) -> bool:
    return number % 2 == 0


def lot(number: int, days_ago: float) -> float:
    """A number from 0 to 1, always the same of the same."""
    return random.Random(f"{number} {days_ago}").random()  # noqa: S311 (no secret)


def answers(number: int, days_ago: float) -> bool:
    """Four of five of the keen, one of five of the others."""
    return lot(number, days_ago) < (0.8 if keen(number) else 0.2)


def by_lot(number: int, days_ago: float) -> bool:
    return lot(number, days_ago) < 0.5


def draw(name: str, viewers: list[Viewer], days_ago: float, responds: Any = answers, **columns: Any) -> Campaign:
    """These drawn so many days ago; the keen ones viewed something five days before, some respond three days after."""
    campaign, boxes = make_campaign(name, ("letter",)), Material.objects.get(slug="boxes")
    (variant,) = campaign.variants.all()
    rows = []
    for number, viewer in enumerate(viewers):
        if keen(number):
            rows += [event(viewer, "view", material=boxes, occurred_at=ago(days_ago + 5 + more)) for more in (0, 1)]
        if responds(number, days_ago):
            rows.append(event(viewer, "response", variant=variant, occurred_at=ago(days_ago - 3), **columns))
    made = append(*rows, assigned=[(viewer, variant) for viewer in viewers])
    Assignment.objects.filter(batch=made.batch).update(assigned_at=ago(days_ago))
    return campaign


def history(people: int = 150, responds: Any = answers, days_ago: tuple[int, ...] = DAYS_AGO) -> list[Viewer]:
    """Three campaigns of the same people; and one that is to come."""
    make_material("boxes")
    viewers = [viewer_of(make_customer(f"C-{number}")) for number in range(people)]
    for days in days_ago:
        draw(f"of-{days}", viewers, days, responds)
    boxes = Material.objects.get(slug="boxes")
    lately = [event(one, "view", material=boxes, occurred_at=ago(5)) for one in viewers[::2] if days_ago]
    append(*lately)
    Campaign.objects.filter(pk=make_campaign("next", ("letter",)).pk).update(state="approved")
    fold_all()
    return viewers


def trained() -> ResponseModel:
    found = train()
    assert found is not None
    return found


def column(found: Draws, name: str) -> list[float]:
    return list(found.values[:, [field.name for field in FIELDS].index(name)])


# What it is learnt from ----------------------------------------------------------------------------------------------


def test_the_fields_are_those_of_the_log_before_the_draw() -> None:
    history(20)
    found, until = drawn_before(timezone.now()), timezone.now() - WINDOW
    rows = {
        (customer, campaign): tuple(values)
        for customer, campaign, *values in zip(
            found.customers.tolist(), found.campaigns.tolist(), column(found, "views"), column(found, "days_came"),
            column(found, "responses"), found.responded.tolist(), strict=True,
        )
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FROM_THE_LOG, {"until": until})
        expected = {(row[0], row[1]): tuple(map(float, row[2:])) for row in cursor.fetchall()}
    assert len(expected) == 60
    assert rows == expected
    assert len(set(rows.values())) > 4


def test_nothing_of_the_day_of_the_draw_or_later_is_told() -> None:
    viewers = history(20)
    before = drawn_before(timezone.now())
    boxes = Material.objects.get(slug="boxes")
    later = [event(one, "view", material=boxes, occurred_at=ago(60)) for one in viewers]
    later += [event(one, "view", material=boxes, occurred_at=ago(2)) for one in viewers]
    append(*later)
    fold_all()
    after = drawn_before(timezone.now())
    np.testing.assert_array_equal(before.values, after.values)
    now = not_drawn(before.customers[:20].tolist(), Campaign.objects.get(slug="next").pk, agency_day(timezone.now()))
    assert set(column(now, "days_since_came")) == {2.0}


def test_a_material_on_the_campaigns_topics_counts_from_when_it_was_opened() -> None:
    (viewer,) = history(1, days_ago=())
    from campaigns.models import Tag

    topic, letter = Tag.objects.create(slug="parcels", name="Parcels"), make_material("letter")
    for material in (letter, Material.objects.get(slug="boxes")):
        material.tags.add(topic)
    Variant.objects.filter(campaign__slug="next").update(material=letter)
    append(event(viewer, "view", material=Material.objects.get(slug="boxes"), occurred_at=ago(3)))
    append(event(viewer, "view", material=make_material("other"), occurred_at=ago(3)))
    fold_all()
    campaign, customer = Campaign.objects.get(slug="next").pk, viewer.customer_id or 0
    assert column(not_drawn([customer], campaign, agency_day(ago(0))), "topic_materials") == [1.0]
    assert column(not_drawn([customer], campaign, agency_day(ago(4))), "topic_materials") == [0.0]


def test_who_answered_late_or_is_a_machine_has_not_responded() -> None:
    viewers = history(4, days_ago=())
    late = draw("late", viewers[:2], 90, responds=lambda *_: False)
    append(event(viewers[0], "response", variant=late.variants.get(), occurred_at=ago(59)))
    append(event(viewers[1], "response", variant=late.variants.get(), occurred_at=ago(61)))
    draw("machines", viewers[2:], 90, responds=lambda *_: True, signals=1)
    fold_all()
    found = drawn_before(timezone.now())
    assert dict(zip(found.customers.tolist(), found.responded.tolist(), strict=True)) == {
        viewers[0].customer_id: 0.0, viewers[1].customer_id: 1.0,
        viewers[2].customer_id: 0.0, viewers[3].customer_id: 0.0,
    }  # fmt: skip


def test_of_holdouts_of_who_has_ended_and_of_draws_too_new_nothing_is_learnt() -> None:
    viewers = history(6, days_ago=())
    held = draw("held", viewers[:2], 90)
    held.variants.update(is_holdout=True)
    draw("new", viewers[2:4], 29)
    draw("old", viewers[4:], 31)
    Customer.objects.filter(viewers=viewers[4]).update(
        relationship_ended_on="2026-01-01", relationship_end_reason="moved"
    )
    assert drawn_before(timezone.now()).customers.tolist() == [viewers[5].customer_id]


def test_two_records_of_a_person_are_one() -> None:
    viewers = history(2, days_ago=())
    draw("spring", viewers, 90, responds=lambda number, _: number == 1)
    Viewer.objects.filter(pk=viewers[1].pk).update(customer=viewers[0].customer)
    found = drawn_before(timezone.now())
    assert (found.customers.tolist(), found.responded.tolist()) == ([viewers[0].customer_id], [1.0])


# How it is measured --------------------------------------------------------------------------------------------------


def test_it_is_tried_on_the_last_and_learnt_from_what_was_known_before_them() -> None:
    history(50, days_ago=(200, 150, 75, 60))
    known = drawn_before(timezone.now())
    split = split_of(known)
    begins = known.days[split.test].min()
    assert (len(split.learn), len(split.calibrate), len(split.test)) == (80, 20, 100)
    assert known.days[split.learn].max() <= known.days[split.calibrate].min()
    assert known.days[split.calibrate].max() + np.timedelta64(WINDOW.days, "D") <= begins
    assert not set(known.days[split.test].tolist()) & set(known.days[split.learn].tolist())


def test_it_foretells_who_responds_and_says_how_well() -> None:
    history()
    found = trained()
    responses = {days: sum(answers(number, days) for number in range(150)) for days in DAYS_AGO}
    assert (found.state, found.draws, found.campaigns, found.people) == ("ready", 450, 3, 150)
    assert found.responses == sum(responses.values())
    assert [sum(found.parts[name]) for name in ("learn", "calibrate", "test")] == [240, 60, 150]
    assert found.parts["test"] == [responses[60], 150 - responses[60]]
    assert found.fields == [field.name for field in FIELDS]
    assert found.auc is not None
    assert found.auc_low is not None
    assert found.auc > 0.7
    assert 0.5 < found.auc_low < found.auc
    assert found.plain_auc is not None
    assert found.calibration_error is not None
    assert found.calibration_error < 0.15


def test_the_keen_are_likelier_and_the_reasons_say_why() -> None:
    viewers = history()
    trained()
    assert Likelihood.objects.count() == 150
    by_customer = {one.customer_id: one for one in Likelihood.objects.all()}
    lively, idle = (by_customer[viewers[number].customer_id or 0] for number in (0, 3))
    assert lively.probability > 0.55 > 0.45 > idle.probability
    assert 0 < len(lively.reasons) <= 3
    first = lively.reasons[0]
    assert first["field"] in {field.name for field in FIELDS}
    assert first["without"] < lively.probability
    assert first["value"] != first["usual"]


def test_from_few_nothing_is_learnt_and_it_says_what_there_is() -> None:
    history(30)
    found = trained()
    assert (found.state, found.auc, Likelihood.objects.count()) == ("few", None, 0)
    assert sum(found.parts["test"]) == 30


def test_without_any_draw_nothing_is_learnt() -> None:
    found, parts = trained(), ("learn", "calibrate", "test")
    assert (found.state, found.draws, found.parts) == ("few", 0, {name: [0, 0] for name in parts})


def test_what_is_no_better_than_chance_foretells_nothing() -> None:
    history(responds=by_lot)
    found = trained()
    assert (found.state, Likelihood.objects.count()) == (LikelyState.CHANCE, 0)
    assert found.auc_low is not None
    assert found.auc_low <= 0.5


def test_the_lower_end_is_hanley_and_mcneils() -> None:
    """Their example: an area of 0.893 of 51 and 58 has a standard error of 0.032."""
    assert lower_end(0.893, 51, 58) == pytest.approx(0.893 - 1.96 * 0.032, abs=0.002)


def test_whoever_is_in_the_campaign_or_wants_nothing_or_has_ended_is_not_foretold() -> None:
    viewers = history()
    variant = Variant.objects.get(campaign__slug="next")
    append(assigned=[(viewers[0], variant)])
    RecipientPreference.objects.create(viewer=viewers[1], frequency="nothing")
    ended = {"relationship_ended_on": "2026-01-01", "relationship_end_reason": "moved"}
    Customer.objects.filter(viewers=viewers[2]).update(**ended)
    Customer.objects.filter(viewers=viewers[3]).update(merged_into=viewers[4].customer_id)
    fold_all()
    trained()
    left_out = {viewer.customer_id for viewer in viewers[:4]}
    assert Likelihood.objects.count() == 146
    assert not left_out & set(Likelihood.objects.values_list("customer", flat=True))


def test_campaigns_that_are_over_are_not_foretold() -> None:
    history()
    Campaign.objects.filter(slug="next").update(ends_on=agency_day(ago(1)))
    assert (trained().state, Likelihood.objects.count()) == ("ready", 0)


# Gone with a disposal ------------------------------------------------------------------------------------------------


def test_when_people_are_disposed_of_all_of_it_goes_in_the_same_transaction() -> None:
    history()
    trained()
    with transaction.atomic():
        rows_leaving.send(Customer, model=Customer, rows=Customer.objects.filter(number="C-0"))
    assert (ResponseModel.objects.count(), Likelihood.objects.count()) == (0, 0)


@pytest.mark.parametrize("at", ["judged", "foretold"])
def test_what_was_learnt_while_a_disposal_came_in_between_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    history()
    work = getattr(training, at)

    def disposed_meanwhile(*given: Any) -> Any:
        nightly.forget()
        return work(*given)

    monkeypatch.setattr(training, at, disposed_meanwhile)
    assert train() is None
    assert (ResponseModel.objects.count(), Likelihood.objects.count()) == (0, 0)


def test_a_new_training_takes_the_place_of_the_one_before() -> None:
    history()
    first, second = trained(), trained()
    assert list(ResponseModel.objects.values_list("pk", flat=True)) == [second.pk]
    assert not Likelihood.objects.filter(model=first.pk).exists()


# When it is learnt ---------------------------------------------------------------------------------------------------


def test_it_is_learnt_once_a_night_and_again_where_it_was_taken_away() -> None:
    assert train_if_due() is not None
    assert train_if_due() is None
    ResponseModel.objects.update(trained_at=last_night(timezone.now()) - timedelta(seconds=1))
    assert train_if_due() is not None
    nightly.forget()
    tasks.tend_response_model()
    assert ResponseModel.objects.trained().count() == 1
    assert "analytics.tasks.tend_response_model" in {entry["task"] for entry in SCHEDULE.values()}


def test_while_one_worker_learns_another_does_not() -> None:
    assert cache.add("response-model:training", True, timeout=60)
    try:
        assert train_if_due() is None
    finally:
        cache.delete("response-model:training")


# The schema ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values", [{"auc": 0.7}, {"state": "ready"}, {"state": "other"}, {"responses": 1}, {"trained_at": None}]
)
def test_the_database_refuses_a_training_that_makes_no_sense(values: dict[str, Any]) -> None:
    made = ResponseModel.objects.create(trained_at=timezone.now())
    if values == {"trained_at": None}:
        measures = dict.fromkeys(("auc", "auc_low", "lift", "calibration_error"), 0.5)
        plain = dict.fromkeys(("plain_auc", "plain_lift", "plain_calibration_error"), 0.5)
        ResponseModel.objects.update(state="ready", **measures, **plain)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponseModel.objects.filter(pk=made.pk).update(**values)


@pytest.mark.parametrize("probability", [0.0, 1.0, 1.5])
def test_the_database_refuses_what_is_no_probability(probability: float) -> None:
    model, campaign = ResponseModel.objects.create(), make_campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        Likelihood.objects.create(
            model=model, campaign=campaign, customer=make_customer(), probability=probability, scored_at=timezone.now()
        )
