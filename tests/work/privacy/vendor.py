"""A vendor's model on this machine: a real HTTP server that speaks the chat protocol and keeps every byte."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    """What arrived, byte for byte, and how to answer the text of the user's message."""

    answer: Callable[[str], str] = field(default=lambda text: "It is settled.")
    status: int = 200
    raw: list[bytes] = field(default_factory=list)
    url: str = ""
    body: bytes | None = None

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(each.partition(b"\r\n\r\n")[2]) for each in self.raw]


@contextmanager
def vendor() -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.raw.append(f"{self.requestline}\r\n{self.headers}".encode() + b"\r\n\r\n" + body)
            asked = json.loads(body)
            said = {"role": "assistant", "content": heard.answer(asked["messages"][-1]["content"])}
            told = {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "model": asked["model"],
                "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
            }
            answer = json.dumps(told).encode() if heard.body is None else heard.body
            self.send_response(heard.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
