"""The marked strings of the program, and which of them a language lacks: what a translator still has to do.

`python -m config.marked es` prints them as entries of a catalogue. It reads the sources as `makemessages` does, without
the tools of GNU gettext. The labels of choices (`enums.py`) are marked as they stand: they are stored in migrations and
sent to programs in English, and shown to people through `records.listing.in_language` or a template's `translate`.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

from config.catalogues import CHECKOUT, sources

APPS = ("analytics", "campaigns", "config", "privacy", "records")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
CALLED = re.compile(rf"\b(?:{'|'.join(KEYWORDS)})\(")


@dataclass(frozen=True)
class Marked:
    """A string as a catalogue names it; `plural` and `context` are empty for most."""

    text: str
    plural: str = ""
    context: str = ""


def marked_strings(checkout: Path = CHECKOUT) -> dict[Marked, list[str]]:
    """Each marked string of templates and code, with where it stands (`path:line`)."""
    found: dict[Marked, list[str]] = {}
    for path in _files(checkout):
        for line, one in _kept(path, path.stat().st_mtime_ns):
            found.setdefault(one, []).append(f"{path.relative_to(checkout)}:{line}")
    return found


def _files(checkout: Path) -> Iterator[Path]:
    yield from sorted(checkout.glob("templates/**/*.html"))
    yield from sorted(checkout.glob("templates/**/*.txt"))
    for app in APPS:
        yield from sorted(path for path in checkout.glob(f"{app}/**/*.py") if "migrations" not in path.parts)


@cache
def _kept(path: Path, _changed: int) -> tuple[tuple[int, Marked], ...]:
    """A file is read once for as long as it stays as it is: all of them take seconds."""
    return tuple(_marked_in(path))


def _marked_in(path: Path) -> Iterator[tuple[int, Marked]]:
    text = path.read_text()
    if path.name == "enums.py":
        yield from _labels_in(text)
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        text = templatize(text, origin=str(path))
    elif not CALLED.search(text):  # most modules mark nothing, and reading one takes its time
        return
    for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        if message:
            text_, plural = message[:2] if isinstance(message, tuple) else (message, "")
            yield line, Marked(text_, plural, context or "")


def _labels_in(text: str) -> Iterator[tuple[int, Marked]]:
    """The labels of choices: `NAME = "word", "Label"` in the body of a class of Choices."""
    for found in ast.walk(ast.parse(text)):
        if isinstance(found, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in found.bases):
            for line in found.body:
                match line:
                    case ast.Assign(value=ast.Tuple(elts=[_, ast.Constant(value=str() as label)])) if label:
                        yield line.lineno, Marked(label)


def translated(language: str, checkout: Path = CHECKOUT) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the catalogues of all apps have for a language: the translations of each text, by context and text.

    Doubtful entries (fuzzy) are left out, as gettext leaves them out.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for source in sources(checkout):
        if source.parent.parent.name != language:
            continue
        with source.open("rb") as read:
            for entry in read_po(read, abort_invalid=True):
                if entry.id and not entry.fuzzy:
                    key = entry.id[0] if isinstance(entry.id, tuple) else entry.id
                    words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                    found[str(entry.context or ""), str(key)] = tuple(map(str, words))
    return found


def lacking(language: str, checkout: Path = CHECKOUT) -> dict[Marked, list[str]]:
    """The marked strings without a translation, with where they stand."""
    known = translated(language, checkout)
    return {
        one: where
        for one, where in marked_strings(checkout).items()
        if not all(known.get((one.context, one.text), ())) or (one.context, one.text) not in known
    }


def unmarked(language: str, checkout: Path = CHECKOUT) -> set[str]:
    """The texts of entries for which no marked string stands: what models, forms and the notice declare, and what is
    said nowhere anymore."""
    marked = {(one.context, one.text) for one in marked_strings(checkout)}
    return {text for context, text in translated(language, checkout) if (context, text) not in marked}


def _entry(one: Marked, where: list[str]) -> str:
    from babel.messages.pofile import normalize

    lines = [f"#: {' '.join(where)}", *([f"msgctxt {normalize(one.context)}"] if one.context else [])]
    lines.append(f"msgid {normalize(one.text)}")
    lines += [f"msgid_plural {normalize(one.plural)}", 'msgstr[0] ""', 'msgstr[1] ""'] if one.plural else ['msgstr ""']
    return "\n".join(lines)


if __name__ == "__main__":
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure()
        django.setup()
    for marked, places in lacking(sys.argv[1] if len(sys.argv) > 1 else "es").items():
        print(_entry(marked, places), end="\n\n")  # noqa: T201  # it talks to the translator
