"""A set of many hashes in little memory."""

import random

import numpy as np
import pytest

from aboveloop.app.importing.hashes import Hashes


def test_it_holds_what_was_in_it_and_what_was_added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aboveloop.app.importing.hashes._LATEST", 50)
    chance = random.Random(4)
    numbers = [chance.randrange(-(2**63), 2**63) for _ in range(700)]
    held = Hashes(np.array(numbers[:200], dtype=np.int64))
    for at, number in enumerate(numbers[200:500], 200):
        assert number not in held
        held.add(number)
        assert len(held) == at + 1
    assert all(number in held for number in numbers[:500])
    assert not any(number in held for number in numbers[500:])
    assert 1 not in Hashes(np.empty(0, dtype=np.int64))
