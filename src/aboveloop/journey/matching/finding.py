"""Pairs of records that may be one customer, the surest first, each with the evidence for and against it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from aboveloop.journey.matching.blocking import Pairs, pairs_of
from aboveloop.journey.matching.comparing import DIFFERS, FIELDS, SAME, Field, levels
from aboveloop.journey.matching.people import Entry
from aboveloop.journey.matching.weights import Weights, chance_of, default_u, estimate

Standing = Literal["certain", "likely", "possible"]
Numbers = Any
# From here on a pair is shown, is likely, and may be certain.
POSSIBLE, LIKELY, CERTAIN = 0.3, 0.8, 0.98
# Pairs drawn by chance tell how often two people agree; with so many, one agreement in fifty thousand is seen.
_DRAWN = 50_000
_SEED = 20
# What we assume of a value weighs as much as so many records.
_VALUE_WORTH = 200.0
_WORDS = {DIFFERS: "differs", 2: "is close", SAME: "is the same"}
_OWN = tuple(FIELDS.index(name) for name in ("e-mail", "phone", "own id"))
_NAMES = tuple(FIELDS.index(name) for name in ("given name", "family name"))


@dataclass(frozen=True)
class Evidence:
    """What one field says, in bits: above 0 for one person, below for two."""

    field: Field
    says: str
    bits: float


@dataclass(frozen=True)
class Likeness:
    """Two records. `chance`: how likely they are one customer; `bits` with what is known before any comparison."""

    one: str
    other: str
    standing: Standing
    chance: float
    bits: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Found:
    """`compared` pairs; `left_out` groups were too large to be compared; `weights` as they were estimated."""

    likenesses: tuple[Likeness, ...]
    compared: int
    left_out: int
    weights: Weights


def find(entries: Sequence[Entry], *, least: float = POSSIBLE) -> Found:
    """Everything that is likely enough, the surest first. The same records give the same answer."""
    pairs = pairs_of(entries)
    seen = levels(entries, pairs)
    shared_by = _shared_by(entries, pairs, seen)
    weights = estimate(seen, shared_by, levels(entries, _drawn(len(entries))), len(entries))
    parts = weights.parts(seen, shared_by)
    bits = parts.sum(axis=1) + weights.prior
    chances = chance_of(bits)
    kept = np.flatnonzero(chances >= least)
    found = [
        Likeness(
            entries[int(pairs.left[place])].id,
            entries[int(pairs.right[place])].id,
            _standing(seen[place], float(chances[place])),
            float(chances[place]),
            float(bits[place]),
            _evidence(seen[place], parts[place]),
        )
        for place in kept.tolist()
    ]
    found.sort(key=lambda each: (-each.bits, each.one, each.other))
    return Found(tuple(found), len(seen), pairs.left_out, weights)


def _standing(seen: Numbers, chance: float) -> Standing:
    """Certain takes an address, a number or an id that is the same, and no name that says otherwise."""
    has_own = any(seen[place] == SAME for place in _OWN)
    contradicts = any(seen[place] == DIFFERS for place in _NAMES)
    if chance >= CERTAIN and has_own and not contradicts:
        return "certain"
    return "likely" if chance >= LIKELY else "possible"


def _evidence(seen: Numbers, parts: Numbers) -> tuple[Evidence, ...]:
    found = [
        Evidence(name, _WORDS[int(seen[place])], round(float(parts[place]), 1))
        for place, name in enumerate(FIELDS)
        if seen[place]
    ]
    return tuple(sorted(found, key=lambda each: -each.bits))


def _drawn(records: int) -> Pairs:
    """Pairs by chance, always the same."""
    chance = np.random.default_rng(_SEED)
    # Of few records the same few pairs would be drawn again and again.
    many = min(_DRAWN, records * (records - 1) // 20)
    one = chance.integers(0, max(records, 1), many)
    other = chance.integers(0, max(records, 1), many)
    is_pair = one != other
    return Pairs(one[is_pair], other[is_pair], 0)


def _shared_by(entries: Sequence[Entry], pairs: Pairs, seen: Numbers) -> Numbers:
    """Of each agreement the log2 of how likely somebody else has this very value, told by how many have it besides the
    two: much is said by a rare family name, little by the address of an office."""
    found = np.full(seen.shape, np.nan)
    values: dict[str, list[tuple[str, ...]]] = {
        "given name": [(entry.name.given,) for entry in entries],
        "family name": [(entry.name.family,) for entry in entries],
        "e-mail": [tuple(entry.emails) for entry in entries],
        "phone": [tuple(entry.phones) for entry in entries],
        "address": [(entry.address,) for entry in entries],
    }
    for place, name in enumerate(FIELDS):
        if name not in values:
            continue
        said = values[name]
        counts = Counter(value for each in said for value in each if value)
        having = sum(1 for each in said if any(each))
        first = default_u(place) * _VALUE_WORTH
        for at in np.flatnonzero(seen[:, place] == SAME).tolist():
            one, other = said[int(pairs.left[at])], said[int(pairs.right[at])]
            others = min((counts[value] for value in one if value in other), default=2) - 2
            found[at, place] = np.log2((others + first) / (having + _VALUE_WORTH))
    return found
