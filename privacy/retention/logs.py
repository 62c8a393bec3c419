"""Logs whose expired partitions go whole: what a floor above tells of them, and how it takes one out.

A log is append-only and partitioned by a retention series and month, so that ten million rows go as one table does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from privacy.models import LegalHold, RetentionPolicy


@dataclass(frozen=True)
class Expired:
    """A partition all of whose rows are due: how many are in it, how many of them are held, its first and last day."""

    model: str
    rule: str
    partition: str
    rows: int
    held: int
    first: date
    last: date

    @property
    def going(self) -> int:
        return self.rows - self.held


@dataclass(frozen=True)
class Log:
    """`expired` lists what is due on a day, `coming` the partitions alone; `ahead` gives for the forecast each
    partition's rule, last day and rows.

    `prepare` does ahead what can be, so that `detach` is quick: it may take minutes, changes nothing that anybody sees
    and can be left out or done again.

    `detach` moves the held rows out of the way and takes the partition, with all sums that it was part of, out of the
    log, in the caller's transaction; it returns how many rows went and were kept. `drop` removes what was detached;
    doing it again changes nothing. `is_detached` tells whether the first step was done.
    """

    model: str
    rules: tuple[str, ...]
    expired: Callable[[Mapping[str, RetentionPolicy], date, Iterable[LegalHold]], Sequence[Expired]]
    coming: Callable[[Mapping[str, RetentionPolicy], date], Sequence[str]]
    ahead: Callable[[], Sequence[tuple[str, date, int]]]
    prepare: Callable[[str], None]
    detach: Callable[[str, Sequence[LegalHold]], tuple[int, int]]
    drop: Callable[[str], None]
    is_detached: Callable[[str], bool]


_logs: dict[str, Log] = {}


def declare_log(log: Log) -> None:
    _logs[log.model] = log


def logs() -> list[Log]:
    return [_logs[model] for model in sorted(_logs)]


def logs_of(rule: str) -> list[Log]:
    return [log for log in logs() if rule in log.rules]


def log_of(model: str) -> Log:
    """Raises KeyError."""
    return _logs[model]
