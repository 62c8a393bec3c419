"""A test from a file with a row a person, or a row a group of people."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analytics.insight.experiments.balance import LEVEL as BALANCE_LEVEL
from analytics.insight.experiments.judging import Judged, Plan, judge
from analytics.insight.experiments.moments import Moments, Outcome, moments_of, skewness
from analytics.insight.tables import Table
from analytics.insight.values import Categories, Floats, categories, is_binary, numbers, outcomes
from records.intake.problems import Refused

MOST_ARMS = 100
CONTROL_NAMES = re.compile(
    r"(control|ctrl|baseline|placebo|none|hold.?out|no|false|0|a)\b|.*\bcontrol\b|no[ _-]", re.IGNORECASE
)


@dataclass(frozen=True)
class Asked:
    """Which columns are what. `shares` are the weights that the arms were meant to have, equal where empty; `trials`
    is the column that says how many people a row stands for, its outcome then being how many of them did it; `unit`
    the one that names a person, who may stand in several rows."""

    arm: str
    outcomes: Sequence[str]
    control: str = ""
    covariate: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)
    positive: str = ""
    trials: str = ""
    unit: str = ""
    planned_people: int = 0
    worth: float | None = None
    balance_level: float = BALANCE_LEVEL


@dataclass(frozen=True)
class FileTest:
    """What came of it, and in `notes` what was taken for granted or left out."""

    judged: Judged
    notes: tuple[str, ...]


def judge_file(table: Table, asked: Asked) -> FileTest:
    """Raises Refused where a column is missing or holds what it cannot."""
    arms = categories(table.column(asked.arm))
    refuse_arms(table, asked, arms)
    control, notes = control_of(arms.names, asked), list(noted(table, asked, arms))
    shares = checked_shares(asked.shares, arms.names)
    plan = Plan(control, shares, asked.planned_people, asked.worth, asked.covariate, asked.balance_level)
    if asked.trials:
        return FileTest(judge(*grouped(table, asked, arms), plan), tuple(notes))
    rows = rows_of(table, asked, arms, notes)
    measured = [measure(rows, name, arms.names, notes) for name in asked.outcomes]
    people = {name: int(np.sum(rows.codes == place)) for place, name in enumerate(arms.names)}
    twice = f"{asked.unit}: people in more than one arm" if rows.is_mixed else ""
    judged = judge(people, measured, plan)
    return FileTest(replace(judged, blocked=judged.blocked or twice), tuple(notes))


@dataclass(frozen=True)
class Rows:
    """A person a place: the arm's place among the names, the outcomes, the covariate."""

    codes: NDArray[np.int64]
    values: dict[str, Floats]
    covariate: Floats | None
    is_mixed: bool = False


def refuse_arms(table: Table, asked: Asked, arms: Categories) -> None:
    if len(arms.names) < 2:
        raise Refused(
            f"{table.name}: column {asked.arm!r} names only {', '.join(arms.names) or 'nothing'}: "
            "a test has two arms or more"
        )
    if len(arms.names) > MOST_ARMS:
        raise Refused(
            f"{table.name}: column {asked.arm!r} has {len(arms.names):,} different values, as in {arms.names[0]!r}: "
            f"that is no arm of a test (at most {MOST_ARMS})"
        )


def control_of(names: Sequence[str], asked: Asked) -> str:
    if asked.control:
        if asked.control not in names:
            raise Refused(f"there is no arm {asked.control!r}: there are {', '.join(map(repr, names))}")
        return asked.control
    return next((name for name in names if CONTROL_NAMES.match(name)), names[0])


def noted(table: Table, asked: Asked, arms: Categories) -> Iterator[str]:
    if not asked.control:
        yield f"{control_of(arms.names, asked)!r} is taken for the control: say which one is (control)."
    if missing := int(np.sum(arms.codes < 0)):
        yield f"{missing:,} rows name no arm and were left out."


def checked_shares(shares: Mapping[str, float], names: Sequence[str]) -> Mapping[str, float]:
    if not shares:
        return {}
    if set(shares) != set(names):
        raise Refused(f"shares are given for {', '.join(sorted(shares))}, the arms are {', '.join(names)}")
    if min(shares.values()) <= 0:
        raise Refused("the share of each arm must be above zero")
    return shares


