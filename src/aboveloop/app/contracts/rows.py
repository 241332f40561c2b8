"""The rows of an asset, fetched in batches from where its contract says: a read, a table, or a file."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from aboveloop.connect.errors import RecordMissing, SystemMisdescribed, SystemRefused, SystemUnavailable
from aboveloop.connect.systems.surroundings import Surroundings
from aboveloop.connect.systems.systems import Systems
from aboveloop.connect.systems.tables import TablePage
from aboveloop.history.contracts.errors import RowsUnreadable
from aboveloop.history.contracts.files import rows_of_file
from aboveloop.kit.errors import PermanentError
from aboveloop.operation.contracts.contract import Asset, Source

Rows = Sequence[Mapping[str, Any]]
# What it means that a source gives no rows now; anything else is a fault of ours.
TROUBLES = (SystemUnavailable, SystemRefused, SystemMisdescribed, RecordMissing, RowsUnreadable, OSError)


class NoRows(PermanentError):
    """A source gives no rows now: that says nothing of their quality."""


def rows_of(systems: Systems, home: Path, asset: Asset) -> Iterator[Rows]:
    """The rows in batches. Raises NoRows with the reason where they cannot be had now."""
    source = asset.source
    if source is None:
        raise NoRows(f"The contract does not say where the rows of {asset.name} come from.")
    try:
        if source.file:
            file = Surroundings(home).fill(source.file, what=f"The source of {asset.name}")
            yield from rows_of_file(home / file, asset)
        elif source.table:
            yield from _of_table(systems, asset, source)
        else:
            yield from _of_read(systems, asset, source)
    except TROUBLES as error:
        raise NoRows(str(error)) from error


def listed(answer: Any, way: str) -> Rows:
    """The rows at `way` (`result.events`) in the answer of a read; a single record is one row.

    Raises SystemMisdescribed where there are none.
    """
    found = answer
    for name in filter(None, way.split(".")):
        if not isinstance(found, Mapping) or name not in found:
            raise SystemMisdescribed(f"The answer has nothing at `{way}`: mend `rows` in the contract.")
        found = found[name]
    if isinstance(found, Mapping):
        return [found]
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise SystemMisdescribed(f"What the answer has at `{way or 'its top'}` is no list of records: mend `rows`.")
    return found


def _of_read(systems: Systems, asset: Asset, source: Source) -> Iterator[Rows]:
    arguments = dict(source.arguments or {})
    last: Any = arguments.get(source.after)
    while True:
        rows = listed(systems.read_unnoticed(source.read, arguments), source.rows)
        if rows:
            yield rows
        if not source.after or len(rows) < source.page:
            return
        before, last = last, rows[-1].get(asset.keys[0].name)
        if last is None or last == before:
            raise SystemMisdescribed(f"{source.read} does not go on behind {before!r}: mend `after` in the contract.")
        arguments[source.after] = last


def _of_table(systems: Systems, asset: Asset, source: Source) -> Iterator[Rows]:
    key = asset.keys[0]
    columns = {field.name: field.physical for field in asset.fields}
    after: Any = None
    while True:
        page = TablePage(source.table.partition(".")[2], columns, key.name, after, source.page)
        rows = systems.page(source.system, page)
        if rows:
            yield rows
        if len(rows) < source.page:
            return
        after = rows[-1][key.name]
