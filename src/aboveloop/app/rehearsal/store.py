"""Records changed under a worker's hands: the one statement with which a scenario plays somebody else."""

from pathlib import Path

import sqlalchemy as sa

from aboveloop.operation.models import RecordChange


def change_record(database: Path, change: RecordChange) -> int:
    """Set columns of the row named by `change.id` in an SQLite file, by the table's key. Returns how many changed."""
    engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.NullPool)
    keys = sa.inspect(engine).get_pk_constraint(change.table)["constrained_columns"] or ["id"]
    table = sa.table(change.table, sa.column(keys[0]), *(sa.column(name) for name in change.set))
    with engine.begin() as connection:
        statement = sa.update(table).where(table.c[keys[0]] == change.id).values(dict(change.set))
        return int(connection.execute(statement).rowcount)
