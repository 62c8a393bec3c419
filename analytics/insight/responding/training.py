"""The model of who is likely to respond: learnt from who was asked before, measured on those asked last.

Nothing is learnt from what was not known when the tried ones were drawn, so the measures are what a reader may expect
of the next campaign. What is shown is learnt anew from all draws, and calibrated on the latest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import sqrt

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from analytics.enums import LikelyState
from analytics.insight.responding.draws import WINDOW, Draws, drawn_before, not_drawn
from analytics.insight.responding.explaining import strongest, usual
from analytics.insight.responding.features import Features
from analytics.insight.responding.fields import FEWEST, FIELDS, Field
from analytics.insight.responding.fitting import SEED, Model, boosted, logistic, on_one_core
from analytics.insight.responding.judging import RECENT, Fit, Split, fitted
from analytics.insight.responding.measuring import Measured, measured
from analytics.insight.values import Floats
from analytics.models import Likelihood, ResponseModel
from campaigns.enums import CampaignState
from campaigns.models import Campaign, Viewer
from campaigns.reaching import reached
from privacy.agency import agency_day
from records.models import Customer, CustomerQuerySet

TRIED = 0.3  # of the draws, the latest, are those that the model is tried on
LEAVES = (2, 4, 15)
LEAST = 0.05  # log odds that a field must move to be a reason
ROWS_A_TIME = 5_000
Z = 1.96
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """What was measured of boosted trees and of logistic regression; `parts` as ResponseModel has it."""

    state: LikelyState
    parts: dict[str, list[int]]
    boosted: Measured | None = None
    plain: Measured | None = None
    low: float = 0.0


def train(now: datetime | None = None) -> ResponseModel | None:
    """Learn anew, foretell for every campaign that is not over, and put it in the place of what was. None where a
    disposal came in between: then what was learnt may hold its people's part, and it is thrown away."""
    now = now or timezone.now()
    draft = ResponseModel.objects.create()
    known = drawn_before(now)
    with on_one_core():
        trained = judged(known)
        for rows in foretold(known, now) if trained.state == LikelyState.READY else ():
            if not store(draft, rows):
                return None
    with transaction.atomic():
        if not is_there(draft):
            return None
        fill(draft, known, trained)
        ResponseModel.objects.filter(pk__lt=draft.pk).delete()
    return draft


def is_there(draft: ResponseModel) -> bool:
    """Whether no disposal took it away; none does until the transaction ends."""
    return ResponseModel.objects.select_for_update().filter(pk=draft.pk).exists()


# How well it foretells -----------------------------------------------------------------------------------------------


def judged(known: Draws) -> Trained:
    """By those drawn last, and before whom it was known how the others answered."""
    split = split_of(known)
    parts = {name: kinds_of(known.responded[getattr(split, name)]) for name in ("learn", "calibrate", "test")}
    features, _places = of_use(known, split.learn)
    if not features.features or min(min(counts) for counts in parts.values()) < FEWEST:
        return Trained(LikelyState.FEW, parts)
    trees = boosted_of(best_leaves(known, split.learn))
    tried = [
        measured(known.responded[split.test], fitted(fit, features, known.responded, split)
                 .predict_proba(features.matrix[split.test])[:, 1])
        for fit in (trees, logistic)
    ]  # fmt: skip
    trees_tried, plain_tried = tried
    low = lower_end(trees_tried.auc, *parts["test"])
    state = LikelyState.READY if low > 0.5 else LikelyState.CHANCE
    return Trained(state, parts, trees_tried, plain_tried, low)


def boosted_of(leaves: int) -> Fit:
    return partial(boosted, leaves=leaves)


def best_leaves(known: Draws, learn: Rows) -> int:
    """How large the trees may be for what there is to learn from: by the area over the latest fifth of it, learnt on
    what came before. The smallest where it holds too few of a kind."""
    first, latest = earlier_and_latest(learn)
    if min(*kinds_of(known.responded[first]), *kinds_of(known.responded[latest])) < FEWEST:
        return LEAVES[0]
    features, _places = of_use(known, first)
    matrix, responded = features.matrix, known.responded

    def area(leaves: int) -> float:
        model = boosted(matrix[first], responded[first], features.categorical, leaves)
        return measured(responded[latest], model.predict_proba(matrix[latest])[:, 1]).auc

    return max(LEAVES, key=area)


def split_of(known: Draws) -> Split:
    """Whoever was drawn on the same day is on one side. Learnt and calibrated is by those alone whose window was over
    when the first of the tried was drawn."""
    order = in_time(known)
    if not len(order):
        return Split(order, order, order)
    begins = known.days[order[int(len(order) * (1 - TRIED))]]
    test = order[known.days[order] >= begins]
    before = order[known.days[order] + np.timedelta64(WINDOW.days, "D") <= begins]
    return Split(*earlier_and_latest(before), test)


def in_time(known: Draws) -> Rows:
    """Rows in order of days, those of one day in an order that tells nothing."""
    shuffled = np.random.default_rng(SEED).permutation(len(known.days))
    return shuffled[np.argsort(known.days[shuffled], kind="stable")]


