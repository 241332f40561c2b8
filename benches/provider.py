"""Embeddings of a provider, beside the same model on this machine: MiniLM behind an OpenAI-compatible server here.

    .venv/bin/python benches/provider.py [--set banking77-10|banking77|clinc150] [--seed 0] [--rounding]

Rows: words alone; the provider, its width and the weight of words chosen from the examples; the same vectors without a
provider under each width that may be chosen; MiniLM's own recipe, whose inner layers no provider gives. Then what the
mask and the request of one reading cost. Accuracy with Wilson's bounds, 95 %. With --rounding alone: how far vectors of
the same text are from each other, computed alone, beside others, in half precision, and with another pooling.
"""

import argparse
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from intents import Remembered, Task, task_of

from aboveloop.app.embeddings.provider import ProvidedEmbeddings, probed
from aboveloop.connect.models.embedding_settings import EmbeddingSettings
from aboveloop.connect.models.embeddings import EmbeddingModel
from aboveloop.kit.settings import shared_folder
from aboveloop.understand.embedding import Embedder
from aboveloop.understand.evaluation import Rate
from aboveloop.understand.intents import OUTSIDE
from aboveloop.understand.learning import learn
from aboveloop.understand.provided import PROBES
from aboveloop.understand.sentences import SentenceModel, load_sentences
from aboveloop.understand.widths import TOTAL, WIDTHS
from aboveloop.understand.words.built_in_en import ENGLISH

# What words and letters each weigh beside embeddings of this machine.
LEAST_TEXT = 0.1


class Mean:
    """The middle of MiniLM's last layer: what a provider of it gives."""

    name, digest, probes = "mean", "mean", None

    def __init__(self, inner: Remembered, width: float) -> None:
        self.inner, self.views = inner, ((TOTAL - 2 * LEAST_TEXT, width),)

    def hide(self, text: str) -> str:
        return text

    def embed(self, texts: Sequence[str]) -> tuple[np.ndarray, ...]:
        return (middle(self.inner, texts),)


def middle(inner: Remembered | SentenceModel, texts: Sequence[str]) -> np.ndarray:
    both = inner.embed(texts)[0]
    rows = both[:, : both.shape[1] // 2]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@contextmanager
def served(inner: Remembered) -> Iterator[str]:
    """The address of a server that embeds with MiniLM."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            rows = middle(inner, asked["input"])
            data = [{"index": place, "embedding": row.tolist()} for place, row in enumerate(rows)]
            answer = json.dumps({"data": data, "model": asked["model"]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


def row(name: str, task: Task, embedder: Embedder | None) -> None:
    begun = time.perf_counter()
    model = learn(task.texts, task.labels, embedder)
    took = time.perf_counter() - begun
    shares = model.judge(task.asked).shares
    right = sum(model.labels[place] == truth for place, truth in zip(shares.argmax(axis=1), task.truth, strict=True))
    rate = Rate.of_counts(right, len(task.truth))
    mixture = model.landmarks.mixture
    told = " ".join(f"width {width:g}" for _, width in mixture.views[:1]) + f", words {mixture.words[0]:g}"
    kept = model.promise(cap=0.02).share
    print(
        f"{name:34} {rate.share:.4f} ({rate.low:.4f} to {rate.high:.4f})  2 % cap: {kept:.0%}  {told}  fit {took:.1f} s"
    )


def cost(task: Task, provided: ProvidedEmbeddings, model: EmbeddingModel, count: int) -> None:
    texts = [f"{text} {place}" for place, text in enumerate(task.asked[:count])]
    times: dict[str, list[float]] = {"mask": [], "request": []}
    for text in texts:
        begun = time.perf_counter()
        provided.hide(text)
        hidden = time.perf_counter()
        model.ask(model.request_bytes([text]), 1, within_seconds=1.5)
        times["mask"].append(hidden - begun)
        times["request"].append(time.perf_counter() - hidden)
    for name, found in times.items():
        middle_one, late = np.percentile(found, [50, 95])
        print(f"{name}: median {1000 * middle_one:.2f} ms, 95 % under {1000 * late:.2f} ms")


def rounding(texts: Sequence[str], model: SentenceModel) -> None:
    """Cosines of vectors of the same text, computed in two ways."""
    probes = list(PROBES)
    for name, some in (("probes", probes), ("messages", list(texts)[:1000])):
        together = middle(model, some)
        alone = np.concatenate([middle(model, [text]) for text in some])
        told(f"{name}, alone and beside others", together, alone)
        told(f"{name}, in half precision", together, together.astype(np.float16).astype(np.float32))
    both = model.embed(probes)[0]
    largest = both[:, both.shape[1] // 2 :]
    told("probes, largest instead of mean", middle(model, probes), largest / np.linalg.norm(largest, axis=1)[:, None])


def told(name: str, one: np.ndarray, other: np.ndarray) -> None:
    cosines = (one * other).sum(axis=1)
    print(f"{name:34} least {cosines.min():.4f}, mean {cosines.mean():.4f}, most {cosines.max():.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", default="banking77-10")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--readings", type=int, default=300)
    parser.add_argument("--rounding", action="store_true")
    asked = parser.parse_args()
    shared = shared_folder()
    if shared is None:
        raise SystemExit("The shared data is missing: set ABOVELOOP_SHARED.")
    task = task_of(asked.set, shared / "data" / "intents", asked.seed)
    weights = load_sentences("minilm-int8", shared / "models" / "minilm-int8")
    if asked.rounding:
        rounding(task.asked, weights)
        return
    inner = Remembered(weights)
    print(f"{task.name}: {len(task.texts)} examples, {len(task.asked)} messages")
    row("words alone", task, None)
    with served(inner) as url:
        model = EmbeddingModel(EmbeddingSettings(url, "minilm"))
        provided = ProvidedEmbeddings(model, probed(model))
        provided.embed([*task.texts, *task.asked, *ENGLISH[OUTSIDE]])
        print(f"withheld by the mask: {provided.withheld} of {len(task.texts) + len(task.asked)}")
        row("provider, chosen", task, provided)
        cost(task, provided, model, asked.readings)
        model.close()
    for width in WIDTHS:
        row(f"mean, width {width:g}", task, Mean(inner, width))
    row("MiniLM's own recipe", task, inner)


if __name__ == "__main__":
    main()
