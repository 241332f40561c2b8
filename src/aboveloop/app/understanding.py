"""Models of intents outside a house: fitted on a file of examples, reading a file of messages, judged on another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from aboveloop.app.embeddings.files import for_fit, for_reading
from aboveloop.app.labelled import read_labelled, read_messages, write_rows
from aboveloop.app.weights import SENTENCES, installed_embedder
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.settings import load_settings
from aboveloop.understand.certainty import Bools, Floats
from aboveloop.understand.embedding import PROVIDED, Embedder
from aboveloop.understand.evaluation import Answers, Evaluation, evaluate
from aboveloop.understand.intents import OUTSIDE, IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, save_model
from aboveloop.understand.prepared import called
from aboveloop.understand.promise import Promise
from aboveloop.understand.sureness import TAKEN_FOR_OUTSIDE, Sureness

COLUMNS = ("text", "intent", "confidence", "automated", "out_of_scope", "runner_up")
WITHOUT_WEIGHTS = (
    "Read by words and letters alone, because no embeddings are installed: fewer messages are read rightly and far "
    f"fewer can be automated (docs/reading.md says how many). `aboveloop models install {SENTENCES}` mends that."
)


@dataclass(frozen=True)
class Fitted:
    """What was learned from, and what can be promised by it under the usual caps, in the long run."""

    examples: int
    intents: int
    out_of_scope_examples: int
    weights: str
    promises: tuple[Promise, ...]


@dataclass(frozen=True)
class Predicted:
    """Rows of `COLUMNS`, one for each message in order, and the promise under which some may be automated."""

    rows: tuple[tuple[str, str, float, bool, float, str], ...]
    promise: Promise

    @property
    def automated(self) -> int:
        return sum(row[3] for row in self.rows)


def fit_file(examples: Path, out: Path, *, embedder: Embedder | None) -> tuple[Fitted, IntentModel]:
    """Learn from a file of examples and write the model. Raises WrongUsage, TooFewIntents."""
    labelled = read_labelled(examples)
    if not out.parent.is_dir():
        raise WrongUsage(f"{out.parent} is no folder: the model cannot be written there.")
    model = learn(labelled.texts, labelled.labels, embedder)
    save_model(model, out)
    outside = sum(called(label) == OUTSIDE for label in labelled.labels)
    fitted = Fitted(
        examples=len(labelled.texts),
        intents=sum(label != OUTSIDE for label in model.labels),
        out_of_scope_examples=outside,
        weights=model.weights_name,
        promises=tuple(model.promise(cap=cap) for cap in (0.05, 0.02, 0.01)),
    )
    return fitted, model


@contextmanager
def embedder_for_fit(kind: Literal["installed", "provider", "none"], home: Path | None) -> Iterator[Embedder | None]:
    """What examples are embedded with. Raises WrongUsage, ModelRefused, ModelUnavailable."""
    if kind == "provider":
        with for_fit(load_settings(home).home) as provided:
            yield provided
    else:
        yield installed_embedder() if kind == "installed" else None


@contextmanager
def opened_model(path: Path, home: Path | None) -> Iterator[IntentModel]:
    """A model that can read here, with the provider of `home` where it was fitted with one.

    Raises ModelDamaged, ModelForeign, WrongUsage, ModelRefused, ModelUnavailable.
    """
    model = load_model(path)
    if model.weights_name.startswith(PROVIDED):
        with for_reading(load_settings(home).home) as provided:
            yield model.with_embedder(provided)
    else:
        yield model.with_embedder(installed_embedder() if model.weights_digest else None)


def predict_file(model: IntentModel, messages: Path, out: Path, *, cap: float, confidence: float) -> Predicted:
    """Read every message of a file and write what was read. Raises WrongUsage."""
    predicted = predict(model, read_messages(messages), cap=cap, confidence=confidence)
    write_rows(out, COLUMNS, predicted.rows)
    return predicted


def predict(model: IntentModel, texts: Sequence[str], *, cap: float, confidence: float) -> Predicted:
    """Read messages. The promise holds in the long run and for these very messages."""
    found, runners_up = answers_of(model, texts)
    sure = sure_of(found)
    kept = model.promise(cap=cap, confidence=confidence, batch=sure)
    here = Sureness(found.confidence, sure.foreseen).among(kept.supposed)
    rows = zip(
        texts,
        found.intents,
        (round(float(each), 6) for each in here.confidence),
        (bool(each) for each in kept.takes(sure)),
        (round(float(each), 6) for each in found.out_of_scope),
        runners_up,
        strict=True,
    )
    return Predicted(tuple(rows), kept)


def sure_of(found: Answers) -> Sureness:
    """What a promise is to know of answers: what was taken for out of scope may not be acted on alone."""
    return Sureness(np.where(found.inside, found.confidence, TAKEN_FOR_OUTSIDE), 1 - found.out_of_scope)


def evaluate_file(model: IntentModel, labelled: Path) -> Evaluation:
    """How good the model is on messages with known answers. Raises WrongUsage."""
    given = read_labelled(labelled)
    found, _ = answers_of(model, given.texts)
    return evaluate(found, [called(label) for label in given.labels])


def answers_of(model: IntentModel, texts: Sequence[str]) -> tuple[Answers, list[str]]:
    """The best intent of each text, never "out of scope" itself, and the next one."""
    if model.embedder is not None and model.probes is not None:
        # A provider is asked for all of them in few requests; read one by one they are known then.
        model.embedder.embed(texts)
    judged = model.judge(texts)
    shares, inside = judged.shares.copy(), np.ones(len(texts), dtype=bool)
    if OUTSIDE in model.labels:
        place = model.labels.index(OUTSIDE)
        inside = _is_best(shares, place)
        shares[:, place] = -1.0
    order = np.argsort(-shares, axis=1, kind="stable")
    sure: Floats = model.certainty.confidence(judged.evidence)
    intents = [model.labels[row[0]] for row in order]
    following = [model.labels[row[1]] if len(model.labels) > 1 + (OUTSIDE in model.labels) else "" for row in order]
    return Answers(intents, sure, inside, 1 - model.certainty.in_scope(judged.evidence)), following


def _is_best(shares: Floats, outside: int) -> Bools:
    """Whether an intent is the best label of each row, not what is out of scope."""
    inside: Bools = shares.argmax(axis=1) != outside
    return inside