def earlier_and_latest(order: Rows) -> tuple[Rows, Rows]:
    first = round(len(order) * (1 - RECENT))
    return order[:first], order[first:]


def kinds_of(responded: Floats) -> list[int]:
    """How many responded and how many did not."""
    yes = int(responded.sum())
    return [yes, len(responded) - yes]


def of_use(known: Draws, rows: Rows) -> tuple[Features, list[int]]:
    """The fields that do not say the same of everybody who is learnt from, and their places among FIELDS."""
    features = known.features.features
    places = [
        place for place, one in enumerate(features) if len(np.unique(one.values[rows][~np.isnan(one.values[rows])])) > 1
    ]
    return Features(tuple(features[place] for place in places), {}, {}), places


def lower_end(auc: float, yes: int, no: int) -> float:
    """The lower end of the area's 95% interval (J. Hanley, B. McNeil, 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (yes - 1) * (q1 - auc**2) + (no - 1) * (q2 - auc**2)) / (yes * no)
    return auc - Z * sqrt(max(variance, 0.0))


# What it says --------------------------------------------------------------------------------------------------------


def foretold(known: Draws, now: datetime) -> Iterator[list[Likelihood]]:
    """Of everybody who may be asked, for each campaign that is not over, some thousands at a time; of no model yet."""
    order = in_time(known)
    split = Split(*earlier_and_latest(order), order[:0])
    features, places = of_use(known, order)
    model = fitted(boosted_of(best_leaves(known, split.learn)), features, known.responded, split)
    common = [usual(one) for one in features.features]
    day = agency_day(now)
    for campaign in not_over(now):
        asked = not_drawn(may_be_asked(campaign).order_by("pk").values_list("pk", flat=True), campaign.pk, day)
        yield from likelihoods(model, asked, places, common, now)


def not_over(now: datetime) -> list[Campaign]:
    """Campaigns into which people may still be drawn, or whose material may be shared with them."""
    goes_on = Q(ends_on=None) | Q(ends_on__gte=agency_day(now))
    return list(Campaign.objects.filter(goes_on).exclude(state=CampaignState.CLOSED).order_by("pk"))


def may_be_asked(campaign: Campaign) -> CustomerQuerySet:
    """Customers whom the campaign reaches by its channels, and who were not drawn into it: its holdout neither."""
    drawn = Viewer.objects.filter(assignments__campaign=campaign, customer__isnull=False)
    return reached(Customer.objects.people().exclude(pk__in=drawn.values("customer")), campaign.channels)


def likelihoods(
    model: Model, asked: Draws, places: list[int], common: list[float], now: datetime
) -> Iterator[list[Likelihood]]:
    for first in range(0, len(asked.customers), ROWS_A_TIME):
        rows = range(first, min(first + ROWS_A_TIME, len(asked.customers)))
        found = strongest(model, asked.values[first : rows.stop][:, places], common, least=LEAST)
        yield [
            Likelihood(
                campaign_id=int(asked.campaigns[row]), customer_id=int(asked.customers[row]), scored_at=now,
                probability=round(probability, 5),
                reasons=[reason(asked, row, places[place], common[place], without) for place, without in moving],
            )
            for row, (probability, moving) in zip(rows, found, strict=True)
        ]  # fmt: skip


def reason(asked: Draws, row: int, place: int, usual_value: float, without: float) -> dict[str, str | float | None]:
    """As `Likelihood.reasons` keeps it; `without` is what the probability would be with the usual value."""
    field, value = FIELDS[place], float(asked.values[row, place])
    shown = {"value": shown_value(field, value), "usual": shown_value(field, usual_value)}
    return {"field": field.name, **shown, "without": round(without, 5)}


def shown_value(field: Field, value: float) -> str | float | None:
    """None where it never was; the word of a category."""
    if np.isnan(value):
        return None
    return field.categories[int(value)] if field.categories else round(value, 1)


# Keeping it ----------------------------------------------------------------------------------------------------------


def fill(draft: ResponseModel, known: Draws, trained: Trained) -> None:
    draft.trained_at, draft.state, draft.parts = timezone.now(), trained.state, trained.parts
    draft.draws, draft.responses = len(known.days), int(known.responded.sum())
    draft.campaigns, draft.people = len(set(known.campaigns.tolist())), sum(trained.parts["test"])
    draft.fields = [field.name for field in FIELDS]
    if trained.boosted and trained.plain:
        draft.auc, draft.auc_low = trained.boosted.auc, trained.low
        draft.lift, draft.calibration_error = trained.boosted.top_tenth_lift, trained.boosted.calibration_error
        draft.plain_auc, draft.plain_lift = trained.plain.auc, trained.plain.top_tenth_lift
        draft.plain_calibration_error = trained.plain.calibration_error
    draft.save()


def store(draft: ResponseModel, rows: list[Likelihood]) -> bool:
    """Whether a disposal has left the draft there."""
    for row in rows:
        row.model = draft
    with transaction.atomic():
        if not is_there(draft):
            return False
        Likelihood.objects.bulk_create(rows)
    return True
