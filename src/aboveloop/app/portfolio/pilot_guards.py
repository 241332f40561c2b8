"""Two guards that every pilot has without asking: customers with one need meet one end, and they do not wait longer.

Both hold the last weeks of live cases of the charter's procedures against the weeks before, beyond chance.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from aboveloop.app.portfolio import store
from aboveloop.app.portfolio.store import Ended
from aboveloop.app.portfolio.worth import time_of
from aboveloop.kit.database import Reader
from aboveloop.measure.intervals import Interval, difference, interval
from aboveloop.operation.charters import Charter

SPAN = timedelta(days=28)
# Fewer cases in either span say nothing.
FEWEST = 20


@dataclass(frozen=True)
class PilotGuard:
    """`before` and `after` are None where too few cases have ended; `worse`: by more than chance."""

    name: str
    title: str
    before: Interval | None
    after: Interval | None
    worse: bool
    sentence: str


def pilot_guards(reader: Reader, charter: Charter, now: datetime) -> tuple[PilotGuard, PilotGuard]:
    """Consistency and speed of what the charter's procedures did."""
    return held_against(store.ended(reader, charter.procedures, now - 2 * SPAN), now)


def held_against(found: Sequence[Ended], now: datetime) -> tuple[PilotGuard, PilotGuard]:
    """The last weeks against those before, of cases that ended."""
    usual = _usual(found)
    spans = [[each for each in found if (each.opened_at >= now - SPAN) is is_late] for is_late in (False, True)]
    odd = [np.array([float(_end(each) != usual[each.intent]) for each in span]) for span in spans]
    waits = [np.array([(each.ended_at - each.opened_at).total_seconds() for each in span]) for span in spans]
    few = min(len(span) for span in spans) < FEWEST
    if few:
        said = f"That takes {FEWEST} ended cases in the last {SPAN.days} days and as many before; there are "
        said += f"{len(spans[1])} and {len(spans[0])}."
        return (
            PilotGuard("consistency", "One need, one end", None, None, False, said),
            PilotGuard("speed", "Nobody waits longer", None, None, False, said),
        )
    same, fast = (_held("share", odd), _held("median", waits))
    return (
        PilotGuard("consistency", "One need, one end", *same, _consistency(*same)),
        PilotGuard("speed", "Nobody waits longer", *fast, _speed(*fast)),
    )


def as_json(found: Sequence[PilotGuard]) -> list[dict[str, Any]]:
    return [
        {**vars(each), **{side: None if value is None else vars(value)
                          for side, value in (("before", each.before), ("after", each.after))}}
        for each in found
    ]  # fmt: skip


def _usual(found: Sequence[Ended]) -> dict[str, str]:
    """By need, how most of its cases end."""
    by_need: dict[str, Counter[str]] = {}
    for each in found:
        by_need.setdefault(each.intent, Counter())[_end(each)] += 1
    return {need: ends.most_common(1)[0][0] for need, ends in by_need.items()}


def _end(each: Ended) -> str:
    return f"{each.outcome}, {'by people' if each.by_people else 'by the worker'}"


def _held(statistic: Any, spans: Sequence[Any]) -> tuple[Interval, Interval, bool]:
    before, after = (interval(statistic, values) for values in spans)
    assert before is not None and after is not None, "both have cases"
    return before, after, difference(before, after).low > 0


def _consistency(before: Interval, after: Interval, worse: bool) -> str:
    said = (
        f"{after.value:.0%} of {after.rows} cases ended otherwise than most of their need; before, {before.value:.0%}."
    )
    return f"It has become less consistent by more than chance: {said}" if worse else said


def _speed(before: Interval, after: Interval, worse: bool) -> str:
    said = f"The middle case has ended after {time_of(after.value)}; before, after {time_of(before.value)}."
    return f"It has become slower by more than chance: {said}" if worse else said
