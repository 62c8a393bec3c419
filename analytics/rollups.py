"""The rollups, as declarations: which table, by what, summing what.

Each is filled by one statement (`fold_statement`) from the table `fold_facts`, whose columns are the measures
(sql/fold_facts.sql). Adding a rollup: a model in models/rollups.py, an entry here, a migration and a test.
"""

from dataclasses import dataclass

# Sums over events; every rollup has them.
ENGAGEMENT = (
    "facts",
    "shares",
    "deliveries",
    "visits",
    "raw_visits",
    "views",
    "raw_views",
    "unsure_views",
    "dwell_ms",
    "responses",
    "conversions",
    "revenue",
    "unknown_amounts",
)


@dataclass(frozen=True)
class SecondLevel:
    """A rollup of a rollup: sums, over the rows of `Rollup`, of expressions of one row (`{row}`).

    It takes each touched row's expression after the fold less the one before, in the fold's own statement, so
    that people, not only events, are counted in constant time (a person responds once, however often they answer).
    """

    table: str
    grain: tuple[str, ...]
    measures: dict[str, str]


@dataclass(frozen=True)
class Rollup:
    """`table` holds one row for each value of `grain` among the facts that meet `needs`."""

    table: str
    grain: tuple[str, ...]
    needs: str
    measures: tuple[str, ...] = ENGAGEMENT
    extremes: bool = False
    # Whose moments those are, of the log's events: a grain that is none of the event's own columns says it again.
    extremes_of: str = "true"
    second_level: SecondLevel | None = None
    # By verdict or reason: a changed one moves an event from row to row, and may leave one empty.
    by_verdict: bool = False
    # Partitioned as the log is, by series and month: what a month adds is a partition of its own and goes with it.
    by_month: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        return (self.table, self.second_level.table) if self.second_level else (self.table,)


def people(condition: str) -> str:
    """Counts a person of the variant once when the condition holds for their row."""
    return f"({{row}}.recipients > 0 AND {condition})::int"


KNOWN = "{row}.recipients > 0 AND {row}.unknown_amounts = 0"
# Whoever read for ten seconds in all, or came more than once, is engaged.
ENGAGED_MS = 10_000
ENGAGED = f"({{row}}.dwell_ms >= {ENGAGED_MS} OR {{row}}.visits > 1)"

CAMPAIGN_VARIANT = SecondLevel(
    table="analytics_campaignvariant",
    grain=("campaign_id", "variant_id"),
    measures={
        "recipients": people("true"),
        "viewers": people("{row}.views > 0"),
        "raw_viewers": people("{row}.raw_views > 0"),
        "visitors": people("{row}.visits > 0"),
        "responders": people("{row}.responses > 0"),
        "converters": people("{row}.conversions > 0"),
        "shared_people": people("{row}.shares > 0"),
        "delivered_people": people("{row}.deliveries > 0"),
        "engaged_people": people(ENGAGED),
        "unknown_amount_people": people("{row}.unknown_amounts > 0"),
        "revenue_of_known": f"CASE WHEN {KNOWN} THEN {{row}}.revenue ELSE 0 END",
        "revenue_squares_of_known": f"CASE WHEN {KNOWN} THEN {{row}}.revenue * {{row}}.revenue ELSE 0 END",
        **{measure: f"{{row}}.{measure}" for measure in ENGAGEMENT},
    },
)

# Of a material, its people: `recipients` are those with whom it was shared, the others whoever came.
MATERIAL_TOTAL = SecondLevel(
    table="analytics_materialtotal",
    grain=("material_id",),
    measures={
        "recipients": "({row}.shares > 0)::int",
        "viewers": "({row}.views > 0)::int",
        "raw_viewers": "({row}.raw_views > 0)::int",
        "viewing_recipients": "({row}.shares > 0 AND {row}.views > 0)::int",
        "responding_recipients": "({row}.shares > 0 AND {row}.responses > 0)::int",
        "readers": "({row}.dwell_ms > 0)::int",
        "dwell_squares": "({row}.dwell_ms::numeric * {row}.dwell_ms)",
        **{measure: f"{{row}}.{measure}" for measure in ENGAGEMENT},
    },
)

