"""Extracts: some entries of the ledger, each with its proof under one checkpoint, for whoever may see only those.

The proofs of one extract share their nodes, so that ten thousand of them read each part of the tree once.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from aboveloop.kit.database import Reader
from aboveloop.ledger import merkle, store
from aboveloop.ledger.checkpoints import Checkpoint
from aboveloop.ledger.entries import Stored
from aboveloop.ledger.errors import LedgerDamaged


@dataclass(frozen=True)
class Wanted:
    """Which entries: the whole chains of `cases`, and of the house's chain what is about `customers`, what changed a
    release of `releases`, and, with `since` and `until`, whatever else it holds of that time."""

    cases: Collection[str]
    customers: Collection[str] = ()
    releases: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Proved:
    """An entry, the leaf at which it is sealed, and its path to the root of the checkpoint."""

    leaf: int
    stored: Stored
    path: tuple[bytes, ...]


class Subtrees:
    """The hash of any subtree of the first `size` leaves; what was computed once is remembered."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._size = size
        whole = size // merkle.TILE_LEAVES
        tiles = store.tiles(reader, 0, whole) if whole else []
        width = merkle.TILE_LEAVES
        self._nodes = {(place * width, (place + 1) * width): tile for place, tile in enumerate(tiles)}

    def __call__(self, low: int, high: int) -> bytes:
        """The root over leaves low..high-1 (a `merkle.RangeHash`). Raises LedgerDamaged where leaves are missing."""
        known = self._nodes.get((low, high))
        if known is None:
            if high - low == 1:
                self._load(low)
                return self._nodes[(low, high)]
            middle = low + merkle.split(high - low)
            known = self._nodes[(low, high)] = merkle.node_hash(self(low, middle), self(middle, high))
        return known

    def _load(self, leaf: int) -> None:
        """All leaves of one tile: its neighbours are asked for next."""
        begin = leaf - leaf % merkle.TILE_LEAVES
        end = min(begin + merkle.TILE_LEAVES, self._size)
        hashes = list(store.leaf_hashes(self._reader, begin, end))
        if len(hashes) != end - begin:
            raise LedgerDamaged(f"Some of the leaves {begin} to {end - 1} are missing. Run the audit.")
        for place, entry_hash in enumerate(hashes, start=begin):
            self._nodes[(place, place + 1)] = merkle.leaf_hash(entry_hash)


def extract(reader: Reader, wanted: Wanted, checkpoint: Checkpoint) -> Iterator[Proved]:
    """The entries that are wanted and that `checkpoint` covers, in the order of their leaves.

    Raises LedgerDamaged rather than give an entry whose content or path does not fit the checkpoint.
    """
    head = checkpoint.head
    subtrees = Subtrees(reader, head.size)
    for leaf, stored in sorted(_found(reader, wanted, head.size).items()):
        path = tuple(merkle.inclusion_path(leaf, head.size, subtrees))
        own = merkle.leaf_hash(bytes.fromhex(stored.hash))
        holds = stored.computed_hash() == stored.hash
        if not holds or merkle.inclusion_root(own, leaf, head.size, path) != head.root:
            raise LedgerDamaged(
                f"Entry {stored.id} does not stand under checkpoint {head.size} as it is. Run the audit."
            )
        yield Proved(leaf, stored, path)


def count(reader: Reader, wanted: Wanted, size: int) -> int:
    """How many entries `extract` would give."""
    return len(_found(reader, wanted, size))


def cases_between(reader: Reader, since: datetime, until: datetime, size: int) -> list[str]:
    """The cases with an entry at or after `since` and before `until`, in the order of their names."""
    return store.cases_between(reader, since, until, size)


def _found(reader: Reader, wanted: Wanted, size: int) -> dict[int, Stored]:
    asked: list[Callable[[], Iterator[tuple[int, Stored]]]] = [
        lambda: store.sealed_chains(reader, wanted.cases, size),
        lambda: store.sealed_of_house(reader, size, customers=wanted.customers),
        lambda: store.sealed_of_house(reader, size, releases=wanted.releases),
    ]
    if wanted.since is not None and wanted.until is not None:
        since, until = wanted.since, wanted.until
        asked.append(lambda: store.sealed_of_house(reader, size, between=(since, until)))
    return {leaf: stored for question in asked for leaf, stored in question()}
