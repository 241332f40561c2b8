"""What may be written, and the one way it becomes bytes."""

import hashlib
import json
import math
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.kit.canonical import canonical
from aboveloop.kit.clock import to_micros
from aboveloop.kit.database import Database
from aboveloop.ledger.entries import NO_HASH, Draft, Stored, canonical_text, from_record, record
from aboveloop.ledger.errors import EntryRefused, LedgerDamaged
from aboveloop.ledger.ledger import Ledger

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

SAFE = 2**53 - 1
words = st.text(max_size=12)
numbers = st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number) <= SAFE or abs(number) >= 1e21
)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)
bodies = st.dictionaries(words, values, max_size=4)


def stored(**changes: Any) -> Stored:
    plain = Stored(
        id="entry_1",
        case_id="case_1",
        number=0,
        at=to_micros(AT),
        kind="CaseOpened",
        actor="house",
        release=None,
        customer_id=None,
        body='{"channel":"email"}',
        key_id=None,
        box=None,
        previous=NO_HASH,
        hash="",
    )._replace(**changes)
    return plain._replace(hash=plain.computed_hash())


def draft(**changes: Any) -> Draft:
    return Draft(**{"case_id": "case_1", "kind": "CaseOpened", "at": AT, "actor": "house", "body": {}, **changes})


def test_the_record_of_an_entry_is_what_it_has_always_been() -> None:
    entry = stored(customer_id="customer_1", key_id="key_1", box=b"secret", release="r1")
    assert record(entry, with_hash=False).decode() == (
        '{"actor":"house","at":"2026-03-02T09:00:00.000000Z","body":{"channel":"email"},"case_id":"case_1",'
        '"customer_id":"customer_1","id":"entry_1","kind":"CaseOpened","number":0,'
        '"personal":{"box":"c2VjcmV0","key":"key_1"},'
        f'"previous":"{NO_HASH}","release":"r1"}}'
    )
    assert entry.hash == hashlib.sha256(b"aboveloop/ledger/entry/v1\n" + record(entry, with_hash=False)).hexdigest()
    assert entry.hash == "463d9d945e3b1e7db9f077a41d53987928efbbf80218b5a5818741fe579e4506"


@given(body=bodies, name=words, box=st.none() | st.binary(max_size=20))
@settings(max_examples=120, deadline=None)
def test_records_are_canonical_json_and_come_back_as_they_were(
    body: dict[str, Any], name: str, box: bytes | None
) -> None:
    key = None if box is None else name
    entry = stored(body=canonical_text(body, "body"), case_id=name, customer_id=name, box=box, key_id=key)
    for with_hash in (True, False):
        line = record(entry, with_hash=with_hash)
        assert canonical(json.loads(line)) == line
    assert from_record(record(entry)) == entry
    assert json.loads(record(entry))["body"] == json.loads(canonical(body))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"{}",
        b'{"personal":1}',
        b"[" * 100_000,
        record(stored()) + b" ",
        b" " + record(stored()),
        record(stored()).replace(b'"number":0', b'"number":0.0'),
        record(stored(number=1.0)),
        record(stored(number=True)).replace(b"True", b"true"),
        record(stored()).replace(b'"body":{', b'"body":{"z":1,'),
        record(stored()).replace(b'"actor":"house"', b'"actor":"house","more":1'),
        record(stored()).replace(b'"actor":"house"', b'"actor":5'),
        record(stored()).replace(b"09:00:00.000000Z", b"09:00:00Z"),
        record(stored()).replace(b"09:00:00.000000Z", b"09:00:00"),
        record(stored()).replace(b"channel", b"ch\\u0061nnel"),
        record(stored(box=b"12", key_id="k")).replace(b"MTI=", b"MTJ="),
        record(stored(box=b"12", key_id="k")).replace(b"MTI=", b"MTI"),
    ],
)
def test_a_line_that_differs_in_any_byte_is_not_a_record(line: bytes) -> None:
    with pytest.raises(ValueError):
        from_record(line)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (math.nan, "survive"),
        (math.inf, "survive"),
        (float(2**53), "survive"),
        (-1e20, "survive"),
        (2**53, "beyond 2"),
        (-(2**53), "beyond 2"),
        (b"bytes", "bytes"),
        ({1: 2}, "key 1"),
        (MappingProxyType({}), "mappingproxy"),
        (AT, "datetime"),
        ("\ud800", "not Unicode"),
        ({"\ud800": 1}, "not Unicode"),
        ([[math.nan]], r"body\.value\[0\]\[0\]"),
    ],
)
def test_what_json_would_lose_is_refused_with_its_place(value: object, reason: str) -> None:
    with pytest.raises(EntryRefused, match=reason):
        canonical_text({"value": value}, "body")


def test_a_body_nested_too_deep_is_refused() -> None:
    value: Any = "x"
    for _ in range(70):
        value = [value]
    with pytest.raises(EntryRefused, match="levels deep"):
        canonical_text({"value": value}, "body")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": AT.replace(tzinfo=None)}, "time"),
        ({"at": datetime(1969, 3, 2, tzinfo=UTC)}, "time"),
        ({"kind": "case opened"}, "CamelCase"),
        ({"kind": ""}, "kind"),
        ({"actor": "somebody"}, "actor"),
        ({"actor": "worker:"}, "actor"),
        ({"case_id": ""}, "case_id"),
        ({"case_id": "a\x00b"}, "case_id"),
        ({"case_id": "a\ud800b"}, "case_id"),
        ({"case_id": 5}, "case_id"),
        ({"customer_id": ""}, "customer_id"),
        ({"release": "a\nb"}, "release"),
        ({"personal": {"name": "Ada"}}, "Pass customer_id"),
    ],
)
def test_a_draft_with_a_fault_is_refused_with_a_sentence(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(EntryRefused, match=reason):
        draft(**changes).checked()


def test_a_member_of_an_enumeration_is_written_as_its_text() -> None:
    class Kind(StrEnum):
        OPENED = "CaseOpened"

    kind = draft(kind=Kind.OPENED).checked().kind
    assert type(kind) is str
    assert kind == "CaseOpened"


def test_an_entry_does_not_change_with_what_it_was_made_from(db: Database, ledger: Ledger) -> None:
    body = {"orders": ["o_1"]}
    with db.write() as tx:
        entry = ledger.append(tx, case_id="case_1", kind="CaseOpened", at=AT, actor="house", body=body)
    body["orders"].append("o_2")
    assert entry.body == {"orders": ["o_1"]}


def test_a_body_that_is_no_json_any_more_is_named() -> None:
    with pytest.raises(LedgerDamaged, match="entry_1"):
        stored()._replace(body="{").opened({})
