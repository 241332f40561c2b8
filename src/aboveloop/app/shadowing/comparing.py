"""What a worker would have done, held against what people did, case by case: need, route, action, outcome."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aboveloop.app.shadowing.beside import Worked
from aboveloop.app.shadowing.past import Past
from aboveloop.measure.agreement import Pair

Aspect = Literal["intent", "route", "action", "outcome"]
ASPECTS: tuple[Aspect, ...] = ("intent", "route", "action", "outcome")
NOTHING_DONE = "none"
RESOLVED, REFUSED = "resolved", "refused"
ACTED, TOLD, HANDED_OVER = "acted", "told", "handed_over"


@dataclass(frozen=True)
class Compared:
    """One case. `pairs` holds an aspect only where people left a trace of it."""

    past: Past
    worked: Worked
    pairs: Mapping[Aspect, Pair]

    @property
    def differs(self) -> bool:
        return any(not pair.agrees for pair in self.pairs.values())


def compare(done: Sequence[tuple[Past, Worked]]) -> list[Compared]:
    """Every case with its pairs. A desk that never notes actions is not held to them."""
    notes_actions = any(past.action for past, _ in done)
    routes = _Routes(done)
    found = []
    for past, worked in done:
        pairs: dict[Aspect, Pair] = {}
        if past.reason:
            pairs["intent"] = Pair(past.reason, worked.intent or NOTHING_DONE)
        route = routes.of(past, worked)
        if past.team and route:
            pairs["route"] = Pair(past.team, route)
        if past.ended:
            pairs["outcome"] = Pair(past.ended, _end(worked))
        elif notes_actions:
            pairs["action"] = Pair(past.action or NOTHING_DONE, worked.action or NOTHING_DONE)
            pairs["outcome"] = Pair(ACTED if past.action else TOLD, _outcome(worked))
        found.append(Compared(past, worked, pairs))
    return found


def _outcome(worked: Worked) -> str:
    if worked.action:
        return ACTED
    return TOLD if worked.ended else HANDED_OVER


def _end(worked: Worked) -> str:
    """How the worker would have ended it, in the house's own words."""
    if worked.action:
        return RESOLVED
    return worked.ended or (REFUSED if worked.would else HANDED_OVER)


class _Routes:
    """The team to which people bring what the worker reads as one need, told by all other cases of that need.

    A house has no teams of the desk's names, so this is how its reading would have routed the case there.
    """

    def __init__(self, done: Sequence[tuple[Past, Worked]]) -> None:
        self._teams: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for past, _ in done:
            if past.team and past.reason:
                self._teams[past.reason][past.team] += 1

    def of(self, past: Past, worked: Worked) -> str:
        """The team, "" where no other case tells."""
        teams = Counter(self._teams[worked.intent])
        if worked.intent == past.reason:
            teams[past.team] -= 1
        known = [(times, team) for team, times in teams.items() if times > 0]
        return max(known)[1] if known else ""
