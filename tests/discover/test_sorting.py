"""Events come by case and time, whatever fits into a word and whatever their hashes have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.discover import sorting
from aboveloop.discover.sorting import by_case_and_time, grouped, stable_order

# Hashes that begin alike, that end alike, and that have nothing in common.
KEYS = (1, 2, 3, 1 << 63, (1 << 63) + 1, 0xFFFF_FFFF_FFFF_FFFF)
EVENTS = st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, 5)), min_size=1, max_size=50)


def plainly(keys: list[int], times: list[int]) -> list[int]:
    """Rows by the first event of their case, then by time, then as they stand."""
    first: dict[int, tuple[int, int]] = {}
    for row, (key, time) in enumerate(zip(keys, times, strict=True)):
        first[key] = min(first.get(key, (time, row)), (time, row))
    return sorted(range(len(keys)), key=lambda row: (first[keys[row]], times[row], row))


@settings(max_examples=150, deadline=None)
@given(EVENTS, st.sampled_from((1, 1_000, 60_000_000, (1 << 60) // 5)), st.integers(-(1 << 40), 1 << 40))
def test_events_stand_by_case_then_time_then_row(events: list[tuple[int, int]], unit: int, begin: int) -> None:
    keys, times = [key for key, _ in events], [begin + time * unit for _, time in events]
    found = by_case_and_time(np.array(keys, dtype=np.uint64), np.array(times, dtype=np.int64), unit)
    expected = plainly(keys, times)
    assert found.rows.tolist() == expected
    assert found.at.tolist() == [times[row] for row in expected]
    here = [keys[row] for row in expected]
    begins = [place for place, key in enumerate(here) if place == 0 or key != here[place - 1]]
    assert found.starts.tolist() == [*begins, len(keys)]


@pytest.mark.parametrize("finest", [1, 1 << 20])
def test_blocks_and_words_that_do_not_suffice_change_nothing(monkeypatch: pytest.MonkeyPatch, finest: int) -> None:
    # Times of twenty bits more do not fit beside the case and the row.
    chance = np.random.default_rng(5)
    keys = chance.integers(0, 300, 5_000).astype(np.uint64) << np.uint64(50)
    times = chance.integers(0, 1 << 40, 5_000) * finest
    monkeypatch.setattr(sorting, "BLOCK", 64)
    found = by_case_and_time(keys, times, 1)
    assert found.rows.tolist() == plainly(keys.tolist(), times.tolist())
    assert found.at.tolist() == times[found.rows].tolist()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 3), st.integers(0, 2**62)), max_size=60))
def test_the_packed_sort_is_a_stable_sort(values: list[int]) -> None:
    given_ = np.array(values, dtype=np.int64)
    assert stable_order(given_).tolist() == np.argsort(given_, kind="stable").tolist()


def test_equal_hashes_are_one_group_and_its_first_comes_first() -> None:
    hashes = np.array([9 << 32, 4 << 32, 9 << 32, 4 << 32, 7 << 32], dtype=np.uint64)
    first, group = grouped(hashes)
    assert [first[each] for each in group] == [0, 1, 0, 1, 4]
