"""What a proof declares: figures of ours beside published ones, and how near they must come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Rule(StrEnum):
    """How ours must stand to the figure beside it, which was published or is another of the same run."""

    NEAR = "within"
    AT_LEAST = "at least, less"
    AT_MOST = "at most, plus"
    SHOWN = "shown only"


@dataclass(frozen=True)
class Figure:
    """`beside` was published, or is what ours must beat; None where ours is only shown."""

    name: str
    ours: float
    beside: float | None = None
    allowed: float = 0.0
    rule: Rule = Rule.SHOWN

    @property
    def difference(self) -> float | None:
        return None if self.beside is None else self.ours - self.beside

    @property
    def holds(self) -> bool:
        if self.difference is None or self.rule is Rule.SHOWN:
            return True
        rounding = 1e-9
        return {
            Rule.NEAR: abs(self.difference) <= self.allowed + rounding,
            Rule.AT_LEAST: self.difference >= -self.allowed - rounding,
            Rule.AT_MOST: self.difference <= self.allowed + rounding,
        }[self.rule]


@dataclass(frozen=True)
class Shown:
    """The figures of a data set, and the whole answer of the method for programs."""

    figures: Iterable[Figure]
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """`show` reads the folder of the data sets. Raises Refused where a file is not there."""

    name: str
    source: str
    show: Callable[[Path], Shown]


def near(name: str, ours: float, published: float, allowed: float) -> Figure:
    return Figure(name, ours, published, allowed, Rule.NEAR)


def at_least(name: str, ours: float, beside: float, allowed: float = 0.0) -> Figure:
    return Figure(name, ours, beside, allowed, Rule.AT_LEAST)


def at_most(name: str, ours: float, beside: float, allowed: float = 0.0) -> Figure:
    return Figure(name, ours, beside, allowed, Rule.AT_MOST)
