"""A response model tried on people whom it has not seen, beside logistic regression."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.insight.responding.explaining import Reason, reasons, weights
from analytics.insight.responding.features import Features, features_of
from analytics.insight.responding.fields import FEWEST
from analytics.insight.responding.fitting import SEED, Model, boosted, calibrated, logistic, on_one_core
from analytics.insight.responding.measuring import Measured, measured
from analytics.insight.tables import Table
from analytics.insight.values import Floats, outcomes
from records.intake.problems import Refused

Fit = Callable[[Floats, Floats, list[bool]], Model]

LEARNT, CALIBRATED = 0.56, 0.14  # of the people; the rest, 30 %, are who it is tried on
BLOCKS = 10  # stretches of the last people before each of which the models are learnt anew
RECENT = 0.2  # of the people known by then are the latest, by whom the new models are calibrated


@dataclass(frozen=True)
class Tried:
    """`refused` and `left_out` say by column why the model did not have it. `reasons` are of those ranked highest.

    `renewed_…`, of files in order of time: learnt anew ten times while the last people come, as a nightly training
    does; each stretch is foretold by what was known before it.
    """

    people: int
    split: str
    boosted: Measured
    logistic: Measured
    renewed_boosted: Measured | None
    renewed_logistic: Measured | None
    weights: dict[str, float]
    reasons: tuple[tuple[Reason, ...], ...]
    refused: dict[str, str]
    left_out: dict[str, str]


@dataclass(frozen=True)
class Split:
    learn: NDArray[np.int64]
    calibrate: NDArray[np.int64]
    test: NDArray[np.int64]


def try_file(
    table: Table, target: str, excluded: Sequence[str] = (), *, time_ordered: bool = False, positive: str = ""
) -> Tried:
    """Raises Refused where the target is not yes or no, or there are too few people of either kind."""
    wanted = target_of(table, target, positive)
    features = features_of(table, target, excluded)
    if not features.features:
        raise Refused(f"{table.name} has no column that a model may learn from: {features.refused | features.left_out}")
    split = split_of(np.flatnonzero(~np.isnan(wanted)), time_ordered=time_ordered)
    for part in (split.learn, split.calibrate, split.test):
        refuse_few(wanted[part], target)
    with on_one_core():
        return tried(features, wanted, split, time_ordered=time_ordered)


def tried(features: Features, wanted: Floats, split: Split, *, time_ordered: bool) -> Tried:
    trees = fitted(boosted, features, wanted, split)
    plain = fitted(logistic, features, wanted, split)
    matrix, test = features.matrix, split.test
    predicted = trees.predict_proba(matrix[test])[:, 1]
    highest = test[np.argsort(-predicted, kind="stable")[:3]]
    return Tried(
        people=len(wanted), split="the last 30% in the file's order" if time_ordered else f"30% by seed {SEED}",
        boosted=measured(wanted[test], predicted),
        logistic=measured(wanted[test], plain.predict_proba(matrix[test])[:, 1]),
        renewed_boosted=renewed(boosted, features, wanted, split) if time_ordered else None,
        renewed_logistic=renewed(logistic, features, wanted, split) if time_ordered else None,
        weights=weights(trees, features, matrix[test[:2000]]),
        reasons=tuple(tuple(one) for one in reasons(trees, features, matrix[highest])),
        refused=features.refused, left_out=features.left_out,
    )  # fmt: skip


def fitted(fit: Fit, features: Features, wanted: Floats, split: Split) -> Model:
    matrix = features.matrix
    model = fit(matrix[split.learn], wanted[split.learn], features.categorical)
    return calibrated(model, matrix[split.calibrate], wanted[split.calibrate])


def renewed(fit: Fit, features: Features, wanted: Floats, split: Split) -> Measured:
    known, predicted = np.concatenate([split.learn, split.calibrate]), []
    for block in np.array_split(split.test, BLOCKS):
        first = round(len(known) * (1 - RECENT))
        model = fitted(fit, features, wanted, Split(known[:first], known[first:], block))
        predicted.append(model.predict_proba(features.matrix[block])[:, 1])
        known = np.concatenate([known, block])
    return measured(wanted[split.test], np.concatenate(predicted))


def target_of(table: Table, target: str, positive: str) -> Floats:
    values = outcomes(table, target, positive)
    known = values[~np.isnan(values)]
    others = np.flatnonzero(~np.isin(values, (0.0, 1.0)) & ~np.isnan(values))
    if len(others):
        raise table.refuse(int(others[0]), target, "is no yes or no: say which word counts as yes (--positive)")
    if not len(known):
        raise Refused(f"{table.name}: column {target!r} has no value in any row")
    return values


def split_of(rows: NDArray[np.int64], *, time_ordered: bool) -> Split:
    """Learnt from the first, calibrated on the next, tried on the last; in the file's order or by a fixed seed."""
    order = rows if time_ordered else np.random.default_rng(SEED).permutation(rows)
    first, second = round(len(order) * LEARNT), round(len(order) * (LEARNT + CALIBRATED))
    return Split(order[:first], order[first:second], order[second:])


def refuse_few(wanted: Floats, target: str) -> None:
    yes = int(wanted.sum())
    if min(yes, len(wanted) - yes) < FEWEST:
        raise Refused(
            f"too few to learn from: {yes:,} of {len(wanted):,} people in one part of the file are yes in {target!r}; "
            f"a model needs {FEWEST} of each kind in each part"
        )
