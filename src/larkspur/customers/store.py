"""What the simulation reads of the shop's records, and where it keeps a run: all of its SQL.

A run is one SQLite file: who each customer is, the token of their chat, and how it ended.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from larkspur.store import Store

_ORDERS = (
    "SELECT o.*, c.name, c.email, c.postcode, c.country, c.closed AS account_closed, "
    "julianday('now') - julianday(o.delivered_at) AS days_delivered, "
    "(SELECT count(*) FROM orders x WHERE x.customer_id = o.customer_id "
    "AND x.status IN ('placed', 'packed', 'shipped')) AS unfinished, "
    "(SELECT group_concat(r.state) FROM returns r WHERE r.order_id = o.id) AS returns, "
    "(SELECT count(*) FROM exchanges e WHERE e.order_id = o.id) AS exchanges, "
    "(SELECT count(*) FROM returns r JOIN orders x ON x.id = r.order_id WHERE x.customer_id = o.customer_id "
    "AND r.state IN ('requested', 'received')) + (SELECT count(*) FROM exchanges e JOIN orders x ON x.id = e.order_id "
    "WHERE x.customer_id = o.customer_id AND e.state = 'open') AS open_matters, "
    "o.promised_by < strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS late "
    "FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.replaces IS NULL ORDER BY o.id"
)
_LINES = (
    "SELECT l.order_id, l.id, l.quantity, v.sku, v.size, v.colour, p.name AS product FROM lines l "
    "JOIN variants v ON v.sku = l.sku JOIN products p ON p.id = v.product_id ORDER BY l.id"
)
_PRODUCTS = "SELECT p.name, max(v.size) AS size FROM products p JOIN variants v ON v.product_id = p.id GROUP BY p.id"

_RUN = (
    "CREATE TABLE IF NOT EXISTS customers (number INTEGER PRIMARY KEY, persona TEXT NOT NULL, session TEXT, "
    "outcome TEXT, messages INTEGER NOT NULL DEFAULT 0)"
)

Row = dict[str, Any]


def shop_orders(database: Path) -> tuple[list[Row], list[Row]]:
    """(orders with their customer and their lines, products), as the shop has them now."""
    store = Store(database)
    try:
        with store.read() as tables:
            orders, lines, products = tables.all(_ORDERS), tables.all(_LINES), tables.all(_PRODUCTS)
    finally:
        store.close()
    by_order: dict[str, list[Row]] = {}
    for line in lines:
        by_order.setdefault(line["order_id"], []).append(line)
    return [{**order, "lines": by_order.get(order["id"], [])} for order in orders], products


class Run:
    """The state of one run. In memory when there is no file."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(_RUN)

    def personas(self) -> list[Row]:
        """Everybody of this run, empty before the first start."""
        rows = self._connection.execute("SELECT persona FROM customers ORDER BY number")
        return [json.loads(persona) for (persona,) in rows]

    def enter(self, personas: list[Row]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO customers (number, persona) VALUES (?, ?)",
                [(persona["number"], json.dumps(persona)) for persona in personas],
            )

    def session(self, number: int) -> str | None:
        row = self._connection.execute("SELECT session FROM customers WHERE number = ?", (number,)).fetchone()
        return None if row is None else row[0]

    def keep_session(self, number: int, session: str) -> None:
        self._connection.execute("UPDATE customers SET session = ? WHERE number = ?", (session, number))

    def keep_messages(self, number: int, messages: int) -> None:
        self._connection.execute("UPDATE customers SET messages = ? WHERE number = ?", (messages, number))

    def end(self, number: int, outcome: str) -> None:
        self._connection.execute("UPDATE customers SET outcome = ? WHERE number = ?", (outcome, number))

    def ends(self) -> dict[int, str]:
        """How the conversations that are at an end ended, by the customer's number."""
        rows = self._connection.execute("SELECT number, outcome FROM customers WHERE outcome IS NOT NULL")
        return {int(number): str(outcome) for number, outcome in rows}

    def messages(self) -> int:
        return int(self._connection.execute("SELECT coalesce(sum(messages), 0) FROM customers").fetchone()[0])

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
