"""The translations, compiled: from each `locale/LANGUAGE/LC_MESSAGES/django.po` of an app the `.mo` that gettext reads.

`python -m config.catalogues` makes those that are missing or older than their source; `make setup` and the image's
making call it. They are not in the repository.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

CHECKOUT = Path(__file__).resolve().parents[1]
PATTERN = "*/locale/*/LC_MESSAGES/django.po"


def sources(checkout: Path = CHECKOUT) -> list[Path]:
    return sorted(checkout.glob(PATTERN))


def stale(checkout: Path = CHECKOUT) -> Iterator[Path]:
    """Those without a compiled one that is as new."""
    for source in sources(checkout):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            yield source


def compile_catalogue(source: Path) -> Path:
    """Write the `.mo` beside its source, whole or not at all. Raises PoFileError for what is no catalogue."""
    with source.open("rb") as read:
        catalogue = read_po(read, abort_invalid=True)
    made, draft = source.with_suffix(".mo"), source.with_suffix(f".{os.getpid()}.new")
    with draft.open("wb") as written:
        write_mo(written, catalogue)
    draft.rename(made)
    return made


def compile_all(checkout: Path = CHECKOUT) -> list[Path]:
    """Compile what is stale. Returns what was made."""
    return [compile_catalogue(source) for source in stale(checkout)]


if __name__ == "__main__":
    try:
        compile_all()
    except PoFileError as problem:
        sys.exit(f"waymark: a translation cannot be read: {problem}")
