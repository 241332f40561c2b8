"""The ledger's one door: append what happened, read it back, erase a person, seal, prove, audit, export.

Appending extends the chain of a case; on PostgreSQL it holds that chain until the transaction ends. So append to
the chain of the house last: everybody shares it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aboveloop.kit.clock import to_micros
from aboveloop.kit.database import Database, Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger import extracts, proofs, store
from aboveloop.ledger.checkpoints import Checkpoint, latest, seal, sealed_entries
from aboveloop.ledger.entries import HOUSE, Draft, Entry, Stored, canonical_text
from aboveloop.ledger.errors import EntryNotFound
from aboveloop.ledger.export import Export
from aboveloop.ledger.export import export as write_export
from aboveloop.ledger.notes import Signer, VerifierKey
from aboveloop.ledger.vault import CustomerKey, Opening, Vault
from aboveloop.ledger.verify import Verification
from aboveloop.ledger.verify import verify as audit


@dataclass(frozen=True)
class Erasure:
    """What became of a request to erase: `key_id` is None when the customer had no key to delete."""

    customer_id: str
    key_id: str | None
    entry: Entry
    reason: str


class Ledger:
    """`master` wraps the customers' keys, `seed` (32 bytes) signs checkpoints, `origin` names this ledger in them.

    Holds no state: threads may share it.
    """

    def __init__(self, master: bytes, seed: bytes, origin: str = "aboveloop") -> None:
        self._vault = Vault(master)
        self._signer = Signer(origin, seed)

    @property
    def public_key(self) -> VerifierKey:
        """What outsiders check checkpoints with; its text is the C2SP verifier key."""
        return self._signer.key

    def append(
        self,
        tx: Transaction,
        *,
        case_id: str,
        kind: str,
        at: datetime,
        actor: str,
        body: Mapping[str, Any],
        personal: Mapping[str, Any] = {},
        customer_id: str | None = None,
        release: str | None = None,
    ) -> Entry:
        """Write one entry at the end of its chain. Raises EntryRefused for what cannot be kept exactly.

        `kind` is a fact in CamelCase, `actor` worker:NAME, person:ID, customer:ID or house, `case_id` "house" for
        what belongs to no case. `body` stays readable; `personal` is encrypted under the key of `customer_id`.
        """
        draft = Draft(case_id, kind, at, actor, body, personal, customer_id, release)
        return self.append_many(tx, [draft])[0]

    def note(
        self,
        tx: Transaction,
        *,
        case_id: str,
        kind: str,
        at: datetime,
        actor: str,
        body: Mapping[str, Any],
        personal: Mapping[str, Any] = {},
        customer_id: str | None = None,
        release: str | None = None,
    ) -> None:
        """As `append`, but written at the end of the transaction, together with all that was noted in it.

        Several entries at once cost half as much as one by one, and order is kept: an `append` in between writes
        what was noted before it first.
        """
        drafts: list[Draft] = tx.kept.setdefault(self, [])
        if not drafts:
            tx.before_commit(lambda: self.write_noted(tx))
        drafts.append(Draft(case_id, kind, at, actor, body, personal, customer_id, release))

    def write_noted(self, tx: Transaction) -> None:
        """Write what was noted so far; nothing where there is nothing."""
        drafts: list[Draft] = tx.kept.pop(self, [])
        if drafts:
            self.append_many(tx, drafts)

    def append_many(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Entry]:
        """Write several entries in this order, cheaper than one by one."""
        self.write_noted(tx)
        checked = [draft.checked() for draft in drafts]
        # In one order for everybody, so that two writers of the same chains wait and never block each other.
        heads = {case_id: store.lock_chain(tx, case_id) for case_id in sorted({draft.case_id for draft in checked})}
        keys: dict[str, CustomerKey] = {}
        rows: list[Stored] = []
        entries: list[Entry] = []
        for draft in checked:
            row, entry = self._chained(tx, draft, heads[draft.case_id], keys)
            heads[draft.case_id] = store.Head(row.number, row.hash)
            rows.append(row)
            entries.append(entry)
        if rows:
            store.insert(tx, rows)
        return entries

    def entry(self, reader: Reader, entry_id: str) -> Entry:
        """Raises EntryNotFound."""
        row = store.one(reader, entry_id)
        if row is None:
            raise EntryNotFound(f"There is no entry {entry_id} in this ledger.")
        return self._vault.open(reader, [row])[0]

    def entries(self, reader: Reader, case_id: str) -> list[Entry]:
        """The chain of a case, oldest first, personal fields opened where the key still exists."""
        return self._vault.open(reader, store.chain(reader, case_id))

    def find(
        self,
        reader: Reader,
        *,
        kind: str | None = None,
        since: datetime | None = None,
        case_id: str | None = None,
        customer_id: str | None = None,
        release: str | None = None,
    ) -> Iterator[Entry]:
        """Entries that match all that is given, in the order in which they were written, a batch at a time."""
        filters = {"kind": kind, "case_id": case_id, "customer_id": customer_id, "release": release}
        for rows in store.find(reader, store.matching(filters, since)):
            yield from self._vault.open(reader, rows)

    def count(
        self,
        reader: Reader,
        *,
        kind: str | None = None,
        since: datetime | None = None,
        case_id: str | None = None,
        customer_id: str | None = None,
        release: str | None = None,
    ) -> int:
        """How many entries `find` would give."""
        filters = {"kind": kind, "case_id": case_id, "customer_id": customer_id, "release": release}
        return store.count(reader, store.matching(filters, since))

    def erase(self, tx: Transaction, customer_id: str, *, at: datetime, actor: str) -> Erasure:
        """Delete the customer's key: their personal fields stay in the chain, and nobody can read them again.

        Itself an entry (CustomerErased) of the house. A customer who comes back gets a new key.
        """
        # What was noted about the customer must be sealed under the key that is about to go.
        self.write_noted(tx)
        key_id = self._vault.erase(tx, customer_id)
        body = {"customer_id": customer_id, "key_id": key_id}
        entry = self.append(
            tx, case_id=HOUSE, kind="CustomerErased", at=at, actor=actor, body=body, customer_id=customer_id
        )
        reason = f"The key {key_id} was deleted." if key_id else "The ledger held no personal fields of this customer."
        return Erasure(customer_id, key_id, entry, reason)

    def checkpoint(self, tx: Transaction, now: datetime) -> Checkpoint:
        """Seal all that is committed and sign the head. Raises LedgerDamaged rather than sign a broken tree."""
        return seal(tx, self._signer, now)

    def latest_checkpoint(self, reader: Reader) -> Checkpoint | None:
        return latest(reader, self.public_key)

    def sealed(self, reader: Reader, low: int, high: int) -> Iterator[Entry]:
        """The entries at leaves low..high-1, for segments of the history. Raises LedgerDamaged where one is missing."""
        batch: list[Stored] = []
        for row in sealed_entries(reader, low, high):
            batch.append(row)
            if len(batch) == store.BATCH:
                yield from self._vault.open(reader, batch)
                batch = []
        yield from self._vault.open(reader, batch)

    def prove(self, reader: Reader, entry_id: str) -> proofs.Proof:
        """That the entry stands under the newest checkpoint. Raises EntryNotFound, EntryNotSealed, LedgerDamaged."""
        return proofs.prove(reader, entry_id, self.public_key)

    def prove_growth(self, reader: Reader, older: str, newer: Checkpoint | None = None) -> proofs.GrowthProof:
        """That the ledger of `newer`, else of the newest checkpoint, begins with that of `older`, kept elsewhere."""
        return proofs.prove_growth(reader, older, self.public_key, newer)

    def extract(self, reader: Reader, wanted: extracts.Wanted, checkpoint: Checkpoint) -> Iterator[extracts.Proved]:
        """Some entries with their proofs under `checkpoint`, personal fields closed. Raises LedgerDamaged."""
        return extracts.extract(reader, wanted, checkpoint)

    def opened(self, reader: Reader, rows: Sequence[Stored]) -> list[Entry]:
        """These entries with their personal fields, None for the fields whose key is gone."""
        return self._vault.open(reader, rows)

    def openings(self, reader: Reader, rows: Sequence[Stored]) -> list[Opening]:
        """What lets an outsider open the personal fields of exactly these entries, where they can still be opened."""
        return self._vault.openings(reader, rows)

    def sign(self, text: str) -> str:
        """`text` as a note under the key that signs checkpoints. Raises WrongUsage for what could pass for one."""
        if text.partition("\n")[0] == self.public_key.name or not text.endswith("\n"):
            raise WrongUsage("Only a checkpoint begins with the ledger's name. Let the note say first what it is.")
        return self._signer.sign(text)

    def verify(self, reader: Reader, checkpoint_text: str | None = None) -> Verification:
        """Audit everything; with a checkpoint kept elsewhere, a cut tail and a rewritten past show too."""
        return audit(reader, checkpoint_text, self.public_key)

    def export(self, database: Database, out: Path, now: datetime) -> Export:
        """Seal in a transaction of its own, then write the whole ledger to `out` without holding up writers."""
        with database.write() as tx:
            checkpoint = self.checkpoint(tx, now)
        with database.read() as reader:
            return write_export(reader, out, checkpoint, self.public_key)

    def _chained(
        self, tx: Transaction, draft: Draft, head: store.Head, keys: dict[str, CustomerKey]
    ) -> tuple[Stored, Entry]:
        """The draft with its id, place, hash and box."""
        entry_id, where = new_id("entry"), f"The body of {draft.kind}"
        key_id, box, personal = None, None, {}
        if draft.personal and draft.customer_id is not None:
            plain = canonical_text(draft.personal, f"The personal fields of {draft.kind}")
            if draft.customer_id not in keys:
                keys[draft.customer_id] = self._vault.key_for(tx, draft.customer_id, draft.at)
            key_id, box = keys[draft.customer_id].id, keys[draft.customer_id].seal(entry_id, plain)
            personal = json.loads(plain)
        row = Stored(
            id=entry_id,
            case_id=draft.case_id,
            number=head.number + 1,
            at=to_micros(draft.at),
            kind=draft.kind,
            actor=draft.actor,
            release=draft.release,
            customer_id=draft.customer_id,
            body=canonical_text(draft.body, where),
            key_id=key_id,
            box=box,
            previous=head.hash,
            hash="",
        )
        row = row._replace(hash=row.computed_hash())
        return row, row.opened(personal)
