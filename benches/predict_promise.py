"""How often the promise about wrong readings is broken on the path that users take: fit a file, then predict another.

    .venv/bin/python benches/predict_promise.py [--words] [--set clinc150] [--intents 30] [--each 40] [--given 0 50]
        [--shares 0 0.13] [--splits 40] [--draws 4] [--batch 1000] [--commands]

For every split some intents are chosen by chance (0: all) and so many examples of each (0: all but a fifth, which is
asked). The model is fitted, written, read again as `understand predict` does, and asked batches of messages that it
never saw. A share of each batch is about nothing foreseen: CLINC150's own out-of-scope messages, or (`left out`) those
of intents that the examples leave out, which are the hardest there are. `--given`: so many messages of the same kind
stand as `oos` among the examples. A batch breaks its cap where more of what is automated is wrong. Bounds are exact,
90 %, and take every batch by itself, though those of one split are alike. `--commands` proves once that the two
commands give the rows that the functions give.
"""

import argparse
import csv
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from intents import Remembered, task_of

from aboveloop.app.understanding import answers_of, fit_file, predict_file, sure_of
from aboveloop.kit import chances
from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.evaluation import Answers
from aboveloop.understand.learning import learn
from aboveloop.understand.model_file import load_model, save_model
from aboveloop.understand.sentences import load_sentences

CAPS = (0.05, 0.02, 0.01)
MOST_ASKED = 1_500
MOST_UNKNOWN = 400
CONFIDENCE = 0.9


@dataclass(frozen=True)
class Cell:
    """What is fitted: how many intents, examples of each, and messages given as out of scope."""

    name: str
    intents: int
    each: int
    given: int


@dataclass(frozen=True)
class Split:
    texts: list[str]
    labels: list[str]
    asked: list[str]
    truth: list[str]
    # By where they come from.
    unknown: dict[str, list[str]]


