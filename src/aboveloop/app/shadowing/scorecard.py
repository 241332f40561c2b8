"""The would-have scorecard: what a worker would have taken over from people, how far it agrees, how much sooner."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aboveloop.app.shadowing.comparing import ASPECTS, Compared
from aboveloop.improve.verdicts import Verdict
from aboveloop.measure.agreement import agreement
from aboveloop.understand.evaluation import Rate


@dataclass(frozen=True)
class Costs:
    """What a minute of people costs in minor units of money, and how many minutes they take for each thing they write.

    Nothing is guessed: without both, no costs are told.
    """

    minute: float
    minutes_a_touch: float


def scorecard(
    compared: Sequence[Compared], verdicts: Sequence[Verdict] = (), costs: Costs | None = None
) -> dict[str, Any]:
    """The whole of it, with every kind of case by itself; intervals are Wilson's at 95 %."""
    by_kind: defaultdict[str, list[Compared]] = defaultdict(list)
    for each in compared:
        by_kind[each.past.reason or "not noted"].append(each)
    return {
        **_told(compared, costs),
        "kinds": {kind: _told(cases, costs) for kind, cases in sorted(by_kind.items())},
        "differing": sum(each.differs for each in compared),
        "verdicts": _verdicts(verdicts),
    }


def _told(compared: Sequence[Compared], costs: Costs | None) -> dict[str, Any]:
    return {
        "cases": len(compared),
        "agreement": {
            aspect: rate_json(agreement([each.pairs[aspect] for each in compared if aspect in each.pairs]).rate)
            for aspect in ASPECTS
        },
        "would_have": {
            "ended_alone": _share(compared, lambda each: not each.worked.needs_person),
            "asked_approval": _share(compared, _asks_approval),
            "handed_over": _share(compared, lambda each: each.worked.needs_person and not _asks_approval(each)),
        },
        "seconds": {
            "people_first_reply": _median(each.past.first_reply for each in compared),
            "people_solved": _median(each.past.solved for each in compared),
            "worker": _median(each.worked.seconds for each in compared),
        },
        "touches": sum(each.past.touches for each in compared),
        "touches_left": sum(each.past.touches if each.worked.needs_person else 0 for each in compared),
        "cost": None if costs is None else _cost(compared, costs),
    }


def _asks_approval(each: Compared) -> bool:
    return any(would.lane == "reviewed" for would in each.worked.would)


def _cost(compared: Sequence[Compared], costs: Costs) -> dict[str, float]:
    """What people wrote, at their price; a case in which a person is still needed costs what it did."""
    touch = costs.minute * costs.minutes_a_touch
    left = sum(each.past.touches for each in compared if each.worked.needs_person)
    return {"people": touch * sum(each.past.touches for each in compared), "with_worker": touch * left}


def _share(compared: Sequence[Compared], holds: Callable[[Compared], bool]) -> dict[str, Any]:
    return rate_json(Rate.of_counts(sum(holds(each) for each in compared), len(compared)))


def _verdicts(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What people said of the cases in which the two differ. `worker_right` counts who judged for it, or for both."""
    counts = {kind: sum(each.right == kind for each in verdicts) for kind in ("worker", "person", "both", "neither")}
    for_worker = counts["worker"] + counts["both"]
    return {**counts, "judged": len(verdicts), "worker_right": rate_json(Rate.of_counts(for_worker, len(verdicts)))}


def rate_json(rate: Rate) -> dict[str, Any]:
    interval = None if rate.low is None else [rate.low, rate.high]
    return {"share": rate.share, "interval": interval, "hits": rate.hits, "n": rate.of}


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
