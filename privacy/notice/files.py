"""The files of the notice, `privacy/notices/SYSTEM/EFFECTIVE-DATE.yaml`: read, and what is wrong with them found.

The schema says what a file looks like (privacy.notice.schema); what a schema cannot say is looked for beside it
(privacy.notice.consistency). Each problem names the file, the line and the reason.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from privacy.notice.consistency import Content, against_itself
from privacy.notice.documents import Document, NotReadable, read
from privacy.notice.schema import against_schema

NOTICES = Path(__file__).resolve().parent.parent / "notices"


class BadNotice(Exception):
    """A file that is no notice. The message is `system/file:line: reason`."""


@dataclass(frozen=True)
class Problem:
    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}:{self.line}: {self.reason}"


def read_all(folder: Path) -> list[Content]:
    """The content of every version of a system, by effective date. Raises BadNotice with the first problem."""
    if found := problems(folder):
        raise BadNotice(str(found[0]))
    return sorted((read(path).content for path in _files(folder)), key=lambda content: str(content["effective"]))


@cache
def problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with the files of a system, in the order of files and lines: empty where they are sound."""
    found = list(_problems(folder))
    return tuple(sorted(found, key=lambda problem: (problem.path, problem.line)))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())


def _problems(folder: Path) -> Iterator[Problem]:
    if not (files := _files(folder)):
        yield Problem(folder / "*.yaml", 1, "there is no notice")
    documents = []
    for path in files:
        try:
            documents.append(read(path))
        except NotReadable as problem:
            yield Problem(path, problem.line, str(problem))
    for document in documents:
        yield from _problems_of(document)
    yield from _overlaps(documents)


def _problems_of(document: Document) -> Iterator[Problem]:
    content, path = document.content, document.path
    wrong = list(against_schema(content)) or list(against_itself(content, path))
    yield from (Problem(path, document.line(where), reason) for where, reason in wrong)
    yield from (Problem(path, line, f"the key {key!r} stands here again") for line, key in document.repeated_keys())
    if path.suffix != ".yaml":
        yield Problem(path, 1, "a file of a notice is named by its effective date, as 2025-05-12.yaml is")


def _overlaps(documents: list[Document]) -> Iterator[Problem]:
    """Two versions that take effect on one day would both be in force."""
    dated = [document for document in documents if isinstance(document.content, dict)]
    starts = Counter(str(document.content.get("effective")) for document in dated)
    for document in dated:
        if starts[day := str(document.content.get("effective"))] > 1:
            reason = f"another version takes effect on {day} too: versions must not overlap"
            yield Problem(document.path, document.line(("effective",)), reason)