def split_of(cell: Cell, folder: Path, seed: int) -> Split:
    """Examples, messages that are asked, and messages about nothing foreseen; none stands in two of them."""
    task = task_of(cell.name, folder, 0)
    every, meant = task.texts + task.asked, np.array(task.labels + task.truth)
    generator = np.random.default_rng(1_000 + seed)
    names = [str(name) for name in generator.permutation(np.unique(meant))]
    known = names[: cell.intents or round(0.9 * len(names) if not task.outside else len(names))]
    learned, asked, left_out = [], [], []
    for name in names:
        places = generator.permutation(np.flatnonzero(meant == name))
        if name not in known:
            left_out += [every[place] for place in places]
            continue
        cut = min(cell.each or len(places), len(places) - max(1, len(places) // 5))
        learned += list(places[:cut])
        asked += list(places[cut:])
    asked = list(generator.permutation(asked)[:MOST_ASKED])
    texts, labels = [every[place] for place in learned], [str(meant[place]) for place in learned]
    unknown = {}
    for source, found in (("oos", task.outside), ("left out", left_out)):
        mixed = [str(text) for text in generator.permutation(np.array(found, dtype=object))]
        if len(mixed) > cell.given:
            unknown[source] = mixed[cell.given :][:MOST_UNKNOWN]
    if cell.given and unknown:
        source = next(iter(unknown))
        pool = task.outside if source == "oos" else left_out
        rest = set(unknown[source])
        texts += [text for text in dict.fromkeys(pool) if text not in rest][: cell.given]
        labels += ["oos"] * (len(texts) - len(labels))
        unknown = {source: unknown[source]}
    return Split(texts, labels, [every[place] for place in asked], [str(meant[place]) for place in asked], unknown)


def some(found: Answers, places: np.ndarray) -> Answers:
    return Answers(
        [found.intents[place] for place in places],
        found.confidence[places],
        found.inside[places],
        found.out_of_scope[places],
    )


Found = dict[tuple[str, float, float], list[tuple[float, float]]]


def measured(
    split: Split, embedder: Embedder | None, shares: Sequence[float], *, draws: int, size: int, seed: int, into: Found
) -> None:
    """Of each batch, the share automated and the share of this that is wrong."""
    model = learn(split.texts, split.labels, embedder)
    with tempfile.TemporaryDirectory() as folder:
        save_model(model, Path(folder) / "model")
        model = load_model(Path(folder) / "model").with_embedder(embedder)
    pool = split.asked + [text for texts in split.unknown.values() for text in texts]
    found, _ = answers_of(model, pool)
    wrong = np.ones(len(pool), dtype=bool)
    wrong[: len(split.asked)] = np.array(found.intents[: len(split.asked)]) != np.array(split.truth)
    starts = dict(zip(split.unknown, np.cumsum([len(split.asked), *map(len, split.unknown.values())]), strict=False))
    generator = np.random.default_rng(seed)
    for source, share in itertools.product(split.unknown or [""], shares):
        for _ in range(draws):
            size_now = min(size, int(len(split.asked) / (1 - share)))
            count = round(share * size_now)
            places = generator.permutation(len(split.asked))[: size_now - count]
            if count:
                others = starts[source] + generator.integers(len(split.unknown[source]), size=count)
                places = np.concatenate([places, others])
            batch = some(found, places)
            for cap in CAPS:
                sure = sure_of(batch)
                automated = model.promise(cap=cap, confidence=CONFIDENCE, batch=sure).takes(sure)
                mistaken = float(wrong[places][automated].mean()) if automated.any() else 0.0
                into.setdefault((source, share, cap), []).append((float(automated.mean()), mistaken))


def told(cell: Cell, found: Found) -> None:
    for source, share in dict.fromkeys((source, share) for source, share, _ in found):
        parts = []
        for cap in CAPS:
            automated, mistaken = np.array(found[source, share, cap]).T
            broken = int((mistaken > cap).sum())
            low, high = chances.exact_bounds(broken, of=len(mistaken), confidence=CONFIDENCE)
            parts.append(
                f"{cap:.0%}: automated {automated.mean():5.1%}, broken {broken:3d} of {len(mistaken)} "
                f"({low:.0%} to {high:.0%}), wrong {mistaken.mean():.2%}"
            )
        kind = f"{share:.0%} {source}" if share else "none unknown"
        print(f"  {kind:14s} {' | '.join(parts)}", flush=True)


def commands_agree(split: Split) -> None:
    """Fit and predict by the commands and by the functions, and compare the rows."""
    program = Path(sys.executable).parent / "aboveloop"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, columns, rows in (
            ("examples.csv", ("text", "label"), list(zip(split.texts, split.labels, strict=True))),
            ("messages.csv", ("text",), [(text,) for text in split.asked]),
        ):
            with (folder / file).open("w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows([columns, *rows])
        fit = [program, "understand", "fit", "examples.csv", "--out", "model", "--without-weights"]
        read = [program, "understand", "predict", "model", "messages.csv", "--error-cap", "0.02", "--out", "out.csv"]
        for command in (fit, read):
            subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True)
        fit_file(folder / "examples.csv", folder / "again", with_weights=False)
        predict_file(
            load_model(folder / "again"), folder / "messages.csv", folder / "again.csv", cap=0.02, confidence=CONFIDENCE
        )
        same = (folder / "out.csv").read_bytes() == (folder / "again.csv").read_bytes()
    print(f"commands and functions give the same {len(split.asked)} rows: {'yes' if same else 'NO'}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--words", action="store_true", help="without embeddings")
    parser.add_argument("--set", action="append", choices=("banking77", "clinc150", "hwu64"))
    parser.add_argument("--intents", type=int, nargs="+", default=[10, 40, 0])
    parser.add_argument("--each", type=int, nargs="+", default=[10, 40, 0])
    parser.add_argument("--given", type=int, nargs="+", default=[0, 50])
    parser.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.03, 0.13, 0.18])
    parser.add_argument("--splits", type=int, default=40)
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--commands", action="store_true")
    chosen = parser.parse_args()
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    folder = shared / "data" / "intents"
    embedder = None if chosen.words else Remembered(load_sentences("minilm-int8", shared / "models" / "minilm-int8"))
    if chosen.commands:
        commands_agree(split_of(Cell("clinc150", 10, 40, 0), folder, 0))
        return
    names = chosen.set or ["banking77", "clinc150", "hwu64"]
    for name, intents, each, given in itertools.product(names, chosen.intents, chosen.each, chosen.given):
        found: Found = {}
        cell, began = Cell(name, intents, each, given), time.process_time()
        for seed in range(chosen.splits):
            split = split_of(cell, folder, seed)
            measured(split, embedder, chosen.shares, draws=chosen.draws, size=chosen.batch, seed=seed, into=found)
        many = f"{intents or 'all'} intents, {each or 'all'} examples each, {given} given as oos"
        print(f"{name}, {many}: {chosen.splits} fits, {time.process_time() - began:.0f} s of processor")
        told(cell, found)


if __name__ == "__main__":
    main()
