"""Help desks of a few tickets that answer over HTTP as Freshdesk, Intercom, Chatwoot and Zammad document it."""

import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEGIN = 1_772_355_600
SECRET = "s3cr3t"


@dataclass
class Case:
    """One ticket, as all four desks can tell it. Times are seconds since 1970."""

    number: int
    changed: int
    said: list[str] = field(default_factory=lambda: ["Where is it?"])
    is_done: bool = False

    @property
    def opened(self) -> int:
        return BEGIN + self.number


@dataclass
class Query:
    path: str
    params: dict[str, str]
    body: Any
    headers: dict[str, str]


class Desk(ABC):
    """`faults` are answered first, each once: part of the path, status, headers. `then` follows the n-th list."""

    signed: dict[str, str]
    lists: str
    kind: str

    def __init__(self, cases: int, size: int) -> None:
        self.cases = {number: Case(number, BEGIN + 60 * number) for number in range(1, cases + 1)}
        self.size = size
        self.faults: list[tuple[str, int, dict[str, str]]] = []
        self.then: dict[int, Callable[[], None]] = {}
        self.asked: list[Query] = []
        self.listed, self.now, self.address = 0, BEGIN + 100_000, ""

    def change(self, number: int, said: str = "And now?") -> None:
        case = self.cases[number]
        case.said.append(said)
        case.changed = self.now

    def answer(self, query: Query) -> tuple[int, dict[str, str], Any]:
        self.now += 1
        self.asked.append(query)
        if any(query.headers.get(name) != value for name, value in self.signed.items()):
            return 401, {}, {"error": "unauthorized"}
        for fault in self.faults:
            if fault[0] in query.path:
                self.faults.remove(fault)
                return fault[1], fault[2], {}
        found = self.reply(query)
        if re.fullmatch(self.lists, query.path):
            self.listed += 1
            self.then.pop(self.listed, lambda: None)()
        return found or (404, {}, {})

    @abstractmethod
    def reply(self, query: Query) -> tuple[int, dict[str, str], Any] | None: ...

    def case_of(self, query: Query, pattern: str) -> Case | None:
        match = re.fullmatch(pattern, query.path)
        return self.cases.get(int(match[1])) if match else None


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Freshdesk(Desk):
    """Lists by the last change, at most `size` a page, and refuses pages above 300."""

    kind, lists = "freshdesk", "/api/v2/tickets"
    signed = {"authorization": "Basic czNjcjN0Olg="}

    def reply(self, query: Query) -> tuple[int, dict[str, str], Any] | None:
        page = int(query.params.get("page", "1"))
        if query.path == self.lists:
            if page > 300:
                return 400, {}, {"message": "Validation failed"}
            since = query.params["updated_since"]
            assert (query.params["order_by"], query.params["order_type"]) == ("updated_at", "asc")
            found = sorted(
                (each for each in self.cases.values() if iso(each.changed) >= since),
                key=lambda each: (each.changed, each.number),
            )
            part = found[(page - 1) * self.size : page * self.size]
            is_more = len(found) > page * self.size
            link = {"Link": f'<{self.address}{self.lists}?page={page + 1}>; rel="next"'} if is_more else {}
            return 200, link, [self._ticket(each) for each in part]
        if query.path == "/api/v2/groups":
            return 200, {}, [{"id": 3, "name": "Refunds"}]
        case = self.case_of(query, r"/api/v2/tickets/(\d+)/conversations")
        if case is None:
            return None
        said = [
            {"body_text": text, "incoming": True, "user_id": 1, "created_at": iso(case.opened + at)}
            for at, text in enumerate(case.said[1:], 1)
        ]
        return 200, {}, said if page == 1 else []

    def _ticket(self, case: Case) -> dict[str, Any]:
        return {
            "id": case.number,
            "description_text": case.said[0],
            "status": 4 if case.is_done else 2,
            "requester_id": 1,
            "group_id": 3,
            "created_at": iso(case.opened),
            "updated_at": iso(case.changed),
            "stats": {"resolved_at": iso(case.changed) if case.is_done else None},
        }


class Intercom(Desk):
    """Searches by the last change, compared by the day, with a cursor that ends with the process that gave it."""

    kind, lists = "intercom", "/conversations/search"
    signed = {"authorization": f"Bearer {SECRET}", "intercom-version": "2.11"}

    def reply(self, query: Query) -> tuple[int, dict[str, str], Any] | None:
        if query.path == self.lists:
            asked = query.body["query"]
            assert (asked["field"], asked["operator"]) == ("updated_at", ">")
            day = asked["value"] // 86_400 * 86_400
            after = json.loads(query.body["pagination"].get("starting_after", "[0, 0]"))
            found = sorted(
                (each for each in self.cases.values() if each.changed > day),
                key=lambda each: (each.changed, each.number),
            )
            left = [each for each in found if [each.changed, each.number] > after]
            part = left[: self.size]
            is_more = len(left) > self.size
            cursor = json.dumps([part[-1].changed, part[-1].number]) if part else ""
            pages = {"type": "pages", "next": {"starting_after": cursor} if is_more else None}
            return 200, {}, {"conversations": [self._talk(each) for each in part], "pages": pages}
        if query.path == "/teams":
            return 200, {}, {"teams": [{"id": "3", "name": "Refunds"}]}
        case = self.case_of(query, r"/conversations/(\d+)")
        return None if case is None else (200, {}, {**self._talk(case), "conversation_parts": self._parts(case)})

    def _talk(self, case: Case) -> dict[str, Any]:
        source = {"type": "conversation", "author": {"type": "user", "id": "1"}, "body": case.said[0], "subject": ""}
        return {"id": str(case.number), "created_at": case.opened, "updated_at": case.changed, "source": source}

    def _parts(self, case: Case) -> dict[str, Any]:
        author = {"type": "user", "id": "1"}
        parts = [
            {"part_type": "comment", "body": text, "created_at": case.opened + at, "author": author}
            for at, text in enumerate(case.said[1:], 1)
        ]
        if case.is_done:
            parts.append({"part_type": "close", "body": None, "created_at": case.changed, "author": author})
        return {"conversation_parts": parts, "total_count": len(parts)}


