"""The tables of the ledger and every query on them.

Chains grow under one lock each; leaves are numbered when a checkpoint is made, under another.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared
from aboveloop.ledger.entries import HOUSE, NO_HASH, Stored
from aboveloop.ledger.errors import LedgerUnreadable

# Rows fetched at a time: a few hundred kilobytes, and one look-up of keys for each.
BATCH = 500
# As many names as one question carries: far below what any database takes.
NAMES_AT_ONCE = 500

# On SQLite only INTEGER makes the primary key the row's own number.
_Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")

ledger_entries = sa.Table(
    "ledger_entries",
    metadata,
    sa.Column("position", _Position, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False),
    sa.Column("release", sa.String),
    sa.Column("customer_id", sa.String),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("key_id", sa.String),
    sa.Column("box", sa.LargeBinary),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    # Not part of the entry: its place in the tree, given when it is sealed.
    sa.Column("leaf", sa.BigInteger),
    sa.UniqueConstraint("case_id", "number", name="uq_ledger_entries_chain"),
)
_e = ledger_entries.c
sa.Index("ix_ledger_entries_kind", _e.kind, _e.position)
_has_customer = _e.customer_id.is_not(None)
sa.Index(
    "ix_ledger_entries_customer",
    _e.customer_id,
    _e.position,
    sqlite_where=_has_customer,
    postgresql_where=_has_customer,
)
_unsealed, _sealed = _e.leaf.is_(None), _e.leaf.is_not(None)
sa.Index("ix_ledger_entries_unsealed", _e.position, sqlite_where=_unsealed, postgresql_where=_unsealed)
sa.Index("uq_ledger_entries_leaf", _e.leaf, unique=True, sqlite_where=_sealed, postgresql_where=_sealed)

# What was sealed at each leaf, said a second time, so that an entry that vanished can still be named.
ledger_leaves = sa.Table(
    "ledger_leaves",
    metadata,
    sa.Column("leaf", _Position, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.String, nullable=False),
    sa.Column("case_id", sa.String, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_l = ledger_leaves.c

# Roots of full subtrees (merkle.TILE_LEAVES leaves each), for short proofs.
ledger_tiles = sa.Table(
    "ledger_tiles",
    metadata,
    sa.Column("number", _Position, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_t = ledger_tiles.c

ledger_checkpoints = sa.Table(
    "ledger_checkpoints",
    metadata,
    sa.Column("size", _Position, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("frontier", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
_c = ledger_checkpoints.c

ledger_keys = sa.Table(
    "ledger_keys",
    metadata,
    sa.Column("key_id", sa.String, primary_key=True),
    sa.Column("customer_id", sa.String, nullable=False, unique=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)
_k = ledger_keys.c


class Head(NamedTuple):
    """The end of a chain: number and hash of its last entry, -1 and NO_HASH where it has none."""

    number: int
    hash: str


class WrappedKey(NamedTuple):
    key_id: str
    customer_id: str
    wrapped: bytes


class Leaf(NamedTuple):
    """A sealed place and the entry found there; `entry` is None where it is gone."""

    leaf: int
    entry_id: str
    case_id: str
    number: int
    hash: str
    entry: Stored | None


class Pending(NamedTuple):
    """An entry that the checkpoint looked at does not cover. `is_stray` when it claims a leaf that does not exist."""

    entry: Stored
    is_stray: bool


class CheckpointRow(NamedTuple):
    size: int
    at: datetime
    frontier: tuple[bytes, ...]
    text: str


# Times are read and written as the raw number of microseconds that the hash covers: a changed one must be
# reported by the audit, not stumble in a type.
def _type_of(name: str) -> sa.types.TypeEngine[Any]:
    return sa.BigInteger() if name == "at" else _e[name].type


_STORED = tuple(sa.type_coerce(_e[name], _type_of(name)) for name in Stored._fields)

_LOCK = Prepared(sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("key", type_=sa.BigInteger))))
_HEAD = Prepared(
    sa.select(_e.number, _e.hash)
    .where(_e.case_id == sa.bindparam("case_id"))
    .order_by(_e.number.desc())
    .limit(sa.literal_column("1"))
)
_INSERT = Prepared(
    sa.insert(ledger_entries)
    .inline()
    .values({name: sa.bindparam(name, type_=_type_of(name)) for name in Stored._fields})
)
_CHAIN = sa.select(*_STORED).where(_e.case_id == sa.bindparam("case_id")).order_by(_e.number)
_ONE = sa.select(*_STORED).where(_e.id == sa.bindparam("id"))
_AT_LEAF = sa.select(*_STORED).where(_e.leaf == sa.bindparam("leaf"))
_LEAF_OF = sa.select(_e.leaf, *_STORED).where(_e.id == sa.bindparam("id"))
_LAST_POSITION = sa.select(sa.func.coalesce(sa.func.max(_e.position), 0))

_KEY_OF_CUSTOMER = Prepared(
    sa.select(_k.key_id, _k.customer_id, _k.wrapped).where(_k.customer_id == sa.bindparam("customer_id"))
)
_KEYS = sa.select(_k.key_id, _k.customer_id, _k.wrapped).where(_k.key_id.in_(sa.bindparam("ids", expanding=True)))
_ADD_KEY = {
    "sqlite": Prepared(sqlite.insert(ledger_keys).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(ledger_keys).on_conflict_do_nothing()),
}
_BLANK_KEY = (
    sa.update(ledger_keys)
    .where(_k.customer_id == sa.bindparam("customer"))
    .values(wrapped=sa.bindparam("blank", type_=sa.LargeBinary))
)
_DELETE_KEY = sa.delete(ledger_keys).where(_k.customer_id == sa.bindparam("customer"))

_CHECKPOINT_ROW = (_c.size, sa.type_coerce(_c.at, sa.BigInteger), _c.frontier, _c.text)
_LATEST = sa.select(*_CHECKPOINT_ROW).order_by(_c.size.desc()).limit(sa.literal_column("1"))
_CHECKPOINTS = sa.select(*_CHECKPOINT_ROW).order_by(_c.size)
_LEAF_COUNT = sa.select(sa.func.coalesce(sa.func.max(_l.leaf) + 1, 0))
_UNCHECKED_LEAF = sa.select(sa.func.min(_l.leaf)).where(
    _l.leaf >= sa.select(sa.func.coalesce(sa.func.max(_c.size), 0)).scalar_subquery()
)
_NUMBER_LEAVES = sa.insert(ledger_leaves).from_select(
    ["leaf", "entry_id", "case_id", "number", "hash"],
    sa.select(
        sa.bindparam("size", type_=sa.BigInteger) + sa.func.row_number().over(order_by=_e.position) - 1,
        _e.id,
        _e.case_id,
        _e.number,
        _e.hash,
    ).where(_unsealed),
)
_MARK_SEALED = (
    sa.update(ledger_entries)
    .values(leaf=_l.leaf)
    .where(_l.leaf >= sa.bindparam("size"), _e.case_id == _l.case_id, _e.number == _l.number)
)
_LEAF_HASHES = (
    sa.select(_l.hash).where(_l.leaf >= sa.bindparam("low"), _l.leaf < sa.bindparam("high")).order_by(_l.leaf)
)
_TILES = (
    sa.select(_t.hash).where(_t.number >= sa.bindparam("low"), _t.number < sa.bindparam("high")).order_by(_t.number)
)
_SEALED = (
    sa.select(*ledger_leaves.columns, *_STORED)
    .select_from(ledger_leaves.outerjoin(ledger_entries, _e.leaf == _l.leaf))
    .where(_l.leaf >= sa.bindparam("low"), _l.leaf < sa.bindparam("high"))
    .order_by(_l.leaf)
)
_PENDING = (
    sa.select(_e.leaf.label("claimed"), _l.leaf.label("found"), *_STORED)
    .select_from(ledger_entries.outerjoin(ledger_leaves, _e.leaf == _l.leaf))
    .where(sa.or_(_unsealed, _e.leaf >= sa.bindparam("size")))
    .order_by(_e.case_id, _e.number)
)


@contextmanager
def readable() -> Iterator[None]:
    """Turn what the database says of a broken table into a sentence."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise LedgerUnreadable(f"The database cannot read the ledger: {error.orig}.") from error


