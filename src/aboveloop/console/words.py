"""How pages say things: instants, ages, money, owners, lanes and people, in words."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from aboveloop.kit.clock import iso
from aboveloop.kit.money import Money
from aboveloop.operation.expressions import instant_of

CODE = re.compile(r"`([^`]+)`")
OWNERS: Mapping[str, str] = {
    "worker": "AI worker",
    "waiting_on_customer": "waits for the customer",
    "waiting_on_person": "waits for a person",
    "waiting_on_time": "waits for a time",
    "person": "with a person",
    "resolved": "ended",
    "reopened": "reopened",
}
LANES: Mapping[str, str] = {
    "allowed": "allowed",
    "reviewed": "reviewed by a person",
    "prohibited": "prohibited",
    "": "not recorded",
}
ACTS: Mapping[str, str] = {
    "take_over": "Take over",
    "hand_back": "Hand back to the worker",
    "end_resolved": "End: resolved",
}
PHASES: Mapping[str, str] = {
    "demand": "Demand",
    "service": "Service",
    "resolution": "Resolution",
    "follow_up": "Follow-up",
}
STAGES: Mapping[str, str] = {
    "sensed": "Sensed",
    "routed": "Routed",
    "checked": "Checked before it was trusted",
    "outcome": "What came of it",
}
HANDS: Mapping[str, str] = {
    "ai": "AI worker",
    "waiting": "nobody: waits",
    "human": "a person",
    "returned": "AI worker, given back",
    "ended": "ended",
}
# Of one case on its page; what came earlier stands in the timeline.
EPISODES = 30
GROUPS: Mapping[str, str] = {
    "reads": "every read",
    "writes": "every write",
    "generic": "everything that touches no record",
    "touches_customer": "whatever touches a customer",
    "touches_money": "whatever touches money",
    "touches_sensitive": "whatever is sensitive",
}
STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"))
# "30 h" tells more than "1 d": a larger unit only from two of it on.
AT_LEAST = 2


def when(instant: datetime | str, zone: str) -> Markup:
    """The instant in the operation's time zone; the UTC instant shows when pointed at."""
    moment = instant_of(instant) if isinstance(instant, str) else instant
    local = moment.astimezone(ZoneInfo(zone))
    return _time(moment, f"{local.day} {local:%b %Y, %H:%M}")


def clock(instant: datetime, zone: str) -> str:
    """The time of day alone, to the second: things of one moment stand together."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def age(instant: datetime, now: datetime) -> Markup:
    """How long ago, in the largest fitting unit."""
    return _time(instant, span(now - instant))


def until(instant: datetime, now: datetime) -> Markup:
    """How long it is until then."""
    return _time(instant, f"in {span(instant - now)}" if instant > now else "now")


def coded(text: str) -> Markup:
    """A sentence whose commands stand between backticks, as HTML."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def spaced(name: object) -> str:
    """`cancel_order` as "cancel order"."""
    return str(name).replace("_", " ")


def percent(share: float | None) -> str:
    """0.714 as "71 %"; a dash before anything can be counted."""
    return "–" if share is None else f"{share * 100:.0f} %"


def shown(value: Any) -> str:
    """A value of an argument or fact as people read it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{spaced(name)}: {shown(each)}" for name, each in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value) or "none"
    return str(value) or "empty"


def valued(name: str, value: Any, currency: str) -> str:
    """A named value; what is named in cents is money, shown as such with the number beside it."""
    if name.endswith("_cents") and isinstance(value, int) and not isinstance(value, bool):
        return f"{Money(value, currency)} ({value})"
    return shown(value)


def actor(name: str, people: Mapping[str, str]) -> str:
    """`person:priya` as her name, `worker:cancel_order` as an AI worker, `customer:...` as the customer."""
    kind, _, who = name.partition(":")
    match kind:
        case "person":
            return people.get(who, who)
        case "worker":
            return f"AI worker ({spaced(who)})"
        case "customer":
            return "Customer"
        case "account":
            return f"{who}, at the machine"
        case _:
            return "The house"


def span(length: timedelta | None) -> str:
    """A length of time in the largest fitting unit; a dash where there is none."""
    if length is None:
        return "–"
    seconds = max(int(length.total_seconds()), 0)
    for size, unit in STEPS:
        if seconds >= AT_LEAST * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _time(instant: datetime, text: str) -> Markup:
    # Both are made here of digits and words, so nothing in them has to be escaped: a page shows a hundred of them.
    told = iso(instant)
    return Markup(f'<time datetime="{told}" title="{told}">{text}</time>')
