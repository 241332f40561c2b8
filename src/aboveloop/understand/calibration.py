"""How sure a guess is: calibrated on texts that were left out, and on whole intents that nobody foresaw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from aboveloop.understand.features import Floats, Vocabulary, inverse_frequency, weighted
from aboveloop.understand.linear import Ints, fit_linear

_FOLDS = 4
# A quarter of the labels is left out in each fold: messages that nobody foresaw, of the company's own trade.
# They count in the calibration as if one message in four were such.
_UNFORESEEN_SHARE = 1 / 4
# Keeps the calibration sober when an operation has few examples.
_RIDGE = 0.02
_TEMPERATURES = np.geomspace(0.3, 4.0, 24)


@dataclass(frozen=True)
class Calibration:
    """Turns logits into confidence. `slopes` belong to the columns of `evidence`; none is negative, so that a text
    with more unknown words or a weaker score is never believed more."""

    temperature: float
    slopes: Floats
    offset: float

    def confidence(self, logits: Floats, centres: Floats, known: Floats) -> Floats:
        """The probability, from 0 to 1, that the best label of each row is right."""
        return _sigmoid(evidence(logits, centres, known, self.temperature) @ self.slopes + self.offset)


@dataclass(frozen=True)
class _LeftOut:
    """Rows that a model of the other rows has scored."""

    logits: Floats
    centres: Floats
    known: Floats
    truth: Ints
    unforeseen: NDArray[np.bool_]


def evidence(logits: Floats, centres: Floats, known: Floats, temperature: float) -> Floats:
    """Four columns: log odds of the best share, the best score itself, closeness to its label, known words.

    Shares alone say which label is best of all; only the score itself is low where none of them fits.
    """
    best = np.clip(softmax(logits / temperature).max(axis=1), 1e-9, 1 - 1e-9)
    closeness = np.take_along_axis(centres, logits.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.column_stack([np.log(best / (1 - best)), logits.max(axis=1), closeness, known])


def calibrate(
    counts: sparse.csr_array, vocabulary: Vocabulary, target: Ints, *, size: int, outside: int | None
) -> Calibration:
    """Learned in four folds. `outside` is the label that is right for a message that nobody foresaw."""
    generator = np.random.default_rng(7)
    fold_of_text = _stratified(target, generator)
    fold_of_label = generator.permutation(np.arange(size) % _FOLDS)
    if size <= 2 * _FOLDS:
        # Too few labels to hide any of them and still have something to tell apart.
        fold_of_label = np.full(size, -1)
    parts = []
    for fold in range(_FOLDS):
        hidden = fold_of_label[target] == fold
        learned = (fold_of_text != fold) & ~hidden
        if len(np.unique(target[learned])) > 1 and not learned.all():
            parts.append(_score(counts, vocabulary, target, learned=learned, hidden=hidden, size=size))
    if not parts or all(part.unforeseen.all() for part in parts):
        # Too few texts to leave any out: the share itself, taken at its word.
        return Calibration(1.0, np.array([1.0, 0.0, 0.0, 0.0]), 0.0)
    return _learned(_joined(parts), outside)


def _score(
    counts: sparse.csr_array,
    vocabulary: Vocabulary,
    target: Ints,
    *,
    learned: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
    size: int,
) -> _LeftOut:
    seen = np.asarray((counts[learned] > 0).sum(axis=0)).ravel().astype(float)
    rarity = inverse_frequency(seen, int(learned.sum()))
    # A word that only the texts left out hold is unknown here, as it would be in a customer's message.
    idf = np.where(seen > 0, rarity, 0.0)
    model = fit_linear(weighted(counts[learned], idf, vocabulary.words), target[learned], size)
    rest = sparse.csr_array(counts[~learned])
    rows = weighted(rest, idf, vocabulary.words)
    single = (rest[:, vocabulary.single] > 0).astype(float)
    total = single @ rarity[vocabulary.single]
    known = np.divide(single @ idf[vocabulary.single], total, out=np.zeros(len(total)), where=total > 0)
    return _LeftOut(
        logits=np.asarray(rows @ model.weights) + model.offset,
        centres=np.asarray(rows @ model.centres),
        known=known,
        truth=target[~learned],
        unforeseen=hidden[~learned],
    )


def _learned(rows: _LeftOut, outside: int | None) -> Calibration:
    foreseen = ~rows.unforeseen
    temperature = _temperature(rows.logits[foreseen], rows.truth[foreseen])
    guess = rows.logits.argmax(axis=1)
    right = np.where(rows.unforeseen, guess == outside, guess == rows.truth).astype(float)
    weight = np.ones(len(right))
    if rows.unforeseen.any():
        odds = _UNFORESEEN_SHARE / (1 - _UNFORESEEN_SHARE)
        weight[rows.unforeseen] = odds * foreseen.sum() / rows.unforeseen.sum()
    columns = evidence(rows.logits, rows.centres, rows.known, temperature)
    return _fitted(columns, right, weight / weight.sum(), temperature)


def _fitted(columns: Floats, right: Floats, weight: Floats, temperature: float) -> Calibration:
    """Logistic regression with slopes that are not negative, by L-BFGS-B."""

    def loss(parameters: Floats) -> tuple[float, Floats]:
        slopes, offset = parameters[:-1], parameters[-1]
        scores = columns @ slopes + offset
        error = weight * (_sigmoid(scores) - right)
        value = float(weight @ np.logaddexp(0.0, np.where(right > 0, -scores, scores)))
        gradient = np.append(columns.T @ error + 2 * _RIDGE * slopes / 10, error.sum())
        return value + _RIDGE * float(slopes @ slopes) / 10, gradient

    count = columns.shape[1]
    start = np.append(np.full(count, 0.5), 0.0)
    bounds = [(0.0, None)] * count + [(None, None)]
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(temperature, np.asarray(found[:-1]), float(found[-1]))


def _temperature(logits: Floats, truth: Ints) -> float:
    """The temperature under which the texts left out are the least surprising (Guo et al. 2017)."""

    def surprise(temperature: float) -> float:
        shares = softmax(logits / temperature)
        return -float(np.log(np.clip(shares[np.arange(len(truth)), truth], 1e-12, 1.0)).mean())

    return min((float(temperature) for temperature in _TEMPERATURES), key=surprise)


def _stratified(target: Ints, generator: np.random.Generator) -> Ints:
    """A fold for each text, so that every label is spread evenly over the folds."""
    folds = np.empty(len(target), dtype=np.intp)
    for label in np.unique(target):
        places = generator.permutation(np.flatnonzero(target == label))
        folds[places] = (np.arange(len(places)) + generator.integers(_FOLDS)) % _FOLDS
    return folds


def _joined(parts: list[_LeftOut]) -> _LeftOut:
    return _LeftOut(
        np.vstack([part.logits for part in parts]),
        np.vstack([part.centres for part in parts]),
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.unforeseen for part in parts]),
    )


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _sigmoid(scores: Floats) -> Floats:
    odds: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -50.0, 50.0)))
    return odds
