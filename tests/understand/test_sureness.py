"""Bins by how sure a model is: each message lies in one, and none of them is lost."""

import numpy as np

from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, Bins, Sureness


def drawn(generator: np.random.Generator, count: int) -> Sureness:
    return Sureness(generator.random(count), generator.random(count))


def test_bins_hold_about_as_many_of_what_they_were_made_from() -> None:
    generator = np.random.default_rng(1)
    sure = drawn(generator, 36_000)
    counts = Bins.of([sure]).counts(sure)
    assert counts.sum() == 36_000
    assert counts.min() > 900
    assert counts.max() < 1_100


def test_messages_of_one_confidence_are_parted_by_how_foreseen_they_are() -> None:
    bins = Bins.of([drawn(np.random.default_rng(2), 5_000)])
    same = Sureness(np.full(2, 0.5), np.array([0.05, 0.95]))
    assert len(np.unique(bins.places(same))) == 2


def test_messages_that_are_all_equally_sure_have_their_bins() -> None:
    same = Sureness(np.full(50, TAKEN_FOR_OUTSIDE), np.full(50, 0.2))
    bins = Bins.of([same])
    assert bins.counts(same).sum() == 50
    assert bins.counts(Sureness(np.array([0.0, 1.0]), np.array([0.0, 1.0]))).sum() == 2


def test_what_messages_weigh_is_added_up() -> None:
    sure = drawn(np.random.default_rng(3), 200)
    weights = np.linspace(0, 1, 200)
    assert np.isclose(Bins.of([sure]).counts(sure, weights).sum(), weights.sum())
