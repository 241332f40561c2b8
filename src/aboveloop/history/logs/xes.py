"""Logs in XES (IEEE 1849), also gzipped: traces of events with typed attributes."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aboveloop.history.logs.errors import LogUnreadable

CASE = "case:concept:name"
_VALUES = {"string", "date", "int", "float", "boolean", "id"}


def frame(path: Path) -> Any:
    """A polars LazyFrame, a row for each event: its attributes by key, and `case:KEY` for those of its trace.

    Raises LogUnreadable.
    """
    import polars  # noqa: PLC0415 - large, and wanted where logs are read alone

    columns: dict[str, list[str | None]] = {CASE: []}
    count = 0
    for event in events(path):
        for name, value in event.items():
            column = columns.setdefault(name, [])
            column.extend([None] * (count - len(column)))
            column.append(value)
        count += 1
    if not count:
        raise LogUnreadable(f"{path} holds no events.")
    filled = {name: values + [None] * (count - len(values)) for name, values in columns.items()}
    return polars.DataFrame(filled, schema=dict.fromkeys(filled, polars.String)).lazy()


def events(path: Path) -> Iterator[dict[str, str]]:
    """Every event with its attributes by key, and `case:KEY` for those of its trace; one trace is held at a time.

    Raises LogUnreadable.
    """
    import lxml.etree  # noqa: PLC0415 - large, and wanted for this kind of file alone

    is_packed = path.name.lower().endswith(".gz")
    try:
        with gzip.open(path) if is_packed else path.open("rb") as file:
            yield from _events(lxml.etree.iterparse(file, events=("end",), resolve_entities=False))
    except (lxml.etree.XMLSyntaxError, OSError, EOFError, zlib.error) as error:
        raise LogUnreadable(f"{path} is no XES, or breaks off: {error}.") from error


def _events(parsed: Any) -> Iterator[dict[str, str]]:
    traces = 0
    for _, element in parsed:
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] != "trace":
            continue
        traces += 1
        about = {CASE: f"trace {traces}"} | {f"case:{key}": value for key, value in _attributes(element).items()}
        for event in element.iterchildren():
            if isinstance(event.tag, str) and event.tag.rpartition("}")[2] == "event":
                yield about | _attributes(event)
        # What was read is let go of, with the empty places that it leaves before it.
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _attributes(element: Any) -> dict[str, str]:
    return {
        each.get("key"): each.get("value")
        for each in element.iterchildren()
        if isinstance(each.tag, str) and each.tag.rpartition("}")[2] in _VALUES and each.get("key")
    }
