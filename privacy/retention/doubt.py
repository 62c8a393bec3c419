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
    who, end = _who_and_end(path)
    signs = list(_signs(who, end))
    # Nearly everybody's relationship goes on: of them no sign is looked for. Of 20,000 customers a list took 30 s with
    # the signs of all, and takes 6 s so.
    return Q(**{f"{end}__isnull": False}) & reduce(or_, signs) if signs else None


def _who_and_end(path: str) -> tuple[str, str]:
    """The lookups of the person and of the day on which their relationship ended."""
    ends = next(holds.clock for _, holds in holding_models() if holds.individual == SELF)
    return ("pk", ends) if path == SELF else (path, f"{path}__{ends}")


def _signs(who: str, end: str) -> Iterator[Q]:
    """For each model that shows life: that a row of it is later than the end of the person's relationship.

    Asked person by person, so that a batch looks at its own people's rows alone, by the indexes of their persons.
    """
    for model, holds in holding_models():
        if holds.shows_life and holds.individual:
            rows = model._base_manager.exclude(holds.lifeless).annotate(**{DAY: day_by(model, holds.shows_life)})
            later = {holds.individual: OuterRef(who), f"{DAY}__gt": OuterRef(end)}
            yield Q(Exists(rows.filter(**later)))
