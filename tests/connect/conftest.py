"""One small order system, reached in every way that there is: whatever holds for one port must hold for all."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from aboveloop.connect.systems.systems import Systems
from aboveloop.connect.systems.troubled import Troubles
from aboveloop.operation.models import Operation, OperationFile
from aboveloop.operation.system_models import System
from connect import order_system

SCRIPT = Path(order_system.__file__)
ORDER = {
    "type": "object",
    "required": ["order_id", "customer_id", "paid_cents", "refunded_cents", "items"],
    "properties": {
        "order_id": {"type": "string", "pattern": "^LK-"},
        "paid_cents": {"type": "integer"},
        "items": {"type": "array", "items": {"type": "object"}},
    },
}
BY_ID = {"order_id": {"type": "string"}}
OPERATIONS: dict[str, Any] = {
    "get_order": {
        "kind": "read",
        "arguments": BY_ID,
        "returns": {"$ref": "#/$defs/Order", **ORDER},
        "missing": "not_found",
    },
    "list_orders": {
        "kind": "read",
        "arguments": {"customer_id": {"type": "string"}},
        "returns": {"type": "array", "items": ORDER},
    },
    "slow_order": {"kind": "read", "arguments": BY_ID, "returns": ORDER},
    "garbled_order": {"kind": "read", "arguments": BY_ID, "returns": ORDER},
    "refund_order": {
        "kind": "write",
        "arguments": {**BY_ID, "amount_cents": {"type": "integer"}, "note": {"type": "string"}},
        "optional": ["note"],
        "returns": {"type": "object", "required": ["order_id", "amount_cents"]},
        "idempotency": "idempotency_key",
    },
    "crashing_refund": {
        "kind": "write",
        "arguments": BY_ID,
        "returns": {"type": "object"},
        "idempotency": "idempotency_key",
    },
}
ROUTES = {
    "get_order": {"method": "GET", "path": "/orders/{order_id}"},
    "list_orders": {"method": "GET", "path": "/orders"},
    "slow_order": {"method": "GET", "path": "/slow/{order_id}"},
    "garbled_order": {"method": "GET", "path": "/garbled/{order_id}"},
    "refund_order": {"method": "POST", "path": "/orders/{order_id}/refunds"},
    "crashing_refund": {"method": "POST", "path": "/orders/{order_id}/crash"},
}
SELECT = "select order_id, customer_id, status, paid_cents, refunded_cents, items from orders"
SPIN = (
    "with recursive spin(n) as (select 1 union all select n + 1 from spin where n < 1000000000) select max(n) from spin"
)
STATEMENTS = {
    "get_order": f"{SELECT} where order_id = :order_id",
    "list_orders": f"{SELECT} where customer_id = :customer_id order by order_id",
    "slow_order": f"{SELECT} where order_id = :order_id and ({SPIN}) > 0",
    "garbled_order": "select 'maintenance' as order_id where :order_id <> ''",
    "refund_order": "update orders set refunded_cents = refunded_cents + :amount_cents where order_id = :order_id "
    "and refunded_cents + :amount_cents <= paid_cents returning order_id, :amount_cents as amount_cents",
}


@dataclass
class Desk:
    """The order system behind one kind of port: what the tests use, and what they do to it."""

    kind: str
    systems: Systems
    troubles: Troubles
    database: Path
    kill: Callable[[], object] | None = None
    restart: Callable[[], object] | None = None
    others: frozenset[int] = frozenset()

    def refunded(self, order_id: str) -> int:
        """What was really given back, read behind the system's back."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            row = connection.execute("select refunded_cents from orders where order_id = ?", (order_id,)).fetchone()
        return int(row[0])


