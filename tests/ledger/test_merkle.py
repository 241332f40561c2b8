"""The tree against the recursive definitions of RFC 9162, section 2.1."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.ledger import merkle

LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(700)]

# The inputs and roots that implementations of Certificate Transparency share.
SHARED_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
SHARED_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(first: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 9162, 2.1.4.1, word for word."""
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if first <= k:
        return [*naive_subproof(first, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(first - k, leaves[k:], False), naive_root(leaves[:k])]


def ranges(low: int, high: int) -> bytes:
    return naive_root(LEAVES[low:high])


def grown(leaves: Sequence[bytes], tree: merkle.Frontier | None = None) -> merkle.Frontier:
    tree = tree or merkle.Frontier()
    for leaf in leaves:
        tree.push(leaf)
    return tree


def test_roots_are_those_that_others_compute() -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in SHARED_INPUTS]
    for size, root in SHARED_ROOTS.items():
        assert grown(leaves[:size]).root().hex() == root


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.Frontier().root() == hashlib.sha256(b"").digest()


@given(size=st.integers(0, 300), stop=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_a_tree_grown_in_two_parts_has_the_root_of_the_definition(size: int, stop: int) -> None:
    begun = grown(LEAVES[: min(stop, size)])
    tree = grown(LEAVES[min(stop, size) : size], merkle.Frontier(begun.size, begun.nodes))
    assert tree.root() == naive_root(LEAVES[:size])


def test_a_growing_tree_collects_its_tiles() -> None:
    tree = grown(LEAVES)
    assert tree.tiles == [ranges(0, 256), ranges(256, 512)]


@pytest.mark.parametrize(("size", "nodes"), [(3, 1), (0, 1), (-1, 1)])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, nodes: int) -> None:
    with pytest.raises(ValueError, match="full subtrees"):
        merkle.Frontier(size, LEAVES[:nodes])


@given(size=st.integers(1, 200), data=st.data())
@settings(max_examples=80, deadline=None)
def test_inclusion_paths_follow_the_definition_and_lead_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, ranges)
    assert path == naive_path(index, LEAVES[:size])
    assert merkle.inclusion_root(LEAVES[index], index, size, path) == ranges(0, size)


@given(size=st.integers(2, 100), data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_changed_inclusion_path_does_not_lead_to_the_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, ranges)
    place = data.draw(st.integers(0, len(path) - 1))
    changes = {
        "longer": [*path, path[0]],
        "shorter": path[:-1],
        "other": [*path[:place], LEAVES[699], *path[place + 1 :]],
    }
    for changed in changes.values():
        assert merkle.inclusion_root(LEAVES[index], index, size, changed) != ranges(0, size)
    wrong_index = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    assert merkle.inclusion_root(LEAVES[index], wrong_index, size, path) != ranges(0, size)


@given(second=st.integers(1, 200), data=st.data())
@settings(max_examples=80, deadline=None)
def test_consistency_paths_follow_the_definition_and_lead_to_both_roots(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second))
    path = merkle.consistency_path(first, second, ranges)
    assert path == naive_subproof(first, LEAVES[:second], True)
    if first < second:
        roots = merkle.consistency_roots(first, second, path, ranges(0, first))
        assert roots == (ranges(0, first), ranges(0, second))


@given(second=st.integers(2, 100), data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_changed_consistency_path_does_not_lead_to_both_roots(second: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, second - 1))
    path = merkle.consistency_path(first, second, ranges)
    right = (ranges(0, first), ranges(0, second))
    place = data.draw(st.integers(0, len(path) - 1))
    for changed in ([*path, path[0]], path[:-1], [*path[:place], LEAVES[699], *path[place + 1 :]]):
        assert merkle.consistency_roots(first, second, changed, right[0]) != right


def test_trees_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        merkle.inclusion_path(3, 3, ranges)
    with pytest.raises(ValueError, match="did not grow"):
        merkle.consistency_path(4, 3, ranges)
    assert merkle.consistency_path(0, 3, ranges) == []
    assert merkle.inclusion_root(LEAVES[0], 3, 3, []) is None
    assert merkle.consistency_roots(0, 3, LEAVES[:1], LEAVES[0]) is None
    assert merkle.consistency_roots(3, 3, LEAVES[:1], LEAVES[0]) is None
    assert merkle.consistency_roots(1, 3, [], LEAVES[0]) is None
