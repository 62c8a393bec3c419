"""What can be wrong with a file: all of it (Refused), or one row (Reject, made of a Problem of one cell)."""

from dataclasses import dataclass

from records.intake import refusal_words
from records.intake.reason_words import in_words
from records.payment_numbers import without_payment_numbers

LONGEST_VALUE = 200  # characters of a refused cell that are kept


class Refused(Exception):
    """The whole file, mapping or request is refused: one line saying what is wrong, where, and what to do."""

    @property
    def words(self) -> str:
        """The line in the reader's language."""
        return refusal_words.in_words(str(self))


class Problem(ValueError):
    """Why one value cannot be taken, in plain words that follow the column's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return in_words(self.reason)


@dataclass(frozen=True)
class Reject:
    """One row that was not taken: the line it begins on, the column where that is known, why, and the cell."""

    line: int
    column: str
    reason: str
    value: str = ""


def shown(text: str) -> str:
    """As much of a refused text as is kept, without payment numbers; one that would be cut short is seen whole."""
    return without_payment_numbers(text[: 2 * LONGEST_VALUE])[0][:LONGEST_VALUE].rstrip("\r\n")
