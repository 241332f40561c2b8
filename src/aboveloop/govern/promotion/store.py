"""Gates, reviews, rollbacks and the processes that serve, as rows, with every query on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

# On SQLite only INTEGER makes the primary key the row's own number.
_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# What came of the scenarios and policy tests of a release, under one version of the software.
gates = sa.Table(
    "release_gates",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("verdict", sa.String, nullable=False),
    sa.Column("policy_tests", sa.Integer, nullable=False),
    sa.Column("scenarios", sa.Integer, nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("ran_at", Instant, nullable=False),
)

# One row for each load test of a release, under one version of the software.
load_test_runs = sa.Table(
    "release_load_tests",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("per_second", sa.Float, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("turns_per_second", sa.Float, nullable=False),
    sa.Column("p50_seconds", sa.Float, nullable=False),
    sa.Column("p95_seconds", sa.Float, nullable=False),
    sa.Column("lost", sa.Integer, nullable=False),
    sa.Column("stuck", sa.Integer, nullable=False),
    sa.Column("doubled", sa.Integer, nullable=False),
    sa.Column("differences", sa.Integer, nullable=False),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("ran_at", Instant, nullable=False),
    sa.Index("ix_release_load_tests_digest", "digest", "version"),
)

# What a release is made of besides its folder, when it was made.
bundles = sa.Table(
    "release_bundles",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("bundle", sa.String(64), nullable=False),
    sa.Column("versions", sa.JSON, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
)

# A review is of one release against another: what was in production then.
reviews = sa.Table(
    "release_reviews",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("base", sa.String(64), primary_key=True),
    sa.Column("opened_by", sa.String, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("signed_by", sa.String),
    sa.Column("signed_at", Instant),
    sa.Column("because", sa.Text, nullable=False, server_default=""),
    # The digest of what was signed: parts that change afterwards are signed anew.
    sa.Column("signed_parts", sa.String(64)),
)
review_parts = sa.Table(
    "release_review_parts",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("base", sa.String(64), primary_key=True),
    sa.Column("part", sa.String, primary_key=True),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("filled_by", sa.String, nullable=False),
    sa.Column("filled_at", Instant, nullable=False),
)

# One row for each time that a release was taken back.
rollbacks = sa.Table(
    "release_rollbacks",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("left_digest", sa.String(64), nullable=False),
    sa.Column("to_digest", sa.String(64), nullable=False),
    sa.Column("rolled_back_by", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("commanded_at", Instant, nullable=False),
    sa.Column("effective_at", Instant, nullable=False),
)

# What each process that serves customers has ready; a process that is not seen for a while is gone.
processes = sa.Table(
    "release_processes",
    metadata,
    sa.Column("process", sa.String, primary_key=True),
    sa.Column("production", sa.String(64), nullable=False),
    sa.Column("canary", sa.String(64)),
    sa.Column("serving_since", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)


def save_gate(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(gates, values)


def gate(reader: Reader, digest: str, version: str) -> Row[Any] | None:
    return reader.first(sa.select(gates).where(gates.c.digest == digest, gates.c.version == version))


def insert_load_test(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(load_test_runs), values)


def load_tests(reader: Reader, digest: str, version: str) -> list[Row[Any]]:
    """The newest first."""
    _l = load_test_runs.c
    found = sa.select(load_test_runs).where(_l.digest == digest, _l.version == version)
    return list(reader.all(found.order_by(_l.id.desc())))


def save_bundle(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(bundles, values)


def bundle(reader: Reader, digest: str) -> Row[Any] | None:
    return reader.first(sa.select(bundles).where(bundles.c.digest == digest))


def insert_review(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(reviews), values)


def review(reader: Reader, digest: str, base: str) -> Row[Any] | None:
    return reader.first(sa.select(reviews).where(reviews.c.digest == digest, reviews.c.base == base))


def signed_reviews(reader: Reader) -> list[Row[Any]]:
    """The newest first."""
    found = sa.select(reviews).where(reviews.c.signed_at.is_not(None))
    return list(reader.all(found.order_by(reviews.c.signed_at.desc())))


def sign_review(tx: Transaction, digest: str, base: str, values: Mapping[str, object]) -> None:
    tx.execute(sa.update(reviews).where(reviews.c.digest == digest, reviews.c.base == base).values(**values))


def save_part(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(review_parts, values)


def parts(reader: Reader, digest: str, base: str) -> list[Row[Any]]:
    found = sa.select(review_parts).where(review_parts.c.digest == digest, review_parts.c.base == base)
    return list(reader.all(found))


def insert_rollback(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(rollbacks), values)


def all_rollbacks(reader: Reader, *, limit: int) -> list[Row[Any]]:
    """The newest first."""
    return list(reader.all(sa.select(rollbacks).order_by(rollbacks.c.id.desc()).limit(limit)))


def save_process(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.put(processes, values)


def seen_processes(reader: Reader, since: datetime) -> list[Row[Any]]:
    return list(reader.all(sa.select(processes).where(processes.c.seen_at >= since).order_by(processes.c.process)))


def forget_process(tx: Transaction, process: str) -> None:
    tx.execute(sa.delete(processes).where(processes.c.process == process))
