"""The best split of a line is where its two means lie furthest apart for their lengths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.kit.splits import best_split


def test_a_step_is_split_where_it_steps() -> None:
    places, apart = best_split(np.array([[1.0, 1, 1, 5, 5, 5, 5], [2.0, 2, 2, 2, 2, 2, 2]]), shortest=2)
    assert places[0] == 3 and apart[0] == pytest.approx(4 * np.sqrt(3 * 4 / 7))
    assert apart[1] == 0


@given(st.lists(st.floats(-100, 100), min_size=6, max_size=20))
def test_no_other_place_is_further_apart(values: list[float]) -> None:
    places, apart = best_split(np.array([values]), shortest=3)
    size = len(values)
    tried = [
        abs(np.mean(values[:cut]) - np.mean(values[cut:])) * np.sqrt(cut * (size - cut) / size)
        for cut in range(3, size - 2)
    ]
    assert apart[0] == pytest.approx(max(tried), abs=1e-6) and 3 <= places[0] <= size - 3
