"""Exports: the whole ledger as a folder that anyone can check without the database, and that check.

Personal fields go out as they are stored, encrypted; keys never do.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from aboveloop.kit.database import Reader
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.checkpoints import Checkpoint, Head, open_checkpoint, sealed_entries
from aboveloop.ledger.entries import ENTRY_DOMAIN, Stored, from_record, record
from aboveloop.ledger.errors import CheckpointRefused, ExportRefused
from aboveloop.ledger.notes import VerifierKey
from aboveloop.ledger.verify import BadEntry, Verification, Walk, Wrong, passed, wrong_root

ENTRIES = "entries.jsonl"
CHECKPOINT = "checkpoint.txt"
PUBLIC_KEY = "public-key.txt"
README = "README.txt"

GUIDE = """\
An export of the ledger {origin}: {size} entries, as of {at}.

entries.jsonl    one entry per line, in the order in which they were sealed; line N is leaf N-1 of the tree
checkpoint.txt   the signed head of the tree over these entries (c2sp.org/tlog-checkpoint)
public-key.txt   the key that signed it (name+key id+base64 of 0x01 and the 32 bytes of the Ed25519 key)

A line is canonical JSON (RFC 8785), UTF-8, ended by one newline:
  id, kind, at, actor      what happened, when (UTC), who did it
  case_id, number          the chain it belongs to and its place there, from 0; "house" belongs to no case
  body                     the facts, readable
  personal                 null, or personal fields: "box" is base64 of 12 bytes nonce, 32 bytes digest of the box's
                           own key, ciphertext, 16 bytes tag (AES-256-GCM; older boxes lack the digest). That key is
                           derived from "key". Where that was erased, nobody can open it again.
  customer_id, release     null where there is none
  previous                 the hash of the entry before it in its chain, 64 zeros for the first
  hash                     SHA-256 of the line {domain} followed by a newline and this record
                           without "hash", as canonical JSON

To check by hand
  1. Each line is in canonical form, and its hash is what its content gives.
  2. In each chain the numbers run from 0 without a gap, and "previous" is the hash before.
  3. The Merkle tree (RFC 9162, SHA-256) over the 32 bytes of each hash, in this order, has the root on line 3 of
     checkpoint.txt, and there are as many lines as line 2 says.
  4. The signature of checkpoint.txt holds under public-key.txt.
