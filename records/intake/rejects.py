"""The file of rejected rows: what a person opens to see what was wrong, where."""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from records.intake.problems import LONGEST_VALUE, Refused, Reject

HEADER = ("line", "column", "reason", "value")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Rows are on the disk before the chunk that they belong to is committed.

    Opened after a crash it drops what was written beyond the committed line, so that it agrees with the counts.
    """

    def __init__(self, path: Path, *, committed_line: int) -> None:
        self.path = path
        self.kept = 0
        draft = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADER)
            self._keep(committed_line)
            self.flush()
            draft.replace(path)
        except OSError as problem:
            raise Refused(f"cannot write the rejects file {path}: {problem.strerror}") from None

    def _keep(self, committed_line: int) -> None:
        for row in _rows(self.path) if committed_line else ():
            if int(row[0]) <= committed_line:
                self._writer.writerow(row)
                self.kept += 1

    def write(self, rejects: Iterable[Reject]) -> None:
        rows = [(reject.line, safe(reject.column), reject.reason, safe(reject.value)) for reject in rejects]
        if rows:
            self._writer.writerows(rows)
            self.flush()

    def flush(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


def safe(text: str) -> str:
    """One printable line that a spreadsheet takes for text and not for a formula."""
    shown = CONTROL.sub(lambda found: repr(found[0])[1:-1], text[:LONGEST_VALUE])
    return f"'{shown}" if text.startswith(FORMULA) else shown


def _rows(path: Path) -> Iterator[list[str]]:
    """The whole rows of an earlier run's file. A row that was cut off lies beyond what is committed, or has no end."""
    if path.exists():
        with path.open(newline="", errors="replace") as file:
            yield from (row for row in csv.reader(file) if len(row) == len(HEADER) and row[0].isdecimal())
