"""Sending checkpoints elsewhere: what only this database knows, whoever owns it could rewrite.

To webhooks within the seal's own transaction; to a folder (LEDGER_FOLDER) after it, the oldest first, so that what a
process that died did not write is written by the next one.
"""

import os
import tempfile
from itertools import takewhile
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext_noop

from privacy.models import LedgerCheckpoint
from privacy.webhooks.kinds import declare_kind
from privacy.webhooks.telling import tell as tell_webhooks

EXAMPLE = "waymark.example.gov/ledger\n1024\nBASE64OFROOT=\n\n— waymark.example.gov/ledger BASE64OFSIGNATURE=\n"
CHECKPOINT_SIGNED = declare_kind(
    "ledger.checkpoint",
    gettext_noop("The ledger was sealed and its checkpoint signed"),
    {"size": 1024, "checkpoint": EXAMPLE},
)

log = structlog.get_logger(__name__)


def tell(checkpoint: LedgerCheckpoint) -> None:
    """In the seal's transaction: endpoints that asked for it are told."""
    tell_webhooks(CHECKPOINT_SIGNED, {"size": checkpoint.size, "checkpoint": checkpoint.note})


def write_to_folder() -> int:
    """Write the checkpoints that the folder lacks, as far back as the last one that it has. Returns how many.

    A folder that is away stops no seal: it is told in the log, and the next call makes up for it.
    """
    if not settings.LEDGER_FOLDER:
        return 0
    folder, written = Path(settings.LEDGER_FOLDER), 0
    try:
        for checkpoint in reversed(_missing_in(folder)):
            _write(folder / file_name(checkpoint), checkpoint.note)
            written += 1
    except OSError as problem:
        log.warning("checkpoint_not_written", reason=type(problem).__name__)
    return written


def _missing_in(folder: Path) -> list[LedgerCheckpoint]:
    """The newest first, as far back as the last one that is there."""
    newest_first = LedgerCheckpoint.objects.iterator()
    return list(takewhile(lambda one: not (folder / file_name(one)).exists(), newest_first))


def is_behind() -> bool:
    """Whether there is a folder that lacks the newest checkpoint."""
    newest = LedgerCheckpoint.objects.first() if settings.LEDGER_FOLDER else None
    return newest is not None and not (Path(settings.LEDGER_FOLDER) / file_name(newest)).exists()


def file_name(checkpoint: LedgerCheckpoint) -> str:
    """By size, and by root, so that a tree that went another way after a restore hides none of the former one's."""
    return f"checkpoint-{checkpoint.size:015}-{bytes(checkpoint.root).hex()[:8]}.txt"


def kept_in(folder: Path) -> list[str]:
    """The notes that a folder holds. Raises OSError."""
    return [path.read_text() for path in sorted(folder.glob("checkpoint-*.txt"))]


def _write(path: Path, note: str) -> None:
    """Whole or not at all: whoever reads the folder sees no half of a file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".checkpoint-")
    with os.fdopen(handle, "w") as file:
        file.write(note)
    Path(name).chmod(0o644)
    Path(name).rename(path)
