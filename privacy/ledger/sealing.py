"""Sealing: what was written since the last seal becomes leaves of the tree, and what the tree is then is signed.

One transaction a batch: leaves, nodes and checkpoint stand together or not at all, so that a process which dies leaves
what it had taken waiting. One process seals at a time; another one waits for it and goes on behind it.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from privacy.ledger import sending
from privacy.ledger.merkle import root
from privacy.ledger.naming import origin
from privacy.ledger.notes import Checkpoint, signed
from privacy.ledger.sources import words_of
from privacy.ledger.tiles import Tree, complete
from privacy.models import LedgerCheckpoint, LedgerWaiting

SEAL = (Path(__file__).parent / "sql" / "seal.sql").read_text().format(words=words_of("taken"))
BATCH = 50_000
LOCK = "hashtext('privacy.ledger')"


def seal_all() -> int:
    """Seal what waits, batch after batch, and send the checkpoints on. Returns how many rows were sealed."""
    total = 0
    while LedgerWaiting.objects.exists():
        total += seal(BATCH)
    sending.write_to_folder()
    return total


def seal(most: int) -> int:
    """Seal one batch. Returns how many rows; 0 where none waits by the time that it is this process's turn."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
        size = sealed_size()
        cursor.execute(SEAL, {"most": most, "size": size})
        count = int(cursor.rowcount)
        if count:
            complete(size, size + count)
            sending.tell(_sign(size + count))
    return count


def sealed_size() -> int:
    """How many leaves the tree has."""
    return LedgerCheckpoint.objects.values_list("size", flat=True).first() or 0


def _sign(size: int) -> LedgerCheckpoint:
    name, line = origin()
    made = Checkpoint(line, size, root(size, Tree()))
    note = signed(made, name, settings.LEDGER_KEYS[0])
    return LedgerCheckpoint.objects.create(size=size, root=made.root, at=timezone.now(), note=note)
