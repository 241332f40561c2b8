"""The vault: personal fields under a key per customer, so that erasing the key erases the person.

Keys lie in the database wrapped by the master secret and are unwrapped for each use (it costs microseconds): no
key stays in memory, and an erasure by another process holds from its commit on. Each entry's box has a key of its
own, derived from the customer's, so that one entry can be opened to an outsider and no other with it.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.ledger import store
from aboveloop.ledger.entries import Entry, Stored
from aboveloop.ledger.errors import PersonalUnreadable

KEY_BYTES = 32
# The size that NIST SP 800-38D recommends for GCM; random, which is safe for 2**32 boxes of one customer.
NONCE_BYTES = 12
LEAST_MASTER_BYTES = 32
# GCM alone lets one box be made that two keys open to two texts: a digest of the key in the box rules that out.
COMMITMENT_BYTES = 32
CONTENT_FROM = NONCE_BYTES + COMMITMENT_BYTES


@dataclass(frozen=True)
class Opening:
    """The personal fields of one entry and, in hexadecimal, the key that opens this box alone. `key` is None for a
    box of the first format, whose key would open everything of that customer: there the fields are only asserted."""

    entry_id: str
    personal: Mapping[str, Any]
    key: str | None


@dataclass(frozen=True)
class CustomerKey:
    """An unwrapped key, for the length of one call."""

    id: str
    _secret: bytes = field(repr=False)

    def seal(self, entry_id: str, plain: str) -> bytes:
        """Nonce, commitment to the box's key, ciphertext and tag; opens only with that key and for this entry."""
        key, nonce = self._box_key(entry_id), secrets.token_bytes(NONCE_BYTES)
        context = _box_context("v2", self.id, entry_id)
        return nonce + _commitment(key) + AESGCM(key).encrypt(nonce, plain.encode(), context)

    def open(self, entry_id: str, box: bytes) -> Opening:
        """The fields. Raises PersonalUnreadable when the box was changed or belongs to another entry."""
        try:
            key, nonce = self._box_key(entry_id), box[:NONCE_BYTES]
            if hmac.compare_digest(box[NONCE_BYTES:CONTENT_FROM], _commitment(key)):
                context = _box_context("v2", self.id, entry_id)
                plain = AESGCM(key).decrypt(nonce, box[CONTENT_FROM:], context)
                return Opening(entry_id, json.loads(plain), key.hex())
            context = _box_context("v1", self.id, entry_id)
            return Opening(entry_id, json.loads(AESGCM(self._secret).decrypt(nonce, box[NONCE_BYTES:], context)), None)
        except (InvalidTag, TypeError, ValueError) as error:
            raise PersonalUnreadable(
                f"The personal fields of entry {entry_id} were changed after they were written. Run the audit."
            ) from error

    def _box_key(self, entry_id: str) -> bytes:
        return hmac.digest(self._secret, f"aboveloop/ledger/box/v2\n{self.id}\n{entry_id}".encode(), "sha256")


class Vault:
    """Gives, opens and erases customers' keys. `master` is secret and at least 32 bytes long."""

    def __init__(self, master: bytes) -> None:
        if len(master) < LEAST_MASTER_BYTES:
            raise WrongUsage(f"The master secret must have {LEAST_MASTER_BYTES} bytes or more; it has {len(master)}.")
        derived = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=b"aboveloop/ledger/wrap/v1").derive(master)
        self._wrap = AESGCM(derived)

    def key_for(self, tx: Transaction, customer_id: str, at: datetime) -> CustomerKey:
        """The customer's key, made at first use and again after an erasure."""
        while (row := store.key_of(tx, customer_id)) is None:
            new = self._new_key(customer_id)
            if store.add_key(tx, new, at):
                return self._unwrap(new)
        return self._unwrap(row)

    def open(self, reader: Reader, rows: Sequence[Stored]) -> list[Entry]:
        """The entries with their personal fields, None for the fields whose key is gone."""
        kept = self._kept(reader, rows)
        return [row.opened(_fields(row, kept)) for row in rows]

    def openings(self, reader: Reader, rows: Sequence[Stored]) -> list[Opening]:
        """What opens the boxes of these entries to an outsider, where the keys still exist."""
        kept = self._kept(reader, rows)
        found = ((row, kept.get(row.key_id or "")) for row in rows)
        return [key.open(row.id, row.box) for row, key in found if key is not None and row.box is not None]

    def erase(self, tx: Transaction, customer_id: str) -> str | None:
        """Delete the customer's key and give its id, None where there is none."""
        row = store.key_of(tx, customer_id)
        if row is None:
            return None
        store.delete_key(tx, customer_id, len(row.wrapped))
        return row.key_id

    def _new_key(self, customer_id: str) -> store.WrappedKey:
        key_id, nonce = new_id("key"), secrets.token_bytes(NONCE_BYTES)
        wrapped = self._wrap.encrypt(nonce, secrets.token_bytes(KEY_BYTES), _key_context(key_id, customer_id))
        return store.WrappedKey(key_id, customer_id, nonce + wrapped)

    def _kept(self, reader: Reader, rows: Sequence[Stored]) -> dict[str, CustomerKey]:
        wanted = {row.key_id for row in rows if row.key_id is not None}
        return self._unwrapped(store.keys(reader, wanted).values()) if wanted else {}

    def _unwrapped(self, rows: Iterable[store.WrappedKey]) -> dict[str, CustomerKey]:
        return {row.key_id: self._unwrap(row) for row in rows}

    def _unwrap(self, row: store.WrappedKey) -> CustomerKey:
        context = _key_context(row.key_id, row.customer_id)
        try:
            key = self._wrap.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as error:
            raise PersonalUnreadable(
                f"The key of customer {row.customer_id} does not open with this master secret. "
                "Restore the secret that the ledger was begun with; without it the personal fields are lost."
            ) from error
        return CustomerKey(row.key_id, key)


def _fields(row: Stored, kept: Mapping[str, CustomerKey]) -> Mapping[str, Any] | None:
    if row.key_id is None or row.box is None:
        return {}
    key = kept.get(row.key_id)
    return None if key is None else key.open(row.id, row.box).personal


def _commitment(key: bytes) -> bytes:
    return hashlib.sha256(b"aboveloop/ledger/commitment/v2\n" + key).digest()


def _box_context(version: str, key_id: str, entry_id: str) -> bytes:
    return f"aboveloop/ledger/personal/{version}\n{key_id}\n{entry_id}".encode()


def _key_context(key_id: str, customer_id: str) -> bytes:
    return f"aboveloop/ledger/key/v1\n{key_id}\n{customer_id}".encode()
