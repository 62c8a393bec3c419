"""How many more people a test needs to see a difference worth having."""

import math
from dataclasses import dataclass
from statistics import NormalDist

POWER = 0.8
REACH = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(POWER)
WORTH = 0.1  # of the control's value: what is looked for where nobody says


@dataclass(frozen=True)
class Power:
    """`seen`: the difference that would be seen four times in five with the people there are. `worth`: the one that is
    looked for; `more`: how many more people of both arms together that takes (0 where there are enough, None where no
    number would tell)."""

    seen: float | None
    worth: float
    more: int | None


def power(variance: float, people: int, control_people: int, control_value: float, worth: float | None) -> Power:
    """By the normal approximation, arms growing in the proportion they have. `variance` is of one person's outcome."""
    lift = abs(control_value) * WORTH if worth is None else worth
    if variance <= 0 or not people or not control_people:
        return Power(None, lift, None)
    spread = variance * (1 / people + 1 / control_people)
    seen = REACH * math.sqrt(spread)
    if lift <= 0:
        return Power(seen, lift, None)
    times = (seen / lift) ** 2
    return Power(seen, lift, max(0, math.ceil((times - 1) * (people + control_people))))


def rounded(number: int) -> int:
    """To two figures, upwards: `3,942` is about 4,000."""
    step = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / step) * step
