"""Zendesk's API as it is documented: cursors, limits, faults, changes during the read, an expired token."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aboveloop.app.importing.importing import Import, Report
from aboveloop.app.importing.masking import Masker
from aboveloop.connect.errors import SystemUnavailable
from aboveloop.connect.exports.records import ExportUnreadable, MappingWrong, Reading
from aboveloop.connect.exports.web import TOKEN, Web
from aboveloop.connect.exports.zendesk_api import ZendeskApi
from aboveloop.history import store

AT = "2026-03-01T10:00:00Z"


class Desk:
    """A help desk of a few tickets. `faults` are answered first, each once: path, status, Retry-After."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {
            "": {"tickets": [ticket(1), ticket(2)], "after_cursor": "c1", "end_of_stream": False},
            "c1": {"tickets": [ticket(1, "solved"), ticket(3, "deleted")], "after_cursor": "c2", "end_of_stream": True},
            "c2": {"tickets": [ticket(4)], "after_cursor": "c3", "end_of_stream": True},
        }
        self.faults: list[tuple[str, int, str]] = []
        self.asked: list[str] = []
        self.address = ""

    def answer(self, path: str, query: dict[str, list[str]], token: str) -> tuple[int, dict[str, str], Any]:
        self.asked.append(path)
        if token != "Bearer secret":
            return 401, {}, {}
        for fault in self.faults:
            if fault[0] in path:
                self.faults.remove(fault)
                return fault[1], {"Retry-After": fault[2]} if fault[2] else {}, {}
        if "incremental" in path:
            return 200, {}, self.pages[query.get("cursor", [""])[0]]
        if "audits" in path:
            second = "page[after]" in query
            author = 7 if second else 1
            said = {"type": "Comment", "body": f"mail me: ann{author}@shop.example", "public": True}
            audit = {"id": author, "created_at": AT, "author_id": author, "events": [said]}
            return 200, {}, {"audits": [audit], "meta": {"has_more": not second, "after_cursor": "x"}}
        return 200, {}, {"users": [{"id": 7, "role": "agent"}], "groups": [], "ticket_fields": []}


def ticket(number: int, status: str = "open") -> dict[str, Any]:
    return {"id": number, "created_at": AT, "updated_at": AT, "requester_id": 1, "status": status}


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            token = self.headers.get("Authorization", "")
            status, headers, value = desk.answer(parts.path, parse_qs(parts.query), token)
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, told in headers.items():
                self.send_header(name, told)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    desk.address = f"http://127.0.0.1:{server.server_port}"
    yield desk
    server.shutdown()
    server.server_close()
    thread.join()


def run(home: Path, desk: Desk, waits: list[float], token: str = "secret") -> Report:
    web = Web(desk.address, wait=waits.append, environment={TOKEN: token})
    try:
        now = datetime(2026, 11, 26, tzinfo=UTC)
        export = ZendeskApi(web, Reading())
        return Import(home, "desk", export, Masker(b"s" * 32), now=now, place=desk.address).run()
    finally:
        web.close()


def test_busy_and_broken_answers_are_waited_for_and_later_states_hold(tmp_path: Path, desk: Desk) -> None:
    desk.faults = [("incremental", 429, "7"), ("audits", 503, "")]
    waits: list[float] = []
    report = run(tmp_path, desk, waits)
    assert waits == [7.0, 1.0]
    assert (report.read, report.stored, report.unchanged, report.quarantined) == (4, 2, 1, 1)
    rows = store.table(store.find(tmp_path, "desk")).to_pylist()
    first = [(row["activity"], row["who"]) for row in rows if row["case_id"] == "1"]
    assert first == [("opened", "customer:1"), ("customer_message", "customer:1"), ("person_message", "person:7")]
    assert "ann1@" not in str(rows)


def test_an_import_goes_on_behind_its_cursor(tmp_path: Path, desk: Desk) -> None:
    run(tmp_path, desk, [])
    report = run(tmp_path, desk, [])
    assert (report.read, report.stored, report.cases) == (1, 1, 3)


def test_an_expired_token_is_told_and_what_was_read_stands(tmp_path: Path, desk: Desk) -> None:
    with pytest.raises(ExportUnreadable, match="refused the token") as said:
        run(tmp_path, desk, [], token="old")
    assert "old" not in str(said.value)
    second, desk.pages["c1"] = desk.pages["c1"], {"tickets": "nonsense"}
    with pytest.raises(ExportUnreadable, match="no tickets"):
        run(tmp_path, desk, [])
    desk.pages["c1"] = second
    asked = len(desk.asked)
    report = run(tmp_path, desk, [])
    assert (report.resumed_at, report.read) == (2, 4)
    assert not any("tickets/2/" in path for path in desk.asked[asked:]), "what was kept is not asked for again"


def test_a_desk_that_stays_away_is_left_for_later(tmp_path: Path, desk: Desk) -> None:
    desk.faults = [("incremental", 502, "")] * 6
    waits: list[float] = []
    with pytest.raises(SystemUnavailable, match="Import again later"):
        run(tmp_path, desk, waits)
    assert waits[:5] == [1, 2, 4, 8, 16]


def test_a_secret_belongs_in_the_environment() -> None:
    with pytest.raises(MappingWrong, match="holds a secret"):
        Web("https://ann:secret@shop.example", environment={TOKEN: "x"})
    with pytest.raises(MappingWrong, match=TOKEN):
        Web("https://shop.example", environment={})
