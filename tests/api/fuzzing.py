"""Fuzzing the doors: every route of the OpenAPI and every page, with what fits and what does not, as anybody at all.

`Fuzz.play` sends one generated request as every caller and judges each answer: nothing fails, nobody gets what their
roles do not give, a refusal changes nothing. What must not stand in a log is planted before and looked for after.
"""

import asyncio
import contextlib
import io
import json
import logging
import random
import re
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlencode

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from aboveloop.app.doors import COOKIE, Doorkeeper
from aboveloop.app.incidents import IncidentDesk
from aboveloop.app.looking.doors import READS, Door
from aboveloop.app.looking.pages import PAGES
from aboveloop.app.looking.programs import PROGRAMS
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.incidents.book import Report
from aboveloop.govern.incidents.incident import Scope, Severity
from aboveloop.govern.people import people_of
from api.open_house import ELIF, tell, waiting

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
    """`to`: where a redirection leads. `failed`: what was raised, and where."""

    status: int
    body: bytes
    to: str = ""
    failed: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was let through: to be led to sign in is a refusal, too."""
        return self.status < 400 and not self.to.startswith("/sign-in")


STAND_THOUGH_REFUSED = ("PersonalDataRead", "IncidentRuleTested")


@dataclass
class Fuzz:
    """One house under fire. `faults` says what went wrong, with all that is needed to send it again."""

    house: Stage
    app: FastAPI
    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    # By route, how often somebody was let through.
    reached: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    def __post_init__(self) -> None:
        doorkeeper = self.app.state.doorkeeper
        assert isinstance(doorkeeper, Doorkeeper)
        self.callers = callers_of(self.house, doorkeeper)
        self.ids = plant(self.house, self.app)

    def play(self, asked: Request, runner: asyncio.Runner) -> None:
        for caller in self.callers:
            before = self._entries()
            answer = runner.run(send(self.app, as_form(asked, caller), caller))
            self.requests += 1
            self.statuses[answer.status] += 1
            wrong = judge(asked, caller, answer)
            self.reached[asked.label] += answer.is_done
            if wrong is None and answer.status >= 400 and self._entries() != before:
                wrong = "it was refused, and yet something stands in the ledger"
            if wrong is not None:
                self.faults.append(f"{wrong}: {caller.name} {asked.method} {asked.path} {asked.query} {asked.body!r}")

    def _entries(self) -> int:
        """How much is in the ledger but looks and tests: who looked and then was refused has looked, and a rule change
        that did not hold was tried."""
        with self.house.database.read() as reader:
            ledger = self.house.ledger
            return ledger.count(reader) - sum(ledger.count(reader, kind=kind) for kind in STAND_THOUGH_REFUSED)


def door_of(label: str) -> Door:
    """What the house says of this door; what has none is nobody's."""
    found = PROGRAMS.get(label) or PAGES.get(label)
    assert found is not None, f"{label} is declared nowhere"
    return found


def refuses(door: Door, may: frozenset[str]) -> bool:
    """Whether somebody with these rights must not come through."""
    needed = {*door.rights, READS} if door.shows and not door.in_part else set(door.rights)
    return not may >= needed


def judge(asked: Request, caller: Caller, answer: Answer) -> str | None:
    """What is wrong with this answer, None where it may stand."""
    door = door_of(asked.label)
    # Health answers 503 where no turns run, as in this house: that is what it is there for.
    if answer.status >= 500 and (asked.label, answer.status) != ("GET /healthz", 503):
        return f"it failed with {answer.status} {answer.failed}"
    if door.is_open:
        return None
    if not caller.known and answer.is_done:
        return "somebody unknown was let in"
    if caller.known and answer.is_done and refuses(door, caller.may):
        return f"somebody did it who may not: it takes {', '.join(door.rights) or READS}"
    if asked.method == "POST" and not caller.writes and answer.is_done:
        return "a write was done without the key of the own page"
    if READS not in caller.may and any(word.encode() in answer.body for word in CANARIES):
        return "personal values were told to somebody who may not read them"
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
    failed = ""
    try:
        await app(scope, receive, sending)
    except Exception as error:  # noqa: BLE001 - told as a fault, with its place
        failed = "".join(traceback.format_exception(error)[-3:])
    start = next((each for each in said if each["type"] == "http.response.start"), {"status": 599})
    to = dict(start.get("headers", ())).get(b"location", b"").decode("latin-1")
    return Answer(start["status"], b"".join(each.get("body", b"") for each in said), to, failed)


