"""Learning intents from examples: a least-squares fit over likenesses, and what it would say to the unseen."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from aboveloop.understand.certainty import Certainty
from aboveloop.understand.embedding import Embedder, Projection
from aboveloop.understand.features import Vocabulary, counted
from aboveloop.understand.hindsight import Hindsight, look_back, tested_places, to_try
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.kernel import Floats32, Landmarks, Mixture, Rows
from aboveloop.understand.prepared import MOST_LANDMARKS, MOST_LANDMARKS_BY_MEANING, Examples, prepared
from aboveloop.understand.ridge import Ints, fit_exact, fit_ridge
from aboveloop.understand.separators import Separators, cross_fit, features_of, fit_separators
from aboveloop.understand.widths import chosen
from aboveloop.understand.words.built_in_en import ENGLISH

PENALTY = 0.2
_THREADS = 2
_LARGE = 2_000
# Without embeddings. Widths and weights were chosen on Banking77, HWU64 and CLINC150 together.
_WORDS_ALONE = Mixture((), (1.0, 2.0), (1.0, 2.0))
# Beside embeddings.
_WORDS, _LETTERS = (0.1, 0.0), (0.1, 0.0)


def learn(texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None = None) -> IntentModel:
    """Learn from texts with their labels. The same input gives the same model. Raises TooFewIntents.

    Labels such as `oos` mark messages that are about nothing foreseen.
    """
    most = MOST_LANDMARKS if embedder is None else MOST_LANDMARKS_BY_MEANING
    examples = prepared(texts, labels, most_landmarks=most)
    # People wait for a large fit, and the machine serves others beside it.
    with threadpool_limits(limits=_THREADS if len(examples.texts) > _LARGE else 1):
        words, letters, projection, rows = _as_rows(examples, embedder)
        mixture = _mixture(examples, rows, embedder)
        landmarks = Landmarks.of(rows.taken(examples.landmarks), mixture)
        likeness = landmarks.likeness(rows)
        planes: Separators | None
        if embedder is None and len(examples.landmarks) < len(examples.texts):
            weights, planes, hindsight = _separated(examples, rows, likeness)
        else:
            weights, planes, hindsight = _fitted(examples, likeness)
        draft = IntentModel(
            labels=examples.labels,
            words=words,
            letters=letters,
            landmarks=landmarks,
            texts=tuple(examples.texts[place] for place in examples.landmarks),
            of_label=examples.targets[examples.landmarks],
            weights=weights,
            planes=planes,
            certainty=Certainty.usual(),
            tried=to_try(hindsight, Certainty.usual()),
            projection=projection,
            weights_name=embedder.name if embedder is not None else "",
            weights_digest=embedder.digest if embedder is not None else "",
            learned_from=int((~examples.named).sum()),
            embedder=embedder,
            probes=embedder.probes if embedder is not None else None,
        )
        return _made_certain(draft, hindsight)


def _mixture(examples: Examples, rows: Rows, embedder: Embedder | None) -> Mixture:
    if embedder is None:
        return _WORDS_ALONE
    return Mixture(embedder.views, _WORDS, _LETTERS) if embedder.views else chosen(examples, rows)


def _as_rows(examples: Examples, embedder: Embedder | None) -> tuple[Vocabulary, Vocabulary, Projection, Rows]:
    """The examples as numbers. Beside embeddings only words of landmarks are known: no others are compared."""
    counts = [counted(text) for text in examples.texts]
    if embedder is None:
        words, letters = (Vocabulary.of_intents([each[kind] for each in counts], examples.targets) for kind in (0, 1))
    else:
        words, letters = (Vocabulary.of([counts[place][kind] for place in examples.landmarks]) for kind in (0, 1))
    views = embedder.embed(examples.texts) if embedder is not None else ()
    projection = Projection.of(views)
    text_rows = words.rows([each for each, _ in counts]), letters.rows([each for _, each in counts])
    return words, letters, projection, Rows(projection(views), *text_rows)


def _separated(examples: Examples, rows: Rows, likeness: Floats32) -> tuple[Floats32, Separators, Hindsight]:
    """Planes from all examples; landmarks then only tell how close a message is to anything known."""
    tested = np.flatnonzero(~examples.named)
    closest = examples.closest(likeness, tested)
    features, size, importance = (
        features_of(rows),
        len(examples.labels),
        importance_of(examples.targets, examples.labels),
    )
    planes = fit_separators(features, examples.targets, size, importance)
    again = cross_fit(features, examples.targets, size, importance)
    none = np.zeros((0, size), dtype=np.float32)
    return none, planes, look_back(examples, again, tested, closest)


def _fitted(examples: Examples, likeness: Floats32) -> tuple[Floats32, None, Hindsight]:
    tested = tested_places(examples)
    closest = examples.closest(likeness, tested)
    size = len(examples.labels)
    targets, importance, landmarks = (
        examples.targets,
        importance_of(examples.targets, examples.labels),
        examples.landmarks,
    )
    if len(landmarks) < len(targets):
        fit = fit_ridge(likeness, landmarks, targets, size, importance=importance, penalty=PENALTY)
        return fit.weights, None, look_back(examples, fit, tested, closest)
    among = likeness[:, np.argsort(landmarks)]
    exact = fit_exact(among, targets, size, importance=importance, penalty=PENALTY)
    return exact.weights[landmarks], None, look_back(examples, exact, tested, closest)


def _made_certain(draft: IntentModel, hindsight: Hindsight) -> IntentModel:
    """The model with what its hindsight teaches about certainty."""
    seen, foreign = hindsight.seen.evidence, hindsight.outside.evidence
    if OUTSIDE not in draft.labels and len(seen):
        # Nobody said what is out of scope here, so the world's small talk is, as far as it resembles nothing.
        judged = draft.judge(ENGLISH[OUTSIDE]).evidence
        foreign = judged[judged[:, 0] < np.quantile(seen[:, 0], 0.1)]
    groups = (hindsight.near.evidence, hindsight.far.evidence, foreign)
    certainty = Certainty.learned(seen, hindsight.right, unforeseen=groups)
    return replace(draft, certainty=certainty, tried=to_try(hindsight, certainty))


def importance_of(targets: Ints, labels: Sequence[str]) -> Floats32:
    """Messages that are nobody's business are many: together they weigh as much as the middle intent, or they would
    draw every short message to themselves."""
    weights = np.ones(len(targets), dtype=np.float32)
    if OUTSIDE in labels:
        sizes = np.bincount(targets, minlength=len(labels))
        place = labels.index(OUTSIDE)
        weights[targets == place] = min(1.0, float(np.median(sizes)) / max(1, int(sizes[place])))
    return weights
