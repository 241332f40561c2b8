"""Exports in JSON that are larger than memory."""

from collections.abc import Iterator
from typing import IO, Any

from aboveloop.connect.exports.records import ExportUnreadable
from aboveloop.kit import json_stream


def members(file: IO[str], name: str) -> Iterator[tuple[str, Any]]:
    """(list, member) of an object of lists; ("", member) of a list or of one object a line. Raises ExportUnreadable."""
    try:
        yield from json_stream.members(file, name)
    except json_stream.JsonBroken as error:
        raise ExportUnreadable(str(error)) from error