def lock(tx: Transaction, name: str) -> None:
    """Wait until nobody else holds `name`; held until the transaction ends.

    SQLite has one writer at a time anyway, from the first statement of the transaction on.
    """
    if tx.is_postgres:
        key = int.from_bytes(hashlib.sha256(f"aboveloop/ledger/{name}".encode()).digest()[:8], "big", signed=True)
        tx.value(_LOCK, {"key": key})


def lock_chain(tx: Transaction, case_id: str) -> Head:
    """The head of a chain that nobody else can extend until this transaction ends.

    The lock is a statement of its own: PostgreSQL must take its snapshot for the head after the wait.
    """
    lock(tx, f"chain/{case_id}")
    row: Sequence[Any] | None = tx.first(_HEAD, {"case_id": case_id})
    return Head(-1, NO_HASH) if row is None else Head(row[0], row[1])


def insert(tx: Transaction, rows: Sequence[Stored]) -> None:
    tx.change(_INSERT, [row._asdict() for row in rows])


def chain(reader: Reader, case_id: str) -> list[Stored]:
    return [Stored._make(row) for row in reader.all(_CHAIN, {"case_id": case_id})]


def one(reader: Reader, entry_id: str) -> Stored | None:
    row: Sequence[Any] | None = reader.first(_ONE, {"id": entry_id})
    return None if row is None else Stored._make(row)


