"""Canonical JSON (RFC 8785) and digests: the same value always gives the same bytes."""

import hashlib

import rfc8785


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of `value` (JSON types only; integers up to 2**53 - 1)."""
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of `value`, as 64 hexadecimal characters."""
    return hashlib.sha256(canonical(value)).hexdigest()
