"""A server of our own that speaks the endpoint for speech as the documentation of its inventor describes it, with this
machine's backends behind it: what is tested against it crosses a real socket, as a form and as JSON.
"""

import email.parser
import email.policy
import json
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aboveloop.connect.speech.hibari import HibariVoice
from aboveloop.connect.speech.moonshine import Moonshine
from aboveloop.connect.speech.wav import read_wav, write_wav


@dataclass
class Counterpart:
    """What it was asked, and what it answers instead where a test says so."""

    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    instead: tuple[int, bytes] | None = None
    ears: Moonshine = field(default_factory=Moonshine)
    mouth: HibariVoice = field(default_factory=HibariVoice)

    def transcribed(self, fields: dict[str, str], recording: bytes) -> bytes:
        heard = self.ears.recognise(read_wav(recording, most_seconds=120), fields["language"])
        sure = heard.confidence or 1e-6
        segment = {
            "id": 0,
            "text": heard.text,
            "avg_logprob": math.log(sure),
            "no_speech_prob": 0.0 if heard.text else 0.9,
        }
        told = {"task": "transcribe", "language": "english", "text": heard.text, "segments": [segment]}
        return json.dumps(told if fields.get("response_format") == "verbose_json" else {"text": heard.text}).encode()

    def spoken(self, asked: dict[str, Any]) -> bytes:
        assert asked["response_format"] == "wav"
        return write_wav(self.mouth.speak(asked["input"], "en"))


@contextmanager
def answering() -> Iterator[Counterpart]:
    counterpart = Counterpart()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            counterpart.keys.append(self.headers.get("Authorization"))
            if counterpart.instead is not None:
                status, answer = counterpart.instead
            elif self.path == "/v1/audio/transcriptions":
                fields, recording = _form(self.headers["Content-Type"], body)
                counterpart.forms.append(fields)
                status, answer = 200, counterpart.transcribed(fields, recording)
            elif self.path == "/v1/audio/speech":
                counterpart.asked.append(json.loads(body))
                status, answer = 200, counterpart.spoken(counterpart.asked[-1])
            else:
                status, answer = 404, b"{}"
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    counterpart.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield counterpart
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _form(kind: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields and the file of a form, read by Python's own parser, not by what wrote it."""
    whole = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + body
    )
    fields, file = {}, b""
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename():
            assert (name, part.get_content_type()) == ("file", "audio/wav")
            file = content
        else:
            fields[str(name)] = content.decode()
    return fields, file
