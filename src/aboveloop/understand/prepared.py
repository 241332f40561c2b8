"""Examples made ready to be learned from: each once, labels' names beside them, some of them landmarks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aboveloop.understand.cleaning import folded
from aboveloop.understand.errors import TooFewIntents
from aboveloop.understand.intents import OUTSIDE, OUTSIDE_NAMES, closest_of
from aboveloop.understand.kernel import Floats32

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# More examples than this are thinned, the largest intents first: ten thousand more change little and cost minutes.
MOST_EXAMPLES = 20_000
# A message is compared with at most so many examples: a millisecond or two of its time. By words alone, planes take
# over above; beside embeddings all examples of up to ten thousand are worth half a point on Banking77 and HWU64.
MOST_LANDMARKS = 6_000
MOST_LANDMARKS_BY_MEANING = 10_000
FEWEST_LANDMARKS = 2_048
# Examples times the square of landmarks is what a fit costs: this much is some ten seconds.
_COST = 2.5e11
# Where not all examples can be landmarks, certainty is learned from those that are none: at least so many.
KEPT_OUT = 2_000
_SEED = 7
# "order_status" says what it is about, "c17" does not.
_SPEAKING = re.compile(r"[^\W\d_]{3,}(?:[\s_-]+[^\W\d_]+)*")


@dataclass(frozen=True)
class Examples:
    """Texts with the places of their labels. `named` are the labels' own names, which nobody sent as a message;
    `landmarks` are places among the texts, by label."""

    texts: tuple[str, ...]
    targets: Ints
    named: Bools
    labels: tuple[str, ...]
    landmarks: Ints

    def closest(self, likeness: Floats32, places: Ints) -> Floats32:
        """The greatest likeness of each text at `places` to a landmark of each label other than itself."""
        own = np.full(len(self.texts), -1, dtype=np.intp)
        own[self.landmarks] = np.arange(len(self.landmarks))
        rows = likeness[places]
        among = np.flatnonzero(own[places] >= 0)
        rows[among, own[places[among]]] = 0.0
        return closest_of(rows, self.targets[self.landmarks], len(self.labels))


def prepared(texts: Sequence[str], labels: Sequence[str], *, most_landmarks: int = MOST_LANDMARKS) -> Examples:
    """Examples in their order, each once; up to `most_landmarks` of them all are landmarks. Raises TooFewIntents."""
    known_as = [called(label) for label in labels]
    names = tuple(sorted(set(known_as)))
    if len(names) < 2:
        raise TooFewIntents(f"There are examples of {len(names)} intents; two are needed to tell them apart.")
    place_of = {name: place for place, name in enumerate(names)}
    once: dict[tuple[str, int], str] = {}
    for text, label in zip(texts, known_as, strict=True):
        # Who says the same twice says it once more, but a copy would vouch for itself when it is left out.
        once.setdefault((folded(text), place_of[label]), text)
    targets = np.array([place for _, place in once], dtype=np.intp)
    generator = np.random.default_rng(_SEED)
    order = _by_turns(targets, generator)[:MOST_EXAMPLES]
    order.sort()
    kept, targets = np.array(list(once.values()), dtype=object)[order], targets[order]
    speaking = [place for place, name in enumerate(names) if name != OUTSIDE and _SPEAKING.fullmatch(name)]
    all_targets = np.concatenate([targets, np.array(speaking, dtype=np.intp)])
    named = np.arange(len(all_targets)) >= len(targets)
    spoken = [names[place].replace("_", " ").replace("-", " ") for place in speaking]
    landmarks = _landmarks(targets, generator, most_landmarks)
    landmarks = np.concatenate([landmarks, np.flatnonzero(named)])
    landmarks = landmarks[np.argsort(all_targets[landmarks], kind="stable")]
    return Examples((*kept, *spoken), all_targets, named, names, landmarks)


def called(label: str) -> str:
    """What a label is called in a model: itself, or OUTSIDE where it is one of the usual names for that."""
    plain = re.sub(r"[\s-]+", "_", label.strip().lower())
    return OUTSIDE if plain in OUTSIDE_NAMES else label


def _landmarks(targets: Ints, generator: np.random.Generator, most: int) -> Ints:
    """All, or so many by turns from every label that enough are left to learn certainty from."""
    if len(targets) <= most:
        return np.arange(len(targets))
    affordable = max(FEWEST_LANDMARKS, int(np.sqrt(_COST / len(targets))))
    count = min(MOST_LANDMARKS, affordable, len(targets) - KEPT_OUT)
    return np.sort(_by_turns(targets, generator)[:count])


def _by_turns(targets: Ints, generator: np.random.Generator) -> Ints:
    """Places in chance order, one of each label after the other."""
    order = generator.permutation(len(targets))
    turn = np.empty(len(targets), dtype=np.intp)
    for label in np.unique(targets):
        own = order[targets[order] == label]
        turn[own] = np.arange(len(own))
    return order[np.argsort(turn[order], kind="stable")]
