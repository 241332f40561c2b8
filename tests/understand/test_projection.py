"""Directions kept of embeddings: those in which the examples differ, of many messages or of one."""

import numpy as np
import pytest

from aboveloop.understand.embedding import Projection


def views(count: int, widths: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(4)
    rows = [generator.standard_normal((count, width)).astype(np.float32) for width in widths]
    return tuple(each / np.linalg.norm(each, axis=1, keepdims=True) for each in rows)


@pytest.mark.parametrize(("widths", "kept"), [((300, 200, 100), (256, 128, 100)), ((1_024,), (256,)), ((96,), (96,))])
def test_enough_examples_keep_the_directions_in_which_they_differ_most(
    widths: tuple[int, ...], kept: tuple[int, ...]
) -> None:
    given = views(1_600, widths)
    found = Projection.of(given)(given)
    assert tuple(each.shape[1] for each in found) == kept
    for own, along in zip(given, found, strict=True):
        best = np.linalg.svd(own, compute_uv=False)[: along.shape[1]]
        assert np.allclose((along**2).sum(), (best**2).sum(), rtol=1e-4)


def test_one_message_is_projected_as_it_is_among_others() -> None:
    given = views(1_600, (300, 200, 100))
    projection = Projection.of(given)
    among, alone = projection(given), projection(tuple(view[7] for view in given))
    assert all(np.allclose(one[7], other, atol=1e-5) for one, other in zip(among, alone, strict=True))


def test_few_examples_keep_all() -> None:
    given = views(1_000, (300, 200, 100))
    assert Projection.of(given)(given) is given