def callers_of(house: Stage, doorkeeper: Doorkeeper) -> list[Caller]:
    """Nobody, forgers, every person as a program and in a browser, programs with less than their person may, and a
    browser without the key of its page or led by another site."""
    found = [
        Caller("nobody", {}),
        Caller("a forged token", {"authorization": "Bearer eyJwIjoicHJpeWEifQ.forged"}),
        Caller("a session as a token", {"authorization": f"Bearer {doorkeeper.sign_in_trusted('noor')}"}),
    ]
    for person in people_of(house.operation).values():
        token = {"authorization": f"Bearer {doorkeeper.bearer_for(person.id)}"}
        found.append(Caller(person.id, token, known=True, may=person.may))
        found.append(Caller(f"{person.id}'s browser", _signed_in(doorkeeper, person.id), known=True, may=person.may))
    noor = people_of(house.operation)["noor"]
    for scopes in (["read_cases"], ["read_cases", "read_personal"], ["approve", "pause"]):
        token = {"authorization": f"Bearer {doorkeeper.bearer_for('noor', scopes)}"}
        found.append(Caller(f"noor's program with {scopes}", token, known=True, may=frozenset(scopes)))
    keyed = _signed_in(doorkeeper, noor.id)
    keyless = {"cookie": keyed["cookie"]}
    found.append(Caller("noor's browser without a key", keyless, known=True, may=noor.may, writes=False))
    foreign = {**keyed, "sec-fetch-site": "cross-site"}
    found.append(Caller("noor's browser on another site", foreign, known=True, may=noor.may, writes=False))
    return found


def _signed_in(doorkeeper: Doorkeeper, person: str) -> dict[str, str]:
    """The cookie of a session of this person's, and the key of its pages."""
    session = doorkeeper.sign_in_trusted(person)
    key = doorkeeper.form_key(doorkeeper.visitor(session))
    return {"cookie": f"{COOKIE}={session}", "x-form-key": key}


def plant(house: Stage, app: FastAPI) -> dict[str, list[str]]:
    """Cases with an approval that waits, one with people and a chat, all full of what is personal; their ids."""
    case = tell(house, CANARIES[1], *ELIF)
    other = tell(house, "anna", f"I am {CANARIES[0]}, my account is {CANARIES[2]}, I want a person")
    request = Request("POST /chat/sessions", "POST", "/chat/sessions", "", {}, b"")
    begun = asyncio.run(send(app, request, Caller("a customer", {})))
    session = json.loads(begun.body)["session"]
    asked = waiting(house)
    noor = IncidentDesk(house, people_of(house.operation)["noor"])
    incident = noor.open(Report("Refunds", Severity.CRITICAL, Scope(operation="shop.refund_order")))
    ids = {"case": [case.id, other.id], "approval": [asked.id], "session": [session], "incident": [incident.id]}
    # The console calls some of them otherwise.
    ids |= {"case_id": ids["case"], "approval_id": ids["approval"], "incident_id": ids["incident"]}
    return ids | {"action": [asked.digest], "person_id": ["sanne"], "name": ["r1"], "rule_id": ["refund-above-50"]}


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
        path = case.path.format(**{**dict.fromkeys(re.findall(r"\{(\w+)\}", case.path), "nothing"), **known})
    headers = {str(name): str(value) for name, value in dict(case.headers or {}).items()}
    body = b""
    if case.method.upper() in ("POST", "PUT", "PATCH"):
        headers["content-type"] = chance.choice(("application/json",) * 9 + ("text/plain", "application/JSON; x=y", ""))
        body = chance.choice(BODIES) if chance.random() < 0.1 else bytes_of(case.body)
    query = urlencode(case.query or {}, doseq=True, errors="replace")
    return Request(label, case.method.upper(), path, query, headers, body)


