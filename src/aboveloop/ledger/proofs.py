"""Proofs for outsiders: this entry is in the ledger; this ledger grew out of that one. No secret is needed to check."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aboveloop.kit.canonical import canonical
from aboveloop.kit.database import Reader
from aboveloop.ledger import merkle, store
from aboveloop.ledger.checkpoints import Checkpoint, latest, open_checkpoint, range_hash
from aboveloop.ledger.entries import Stored, from_record, record
from aboveloop.ledger.errors import CheckpointRefused, EntryNotFound, EntryNotSealed, LedgerDamaged
from aboveloop.ledger.notes import VerifierKey


@dataclass(frozen=True)
class ProofCheck:
    ok: bool
    reason: str


@dataclass(frozen=True)
class Proof:
    """That `entry` (its line of an export; personal fields stay encrypted) is leaf `leaf` under `checkpoint`."""

    entry: bytes
    leaf: int
    path: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> dict[str, Any]:
        return {
            "entry": json.loads(self.entry),
            "leaf": self.leaf,
            "path": [node.hex() for node in self.path],
            "checkpoint": self.checkpoint,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> "Proof":
        """Raises ValueError when a part is missing or of the wrong kind."""
        try:
            path = tuple(bytes.fromhex(node) for node in fields["path"])
            entry, leaf, checkpoint = canonical(fields["entry"]), fields["leaf"], fields["checkpoint"]
        except (KeyError, TypeError) as error:
            raise ValueError(f"This is no proof: {error!r}.") from error
        if type(leaf) is not int or not isinstance(checkpoint, str):
            raise ValueError("This is no proof: leaf must be a number, checkpoint a text.")
        return cls(entry, leaf, path, checkpoint)


@dataclass(frozen=True)
class GrowthProof:
    """That the tree under `newer` begins with the tree under `older`: nothing was changed or taken away since."""

    older: str
    newer: str
    path: tuple[bytes, ...]


def prove(reader: Reader, entry_id: str, key: VerifierKey) -> Proof:
    """Raises EntryNotFound, EntryNotSealed before the next checkpoint, LedgerDamaged when no proof is true."""
    found = store.with_leaf(reader, entry_id)
    if found is None:
        raise EntryNotFound(f"There is no entry {entry_id} in this ledger.")
    leaf, stored = found
    checkpoint = latest(reader, key)
    if leaf is None or checkpoint is None or leaf >= checkpoint.head.size:
        raise EntryNotSealed(f"No checkpoint covers entry {entry_id} yet. Make a checkpoint, then ask again.")
    path = merkle.inclusion_path(leaf, checkpoint.head.size, partial(range_hash, reader))
    proof = Proof(record(stored), leaf, tuple(path), checkpoint.text)
    _own(check_proof(proof, key))
    return proof


def check_proof(proof: Proof, key: VerifierKey) -> ProofCheck:
    """Whether the entry stands in the ledger that `key` signs for."""
    try:
        head = open_checkpoint(proof.checkpoint, key)
        stored = from_record(proof.entry)
    except (CheckpointRefused, ValueError) as error:
        return ProofCheck(False, str(error))
    if stored.computed_hash() != stored.hash:
        return ProofCheck(False, f"The content of entry {stored.id} does not give its hash.")
    root = merkle.inclusion_root(_leaf(stored), proof.leaf, head.size, proof.path)
    if root != head.root:
        return ProofCheck(False, f"The path of entry {stored.id} does not lead to the root of the checkpoint.")
    return ProofCheck(True, f"Entry {stored.id} is leaf {proof.leaf} of {head.size} in the ledger {head.origin}.")


def prove_growth(reader: Reader, older: str, key: VerifierKey, newer: Checkpoint | None = None) -> GrowthProof:
    """From the checkpoint `older`, kept elsewhere, to `newer`, else to the newest. Raises LedgerDamaged if not so."""
    first, newest = open_checkpoint(older, key), newer or latest(reader, key)
    if newest is None or newest.head.size < first.size:
        raise LedgerDamaged(f"The checkpoint covers {first.size} entries, the ledger fewer: its tail was cut.")
    proof = GrowthProof(older, newest.text, _growth_path(reader, first.size, newest))
    _own(check_growth(proof, key))
    return proof


def check_growth(proof: GrowthProof, key: VerifierKey) -> ProofCheck:
    """Whether the newer checkpoint's ledger begins with the whole of the older one's."""
    try:
        older, newer = open_checkpoint(proof.older, key), open_checkpoint(proof.newer, key)
    except CheckpointRefused as error:
        return ProofCheck(False, str(error))
    if older.size == newer.size:
        holds = older.root == newer.root and not proof.path
    elif older.size == 0:
        holds = older.root == merkle.EMPTY_ROOT and not proof.path
    else:
        roots = merkle.consistency_roots(older.size, newer.size, proof.path, older.root)
        holds = roots == (older.root, newer.root)
    if not holds:
        return ProofCheck(False, f"The ledger of {newer.size} entries did not grow out of the one of {older.size}.")
    return ProofCheck(True, f"The first {older.size} of {newer.size} entries are unchanged.")


def _growth_path(reader: Reader, first: int, newest: Checkpoint) -> tuple[bytes, ...]:
    return tuple(merkle.consistency_path(first, newest.head.size, partial(range_hash, reader)))


def _leaf(stored: Stored) -> bytes:
    return merkle.leaf_hash(bytes.fromhex(stored.hash))


def _own(check: ProofCheck) -> None:
    if not check.ok:
        raise LedgerDamaged(f"{check.reason} Run the audit.")
