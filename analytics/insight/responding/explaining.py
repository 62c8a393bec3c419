"""Why somebody is thought likely to respond: what each field does to the probability, against a usual value of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.insight.responding.features import Feature, Features
from analytics.insight.responding.fitting import Model
from analytics.insight.values import Floats

Strongest = tuple[float, list[tuple[int, float]]]


@dataclass(frozen=True)
class Reason:
    """With `usual` in place of `value` the probability would be `without`."""

    field: str
    value: str
    usual: str
    without: float
    probability: float

    @property
    def words(self) -> str:
        way = "raises" if self.probability > self.without else "lowers"
        change = f"{way} it from {self.without:.1%} to {self.probability:.1%}"
        return f"{self.field} is {self.value} ({change}; usual: {self.usual})"


def usual(feature: Feature) -> float:
    """The middle of numbers, the most frequent category."""
    known = feature.values[~np.isnan(feature.values)]
    if not feature.categories:
        return float(np.median(known))
    return float(np.bincount(known.astype(int)).argmax())


def reasons(model: Model, features: Features, rows: Floats, most: int = 3) -> list[list[Reason]]:
    """For each row its reasons, the one that matters most first; fields that change nothing are none."""
    return [
        [reason(features.features[place], rows[row, place], without, probability) for place, without in found]
        for row, (probability, found) in enumerate(strongest(model, rows, usuals(features), most))
    ]


def usuals(features: Features) -> list[float]:
    """The usual value of each field."""
    return [usual(one) for one in features.features]


def strongest(
    model: Model, rows: Floats, usual_values: list[float], most: int = 3, least: float = 0.0
) -> Iterator[Strongest]:
    """For each row its probability, and the places of the fields that move it most, and more than `least` (log odds),
    each with what it would be with the usual value in its place."""
    probability = model.predict_proba(rows)[:, 1]
    without = np.column_stack([changed(model, rows, place, value) for place, value in enumerate(usual_values)])
    effect = np.abs(logit(probability)[:, None] - logit(without))
    order = np.argsort(-effect, axis=1, kind="stable")[:, :most]
    for row, places in enumerate(order):
        moving = [(int(place), float(without[row, place])) for place in places if effect[row, place] > least]
        yield float(probability[row]), moving


def changed(model: Model, rows: Floats, place: int, value: float) -> Floats:
    other = rows.copy()
    other[:, place] = value
    return model.predict_proba(other)[:, 1]


def logit(probability: Floats) -> Floats:
    bounded = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(bounded / (1 - bounded))


def reason(feature: Feature, value: float, without: float, probability: float) -> Reason:
    return Reason(feature.name, feature.shown(value), feature.shown(usual(feature)), without, probability)


def weights(model: Model, features: Features, rows: Floats) -> dict[str, float]:
    """How much each field moves the log odds, on average over these people; the largest first."""
    base = logit(model.predict_proba(rows)[:, 1])
    found = {
        one.name: float(np.mean(np.abs(base - logit(changed(model, rows, place, usual(one))))))
        for place, one in enumerate(features.features)
    }
    return dict(sorted(found.items(), key=lambda item: -item[1]))
