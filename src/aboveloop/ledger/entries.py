"""Entries: what is written down, the one way it is turned into bytes, and the hash that chains it.

Everything that reaches the ledger passes `Draft.checked`; everything stored or exported is a `Stored`.
"""

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from aboveloop.kit.canonical import canonical
from aboveloop.kit.clock import EPOCH, from_micros, iso, to_micros
from aboveloop.ledger.errors import EntryRefused, LedgerDamaged

# The chain of everything that belongs to no case.
HOUSE = "house"

# Stands before the bytes of every entry, so that no other digest of the house can pass for an entry's.
ENTRY_DOMAIN = b"aboveloop/ledger/entry/v1\n"

# `previous` of the first entry of a chain.
NO_HASH = "0" * 64

# The integers that every JSON reader keeps exactly (RFC 8785, 3.2.2.3).
LARGEST_INTEGER = 2**53 - 1

# From here on RFC 8785 writes a number with an exponent, so that it is read as a decimal again.
EXPONENT_FROM = 1e21

# Deeper than any honest body, and far from the depth at which readers of JSON give up.
DEEPEST = 64

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
_ACTOR = re.compile(r"house|(?:worker|person|customer):\S+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Draft:
    """An entry before it has a place in its chain. `personal` is encrypted under the customer's key.

    `customer_id` stays readable after an erasure: it must be a name that the house made up, not an address.
    """

    case_id: str
    kind: str
    at: datetime
    actor: str
    body: Mapping[str, Any]
    personal: Mapping[str, Any] = field(default_factory=dict)
    customer_id: str | None = None
    release: str | None = None

    def checked(self) -> "Draft":
        """The same draft with plain strings. Raises EntryRefused with the reason in words."""
        # Before 1970 lies no operation, only a mistake; and the year 999 is not written with four digits everywhere.
        if self.at.tzinfo is None or self.at < EPOCH:
            raise EntryRefused(f"{self.at} cannot be the time of an entry. Pass the present, with its time zone.")
        kind, actor = _plain(self.kind, "kind"), _plain(self.actor, "actor")
        if not _KIND.fullmatch(kind):
            raise EntryRefused(f"{kind!r} is no kind of entry. Name a fact in CamelCase, such as ApprovalRequested.")
        if not _ACTOR.fullmatch(actor):
            raise EntryRefused(f"{actor!r} is no actor. Write worker:NAME, person:ID, customer:ID or house.")
        if self.personal and self.customer_id is None:
            raise EntryRefused(
                f"The {kind} entry of {self.case_id} has personal fields but no customer. "
                "Pass customer_id, so that they can be erased with that customer's key."
            )
        return replace(
            self,
            case_id=_plain(self.case_id, "case_id"),
            kind=kind,
            actor=actor,
            customer_id=None if self.customer_id is None else _plain(self.customer_id, "customer_id"),
            release=None if self.release is None else _plain(self.release, "release"),
        )


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `personal` is None where the customer's key has been erased, {} where there was none.

    `number` counts from 0 in the chain of its case; `previous` and `hash` are 64 hexadecimal characters.
    """

    id: str
    case_id: str
    number: int
    at: datetime
    kind: str
    actor: str
    release: str | None
    customer_id: str | None
    body: Mapping[str, Any]
    personal: Mapping[str, Any] | None
    previous: str
    hash: str


class Stored(NamedTuple):
    """An entry as it lies in the table: `at` in microseconds since 1970, `body` as canonical JSON.

    `box` holds the personal fields (nonce, ciphertext, tag) under the key `key_id`; both are None without any.
    """

    id: str
    case_id: str
    number: int
    at: int
    kind: str
    actor: str
    release: str | None
    customer_id: str | None
    body: str
    key_id: str | None
    box: bytes | None
    previous: str
    hash: str

    def computed_hash(self) -> str:
        """What `hash` must be: SHA-256 over the domain and the canonical JSON of everything else."""
        return hashlib.sha256(ENTRY_DOMAIN + record(self, with_hash=False)).hexdigest()

    def opened(self, personal: Mapping[str, Any] | None) -> Entry:
        """Raises LedgerDamaged when the body is no JSON any more."""
        try:
            body = json.loads(self.body)
        except (TypeError, ValueError) as error:
            raise LedgerDamaged(
                f"The body of entry {self.id} was changed and cannot be read. Run the audit."
            ) from error
        return Entry(
            id=self.id,
            case_id=self.case_id,
            number=self.number,
            at=from_micros(self.at),
            kind=self.kind,
            actor=self.actor,
            release=self.release,
            customer_id=self.customer_id,
            body=body,
            personal=personal,
            previous=self.previous,
            hash=self.hash,
        )


def record(stored: Stored, *, with_hash: bool = True) -> bytes:
    """The canonical JSON (RFC 8785) of an entry: with its hash one line of an export, without it what is hashed.

    Written out by hand because the body is canonical already; a test holds it equal to `kit.canonical`.
    """
    return (
        f'{{"actor":{quoted(stored.actor)},"at":"{iso(from_micros(stored.at))}","body":{stored.body},'
        f'"case_id":{quoted(stored.case_id)},"customer_id":{_quoted_or_null(stored.customer_id)},'
        f"{_hash_member(stored.hash) if with_hash else ''}"
        f'"id":{quoted(stored.id)},"kind":{quoted(stored.kind)},"number":{stored.number},"personal":{_personal(stored)},'
        f'"previous":{quoted(stored.previous)},"release":{_quoted_or_null(stored.release)}}}'
    ).encode()


def from_record(line: bytes) -> Stored:
    """The entry that `record` wrote. Raises ValueError when `line` differs in any byte from such a record."""
    try:
        stored = _from_fields(json.loads(line))
        exact = type(stored.number) is int and record(stored) == line
    except (KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a line of an export: {error}") from error
    if not exact:
        raise ValueError("it is not in canonical form")
    return stored


def canonical_text(value: Mapping[str, Any], where: str) -> str:
    """The canonical JSON of `value`. Raises EntryRefused where JSON would lose something; `where` names the place."""
    plain = dict(value)
    _refuse_loss(plain, where, 0)
    try:
        return canonical(plain).decode()
    except ValueError as error:
        raise EntryRefused(f"{where} holds text that is not Unicode (half of a surrogate pair). Clean it.") from error


def _from_fields(fields: dict[str, Any]) -> Stored:
    personal = fields["personal"]
    at = datetime.fromisoformat(fields["at"])
    return Stored(
        id=fields["id"],
        case_id=fields["case_id"],
        number=fields["number"],
        at=to_micros(at),
        kind=fields["kind"],
        actor=fields["actor"],
        release=fields["release"],
        customer_id=fields["customer_id"],
        body=canonical(fields["body"]).decode(),
        key_id=None if personal is None else personal["key"],
        box=None if personal is None else base64.b64decode(personal["box"]),
        previous=fields["previous"],
        hash=fields["hash"],
    )


def _personal(stored: Stored) -> str:
    """Null only where both parts are: a key without a box, or a box without a key, must change the hash."""
    if stored.box is None and stored.key_id is None:
        return "null"
    box = "null" if stored.box is None else f'"{base64.b64encode(stored.box).decode()}"'
    return f'{{"box":{box},"key":{_quoted_or_null(stored.key_id)}}}'


def _hash_member(value: str) -> str:
    return f'"hash":{quoted(value)},'


def _quoted_or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _plain(text: object, what: str) -> str:
    """`text` as an exact str: a database driver may store a member of an enumeration by another name."""
    if not isinstance(text, str) or not text or _CONTROL.search(text) or not _is_unicode(text):
        raise EntryRefused(f"The {what} of an entry must be text without control characters, not {text!r}.")
    return str.__str__(text)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_loss(value: object, where: str, depth: int) -> None:
    """Raise EntryRefused for anything that would not come back from JSON as it was."""
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise EntryRefused(f"{where} is {value}, beyond 2**53: JSON readers round it. Write it as text.")
    elif isinstance(value, float):
        if not math.isfinite(value) or LARGEST_INTEGER < abs(value) < EXPONENT_FROM:
            raise EntryRefused(f"{where} is {value!r}, a number that does not survive JSON. Write it as text.")
    elif depth >= DEEPEST:
        raise EntryRefused(f"{where} is nested more than {DEEPEST} levels deep. Flatten it.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise EntryRefused(f"{where} has the key {key!r}; JSON keys are text.")
            _refuse_loss(inner, f"{where}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            _refuse_loss(inner, f"{where}[{place}]", depth + 1)
    else:
        raise EntryRefused(f"{where} is a {type(value).__name__}, which JSON does not know. Write it as text.")
