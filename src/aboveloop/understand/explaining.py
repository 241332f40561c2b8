"""Why a message was read as it was: the examples it resembles, the words that mattered, what else it could be."""

from dataclasses import dataclass

import numpy as np

from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.readings import Guess

_EXAMPLES = 5
_WORDS = 8
# Each word costs a reading; what a customer wants stands in the first of them.
_MOST_WORDS = 60


@dataclass(frozen=True)
class Example:
    """An example that the message resembles; `likeness` is 1 for the very same text."""

    text: str
    intent: str
    likeness: float


@dataclass(frozen=True)
class WordWeight:
    """How much surer (or less sure, below 0) the score of the best intent is for this word being there."""

    word: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """`lead` is by how much the best intent's score leads the next one's; `needed` the confidence from which the
    reading may be acted on alone, None where none may."""

    guesses: tuple[Guess, ...]
    out_of_scope: float
    examples: tuple[Example, ...]
    words: tuple[WordWeight, ...]
    lead: float
    needed: float | None
    automated: bool


def explain(model: IntentModel, text: str, *, needed: float | None) -> Explanation:
    """Explain the reading of `text`; `needed` is the threshold of a promise (see `promise`)."""
    guesses = model.guesses(text, len(model.labels))
    judged = model.judge([text])
    best = guesses[0]
    likeness = model.likeness(text) / model.landmarks.mixture.total
    nearest = np.argsort(-likeness, kind="stable")[:_EXAMPLES]
    return Explanation(
        guesses=guesses[:3],
        out_of_scope=round(1 - float(model.certainty.in_scope(judged.evidence)[0]), 4),
        examples=tuple(
            Example(model.texts[place], model.labels[model.of_label[place]], round(float(likeness[place]), 4))
            for place in nearest
            if likeness[place] > 0
        ),
        words=_words_that_mattered(model, text, best.intent),
        lead=round(float(judged.evidence[0, 1]), 4),
        needed=needed,
        automated=needed is not None and best.intent != OUTSIDE and best.confidence >= needed,
    )


def _words_that_mattered(model: IntentModel, text: str, intent: str) -> tuple[WordWeight, ...]:
    """Each word is left out once, and the score of the intent is looked at again."""
    words = text.split()[:_MOST_WORDS]
    if len(words) < 2:
        return ()
    place = model.labels.index(intent)
    whole = float(model.scores(text)[place])
    weights = []
    for left_out, word in enumerate(words):
        rest = " ".join(other for number, other in enumerate(words) if number != left_out)
        weights.append(WordWeight(word, round(whole - float(model.scores(rest)[place]), 4)))
    return tuple(sorted(weights, key=lambda each: -abs(each.weight))[:_WORDS])
