"""A provider of embeddings on this machine: a real HTTP server that speaks the endpoint and keeps every byte.

Its vectors are made of words: texts that share words are alike, as with any model, only coarser.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from aboveloop.understand.kernel import Floats32

DIMENSIONS = 256


def by_words(texts: Sequence[str], salt: str = "") -> Floats32:
    """Each word points somewhere; a text points to the middle of its words. Another `salt` is another model."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split():
            seed = int.from_bytes(hashlib.sha256(f"{salt}{word.strip('?.,!')[:5]}".encode()).digest()[:8], "big")
            row += np.random.default_rng(seed).standard_normal(DIMENSIONS)
    return rows


@dataclass
class Provider:
    """What arrived, byte for byte, and how to answer. `faults` are answered first, each once: a status with headers."""

    embed: Callable[[Sequence[str]], Floats32] = by_words
    url: str = ""
    raw: list[bytes] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    most_texts: int = 2_048
    most_characters: int = 100_000
    slow_seconds: float = 0.0
    body: bytes | None = None
    # What small differences there are between providers.
    backwards: bool = False
    without_index: bool = False
    bare: bool = False

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(each.partition(b"\r\n\r\n")[2]) for each in self.raw]

    @property
    def texts(self) -> list[str]:
        return [text for each in self.requests for text in each["input"]]

    def answer(self, asked: dict[str, Any]) -> tuple[int, bytes]:
        texts = asked["input"]
        if len(texts) > self.most_texts or any(len(text) > self.most_characters for text in texts):
            return 413, json.dumps({"error": {"message": "too large", "type": "invalid_request_error"}}).encode()
        if self.body is not None:
            return 200, self.body
        vectors = self.embed(texts)[:, : asked.get("dimensions") or DIMENSIONS]
        as_text = asked.get("encoding_format") == "base64"
        data: list[dict[str, Any]] = [
            {
                "object": "embedding",
                "index": place,
                "embedding": base64.b64encode(row.astype("<f4").tobytes()).decode() if as_text else row.tolist(),
            }
            for place, row in enumerate(vectors)
        ]
        if self.backwards:
            data.reverse()
        if self.without_index:
            data = [{"embedding": each["embedding"]} for each in data]
        told: dict[str, Any] = {"data": data}
        if not self.bare:
            used = {"prompt_tokens": sum(len(text.split()) for text in texts)}
            told |= {"object": "list", "model": asked["model"], "usage": used | {"total_tokens": used["prompt_tokens"]}}
        return 200, json.dumps(told).encode()


@contextmanager
def provider() -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.raw.append(f"{self.requestline}\r\n{self.headers}".encode() + b"\r\n\r\n" + body)
            time.sleep(found.slow_seconds)
            headers: dict[str, str] = {}
            if not self.path.endswith("/v1/embeddings"):
                status, answer = 404, b"{}"
            elif found.faults:
                status, headers = found.faults.pop(0)
                answer = b'{"error": {"message": "not now", "type": "requests", "code": null}}'
            else:
                status, answer = found.answer(json.loads(body))
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
