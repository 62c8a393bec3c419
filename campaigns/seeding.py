"""The draw's number for each person: the same from the same seed, wherever and whenever it is worked out.

A person's place is the first eight bytes of SHA-256 over the seed (eight bytes, big-endian) and the customer's key
(sixteen bytes), without the sign bit, modulo the number of lots. Each arm owns as many lots, in order, as its share:
the holdout `percent` in a hundred, the others the rest in proportion to their weights. sql/draw_people.sql does the
same in the database. Source: drawing by hashing, as in R. Kohavi, D. Tang, Y. Xu, Trustworthy Online Controlled
Experiments (2020), chapter 14.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from scipy.special import chdtrc

from campaigns.models import Variant

PERCENT = 100
# Below it an uneven draw is no chance any more: once in a thousand launches it is said wrongly.
SUSPICIOUS = 0.001


def new_seed() -> int:
    """63 random bits."""
    return secrets.randbits(63)


@dataclass(frozen=True)
class Lots:
    """One arm's lots: from `first` on, up to `end`, which is the next one's first."""

    variant_id: int
    first: int
    end: int


def lots_of(variants: Sequence[Variant], holdout_percent: int) -> list[Lots]:
    """Each arm's lots, the holdout's first. Whole numbers: percent times weight, so that no share is rounded."""
    treated = [variant for variant in variants if not variant.is_holdout]
    weight = sum(variant.weight for variant in treated)
    sizes = [(variant.pk, holdout_percent * weight) for variant in variants if variant.is_holdout]
    sizes += [(variant.pk, (PERCENT - holdout_percent) * variant.weight) for variant in treated]
    found, first = [], 0
    for variant_id, size in sizes:
        found.append(Lots(variant_id, first, first + size))
        first += size
    return found


def place(seed: int, key: UUID, lots: int) -> int:
    """The lot that the person of this key draws, of so many."""
    digest = sha256(seed.to_bytes(8, "big") + key.bytes).digest()
    return (int.from_bytes(digest[:8], "big") & (2**63 - 1)) % lots


def drawn(seed: int, key: UUID, lots: Sequence[Lots]) -> int:
    """The id of the variant that the person falls into."""
    number = place(seed, key, lots[-1].end)
    return next(one.variant_id for one in lots if one.first <= number < one.end)


# Was the draw fair? -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ArmCount:
    """How many an arm has, and how many its share of all would be."""

    variant_id: int
    people: int
    expected: float


@dataclass(frozen=True)
class Balance:
    """`p`: how often a fair draw would be at least as uneven; None where one arm alone has nothing to be even with."""

    arms: list[ArmCount]
    p: float | None

    @property
    def is_suspicious(self) -> bool:
        return self.p is not None and self.p < SUSPICIOUS


def balance(people: dict[int, int], lots: Sequence[Lots]) -> Balance:
    """The sample-ratio check: Pearson's chi-square of the counts by variant against their shares."""
    total, all_lots = sum(people.values()), lots[-1].end if lots else 1
    arms = [
        ArmCount(one.variant_id, people.get(one.variant_id, 0), total * (one.end - one.first) / all_lots)
        for one in lots
    ]
    if len(arms) < 2 or not total:
        return Balance(arms, None)
    statistic = sum((arm.people - arm.expected) ** 2 / arm.expected for arm in arms)
    return Balance(arms, float(chdtrc(len(arms) - 1, statistic)))
