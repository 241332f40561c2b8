"""How sure a model is, whatever share of messages is about nothing foreseen; and bins, one for each message."""

import numpy as np
import pytest

from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, UNFORESEEN, Bins, Sureness


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


def test_a_confidence_is_said_as_often_as_it_comes_true_whatever_share_is_unforeseen() -> None:
    """Counted: messages of two kinds whose words tell, nine times to one, whether they are foreseen."""
    generator = np.random.default_rng(3)
    for share in (0.01, 0.1, 0.4):
        foreseen = generator.random(200_000) >= share
        seems = np.where(foreseen, generator.random(200_000) < 0.9, generator.random(200_000) < 0.1)
        right = foreseen & (generator.random(200_000) < 0.8)
        odds = np.where(seems, 9.0, 1 / 9) * (1 - UNFORESEEN) / UNFORESEEN
        usual = Sureness(0.8 * odds / (1 + odds), odds / (1 + odds))
        here = usual.among(share)
        for kind in (seems, ~seems):
            assert here.confidence[kind].mean() == pytest.approx(right[kind].mean(), abs=0.01)
            assert here.foreseen[kind].mean() == pytest.approx(foreseen[kind].mean(), abs=0.01)


def test_among_as_many_as_is_usual_nothing_changes() -> None:
    sure = Sureness(np.array([0.2, 0.5, TAKEN_FOR_OUTSIDE]), np.array([0.3, 0.99, 0.1]))
    again = sure.among(UNFORESEEN)
    assert again.confidence == pytest.approx(sure.confidence) and again.foreseen == pytest.approx(sure.foreseen)


def test_a_chance_stays_a_chance() -> None:
    sure = Sureness(np.array([0.0, 1.0, 0.9, TAKEN_FOR_OUTSIDE]), np.array([0.0, 1.0, 0.2, 0.0]))
    for share in (1e-6, 0.01, 0.5, 1 - 1e-6):
        here = sure.among(share)
        assert here.confidence[3] == TAKEN_FOR_OUTSIDE
        assert (here.confidence[:3] >= 0).all() and (here.confidence[:3] <= here.foreseen[:3] + 1e-12).all()
        assert (here.foreseen <= 1).all() and np.isfinite(here.confidence).all()
    assert len(Sureness().among(0.3)) == 0
