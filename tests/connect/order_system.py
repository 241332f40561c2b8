"""A small order system in an SQLite file, as a Python module, an HTTP server and an MCP server.

As a module its functions are the operations. As a process: `order_system.py mcp|mcp-http|http [PORT]`; the file is
named by ORDER_SYSTEM_DATABASE.
"""

import contextlib
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

SCHEMA = """
drop table if exists orders;
drop table if exists refunds;
drop table if exists aboveloop_keys;
create table orders (order_id text primary key, customer_id text, status text, paid_cents integer,
    refunded_cents integer, items text);
create table refunds (idempotency_key text primary key, order_id text, amount_cents integer);
insert into orders values ('LK-100001', 'c_1', 'delivered', 9000, 0, '[{"product_id": "p_1", "quantity": 2}]');
insert into orders values ('LK-100002', 'c_1', 'placed', 5000, 0, '[]');
insert into orders values ('LK-100003', 'c_2', 'placed', 1000000, 0, '[]');
"""


class NotFound(LookupError):
    """No such order."""


def create(path: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.executescript(SCHEMA)


def _connect() -> "contextlib.closing[sqlite3.Connection]":
    connection = sqlite3.connect(os.environ["ORDER_SYSTEM_DATABASE"], timeout=20, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return contextlib.closing(connection)


def get_order(order_id: str) -> dict[str, Any]:
    with _connect() as connection:
        row = connection.execute("select * from orders where order_id = ?", (order_id,)).fetchone()
    if row is None:
        raise NotFound(f"not_found: there is no order {order_id}")
    return {**dict(row), "items": json.loads(row["items"])}


def list_orders(customer_id: str) -> list[dict[str, Any]]:
    with _connect() as connection:
        rows = connection.execute("select order_id from orders where customer_id = ? order by 1", (customer_id,))
        found = [row["order_id"] for row in rows]
    return [get_order(order_id) for order_id in found]


def refund_order(
    order_id: str, amount_cents: int, note: str | None = None, idempotency_key: str = ""
) -> dict[str, Any]:
    with _connect() as connection:
        connection.execute("begin immediate")
        done = connection.execute(
            "select order_id, amount_cents from refunds where idempotency_key = ?", (idempotency_key,)
        ).fetchone()
        if done is None:
            changed = connection.execute(
                "update orders set refunded_cents = refunded_cents + ? "
                "where order_id = ? and refunded_cents + ? <= paid_cents",
                (amount_cents, order_id, amount_cents),
            )
            if changed.rowcount == 0:
                connection.execute("rollback")
                raise ValueError(f"order {order_id}: cannot give back more than was paid")
            connection.execute("insert into refunds values (?, ?, ?)", (idempotency_key, order_id, amount_cents))
        connection.execute("commit")
    return {"order_id": order_id, "amount_cents": amount_cents}


def slow_order(order_id: str) -> dict[str, Any]:
    time.sleep(20)
    return get_order(order_id)


def garbled_order(order_id: str) -> Any:
    return "<html>maintenance</html>" + order_id


def crashing_refund(order_id: str, idempotency_key: str = "") -> dict[str, Any]:
    raise RuntimeError("boom")


def down_order(order_id: str) -> dict[str, Any]:
    raise ConnectionResetError("the warehouse is unplugged")


def serve_mcp(port: int | None) -> None:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    server = MCPServer("orders", log_level="ERROR")

    def tool(function: Any) -> None:
        import functools

        @functools.wraps(function)
        def told(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except (LookupError, ValueError) as error:
                raise ToolError(str(error)) from error

        structured = False if function is garbled_order else None
        server.tool(structured_output=structured)(told)

    for function in (get_order, list_orders, refund_order, slow_order, garbled_order, crashing_refund):
        tool(function)
    if port is None:
        server.run()
    else:
        server.run("streamable-http", host="127.0.0.1", port=port)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet for an answer: two would wait for each other for forty milliseconds.
    wbufsize = 65_536

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        parts = [unquote(part) for part in url.path.split("/")[1:]]
        match parts:
            case ["orders"]:
                self.answer(lambda: list_orders(query["customer_id"]))
            case ["orders", order_id]:
                self.answer(lambda: get_order(order_id))
            case ["slow", order_id]:
                self.answer(lambda: slow_order(order_id))
            case ["garbled", order_id]:
                self.send(200, garbled_order(order_id).encode(), "text/html")
            case _:
                self.send(404, b"{}")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
        key = self.headers.get("idempotency-key", "")
        parts = [unquote(part) for part in self.path.split("/")[1:]]
        match parts:
            case ["orders", order_id, "refunds"]:
                self.answer(lambda: refund_order(order_id, body["amount_cents"], body.get("note"), key))
            case ["orders", order_id, "crash"]:
                self.answer(lambda: crashing_refund(order_id, key))
            case _:
                self.send(404, b"{}")

    def answer(self, work: Any) -> None:
        try:
            self.send(200, json.dumps(work()).encode())
        except LookupError as error:
            self.send(404, json.dumps({"message": str(error)}).encode())
        except ValueError as error:
            self.send(422, json.dumps({"detail": str(error)}).encode())
        except RuntimeError as error:
            self.send(500, json.dumps({"message": str(error)}).encode())

    def send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


def main() -> None:
    match sys.argv[1:]:
        case ["mcp"]:
            serve_mcp(None)
        case ["mcp-http", port]:
            serve_mcp(int(port))
        case ["http", port]:
            # Sixteen callers at once are more than the five that the library lets wait at the door.
            ThreadingHTTPServer.request_queue_size = 64
            ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
        case _:
            raise SystemExit("order_system.py mcp | mcp-http PORT | http PORT")


if __name__ == "__main__":
    main()
