"""How likely two records are of the same person: a sum of evidence for and against.

Each weight is in the manner of Fellegi and Sunter (A Theory for Record Linkage, JASA 64, 1969): a logarithm of how much
likelier the agreement is among the same than among different people. They were set by hand and measured
(benchmarks/README.md).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from records.identity.normal import LITTLE_WORDS, ORGANIZATION_WORDS

SURE = 5.0  # merged without asking
DOUBTFUL = 3.0  # put before a person
MOST_FOR_OTHER_NAMES = SURE - 0.1  # two people's different names are never a sure match, whatever else agrees
MOST_FOR_STRANGERS = DOUBTFUL - 0.1  # names without a word in common, in one house or at one switchboard
LONGEST_PERSONAL_NAME = 4
SAME_PERSONAL_NAME = 0.85  # of rapidfuzz's token_sort_ratio
SAME_STREET = 0.85  # of rapidfuzz's ratio
NAMES_NEITHER = 0.4  # the likeness that speaks neither for nor against
SHARED_WORD_OF_ORGANIZATIONS = 0.25


class Evidence(StrEnum):
    """What speaks for two records being of the same person."""

    IDENTIFIER = "identifier"
    EMAIL = "e-mail"
    PHONE = "phone"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True)
class Profile:
    """What is compared of one record, in normal form. `street` is house number and telling words."""

    name: tuple[str, ...]
    emails: frozenset[str]
    phones: frozenset[str]
    street: tuple[str, str]
    identifiers: frozenset[str]

    @property
    def is_personal(self) -> bool:
        """Whether the name reads like a person's rather than an organization's."""
        short = 1 < len(self.name) <= LONGEST_PERSONAL_NAME
        return short and all(word.isalpha() and word not in ORGANIZATION_WORDS for word in self.name)


@dataclass(frozen=True)
class Likeness:
    score: float
    evidence: tuple[Evidence, ...]


def likeness(one: Profile, other: Profile) -> Likeness:
    """How likely the two are the same, and what says so. Symmetric."""
    weights = {
        Evidence.IDENTIFIER: 8.0 if one.identifiers & other.identifiers else 0.0,
        Evidence.EMAIL: _either(one.emails, other.emails, agree=6.0, differ=-0.5),
        Evidence.PHONE: _either(one.phones, other.phones, agree=3.5, differ=-0.5),
        Evidence.ADDRESS: _address(one.street, other.street),
        Evidence.NAME: _names(one.name, other.name),
    }
    score = sum(weights.values())
    if one.is_personal and other.is_personal:
        score = min(score, _most_for_names(one, other))
    return Likeness(round(score, 2), tuple(kind for kind, weight in weights.items() if weight > 0))


def _most_for_names(one: Profile, other: Profile) -> float:
    """The most that two people's names allow: an identifier or e-mail address of both keeps strangers' doubtful."""
    if _same_personal_name(one.name, other.name):
        return math.inf
    is_shared = one.identifiers & other.identifiers or one.emails & other.emails
    return MOST_FOR_OTHER_NAMES if is_shared or name_likeness(one.name, other.name) else MOST_FOR_STRANGERS


def _either(one: frozenset[str], other: frozenset[str], *, agree: float, differ: float) -> float:
    """Nothing is said where one of them is unknown."""
    if one & other:
        return agree
    return differ if one and other else 0.0


def _address(one: tuple[str, str], other: tuple[str, str]) -> float:
    if not one[0] or not other[0]:
        return 0.0
    if one == other:
        return 4.5
    if one[0] == other[0] and fuzz.ratio(one[1], other[1]) > SAME_STREET * 100:
        return 3.5
    return -2.0


def _names(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    alike = name_likeness(one, other)
    return (alike - NAMES_NEITHER) * (5 if alike >= NAMES_NEITHER else 6)


def name_likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """The share of the shorter name's words that the other has too, from 0 to 1; common words weigh little."""
    words, others = set(one), set(other)
    least = min(_weight(words), _weight(others))
    return _weight(words & others) / least if least else 0.0


def _weight(words: set[str]) -> float:
    return sum(_weight_of(word) for word in words)


def _weight_of(word: str) -> float:
    if word in LITTLE_WORDS:
        return 0.0
    return SHARED_WORD_OF_ORGANIZATIONS if word in ORGANIZATION_WORDS else 1.0


def _same_personal_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same words but for a slip of the pen, in whatever order."""
    return fuzz.token_sort_ratio(" ".join(one), " ".join(other)) >= SAME_PERSONAL_NAME * 100
