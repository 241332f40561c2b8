"""The layers behind a worker beside clerks: what their gradients are, what they learn, what dropout leaves alone."""

import numpy as np
import pytest
from scipy import sparse

from aboveloop.app.shadowing.star import network
from aboveloop.app.shadowing.star.network import Layers, Manner, fitted, odds
from aboveloop.app.shadowing.star.softmax import LINEAR, best, fit

PLAIN = Manner(hidden=0, passes=1, rate=1e-2, batch=8)
HIDDEN = Manner(hidden=4, passes=1, rate=1e-2, batch=8)


def some_rows(count: int = 8, names: int = 5) -> sparse.csr_array:
    dice = np.random.default_rng(1)
    return sparse.csr_array((dice.random((count, names)) * (dice.random((count, names)) > 0.5)).astype(np.float32))


def loss(layers: Layers, rows: sparse.csr_array, labels: np.ndarray) -> float:
    return -float(odds(layers, rows)[np.arange(len(labels)), labels].mean())


@pytest.mark.parametrize("manner", [PLAIN, HIDDEN])
def test_gradients_are_what_the_loss_changes_by(manner: Manner) -> None:
    rows, labels = some_rows(), np.array([0, 1, 2, 0, 1, 2, 0, 1])
    layers = fitted(rows, labels, 3, manner, 0)
    found = network._gradients(layers, rows.copy(), labels, manner, np.random.default_rng(0))
    parts = [part for layer in layers for part in layer]
    for part, gradient in zip(parts, found, strict=True):
        at = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        kept, step = part[at], 1e-2
        part[at] = kept + step
        above = loss(layers, rows, labels)
        part[at] = kept - step
        below = loss(layers, rows, labels)
        part[at] = kept
        assert (above - below) / (2 * step) == pytest.approx(gradient[at], rel=0.02, abs=1e-4)


def test_odds_are_logarithms_of_probabilities_also_where_they_are_huge() -> None:
    layers = ((np.array([[1e4, -1e4, 0]], np.float32), np.zeros(3, np.float32)),)
    found = odds(layers, sparse.csr_array(np.array([[1.0], [-1.0], [0.0]], np.float32)))
    assert np.isfinite(found).all() and np.exp(found).sum(axis=1) == pytest.approx(1.0)
    assert found.argmax(axis=1).tolist()[:2] == [0, 1]


def test_a_hidden_layer_learns_what_no_sum_of_names_tells() -> None:
    pairs = [({"a"}, "one"), ({"b"}, "one"), ({"a", "b"}, "both"), (set[str](), "both")] * 30
    rows, labels = [{*names, "always"} for names, _ in pairs], [label for _, label in pairs]
    models = fit(rows, labels, Manner(hidden=16, passes=60, rate=1e-2, batch=32))
    assert best(models, rows) == labels


def test_what_dropout_keeps_makes_up_for_what_it_leaves_out() -> None:
    kept = network._kept((200, 200), 0.6, np.random.default_rng(0))
    assert set(np.unique(kept)) == {np.float32(0), np.float32(1 / np.float32(0.4))}
    assert kept.mean() == pytest.approx(1.0, abs=0.03)
    assert (network._kept((3, 3), 0.0, np.random.default_rng(0)) == 1).all()


def test_the_same_rows_give_the_same_model_and_copies_differ() -> None:
    rows = [{f"name{number % 7}", f"other{number % 3}"} for number in range(60)]
    labels = [f"class{number % 3}" for number in range(60)]
    once, again = (fit(rows, labels, LINEAR, copies=2) for _ in range(2))
    assert all(
        (left == right).all()
        for one, other in zip(once, again, strict=True)
        for layer, same in zip(one.layers, other.layers, strict=True)
        for left, right in zip(layer, same, strict=True)
    )
    assert (once[0].layers[0][0] != once[1].layers[0][0]).any()
    assert once[0].classes == ("class0", "class1", "class2") and best(once, rows) == labels


def test_a_row_without_a_known_name_is_no_error() -> None:
    models = fit([{"a"}] * 10 + [{"b"}] * 20, ["left"] * 10 + ["right"] * 20)
    assert best(models, [{"unheard of"}, set(), {"a"}]) == ["right", "right", "left"]
