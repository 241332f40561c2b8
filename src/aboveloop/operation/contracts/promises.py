"""The promises of a contract: types, values that are allowed, counts, and how soon rows come."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from aboveloop.operation.contracts.contract import (
    OPERATORS,
    Field,
    Limit,
    LogicalType,
    Metric,
    Quality,
    Severity,
    Timeliness,
)
from aboveloop.operation.contracts.troubles import Troubles
from aboveloop.operation.schema_rules import pattern_fault
from aboveloop.operation.yaml_text import NodePath

# What the standard's free word `classification` says of personal data, in the words that are in use.
PERSONAL = frozenset({"personal", "pii", "sensitive", "confidential", "restricted"})
WARNINGS = frozenset({"warning", "warn", "info", "low"})
UNITS = {
    **dict.fromkeys(("s", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
}
TIMELY = frozenset({"freshness", "fr", "latency", "la"})


def field_of(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> Field:
    """One column, with everything that is promised of it."""
    name = str(said["name"]) if said.get("name") else ""
    if not name:
        troubles.fault(at, "A property needs a `name`.")
    kind = said.get("logicalType")
    if kind is not None and kind not in get_args(LogicalType):
        troubles.warning((*at, "logicalType"), f"Values of type {kind} are not looked into here.")
        kind = None
    options = said.get("logicalTypeOptions") or {}
    pattern = options.get("pattern")
    return Field(
        name=name,
        physical=str(said.get("physicalName") or name),
        type=kind,
        required=bool(said.get("required")) or bool(said.get("primaryKey")),
        unique=bool(said.get("unique")),
        is_key=bool(said.get("primaryKey")),
        allowed=tuple(each.get("value") for each in said.get("enum") or ()),
        pattern=_usable(pattern, (*at, "logicalTypeOptions", "pattern"), troubles),
        shortest=options.get("minLength", options.get("minItems")),
        longest=options.get("maxLength", options.get("maxItems")),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        above=options.get("exclusiveMinimum"),
        below=options.get("exclusiveMaximum"),
        zone=_zone(options, at, troubles),
        has_offset=options.get("timezone") is True,
        is_personal=str(said.get("classification", "")).lower() in PERSONAL,
        refers_to=_reference(said, at, troubles),
        quality=tuple(qualities_of(said, at, troubles)),
        description=str(said.get("description") or said.get("businessName") or ""),
    )


def qualities_of(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> Iterator[Quality]:
    """The promises about counts under `quality`. What is meant for other engines is passed over with a warning."""
    for index, each in enumerate(said.get("quality") or ()):
        here = (*at, "quality", index)
        kind = each.get("type", "library")
        if kind == "text":
            continue
        metric = each.get("metric") or each.get("rule")
        if kind != "library" or metric not in get_args(Metric):
            troubles.warning(
                here, f"A quality rule of type {kind} is not run here: use one of {', '.join(get_args(Metric))}."
            )
            continue
        given = each.get("arguments") or {}
        severity: Severity = "warning" if str(each.get("severity", "")).lower() in WARNINGS else "error"
        valid = given.get("validValues")
        yield Quality(
            name=str(each.get("id") or each.get("name") or metric),
            metric=metric,
            limit=_limit(each, here, troubles),
            valid=tuple(valid) if isinstance(valid, list) else None,
            pattern=_usable(given.get("pattern"), (*here, "arguments", "pattern"), troubles),
            missing=tuple(given.get("missingValues") or ()),
            properties=tuple(given.get("properties") or ()),
            severity=severity,
            description=str(each.get("description") or ""),
        )
        if metric == "invalidValues" and valid is None and given.get("pattern") is None:
            troubles.fault(here, "`invalidValues` needs `validValues` or a `pattern` under `arguments`.")


def timeliness_of(said: Mapping[str, Any], troubles: Troubles) -> Iterator[tuple[str, Timeliness]]:
    """The promises under `slaProperties` that rows can show: by asset, how old the newest may be, how late each."""
    for index, each in enumerate(said.get("slaProperties") or ()):
        here: NodePath = ("slaProperties", index)
        if str(each["property"]).lower() not in TIMELY:
            continue
        element = str(each.get("element") or said.get("slaDefaultElement") or "")
        parts = [part.strip() for part in element.split(",")]
        within = _span(each, here, troubles)
        names = [part.partition(".") for part in parts]
        if len(parts) > 2 or any(not dot for _, dot, _ in names) or len({asset for asset, _, _ in names}) != 1:
            troubles.fault(here, "`element` names a column (`events.at`), or two of one asset, from and to.")
        elif within is not None:
            yield names[0][0], Timeliness(names[-1][2], within, names[0][2] if len(names) == 2 else "")


def _span(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> timedelta | None:
    unit, value = UNITS.get(str(said.get("unit", "")).lower()), said.get("value")
    if unit is None or isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        troubles.fault(at, "Say a positive `value` and a `unit` of s, m, h or d.")
        return None
    return timedelta(seconds=value * unit)


def _limit(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> Limit:
    operator = next((name for name in OPERATORS if name in said), "")
    if not operator:
        troubles.fault(at, f"Say what the count must be, by one of {', '.join(OPERATORS)}.")
        return Limit()
    value = said[operator]
    both = value if isinstance(value, list) else [value, value]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in both):
        troubles.fault((*at, operator), f"`{operator}` is a number.")
        return Limit()
    return Limit(operator, both[0], both[1], percent=str(said.get("unit", "")).lower() in ("percent", "%"))


def _usable(pattern: Any, at: NodePath, troubles: Troubles) -> str | None:
    if pattern is None:
        return None
    complaint = pattern_fault(str(pattern))
    if complaint:
        troubles.fault(at, complaint)
        return None
    return str(pattern)


def _zone(options: Mapping[str, Any], at: NodePath, troubles: Troubles) -> str:
    zone = str(options.get("defaultTimezone") or "UTC")
    try:
        ZoneInfo(zone)
    except (OSError, ValueError):
        troubles.fault((*at, "logicalTypeOptions", "defaultTimezone"), f"There is no time zone `{zone}`.")
        return "UTC"
    return zone


def _reference(said: Mapping[str, Any], at: NodePath, troubles: Troubles) -> str:
    for index, each in enumerate(said.get("relationships") or ()):
        to = each.get("to")
        if each.get("type", "foreignKey") != "foreignKey":
            continue
        if isinstance(to, str) and to.count(".") == 1 and "/" not in to:
            return to
        troubles.fault((*at, "relationships", index), "`to` names a column of an asset: `orders.order_id`.")
    return ""
