"""Before and after: whether the KPI moved, apart from whether the technology works."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.chartering.freezing import Frozen, charter_of, counted, find
from aboveloop.app.chartering.stage_gate import Way, way_of
from aboveloop.app.premises import Premises
from aboveloop.measure.baseline import Counted
from aboveloop.measure.intervals import Difference, Interval, difference
from aboveloop.measure.trend import going_on
from aboveloop.operation.charters import Charter, Window


@dataclass(frozen=True)
class Report:
    """`after` and `change` are None until there is an after to count."""

    charter: Charter
    before: Frozen
    after: Counted | None
    change: Difference | None
    ways: tuple[Way, ...]
    after_began: date | None = None

    @property
    def verdict(self) -> str:
        """What may be said of the business, in a sentence."""
        if self.change is None or self.after is None:
            return "Nobody can say yet whether the business metric moved: there is no after."
        if not self.change.moved:
            return "The business metric did not move by more than chance: the interval of the change holds zero."
        how = "as was agreed" if self.is_met else f"not by the {self._wanted:+.0%} that was agreed".replace("-", "−")
        moved = f"{self.relative:+.1%}".replace("-", "−")
        return f"The business metric moved by {moved}, {how}.{self._caution(self.change)}"

    @property
    def relative(self) -> float:
        """The change as a share of the before; 0 where there is no after or the before is 0."""
        before = self.before.said["value"]
        return self.change.value / before if self.change is not None and before else 0.0

    @property
    def is_met(self) -> bool:
        """Whether it moved, and by as much as was agreed."""
        moved = self.change is not None and self.change.moved
        return moved and (self.relative <= self._wanted if self._wanted < 0 else self.relative >= self._wanted)

    @property
    def _wanted(self) -> float:
        return self.charter.success.change if self.charter.success else 0.0

    def _caution(self, change: Difference) -> str:
        """What the before did by itself, where that could explain the change; "" of what was frozen without a trend."""
        told, window = self.before.said.get("trend"), self.charter.baseline
        if not told or window is None or self.after_began is None:
            return ""
        days = (self.after_began - window.window.since).days
        shown, low, high = going_on(told["change"], told["low"], told["high"], weeks=told["weeks"], days=days)
        if told["how"] == "wandering":
            return " But it went up and down before too, by more than chance, so this may be such a wave."
        if told["how"] != "steady" and (shown > 0) == (change.value > 0):
            return (
                f" But it was {told['how']} before too, by {shown:+.4g} in the same time if that went on: how much of"
                " the change is the worker's, nobody can tell from this."
            )
        if low <= change.value <= high:
            return (
                f" But the weeks before do not rule out that it was under way: between {low:+.4g} and {high:+.4g} in"
                " the same time. A longer window before, or a group without the worker, would tell."
            )
        return ""


def report(premises: Premises, name: str, *, since: date | None = None, until: date | None = None,
           history: str | None = None) -> Report:  # fmt: skip
    """The report of a charter; the after is counted like the before over another window and history.

    Raises CharterUnknown, CharterIncomplete, BaselineEmpty and HistoryNotFound.
    """
    operation = premises.current()
    charter = charter_of(operation, name)
    with premises.database.read() as reader:
        before = find(premises, reader, charter)
        ways = tuple(way_of(premises, reader, operation, charter, each) for each in charter.procedures)
    if before is None or charter.baseline is None:
        raise CharterIncomplete(f"The baseline of {name} is not frozen, so there is no before to report.")
    if since is None or until is None:
        return Report(charter, before, None, None, ways)
    spec = charter.baseline.model_copy(
        update={"window": Window(since=since, until=until), "history": history or charter.baseline.history}
    )
    after = counted(premises, charter.model_copy(update={"baseline": spec}))
    return Report(charter, before, after, difference(interval_of(before), after.interval), ways, since)


def interval_of(frozen: Frozen) -> Interval:
    names = [field.name for field in dataclasses.fields(Interval)]
    return Interval(**{"groups": 0, "method": "", **{name: frozen.said[name] for name in names if name in frozen.said}})


def as_json(found: Report) -> dict[str, Any]:
    return {
        "charter": found.charter.charter,
        "before": found.before.said,
        "baseline_stands": found.before.stands,
        "problems": list(found.before.problems),
        "after": None if found.after is None else found.after.as_json(),
        "change": None if found.change is None else {**vars(found.change), "moved": found.change.moved},
        "business_metric_moved": found.verdict,
        "technology_works": [
            {
                "procedure": way.procedure,
                "stage": way.stage.value,
                "asks": [vars(ask) for ask in way.asks],
                "gathered_on": list(way.sources),
            }
            for way in found.ways
        ],
    }
