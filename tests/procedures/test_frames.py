"""A frame is a value: what is kept in a row comes back as it was."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.procedures.frames import Frame
from aboveloop.work.memory import Memory

NAME = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(min_value=-(2**53), max_value=2**53) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=3),
    max_leaves=6,
)
FRAMES = st.builds(
    Frame,
    run_id=NAME,
    procedure=NAME,
    step=st.integers(min_value=0, max_value=99),
    variables=st.dictionaries(NAME, VALUE, max_size=4),
    heard=st.dictionaries(NAME, st.lists(VALUE, max_size=3), max_size=3),
    said_as=st.dictionaries(NAME, NAME, max_size=3),
    asked=st.dictionaries(NAME, st.integers(min_value=0, max_value=9), max_size=3),
    edited=st.dictionaries(NAME, st.dictionaries(NAME, VALUE, max_size=3), max_size=2),
    visits=st.integers(min_value=0, max_value=9),
)


@settings(max_examples=80)
@given(FRAMES)
def test_a_frame_survives_json(frame: Frame) -> None:
    assert Frame.from_json(json.loads(json.dumps(frame.as_json()))) == frame


@settings(max_examples=80)
@given(
    st.builds(
        Memory,
        frames=st.lists(FRAMES, max_size=3),
        waiting=st.sampled_from([None, "answer", "confirmation", "approval", "time"]),
        asking=st.none() | NAME,
        proposal=st.none() | st.dictionaries(NAME, VALUE, max_size=3),
        confirmed=st.lists(NAME, max_size=3),
        missed=st.lists(NAME, max_size=3),
        tries=st.integers(min_value=0, max_value=9),
    )
)
def test_a_memory_survives_json(memory: Memory) -> None:
    kept: dict[str, Any] = json.loads(json.dumps(memory.as_json()))
    assert Memory.from_json(kept) == memory


def test_an_empty_memory_is_a_new_one() -> None:
    assert Memory.from_json({}) == Memory()
    assert Memory().top is None
