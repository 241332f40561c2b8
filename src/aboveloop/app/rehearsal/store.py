"""Records changed under a worker's hands: the one statement with which a scenario plays somebody else. And what a load
test asks: who was answered, and how long it took."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from aboveloop.journey.store import cases, messages
from aboveloop.kit.database import Reader
from aboveloop.operation.scenario_models import RecordChange

_m, _c = messages.c, cases.c
# As many values as every database takes in one list.
AT_ONCE = 500


def change_record(database: Path, change: RecordChange) -> int:
    """Set columns of the row named by `change.id` in an SQLite file, by the table's key. Returns how many changed."""
    engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.NullPool)
    keys = sa.inspect(engine).get_pk_constraint(change.table)["constrained_columns"] or ["id"]
    table = sa.table(change.table, sa.column(keys[0]), *(sa.column(name) for name in change.set))
    with engine.begin() as connection:
        statement = sa.update(table).where(table.c[keys[0]] == change.id).values(dict(change.set))
        return int(connection.execute(statement).rowcount)


# A worker leaves alone what was written to people: it waits for them, and is neither handled nor forgotten.
_WITH_PEOPLE = sa.and_(_c.handed_over_at.is_not(None), _c.owner.in_(("waiting_on_person", "person")))
_SETTLED = sa.or_(_m.handled_at.is_not(None), _WITH_PEOPLE)


def handled(reader: Reader, ids: Sequence[str]) -> set[str]:
    """Which of these messages were handled, or are with people."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        asked = (
            sa.select(_m.id).join(cases, _c.id == _m.case_id).where(_m.id.in_(ids[start : start + AT_ONCE]), _SETTLED)
        )
        found |= {row.id for row in reader.all(asked)}
    return found


def handling_seconds(reader: Reader) -> list[float]:
    """Of every message of a customer that was handled, how long that took."""
    found = sa.select(_m.at, _m.handled_at).where(_m.direction == "in", _m.handled_at.is_not(None))
    return [(row.handled_at - row.at).total_seconds() for row in reader.all(found)]


def count_inbound(reader: Reader) -> tuple[int, int]:
    """How many messages of customers the house holds, and how many of them nobody has handled or was given."""
    inbound = (
        sa.select(sa.func.count()).select_from(messages.join(cases, _c.id == _m.case_id)).where(_m.direction == "in")
    )
    return int(reader.value(inbound) or 0), int(reader.value(inbound.where(~_SETTLED)) or 0)