def rows_of(table: Table, asked: Asked, arms: Categories, notes: list[str]) -> Rows:
    values = {name: outcomes(table, name, asked.positive) for name in asked.outcomes}
    covariate = numbers(table, asked.covariate) if asked.covariate else None
    rows = Rows(arms.codes, values, covariate)
    if asked.unit:
        rows = by_unit(rows, table.column(asked.unit), notes)
    kept = rows.codes >= 0
    columns = {name: column[kept] for name, column in rows.values.items()}
    return replace(
        rows, codes=rows.codes[kept], values=columns, covariate=None if rows.covariate is None else rows.covariate[kept]
    )


def by_unit(rows: Rows, units: list[str], notes: list[str]) -> Rows:
    """Each person once: outcomes added up (yes or no stays so), the first covariate; who is in two arms left out."""
    names = categories(units)
    first = np.full(len(names.names), -1)
    first[names.codes[::-1]] = np.arange(len(units))[::-1]
    mixed = np.zeros(len(names.names), dtype=bool)
    mixed[names.codes[rows.codes != rows.codes[first[names.codes]]]] = True
    repeats = len(units) - len(names.names)
    if repeats:
        notes.append(f"{repeats:,} rows repeat a person and were added to the person's first.")
    if mixed.any():
        notes.append(f"{int(mixed.sum()):,} people stand in more than one arm and were left out.")
    codes = np.where(mixed, -1, rows.codes[first])
    values = {name: added(column, names.codes, len(names.names)) for name, column in rows.values.items()}
    is_mixed = bool(mixed.mean() > BALANCE_LEVEL)  # so many that the division is not to be believed
    return Rows(codes, values, None if rows.covariate is None else rows.covariate[first], is_mixed)


def added(column: Floats, codes: NDArray[np.int64], size: int) -> Floats:
    known = ~np.isnan(column)
    total = np.bincount(codes[known], column[known], minlength=size)
    seen = np.bincount(codes[known], minlength=size)
    total = np.minimum(total, 1.0) if is_binary(column) else total
    return np.where(seen > 0, total, np.nan)


def measure(rows: Rows, name: str, arms: Sequence[str], notes: list[str]) -> Outcome:
    values = rows.values[name]
    known = ~np.isnan(values)
    if not known.any():
        raise Refused(f"column {name!r} has no value in any row")
    if missing := int(np.sum(~known)):
        notes.append(f"{name}: {missing:,} people without a value were left out of it.")
    covariate = filled(rows.covariate, known, name, notes)
    sums = {}
    for place, arm in enumerate(arms):
        of_arm = known & (rows.codes == place)
        sums[arm] = moments_of(values[of_arm], None if covariate is None else covariate[of_arm])
    is_rate = is_binary(values)
    return Outcome(name, is_rate, sums, 0.0 if is_rate else skewness(values[known]), covariate is not None)


def filled(covariate: Floats | None, known: NDArray[np.bool_], name: str, notes: list[str]) -> Floats | None:
    """The covariate with the mean of all where a person has none, which neither moves nor narrows anything."""
    if covariate is None:
        return None
    has = ~np.isnan(covariate)
    if not has[known].any() or float(np.ptp(covariate[known & has])) == 0:
        notes.append(f"{name}: the covariate says the same of everybody, so nothing was allowed for.")
        return None
    return np.where(has, covariate, covariate[known & has].mean())


def grouped(table: Table, asked: Asked, arms: Categories) -> tuple[dict[str, int], list[Outcome]]:
    """People and outcomes of rows that stand for several people each."""
    trials = numbers(table, asked.trials)
    refuse_counts(table, asked.trials, trials)
    kept = (arms.codes >= 0) & ~np.isnan(trials)
    size = len(arms.names)
    people = np.bincount(arms.codes[kept], trials[kept], minlength=size).astype(int)
    measured = []
    for name in asked.outcomes:
        counts = numbers(table, name)
        refuse_counts(table, name, counts, most=trials)
        total = np.bincount(arms.codes[kept], np.nan_to_num(counts[kept]), minlength=size)
        sums = {arm: Moments(int(people[place]), total[place], total[place]) for place, arm in enumerate(arms.names)}
        measured.append(Outcome(name, is_rate=True, arms=sums))
    return dict(zip(arms.names, people.tolist(), strict=True)), measured


def refuse_counts(table: Table, column: str, counts: Floats, most: Floats | None = None) -> None:
    wrong = np.flatnonzero((counts < 0) | (counts != np.round(counts)) & ~np.isnan(counts))
    if len(wrong):
        raise table.refuse(int(wrong[0]), column, "is no number of people")
    if most is not None and len(over := np.flatnonzero(counts > most)):
        raise table.refuse(int(over[0]), column, "is more than the people of its row")
