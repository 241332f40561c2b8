"""The same value always gives the same bytes, and another value other ones."""

import json
from typing import Any

import pytest
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
