"""How good predicted probabilities are of people that the model has not seen."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from analytics.insight.values import Floats

BINS = 10


@dataclass(frozen=True)
class Bin:
    """A tenth of the people by probability: what was predicted of them, and how many did."""

    people: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Measured:
    """`auc`: the chance that who responded was ranked above who did not. `top_tenth_lift`: how many times as many of
    the tenth ranked highest responded as of all. `calibration_error`: how far predicted and observed are apart, on
    average over the tenths. `brier`: the mean squared error."""

    auc: float
    top_tenth_lift: float
    calibration_error: float
    brier: float
    predicted: float
    observed: float
    bins: tuple[Bin, ...]


def measured(target: Floats, predicted: Floats) -> Measured:
    """Both kinds of people must be among them."""
    positives = int(target.sum())
    ranks = rankdata(predicted)  # ties share their rank, so that a constant prediction has an area of a half
    auc = (ranks[target == 1].sum() - positives * (positives + 1) / 2) / (positives * (len(target) - positives))
    order = np.argsort(-predicted, kind="stable")
    top = target[order[: max(1, len(target) // 10)]]
    bins = tuple(
        Bin(len(part), float(predicted[part].mean()), float(target[part].mean()))
        for part in np.array_split(order[::-1], BINS)
        if len(part)
    )
    error = sum(one.people * abs(one.predicted - one.observed) for one in bins) / len(target)
    return Measured(
        auc=float(auc), top_tenth_lift=float(top.mean() / target.mean()), calibration_error=error,
        brier=float(np.mean((predicted - target) ** 2)), predicted=float(predicted.mean()),
        observed=float(target.mean()), bins=bins,
    )  # fmt: skip
