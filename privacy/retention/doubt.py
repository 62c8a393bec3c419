"""Who shows life: persons who did something after the day on which their relationship is said to have ended.

That end is in doubt then, and nothing that goes by it is disposed of until somebody has looked.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from privacy.holdings import SELF, holding_models
from privacy.retention.kinds import Kind, day_by

DAY = "_day_of_life"
ENDS = "relationship_ends"


def in_doubt(kind: Kind, trigger: str) -> Q | None:
    """That a row's clock is the end of a relationship which is in doubt. None where the clock is another."""
    path = kind.holds.individual
    if trigger != ENDS or not path:
        return None
    signs = list(_signs(path))
    return reduce(or_, signs) if signs else None


def _signs(path: str) -> Iterator[Q]:
    """For each model that shows life: that a row of it is later than the end of the person's relationship.

    Asked person by person, so that a batch looks at its own people's rows alone, by the indexes of their persons.
    """
    holding = dict(holding_models())
    ends = [holds.clock for holds in holding.values() if holds.individual == SELF]
    who, end = ("pk", ends[0]) if path == SELF else (path, f"{path}__{ends[0]}")
    for model, holds in holding.items():
        if holds.shows_life and holds.individual:
            rows = model._base_manager.annotate(**{DAY: day_by(model, holds.shows_life)})
            later = {holds.individual: OuterRef(who), f"{DAY}__gt": OuterRef(end)}
            yield Q(Exists(rows.filter(**later)))