class Chatwoot(Desk):
    """Pages in the order of beginning; `is_old`: the last active first, whatever is asked for."""

    kind, lists = "chatwoot", "/api/v1/accounts/4/conversations"
    signed = {"api_access_token": SECRET}
    is_old = False

    def reply(self, query: Query) -> tuple[int, dict[str, str], Any] | None:
        if query.path == "/api/v1/profile":
            return 200, {}, {"id": 1, "account_id": 4}
        if query.path == self.lists:
            assert query.params["status"] == "all"
            found = sorted(self.cases.values(), key=lambda each: -each.changed if self.is_old else each.opened)
            page = int(query.params["page"])
            part = found[(page - 1) * self.size : page * self.size]
            return (
                200,
                {},
                {"data": {"meta": {"all_count": len(found)}, "payload": [self._talk(each) for each in part]}},
            )
        if query.path.endswith("/teams"):
            return 200, {}, [{"id": 3, "name": "Refunds"}]
        case = self.case_of(query, r"/api/v1/accounts/4/conversations/(\d+)/messages")
        if case is None:
            return None
        before = int(query.params.get("before", 10**9))
        said = [
            {"id": case.number * 100 + at, "content": text, "message_type": 0, "created_at": case.opened + at}
            for at, text in enumerate(case.said)
        ]
        # It gives twenty at once; a desk of a test gives two.
        return 200, {}, {"meta": {}, "payload": [each for each in said if each["id"] < before][-2:]}

    def _talk(self, case: Case) -> dict[str, Any]:
        meta = {"sender": {"id": 1, "type": "contact"}, "channel": "Channel::Api", "assignee": None}
        status = "resolved" if case.is_done else "open"
        times = {"created_at": case.opened, "last_activity_at": case.changed}
        return {"id": case.number, "status": status, "labels": [], "meta": meta, "messages": [], **times}


class Zammad(Desk):
    """Pages in the order of ids; articles and history of each ticket apart."""

    kind, lists = "zammad", "/api/v1/tickets"
    signed = {"authorization": f"Token token={SECRET}"}

    def reply(self, query: Query) -> tuple[int, dict[str, str], Any] | None:
        if query.path == self.lists:
            page = int(query.params["page"])
            found = [self.cases[number] for number in sorted(self.cases)]
            return 200, {}, [self._ticket(each) for each in found[(page - 1) * self.size : page * self.size]]
        if query.path == "/api/v1/groups":
            return 403, {}, {"error": "Not authorized"}
        if query.path == "/api/v1/ticket_states":
            states = (("new", "new"), ("open", "open"), ("geschlossen", "closed"))
            return 200, {}, [{"id": at, "name": name, "state_type": kind} for at, (name, kind) in enumerate(states, 1)]
        if query.path == "/api/v1/ticket_priorities":
            return 200, {}, [{"id": 2, "name": "2 normal"}]
        case = self.case_of(query, r"/api/v1/ticket_articles/by_ticket/(\d+)")
        if case is not None:
            return 200, {}, [self._article(case, at, text) for at, text in enumerate(case.said)]
        case = self.case_of(query, r"/api/v1/ticket_history/(\d+)")
        return None if case is None else (200, {}, {"history": self._history(case), "assets": {}})

    def _ticket(self, case: Case) -> dict[str, Any]:
        state = "geschlossen" if case.is_done else "new"
        said = {"title": "Late", "group": "Refunds", "group_id": 3, "state": state, "priority": "2 normal"}
        people = {"customer_id": 9, "owner_id": 1, "created_by_id": 9}
        times = {"created_at": iso(case.opened), "updated_at": iso(case.changed)}
        return {"id": case.number, **said, **people, **times}

    def _article(self, case: Case, at: int, text: str) -> dict[str, Any]:
        said = {"body": text, "content_type": "text/plain", "internal": False, "type": "web", "sender": "Customer"}
        return {"id": case.number * 100 + at, **said, "created_by_id": 9, "created_at": iso(case.opened + at)}

    def _history(self, case: Case) -> list[dict[str, Any]]:
        made = {"id": 1, "type": "created", "object": "Ticket", "created_by_id": 9, "created_at": iso(case.opened)}
        names = {"attribute": "state", "value_from": "new", "value_to": "geschlossen"}
        done = {"id": 2, "type": "updated", "object": "Ticket", "created_by_id": 7, "created_at": iso(case.changed)}
        return [made, {**done, **names}] if case.is_done else [made]


KINDS: tuple[type[Desk], ...] = (Freshdesk, Intercom, Chatwoot, Zammad)


@contextmanager
def serving(desk: Desk) -> Iterator[Desk]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, value = desk.answer(Query(parts.path, params, body, headers))
            answer = json.dumps(value).encode()
            self.send_response(status)
            for name, each in told.items():
                self.send_header(name, each)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.fromtimestamp(desk.now, UTC), usegmt=True)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    desk.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
