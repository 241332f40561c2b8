"""Fuzzing the doors: every route of the OpenAPI, with what fits it and what does not, as everybody and as nobody.

`Fuzz.play` sends one generated request as every caller and judges each answer: nothing fails, nobody gets what their
roles do not give, a refusal changes nothing. What must not stand in a log is planted before and looked for after.
"""

import asyncio
import contextlib
import io
import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from aboveloop.app.doors import COOKIE, Doorkeeper
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import people_of
from api.open_house import ELIF, tell, waiting

# What a route asks of who calls it: nobody in particular, anybody who has signed in, or a right.
OPEN, SIGNED_IN = "open", "signed in"
PERMISSIONS: Mapping[str, str] = {
    "GET /healthz": OPEN,
    "POST /chat/sessions": OPEN,
    "POST /chat/sessions/{session}/messages": OPEN,
    "GET /chat/sessions/{session}/messages": OPEN,
    "GET /chat/sessions/{session}/events": OPEN,
    "POST /api/v1/approvals/{approval}/approve": "approve",
    "POST /api/v1/approvals/{approval}/deny": "approve",
    "POST /api/v1/queue/{approval}/claim": "approve",
    "POST /api/v1/queue/{approval}/release": "approve",
    "POST /api/v1/queue/{approval}/reassign": "approve",
    "POST /api/v1/incidents": SIGNED_IN,
    **{
        f"POST /api/v1/incidents/{{incident}}/{step}": "incident"
        for step in ("stop", "contain", "correct", "reconcile", "accept", "review", "close")
    },
    "POST /api/v1/pages/{page}/acknowledge": SIGNED_IN,
    "POST /api/v1/switches/pause": "pause",
    "POST /api/v1/switches/resume": "resume",
}
# Planted in messages and addresses; none of it may ever stand in a log or in an answer to somebody unknown.
CANARIES = ("Quillfeather", "quillfeather@canary.example", "NL91CANARY0417164300", "elif@customers.example", "10437")
METHODS = ("get", "post", "put", "patch", "delete")
BODIES = (b"", b"null", b"[]", b"{", b'{"because": "\xff"}', b"\x00" * 9, b'{"because":1e400}', b"[" * 2000)


@dataclass(frozen=True)
class Caller:
    """Who sends a request, with which headers; `may` is empty for whoever is not known at the door."""

    name: str
    headers: Mapping[str, str]
    known: bool = False
    may: frozenset[str] = frozenset()
    writes: bool = True


@dataclass(frozen=True)
class Request:
    label: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Fuzz:
    """One house under fire. `faults` says what went wrong, with all that is needed to send it again."""

    house: Stage
    app: FastAPI
    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    requests: int = 0

    def __post_init__(self) -> None:
        doorkeeper = self.app.state.doorkeeper
        assert isinstance(doorkeeper, Doorkeeper)
        self.callers = callers_of(self.house, doorkeeper)
        self.ids = plant(self.house, self.app)

    def play(self, asked: Request, runner: asyncio.Runner) -> None:
        for caller in self.callers:
            before = self._entries()
            answer = runner.run(send(self.app, asked, caller))
            self.requests += 1
            self.statuses[answer.status] += 1
            wrong = judge(asked, caller, answer)
            if wrong is None and answer.status >= 400 and self._entries() != before:
                wrong = "it was refused, and yet something stands in the ledger"
            if wrong is not None:
                self.faults.append(f"{wrong}: {caller.name} {asked.method} {asked.path} {asked.query} {asked.body!r}")

    def _entries(self) -> int:
        with self.house.database.read() as reader:
            return self.house.ledger.count(reader)


def required(label: str) -> str:
    """What a route needs; one that the table does not name is for people who have signed in."""
    return PERMISSIONS.get(label, SIGNED_IN)


def judge(asked: Request, caller: Caller, answer: Answer) -> str | None:
    """What is wrong with this answer, None where it may stand."""
    need = required(asked.label)
    # Health answers 503 where no turns run, as in this house: that is what it is there for.
    if answer.status >= 500 and (asked.label, answer.status) != ("GET /healthz", 503):
        return f"it failed with {answer.status}"
    done = answer.status < 400
    if need != OPEN and not caller.known and done:
        return "somebody unknown was let in"
    if need not in (OPEN, SIGNED_IN) and need not in caller.may and done:
        return f"somebody did it who may not {need}"
    if asked.method == "POST" and need != OPEN and not caller.writes and done:
        return "a write was done without the key of the own page"
    if need != OPEN and not caller.known and any(word.encode() in answer.body for word in CANARIES):
        return "personal values were told to somebody unknown"
    return None