def operation_of(system: dict[str, Any], files: dict[str, str] | None = None) -> Operation:
    """An operation with one system and nothing else."""
    parsed = System.model_validate({"system": "shop", **system})
    nothing: dict[str, Any] = {}
    return Operation(
        folder=Path("."),
        digest="0" * 64,
        about=OperationFile(name="larkspur", title="Larkspur"),
        intents=nothing,
        systems={"shop": parsed},
        policies=nothing,
        policy_tests=[],
        procedures=nothing,
        fragments=nothing,
        messages=nothing,
        scenarios=nothing,
        files=files or {},
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server process that can be killed and started again on the same port."""

    def __init__(self, mode: str, database: Path) -> None:
        self.port = free_port()
        self._mode = mode
        self._environment = {**os.environ, "ORDER_SYSTEM_DATABASE": str(database)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(SCRIPT), self._mode, str(self.port)]
        self._process = subprocess.Popen(command, env=self._environment)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError(f"The {self._mode} server did not come up.")

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=20)


def server_processes() -> list[psutil.Process]:
    """The MCP servers on stdio that this process has started and that live."""
    children = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in children if child.cmdline()[-2:] == [str(SCRIPT), "mcp"]]


def kill_stdio_servers() -> None:
    for process in server_processes():
        process.kill()


def openapi() -> dict[str, Any]:
    """The HTTP server's description; operations by operationId, one in camelCase as most are."""
    names = {"get_order": "getOrder"}
    paths: dict[str, Any] = {}
    for operation, route in ROUTES.items():
        described: dict[str, Any] = {"operationId": names.get(operation, operation), "responses": {}}
        if operation == "list_orders":
            described["parameters"] = [{"$ref": "#/components/parameters/customer"}]
        if operation == "refund_order":
            described["requestBody"] = {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refund"}}}
            }
        paths.setdefault(route["path"], {})[route["method"].lower()] = described
        if "{" in route["path"]:
            paths[route["path"]]["parameters"] = [{"name": "order_id", "in": "path", "required": True, "schema": {}}]
    return {
        "openapi": "3.1.0",
        "paths": paths,
        "components": {
            "parameters": {"customer": {"name": "customer_id", "in": "query", "schema": {"type": "string"}}},
            "schemas": {"Refund": {"type": "object", "properties": {"amount_cents": {}, "note": {}}}},
        },
    }


KINDS = ["mcp_stdio", "mcp_http", "http", "http_openapi", "sql", "python"]


def _reach_process(kind: str, server: Server) -> dict[str, Any]:
    base = f"http://127.0.0.1:{server.port}"
    if kind == "mcp_http":
        return {"kind": "mcp", "url": f"{base}/mcp"}
    return {"kind": "http", "url": base, **({"openapi": "shop.json"} if kind == "http_openapi" else {})}


def _operations(kind: str) -> dict[str, Any]:
    if kind == "http":
        return {name: {**spec, **ROUTES[name]} for name, spec in OPERATIONS.items()}
    if kind == "sql":
        return {name: {**OPERATIONS[name], "statement": statement} for name, statement in STATEMENTS.items()}
    return OPERATIONS


def make_desk(
    kind: str, database: Path, opened: contextlib.ExitStack, *, timeout_seconds: float = 5, attempts: int = 3
) -> Desk:
    """The order system behind one kind of port; a call may take `timeout_seconds`."""
    kill: Callable[[], object] | None = None
    restart: Callable[[], object] | None = None
    reach: dict[str, Any] = {"kind": "python", "module": "connect.order_system"}
    if kind == "mcp_stdio":
        reach = {"kind": "mcp", "command": ["{python}", str(SCRIPT), "mcp"]}
        reach["env"] = {"ORDER_SYSTEM_DATABASE": "{env:ORDER_SYSTEM_DATABASE}"}
        kill = kill_stdio_servers
    elif kind in ("mcp_http", "http", "http_openapi"):
        server = Server("mcp-http" if kind == "mcp_http" else "http", database)
        opened.callback(server.kill)
        server.start()
        kill, restart, reach = server.kill, server.start, _reach_process(kind, server)
    elif kind == "sql":
        reach = {"kind": "sql", "url": "sqlite:///{env:ORDER_SYSTEM_DATABASE}"}
        away = database.with_suffix(".away")
        kill, restart = lambda: database.rename(away), lambda: away.rename(database)
    reach |= {"timeout_seconds": timeout_seconds, "attempts": attempts}
    described = {"reach": reach, "types": {"Order": ORDER}, "operations": _operations(kind)}
    troubles = Troubles()
    operation = operation_of(described, {"systems/shop.json": json.dumps(openapi())})
    systems = Systems(operation, database.parent, troubles=troubles)
    opened.callback(systems.close)
    others = frozenset(process.pid for process in server_processes())
    return Desk(kind, systems, troubles, database, kill, restart, others)


KINDS = ["mcp_stdio", "mcp_http", "http", "http_openapi", "sql", "python"]


@pytest.fixture(scope="session")
def order_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the order system keeps its orders; one place for all tests, as its servers live longer than one."""
    database = tmp_path_factory.mktemp("orders") / "orders.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORDER_SYSTEM_DATABASE", str(database))
        yield database


@pytest.fixture
def orders(order_database: Path) -> Path:
    """The same three orders at the beginning of every test."""
    order_system.create(str(order_database))
    return order_database


@pytest.fixture(scope="session")
def lasting_desks(order_database: Path) -> Iterator[Callable[[str], Desk]]:
    """Opens each kind once, because a server process takes seconds to start."""
    with contextlib.ExitStack() as opened:
        desks: dict[str, Desk] = {}

        def desk_of(kind: str) -> Desk:
            if kind not in desks:
                desks[kind] = make_desk(kind, order_database, opened)
            return desks[kind]

        yield desk_of


@pytest.fixture
def open_desk(orders: Path) -> Iterator[Callable[..., Desk]]:
    """Opens a desk of the test's own, with a server of its own that it may kill."""
    with contextlib.ExitStack() as opened:
        yield lambda kind, **options: make_desk(kind, orders, opened, **options)


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest, orders: Path, lasting_desks: Callable[[str], Desk]) -> Desk:
    """The order system behind each kind of port in turn."""
    desk = lasting_desks(request.param)
    desk.troubles.clear()
    return desk
