"""Whom a variant moved: the difference it made, by people, learnt on some and held against others.

Each person's response with the variant and without it is foretold by two models (the two-model approach), learnt on the
half of the people that they are not in. A Qini curve adds up what was gained when people are taken in that order (N.
Radcliffe, "Using control groups to target on predicted lift", 2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.insight.responding.features import Features, features_of
from analytics.insight.responding.fitting import SEED, Model, boosted, on_one_core
from analytics.insight.tables import Table
from analytics.insight.values import Floats, outcomes
from analytics.reports.intervals import Lift, lift_of_rates
from records.intake.problems import Refused

Mask = NDArray[np.bool_]
FEWEST = 20  # who did it, in each arm of each half
DRAWS = 300  # orders by chance, and people drawn again, for the spread of what is shown
SEGMENTS = 5


@dataclass(frozen=True)
class Segment:
    """People ranked alike by what the variant is thought to do to them: what it was thought to do, and what it did."""

    name: str
    people: int
    foretold: float
    lift: Lift


@dataclass(frozen=True)
class Curve:
    """`area`: between the curve and the straight line of a random order, per person, in responses gained; `low` and
    `high` bound it at 95% by people drawn again. `points`: the gain per person when so many tenths are written to."""

    area: float
    low: float
    high: float
    points: tuple[float, ...]


@dataclass(frozen=True)
class Uplift:
    """`random_high`: the area that one of twenty random orders exceeds."""

    people: int
    arm: str
    control: str
    outcome: str
    by_uplift: Curve
    by_response: Curve
    random_high: float
    segments: tuple[Segment, ...]
    refused: dict[str, str]
    left_out: dict[str, str]


@dataclass(frozen=True)
class Data:
    features: Features
    treated: Mask
    wanted: Floats


def uplift(table: Table, arm: str, outcome: str, treatment: str, control: str, excluded: list[str]) -> Uplift:
    """Raises Refused where an arm is missing, the outcome is no yes or no, or too few people did it."""
    data, refused, left_out = data_of(table, arm, outcome, treatment, control, excluded)
    with on_one_core():
        effect, response = out_of_sample(data)
    chance = np.random.default_rng(SEED)
    random = [area(chance.permutation(len(effect)), data) for _ in range(DRAWS)]
    return Uplift(
        people=len(effect), arm=treatment, control=control, outcome=outcome,
        by_uplift=curve(effect, data), by_response=curve(response, data), random_high=float(np.quantile(random, 0.95)),
        segments=tuple(segments(effect, data)), refused=refused, left_out=left_out,
    )  # fmt: skip


def data_of(
    table: Table, arm: str, outcome: str, treatment: str, control: str, excluded: list[str]
) -> tuple[Data, dict[str, str], dict[str, str]]:
    arms = np.array([text.strip() for text in table.column(arm)])
    for name in (treatment, control):
        if not (arms == name).any():
            raise Refused(f"{table.name}: no row has {name!r} in {arm!r}: there are {', '.join(sorted(set(arms)))}")
    wanted = outcomes(table, outcome)
    if not np.isin(wanted[~np.isnan(wanted)], (0.0, 1.0)).all():
        raise Refused(f"{table.name}: {outcome!r} is no yes or no: whom a variant moved is told of those alone")
    features = features_of(table, outcome, [*excluded, arm])
    kept = np.isin(arms, (treatment, control)) & ~np.isnan(wanted)
    if not features.features:
        raise Refused(f"{table.name} has no column that tells people apart and may be used")
    return Data(cut(features, kept), (arms == treatment)[kept], wanted[kept]), features.refused, features.left_out


def cut(features: Features, kept: Mask) -> Features:
    parts = tuple(type(one)(one.name, one.values[kept], one.categories) for one in features.features)
    return Features(parts, features.refused, features.left_out)


def out_of_sample(data: Data) -> tuple[Floats, Floats]:
    """For each person the difference that the variant makes, and the response to it, by models of the other half."""
    matrix, size = data.features.matrix, len(data.wanted)
    half = np.random.default_rng(SEED).permutation(size) < size // 2
    effect, response = np.zeros(size), np.zeros(size)
    for learn, rest in ((half, ~half), (~half, half)):
        with_it = learnt(matrix, data, learn & data.treated)
        without = learnt(matrix, data, learn & ~data.treated)
        response[rest] = with_it.predict_proba(matrix[rest])[:, 1]
        effect[rest] = response[rest] - without.predict_proba(matrix[rest])[:, 1]
    return effect, response


def learnt(matrix: Floats, data: Data, people: Mask) -> Model:
    yes = int(data.wanted[people].sum())
    if min(yes, int(people.sum()) - yes) < FEWEST:
        raise Refused(f"too few to learn from: {yes:,} of {int(people.sum()):,} people of an arm's half did it")
    return boosted(matrix[people], data.wanted[people], data.features.categorical)


def gains(order: NDArray[np.int64], data: Data) -> Floats:
    """Responses gained per person of all when the first so many in this order are written to (Qini)."""
    treated, wanted = data.treated[order], data.wanted[order]
    many, few = np.cumsum(treated), np.cumsum(~treated)
    with_it, without = np.cumsum(wanted * treated), np.cumsum(wanted * ~treated)
    fair = without * np.divide(many, few, out=np.zeros(len(order)), where=few > 0)
    result: Floats = (with_it - fair) / max(1, int(data.treated.sum()))
    return result


def area(order: NDArray[np.int64], data: Data) -> float:
    """Between the gains in this order and the straight line to the same end."""
    found = gains(order, data)
    return float(np.mean(found) - found[-1] / 2)


def curve(scores: Floats, data: Data) -> Curve:
    order = np.argsort(-scores, kind="stable")
    chance = np.random.default_rng(SEED)
    again = []
    for _ in range(DRAWS):
        drawn = np.sort(chance.integers(0, len(order), len(order)))
        again.append(area(order[drawn], data))
    low, high = np.quantile(again, (0.025, 0.975))
    found = gains(order, data)
    tenths = tuple(float(found[round(len(order) * tenth / 10) - 1]) for tenth in range(1, 11))
    return Curve(area(order, data), float(low), float(high), tenths)


def segments(effect: Floats, data: Data) -> Iterator[Segment]:
    """Fifths of the people by the foretold difference, the highest first, each with what the variant did to it."""
    order = np.argsort(-effect, kind="stable")
    for number, part in enumerate(np.array_split(order, SEGMENTS), start=1):
        treated, wanted = data.treated[part], data.wanted[part]
        lift = lift_of_rates(
            int(wanted[treated].sum()), int(treated.sum()), int(wanted[~treated].sum()), int((~treated).sum())
        )
        yield Segment(f"fifth {number} of {SEGMENTS}", len(part), float(effect[part].mean()), lift)
