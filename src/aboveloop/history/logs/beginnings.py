"""What is known of a case when it begins: the other columns of its first row, or the attributes of its first event."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aboveloop.history.logs.columns import NOTHING
from aboveloop.history.logs.log import Columns
from aboveloop.history.logs.opening import Source

Values = tuple[str | None, ...]
# Columns that are written when a case ends although they stand in each of its rows, or count what happened since.
LATER = re.compile(
    r"clos|resolv|solved|complet|finish|end_?(time|date)|made_?sla|count|overspent|declared|variant|_\d+$|updated|modified|satisf|rating",
    re.IGNORECASE,
)
# More kinds than these are names, not kinds, unless they are numbers.
KINDS = 200


@dataclass(frozen=True)
class Beginnings:
    """`facts[name][case]` in the order of `cases`; `left_out` are columns that tell of later, or tell nothing."""

    cases: tuple[str, ...]
    facts: Mapping[str, Values] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def beginnings(source: Source, columns: Columns) -> Beginnings:
    """What each case of a source begins with, by its first row in the order of the source."""
    import polars  # noqa: PLC0415 - large, and wanted where a log is read alone

    case = columns.case
    firsts = (
        source.frame.select(polars.all().cast(polars.String, strict=False))
        .filter(polars.col(case).is_not_null())
        .group_by(case, maintain_order=True)
        .first()
        .collect()
    )
    cases = tuple(firsts[case].to_list())
    if source.ours:
        return Beginnings(cases, _of_attributes(firsts))
    used = {name for name in vars(columns).values() if name is not None}
    facts, left_out = {}, []
    for name in firsts.columns:
        if name in used or any(firsts[name].equals(firsts[other], null_equal=True) for other in used):
            continue
        values = tuple(None if each is None or each.strip().lower() in NOTHING else each for each in firsts[name])
        if LATER.search(name) or not _tells(values):
            left_out.append(name)
        else:
            facts[name] = values
    return Beginnings(cases, facts, tuple(left_out))


def _of_attributes(firsts: object) -> dict[str, Values]:
    """Of our own event model: the channel, and what the first event says of itself in a word or a number."""
    columns = getattr(firsts, "columns", [])
    found: dict[str, Values] = {}
    if "channel" in columns:
        found["channel"] = tuple(firsts["channel"].to_list())  # type: ignore[index]
    if "attributes" in columns:
        told = [json.loads(each or "{}") for each in firsts["attributes"]]  # type: ignore[index]
        for name in sorted({key for each in told for key in each} - {"text"}):
            values = tuple(_plain(each.get(name)) for each in told)
            if _tells(values):
                found[name] = values
    return {name: values for name, values in found.items() if _tells(values)}


def _plain(value: object) -> str | None:
    return str(value) if isinstance(value, str | int | float | bool) else None


def _tells(values: Sequence[str | None]) -> bool:
    """Whether it says different things of different cases, and the same of some."""
    kinds = {each for each in values if each is not None}
    return len(kinds) > 1 and (len(kinds) <= KINDS or are_numbers(values))


def are_numbers(values: Sequence[str | None]) -> bool:
    """Whether nearly all that is said are numbers."""
    said = [each for each in values if each is not None][:2_000]
    return bool(said) and sum(_is_number(each) for each in said) >= 0.95 * len(said)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+([.,]\d+)?([eE][-+]?\d+)?", text.strip()) is not None
