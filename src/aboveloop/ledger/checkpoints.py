"""Checkpoints: every committed entry becomes a leaf, and the head of the tree is signed (c2sp.org/tlog-checkpoint).

A copy of the text kept elsewhere shows any later change, reordering or cut of what it covers.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger import merkle, store
from aboveloop.ledger.entries import Stored
from aboveloop.ledger.errors import CheckpointRefused, LedgerDamaged
from aboveloop.ledger.notes import Signer, VerifierKey, exact_base64, open_note

# Fits every database integer; no ledger has more entries.
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
ROOT_BYTES = 32


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Checkpoint:
    """A signed head; `text` is what others keep."""

    head: Head
    at: datetime
    text: str


def open_checkpoint(text: str, key: VerifierKey) -> Head:
    """The head that `key` signed, of the log that the key is named after. Raises CheckpointRefused."""
    lines = open_note(text, key).split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise CheckpointRefused("The checkpoint must have three lines: origin, number of entries, root.")
    origin, size, root = lines[0], lines[1], exact_base64(lines[2])
    if origin != key.name:
        raise CheckpointRefused(f"The checkpoint is about {origin!r}, the key belongs to {key.name!r}.")
    if not _SIZE.fullmatch(size) or root is None or len(root) != ROOT_BYTES:
        raise CheckpointRefused("The checkpoint's number of entries or its root cannot be read.")
    return Head(origin, int(size), root)


def seal(tx: Transaction, signer: Signer, now: datetime) -> Checkpoint:
    """Cover every committed entry (and this transaction's own). The last checkpoint again when nothing is new.

    Raises LedgerDamaged rather than sign a tree that does not grow out of the last one.
    """
    store.lock(tx, "seal")
    row = store.latest_checkpoint(tx)
    frontier = merkle.Frontier() if row is None else _grown_from(row, signer.key)
    before = frontier.size
    if store.leaf_count(tx) != before:
        raise LedgerDamaged(f"Leaves are numbered up to {store.leaf_count(tx)}, checked up to {before}. Run the audit.")
    store.number_leaves(tx, before)
    for entry_hash in store.leaf_hashes(tx, before, store.leaf_count(tx)):
        frontier.push(merkle.leaf_hash(entry_hash))
    if row is not None and frontier.size == before:
        return _checkpoint(row, signer.key)
    store.add_tiles(tx, before // merkle.TILE_LEAVES, frontier.tiles)
    head = Head(signer.key.name, frontier.size, frontier.root())
    text = signer.sign(head.text())
    store.add_checkpoint(tx, store.CheckpointRow(head.size, now, tuple(frontier.nodes), text))
    return Checkpoint(head, now, text)


def latest(reader: Reader, key: VerifierKey) -> Checkpoint | None:
    """The newest checkpoint, None before the first."""
    row = store.latest_checkpoint(reader)
    return None if row is None else _checkpoint(row, key)


def range_hash(reader: Reader, low: int, high: int) -> bytes:
    """The root over leaves low..high-1, out of stored tiles as far as they go (a `merkle.RangeHash`)."""
    nodes: list[bytes] = []
    start = low
    if low % merkle.TILE_LEAVES == 0 and high - low >= merkle.TILE_LEAVES:
        upper = merkle.Frontier()
        for tile in store.tiles(reader, low // merkle.TILE_LEAVES, high // merkle.TILE_LEAVES):
            upper.push(tile)
        nodes, start = upper.nodes, low + upper.size * merkle.TILE_LEAVES
    lower = merkle.Frontier()
    for entry_hash in store.leaf_hashes(reader, start, high):
        lower.push(merkle.leaf_hash(entry_hash))
    return merkle.fold([*nodes, *lower.nodes])


def sealed_entries(reader: Reader, low: int, high: int) -> Iterator[Stored]:
    """The entries at leaves low..high-1. Raises LedgerDamaged where one is missing."""
    leaf = low
    for rows in store.sealed(reader, low, high):
        for row in rows:
            if row.leaf != leaf or row.entry is None:
                raise LedgerDamaged(f"The entry at leaf {leaf} is missing. Run the audit.")
            yield row.entry
            leaf += 1
    if leaf != high:
        raise LedgerDamaged(f"The entries from leaf {leaf} to {high - 1} are missing. Run the audit.")


def _grown_from(row: store.CheckpointRow, key: VerifierKey) -> merkle.Frontier:
    """The tree at the last checkpoint, as that checkpoint signed it."""
    head = open_checkpoint(row.text, key)
    try:
        frontier = merkle.Frontier(row.size, row.frontier)
    except ValueError as error:
        raise LedgerDamaged(
            f"The tree stored with checkpoint {row.size} was changed: {error} Run the audit."
        ) from error
    if (head.size, head.root) != (frontier.size, frontier.root()):
        raise LedgerDamaged(f"The tree stored with checkpoint {row.size} is not the one it signed. Run the audit.")
    return frontier


def _checkpoint(row: store.CheckpointRow, key: VerifierKey) -> Checkpoint:
    return Checkpoint(open_checkpoint(row.text, key), row.at, row.text)