# How long each reader stayed on a page in all, in stretches that end (exclusive) after so many seconds: as sums, so
# that a median is known without a look at each reader. The last stretch has no end.
STRETCHES = (1, 2, 4, 7, 12, 20, 30, 45, 70, 120, 300)


def stretch_columns() -> dict[str, str]:
    """The column of each stretch with the condition that one reader's row fulfils."""
    starts = (0, *STRETCHES)
    conditions = {
        f"within_{end}": f"({{row}}.dwell_ms >= {max(start * 1000, 1)} AND {{row}}.dwell_ms < {end * 1000})"
        for start, end in zip(starts, STRETCHES, strict=False)
    }
    conditions["beyond"] = f"({{row}}.dwell_ms >= {STRETCHES[-1] * 1000})"
    return {name: f"{condition}::int" for name, condition in conditions.items()}


MATERIAL_PAGE = SecondLevel(
    table="analytics_materialpage",
    grain=("material_id", "version", "page"),
    measures={
        "facts": "{row}.facts",
        "readers": "({row}.reads > 0)::int",
        "raw_readers": "({row}.facts > 0)::int",
        "dwell_ms": "{row}.dwell_ms",
        **stretch_columns(),
    },
)

# The order is the order in which rows are locked: every fold goes through the tables in it.
ROLLUPS = (
    Rollup(
        table="analytics_campaignday",
        grain=("campaign_id", "day", "variant_id"),
        needs="campaign_id IS NOT NULL",
        measures=(*ENGAGEMENT, "recipients"),
    ),
    Rollup(table="analytics_materialday", grain=("material_id", "day"), needs="material_id IS NOT NULL"),
    Rollup(
        table="analytics_campaignviewer",
        grain=("viewer_id", "campaign_id", "variant_id"),
        needs="campaign_id IS NOT NULL",
        measures=(*ENGAGEMENT, "recipients"),
        extremes=True,
        second_level=CAMPAIGN_VARIANT,
    ),
    Rollup(
        table="analytics_viewermaterial",
        grain=("viewer_id", "material_id"),
        needs="material_id IS NOT NULL",
        extremes=True,
        second_level=MATERIAL_TOTAL,
    ),
    Rollup(
        table="analytics_viewerpage",
        grain=("viewer_id", "material_id", "version", "page"),
        needs="page IS NOT NULL AND version IS NOT NULL AND material_id IS NOT NULL",
        measures=("facts", "reads", "dwell_ms"),
        extremes=True,
        extremes_of="kind = 'page'",
        second_level=MATERIAL_PAGE,
    ),
    Rollup(
        table="analytics_viewerday",
        grain=("viewer_id", "day", "series", "month"),
        needs="recipients = 0",
        by_month=True,
    ),
    Rollup(table="analytics_viewertotal", grain=("viewer_id",), needs="recipients = 0", extremes=True),
    Rollup(
        table="analytics_verdictday",
        grain=("day", "of_campaign", "verdict", "reason"),
        needs="is_engagement",
        measures=("facts", "raw_visits", "raw_views"),
        by_verdict=True,
    ),
)


def fold_statement(rollup: Rollup) -> str:
    """The statement that adds `fold_facts`, whose measures carry their signs, to the rollup.

    Rows are written in the order of their key, so that folds at the same time wait in one order.
    """
    updates = [f"{measure} = mine.{measure} + excluded.{measure}" for measure in rollup.measures]
    if rollup.extremes:
        updates += [
            "first_at = least(mine.first_at, excluded.first_at)",
            "last_at = greatest(mine.last_at, excluded.last_at)",
        ]
    statement = f"{_sums(rollup)}\nON CONFLICT ({', '.join(rollup.grain)}) DO UPDATE SET\n    " + ",\n    ".join(
        updates
    )
    return with_second_level(statement, rollup.second_level) if rollup.second_level else statement


def fill_statements(rollup: Rollup) -> list[str]:
    """What does the same where the rollup's tables are empty, and need no index for it: half the work."""
    return [_sums(rollup), *([_second_sums(rollup.table, rollup.second_level)] if rollup.second_level else [])]


