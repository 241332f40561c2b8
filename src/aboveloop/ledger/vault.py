"""The vault: personal fields under a key per customer, so that erasing the key erases the person.

Keys lie in the database wrapped by the master secret and are unwrapped for each use (it costs microseconds): no
key stays in memory, and an erasure by another process holds from its commit on.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class CustomerKey:
    """An unwrapped key, for the length of one call."""

    id: str
    _cipher: AESGCM

    def seal(self, entry_id: str, plain: str) -> bytes:
        """Nonce, ciphertext and tag; opens only with this key and for this entry."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain.encode(), _box_context(self.id, entry_id))

    def open(self, entry_id: str, box: bytes) -> dict[str, Any]:
        """The fields. Raises PersonalUnreadable when the box was changed or belongs to another entry."""
        try:
            plain = self._cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], _box_context(self.id, entry_id))
        except (InvalidTag, TypeError, ValueError) as error:
            raise PersonalUnreadable(
                f"The personal fields of entry {entry_id} were changed after they were written. Run the audit."
            ) from error
        fields: dict[str, Any] = json.loads(plain)
        return fields


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
            store.add_key(tx, self._new_key(customer_id), at)
        return self._unwrap(row)

    def open(self, reader: Reader, rows: Sequence[Stored]) -> list[Entry]:
        """The entries with their personal fields, None for the fields whose key is gone."""
        wanted = {row.key_id for row in rows if row.key_id is not None}
        kept = self._unwrapped(store.keys(reader, wanted).values()) if wanted else {}
        return [row.opened(_fields(row, kept)) for row in rows]

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
        return CustomerKey(row.key_id, AESGCM(key))


def _fields(row: Stored, kept: Mapping[str, CustomerKey]) -> dict[str, Any] | None:
    if row.key_id is None or row.box is None:
        return {}
    key = kept.get(row.key_id)
    return None if key is None else key.open(row.id, row.box)


def _box_context(key_id: str, entry_id: str) -> bytes:
    return f"aboveloop/ledger/personal/v1\n{key_id}\n{entry_id}".encode()


def _key_context(key_id: str, customer_id: str) -> bytes:
    return f"aboveloop/ledger/key/v1\n{key_id}\n{customer_id}".encode()
