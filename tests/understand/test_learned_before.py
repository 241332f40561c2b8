"""What was learned once is not learned again, and reads as if it had been."""

from pathlib import Path

import numpy as np
import pytest

from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learned_before import learned
from aboveloop.understand.learning import learn
from understand.conftest import EXAMPLES, SAID
from understand.small_talk import FoldedWords

TEXTS = [text for examples in EXAMPLES.values() for text in examples]
LABELS = [label for label, examples in EXAMPLES.items() for _ in examples]
ASKED = [text for texts in SAID.values() for text in texts][:20]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ABOVELOOP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "readers"


def _read_alike(one: IntentModel, other: IntentModel) -> bool:
    first, second = one.judge(ASKED), other.judge(ASKED)
    same = np.array_equal(first.shares, second.shares) and np.array_equal(first.evidence, second.evidence)
    return same and one.promise(cap=0.1) == other.promise(cap=0.1)


@pytest.mark.parametrize("weights", [None, FoldedWords()])
def test_what_is_kept_reads_as_what_was_learned_to_the_last_digit(cache: Path, weights: FoldedWords | None) -> None:
    first = learned(TEXTS, LABELS, weights)
    (path,) = cache.glob("*.model")
    written = path.stat().st_ino
    again = learned(TEXTS, LABELS, weights)
    assert path.stat().st_ino == written
    assert _read_alike(first, again)
    assert _read_alike(first, learn(TEXTS, LABELS, weights))


def test_other_examples_or_weights_are_learned_anew(cache: Path) -> None:
    learned(TEXTS, LABELS)
    learned(TEXTS[:-1], LABELS[:-1])
    learned(TEXTS, LABELS, FoldedWords())
    assert len(list(cache.glob("*.model"))) == 3


def test_a_damaged_one_is_learned_again(cache: Path) -> None:
    first = learned(TEXTS, LABELS)
    (path,) = cache.glob("*.model")
    path.write_bytes(path.read_bytes()[:-500])
    assert _read_alike(first, learned(TEXTS, LABELS))
    assert _read_alike(first, learned(TEXTS, LABELS))


def test_nothing_is_kept_for_other_eyes(cache: Path) -> None:
    learned(TEXTS, LABELS)
    assert cache.stat().st_mode & 0o077 == 0


def test_without_a_place_to_keep_it_it_is_learned_each_time(cache: Path) -> None:
    cache.parent.write_text("a file where the folder should be")
    assert learned(TEXTS, LABELS).guesses(ASKED[0])


def test_the_one_that_was_used_longest_ago_goes_first(cache: Path) -> None:
    for left in range(26):
        learned([*TEXTS[:20], f"and number {left}"], [*LABELS[:20], "another"])
    assert len(list(cache.glob("*.model"))) == 24
