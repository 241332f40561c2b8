"""How often the promise about wrong readings is broken, and how much is automated under it.

    .venv/bin/python benches/promise.py [--splits 5] [--draws 200] [--words]

The shared data is split anew into examples and messages; each time a model is fitted on the examples alone, and
batches of messages are drawn to be read under caps of 5, 2 and 1 %. A batch breaks its cap where more of what is
automated is read wrongly. CLINC150's batches hold out-of-scope messages: 3 % as in its validation part, 18 % as in its
test part; its examples hold none. At most one batch in ten may break its cap.
"""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from intents import Remembered, Task, split, task_of

from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.learning import learn
from aboveloop.understand.sentences import load_sentences
from aboveloop.understand.sureness import Sureness

CAPS = (0.05, 0.02, 0.01)
# Set, share of out-of-scope messages in a batch, messages in a batch.
KINDS = (
    ("banking77-10", 0.0, 1_000),
    ("banking77", 0.0, 1_000),
    ("hwu64", 0.0, 1_000),
    ("clinc150", 0.03, 1_500),
    ("clinc150", 0.18, 1_000),
)


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


def broken_and_automated(
    task: Task, embedder: Embedder | None, *, share: float, size: int, draws: int, generator: np.random.Generator
) -> dict[float, tuple[list[bool], list[float]]]:
    """For each cap and draw, whether it was broken, and the share automated."""
    model = learn(task.texts, task.labels, embedder)
    judged, outside = model.judge(task.asked), model.judge(task.outside)
    sure, scope = model.confidence(judged), model.certainty.in_scope(judged.evidence)
    wrong = np.array(model.labels)[judged.shares.argmax(axis=1)] != np.array(task.truth)
    foreign = model.confidence(outside) if task.outside else np.empty(0)
    scope_of_foreign = model.certainty.in_scope(outside.evidence)
    found: dict[float, tuple[list[bool], list[float]]] = {cap: ([], []) for cap in CAPS}
    for _ in range(draws):
        count = round(share * size)
        inside = generator.permutation(len(sure))[: size - count]
        others = generator.integers(max(1, len(foreign)), size=count)
        batch = np.concatenate([sure[inside], foreign[others]])
        asked = Sureness(batch, np.concatenate([scope[inside], scope_of_foreign[others]]))
        mistaken = np.concatenate([wrong[inside], np.ones(count, dtype=bool)])
        for cap in CAPS:
            kept = model.promise(cap=cap, batch=asked)
            taken = batch >= kept.threshold if kept.threshold is not None else np.zeros(len(batch), dtype=bool)
            found[cap][0].append(bool(taken.any()) and mistaken[taken].mean() > cap)
            found[cap][1].append(float(taken.mean()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--words", action="store_true", help="without embeddings")
    parser.add_argument("--set", action="append")
    chosen = parser.parse_args()
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    inner = load_sentences("minilm-int8", shared / "models" / "minilm-int8")
    embedder = None if chosen.words else Remembered(inner)
    for name, share, size in KINDS:
        if chosen.set and name not in chosen.set:
            continue
        every: dict[float, tuple[list[bool], list[float]]] = {cap: ([], []) for cap in CAPS}
        for seed in range(chosen.splits):
            task = split_anew(name, shared / "data" / "intents", seed)
            generator = np.random.default_rng(seed)
            found = broken_and_automated(
                task, embedder, share=share, size=size, draws=chosen.draws, generator=generator
            )
            for cap in CAPS:
                every[cap][0].extend(found[cap][0])
                every[cap][1].extend(found[cap][1])
        told = f"{len(every[CAPS[0]][0])} batches of {size}"
        print(f"{name}, {share:.0%} out of scope, {told}")
        for cap in CAPS:
            broken, automated = every[cap]
            print(f"  cap {cap:.0%}: broken in {np.mean(broken):.1%}, automated {np.mean(automated):.1%}", flush=True)


if __name__ == "__main__":
    main()
