"""Releases and deployments as rows, with every query on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from aboveloop.kit.database import Instant, Reader, Transaction, metadata
from aboveloop.kit.prepared import Prepared

# On SQLite only INTEGER makes the primary key the row's own number.
_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),
    sa.Column("operation", sa.String, nullable=False),
    sa.Column("created_by", sa.String, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
)

release_files = sa.Table(
    "release_files",
    metadata,
    sa.Column("digest", sa.String(64), sa.ForeignKey("releases.digest"), primary_key=True),
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)

# One row for each change of what is deployed; the last one holds. `previous` is the row that a rollback returns to.
deployments = sa.Table(
    "deployments",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("digest", sa.String(64), sa.ForeignKey("releases.digest"), nullable=False),
    sa.Column("deployed_by", sa.String, nullable=False),
    sa.Column("deployed_at", Instant, nullable=False),
    sa.Column("previous", _Number),
)

# What stands beside production: one row for each change. The last one of an environment holds; no digest means nothing.
placements = sa.Table(
    "release_placements",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("environment", sa.String, nullable=False),
    sa.Column("digest", sa.String(64), sa.ForeignKey("releases.digest")),
    # Of a hundred customers.
    sa.Column("share", sa.Integer, nullable=False),
    sa.Column("placed_by", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("placed_at", Instant, nullable=False),
    sa.Index("ix_release_placements_environment", "environment", "id"),
)


class StoredRelease(NamedTuple):
    """A release as it lies in the table."""

    digest: str
    number: int
    operation: str
    created_by: str
    note: str
    created_at: datetime


class StoredDeployment(NamedTuple):
    """A deployment as it lies in the table."""

    id: int
    digest: str
    deployed_by: str
    deployed_at: datetime
    previous: int | None


class StoredPlacement(NamedTuple):
    """A placement as it lies in the table."""

    id: int
    environment: str
    digest: str | None
    share: int
    placed_by: str
    because: str
    placed_at: datetime


def lock(tx: Transaction) -> None:
    """Let one writer at a time number releases and change what is deployed. SQLite's writers queue anyway."""
    if tx.is_postgres:
        tx.execute(sa.text("LOCK TABLE releases IN SHARE ROW EXCLUSIVE MODE"))


def insert_release(tx: Transaction, release: StoredRelease, files: Mapping[str, str]) -> None:
    tx.execute(releases.insert(), release._asdict())
    tx.execute(
        release_files.insert(), [{"digest": release.digest, "path": path, "text": text} for path, text in files.items()]
    )


def next_number(reader: Reader) -> int:
    highest = reader.value(sa.select(sa.func.max(releases.c.number)))
    return 1 if highest is None else int(highest) + 1


def release_by_digest(reader: Reader, digest: str) -> StoredRelease | None:
    return _one_release(reader, releases.c.digest == digest)


def release_by_number(reader: Reader, number: int) -> StoredRelease | None:
    return _one_release(reader, releases.c.number == number)


def releases_beginning(reader: Reader, beginning: str) -> list[StoredRelease]:
    """At most two releases whose digest begins so: enough to tell whether the beginning names one."""
    query = sa.select(releases).where(releases.c.digest.startswith(beginning, autoescape=True)).limit(2)
    return [StoredRelease._make(row) for row in reader.all(query)]


def all_releases(reader: Reader) -> list[StoredRelease]:
    """The newest first."""
    return [StoredRelease._make(row) for row in reader.all(sa.select(releases).order_by(releases.c.number.desc()))]


def files_of_release(reader: Reader, digest: str) -> dict[str, str]:
    query = sa.select(release_files.c.path, release_files.c.text).where(release_files.c.digest == digest)
    return {row.path: row.text for row in reader.all(query)}


def texts_at(reader: Reader, path: str) -> dict[str, str]:
    """By release, the text of one file; releases without it are not there."""
    query = sa.select(release_files.c.digest, release_files.c.text).where(release_files.c.path == path)
    return {row.digest: row.text for row in reader.all(query)}


def insert_deployment(tx: Transaction, *, digest: str, by: str, at: datetime, previous: int | None) -> None:
    values = {"digest": digest, "deployed_by": by, "deployed_at": at, "previous": previous}
    tx.execute(deployments.insert(), values)


# Asked for every new case: built once.
_LAST_DEPLOYMENT = Prepared(sa.select(deployments).order_by(deployments.c.id.desc()).limit(1))


def last_deployment(reader: Reader) -> StoredDeployment | None:
    rows = reader.all(_LAST_DEPLOYMENT)
    return _deployments(rows)[0] if rows else None


def deployment(reader: Reader, id_: int) -> StoredDeployment | None:
    rows = reader.all(sa.select(deployments).where(deployments.c.id == id_))
    return _deployments(rows)[0] if rows else None


def all_deployments(reader: Reader) -> list[StoredDeployment]:
    """The newest first."""
    return _deployments(reader.all(sa.select(deployments).order_by(deployments.c.id.desc())))


def insert_placement(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(placements.insert(), values)


# Asked for every new case: built once.
_LAST_PLACEMENT = Prepared(
    sa.select(placements)
    .where(placements.c.environment == sa.bindparam("environment"))
    .order_by(placements.c.id.desc())
    .limit(1)
)


def last_placement(reader: Reader, environment: str) -> StoredPlacement | None:
    row = reader.first(_LAST_PLACEMENT, {"environment": environment})
    return None if row is None else StoredPlacement._make(row)


def all_placements(reader: Reader) -> list[StoredPlacement]:
    """The newest first."""
    return [StoredPlacement._make(row) for row in reader.all(sa.select(placements).order_by(placements.c.id.desc()))]


def _one_release(reader: Reader, condition: sa.ColumnElement[bool]) -> StoredRelease | None:
    row = reader.first(sa.select(releases).where(condition))
    return None if row is None else StoredRelease._make(row)


def _deployments(rows: Sequence[sa.Row[Any]]) -> list[StoredDeployment]:
    return [StoredDeployment._make(row) for row in rows]
