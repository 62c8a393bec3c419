"""Roots and proofs of RFC 9162: its own example, known roots, and every size up to 70 against the definition."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.ledger.merkle import (
    EMPTY,
    Growing,
    consistency,
    inclusion,
    is_consistent,
    leaf_hash,
    node_hash,
    perfect,
    root,
    root_by_inclusion,
)

# The leaves and roots that implementations of RFC 6962 are tried with.
LEAVES = [bytes.fromhex(one) for one in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 70
MANY = [leaf_hash(bytes([number])) for number in range(MOST)]


def in_memory(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    """The perfect subtrees of a list of hashed leaves."""
    return lambda level, number: perfect(leaves[number << level : (number + 1) << level])


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def test_known_roots() -> None:
    hashed = [leaf_hash(leaf) for leaf in LEAVES]
    assert [root(size, in_memory(hashed)).hex() for size in range(9)] == ROOTS
    assert EMPTY.hex() == ROOTS[0]


def test_a_leaf_cannot_be_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_example_of_the_standard() -> None:
    """Section 2.1.5: seven leaves, whose nodes have letters."""
    a, b, c, d, e, f, j = (leaf_hash(bytes([number])) for number in range(7))
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    node = in_memory([a, b, c, d, e, f, j])
    assert root(7, node) == node_hash(k, m)
    assert inclusion(0, 7, node) == [b, h, m]
    assert inclusion(3, 7, node) == [c, g, m]
    assert inclusion(4, 7, node) == [f, j, k]
    assert inclusion(6, 7, node) == [i, k]
    assert consistency(3, 7, node) == [c, d, g, m]
    assert consistency(4, 7, node) == [m]
    assert consistency(6, 7, node) == [i, j, k]


@pytest.mark.parametrize("size", range(MOST + 1))
def test_root_and_inclusion_of_every_leaf(size: int) -> None:
    node = in_memory(MANY)
    wanted = by_definition(MANY[:size])
    assert root(size, node) == wanted
    for index in range(size):
        path = inclusion(index, size, node)
        assert root_by_inclusion(index, size, MANY[index], path) == wanted
        assert len(path) <= (size - 1).bit_length()


@pytest.mark.parametrize("second", range(MOST + 1))
def test_consistency_with_every_smaller_tree(second: int) -> None:
    node = in_memory(MANY)
    new = by_definition(MANY[:second])
    for first in range(second + 1):
        old, path = by_definition(MANY[:first]), consistency(first, second, node)
        assert is_consistent(first, old, second, new, path)
        other = leaf_hash(b"another")
        if first:
            assert not is_consistent(first, other, second, new, path)
            assert not is_consistent(first, old, second, other, path)
        assert not is_consistent(first, old, second, new, [*path, other])
        for at in range(len(path)):
            assert not is_consistent(first, old, second, new, path[:at] + path[at + 1 :])
            assert not is_consistent(first, old, second, new, [*path[:at], other, *path[at + 1 :]])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_proof_of_anything_else_leads_elsewhere(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    node, wanted = in_memory(MANY), by_definition(MANY[:size])
    path = inclusion(index, size, node)
    assert root_by_inclusion(index, size, leaf_hash(b"another"), path) != wanted
    assert root_by_inclusion(index, size, MANY[index], path[:-1]) != wanted
    assert root_by_inclusion(index, size, MANY[index], [*path, MANY[0]]) != wanted
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    assert root_by_inclusion(elsewhere, size, MANY[index], path) != wanted
    step = data.draw(st.integers(0, len(path) - 1))
    assert root_by_inclusion(index, size, MANY[index], [*path[:step], MANY[index], *path[step + 1 :]]) != wanted


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (4, 3), (0, 0)])
def test_a_place_outside_of_the_tree_proves_nothing(index: int, size: int) -> None:
    assert root_by_inclusion(index, size, MANY[0], []) is None


def test_a_larger_tree_is_not_continued_by_a_smaller_one() -> None:
    assert not is_consistent(3, by_definition(MANY[:3]), 2, by_definition(MANY[:2]), [])
    assert not is_consistent(3, by_definition(MANY[:3]), 5, by_definition(MANY[:5]), [])
    assert not is_consistent(0, MANY[0], 2, by_definition(MANY[:2]), [])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, MOST))
def test_a_growing_tree_has_the_same_roots_and_tells_of_what_it_completes(size: int) -> None:
    growing = Growing()
    node = in_memory(MANY)
    for number, leaf in enumerate(MANY[:size], start=1):
        for level, found in growing.add(leaf):
            assert found == node(level, (number >> level) - 1)
        assert growing.root() == root(number, node)
    assert (growing.size, growing.root()) == (size, root(size, node))
