"""Texts of errors without the values that caused them: what is logged or kept of a failure names no person.

An exception's message may quote a name, an address or a whole row, and no pattern finds every name. So of a message
only what cannot be one is left: words in lower case, punctuation and short numbers. Class, file, line and the source
of the line say the rest.
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LONGEST_MESSAGE = 500
LEFT_OUT = "…"
# PostgreSQL quotes the row that it refuses in the lines after the first.
LATER_LINES = re.compile(r"\n.*", re.DOTALL)
VALUES = re.compile(
    r"""
    ([\"'`“”‘’]) .*? \1            # what is quoted
    | \([^()]*\) = \([^()]*\)      # (key)=(value)
    | \S*@\S*                      # e-mail addresses
    | \S*\d{5,}\S*                 # telephone, account and customer numbers
    | \b\d{1,3}(?:\.\d{1,3}){3}\b  # addresses of machines
    | [0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]+
    | \S*[^\W\d_]*[A-ZÀ-ÖØ-Þ]\w*\S*  # a capital letter: names, and words that only look like them
    | \S*[^\x00-\x7F]\S*           # letters of other scripts
    """,
    re.VERBOSE,
)
# A traceback that somebody wrote into a sentence: of its lines the places and the names of classes are kept.
WRITTEN_TRACEBACK = re.compile(r"Traceback \(most recent call last\):\n.*", re.DOTALL)
KEPT_OF_TRACEBACK = re.compile(
    r"""^\ \ File\ "(?P<file>[^"]+)",\ line\ (?P<line>\d+),\ in\ (?P<name>.+)$
    | ^(?P<kind>[\w.]*(?:Error|Exception|Violation|Exit|Interrupt|DoesNotExist))\b""",
    re.VERBOSE | re.MULTILINE,
)
REPEATED = re.compile(rf"{LEFT_OUT}(?:[\s,;:]*{LEFT_OUT})+")


def scrub(message: str) -> str:
    """The first line of an error's message without what may name a person or locate one."""
    first_line = LATER_LINES.sub("", message.strip())
    return REPEATED.sub(LEFT_OUT, VALUES.sub(LEFT_OUT, first_line))[:LONGEST_MESSAGE]


def without_values(exception: BaseException) -> str:
    """The traceback of an exception, its causes first: places, source lines, classes, scrubbed messages."""
    return "\n".join(line for one in reversed(list(_chain(exception))) for line in _lines(one))


def without_written_tracebacks(text: str) -> str:
    """The text with places and classes alone of a traceback that it holds."""
    return WRITTEN_TRACEBACK.sub(lambda found: "\n".join(map(_kept, KEPT_OF_TRACEBACK.finditer(found[0]))), text)


def _kept(found: re.Match[str]) -> str:
    return found["kind"] or f"{_shortened(found['file'])}:{found['line']} in {found['name']}"


def class_name(exception: BaseException) -> str:
    kind = type(exception)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    """The exception, then what caused it or was being handled when it was raised."""
    seen: set[int] = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        yield exception
        exception = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)


def _lines(exception: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(exception.__traceback__):
        yield f"{_shortened(frame.filename)}:{frame.lineno} in {frame.name}: {frame.line}"
    yield f"{class_name(exception)}: {scrub(str(exception))}"


def _shortened(path: str) -> str:
    """A file's path from the checkout, or from the folder of installed packages."""
    return path.removeprefix(f"{CHECKOUT}/").rpartition("site-packages/")[2]
