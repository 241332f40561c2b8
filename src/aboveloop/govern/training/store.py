"""Courses that people passed, as rows, with every query on them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from aboveloop.kit.database import Instant, Reader, Transaction, metadata

_Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")

# One row for each time that somebody answered all questions of a course right.
passes = sa.Table(
    "course_passes",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
    sa.Column("course", sa.String, nullable=False),
    sa.Column("person_id", sa.String, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_course_passes_course", "course", "person_id"),
)
_p = passes.c


def insert_pass(tx: Transaction, values: Mapping[str, object]) -> None:
    tx.execute(sa.insert(passes), values)


def latest(reader: Reader) -> dict[tuple[str, str], datetime]:
    """By course and person, when they passed last."""
    rows = reader.all(sa.select(passes).order_by(_p.id))
    return {(row.course, row.person_id): row.at for row in rows}
