"""The inventory: each model that holds records of the notice, from its own declaration, and the register of paper."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count

from privacy.holdings import holding_models
from privacy.models import PhysicalUnit
from privacy.physical.enums import Medium
from privacy.vault.checking import sealed_fields

HEADS = (
    "holding", "kept in", "categories", "elements", "encrypted fields", "retention rules", "rows, about",
)  # fmt: skip
# Of a partitioned table the leaves; its own row in pg_class would count them again. -1 is one that was never counted.
ROWS = """
SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class
WHERE relkind = 'r' AND (oid = %(table)s::regclass
    OR oid IN (SELECT relid FROM pg_partition_tree(%(table)s::regclass) WHERE isleaf))
"""


def rows() -> Iterator[tuple[str, str, str, int, str, str, int]]:
    """By model; rows are the database's own estimate, so that a log of millions is not counted for it."""
    for model, holds in holding_models():
        yield (
            str(model._meta.verbose_name_plural),
            model._meta.label,
            ", ".join(map(str, holds.categories)),
            len(holds.element_ids),
            ", ".join(field.name for field in sealed_fields(model)),
            ", ".join(rule.removeprefix("RET-") for rule in holds.rules),
            _estimate(model._meta.db_table),
        )
    yield from _paper()


def _estimate(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"table": f'"{table}"'})
        (found,) = cursor.fetchone()
    return int(found)


def _paper() -> Iterator[tuple[str, str, str, int, str, str, int]]:
    """What is kept of the register, by series and medium, counted."""
    kept = PhysicalUnit.objects.filter(destroyed_on=None).order_by("series", "medium", "rule")
    for series, medium, rule, categories, count in kept.values_list("series", "medium", "rule", "categories").annotate(
        Count("pk")
    ):
        where = Medium(medium).label
        yield (series, where, ", ".join(map(str, categories)), 0, "", rule.removeprefix("RET-"), count)
