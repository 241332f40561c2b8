"""The Merkle tree of RFC 9162, section 2.1: roots, growth leaf by leaf, proofs and their check.

Pure functions over hashes; where the leaves lie is the caller's business (`RangeHash`).
"""

import hashlib
from collections.abc import Callable, Sequence

# The root of a tree of leaves low..high-1. Ranges asked for always begin at a multiple of the power of two that
# holds them, so that stored subtrees can answer.
RangeHash = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()

# Full subtrees of 2**8 leaves are kept, so that a proof reads hundreds of hashes where there are a million leaves.
TILE_LEVEL = 8
TILE_LEAVES = 1 << TILE_LEVEL


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(nodes: Sequence[bytes]) -> bytes:
    """The root over full subtrees of falling size."""
    if not nodes:
        return EMPTY_ROOT
    root = nodes[-1]
    for node in reversed(nodes[:-1]):
        root = node_hash(node, root)
    return root


class Frontier:
    """All that a tree must remember to grow: the roots of its full subtrees, largest first.

    `tiles` collects the roots of the subtrees of TILE_LEAVES leaves that were filled since it was made.
    """

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(nodes) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} full subtrees, not {len(nodes)}.")
        self.size = size
        self.nodes = list(nodes)
        self.tiles: list[bytes] = []

    def push(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        node, level, rest = leaf, 0, self.size
        while rest & 1:
            node = node_hash(self.nodes.pop(), node)
            rest >>= 1
            level += 1
            if level == TILE_LEVEL:
                self.tiles.append(node)
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        return fold(self.nodes)


def inclusion_path(index: int, size: int, range_hash: RangeHash) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162, 2.1.3.1: the siblings from the leaf up to the root."""
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    low, high = 0, size
    path: list[bytes] = []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            path.append(range_hash(middle, high))
            high = middle
        else:
            path.append(range_hash(low, middle))
            low = middle
    return path[::-1]


def inclusion_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to (RFC 9162, 2.1.3.2), None when the path has the wrong length for the tree."""
    if not 0 <= index < size:
        return None
    position, last, root = index, size - 1, leaf
    for node in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            root = node_hash(node, root)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            root = node_hash(root, node)
        position >>= 1
        last >>= 1
    return root if last == 0 else None


def consistency_path(first: int, second: int, range_hash: RangeHash) -> list[bytes]:
    """PROOF(first, D[second]) of RFC 9162, 2.1.4.1; empty where the older tree is empty or the same."""
    if not 0 <= first <= second:
        raise ValueError(f"A tree of {second} leaves did not grow out of one of {first}.")
    if first in (0, second):
        return []
    low, high, whole = 0, second, True
    path: list[bytes] = []
    while first != high:
        middle = low + split(high - low)
        if first <= middle:
            path.append(range_hash(middle, high))
            high = middle
        else:
            path.append(range_hash(low, middle))
            low, whole = middle, False
    if not whole:
        path.append(range_hash(low, high))
    return path[::-1]


def consistency_roots(first: int, second: int, path: Sequence[bytes], first_root: bytes) -> tuple[bytes, bytes] | None:
    """The roots of the older and the newer tree that the path leads to (RFC 9162, 2.1.4.2).

    None when the path has the wrong length. Only for 0 < first < second; the ends need no proof.
    """
    if not 0 < first < second or not path:
        return None
    nodes = [first_root, *path] if first.bit_count() == 1 else list(path)
    position, last = first - 1, second - 1
    while position & 1:
        position >>= 1
        last >>= 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, node)
        position >>= 1
        last >>= 1
    return (older, newer) if last == 0 else None


def split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
