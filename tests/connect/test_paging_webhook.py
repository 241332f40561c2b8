"""A call is a signed POST to a real server, and what the server says decides whether it is tried again."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from aboveloop.connect.paging.webhook import CallNotTaken, ReceiverUnavailable, post

SECRET = b"shared"


class Receiver(HTTPServer):
    """Keeps what it was sent, and answers with the statuses in turn."""

    received: list[tuple[dict[str, str], bytes]]
    statuses: list[int]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/call"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", 0), Handler)
    server.received, server.statuses = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_receiver_can_check_who_called(receiver: Receiver) -> None:
    post(receiver.url, SECRET, "2026-11-25T12:00:00.000000Z", {"reason": "Überall kaputt", "page": "page_1"})
    ((headers, body),) = receiver.received
    expected = hmac.new(SECRET, headers["Aboveloop-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Aboveloop-Signature"] == f"sha256={expected}"
    assert json.loads(body) == {"reason": "Überall kaputt", "page": "page_1"}


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_receiver_in_trouble_is_called_again_later(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    with pytest.raises(ReceiverUnavailable, match=str(status)):
        post(receiver.url, SECRET, "t", {})


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_a_receiver_that_says_no_is_not_called_again(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    with pytest.raises(CallNotTaken, match=str(status)):
        post(receiver.url, SECRET, "t", {})


def test_a_receiver_that_is_not_there_is_called_again_later(receiver: Receiver) -> None:
    with pytest.raises(ReceiverUnavailable) as told:
        post("http://127.0.0.1:9/secret-token", SECRET, "t", {})
    assert "secret-token" not in str(told.value)


@pytest.mark.parametrize("url", ["nonsense", "ftp://x.example", "http://"])
def test_an_address_that_is_none_is_not_called(url: str) -> None:
    with pytest.raises(CallNotTaken):
        post(url, SECRET, "t", {})