def at_leaf(reader: Reader, leaf: int) -> Stored | None:
    row: Sequence[Any] | None = reader.first(_AT_LEAF, {"leaf": leaf})
    return None if row is None else Stored._make(row)


def with_leaf(reader: Reader, entry_id: str) -> tuple[int | None, Stored] | None:
    """An entry and its leaf, None for a leaf where it is not sealed."""
    row: Sequence[Any] | None = reader.first(_LEAF_OF, {"id": entry_id})
    return None if row is None else (row[0], Stored._make(row[1:]))


def matching(filters: Mapping[str, object], since: datetime | None) -> list[sa.ColumnElement[bool]]:
    """Conditions on entries: equal to each filter that is not None, and not before `since`."""
    conditions = [_e[name] == value for name, value in filters.items() if value is not None]
    return conditions if since is None else [*conditions, _e.at >= since]


def find(reader: Reader, conditions: Sequence[sa.ColumnElement[bool]]) -> Iterator[list[Stored]]:
    """Batches of entries in the order in which they were written.

    Ends at what is the last entry now: a caller who appends while reading does not chase its own tail.
    """
    last = reader.value(_LAST_POSITION)
    query = sa.select(*_STORED).where(*conditions, _e.position <= last).order_by(_e.position)
    for rows in _stream(reader, query, {}):
        yield [Stored._make(row) for row in rows]


