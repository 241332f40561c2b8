"""The same value always gives the same bytes, and another value other ones."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc8785 import CanonicalizationError

from aboveloop.kit.canonical import canonical, digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60)
@given(JSON)
def test_canonical_json_says_the_value_and_nothing_else(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@settings(max_examples=60)
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


@settings(max_examples=60)
@given(JSON, JSON)
def test_other_values_have_other_digests(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == (canonical(one) == canonical(other))


def test_an_integer_that_json_readers_would_round_is_refused() -> None:
    with pytest.raises(CanonicalizationError):
        canonical(2**53)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)


@settings(max_examples=300)
@given(ANY_JSON)
def test_the_quick_way_writes_what_the_library_writes(value: Any) -> None:
    def told(encode: Callable[[Any], bytes]) -> bytes | type[Exception]:
        try:
            return encode(value)
        except (CanonicalizationError, UnicodeEncodeError) as error:
            return type(error)

    assert told(canonical) == told(rfc8785.dumps)


def test_what_the_two_encoders_write_otherwise_goes_to_the_library() -> None:
    for value in (
        {"\U00010000": 1, "\uffff": 2},
        [1.0, 1e21, -0.0],
        {"a": StrEnum("Kind", ["ONE"]).ONE},
        "\x00\x1f\x7f\u2028",
    ):
        assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


def test_what_is_nested_beyond_the_quick_way_is_written_all_the_same() -> None:
    value: list[Any] = []
    for _ in range(80):
        value = [value]
    assert canonical(value) == rfc8785.dumps(value)
