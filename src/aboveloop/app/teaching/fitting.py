"""What a reader would say to its own examples if it had not learned from them: how right it is, and how it doubts what
it cannot know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from aboveloop.app.weights import installed_embedder
from aboveloop.measure.confusions import Judged
from aboveloop.operation.models import Operation
from aboveloop.operation.names import BUILT_IN_INTENTS
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.examples import examples_of
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.kernel import Floats32
from aboveloop.understand.learning import learn
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.unlearning import Unlearning

# More examples than this are looked back on by chance: their scores tell no more of what is usual, and cost minutes.
MOST = 2_000
# Where nothing can be unlearned exactly, there are thousands of examples: so small a part of them is hardly missed.
_HELD_BACK = 10
_FOLDS = 5
_SEED = 17

# What a text is read as by a model, with the confidence.
Read = Callable[[IntentModel, str], tuple[str, float]]


@dataclass(frozen=True)
class LeftOut:
    """`known`: examples, each read as if it had not been learned from. `unknown`: how doubtful the reader was, from 0
    to 1, of examples of what is out of scope, and of examples whose intent was hidden from it altogether. `unknown_of`
    goes with it and names the intents."""

    known: tuple[Judged, ...]
    unknown: tuple[float, ...]
    unknown_of: tuple[str, ...]


def doubt(intent: str, confidence: float) -> float:
    """How likely a reading says that nobody foresaw the message."""
    return confidence if intent == OUTSIDE else 1 - confidence


def left_out(operation: Operation) -> LeftOut:
    """Look back on the operation's examples through the reader at work, with all its rules. Takes about one fit."""
    reader = FirstReader.fit(operation, installed_embedder())

    def read(model: IntentModel, text: str) -> tuple[str, float]:
        found = reader.knowing(model).read(text)
        return found.intent, found.confidence

    return looked_back(reader.intents, *examples_of(operation), read)


def looked_back(
    model: IntentModel, texts: Sequence[str], labels: Sequence[str], read: Read, *, most: int = MOST
) -> LeftOut:
    """Read each of the examples `texts`, from which `model` was learned, by the model without that example, and by the
    model without any example of its intent. Of more than `most` some are chosen, always the same."""
    remembered = None if model.embedder is None else _Remembered(model.embedder)
    unlearning = Unlearning.of(model.with_embedder(remembered))
    if unlearning is None:
        return _held_back(texts, labels, remembered, read)
    known: list[Judged] = []
    unknown: list[tuple[float, str]] = []
    for label, places in _chosen(model, frozenset(texts), most):
        hidden = unlearning.without_intent(label) if _is_hidden(label, model.labels) else None
        for place in places:
            text = model.texts[place]
            intent, confidence = read(unlearning.without(place), text)
            if label == OUTSIDE:
                unknown.append((doubt(intent, confidence), label))
                continue
            known.append(Judged(text, label, intent, confidence))
            if hidden is not None:
                unknown.append((doubt(*read(hidden, text)), label))
    return _left_out(known, unknown)


def _left_out(known: Sequence[Judged], unknown: Sequence[tuple[float, str]]) -> LeftOut:
    return LeftOut(tuple(known), tuple(score for score, _ in unknown), tuple(label for _, label in unknown))


def _chosen(model: IntentModel, texts: frozenset[str], most: int) -> Iterator[tuple[str, list[int]]]:
    """The places of the examples that are looked back on, by label. A label's own name is no example."""
    examples = [place for place, text in enumerate(model.texts) if text in texts]
    chosen = sorted(np.random.default_rng(_SEED).permutation(examples)[:most].tolist())
    for at, label in enumerate(model.labels):
        yield label, [place for place in chosen if model.of_label[place] == at]


def _is_hidden(label: str, labels: Sequence[str]) -> bool:
    """Whether an intent may be hidden: no company is without greetings, and two must be left to tell apart."""
    return label not in BUILT_IN_INTENTS and len({*labels} - {OUTSIDE}) > 2


def _held_back(texts: Sequence[str], labels: Sequence[str], embedder: Embedder | None, read: Read) -> LeftOut:
    """The same from further fits: one without a tenth of the examples, and five without a fifth of the intents each.

    Apart, because a reader that knows fewer intents is surer of the others.
    """
    order = np.random.default_rng(_SEED).permutation(len(texts))
    alone = {int(place) for place in order[: min(MOST, len(texts) // _HELD_BACK)]}
    found = list(_read_without(alone, alone, (texts, labels), embedder, read))
    known = [each for each in found if each.label != OUTSIDE]
    unknown = [(doubt(each.guess, each.confidence), OUTSIDE) for each in found if each.label == OUTSIDE]
    hidden = [label for label in sorted(set(labels)) if _is_hidden(label, labels)]
    asked = {int(place) for place in order[:MOST]}
    for fold in range(_FOLDS):
        names = set(hidden[fold::_FOLDS])
        together = {place for place, label in enumerate(labels) if label in names}
        for each in _read_without(together, together & asked, (texts, labels), embedder, read):
            unknown.append((doubt(each.guess, each.confidence), each.label))
    return _left_out(known, unknown)


def _read_without(
    left: set[int],
    asked: set[int],
    examples: tuple[Sequence[str], Sequence[str]],
    embedder: Embedder | None,
    read: Read,
) -> Iterator[Judged]:
    """Learn without the examples at `left`, and read those at `asked`."""
    texts, labels = examples
    kept = [place for place in range(len(texts)) if place not in left]
    model = learn([texts[at] for at in kept], [labels[at] for at in kept], embedder)
    for place in sorted(asked):
        yield Judged(texts[place], labels[place], *read(model, texts[place]))


class _Remembered:
    """An embedder that computes each text once: an example is read twice, and in parts."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[tuple[str, ...], tuple[Floats32, ...]] = {}

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def digest(self) -> str:
        return self._inner.digest

    @property
    def views(self) -> tuple[tuple[float, float], ...]:
        return self._inner.views

    @property
    def probes(self) -> Floats32 | None:
        return self._inner.probes

    def hide(self, text: str) -> str:
        return self._inner.hide(text)

    def embed(self, texts: Sequence[str]) -> tuple[Floats32, ...]:
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = self._inner.embed(texts)
        return self._known[key]
