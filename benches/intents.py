"""How well intents are read, beside peers on the same splits: Banking77, HWU64, CLINC150 of the shared data.

    .venv/bin/python benches/intents.py [--seeds 3] [--set banking77|banking77-10|hwu64|clinc150]

Peers: logistic regression over TF-IDF (words and pairs, letter runs), over MiniLM embeddings, over both side by side.
Bounds are 95 %: Wilson's for a share; for how much better we read than a peer, on the same messages, drawn again 4,000
times by message, so that a message asked in two splits counts once. Seed 0 of HWU64 and CLINC150 is their own
validation part, further seeds split both parts anew. All is of the development files: the published test sets are for
others to score on.
"""

import argparse
import csv
import gzip
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.evaluation import Rate
from aboveloop.understand.learning import learn
from aboveloop.understand.sentences import SentenceModel, load_sentences

SETS = ("banking77-10", "banking77", "hwu64", "clinc150")
Scores = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Task:
    """Messages to learn from, messages to be asked, and messages about nothing foreseen."""

    name: str
    texts: list[str]
    labels: list[str]
    asked: list[str]
    truth: list[str]
    outside: list[str]


class Remembered:
    """An embedder that computes each text once, so that seeds and peers share the work."""

    def __init__(self, inner: SentenceModel) -> None:
        self.inner, self.name, self.digest, self.views = inner, inner.name, inner.digest, inner.views
        self.probes = inner.probes
        self._known: dict[str, tuple[np.ndarray, ...]] = {}

    def hide(self, text: str) -> str:
        return self.inner.hide(text)

    def embed(self, texts: Sequence[str]) -> tuple[np.ndarray, ...]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= {text: views for text, *views in zip(new, *self.inner.embed(new), strict=True)}
        return tuple(np.stack([self._known[text][view] for text in texts]) for view in range(len(self.views)))


