"""What a model would have said to its own examples, had it not learned from them; and from nothing of their intent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from aboveloop.understand.certainty import Bools, Certainty, Floats
from aboveloop.understand.intents import OUTSIDE, Judgement, judged
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.prepared import Examples
from aboveloop.understand.promise import Tried
from aboveloop.understand.ridge import Ints
from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, Sureness
from aboveloop.understand.unforeseen import Strangers, Unforeseen

# So many are hidden together, at most a fourth of all.
_HIDDEN_TOGETHER = 6
# Hiding many examples costs time with the cube of their number: as many labels as hold this part of the examples, and
# at least so many, since what nobody foresaw is told by many intents, not by many messages of a few.
_LOOKED_AT = 0.25
_FEWEST_LOOKED_AT = 30
_SEED = 11
_COLUMNS = 6


@dataclass(frozen=True)
class Group:
    """Evidence of some messages, which of them were taken for an intent, not for out of scope, and the places of the
    labels that they have."""

    evidence: Floats
    inside: Bools
    label: Ints

    @classmethod
    def joined(cls, parts: Sequence["Group"]) -> "Group":
        none = cls(np.empty((0, _COLUMNS)), np.empty(0, dtype=bool), np.empty(0, dtype=np.intp))
        return cls(
            np.vstack([none.evidence, *[part.evidence for part in parts]]),
            np.concatenate([none.inside, *[part.inside for part in parts]]),
            np.concatenate([none.label, *[part.label for part in parts]]),
        )

    def sure(self, certainty: Certainty) -> Sureness:
        """How sure the model is of each. What is taken for out of scope is never automated."""
        confidence = np.where(self.inside, certainty.confidence(self.evidence), TAKEN_FOR_OUTSIDE)
        return Sureness(confidence, certainty.in_scope(self.evidence))

    def strangers(self, certainty: Certainty) -> Strangers:
        """What a promise is to know of them, where they stand in for what nobody foresaw."""
        return Strangers(self.sure(certainty), self.label)


@dataclass(frozen=True)
class Hindsight:
    """Messages about something foreseen, and whether the best label was `right`; the same messages with their intent
    hidden (`near`) and with those like it hidden too (`far`); messages that were given as out of scope (`outside`)."""

    seen: Group
    right: Bools
    near: Group
    far: Group
    outside: Group


def tested_places(examples: Examples) -> Ints:
    """The examples that can be judged without bias: those that are no landmarks, or all where all are."""
    is_landmark = np.zeros(len(examples.texts), dtype=bool)
    is_landmark[examples.landmarks] = True
    rest = np.flatnonzero(~is_landmark & ~examples.named)
    return rest if len(rest) else np.flatnonzero(~examples.named)


class LeftOut(Protocol):
    """Scores of examples by label: of each left out alone, and of all of them left out together."""

    @property
    def scores(self) -> Floats32: ...

    def left_out(self, rows: Ints) -> tuple[Floats32, Floats32]: ...


def look_back(examples: Examples, ridge: LeftOut, tested: Ints, closest: Floats32) -> Hindsight:
    """Judge the examples at `tested`, whose `closest` landmarks are given."""
    hidden = _Hidden(examples, ridge, tested, closest)
    alike = hidden.most_alike()
    looked_at = _enough(examples, np.random.default_rng(_SEED))
    seen, right, near, far, outside = [], [], [], [], []
    for label, name in enumerate(examples.labels):
        if not hidden.is_tested(label):
            continue
        alone, singly = hidden.judge(label, [label], together=False)
        if name == OUTSIDE:
            outside.append(alone)
            continue
        seen.append(alone)
        right.append(singly.shares.argmax(axis=1) == label)
        near.append(hidden.judge(label, [label], together=True)[0])
        if label in looked_at:
            far.append(hidden.judge(label, alike[label], together=True)[0])
    return Hindsight(
        Group.joined(seen),
        np.concatenate([np.empty(0, dtype=bool), *right]),
        Group.joined(near),
        Group.joined(far),
        Group.joined(outside),
    )


def to_try(hindsight: Hindsight, certainty: Certainty) -> Tried:
    """The messages that a promise is tried on: those foreseen, and those that are about nothing foreseen."""
    near, far, given = (each.strangers(certainty) for each in (hindsight.near, hindsight.far, hindsight.outside))
    return Tried(hindsight.seen.sure(certainty), ~hindsight.right, Unforeseen(near, far, given))


def _enough(examples: Examples, generator: np.random.Generator) -> set[int]:
    """Labels by chance that are enough to be looked at with all that is like them hidden."""
    sizes = np.bincount(examples.targets, minlength=len(examples.labels))
    order = generator.permutation(len(sizes))
    before = np.cumsum(sizes[order]) - sizes[order]
    count = max(_FEWEST_LOOKED_AT, int((before < _LOOKED_AT * sizes.sum()).sum()))
    return {int(label) for label in order[:count]}


class _Hidden:
    """Judges the tested examples of a label with labels hidden from the model."""

    def __init__(self, examples: Examples, ridge: LeftOut, tested: Ints, closest: Floats32) -> None:
        self._examples = examples
        self._ridge = ridge
        self._closest = closest
        self._row_of = np.full(len(examples.texts), -1, dtype=np.intp)
        self._row_of[tested] = np.arange(len(tested))
        self._places = [np.flatnonzero(examples.targets == label) for label in range(len(examples.labels))]

    def most_alike(self) -> list[list[int]]:
        """Of each label, itself and the labels that its examples would be taken for."""
        size = len(self._places)
        scores = np.array([self._ridge.scores[places].mean(axis=0) for places in self._places])
        scores = scores + scores.T
        np.fill_diagonal(scores, np.inf)
        if OUTSIDE in self._examples.labels:
            # It stays: it is what such a message should be taken for.
            scores[:, self._examples.labels.index(OUTSIDE)] = -np.inf
        count = max(1, min(_HIDDEN_TOGETHER, size // 4))
        return [[int(place) for place in np.argsort(-row, kind="stable")[:count]] for row in scores]

    def is_tested(self, label: int) -> bool:
        """Whether any example of the label can be judged without bias."""
        return bool((self._row_of[self._places[label]] >= 0).any())

    def judge(self, label: int, labels: Sequence[int], *, together: bool) -> tuple[Group, Judgement]:
        """The tested examples of `label`, each left out alone, or all examples of `labels` hidden with the labels."""
        rows = np.concatenate([self._places[each] for each in labels])
        wanted = np.isin(rows, self._places[label]) & (self._row_of[rows] >= 0)
        singly, hidden = self._ridge.left_out(rows)
        scores = (hidden if together else singly)[wanted].astype(float)
        closest = self._closest[self._row_of[rows[wanted]]].astype(float)
        names = self._examples.labels
        if together:
            scores, closest = np.delete(scores, labels, axis=1), np.delete(closest, labels, axis=1)
            names = tuple(name for place, name in enumerate(names) if place not in labels)
        found = judged(names, scores, closest)
        inside = np.ones(len(scores), dtype=bool)
        if OUTSIDE in names:
            inside = found.shares.argmax(axis=1) != names.index(OUTSIDE)
        return Group(found.evidence, inside, np.full(len(scores), label, dtype=np.intp)), found
