"""An archive of many tests in one file: each judged by itself, and the division of all of them together."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from scipy.special import bdtrc

from analytics.insight.experiments.files import Asked, FileTest, judge_file
from analytics.insight.experiments.judging import Verdict
from analytics.insight.tables import Table
from records.intake.problems import Refused

SHOWN = 20


@dataclass(frozen=True)
class ManyTests:
    """How many tests there were; of how many the division was doubted, and with what chance so many are if all are
    sound; how many had a clear difference; why some could not be judged at all."""

    tests: int
    judged: int
    blocked: int
    blocked_expected: float
    blocked_p: float
    clear: int
    refused: dict[str, int]
    worst: tuple[tuple[str, str], ...]
    verdict: str


def judge_many(table: Table, asked: Asked, by: str) -> ManyTests:
    """`by` is the column that says which test a row is of. The control of each is guessed where none is given."""
    judged: dict[str, FileTest] = {}
    refused: Counter[str] = Counter()
    for name, part in parts(table, by):
        try:
            judged[name] = judge_file(part, asked)
        except Refused as problem:
            refused[str(problem).removeprefix(f"{table.name}: ")] += 1
    blocked = {name: one for name, one in judged.items() if one.judged.blocked}
    clear = sum(any(c.verdict is Verdict.CLEAR for c in one.judged.comparisons) for one in judged.values())
    tested = sum(one.judged.balance.p is not None for one in judged.values())
    p = float(bdtrc(len(blocked) - 1, tested, asked.balance_level)) if blocked and tested else 1.0
    worst = sorted(blocked.items(), key=lambda item: item[1].judged.balance.p or 0.0)[:SHOWN]
    return ManyTests(
        tests=len(judged) + sum(refused.values()), judged=len(judged), blocked=len(blocked),
        blocked_expected=tested * asked.balance_level, blocked_p=p, clear=clear,
        refused=dict(refused.most_common(SHOWN)),
        worst=tuple((name, one.judged.blocked) for name, one in worst), verdict=overall(len(blocked), tested, p, asked),
    )  # fmt: skip


def parts(table: Table, by: str) -> list[tuple[str, Table]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(table.column(by)):
        rows[name.strip()].append(row)
    return [(name, picked(table, places)) for name, places in rows.items() if name]


def picked(table: Table, rows: list[int]) -> Table:
    columns = {name: [cells[row] for row in rows] for name, cells in table.columns.items()}
    return replace(table, columns=columns, lines=[table.lines[row] for row in rows], skipped=[])


def overall(blocked: int, tested: int, p: float, asked: Asked) -> str:
    if not tested:
        return "No test has people enough to tell whether they were divided as meant."
    share = f"{blocked:,} of {tested:,} tests were not divided as meant, {tested * asked.balance_level:,.1f} by chance"
    if p < asked.balance_level:
        return f"{share}: the division of this archive is broken, so that its verdicts mean little before it is mended."
    return f"{share}: no more than chance does."
