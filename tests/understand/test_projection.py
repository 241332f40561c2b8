"""Directions kept of embeddings: those in which the examples differ, and every message as long as the others again."""

import numpy as np
import pytest

from aboveloop.understand.embedding import Projection


def views(count: int, widths: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(4)
    rows = [generator.standard_normal((count, width)).astype(np.float32) for width in widths]
    return tuple(each / np.linalg.norm(each, axis=1, keepdims=True) for each in rows)


@pytest.mark.parametrize(("widths", "kept"), [((300, 200, 100), (192, 96, 96)), ((1_024,), (256,)), ((96,), (96,))])
def test_enough_examples_keep_some_directions_and_rows_of_length_one(
    widths: tuple[int, ...], kept: tuple[int, ...]
) -> None:
    given = views(1_600, widths)
    found = Projection.of(given)(given)
    assert tuple(each.shape[1] for each in found) == kept
    assert all(np.allclose(np.linalg.norm(each, axis=1), 1.0, atol=1e-5) for each in found)
    assert all(each.dtype == np.float32 for each in found)


def test_one_message_is_projected_as_it_is_among_others() -> None:
    given = views(1_600, (300, 200, 100))
    projection = Projection.of(given)
    among, alone = projection(given), projection(tuple(view[7] for view in given))
    assert all(np.allclose(one[7], other, atol=1e-5) for one, other in zip(among, alone, strict=True))


def test_few_examples_keep_all() -> None:
    given = views(1_000, (300, 200, 100))
    assert Projection.of(given)(given) is given


def test_what_lies_along_no_direction_kept_is_nothing_not_a_division_by_nothing() -> None:
    rows = np.zeros((1_600, 300), dtype=np.float32)
    rows[:, 0] = 1.0
    projection = Projection.of((rows, rows[:, :200], rows[:, :100]))
    across = np.zeros(300, dtype=np.float32)
    across[299] = 1.0
    found = projection((across, across[:200], across[:100]))
    assert all(np.isfinite(each).all() for each in found)
