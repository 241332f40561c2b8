"""Tables of an SQL system, page by page in the order of a key: for checks that look at every row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa


@dataclass(frozen=True)
class TablePage:
    """The next `limit` rows behind the key `after`, in its order. `columns`: by the name that rows have, that in the
    table, which may be `schema.table`; `key` is one of these names. Rows without a key come first."""

    table: str
    columns: Mapping[str, str]
    key: str
    after: Any
    limit: int

    def statement(self) -> sa.Select[Any]:
        """The query; names are quoted, values bound."""
        schema, _, name = self.table.rpartition(".")
        table = sa.table(name, *(sa.column(each) for each in self.columns.values()), schema=schema or None)
        key = table.c[self.columns[self.key]]
        found = sa.select(*(table.c[physical].label(name) for name, physical in self.columns.items()))
        if self.after is not None:
            found = found.where(key > self.after)
        return found.order_by(key.nulls_first()).limit(self.limit)


def as_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are; what only a database has becomes text."""
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
