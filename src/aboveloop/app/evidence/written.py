"""What the verifier of evidence knows by itself: canonical JSON (RFC 8785), signed notes (C2SP), the tree (RFC 9162).

Written a second time, apart from the ledger's own code, so that one mistake is not made on both sides.
Knows nothing of Aboveloop: its text becomes a part of `verify.py` in every folder of evidence.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")


class Wrong(Exception):
    """Something does not hold; the message says what and where."""


class Key(NamedTuple):
    """The public key of the ledger and its name."""

    name: str
    id: bytes
    public: bytes
    text: str


class Head(NamedTuple):
    """What a checkpoint says: how many leaves the tree has, and its root."""

    size: int
    root: bytes


# --- canonical JSON (RFC 8785) ------------------------------------------------------------------


def canonical(value: Any) -> str:
    """The one way in which a JSON value is written down."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(each) for each in value) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name])}" for name in names) + "}"
    raise Wrong(f"{value!r} is no JSON")


def number(value: int | float) -> str:
    """A number as ECMAScript writes it."""
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise Wrong(f"{value} is a number that JSON readers round")
        return str(value)
    if value == 0:
        return "0"
    if value in (float("inf"), float("-inf")) or value != value:
        raise Wrong(f"{value} is no JSON number")
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


# --- notes, checkpoints (C2SP) ------------------------------------------------------------------


def exact_base64(text: str) -> bytes:
    """The bytes, when `text` is exactly how they are written, to the last bit."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Wrong(f"{text!r} is no base64") from error
    if base64.b64encode(decoded).decode() != text:
        raise Wrong(f"{text!r} is not how base64 is written")
    return decoded


def parse_key(text: str) -> Key:
    """A verifier key: name+hex(key id)+base64(0x01 || 32 bytes), on one line."""
    plain = text.strip()
    name, _, rest = plain.partition("+")
    key_id, _, encoded = rest.partition("+")
    blob = exact_base64(encoded)
    if not name or blob[:1] != b"\x01" or len(blob) != 33:
        raise Wrong("this is no Ed25519 verifier key. It reads NAME+ID+BASE64, on one line.")
    if hashlib.sha256(name.encode() + b"\n" + blob).hexdigest()[:8] != key_id:
        raise Wrong("the key's id does not fit the key: it was copied wrongly.")
    return Key(name, bytes.fromhex(key_id), blob[1:], plain)


def open_note(note: bytes, key: Key) -> str:
    """The text of a note that carries exactly one signature, by `key`."""
    text, separator, block = note.decode("utf-8").rpartition("\n\n")
    match = SIGNATURE.fullmatch(block[:-1]) if block.endswith("\n") else None
    if not separator or match is None:
        raise Wrong("it is not a text, a blank line and one signature line")
    blob = exact_base64(match[2])
    if match[1] != key.name or blob[:4] != key.id:
        raise Wrong(f"it is not signed by the key given ({key.name}+{key.id.hex()})")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], f"{text}\n".encode())
    except InvalidSignature as error:
        raise Wrong("the signature does not fit the text: one of them was changed") from error
    return text + "\n"


def open_checkpoint(note: bytes, key: Key) -> Head:
    lines = open_note(note, key).split("\n")
    if len(lines) != 4 or lines[0] != key.name or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
        raise Wrong("a checkpoint has three lines: the ledger's name, the number of entries, the root")
    root = exact_base64(lines[2])
    if len(root) != 32:
        raise Wrong("the root of a checkpoint has 32 bytes")
    return Head(int(lines[1]), root)


# --- the tree (RFC 9162, section 2.1) -----------------------------------------------------------


def leaf_hash(entry: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(entry["hash"])).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_root(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to (2.1.3.2); None where it is too long or too short for the tree."""
    if not 0 <= index < size:
        return None
    position, last, root = index, size - 1, leaf
    for node in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            root = node_hash(node, root)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            root = node_hash(root, node)
        position, last = position >> 1, last >> 1
    return root if last == 0 else None


def grew(older: Head, newer: Head, path: Sequence[bytes]) -> bool:
    """Whether the older tree is the beginning of the newer one (2.1.4.2)."""
    if older.size == newer.size or older.size == 0:
        empty = hashlib.sha256(b"").digest()
        return not path and older.root == (newer.root if older.size else empty)
    if not 0 < older.size < newer.size or not path:
        return False
    nodes = [older.root, *path] if older.size.bit_count() == 1 else list(path)
    position, last = older.size - 1, newer.size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, node)
        position, last = position >> 1, last >> 1
    return last == 0 and (first, second) == (older.root, newer.root)
