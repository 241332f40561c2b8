"""Scores of what was left out are those of a model that never saw it."""

import numpy as np
import pytest

from aboveloop.understand.kernel import Floats32
from aboveloop.understand.ridge import Exact, Ridge, fit_exact, fit_ridge

PENALTY = 0.2


def likeness_of(points: Floats32) -> Floats32:
    distances = ((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    return np.exp(-distances).astype(np.float32)


@pytest.fixture
def world() -> tuple[Floats32, np.ndarray]:
    generator = np.random.default_rng(3)
    targets = np.repeat(np.arange(4), 8)
    points = generator.normal(size=(32, 5)) * 0.5 + np.eye(4, 5)[targets]
    return points.astype(np.float32), targets


def scores_without(points: Floats32, targets: np.ndarray, hidden: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The plain way: solve for the rest, and ask it."""
    rest = np.setdiff1d(np.arange(len(points)), hidden)
    likeness = likeness_of(points).astype(float)
    wanted = np.eye(4)[targets[rest]]
    solved = np.linalg.solve(likeness[np.ix_(rest, rest)] + (PENALTY + 1e-3) * np.eye(len(rest)), wanted)
    return likeness[np.ix_(asked, rest)] @ solved


def fitted(way: str, points: Floats32, targets: np.ndarray, importance: Floats32) -> Ridge | Exact:
    if way == "exact":
        return fit_exact(likeness_of(points), targets, 4, importance=importance, penalty=PENALTY)
    every = np.arange(len(points))
    return fit_ridge(likeness_of(points), every, targets, 4, importance=importance, penalty=PENALTY)


WAYS = pytest.mark.parametrize("way", ["exact", "landmarks"])
EQUAL = np.ones(32, dtype=np.float32)


@WAYS
def test_each_example_left_out_alone_is_as_if_it_had_never_been(way: str, world: tuple[Floats32, np.ndarray]) -> None:
    points, targets = world
    ridge = fitted(way, points, targets, EQUAL)
    rows = np.flatnonzero(targets == 2)
    singly, _ = ridge.left_out(rows)
    plainly = np.vstack([scores_without(points, targets, np.array([row]), np.array([row])) for row in rows])
    assert np.abs(singly - plainly).max() < 0.01


@WAYS
def test_a_whole_intent_left_out_is_as_if_it_had_never_been(way: str, world: tuple[Floats32, np.ndarray]) -> None:
    points, targets = world
    ridge = fitted(way, points, targets, EQUAL)
    rows = np.flatnonzero(targets == 1)
    _, together = ridge.left_out(rows)
    plainly = scores_without(points, targets, rows, rows)
    others = [0, 2, 3]
    assert np.abs(together[:, others] - plainly[:, others]).max() < 0.01


@WAYS
def test_an_example_of_no_weight_teaches_nothing(way: str, world: tuple[Floats32, np.ndarray]) -> None:
    points, targets = world
    importance = np.ones(32, dtype=np.float32)
    importance[targets == 3] = 0.0
    ridge = fitted(way, points, targets, importance)
    assert np.abs(ridge.scores[targets != 3, 3]).max() < 1e-3


@WAYS
def test_scores_are_those_of_the_weights(way: str, world: tuple[Floats32, np.ndarray]) -> None:
    points, targets = world
    ridge = fitted(way, points, targets, EQUAL)
    assert np.abs(likeness_of(points) @ ridge.weights - ridge.scores).max() < 0.01
