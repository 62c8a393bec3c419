"""Which campaigns conversions are owed to, by six rules. Each shares out every conversion whole.

The data-driven one is the removal effect of a Markov chain of campaigns (E. Anderl and others, "Mapping the customer
journey", International Journal of Research in Marketing 33, 2016): how many fewer would convert if whoever comes to a
campaign went no further.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

HALF_LIFE = 7.0  # days in which the credit of a touch halves
ENDS = 0.4  # of a conversion to the first and to the last touch each; the rest to those between
BEGIN, CONVERTED, LOST = "(begin)", "(converted)", "(lost)"  # names no campaign's slug can have

Credit = dict[str, float]


@dataclass(frozen=True)
class Touch:
    """A campaign that somebody met, so many days before the path ended."""

    campaign: str
    days_before: float


@dataclass(frozen=True)
class Path:
    """What somebody met, in order of time, and how often they converted at its end (0: not).

    `walks` is how many people's path it is, their conversions taken together.
    """

    touches: Sequence[Touch]
    conversions: float
    walks: int = 1


@dataclass(frozen=True)
class Attribution:
    """Credit by rule and campaign; `untouched` conversions came from people who had met no campaign."""

    conversions: float
    untouched: float
    credit: Mapping[str, Credit]


def first(path: Path) -> list[float]:
    return [1.0] + [0.0] * (len(path.touches) - 1)


def last(path: Path) -> list[float]:
    return [0.0] * (len(path.touches) - 1) + [1.0]


def linear(path: Path) -> list[float]:
    return [1.0 / len(path.touches)] * len(path.touches)


def time_decay(path: Path) -> list[float]:
    nearest = min(touch.days_before for touch in path.touches)  # the same shares, and no sum of zeros long before
    weights = [0.5 ** ((touch.days_before - nearest) / HALF_LIFE) for touch in path.touches]
    return [weight / sum(weights) for weight in weights]


def position(path: Path) -> list[float]:
    count = len(path.touches)
    if count < 3:
        return linear(path)
    return [ENDS, *([(1 - 2 * ENDS) / (count - 2)] * (count - 2)), ENDS]


RULES: dict[str, Callable[[Path], list[float]]] = {
    "first": first, "last": last, "linear": linear, "time decay": time_decay, "position": position,
}  # fmt: skip
REMOVAL = "removal effect"


def attribute(paths: Iterable[Path]) -> Attribution:
    known = list(paths)
    touched = [path for path in known if path.touches]
    credit: dict[str, Credit] = {name: by_rule(touched, rule) for name, rule in RULES.items()}
    credit[REMOVAL] = by_removal(touched, credit["linear"])
    total = sum(path.conversions for path in known)
    return Attribution(total, total - sum(path.conversions for path in touched), credit)


def by_rule(paths: Iterable[Path], rule: Callable[[Path], list[float]]) -> Credit:
    credit: defaultdict[str, float] = defaultdict(float)
    for path in paths:
        for touch, share in zip(path.touches, rule(path), strict=True):
            credit[touch.campaign] += share * path.conversions
    return dict(credit)


def by_removal(paths: Sequence[Path], otherwise: Credit) -> Credit:
    """Conversions in proportion to the removal effects; as `otherwise` where no removal changes anything."""
    steps = transitions(paths)
    campaigns = sorted(set(steps) - {BEGIN})
    whole = reached(steps, campaigns)
    effects = {name: max(0.0, whole - reached(steps, campaigns, without=name)) for name in campaigns}
    conversions, among = sum(path.conversions for path in paths), sum(effects.values())
    if not among:
        return otherwise
    return {name: effect / among * conversions for name, effect in effects.items()}


def transitions(paths: Iterable[Path]) -> dict[str, Counter[str]]:
    """How often each step was followed by each: a path of several conversions was walked so many times."""
    steps: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in paths:
        names = [BEGIN, *(touch.campaign for touch in path.touches)]
        times = path.conversions or path.walks
        for here, there in zip(names, [*names[1:], CONVERTED if path.conversions else LOST], strict=True):
            steps[here][there] += times  # type: ignore[assignment]
    return dict(steps)


def reached(steps: Mapping[str, Counter[str]], campaigns: Sequence[str], without: str = "") -> float:
    """The chance that a walk from the beginning converts, when whoever comes to `without` is lost."""
    names = [BEGIN, *(name for name in campaigns if name != without)]
    place = {name: number for number, name in enumerate(names)}
    matrix, converts = np.eye(len(names)), np.zeros(len(names))
    for name in names:
        following = steps.get(name, Counter())
        total = sum(following.values())
        for there, times in following.items():
            if there == CONVERTED:
                converts[place[name]] += times / total
            elif there in place:
                matrix[place[name], place[there]] -= times / total
    return float(np.linalg.solve(matrix, converts)[0])
