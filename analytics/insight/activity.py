"""How often somebody will come again: the BG/NBD model.

P. Fader, B. Hardie, K. L. Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005), cited as FHL. While
active, somebody comes at a rate of their own (gamma distributed: r, alpha); after each coming they stop for good with a
probability of their own (beta distributed: a, b).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from analytics.insight.values import Floats
from records.intake.problems import Refused

WEEK = 7.0
FEWEST = 20  # people, with fewer four parameters are guesswork


@dataclass(frozen=True)
class Histories:
    """Of each person: comings after the first, weeks from the first to the last, weeks from the first to the end."""

    people: list[str]
    frequency: Floats
    recency: Floats
    age: Floats


@dataclass(frozen=True)
class Fit:
    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


def histories(comings: Iterable[tuple[str, date]], until: date) -> Histories:
    """By person, until that day included. Several comings on a day are one."""
    by_person: defaultdict[str, set[date]] = defaultdict(set)
    for person, day in comings:
        if day <= until:
            by_person[person].add(day)
    people = sorted(by_person)
    spans = [(len(by_person[one]) - 1, min(by_person[one]), max(by_person[one])) for one in people]
    return Histories(
        people,
        np.array([float(times) for times, _, _ in spans]),
        np.array([(last - first).days / WEEK for _, first, last in spans]),
        np.array([(until - first).days / WEEK for _, first, _ in spans]),
    )


def fit(known: Histories) -> Fit:
    """By maximum likelihood. Raises Refused where the histories tell too little."""
    if len(known.people) < FEWEST:
        raise Refused(f"{len(known.people)} people are too few for a model of comings: it takes {FEWEST}")
    if not (known.frequency > 0).any():
        raise Refused("nobody came twice: nothing tells how often people come again")
    best = min(
        (_fit_from(known, start) for start in ((0.0, 0.0, 0.0, 0.0), (-1.0, 1.0, 0.0, 1.0))), key=lambda one: one.fun
    )
    if not np.isfinite(best.fun):
        raise Refused("no parameters fit these histories: are the days right?")
    r, alpha, a, b = np.exp(best.x)
    return Fit(float(r), float(alpha), float(a), float(b), -float(best.fun))


def _fit_from(known: Histories, start: tuple[float, ...]):  # type: ignore[no-untyped-def]
    """In logarithms, so that each parameter stays above zero and none is steeper than the others."""
    distinct, weights = np.unique(
        np.column_stack([known.frequency, known.recency, known.age]), axis=0, return_counts=True
    )
    x, recency, age = distinct.T

    def cost(logs: Floats) -> float:
        with np.errstate(all="ignore"):
            total = -float(weights @ log_likelihood(np.exp(logs), x, recency, age))
        return total if np.isfinite(total) else 1e18

    return minimize(cost, np.array(start), method="Nelder-Mead",
                    options={"maxiter": 5000, "maxfev": 5000, "xatol": 1e-7, "fatol": 1e-7})  # fmt: skip


def log_likelihood(parameters: Floats, x: Floats, recency: Floats, age: Floats) -> Floats:
    """Of each person: equation 6 of FHL, in the logarithms that keep long histories finite."""
    r, alpha, a, b = parameters
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    active = -(r + x) * np.log(alpha + age)
    gone = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency), -np.inf)
    result: Floats = common + np.logaddexp(active, gone)
    return result


def alive(fitted: Fit, known: Histories) -> Floats:
    """The probability that each person still comes at all; 1 for who came once, of whom the model cannot tell."""
    r, alpha, a, b = fitted.r, fitted.alpha, fitted.a, fitted.b
    x = known.frequency
    odds = (
        np.log(a) - np.log(b + np.maximum(x, 1) - 1) + (r + x) * np.log((alpha + known.age) / (alpha + known.recency))
    )
    return np.where(x > 0, 1 / (1 + np.exp(odds)), 1.0)


def expected(fitted: Fit, known: Histories, weeks: float) -> Floats:
    """How often each person comes in so many weeks from the end (equation 10 of FHL)."""
    r, alpha, a, b = fitted.r, fitted.alpha, fitted.a, fitted.b
    x = known.frequency
    share = weeks / (alpha + known.age + weeks)
    stays = hyp2f1(r + x, b + x, a + b + x - 1, share) * ((alpha + known.age) / (alpha + known.age + weeks)) ** (r + x)
    if abs(a - 1) < 1e-6:
        a += 1e-6  # the formula is a limit there
    result: Floats = (a + b + x - 1) / (a - 1) * (1 - stays) * alive(fitted, known)
    return result


def came(comings: Iterable[tuple[str, date]], after: date, weeks: float, people: list[str]) -> Floats:
    """How often each person did come in so many weeks after that day, days of several comings once."""
    last = after + timedelta(days=round(weeks * WEEK))
    days = {(person, day) for person, day in comings if after < day <= last}
    counts: defaultdict[str, int] = defaultdict(int)
    for person, _ in days:
        counts[person] += 1
    return np.array([float(counts[person]) for person in people])
