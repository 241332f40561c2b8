"""Canonical JSON (RFC 8785) and digests: the same value always gives the same bytes."""

import hashlib
import json

import rfc8785

# Where the code points of a text are all below this, they sort as their UTF-16 units do, as RFC 8785 asks.
_FIRST_SURROGATE = "\ud800"
_LARGEST_INTEGER = 2**53 - 1
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode
# Deeper than anything here means to be; beyond it, and for circles, the library answers.
_DEEPEST = 50


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of `value` (JSON types only; integers up to 2**53 - 1).

    Python's own encoder writes the same for texts, whole numbers, lists and dictionaries, several times faster.
    """
    if _is_plain(value, 0):
        text = _encode(value)
        if text.isascii() or max(text) < _FIRST_SURROGATE:
            return text.encode()
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: object, depth: int) -> bool:
    """Whether the two encoders agree on it: exact types, no floats (their digits differ), whole numbers in range."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -_LARGEST_INTEGER <= value <= _LARGEST_INTEGER  # type: ignore[operator]
    if depth > _DEEPEST:
        return False
    if kind is dict:
        inside: dict[object, object] = value  # type: ignore[assignment]
        return all(type(key) is str and _is_plain(each, depth + 1) for key, each in inside.items())
    if kind is list or kind is tuple:
        return all(_is_plain(each, depth + 1) for each in value)  # type: ignore[attr-defined]
    return False