Someone who holds the signing key could make a whole new folder. So compare with a checkpoint and a public key that
were kept elsewhere: they show every change, deletion, reordering, insertion and cut tail.
"""


@dataclass(frozen=True)
class Export:
    """What was written: the folder, how many entries, and the checkpoint that covers them all."""

    folder: Path
    entries: int
    checkpoint: Checkpoint


def export(reader: Reader, out: Path, checkpoint: Checkpoint, key: VerifierKey) -> Export:
    """Write the entries that `checkpoint` covers into the empty or new folder `out`.

    The checkpoint is written last: an export that was interrupted has none and passes no check.
    Raises ExportRefused when the folder is not empty, LedgerDamaged when a sealed entry is missing.
    """
    _prepare(out)
    head = checkpoint.head
    with (out / ENTRIES).open("wb") as file:
        file.writelines(record(stored) + b"\n" for stored in sealed_entries(reader, 0, head.size))
        file.flush()
        os.fsync(file.fileno())
    (out / PUBLIC_KEY).write_bytes(f"{key}\n".encode())
    guide = GUIDE.format(
        origin=head.origin, size=head.size, at=checkpoint.at.isoformat(), domain=ENTRY_DOMAIN.decode().strip()
    )
    (out / README).write_bytes(guide.encode())
    (out / CHECKPOINT).write_bytes(checkpoint.text.encode())
    return Export(out, head.size, checkpoint)


def verify_export(folder: Path, checkpoint_text: str | None = None, key: VerifierKey | None = None) -> Verification:
    """Check an exported folder byte for byte.

    Without `key` and `checkpoint_text`, kept elsewhere, it is only checked against itself: whoever holds the signing
    key could have made all of it anew. `entries` counts lines; `cases` those met before the first fault.
    """
    walk = Walk()
    try:
        trusted = _public_key(folder, key)
        head = _own_checkpoint(folder, trusted)
        outside = None if checkpoint_text is None else open_checkpoint(checkpoint_text, trusted)
        if outside is not None and outside.size > head.size:
            raise Wrong(
                None, f"The checkpoint given covers {outside.size} entries, the export {head.size}: it was cut."
            )
        _walk_lines(folder, walk, head, outside)
    except (CheckpointRefused, WrongUsage) as refused:
        return _failed(folder, walk, Wrong(None, str(refused)))
    except OSError as error:
        return _failed(folder, walk, Wrong(None, f"{error.filename} cannot be read: {error.strerror}."))
    except Wrong as fault:
        return _failed(folder, walk, fault)
    return passed(walk, outside)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        occupied = any(out.iterdir())
    except OSError as error:
        raise ExportRefused(f"{out} cannot take an export ({error.strerror}). Name another folder.") from error
    if occupied:
        raise ExportRefused(f"{out} is not empty. Name a new folder, so that nothing is overwritten.")


def _public_key(folder: Path, given: VerifierKey | None) -> VerifierKey:
    content = (folder / PUBLIC_KEY).read_bytes()
    try:
        key = VerifierKey.parse(content.decode())
    except UnicodeDecodeError as error:
        raise Wrong(None, f"{PUBLIC_KEY} is no text.") from error
    if content != f"{key}\n".encode():
        raise Wrong(None, f"{PUBLIC_KEY} holds more than one key.")
    if given is not None and key != given:
        raise Wrong(None, f"{PUBLIC_KEY} is {key}, not the key given ({given}).")
    return key


def _own_checkpoint(folder: Path, key: VerifierKey) -> Head:
    """The head in the folder, which must be exactly as it was written: one signature, no more lines."""
    try:
        text = (folder / CHECKPOINT).read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Wrong(None, f"{CHECKPOINT} is no text.") from error
    head = open_checkpoint(text, key)
    begin = f"{head.text()}\n— {key.name} "
    if not text.startswith(begin) or text.count("\n") != begin.count("\n") + 1:
        raise Wrong(None, f"{CHECKPOINT} holds more than the head and its signature.")
    return head


def _walk_lines(folder: Path, walk: Walk, head: Head, outside: Head | None) -> None:
    first: Stored | None = None
    agreed = 0
    with (folder / ENTRIES).open("rb") as file:
        for line in file:
            if walk.tree.size == head.size:
                raise Wrong(
                    _loosely_named(walk.tree.size, line, "it was added"), f"There are more than {head.size} lines."
                )
            stored = _read_line(walk.tree.size, line)
            first = first or stored
            walk.take_sealed(stored)
            if outside is not None and outside.size == walk.tree.size:
                if outside.root != walk.tree.root():
                    raise wrong_root(outside.size, agreed, first, "the checkpoint given")
                agreed, first = outside.size, None
    if walk.tree.size < head.size:
        what = f"{ENTRIES} ends here, the checkpoint covers {head.size} entries: the tail was cut"
        raise Wrong(BadEntry(walk.tree.size, None, None, None, what), f"Leaf {walk.tree.size}: {what}.")
    if head.root != walk.tree.root():
        raise wrong_root(head.size, agreed, first, CHECKPOINT)


def _read_line(leaf: int, line: bytes) -> Stored:
    try:
        if not line.endswith(b"\n"):
            raise ValueError("its line does not end")
        return from_record(line[:-1])
    except ValueError as error:
        what = f"the line is not as it was written: {error}"
        raise Wrong(_loosely_named(leaf, line, what), f"Line {leaf + 1}: {what}.") from error


def _loosely_named(leaf: int, line: bytes, what: str) -> BadEntry:
    """A bad line by the name that it gives itself, where it can still be read."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return BadEntry(leaf, None, None, None, what)
    name, case_id, number = fields.get("id"), fields.get("case_id"), fields.get("number")
    return BadEntry(
        leaf,
        name if isinstance(name, str) else None,
        case_id if isinstance(case_id, str) else None,
        number if type(number) is int else None,
        what,
    )


def _failed(folder: Path, walk: Walk, fault: Wrong) -> Verification:
    return Verification(_lines(folder), walk.cases, False, fault.bad, fault.reason)


def _lines(folder: Path) -> int:
    try:
        with (folder / ENTRIES).open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0
