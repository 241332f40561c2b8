"""An opportunity: what could be better, where, what it costs today, and on which evidence that stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aboveloop.discover.findings.assumptions import Assumptions
from aboveloop.discover.findings.chance import Estimate
from aboveloop.discover.findings.prefilter import Prefilter
from aboveloop.history.logs.log import Numbers


@dataclass(frozen=True)
class Opportunity:
    """`pattern` and `place` say what and where; `of` cases could have it and `cases` have it.

    `touch_hours` are hours of people's work that could be saved, `elapsed_hours` how much longer a case with it takes
    than its peers (None where no case is comparable). `likely` is how likely chance alone makes as much. `needs` says
    what would have to be true.
    """

    pattern: str
    place: str
    cases: int
    of: int
    share: Estimate
    touch_hours: Estimate
    elapsed_hours: Estimate | None
    likely: float
    examples: tuple[int, ...]
    why: str
    needs: str
    detail: tuple[str, ...] = field(default=())
    # The cases that it is about, by their places; None for every case.
    inside: Numbers | None = field(default=None, compare=False, repr=False)
    prefilter: Prefilter | None = None

    def as_json(self, names: dict[int, str], assumed: Assumptions) -> dict[str, Any]:
        return {
            "pattern": self.pattern,
            "place": self.place,
            "cases": self.cases,
            "of_cases": self.of,
            "share": self.share.as_json(),
            "touch_hours": self.touch_hours.as_json(),
            "money": self.touch_hours.times(assumed.cost).as_json(),
            "extra_hours_of_a_case": None if self.elapsed_hours is None else self.elapsed_hours.as_json(),
            "chance": self.likely,
            "examples": [names[each] for each in self.examples],
            "why": self.why,
            "needs": self.needs,
            "detail": list(self.detail),
            "prefilter": None if self.prefilter is None else self.prefilter.as_json(),
        }


def won(spread: Estimate, of: int) -> Estimate:
    """How many of so many go the same way beyond those that do not: who takes all of them up and gives back those that
    go otherwise loses with each of these what one of the others saves. What is hardly claimed is hardly worth it."""
    low, value, high = (max(0.0, 2 * each - 1) * of for each in (spread.low, spread.value, spread.high))
    return Estimate(value, low, high)


def ranked(found: list[Opportunity]) -> list[Opportunity]:
    """What surely costs the most first: by the lower bound of the hours."""
    return sorted(found, key=lambda each: (-each.touch_hours.low, each.pattern, each.place))


def places_of(found: Sequence[Opportunity]) -> list[int]:
    """From 1: where each of these, in their order, stands. Those share a place whose hours may be as many as those that
    its first surely costs: between them the order is noise."""
    places: list[int] = []
    first = None
    for number, each in enumerate(found, start=1):
        if first is None or each.touch_hours.high < first.touch_hours.low:
            first = each
            places.append(number)
        else:
            places.append(places[-1])
    return places
