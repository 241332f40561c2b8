"""What events say beyond who, what and when: fields with their values, texts, and the system in which each was told."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aboveloop.history.logs.coding import coded
from aboveloop.history.logs.columns import NOTHING
from aboveloop.history.logs.log import UNKNOWN, Coded, Log
from aboveloop.history.logs.opening import Source
from aboveloop.history.states import plain

_TEXT = re.compile(r"text|message|body|comments?|description|note|plainbody|content|testo|nachricht")
_SYSTEM = re.compile(r"(source)?system|application|app|tool|program|software|channel|kanal|canale")
_WHO = re.compile(
    r"orgresource|resource|user|username|who|employee|operator|performer|updatedby|sysupdatedby|changedby|actor|agent"
)


@dataclass(frozen=True)
class Tellings:
    """Columns beside those of a log, a place for each of its rows; UNKNOWN where an event says nothing."""

    fields: Mapping[str, Coded] = field(default_factory=dict)
    text: Coded | None = None
    system: Coded | None = None
    who: Coded | None = None


def tellings(source: Source, log: Log) -> Tellings:
    """What the events of a log that was read from this source say besides."""
    import polars  # noqa: PLC0415 - large, and wanted where a log is read alone

    used = {name for name in vars(log.columns).values() if name is not None} - {log.columns.resource}
    frame = source.frame.select((~polars.selectors.nested()).cast(polars.String, strict=False)).collect()
    if log.source_rows is not None:
        frame = frame[log.source_rows]
    if source.ours:
        return _of_our_own(frame)
    columns = {name: coded(frame[name]) for name in frame.columns if name not in used}
    words = {name: re.sub(r"[^a-z]", "", plain(name)) for name in columns}

    def called(pattern: re.Pattern[str]) -> str | None:
        return next((name for name, word in words.items() if pattern.fullmatch(word)), None)

    text, system, who = called(_TEXT), called(_SYSTEM), log.columns.resource or called(_WHO)
    beside = {name: column for name, column in columns.items() if name not in (text, system, who)}
    found = [None if name is None else columns[name] for name in (text, system, who)]
    return Tellings(beside, *found)


def _of_our_own(frame: Any) -> Tellings:
    def column(name: str) -> Coded | None:
        return coded(frame[name]) if name in frame.columns else None

    said = column("attributes")
    told = [] if said is None else [_fields(text) for text in said.names]
    names = sorted({name for each in told for name in each})
    codes = np.zeros(0, dtype=np.uint8) if said is None else said.codes
    fields = {name: of_values([each.get(name) for each in told], codes) for name in names}
    text = fields.pop("text", None)
    return Tellings(fields, text, column("channel"), column("who"))


def _fields(attributes: str) -> dict[str, str]:
    """Words and numbers of an event; of a change of a field, the field with its new value."""
    read = json.loads(attributes) if attributes.startswith("{") else {}
    values = {name: str(value) for name, value in read.items() if isinstance(value, str | int | float)}
    changed, now = values.get("field"), values.get("to", values.get("value"))
    if changed and now is not None:
        values = {name: value for name, value in values.items() if name not in ("field", "to", "value", "from")}
        values[changed] = now
    return values


def of_values(values: Sequence[str | None], codes: Any) -> Coded:
    """The column of which `values[code]` is told at each of these codes."""
    said = [UNKNOWN if each is None or each.strip().lower() in NOTHING else each for each in values]
    names = sorted({UNKNOWN, *said})
    place = {name: number for number, name in enumerate(names)}
    table = np.array([place[each] for each in said], dtype=np.min_scalar_type(len(names)))
    return Coded(table[codes] if len(table) else codes, tuple(names))
