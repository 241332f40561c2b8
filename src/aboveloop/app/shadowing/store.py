"""Runs beside people, their cases and the verdicts on them as rows, with every query on them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

runs = sa.Table(
    "shadow_runs",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("history", sa.String, nullable=False),
    sa.Column("operation", sa.String(64), nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
shadow_cases = sa.Table(
    "shadow_cases",
    metadata,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    # What people and worker did, without any of the customer's words: those stay in the history.
    sa.Column("body", sa.JSON, nullable=False),
)
verdicts = sa.Table(
    "shadow_verdicts",
    metadata,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("case_id", sa.String, primary_key=True),
    # worker | person | both | neither
    sa.Column("right", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("because", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
_r, _c, _v = runs.c, shadow_cases.c, verdicts.c


def add_run(tx: Transaction, values: Mapping[str, Any], bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """A run and all its cases, in their order."""
    tx.execute(sa.insert(runs), dict(values))
    rows = [
        {"run": values["id"], "case_id": case_id, "position": position, "body": dict(body)}
        for position, (case_id, body) in enumerate(bodies)
    ]
    for row in rows:
        tx.execute(sa.insert(shadow_cases), row)


def every_run(reader: Reader) -> list[Row[Any]]:
    """The newest first."""
    return list(reader.all(sa.select(runs).order_by(_r.at.desc(), _r.id.desc())))


def run(reader: Reader, run_id: str) -> Row[Any] | None:
    return reader.first(sa.select(runs).where(_r.id == run_id))


def cases_of(reader: Reader, run_id: str) -> list[Row[Any]]:
    return list(reader.all(sa.select(shadow_cases).where(_c.run == run_id).order_by(_c.position)))


def verdicts_of(reader: Reader, run_id: str) -> list[Row[Any]]:
    return list(reader.all(sa.select(verdicts).where(_v.run == run_id).order_by(_v.at, _v.case_id)))


def keep_verdict(tx: Transaction, values: Mapping[str, Any]) -> None:
    """What was said before of the same case of the run counts no more."""
    tx.put(verdicts, values)
