"""The order system's SQLite database: how it is made, opened and asked. All of Larkspur's SQL stands here.

A `Tables` is one connection inside one transaction; `Store.read` and `Store.write` hand it out.
"""

import json
import os
import queue
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from larkspur.clock import stamp
from larkspur.generator import Size, generate
from larkspur.records import About, Books

FOLDER = Path(__file__).parent
# Writers queue for SQLite's one lock and hold it for milliseconds.
BUSY_SECONDS = 30.0
TABLES = (
    "customers",
    "products",
    "variants",
    "orders",
    "lines",
    "returns",
    "return_lines",
    "refunds",
    "exchanges",
    "invoices",
    "parcel_events",
    "traces",
    "status_events",
)

Row = dict[str, Any]


class Tables:
    """Queries in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, query: str, *values: object) -> list[Row]:
        return [dict(row) for row in self._connection.execute(query, values)]

    def first(self, query: str, *values: object) -> Row | None:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else dict(row)

    # --- customers ---

    def customer(self, customer_id: str) -> Row | None:
        return self.first("SELECT * FROM customers WHERE id = ?", customer_id)

    def customer_by_email(self, email: str) -> Row | None:
        return self.first("SELECT * FROM customers WHERE email = ?", email)

    def set_closed(self, customer_id: str, at: str | None) -> None:
        self._change("UPDATE customers SET closed = ? WHERE id = ?", at, customer_id)

    # --- catalogue ---

    def variant(self, sku: str) -> Row | None:
        return self.first(
            "SELECT v.*, p.name AS product, p.price_cents FROM variants v JOIN products p ON p.id = v.product_id "
            "WHERE v.sku = ?",
            sku,
        )

    def variants(self, *, sku: str, product: str, size: str, limit: int) -> list[Row]:
        """Variants by sku, or whose product has `product` in its name; an empty word does not narrow."""
        return self.all(
            "SELECT v.*, p.name AS product, p.price_cents FROM variants v JOIN products p ON p.id = v.product_id "
            "WHERE (? = '' OR v.sku = ?) AND (? = '' OR instr(lower(p.name), lower(?)) > 0 OR p.id = ?) "
            "AND (? = '' OR upper(v.size) = upper(?)) ORDER BY v.sku LIMIT ?",
            *(sku, sku, product, product, product, size, size, limit),
        )

    def move_stock(self, sku: str, pieces: int) -> bool:
        """Add `pieces` (negative takes away). False, and nothing changed, when there are not enough."""
        cursor = self._connection.execute(
            "UPDATE variants SET stock = stock + ? WHERE sku = ? AND stock + ? >= 0", (pieces, sku, pieces)
        )
        return cursor.rowcount == 1

    # --- orders ---

    def order(self, order_id: str) -> Row | None:
        return self.first("SELECT * FROM orders WHERE id = ?", order_id)

    def orders_of(self, customer_id: str, limit: int) -> list[Row]:
        return self.all(
            "SELECT * FROM orders WHERE customer_id = ? ORDER BY placed_at DESC LIMIT ?", customer_id, limit
        )

    def order_ids_of(self, customer_id: str) -> list[str]:
        rows = self.all("SELECT id FROM orders WHERE customer_id = ? ORDER BY placed_at DESC", customer_id)
        return [row["id"] for row in rows]

    def unfinished(self, customer_id: str) -> Row:
        """How many orders, returns and exchanges of the customer are still open."""
        found = self.first(
            "SELECT (SELECT count(*) FROM orders WHERE customer_id = c.id "
            "AND status IN ('placed', 'packed', 'shipped')) AS orders, "
            "(SELECT count(*) FROM returns r JOIN orders o ON o.id = r.order_id WHERE o.customer_id = c.id "
            "AND r.state IN ('requested', 'received')) AS returns, "
            "(SELECT count(*) FROM exchanges x JOIN orders o ON o.id = x.order_id WHERE o.customer_id = c.id "
            "AND x.state = 'open') AS exchanges FROM customers c WHERE c.id = ?",
            customer_id,
        )
        return found or {"orders": 0, "returns": 0, "exchanges": 0}

    def lines_of(self, order_id: str) -> list[Row]:
        return self.all(
            "SELECT l.id, l.sku, l.quantity, l.price_cents, v.size, v.colour, v.product_id, p.name AS product "
            "FROM lines l JOIN variants v ON v.sku = l.sku JOIN products p ON p.id = v.product_id "
            "WHERE l.order_id = ? ORDER BY l.id",
            order_id,
        )

    def order_replacing(self, order_id: str) -> Row | None:
        return self.first("SELECT id FROM orders WHERE replaces = ?", order_id)

    def set_order(self, order_id: str, **columns: object) -> None:
        self.set_columns("orders", order_id, columns)

    def set_line_sku(self, line_id: str, sku: str) -> None:
        self._change("UPDATE lines SET sku = ? WHERE id = ?", sku, line_id)

    # --- what hangs on an order ---

    def hanging(self, table: str, order_id: str) -> list[Row]:
        """All rows of `table` that belong to the order, oldest first."""
        return self.all(f"SELECT * FROM {_known(table)} WHERE order_id = ? ORDER BY id", order_id)

    def one(self, table: str, record_id: str) -> Row | None:
        return self.first(f"SELECT * FROM {_known(table)} WHERE id = ?", record_id)

    def return_lines(self, order_id: str) -> list[Row]:
        return self.all(
            "SELECT rl.*, r.state, l.price_cents FROM return_lines rl JOIN returns r ON r.id = rl.return_id "
            "JOIN lines l ON l.id = rl.line_id WHERE r.order_id = ? ORDER BY rl.line_id",
            order_id,
        )

    def invoice_of(self, order_id: str) -> Row | None:
        return self.first("SELECT * FROM invoices WHERE order_id = ?", order_id)

    def parcel_events(self, order_id: str) -> list[Row]:
        return self.all("SELECT at, code, place FROM parcel_events WHERE order_id = ? ORDER BY at, id", order_id)

    def set_state(self, table: str, record_id: str, **columns: object) -> None:
        self.set_columns(table, record_id, columns)

    # --- the books, for an auditor of the shop ---

    def refunds(self) -> list[Row]:
        """Every refund with the customer of its order, oldest first."""
        return self.all(
            "SELECT r.id, r.order_id, r.amount_cents, r.state, r.made_at, r.key, o.customer_id FROM refunds r "
            "JOIN orders o ON o.id = r.order_id ORDER BY r.made_at, r.id"
        )

    def refunded_cents(self) -> dict[str, int]:
        """What the orders' own sums say was given back."""
        return {row["id"]: row["refunded_cents"] for row in self.all("SELECT id, refunded_cents FROM orders")}

    def untroubled_orders(self, since: str) -> list[Row]:
        """Delivered since then, nothing given back or on its way back, the customer's account open; by number."""
        return self.all(
            "SELECT o.id, o.customer_id, o.paid_cents, c.email, c.postcode FROM orders o "
            "JOIN customers c ON c.id = o.customer_id WHERE o.status = 'delivered' AND o.delivered_at >= ? "
            "AND o.refunded_cents = 0 AND c.closed IS NULL AND o.replaces IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.order_id = o.id) "
            "AND NOT EXISTS (SELECT 1 FROM exchanges x WHERE x.order_id = o.id) ORDER BY o.id",
            since,
        )

    # --- any table ---

    def set_columns(self, table: str, record_id: str, columns: Mapping[str, object]) -> None:
        """Set columns of one record. Raises LookupError for an unknown table, column or record."""
        known = {row["name"] for row in self.all(f"PRAGMA table_info({_known(table)})")}
        unknown = sorted(set(columns) - known)
        if unknown:
            raise LookupError(f"The table {table} has no column {unknown[0]}.")
        names = ", ".join(f"{name} = ?" for name in columns)
        key = "sku" if table == "variants" else "id"
        self._change(f"UPDATE {table} SET {names} WHERE {key} = ?", *columns.values(), record_id)

    def add(self, table: str, row: Mapping[str, object]) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        self._connection.execute(f"INSERT INTO {_known(table)} ({names}) VALUES ({marks})", tuple(row.values()))

    def next_id(self, table: str, prefix: str, first: int) -> str:
        """The id after the highest one; all ids of a table have the same length, so text order is number order."""
        found = self.first(f"SELECT max(id) AS last FROM {_known(table)}")
        last = found["last"] if found else None
        return f"{prefix}{int(last[len(prefix) :]) + 1 if last else first}"

    # --- whole lists, for whoever checks them ---

    def orders_after(self, after: str, limit: int) -> list[Row]:
        return self.all(
            "SELECT id AS order_id, customer_id, status, placed_at, paid_cents, refunded_cents FROM orders "
            "WHERE id > ? ORDER BY id LIMIT ?",
            *(after, limit),
        )

    def customers_after(self, after: str, limit: int) -> list[Row]:
        return self.all(
            "SELECT id AS customer_id, email, country, created, closed FROM customers WHERE id > ? ORDER BY id LIMIT ?",
            *(after, limit),
        )

    def status_events_after(self, since: str, after: int, limit: int) -> list[Row]:
        """What was heard since that instant, behind event number `after`; also what came without an instant."""
        return self.all(
            "SELECT id AS event_id, order_id, status, at, received_at FROM status_events "
            "WHERE (received_at IS NULL OR received_at >= ?) AND id > ? ORDER BY id LIMIT ?",
            *(since, after, limit),
        )

    def under_way(self) -> Row | None:
        """The order that left last, or the latest one where none is under way."""
        return self.first("SELECT id, status FROM orders ORDER BY status = 'shipped' DESC, shipped_at DESC, id LIMIT 1")

    # --- journal ---

    def entry_of(self, key: str) -> Row | None:
        return self.first("SELECT * FROM journal WHERE key = ?", key)

    def journal_after(self, after: int, limit: int) -> list[Row]:
        rows = self.all("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
        return [
            {
                "number": row["seq"],
                "key": row["key"],
                "operation": row["operation"],
                "arguments": json.loads(row["arguments"]),
                "result": json.loads(row["result"]),
                "at": row["at"],
            }
            for row in rows
        ]

    def _change(self, statement: str, *values: object) -> None:
        if self._connection.execute(statement, values).rowcount != 1:
            raise LookupError(f"There is no such record to change: {values[-1]}.")


class Store:
    """Opens the database of `path`. Threads may share it; connections are kept and lent."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @contextmanager
    def read(self) -> Iterator[Tables]:
        """One consistent state of all tables."""
        with self._transaction("BEGIN") as tables:
            yield tables

    @contextmanager
    def write(self) -> Iterator[Tables]:
        """Everything in the block happens, or nothing. Writers take their turn."""
        with self._transaction("BEGIN IMMEDIATE") as tables:
            yield tables

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Tables]:
        connection = self._borrow()
        try:
            connection.execute(begin)
            try:
                yield Tables(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        finally:
            self._idle.put(connection)

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return _connect(self.path)


def create(path: Path, *, seed: int, today: datetime, size: Size | None = None) -> None:
    """Make the database of a new company at `path`; it appears there whole or not at all.

    Of two processes that start at once, one wins and the other uses what it made. Raises ValueError for an impossible
    size.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    try:
        _write_books(draft, generate(seed, today, size), {"seed": str(seed), "today": stamp(today)})
        _settle(draft)
        try:
            # A link, unlike a rename, fails where the database exists.
            os.link(draft, path)
        except FileExistsError:
            pass
    finally:
        draft.unlink(missing_ok=True)


def _write_books(path: Path, books: Books, about: Mapping[str, str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody sees the draft before it is linked, so it needs no journal of its own.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript((FOLDER / "schema.sql").read_text(encoding="utf-8"))
        connection.executescript((FOLDER / "schema_events.sql").read_text(encoding="utf-8"))
        connection.execute("BEGIN")
        for table in TABLES:
            _fill(connection, table, getattr(books, table))
        _fill(connection, "company", [About(name, value) for name, value in about.items()])
        connection.execute("COMMIT")
        connection.executescript((FOLDER / "schema_indexes.sql").read_text(encoding="utf-8"))
        # Here, where nobody else has it open: of several that change the journal at once, some are told "locked".
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _settle(path: Path) -> None:
    """Wait until the disk has it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(connection: sqlite3.Connection, table: str, rows: Sequence[Any]) -> None:
    if not rows:
        return
    fields = rows[0]._fields
    marks = ", ".join("?" for _ in fields)
    connection.executemany(f"INSERT INTO {table} ({', '.join(fields)}) VALUES ({marks})", rows)


def _connect(path: Path) -> sqlite3.Connection:
    # The pool lends a connection to one thread at a time.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    # A refund that was acknowledged must survive a power cut: FULL, not NORMAL.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.executescript((FOLDER / "schema_events.sql").read_text(encoding="utf-8"))
    return connection


def _known(table: str) -> str:
    """`table`, if it is one of ours: names cannot be bound as values, so they are checked."""
    if table not in TABLES and table not in {"invoice_copies", "order_notes", "journal"}:
        raise LookupError(f"There is no table {table}.")
    return table
