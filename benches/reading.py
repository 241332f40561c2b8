"""What reading a message costs: time for a single one, time for a fit, memory; with embeddings and without.

    .venv/bin/python benches/reading.py

The sample company's reader reads its own scenarios' customers; a model of CLINC150's 150 intents its validation part.
Peer: the embedding alone, which any reader with these weights has to pay.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
# What was learned before is not measured: every fit here is one.
os.environ["ABOVELOOP_CACHE"] = tempfile.mkdtemp()

import numpy as np
import psutil

import larkspur
from aboveloop.app.folders import sound
from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.learning import learn
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.sentences import load_sentences

WARM_UP = 50


def told(name: str, read: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts[:WARM_UP]:
        read(text)
    wall, processor = [], []
    for text in texts:
        began, used = time.perf_counter(), time.process_time()
        read(text)
        wall.append((time.perf_counter() - began) * 1_000)
        processor.append((time.process_time() - used) * 1_000)
    memory = psutil.Process().memory_info().rss / 1e6
    middle, slow = np.percentile(wall, [50, 95])
    print(
        f"  {name:34s} p50 {middle:.2f} ms, p95 {slow:.2f} ms, processor {np.median(processor):.2f} ms, {memory:.0f} MB"
    )


def embedded(embedder: Embedder) -> Callable[[str], object]:
    return lambda text: embedder.embed([text])


def main() -> None:
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    from intents import task_of

    operation = sound(Path(larkspur.__file__).parent / "operation")
    said = [step.customer for each in operation.scenarios.values() for step in each.steps if step.customer] * 3
    task = task_of("clinc150", shared / "data" / "intents", 0)
    embedder: Embedder | None
    for name, embedder in (
        ("words", None),
        ("embeddings", load_sentences("minilm-int8", shared / "models" / "minilm-int8")),
    ):
        print(f"{name}:")
        if embedder is not None:
            told("the embedding alone", embedded(embedder), task.asked[:600])
        began = time.perf_counter()
        reader = FirstReader.fit(operation, embedder)
        print(f"  the sample company is fitted in {time.perf_counter() - began:.1f} s")
        told("a message to the sample company", reader.read, said)
        began, used = time.perf_counter(), time.process_time()
        model = learn(task.texts, task.labels, embedder)
        print(f"  150 intents of 100 are fitted in {time.perf_counter() - began:.1f} s", end="")
        print(f" ({time.process_time() - used:.1f} s of processor)")
        told("one of 150 intents", model.guesses, task.asked[:600])


if __name__ == "__main__":
    main()
