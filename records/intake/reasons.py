"""Why rows were rejected, in counts: what is kept of it with an import, whole over all its runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from records.intake.problems import Reject

MOST = 50  # different ones; beyond these a rejects file says more than a list


@dataclass
class Reason:
    """Rows rejected for one reason: the column (empty where it is the whole row), how many, and the first's line."""

    column: str
    text: str
    count: int
    first_line: int


@dataclass
class Reasons:
    """Rejects by column and reason, the most frequent first."""

    found: dict[tuple[str, str], Reason] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: list[list[Any]]) -> "Reasons":
        """What `kept` gave."""
        reasons = [Reason(*row) for row in kept]
        return cls({(reason.column, reason.text): reason for reason in reasons})

    def adding(self, rejects: Iterable[Reject]) -> "Reasons":
        for reject in rejects:
            key = (reject.column, reject.reason)
            if key in self.found:
                self.found[key].count += 1
            elif len(self.found) < MOST:
                self.found[key] = Reason(*key, 1, reject.line)
        return self

    def listed(self) -> list[Reason]:
        return sorted(self.found.values(), key=lambda reason: (-reason.count, reason.first_line))

    def kept(self) -> list[list[Any]]:
        """As JSON holds it."""
        return [[reason.column, reason.text, reason.count, reason.first_line] for reason in self.listed()]
