"""The chances agree with scipy.stats, which takes a second to start and so is not used at work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from aboveloop.kit import chances

COUNTS = st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, st.floats(0.001, 0.5))
def test_at_most_is_the_binomial_distribution(counts: tuple[int, int], chance: float) -> None:
    hits, of = counts
    assert chances.at_most(hits, of=of, chance=chance) == pytest.approx(float(stats.binom.cdf(hits, of, chance)))


@given(COUNTS, st.data())
def test_at_most_drawn_is_the_hypergeometric_distribution(counts: tuple[int, int], data: st.DataObject) -> None:
    drawn, of = counts
    marked = data.draw(st.integers(0, min(of, 60)))
    hits = data.draw(st.integers(0, 60))
    found = chances.at_most_drawn(hits, drawn=drawn, marked=marked, of=of)
    assert found == pytest.approx(float(stats.hypergeom.cdf(hits, of, marked, drawn)), abs=1e-8)


@given(COUNTS, st.sampled_from([0.9, 0.95]))
def test_bounds_are_those_of_the_textbooks(counts: tuple[int, int], confidence: float) -> None:
    hits, of = counts
    found = stats.binomtest(hits, of)
    exact, wilson = (found.proportion_ci(confidence, method=method) for method in ("exact", "wilson"))
    assert chances.exact_bounds(hits, of=of, confidence=confidence) == pytest.approx(tuple(exact), abs=1e-7)
    assert chances.wilson_bounds(hits, of=of, confidence=confidence) == pytest.approx(tuple(wilson), abs=1e-9)


@given(COUNTS)
def test_as_far_from_half_is_the_two_sided_sign_test(counts: tuple[int, int]) -> None:
    hits, of = counts
    assert chances.as_far_from_half(hits, of=of) == pytest.approx(float(stats.binomtest(hits, of).pvalue), abs=1e-9)


@pytest.mark.parametrize("table", [[[10, 20], [30, 5]], [[5, 6], [6, 5]], [[50, 30, 20], [20, 45, 35]]])
def test_unrelated_is_the_chi_square_test(table: list[list[int]]) -> None:
    assert chances.unrelated(table) == pytest.approx(float(stats.chi2_contingency(table).pvalue))
