"""The tree as it is kept: leaves, and the roots of perfect subtrees of 256, 256² … of them.

Hashes are read by the tile, 256 neighbours at once, so that a proof reads a few tiles however large the tree is, and a
seal reads and writes what it completes. What lies between the kept levels is worked out.
"""

from collections.abc import Iterator

from django.db import connection

from privacy.ledger.merkle import perfect

WIDTH = 256
LEVELS = 8  # of the tree, from one tile to the next
HASH = 32

# The hashes of tiles, one row a tile. Each relies on the table's primary key.
LEAVES = """
SELECT position >> 8, string_agg(sha256('\\x00'::bytea || hash), ''::bytea ORDER BY position)
FROM privacy_ledgerleaf WHERE position >= %(first)s AND position < %(end)s GROUP BY 1 ORDER BY 1
"""
NODES = """
SELECT number >> 8, string_agg(hash, ''::bytea ORDER BY number)
FROM privacy_ledgernode WHERE level = %(level)s AND number >= %(first)s AND number < %(end)s GROUP BY 1 ORDER BY 1
"""
ADD = "INSERT INTO privacy_ledgernode (level, number, hash) SELECT %s, * FROM unnest(%s::bigint[], %s::bytea[])"


def tiles(level: int, first: int, end: int) -> Iterator[tuple[int, list[bytes]]]:
    """Number and hashes of each tile of a kept level from the hash `first` up to, not with, `end`."""
    with connection.cursor() as cursor:
        cursor.execute(NODES if level else LEAVES, {"level": level, "first": first, "end": end})
        for number, hashes in cursor.fetchall():
            yield number, [bytes(hashes[at : at + HASH]) for at in range(0, len(hashes), HASH)]


def complete(before: int, size: int) -> None:
    """After the tree has grown from `before` to `size` leaves: keep the roots of the tiles that are full now."""
    level, first, end = 0, before // WIDTH, size // WIDTH
    while first < end:
        full = [(number, perfect(hashes)) for number, hashes in tiles(level, first * WIDTH, end * WIDTH)]
        level += 1
        with connection.cursor() as cursor:
            cursor.execute(ADD, [level, [number for number, _ in full], [found for _, found in full]])
        first, end = first // WIDTH, end // WIDTH


class Tree:
    """The kept tree as `privacy.ledger.merkle.Node`; each tile is read once. Of what is not complete it knows nothing:
    ask for no more than a size that was sealed."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, number: int) -> bytes:
        kept, above = divmod(level, LEVELS)
        first, count = number << above, 1 << above
        tile, at = divmod(first, WIDTH)
        hashes = self._tile(kept, tile)[at : at + count]
        if len(hashes) < count:
            raise Incomplete(f"The ledger's tree lacks hashes at level {level}, number {number}.")
        return perfect(hashes)

    def _tile(self, level: int, tile: int) -> list[bytes]:
        if (level, tile) not in self._tiles:
            found = dict(tiles(level, tile * WIDTH, (tile + 1) * WIDTH))
            self._tiles[level, tile] = found.get(tile, [])
        return self._tiles[level, tile]


class Incomplete(Exception):
    """Hashes are missing that were kept once."""
