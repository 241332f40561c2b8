"""What a customer wants: likeness to the examples by meaning, words and letters, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aboveloop.understand.certainty import Certainty, Floats, evidence_of, shares_of
from aboveloop.understand.embedding import PROVIDED, Embedder, Projection, are_same
from aboveloop.understand.errors import ModelForeign
from aboveloop.understand.features import Vocabulary, counted
from aboveloop.understand.kernel import Floats32, Landmarks, Sparse
from aboveloop.understand.promise import Promise, Tried, promise
from aboveloop.understand.readings import Guess
from aboveloop.understand.separators import Separators
from aboveloop.understand.sureness import Sureness

OUTSIDE = "out_of_scope"
# What people call messages that are about nothing foreseen, in their examples.
OUTSIDE_NAMES = frozenset(("oos", "ood", "out_of_scope", "outofscope", "out_of_domain", "no_intent", "none_of_these"))


@dataclass(frozen=True)
class Judgement:
    """Messages judged: shares of the labels, and of each message its evidence."""

    shares: Floats
    evidence: Floats


@dataclass(frozen=True)
class Verdict:
    """The best guesses, best first, and from 0 to 1 how little the text is about anything foreseen."""

    guesses: tuple[Guess, ...]
    out_of_scope: float


@dataclass(frozen=True)
class IntentModel:
    """Labels, landmarks and weights. Immutable, so threads share it.

    `planes`, where there are any, score instead of `weights`, which are for landmarks and then have no rows.
    `texts` are the landmarks' own texts and `of_label` their labels, in rising order. `embedder` is None where words
    must do; `weights_digest` names the embedder that the model was fitted with, "" for none, and `probes` is what that
    one made of the texts by which it is known again. Landmarks at `passed_over` count
    as if nothing resembled them.
    """

    labels: tuple[str, ...]
    words: Vocabulary
    letters: Vocabulary
    landmarks: Landmarks
    texts: tuple[str, ...]
    of_label: NDArray[np.intp]
    weights: Floats32
    planes: Separators | None
    certainty: Certainty
    tried: Tried
    projection: Projection
    weights_name: str
    weights_digest: str
    learned_from: int
    embedder: Embedder | None = None
    probes: Floats32 | None = None
    passed_over: NDArray[np.intp] | None = None

    def with_embedder(self, embedder: Embedder | None) -> "IntentModel":
        """The same model, able to read. Raises ModelForeign where it was fitted with other weights."""
        here = embedder.digest if embedder is not None else ""
        if not self.weights_digest:
            return replace(self, embedder=None)
        if here != self.weights_digest:
            raise ModelForeign(self._foreign(here))
        if embedder is not None and not are_same(self.probes, embedder.probes):
            raise ModelForeign(
                f"{self.weights_name} answers otherwise than when the model was fitted: the provider has changed its "
                "model. Nothing is read with it. Fit it anew."
            )
        return replace(self, embedder=embedder)

    def through(self, embedder: Embedder) -> "IntentModel":
        """The same model, reading with vectors of the same embedder that come another way."""
        return replace(self, embedder=embedder)

    def hidden(self, text: str) -> str:
        """The text, of the same length, without what the embedder may not see."""
        return text if self.embedder is None else self.embedder.hide(text)

    def _foreign(self, here: str) -> str:
        if self.weights_name.startswith(PROVIDED):
            return (
                f"The model was fitted with the embeddings {self.weights_name}, which are not set up here: name them "
                "in [embeddings] of models.toml (and its folder with --home), or fit it anew without them."
            )
        found = f"those here are {here[:12]}" if here else "none are here"
        return (
            f"The model was fitted with the weights {self.weights_name} ({self.weights_digest[:12]}); {found}. "
            f"Run `aboveloop models install {self.weights_name}`, or fit it anew without them."
        )

    def guesses(self, text: str, count: int = 3, *, without: str | None = None) -> tuple[Guess, ...]:
        """The best guesses with their confidence, best first. A text that resembles nothing has confidence 0.

        `without` is a label that other evidence has ruled out.
        """
        return self.verdict(text, count, without=without).guesses

    def verdict(self, text: str, count: int = 3, *, without: str | None = None) -> Verdict:
        """The best guesses (see `guesses`), and how little the text is about anything foreseen."""
        judged = self.judge([text], without=without)
        foreign = round(1 - float(self.certainty.in_scope(judged.evidence)[0]), 4)
        return Verdict(self._guessed(judged, count), foreign)

    def _guessed(self, judged: Judgement, count: int) -> tuple[Guess, ...]:
        order = np.argsort(-judged.shares[0], kind="stable")[:count]
        if not judged.shares[0].any():
            first = sorted(self.labels, key=lambda label: label != OUTSIDE)
            return tuple(Guess(label, 0.0) for label in first[:count])
        sure = float(self.confidence(judged)[0])
        best = float(judged.shares[0, order[0]])
        return tuple(
            Guess(self.labels[place], round(sure * float(judged.shares[0, place]) / best, 4)) for place in order
        )

    def judge(self, texts: Sequence[str], *, without: str | None = None) -> Judgement:
        """Shares and evidence of `texts`, each read by itself: who stands beside it changes nothing."""
        parts = [self._scores(text) for text in texts]
        size = len(self.labels)
        scores = np.array([part[0] for part in parts], dtype=float).reshape(len(parts), size)
        closest = np.array([part[1] for part in parts], dtype=float).reshape(len(parts), size)
        return judged(self.labels, scores, closest, without=without)

    def confidence(self, judgement: Judgement) -> Floats:
        """The chance that each best label is right; that of being out of scope where that is the best label."""
        sure = self.certainty.confidence(judgement.evidence)
        if OUTSIDE not in self.labels:
            return sure
        outside = judgement.shares.argmax(axis=1) == self.labels.index(OUTSIDE)
        return np.where(outside, 1 - self.certainty.in_scope(judgement.evidence), sure)

    def promise(self, *, cap: float, confidence: float = 0.9, batch: Sureness | None = None) -> Promise:
        """How sure a reading must be, that at most `cap` of those that are as sure are wrong."""
        return promise(self.tried, cap=cap, confidence=confidence, batch=batch)

    def likeness(self, text: str) -> Floats32:
        """How alike `text` is to each landmark."""
        words, letters = (
            vocabulary.vector(each) for vocabulary, each in zip(self._vocabularies, counted(text), strict=True)
        )
        return self._likeness(text, words, letters)

    @property
    def _vocabularies(self) -> tuple[Vocabulary, Vocabulary]:
        return self.words, self.letters

    def _likeness(self, text: str, words: Sparse, letters: Sparse) -> Floats32:
        views: tuple[Floats32, ...] = ()
        if self.embedder is not None:
            views = self.projection(tuple(view[0] for view in self.embedder.embed([text])))
        likeness = self.landmarks.of_one(views, words, letters)
        if self.passed_over is not None:
            likeness[self.passed_over] = 0.0
        return likeness

    def scores(self, text: str) -> Floats32:
        """The score of each label, about 1 for what it is and 0 for what it is not."""
        return self._scores(text)[0]

    def _scores(self, text: str) -> tuple[Floats32, Floats32]:
        words, letters = (
            vocabulary.vector(each) for vocabulary, each in zip(self._vocabularies, counted(text), strict=True)
        )
        likeness = self._likeness(text, words, letters)
        closest = closest_of(likeness[None, :], self.of_label, len(self.labels))[0]
        # No BLAS: its threads cost more than a few thousand rows.
        if self.planes is None:
            return np.einsum("i,ij->j", likeness, self.weights), closest
        at = np.concatenate([words[0], letters[0] + len(self.words.places)])
        return self.planes.of_one(at, np.concatenate([words[1], letters[1]])), closest


def judged(labels: Sequence[str], scores: Floats, closest: Floats, *, without: str | None = None) -> Judgement:
    """Scores and closeness by label as shares and evidence. What is out of scope is evidence against all others."""
    shares = shares_of(scores)
    # What resembles nothing at all has no shares.
    shares[~(closest > 0).any(axis=1)] = 0.0
    outside = np.zeros(len(scores))
    dropped = []
    if without in labels:
        dropped.append(labels.index(without))
        shares[:, dropped] = 0.0
    if OUTSIDE in labels and without != OUTSIDE:
        dropped.append(labels.index(OUTSIDE))
        outside = scores[:, dropped[-1]]
    foreseen, near = np.delete(scores, dropped, axis=1), np.delete(closest, dropped, axis=1)
    return Judgement(shares, evidence_of(foreseen, near, outside))


def closest_of(likeness: Floats32, of_label: NDArray[np.intp], size: int) -> Floats32:
    """The greatest likeness to any landmark of each label; 0 for a label without one. `of_label` rises."""
    out = np.zeros((len(likeness), size), dtype=np.float32)
    present, starts = np.unique(of_label, return_index=True)
    out[:, present] = np.maximum.reduceat(likeness, starts, axis=1)
    return out
