"""The after of a charter: which days of which history, proposed so that it compares, and what weakens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aboveloop.app.chartering.stage_gate import Way
from aboveloop.app.portfolio.reported import without_worker
from aboveloop.operation.charters import Baseline


@dataclass(frozen=True)
class After:
    """From `since` on and before `until`."""

    since: date
    until: date
    history: str

    @property
    def in_words(self) -> str:
        return f"{self.since:%d %b %Y} to {self.until - timedelta(days=1):%d %b %Y}, {self.history}"


def proposed(baseline: Baseline) -> After:
    """The first days after the before that are as many and begin on the same weekday."""
    window = baseline.window
    length = window.until - window.since
    since = window.until + timedelta(days=-length.days % 7)
    return After(since, since + length, baseline.history)


def weaknesses(baseline: Baseline, ways: Sequence[Way], after: After) -> list[str]:
    """Why the comparison tells less than it seems to, a sentence each."""
    alone, before = without_worker(ways), baseline.window
    said = [alone] if alone else []
    length, days = (before.until - before.since).days, (after.until - after.since).days
    if days != length:
        said.append(f"The before is {length} days long and the after {days}.")
    if after.since.weekday() != before.since.weekday():
        said.append("Before and after begin on different weekdays.")
    if after.since < before.until and after.history == baseline.history:
        said.append("The after begins before the before has ended: the same cases may stand in both.")
    if after.history != baseline.history:
        said.append(f"The before was counted in {baseline.history} and the after in {after.history}.")
    return said
