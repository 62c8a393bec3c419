"""The file of rejected rows: what a person opens to see what was wrong, where."""

import csv
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from privacy.spreadsheets import FORMULA
from records.intake.problems import LONGEST_VALUE, Refused, Reject
from records.models import Import

HEADER = ("line", "column", "reason", "value")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class RejectsFile:
    """Rows are on the disk before the chunk that they belong to is committed.

    Opened after a crash it drops what was written beyond the committed line, so that it agrees with the counts;
    `kept` are the rejects of the earlier runs.
    """

    def __init__(self, path: Path, *, committed_line: int) -> None:
        self.path = path
        self.kept = list[Reject]()
        draft = path.with_name(f".{path.name}.new")
        try:
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
                self.kept.append(Reject(int(row[0]), *row[1:]))

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


def rejects_path(record: Import) -> Path:
    """Where the rejected rows of an import go unless somebody says otherwise."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(record.pk) / "rejects.csv"


def delete_rejects(record: Import) -> None:
    """Delete the file, and its folder where nothing else is in it."""
    path = rejects_path(record)
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def refuse_path(path: Path, source: Path, *, goes_on: bool) -> None:
    """Raises Refused where writing there would destroy a file; an import that goes on writes on in its own."""
    if not path.parent.is_dir():
        raise Refused(f"--rejects {path}: there is no folder {path.parent}")
    if not path.exists():
        return
    if path.samefile(source):
        raise Refused(f"--rejects {path} is the file that is to be imported: name a new file")
    if not (goes_on and _is_rejects_file(path)):
        raise Refused(f"--rejects {path} exists: name a new file")


def _is_rejects_file(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open(newline="", errors="replace") as file:
        return file.readline().rstrip("\r\n") == ",".join(HEADER)


def safe(text: str) -> str:
    """One printable line that a spreadsheet takes for text and not for a formula."""
    shown = CONTROL.sub(lambda found: repr(found[0])[1:-1], text[:LONGEST_VALUE])
    return f"'{shown}" if text.startswith(FORMULA) else shown


def _rows(path: Path) -> Iterator[list[str]]:
    """The whole rows of an earlier run's file. A row that was cut off lies beyond what is committed, or has no end."""
    if path.exists():
        with path.open(newline="", errors="replace") as file:
            yield from (row for row in csv.reader(file) if len(row) == len(HEADER) and row[0].isdecimal())