def count(reader: Reader, conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    return int(reader.value(sa.select(sa.func.count()).select_from(ledger_entries).where(*conditions)))


def count_cases(reader: Reader, house: str) -> int:
    """How many chains there are beside the chain of the house."""
    return int(reader.value(sa.select(sa.func.count(_e.case_id.distinct())).where(_e.case_id != house)))


def key_of(reader: Reader, customer_id: str) -> WrappedKey | None:
    row: Sequence[Any] | None = reader.first(_KEY_OF_CUSTOMER, {"customer_id": customer_id})
    return None if row is None else WrappedKey._make(row)


def keys(reader: Reader, key_ids: Iterable[str]) -> dict[str, WrappedKey]:
    """Those of the keys that still exist."""
    return {row[0]: WrappedKey._make(row) for row in reader.all(_KEYS, {"ids": sorted(key_ids)})}


def add_key(tx: Transaction, key: WrappedKey, at: datetime) -> bool:
    """Add the key unless the customer has one: of two writers the first wins and the second must look again."""
    return tx.change(_ADD_KEY[tx.connection.dialect.name], {**key._asdict(), "made_at": at}) == 1


def delete_key(tx: Transaction, customer_id: str, size: int) -> None:
    """Overwrite the key, then delete it: a deleted row alone stays in the file until its page is used again."""
    if not tx.is_postgres:
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON").close()
    tx.execute(_BLANK_KEY, {"customer": customer_id, "blank": bytes(size)})
    tx.execute(_DELETE_KEY, {"customer": customer_id})


def latest_checkpoint(reader: Reader) -> CheckpointRow | None:
    row: Sequence[Any] | None = reader.first(_LATEST)
    return None if row is None else _checkpoint(row)


def checkpoints(reader: Reader) -> Iterator[CheckpointRow]:
    """Every checkpoint, smallest first."""
    for rows in _stream(reader, _CHECKPOINTS, {}):
        yield from map(_checkpoint, rows)


def add_checkpoint(tx: Transaction, row: CheckpointRow) -> None:
    values = {**row._asdict(), "frontier": json.dumps([node.hex() for node in row.frontier])}
    tx.execute(sa.insert(ledger_checkpoints), values)


def leaf_count(reader: Reader) -> int:
    """One more than the last leaf that was numbered."""
    return int(reader.value(_LEAF_COUNT))


def unchecked_leaf(reader: Reader) -> int | None:
    """The first leaf beyond the last checkpoint: there must be none."""
    found: int | None = reader.value(_UNCHECKED_LEAF)
    return found


def number_leaves(tx: Transaction, size: int) -> None:
    """Give every entry without a leaf the next one, from `size` on, in the order of writing.

    One statement, so one snapshot: entries of one case commit in the order of their chain, and so keep it here.
    """
    tx.execute(_NUMBER_LEAVES, {"size": size})
    tx.execute(_MARK_SEALED, {"size": size})


def leaf_hashes(reader: Reader, low: int, high: int) -> Iterator[bytes]:
    """The entry hashes of leaves low..high-1, in order."""
    for rows in _stream(reader, _LEAF_HASHES, {"low": low, "high": high}):
        for row in rows:
            yield _from_hex(row[0])


def add_tiles(tx: Transaction, first: int, tiles: Sequence[bytes]) -> None:
    if tiles:
        rows = [{"number": first + place, "hash": tile.hex()} for place, tile in enumerate(tiles)]
        tx.execute(sa.insert(ledger_tiles), rows)


def tiles(reader: Reader, low: int, high: int) -> list[bytes]:
    return [_from_hex(row[0]) for row in reader.all(_TILES, {"low": low, "high": high})]


def sealed(reader: Reader, low: int, high: int) -> Iterator[list[Leaf]]:
    """Batches of leaves low..high-1 in order, each with the entry that stands there now."""
    for rows in _stream(reader, _SEALED, {"low": low, "high": high}):
        yield [Leaf(row[0], row[1], row[2], row[3], row[4], _stored_or_none(row[5:])) for row in rows]


def pending(reader: Reader, size: int) -> Iterator[list[Pending]]:
    """Batches of the entries outside of leaves 0..size-1, chain by chain."""
    for rows in _stream(reader, _PENDING, {"size": size}):
        yield [Pending(Stored._make(row[2:]), row[0] is not None and row[1] is None) for row in rows]


def sealed_chains(reader: Reader, case_ids: Collection[str], size: int) -> Iterator[tuple[int, Stored]]:
    """The entries of these chains at leaves below `size`, with their leaves, in no order."""
    names = sorted(case_ids)
    for begin in range(0, len(names), NAMES_AT_ONCE):
        yield from _with_leaves(reader, [_e.leaf < size, _e.case_id.in_(names[begin : begin + NAMES_AT_ONCE])])


def sealed_of_house(
    reader: Reader,
    size: int,
    *,
    customers: Collection[str] = (),
    releases: Collection[str] = (),
    between: tuple[datetime, datetime] | None = None,
) -> Iterator[tuple[int, Stored]]:
    """Entries of the house's chain at leaves below `size` that fit any of what is given, with their leaves."""
    base = [_e.leaf < size, _e.case_id == HOUSE]
    if between is not None:
        yield from _with_leaves(reader, [*base, _e.at >= between[0], _e.at < between[1]])
    for column, given in ((_e.customer_id, sorted(customers)), (_e.release, sorted(releases))):
        for begin in range(0, len(given), NAMES_AT_ONCE):
            yield from _with_leaves(reader, [*base, column.in_(given[begin : begin + NAMES_AT_ONCE])])


def cases_between(reader: Reader, since: datetime, until: datetime, size: int) -> list[str]:
    """The cases with an entry at leaves below `size` from `since` to before `until`."""
    found = sa.select(_e.case_id).distinct().where(_e.leaf < size, _e.at >= since, _e.at < until, _e.case_id != HOUSE)
    return [row.case_id for row in reader.all(found.order_by(_e.case_id))]


def cases_of_customers(reader: Reader, customers: Collection[str]) -> list[str]:
    """The cases with an entry about any of these customers."""
    found = sa.select(_e.case_id).distinct().where(_e.customer_id.in_(sorted(customers)), _e.case_id != HOUSE)
    return [row.case_id for row in reader.all(found.order_by(_e.case_id))]


def _with_leaves(reader: Reader, conditions: Sequence[sa.ColumnElement[bool]]) -> Iterator[tuple[int, Stored]]:
    for rows in _stream(reader, sa.select(_e.leaf, *_STORED).where(*conditions), {}):
        for row in rows:
            yield row[0], Stored._make(row[1:])


def _stored_or_none(values: Sequence[Any]) -> Stored | None:
    return None if values[0] is None else Stored._make(values)


def _checkpoint(row: Sequence[Any]) -> CheckpointRow:
    try:
        frontier = tuple(bytes.fromhex(node) for node in json.loads(row[2]))
        return CheckpointRow(row[0], from_micros(row[1]), frontier, row[3])
    except (TypeError, ValueError, OverflowError) as error:
        raise LedgerUnreadable(f"The checkpoint stored over {row[0]} entries cannot be read: {error}.") from error


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise LedgerUnreadable(f"A hash stored in the tree cannot be read: {text!r}.") from error


def _stream(reader: Reader, query: sa.Select[Any], values: Mapping[str, object]) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of one statement, so of one snapshot, without ever holding all of them."""
    with readable(), reader.connection.execute(query.execution_options(yield_per=BATCH), dict(values)) as result:
        yield from result.partitions()