def split(texts: list[str], labels: list[str], seed: int, per_intent: int | None = None) -> tuple[list[int], list[int]]:
    """Places to learn from and to ask: a fifth of each intent is asked."""
    generator = np.random.default_rng(seed)
    every = np.array(labels)
    learned, asked = [], []
    for label in sorted(set(labels)):
        places = generator.permutation(np.flatnonzero(every == label))
        cut = max(1, len(places) // 5)
        asked += [int(place) for place in places[:cut]]
        learned += [int(place) for place in places[cut:][:per_intent]]
    return sorted(learned), sorted(asked)


def task_of(name: str, folder: Path, seed: int) -> Task:
    if name == "clinc150":
        with gzip.open(folder / "clinc150_dev.json.gz", "rt", encoding="utf-8") as file:
            told = json.load(file)
        outside = [text for part in ("oos_train", "oos_val") for text, _ in told[part]]
        texts, labels = (list(each) for each in zip(*told["train"], strict=True))
        asked, truth = (list(each) for each in zip(*told["val"], strict=True))
        return resplit(Task(name, texts, labels, asked, truth, outside), seed)
    if name == "hwu64":
        parts = []
        for part in ("train", "valid"):
            for column in ("seq.in", "label"):
                parts.append((folder / f"hwu64_{part}" / column).read_text(encoding="utf-8").strip("\n").split("\n"))
        return resplit(Task(name, *parts, []), seed)
    with gzip.open(folder / "banking77_train.csv.gz", "rt", encoding="utf-8") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    texts, labels = [row[0] for row in rows], [row[1] for row in rows]
    learned, asked_places = split(texts, labels, seed, 10 if name.endswith("-10") else None)
    return Task(
        name,
        [texts[place] for place in learned],
        [labels[place] for place in learned],
        [texts[place] for place in asked_places],
        [labels[place] for place in asked_places],
        [],
    )


def resplit(task: Task, seed: int) -> Task:
    """The task as published for seed 0, else both parts together, split as large by chance."""
    if not seed:
        return task
    texts, labels = [*task.texts, *task.asked], [*task.labels, *task.truth]
    order = np.random.default_rng(seed).permutation(len(texts))
    asked, learned = order[: len(task.asked)], np.sort(order[len(task.asked) :])
    parts = [[column[place] for place in places] for places in (learned, asked) for column in (texts, labels)]
    return Task(task.name, *parts, task.outside)


def tfidf(task: Task) -> Callable[[Sequence[str]], sparse.csr_matrix]:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b").fit(task.texts)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True).fit(task.texts)
    return lambda texts: sparse.hstack([words.transform(texts), letters.transform(texts)]).tocsr()


def peer(task: Task, embedder: Embedder | None, *, text: bool) -> tuple[Scores, np.ndarray]:
    """Logistic regression; features are what the arguments say."""
    lexical = tfidf(task) if text else None

    def features(texts: Sequence[str]) -> sparse.csr_matrix:
        parts = [lexical(texts)] if lexical is not None else []
        if embedder is not None:
            # The mean of the last layer, as everybody uses it: the first half of the first view.
            view = embedder.embed(texts)[0]
            mean = view[:, : view.shape[1] // 2]
            parts.append(sparse.csr_matrix(mean / np.linalg.norm(mean, axis=1, keepdims=True)))
        return sparse.hstack(parts).tocsr()

    model = LogisticRegression(C=10, max_iter=100, tol=1e-3).fit(features(task.texts), task.labels)
    return lambda texts: model.predict_proba(features(texts)), model.classes_


@dataclass(frozen=True)
class Read:
    """Which of the asked messages one reader read rightly, and what it says of messages from nowhere."""

    name: str
    right: np.ndarray
    scope: float | None

    def tell(self, seconds: float) -> "Read":
        rate = Rate.of_counts(int(self.right.sum()), len(self.right))
        outside = "" if self.scope is None else f"  out of scope AUROC {self.scope:.4f}"
        share = f"{self.right.mean():.2%} ({rate.low:.2%} to {rate.high:.2%})"
        print(f"  {self.name:28s} {share}{outside}  fit {seconds:.1f} s", flush=True)
        return self


def compare(splits: list[tuple[Task, list[Read]]]) -> None:
    """Our last reader beside every other, on all splits together."""
    readers = [read.name for read in splits[0][1]]
    generator = np.random.default_rng(0)
    for place, name in enumerate(readers[:-1]):
        by_message: dict[str, list[float]] = {}
        for task, reads in splits:
            gained = reads[-1].right.astype(float) - reads[place].right
            for text, each in zip(task.asked, gained, strict=True):
                by_message.setdefault(text, []).append(float(each))
        gains = np.array([np.mean(each) for each in by_message.values()])
        drawn = [gains[generator.integers(len(gains), size=len(gains))].mean() for _ in range(4_000)]
        low, high = np.quantile(drawn, (0.025, 0.975))
        print(f"  beside {name:28s} {gains.mean():+.2%} ({low:+.2%} to {high:+.2%}) of {len(gains)} messages")


def ours(task: Task, embedder: Embedder | None) -> Read:
    started = time.process_time()
    model = learn(task.texts, task.labels, embedder)
    seconds = time.process_time() - started
    judged = model.judge(task.asked)
    right = np.array(model.labels)[judged.shares.argmax(axis=1)] == np.array(task.truth)
    scope = None
    if task.outside:
        foreign = model.certainty.in_scope(model.judge(task.outside).evidence)
        known = model.certainty.in_scope(judged.evidence)
        truth = np.concatenate([np.ones(len(known)), np.zeros(len(foreign))])
        scope = float(roc_auc_score(truth, np.concatenate([known, foreign])))
    return Read("Aboveloop" if embedder is not None else "Aboveloop, no weights", right, scope).tell(seconds)


def theirs(task: Task, name: str, embedder: Embedder | None, *, text: bool) -> Read:
    started = time.process_time()
    scores, classes = peer(task, embedder, text=text)
    seconds = time.process_time() - started
    found = scores(task.asked)
    right = classes[found.argmax(axis=1)] == np.array(task.truth)
    scope = None
    if task.outside:
        foreign = scores(task.outside).max(axis=1)
        truth = np.concatenate([np.ones(len(found)), np.zeros(len(foreign))])
        scope = float(roc_auc_score(truth, np.concatenate([found.max(axis=1), foreign])))
    return Read(name, right, scope).tell(seconds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=1, help="so many splits, from seed 0 on")
    parser.add_argument("--set", choices=SETS, action="append")
    parser.add_argument("--no-peers", action="store_true")
    chosen = parser.parse_args()
    shared = shared_folder()
    assert shared is not None, "The shared data is missing: set ABOVELOOP_SHARED."
    embedder = Remembered(load_sentences("minilm-int8", shared / "models" / "minilm-int8"))
    for name in chosen.set or SETS:
        splits = []
        for seed in range(chosen.seeds):
            task = task_of(name, shared / "data" / "intents", seed)
            embedder.embed(task.texts)
            print(f"{name}, seed {seed}: {len(task.texts)} examples, {len(task.asked)} asked", end="")
            print(f", {len(task.outside)} out of scope", flush=True)
            reads = []
            if not chosen.no_peers:
                reads.append(theirs(task, "TF-IDF + LR", None, text=True))
                reads.append(theirs(task, "MiniLM + LR", embedder, text=False))
                reads.append(theirs(task, "MiniLM + TF-IDF + LR", embedder, text=True))
            splits.append((task, [*reads, ours(task, None), ours(task, embedder)]))
        compare(splits)


if __name__ == "__main__":
    main()
