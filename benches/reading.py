"""What reading a message costs: time for a single one, time for a fit, memory; with embeddings and without.

    .venv/bin/python benches/reading.py

The sample company's reader reads its own scenarios' customers; a model of CLINC150's 150 intents its validation part.
Peer: the embedding alone, which any reader with these weights has to pay.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "2")
# What was learned before is not measured: every first fit here is one. "Again" begins from what was kept.
if "--part" not in sys.argv:
    os.environ["ABOVELOOP_CACHE"] = tempfile.mkdtemp()

import numpy as np
import psutil

import larkspur
from aboveloop.app.folders import sound
from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, save_model
from aboveloop.understand.reader import FirstReader
from aboveloop.understand.sentences import load_sentences

WARM_UP = 50
PARTS = ("embedding", "company", "company again", "intents", "intents again")
MODEL = Path(os.environ["ABOVELOOP_CACHE"]) / "bench.model"


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


def fitted(name: str, began: float, used: float) -> None:
    wall, processor = time.perf_counter() - began, time.process_time() - used
    print(f"  {name:34s} ready in {wall:.1f} s ({processor:.1f} s of processor)", flush=True)


def embedded(embedder: Embedder) -> Callable[[str], object]:
    return lambda text: embedder.embed([text])


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--part", nargs=2, metavar=("NAME", "WHAT"), help=argparse.SUPPRESS)
    given = reading.parse_args()
    if given.part:
        part(*given.part)
        return
    for name in ("words", "embeddings"):
        print(f"{name}:", flush=True)
        # A process of its own for each: what one holds in memory is not told of the next.
        for what in PARTS:
            subprocess.run([sys.executable, __file__, "--part", name, what], check=True)


def part(name: str, what: str) -> None:
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    from intents import task_of

    weights = shared / "models" / "minilm-int8"
    embedder: Embedder | None = load_sentences("minilm-int8", weights) if name == "embeddings" else None
    task = task_of("clinc150", shared / "data" / "intents", 0)
    began, used = time.perf_counter(), time.process_time()
    if what == "embedding" and embedder is not None:
        told("the embedding alone", embedded(embedder), task.asked[:600])
    elif what in ("company", "company again"):
        operation = sound(Path(larkspur.__file__).parent / "operation")
        said = [step.customer for each in operation.scenarios.values() for step in each.steps if step.customer] * 3
        began, used = time.perf_counter(), time.process_time()
        reader = FirstReader.fit(operation, embedder)
        fitted("the sample company", began, used)
        told("a message to the sample company", reader.read, said)
    elif what == "intents":
        model = learn(task.texts, task.labels, embedder)
        fitted("150 intents of 100", began, used)
        told("one of 150 intents", model.guesses, task.asked[:600])
        save_model(model, MODEL)
    elif what == "intents again":
        model = load_model(MODEL)
        told(
            "one of 150, from a file", (model.with_embedder(embedder) if embedder else model).guesses, task.asked[:600]
        )


if __name__ == "__main__":
    main()
