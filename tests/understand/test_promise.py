"""The promise about wrong readings: exact, refused where it cannot be given, and kept over many draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aboveloop.understand.promise import Tried, messages_needed, promise
from aboveloop.understand.sureness import Sureness


def drawn(generator: np.random.Generator, count: int) -> Tried:
    """Messages whose readings are as often right as they are sure."""
    confidence = generator.beta(4, 0.7, size=count)
    return Tried(Sureness.of_reading(confidence), generator.random(count) > confidence)


@pytest.mark.parametrize(("cap", "needed"), [(0.05, 45), (0.02, 114), (0.01, 230)])
def test_too_few_messages_promise_nothing_and_say_how_many_are_needed(cap: float, needed: int) -> None:
    few = Tried(Sureness.of_reading(np.ones(needed - 1)), np.zeros(needed - 1, dtype=bool))
    refused = promise(few, cap=cap)
    assert (refused.threshold, refused.share, refused.needed) == (None, 0.0, needed)
    assert str(needed) in refused.reason
    enough = Tried(Sureness.of_reading(np.ones(needed)), np.zeros(needed, dtype=bool))
    assert promise(enough, cap=cap).threshold == 1.0


def test_readings_that_are_often_wrong_promise_nothing() -> None:
    refused = promise(Tried(Sureness.of_reading(np.linspace(0, 1, 1000)), np.ones(1000, dtype=bool)), cap=0.05)
    assert refused.threshold is None
    assert "Nothing is automated" in refused.reason


@given(st.floats(0.005, 0.3), st.floats(0.5, 0.99))
def test_the_number_needed_is_the_fewest(cap: float, confidence: float) -> None:
    needed = messages_needed(cap, confidence)
    assert stats.binom.cdf(0, needed, cap) <= 1 - confidence
    assert needed == 1 or stats.binom.cdf(0, needed - 1, cap) > 1 - confidence


@pytest.mark.parametrize("cap", [0.05, 0.02])
def test_the_long_run_share_of_wrong_readings_breaks_the_cap_in_at_most_a_tenth(cap: float) -> None:
    generator = np.random.default_rng(5)
    population = drawn(generator, 400_000)
    broken = 0
    for _ in range(300):
        kept = promise(drawn(generator, 2_000), cap=cap)
        if kept.threshold is not None:
            taken = population.sure.confidence >= kept.threshold
            broken += population.wrong[taken].mean() > cap
    assert broken <= 300 * 0.1 + 2 * np.sqrt(300 * 0.09)


@pytest.mark.parametrize("size", [100, 1_000])
def test_the_very_batch_that_is_read_breaks_the_cap_in_at_most_a_tenth(size: int) -> None:
    generator = np.random.default_rng(6)
    broken = promised = 0
    for _ in range(300):
        messages = drawn(generator, size)
        kept = promise(drawn(generator, 2_000), cap=0.05, batch=messages.sure)
        if kept.threshold is not None:
            taken = kept.takes(messages.sure)
            promised += 1
            broken += bool(taken.any()) and messages.wrong[taken].mean() > 0.05
    assert promised > 200
    assert broken <= 300 * 0.1 + 2 * np.sqrt(300 * 0.09)


def test_equally_sure_messages_are_automated_together_or_not_at_all() -> None:
    confidence = np.concatenate([np.full(500, 0.9), np.full(500, 0.5)])
    wrong = np.concatenate([np.zeros(500, dtype=bool), np.arange(500) % 2 == 0])
    kept = promise(Tried(Sureness.of_reading(confidence), wrong), cap=0.05)
    assert (kept.threshold, kept.share) == (0.9, 0.5)


def test_a_looser_cap_automates_no_less() -> None:
    tried = drawn(np.random.default_rng(8), 5_000)
    shares = [promise(tried, cap=cap).share for cap in (0.01, 0.02, 0.05, 0.1, 0.2)]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0]