async def send(app: FastAPI, asked: Request, caller: Caller) -> Answer:
    """One request straight to the application; a stream is left after what it says first."""
    headers = {"host": "127.0.0.1", **asked.headers, **caller.headers, "content-length": str(len(asked.body))}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": unquote(asked.path),
        "raw_path": asked.path.encode(),
        "query_string": asked.query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    said: list[dict[str, Any]] = []
    streamed, taken = asyncio.Event(), False

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if not taken:
            taken = True
            return {"type": "http.request", "body": asked.body, "more_body": False}
        await streamed.wait()
        return {"type": "http.disconnect"}

    async def sending(message: Any) -> None:
        said.append(dict(message))
        if message["type"] == "http.response.body":
            streamed.set()

    # What failed has been answered with 500 by then, and is raised once more for the server's own log.
    with contextlib.suppress(Exception):
        await app(scope, receive, sending)
    start = next((each for each in said if each["type"] == "http.response.start"), {"status": 599})
    return Answer(start["status"], b"".join(each.get("body", b"") for each in said))


def callers_of(house: Stage, doorkeeper: Doorkeeper) -> list[Caller]:
    """Nobody, forgers, every person as a program, and one person's browser with and without the key of its page."""
    found = [
        Caller("nobody", {}),
        Caller("a forged token", {"authorization": "Bearer eyJwIjoicHJpeWEifQ.forged"}),
        Caller("a session as a token", {"authorization": f"Bearer {doorkeeper.sign_in_trusted('noor')}"}),
    ]
    for person in people_of(house.operation).values():
        token = {"authorization": f"Bearer {doorkeeper.bearer_for(person.id)}"}
        found.append(Caller(person.id, token, known=True, may=person.may))
    noor = people_of(house.operation)["noor"]
    session = doorkeeper.sign_in_trusted(noor.id)
    key = doorkeeper.form_key(doorkeeper.visitor(session))
    cookie = {"cookie": f"{COOKIE}={session}"}
    keyed = {**cookie, "x-form-key": key}
    found.append(Caller("noor's browser without a key", cookie, known=True, may=noor.may, writes=False))
    found.append(Caller("noor's browser", keyed, known=True, may=noor.may))
    foreign = {**keyed, "sec-fetch-site": "cross-site"}
    found.append(Caller("noor's browser on another site", foreign, known=True, may=noor.may, writes=False))
    return found


def plant(house: Stage, app: FastAPI) -> dict[str, list[str]]:
    """Cases with an approval that waits, one with people and a chat, all full of what is personal; their ids."""
    case = tell(house, CANARIES[1], *ELIF)
    other = tell(house, "anna", f"I am {CANARIES[0]}, my account is {CANARIES[2]}, I want a person")
    request = Request("POST /chat/sessions", "POST", "/chat/sessions", "", {}, b"")
    begun = asyncio.run(send(app, request, Caller("a customer", {})))
    session = json.loads(begun.body)["session"]
    return {"case": [case.id, other.id], "approval": [waiting(house).id], "session": [session]}


def labels(app: FastAPI) -> list[str]:
    paths = app.openapi()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods if method in METHODS]


def requests(fuzz: Fuzz, count: int, number: int) -> Iterator[Request]:
    """`count` requests, as many of each route: half of what fits its description, half of what does not."""
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(fuzz.app.openapi())), config=SchemathesisConfig())
    operations = [found.ok() for found in schema.get_all_operations()]
    each = -(-count // len(operations))
    chance = random.Random(number)
    for operation in operations:
        strategy = operation.as_strategy()
        if operation.body or operation.query or operation.path_parameters:
            strategy = strategy | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
        made = generated(strategy, each, number)
        yield from (written(fuzz, case, chance) for case in made for _ in range(-(-each // len(made))))


def generated(strategy: Any, count: int, number: int) -> list[Any]:
    found: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(case: Any) -> None:
        found.append(case)

    take()
    return found


def written(fuzz: Fuzz, case: Any, chance: random.Random) -> Request:
    """The request of a generated case; often with an id that exists, and now and then with a broken body."""
    path, label = case.formatted_path, f"{case.method.upper()} {case.path}"
    known = {name: chance.choice(ids) for name, ids in fuzz.ids.items() if f"{{{name}}}" in case.path}
    if known and chance.random() < 0.7:
        path = case.path.format(**known)
    headers = {str(name): str(value) for name, value in dict(case.headers or {}).items()}
    body = b""
    if case.method.upper() in ("POST", "PUT", "PATCH"):
        headers["content-type"] = chance.choice(("application/json",) * 9 + ("text/plain", "application/JSON; x=y", ""))
        body = chance.choice(BODIES) if chance.random() < 0.1 else bytes_of(case.body)
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    return Request(label, case.method.upper(), path, query, headers, body)


def bytes_of(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    try:
        return json.dumps(body).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        return b""


@contextlib.contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Everything that anything logs meanwhile, at every level."""
    heard, root = io.StringIO(), logging.getLogger()
    listener = logging.StreamHandler(heard)
    listener.setLevel(logging.DEBUG)
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.setLevel(level)
        root.removeHandler(listener)


def leaks(heard: str, fuzz: Fuzz) -> list[str]:
    """What personal or secret stands in a log: canaries, chat sessions, tokens."""
    secrets = [value.rpartition(" ")[2] for caller in fuzz.callers if caller.known for value in caller.headers.values()]
    wanted = [*CANARIES, *fuzz.ids["session"], *(each for each in secrets if len(each) > 40)]
    return [line[:300] for line in heard.splitlines() if any(word in line for word in wanted)]