# What the forms of the console are asked, with values that fit here and there.
FIELDS: Mapping[str, tuple[str, ...]] = {
    # Reasons are for everybody to read, so nothing is planted in them.
    "because": ("", "Fine.", "Odd."),
    "reason": ("", "wrong_amount", "nothing"),
    "target": ("", "all|", "channel|email", "worker|"),
    "text": ("", "We are sorry.", "x" * 9000),
    "outcome": ("resolved", "refused", "lost"),
    "customer": ("", "cus_none", "\x00"),
    "kind": ("access", "erasure", ""),
    "scope": ("case", "customer"),
    "subject": ("", "cus_none"),
    "asked_by": ("", "herself"),
    "sure": ("", "erase"),
    "count": ("", "1", "-1", "x"),
    "to": ("", "ferhat", "canary", "nobody"),
    "share": ("", "10", "100", "x"),
    "starts": ("", "2026-12-24", "x"),
    "ends": ("", "2026-12-31", "0001-01-01", "9999-12-31"),
    "deputy": ("", "priya", "nobody"),
    "most": ("", "200.00", "1e99", "NaN"),
    "title": ("", "Wrong refunds"),
    "severity": ("minor", "critical", "x"),
    "operation": ("", "shop.refund_order", "x"),
    "release": ("", "r1", "r99"),
    "scenario": ("", "silence"),
    "key": ("", "x"),
    "lesson": ("", "Look twice."),
    "part": ("", "monitoring", "x"),
    "evidence": ("", "Looked at."),
    "duty": ("", "security", "x"),
    "name": ("", "sanne", "reports"),
    "days": ("", "30", "99999", "x"),
    "scope.read_cases": ("on",),
    "scope.erase": ("on",),
    "personal": ("yes", ""),
    "since": ("", "2026-01-01", "x"),
    "checkpoint": ("", "x", "aboveloop\n1\nx\n"),
    "meant": ("", "refund", "x"),
    "value": ("", "12.50", "-1", "1e400"),
    "arg.amount_cents": ("", "40.00", "NaN", "99999999999999999999"),
    "ask": ("refund",),
    "page": ("1", "0", "99999999999999999999", "x"),
    "show": ("all", "mine", "alone"),
    "lane": ("allowed", "x"),
}
# Ends sessions or accounts that the other requests need, or takes seconds each.
LEFT_OUT = ("/sign-out", "/account/password", "/people/", "/gate", "/promote", "/rollback", "/sign-in/password")


def pages(fuzz: Fuzz, count: int, number: int) -> Iterator[Request]:
    """`count` requests of the console's own pages and forms, as many of each."""
    chance = random.Random(number)
    doors = [label for label in PAGES if not any(each in label for each in LEFT_OUT)]
    for label in doors:
        method, _, template = label.partition(" ")
        for _ in range(-(-count // len(doors))):
            names = re.findall(r"\{(\w+)\}", template)
            path = template
            for name in names:
                known = fuzz.ids.get(name, []) if chance.random() < 0.8 else []
                odd = chance.choice(("nothing", "%00", "a" * 300, "..", "%F0%9F%90%9D", "abcdef"))
                path = path.replace(f"{{{name}}}", chance.choice(known) if known else odd)
            fields = chance.sample(sorted(FIELDS), k=chance.randrange(len(FIELDS)))
            given = urlencode({name: chance.choice(FIELDS[name]) for name in fields})
            is_form = method == "POST"
            kind = {"content-type": "application/x-www-form-urlencoded"} if is_form else {}
            yield Request(label, method, path, "" if is_form else given, kind, given.encode() if is_form else b"")


def as_form(asked: Request, caller: Caller) -> Request:
    """A form as this caller's own page would send it: with the key, where they have one."""
    key = caller.headers.get("x-form-key")
    if asked.label not in PAGES or asked.method != "POST" or key is None:
        return asked
    return replace(asked, body=asked.body + f"&form_key={key}".encode())


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
