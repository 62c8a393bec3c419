"""Who shows life: persons who did something after the day on which their relationship is said to have ended.

That end is in doubt then, and nothing that goes by it is disposed of until somebody has looked.
"""

from functools import reduce
from operator import or_

from django.db.models import F, Q

from privacy.holdings import SELF, Holds, holding_models
from privacy.retention.kinds import Kind, day_by

DAY = "_day_of_life"
ENDS = "relationship_ends"


def in_doubt(kind: Kind, trigger: str) -> Q | None:
    """That a row's clock is the end of a relationship which is in doubt. None where the clock is another."""
    path = kind.holds.individual
    if trigger != ENDS or not path:
        return None
    people = [Q(**{f"{'pk' if path == SELF else path}__in": alive}) for alive in _alive()]
    return reduce(or_, people) if people else None


def _alive() -> list[object]:
    """For each kind of sign the keys of those who gave it later than their relationship ended."""
    holding = dict(holding_models())
    (end,) = [holds.clock for holds in holding.values() if holds.individual == SELF] or [""]
    return [
        model._base_manager.annotate(**{DAY: day_by(model, holds.shows_life)})
        .filter(**{f"{DAY}__gt": F(f"{holds.individual}__{end}")})
        .values(holds.individual)
        for model, holds in holding.items()
        if holds.shows_life and end and holds.individual
    ]


def signs() -> list[tuple[str, Holds]]:
    """The models whose rows show life, by label."""
    return [(model._meta.label, holds) for model, holds in holding_models() if holds.shows_life]
