"""Merkle trees: roots, and proofs that an entry is in a tree and that a tree continues a smaller one.

Source: RFC 9162, section 2.1 (its hashing is that of RFC 6962): a leaf is hashed with a byte 0 before it, two nodes
with a byte 1. A tree is read through `Node`, a function that gives the root of a perfect subtree, so that nothing here
knows where hashes are kept.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

# The root of the leaves `number * 2**level` up to, not with, `(number + 1) * 2**level`.
Node = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of nodes."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def root(size: int, node: Node) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return _of_range(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """What proves that the leaf `index` is in the tree of `size` leaves. Section 2.1.3.1."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(_of_range(middle, end, node))
            end = middle
        else:
            path.append(_of_range(start, middle, node))
            start = middle
    return path[::-1]


def consistency(first: int, second: int, node: Node) -> list[bytes]:
    """What proves that the tree of `second` leaves begins with that of `first`. Section 2.1.4.1."""
    path: list[bytes] = []
    start, end, is_whole = 0, second, True
    while first and first != end:
        middle = start + _largest_power_below(end - start)
        if first <= middle:
            path.append(_of_range(middle, end, node))
            end = middle
        else:
            path.append(_of_range(start, middle, node))
            start, is_whole = middle, False
    if first and not is_whole:
        path.append(_of_range(start, end, node))
    return path[::-1]


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Iterable[bytes]) -> bytes | None:
    """The root that a proof leads to from the hash of a leaf; None where it does not fit. Section 2.1.3.2."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            found = node_hash(step, found)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `second` leaves begins with that of `first`. Section 2.1.4.2."""
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY
    if first > second:
        return False
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here % 2:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while here % 2 == 0 and here:
                here, last = here >> 1, last >> 1
        else:
            new = node_hash(new, step)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


class Growing:
    """A tree to which leaves are added one after the other: no more of it is kept than its root needs."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # level and root of each perfect subtree, the largest first

    def add(self, leaf: bytes) -> list[tuple[int, bytes]]:
        """Add the hash of a leaf; level and root of each perfect subtree that it completes, itself first."""
        level, found = 0, leaf
        completed = [(level, found)]
        while self._peaks and self._peaks[-1][0] == level:
            found, level = node_hash(self._peaks.pop()[1], found), level + 1
            completed.append((level, found))
        self._peaks.append((level, found))
        self.size += 1
        return completed

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        found = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            found = node_hash(peak, found)
        return found


def _of_range(start: int, end: int, node: Node) -> bytes:
    """The root over the leaves from `start` up to `end`; `start` divides by the power of two that covers them."""
    size, found = end - start, b""
    for level in range(size.bit_length()):
        if size >> level & 1:
            part = node(level, (start >> level) + (size >> level) - 1)
            found = node_hash(part, found) if found else part
    return found


def _largest_power_below(size: int) -> int:
    """The largest power of two that is smaller than `size`, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1
