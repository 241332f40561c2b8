"""Signed notes (c2sp.org/signed-note): a text and who signed it, readable by people and by other tools.

Only Ed25519 signatures (type 0x01); signatures by unknown keys are passed over, as the format asks.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.errors import CheckpointRefused

ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_BYTES = 32
SEED_BYTES = 32

# The format asks readers to take at least sixteen signatures and to stop somewhere.
MOST_SIGNATURES = 64

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<blob>[A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class VerifierKey:
    """A public key and its name. As text: `name+hex(key id)+base64(0x01 || public key)`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise WrongUsage(f"{self.name!r} cannot name a key: no spaces, no plus sign, not empty.")
        if len(self.public) != PUBLIC_BYTES:
            raise WrongUsage(f"A public Ed25519 key has {PUBLIC_BYTES} bytes; this one has {len(self.public)}.")

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, 0x01, public key)."""
        named = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read the text form (surrounding white space is ignored). Raises WrongUsage when it is not one."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        blob = exact_base64(encoded)
        if blob is None or blob[:1] != ED25519 or len(blob) != 1 + PUBLIC_BYTES:
            raise WrongUsage("This is no Ed25519 verifier key. It reads name+key id+base64, on one line.")
        key = cls(name, blob[1:])
        if key.id.hex() != key_id:
            raise WrongUsage(f"The verifier key {name} is damaged: its id is {key.id.hex()}, the text says {key_id}.")
        return key


class Signer:
    """Signs notes with the key that `seed` (32 secret bytes) gives, under `name`."""

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise WrongUsage(f"The seed of the signing key must have {SEED_BYTES} bytes; this one has {len(seed)}.")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """`text` (ends with a newline), a blank line and one signature line."""
        blob = self.key.id + self._private.sign(text.encode())
        return f"{text}\n— {self.key.name} {base64.b64encode(blob).decode()}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that `key` signed. Raises CheckpointRefused with the reason."""
    text, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n") or _CONTROL.search(note):
        raise CheckpointRefused("The checkpoint is not a signed note: a text, a blank line, signature lines.")
    text += "\n"
    lines = block[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise CheckpointRefused(
            f"The checkpoint has {len(lines)} signatures; more than {MOST_SIGNATURES} are not read."
        )
    signed = False
    for line in lines:
        signature = _signature_by(key, line)
        if signature is not None:
            _check(key, signature, text)
            signed = True
    if not signed:
        raise CheckpointRefused(f"The checkpoint carries no signature by the key {key.name}+{key.id.hex()}.")
    return text


def exact_base64(text: str) -> bytes | None:
    """The bytes, or None when `text` is not exactly how they are written, to the last bit."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def _signature_by(key: VerifierKey, line: str) -> bytes | None:
    match = _SIGNATURE.fullmatch(line)
    blob = exact_base64(match["blob"]) if match else None
    if match is None or blob is None:
        raise CheckpointRefused(f"The checkpoint has a signature line that cannot be read: {line!r}.")
    return blob[KEY_ID_BYTES:] if match["name"] == key.name and blob[:KEY_ID_BYTES] == key.id else None


def _check(key: VerifierKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except InvalidSignature as error:
        raise CheckpointRefused(
            f"The signature by {key.name} does not fit the text: one of them was changed."
        ) from error
