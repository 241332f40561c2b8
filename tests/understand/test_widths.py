"""Widths are chosen from the examples: cosines of one model spread, those of another crowd."""

import numpy as np
import pytest

from aboveloop.understand.features import Vocabulary, counted
from aboveloop.understand.kernel import Mixture, Rows
from aboveloop.understand.prepared import prepared
from aboveloop.understand.widths import TOTAL, chosen

LABELS, EACH = 8, 10


def mixture(crowding: float, each: int = EACH) -> Mixture:
    """What is chosen for examples whose words tell nothing and whose vectors all share `crowding` of their length."""
    generator = np.random.default_rng(5)
    labels = [f"label{place % LABELS}" for place in range(LABELS * each)]
    examples = prepared(
        [f"{place:o}zz{place:b}q".translate(str.maketrans("01234567", "abcdefgh")) for place in range(len(labels))],
        labels,
    )
    middles = generator.standard_normal((LABELS, 64))
    rows = np.array([middles[target] + 1.2 * generator.standard_normal(64) for target in examples.targets])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.concatenate([np.sqrt(1 - crowding) * rows, np.full((len(rows), 1), np.sqrt(crowding))], axis=1)
    counts = [counted(text) for text in examples.texts]
    words, letters = (Vocabulary.of([each[kind] for each in counts]) for kind in (0, 1))
    return chosen(
        examples,
        Rows(
            (rows.astype(np.float32),),
            words.rows([each[0] for each in counts]),
            letters.rows([each[1] for each in counts]),
        ),
    )


def test_crowded_cosines_get_a_narrower_likeness() -> None:
    assert mixture(0.9).views[0][1] > mixture(0.0).views[0][1]


@pytest.mark.parametrize("crowding", [0.0, 0.9])
def test_the_whole_always_weighs_the_same(crowding: float) -> None:
    assert mixture(crowding).total == pytest.approx(TOTAL)


def test_few_examples_choose_nothing() -> None:
    assert mixture(0.9, each=2).views == ((1.8, 4.0),)