def _sums(rollup: Rollup) -> str:
    """The facts' sums as new rows, in the order of their key."""
    columns = (*rollup.grain, *rollup.measures)
    values = [*rollup.grain, *(f"sum({measure})" for measure in rollup.measures)]
    if rollup.extremes:
        columns += ("first_at", "last_at")
        values += ["min(seen_at)", "max(seen_at)"]
    grain = ", ".join(rollup.grain)
    return (
        f"INSERT INTO {rollup.table} AS mine ({', '.join(columns)})\n"
        f"SELECT {', '.join(values)}\nFROM fold_facts WHERE {rollup.needs}\nGROUP BY {grain} ORDER BY {grain}"
    )


def _second_sums(table: str, second: SecondLevel) -> str:
    """The second level as new rows, of all rows of the first."""
    grain = ", ".join(second.grain)
    sums = ", ".join(f"sum({expression.format(row='one')})" for expression in second.measures.values())
    return (
        f"INSERT INTO {second.table} ({grain}, {', '.join(second.measures)})\n"
        f"SELECT {grain}, {sums} FROM {table} AS one GROUP BY {grain} ORDER BY {grain}"
    )


def with_second_level(statement: str, second: SecondLevel) -> str:
    """The first level's statement, and the second level's from the rows that it touched, in one."""
    grain = ", ".join(second.grain)
    returned = ",\n    ".join(
        f"{expression.format(row='after')} - coalesce({expression.format(row='before')}, 0) AS {measure}"
        for measure, expression in second.measures.items()
    )
    sums = ", ".join(f"sum({measure})" for measure in second.measures)
    updates = ",\n    ".join(f"{measure} = mine.{measure} + excluded.{measure}" for measure in second.measures)
    return (
        f"WITH touched AS (\n{statement}\nRETURNING WITH (OLD AS before, NEW AS after)\n    "
        + ", ".join(f"after.{column}" for column in second.grain)
        + f",\n    {returned}\n)\n"
        f"INSERT INTO {second.table} AS mine ({grain}, {', '.join(second.measures)})\n"
        f"SELECT {grain}, {sums}\nFROM touched GROUP BY {grain} ORDER BY {grain}\n"
        f"ON CONFLICT ({grain}) DO UPDATE SET\n    {updates}"
    )


def remove_empty_statements(rollup: Rollup) -> list[str]:
    """Remove the rows that `fold_facts` touched and that nothing is left of, of the second level too.

    No facts alone would not do: a change of verdict folded before its event leaves none, and measures that wait.
    """
    statements = [_remove_empty(rollup.table, rollup.grain, rollup.measures, rollup.needs)]
    if second := rollup.second_level:
        statements.append(_remove_empty(second.table, second.grain, tuple(second.measures), rollup.needs))
    return statements


def _remove_empty(table: str, grain: tuple[str, ...], measures: tuple[str, ...], needs: str) -> str:
    match = " AND ".join(f"mine.{column} = touched.{column}" for column in grain)
    empty = " AND ".join(f"mine.{measure} = 0" for measure in measures)
    return (
        f"DELETE FROM {table} AS mine\n"
        f"USING (SELECT DISTINCT {', '.join(grain)} FROM fold_facts WHERE {needs}) AS touched\n"
        f"WHERE {match} AND {empty}"
    )


def extremes_statement(rollup: Rollup, of: str = "true") -> str:
    """Takes first and last signs again from the log as it holds, for the rows of the `fold_facts` that meet `of`.

    Relies on the log's primary key, which leads with viewer_id.
    """
    grain = ", ".join(rollup.grain)
    match = " AND ".join(f"mine.{column} = touched.{column}" for column in rollup.grain)
    seen = " AND ".join(f"event.{column} = touched.{column}" for column in rollup.grain)
    return (
        f"UPDATE {rollup.table} AS mine SET first_at = left_over.first_at, last_at = left_over.last_at\n"
        f"FROM (SELECT DISTINCT {grain} FROM fold_facts WHERE {rollup.needs} AND {of}) AS touched\n"
        "CROSS JOIN LATERAL (\n"
        "    SELECT min(occurred_at) AS first_at, max(occurred_at) AS last_at FROM campaigns_judgedevent AS event\n"
        f"    WHERE {seen} AND kind NOT IN ('shared', 'delivered') AND verdict IN ('human', 'unknown')\n"
        f"        AND {rollup.extremes_of}\n"
        f") AS left_over\nWHERE {match}"
    )
