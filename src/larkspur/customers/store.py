"""What the simulation reads of the shop's records, and where it keeps a run: all of its SQL.

A run is one SQLite file: who each customer is, the token of their chat, and how it ended.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from larkspur.clock import stamp
from larkspur.store import Row, Store

_ORDERS = (
    "SELECT o.id, o.customer_id, o.status, o.paid_cents, o.refunded_cents, c.name, c.email, c.postcode, c.city, "
    "c.closed AS account_closed, julianday(?1) - julianday(o.delivered_at) AS days_delivered, "
    "julianday(?1) - julianday(o.placed_at) AS days_placed, o.promised_by < ?1 AS late, "
    "(SELECT group_concat(r.state) FROM returns r WHERE r.order_id = o.id) AS returns, "
    "(SELECT count(*) FROM exchanges e WHERE e.order_id = o.id) AS exchanges, "
    "(SELECT count(*) FROM orders x WHERE x.replaces = o.id) AS sent_again, "
    "(SELECT count(*) FROM orders x WHERE x.customer_id = o.customer_id "
    "AND x.status IN ('placed', 'packed', 'shipped')) "
    "+ (SELECT count(*) FROM returns r JOIN orders x ON x.id = r.order_id WHERE x.customer_id = o.customer_id "
    "AND r.state IN ('requested', 'received')) + (SELECT count(*) FROM exchanges e JOIN orders x ON x.id = e.order_id "
    "WHERE x.customer_id = o.customer_id AND e.state = 'open') AS open_matters "
    "FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.replaces IS NULL ORDER BY o.id"
)
_LINES = (
    "SELECT l.order_id, l.id, l.quantity, v.size, v.colour, v.product_id, p.name AS product, p.category FROM lines l "
    "JOIN variants v ON v.sku = l.sku JOIN products p ON p.id = v.product_id ORDER BY l.id"
)
_VARIANTS = (
    "SELECT v.product_id, v.size, v.colour, v.stock, p.name AS product FROM variants v "
    "JOIN products p ON p.id = v.product_id ORDER BY v.sku"
)
_RUN = (
    "CREATE TABLE IF NOT EXISTS customers (number INTEGER PRIMARY KEY, persona TEXT NOT NULL, session TEXT, "
    "outcome TEXT, last_heard TEXT NOT NULL DEFAULT '', messages INTEGER NOT NULL DEFAULT 0)"
)


_SEARCHES = (
    "SELECT t.id, t.order_id FROM traces t JOIN orders o ON o.id = t.order_id WHERE t.state = 'open' "
    "AND o.status IN ('shipped', 'delivered') AND t.opened_at <= ? ORDER BY t.id"
)


@dataclass(frozen=True)
class Search:
    """A search for a parcel that the carrier was asked for."""

    id: str
    order_id: str


@dataclass(frozen=True)
class ShopRecords:
    """Orders with their customer and, under `lines`, their lines; and the catalogue. Oldest number first."""

    orders: list[Row]
    variants: list[Row]


def read_shop(database: Path, now: datetime) -> ShopRecords:
    """The records as they stand; ages are counted at `now`."""
    store = Store(database)
    try:
        with store.read() as tables:
            orders, lines = tables.all(_ORDERS, stamp(now)), tables.all(_LINES)
            variants = tables.all(_VARIANTS)
    finally:
        store.close()
    by_order: dict[str, list[Row]] = {}
    for line in lines:
        by_order.setdefault(line["order_id"], []).append(line)
    return ShopRecords([{**order, "lines": by_order.get(order["id"], [])} for order in orders], variants)


def open_searches(store: Store, before: datetime) -> list[Search]:
    """The searches that are open since `before` or longer."""
    with store.read() as tables:
        return [Search(row["id"], row["order_id"]) for row in tables.all(_SEARCHES, stamp(before))]


def end_search(store: Store, search: Search, now: datetime, *, found: bool) -> None:
    """The parcel was delivered after all, or it is lost. Once only: a search that is closed stays as it ended."""
    with store.write() as tables:
        standing = tables.one("traces", search.id)
        if standing is None or standing["state"] != "open":
            return
        tables.set_state("traces", search.id, state="closed")
        if found:
            tables.set_order(search.order_id, status="delivered", delivered_at=stamp(now))
            scan = {"order_id": search.order_id, "at": stamp(now), "code": "delivered", "place": "the neighbours"}
            tables.add("parcel_events", scan)
        else:
            tables.set_order(search.order_id, status="lost")


class Run:
    """The state of one run. In memory when there is no file. Every change is on disk before the next thing is done."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing with NORMAL; only a power cut could.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(_RUN)

    def personas(self) -> list[dict[str, Any]]:
        """Everybody of this run, empty before the first start."""
        rows = self._connection.execute("SELECT persona FROM customers ORDER BY number")
        return [json.loads(persona) for (persona,) in rows]

    def enter(self, personas: list[dict[str, Any]]) -> None:
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

    def keep(self, number: int, *, messages: int, last_heard: str, outcome: str | None) -> None:
        """How many messages the customer has written, what they heard last, and how it ended, if it has."""
        self._connection.execute(
            "UPDATE customers SET messages = ?, last_heard = ?, outcome = ? WHERE number = ?",
            (messages, last_heard, outcome, number),
        )

    def standing(self) -> list[Row]:
        """number, outcome, last_heard and messages of everybody."""
        rows = self._connection.execute("SELECT number, outcome, last_heard, messages FROM customers ORDER BY number")
        return [dict(zip(("number", "outcome", "last_heard", "messages"), row, strict=True)) for row in rows]

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
