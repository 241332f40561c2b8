"""The days that a change takes to be shown: told from the before, and so it turns out."""

import numpy as np

from aboveloop.measure.intervals import difference, interval
from aboveloop.measure.proving import days_to_show

DAYS, A_DAY = 84, 5


def test_a_change_stands_out_in_about_four_of_five_worlds_after_the_days_that_were_told() -> None:
    rng = np.random.default_rng(4)
    hits, tries = 0, 400
    before = interval("mean", rng.normal(10, 4, DAYS * A_DAY))
    assert before is not None
    days = days_to_show(before, -1.0, days=DAYS)
    assert days is not None
    for _ in range(tries):
        first = interval("mean", rng.normal(10, 4, DAYS * A_DAY))
        after = interval("mean", rng.normal(9, 4, days * A_DAY))
        assert first is not None and after is not None
        hits += difference(first, after).moved
    assert 0.72 < hits / tries < 0.88


def test_a_larger_change_takes_fewer_days_and_one_within_the_befores_own_doubt_is_never_shown() -> None:
    before = interval("share", np.repeat([1.0, 0.0], [60, 240]))
    assert before is not None
    large, small = (days_to_show(before, change, days=84) for change in (0.1, -0.08))
    assert large is not None and small is not None and large < small
    assert days_to_show(before, 0.02, days=84) is None
    assert days_to_show(before, 0.0, days=84) is None
