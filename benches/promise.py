"""How often the promise about wrong readings is broken, and how much is automated under it.

    .venv/bin/python benches/promise.py [--splits 5] [--draws 200] [--words] [--set banking77] [--first 0]
        [--left-out]

The shared data is split anew into examples and messages; each time a model is fitted on the examples alone, and
batches of messages are drawn to be read under caps of 5, 2 and 1 %. A batch breaks its cap where more of what is
automated is read wrongly. CLINC150's batches hold out-of-scope messages: 3 % as in its validation part, 18 % as in its
test part; its examples hold none. At most one batch in ten may break its cap. With `--left-out` a third of the intents
have no examples, and a batch holds 3 or 13 % of their messages: the hardest strangers there are.
"""

import argparse
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from intents import Remembered, Task, split, task_of

from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.intents import IntentModel
from aboveloop.understand.learning import learn
from aboveloop.understand.sentences import load_sentences
from aboveloop.understand.sureness import Sureness

CAPS = (0.05, 0.02, 0.01)
# Of each set, the batches that are drawn: the share of out-of-scope messages, and how many messages. Of more messages
# chance takes less, and the batch itself tells better how many are about nothing foreseen.
BATCHES = {
    "banking77-10": ((0.0, 1_000),),
    "banking77": ((0.0, 1_000), (0.0, 1_800)),
    "hwu64": ((0.0, 1_000), (0.0, 1_700)),
    "clinc150": ((0.03, 1_500), (0.18, 1_000), (0.18, 2_000)),
}
LEFT_OUT = ((0.03, 1_000), (0.13, 1_000))


def split_anew(name: str, folder: Path, seed: int) -> Task:
    """The task, with examples and messages mixed and split again where the data comes split."""
    task = task_of(name, folder, seed)
    if name.startswith("banking77"):
        return task
    texts, labels = task.texts + task.asked, task.labels + task.truth
    learned, asked = split(texts, labels, seed)
    return Task(
        name,
        [texts[place] for place in learned],
        [labels[place] for place in learned],
        [texts[place] for place in asked],
        [labels[place] for place in asked],
        task.outside,
    )


def with_intents_left_out(task: Task, seed: int) -> Task:
    """The task without the examples of a third of its intents, whose messages are about nothing foreseen then."""
    every = sorted(set(task.labels))
    left = {str(each) for each in np.random.default_rng(seed).permutation(every)[: len(every) // 3]}
    learned = [place for place, label in enumerate(task.labels) if label not in left]
    asked = [place for place, label in enumerate(task.truth) if label not in left]
    foreign = [
        text
        for texts, labels in ((task.asked, task.truth), (task.texts, task.labels))
        for text, label in zip(texts, labels, strict=True)
        if label in left
    ]
    return Task(
        task.name,
        [task.texts[place] for place in learned],
        [task.labels[place] for place in learned],
        [task.asked[place] for place in asked],
        [task.truth[place] for place in asked],
        foreign,
    )


@dataclass(frozen=True)
class Tally:
    """For each cap and batch, whether it was broken, and the share automated; for each batch, whether no more of
    it is about nothing foreseen than it tells."""

    broken: dict[float, list[bool]] = field(default_factory=lambda: {cap: [] for cap in CAPS})
    automated: dict[float, list[float]] = field(default_factory=lambda: {cap: [] for cap in CAPS})
    told: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """How sure a model is of messages that it never saw, which it reads wrongly, and how sure of foreign ones."""

    model: IntentModel
    sure: Sureness
    wrong: np.ndarray
    foreign: Sureness


def asked_of(task: Task, embedder: Embedder | None) -> Asked:
    """A model of the task's examples, and what it says to the task's messages."""
    model = learn(task.texts, task.labels, embedder)
    judged, outside = model.judge(task.asked), model.judge(task.outside)
    wrong = np.array(model.labels)[judged.shares.argmax(axis=1)] != np.array(task.truth)
    foreign = model.confidence(outside) if task.outside else np.empty(0)
    return Asked(
        model,
        Sureness(model.confidence(judged), model.certainty.in_scope(judged.evidence)),
        wrong,
        Sureness(foreign, model.certainty.in_scope(outside.evidence)),
    )


def tried(asked: Asked, tally: Tally, *, share: float, size: int, draws: int, generator: np.random.Generator) -> None:
    """Draw batches and count into the tally."""
    for _ in range(draws):
        count = round(share * size)
        inside = generator.permutation(len(asked.sure))[: size - count]
        others = generator.integers(max(1, len(asked.foreign)), size=count)
        confidence = np.concatenate([asked.sure.confidence[inside], asked.foreign.confidence[others]])
        batch = Sureness(confidence, np.concatenate([asked.sure.foreseen[inside], asked.foreign.foreseen[others]]))
        mistaken = np.concatenate([asked.wrong[inside], np.ones(count, dtype=bool)])
        for cap in CAPS:
            kept = asked.model.promise(cap=cap, batch=batch)
            taken = kept.takes(batch)
            tally.broken[cap].append(bool(taken.any()) and mistaken[taken].mean() > cap)
            tally.automated[cap].append(float(taken.mean()))
        assert kept.unforeseen is not None
        tally.told.append(share <= kept.unforeseen)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--words", action="store_true", help="without embeddings")
    parser.add_argument("--set", action="append", choices=[*BATCHES])
    parser.add_argument("--first", type=int, default=0, help="the seed of the first split")
    parser.add_argument("--left-out", action="store_true", help="with intents that no example shows")
    chosen = parser.parse_args()
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    inner = load_sentences("minilm-int8", shared / "models" / "minilm-int8")
    embedder = None if chosen.words else Remembered(inner)
    for name in chosen.set or [*BATCHES]:
        tallies = {kind: Tally() for kind in (LEFT_OUT if chosen.left_out else BATCHES[name])}
        for seed in range(chosen.first, chosen.first + chosen.splits):
            task = split_anew(name, shared / "data" / "intents", seed)
            asked = asked_of(with_intents_left_out(task, seed) if chosen.left_out else task, embedder)
            for (share, size), tally in tallies.items():
                generator = np.random.default_rng(seed)
                tried(asked, tally, share=share, size=size, draws=chosen.draws, generator=generator)
        for (share, size), tally in tallies.items():
            kind = "of intents left out" if chosen.left_out else "out of scope"
            print(f"{name}, {share:.0%} {kind}, {len(tally.told)} batches of {size}")
            for cap in CAPS:
                broken, automated = np.mean(tally.broken[cap]), np.mean(tally.automated[cap])
                print(f"  cap {cap:.0%}: broken in {broken:.1%}, automated {automated:.1%}", flush=True)
            print(f"  what a batch tells of its out-of-scope messages holds in {np.mean(tally.told):.1%}", flush=True)


if __name__ == "__main__":
    main()
