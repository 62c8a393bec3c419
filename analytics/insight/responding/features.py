"""The columns of a file as what a model may learn from, and why each of the others is left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from analytics.insight.responding.forbidden import forbidden_of, refusal
from analytics.insight.tables import Table
from analytics.insight.values import Floats, as_number, is_missing

MOST_CATEGORIES = 40
UNIQUE = 0.5  # a text of which more than so many rows have their own is a name, not a kind


@dataclass(frozen=True)
class Feature:
    """One column: numbers, or the places of `categories` (the last is all others); NaN where it is missing."""

    name: str
    values: Floats
    categories: tuple[str, ...] = ()

    def shown(self, value: float) -> str:
        if np.isnan(value):
            return "unknown"
        return self.categories[int(value)] if self.categories else f"{value:,.6g}"


@dataclass(frozen=True)
class Features:
    """`refused` says by column why the model may not have it, `left_out` why it would be of no use."""

    features: tuple[Feature, ...]
    refused: dict[str, str]
    left_out: dict[str, str]

    @property
    def matrix(self) -> Floats:
        return np.column_stack([feature.values for feature in self.features])

    @property
    def categorical(self) -> list[bool]:
        return [bool(feature.categories) for feature in self.features]


def features_of(table: Table, target: str, excluded: Iterable[str]) -> Features:
    """Everything but the target, what was excluded, what is forbidden and what tells nothing."""
    for name in excluded:
        table.column(name)
    found: list[Feature] = []
    refused: dict[str, str] = {}
    left_out = dict.fromkeys(excluded, "excluded")
    for name, texts in table.columns.items():
        if name == target or name in left_out:
            continue
        if kind := forbidden_of(name):
            refused[name] = refusal(kind)
        elif isinstance(read := feature_of(name, texts), str):
            left_out[name] = read
        else:
            found.append(read)
    return Features(tuple(found), refused, left_out)


def feature_of(name: str, texts: list[str]) -> Feature | str:
    """The column, or why it is of no use."""
    known = Counter(text.strip() for text in texts if not is_missing(text))
    if len(known) < 2:
        return "says the same of everybody"
    numbers = {text: as_number(text) for text in known}
    if all(number is not None for number in numbers.values()):
        if len(known) == len(texts) and name.lower().endswith("id"):
            return "names each row"
        return Feature(name, of_known(texts, {text: number for text, number in numbers.items() if number is not None}))
    if len(known) > UNIQUE * len(texts) and len(known) > MOST_CATEGORIES:
        return "names each row"
    names = [text for text, _ in known.most_common(MOST_CATEGORIES)]
    places = {text: float(place) for place, text in enumerate(names)}
    rest = (*names, "other") if len(known) > len(names) else tuple(names)
    return Feature(name, of_known(texts, {text: places.get(text, float(len(names))) for text in known}), rest)


def of_known(texts: list[str], values: dict[str, float]) -> Floats:
    return np.fromiter((values.get(text.strip(), np.nan) for text in texts), dtype=np.float64, count=len(texts))
