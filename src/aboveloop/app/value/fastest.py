"""Which of a charter's values is shown fastest: for each outcome that its history counts, the days until a change as
agreed stands out from chance."""

from collections.abc import Iterator
from dataclasses import dataclass

from aboveloop.app.chartering.errors import CharterIncomplete
from aboveloop.app.chartering.freezing import charter_of, counted
from aboveloop.app.portfolio import worth
from aboveloop.app.portfolio.templates import WIRED
from aboveloop.app.premises import Premises
from aboveloop.measure.errors import BaselineEmpty
from aboveloop.measure.proving import days_to_show
from aboveloop.operation.charters import Baseline, Bucket, Charter, Measured


@dataclass(frozen=True)
class Prospect:
    """An outcome of one bucket: what counts it, what it was worth before, the change, and the `days` of an after that
    show it. None with `why` where no number of days does, or the history does not tell of it. `is_own`: it is the
    charter's own KPI."""

    bucket: Bucket
    counts: str
    before: str
    change: float
    days: int | None
    why: str = ""
    is_own: bool = False

    @property
    def sentence(self) -> str:
        change = worth.share_of(self.change)
        if self.days is None:
            return f"{self.bucket.capitalize()}: {self.counts}: {self.why}"
        return (
            f"{self.bucket.capitalize()}: {self.counts}, {self.before} before: a change by {change} stands out after"
            f" {self.days} {'day' if self.days == 1 else 'days'}."
        )


@dataclass(frozen=True)
class _Outcome:
    bucket: Bucket
    measure: Measured
    change: float
    is_own: bool


def prospects(premises: Premises, name: str) -> list[Prospect]:
    """The fastest first, what cannot be shown last. Counts the history once for each outcome.

    Raises CharterUnknown, CharterIncomplete and HistoryNotFound.
    """
    charter = charter_of(premises.current(), name)
    if charter.baseline is None or charter.success is None or not charter.buckets:
        raise CharterIncomplete(
            f"The charter {name} does not say yet what is counted, what success is and where value lies."
        )
    found = [_prospect(premises, charter, charter.baseline, each) for each in _outcomes(charter)]
    return sorted(found, key=lambda each: (each.days is None, each.days or 0, not each.is_own))


def _outcomes(charter: Charter) -> Iterator[_Outcome]:
    """The charter's own KPI lies in the bucket that it names first; others are those usually looked for."""
    assert charter.baseline is not None and charter.success is not None, "asked above"
    own = charter.baseline.measure
    yield _Outcome(charter.buckets[0], own, charter.success.change, True)
    for wired in WIRED.values():
        if wired.measure != own:
            yield _Outcome(wired.bucket, wired.measure, wired.change, False)


def _prospect(premises: Premises, charter: Charter, baseline: Baseline, outcome: _Outcome) -> Prospect:
    spec = baseline.model_copy(update={"measure": outcome.measure})
    counts, bucket, change = worth.what_counts(outcome.measure), outcome.bucket, outcome.change
    untold = Prospect(bucket, counts, "", change, None, f"{spec.history} does not tell of it.", outcome.is_own)
    try:
        before = counted(premises, charter.model_copy(update={"baseline": spec})).interval
    except BaselineEmpty:
        return untold
    if outcome.measure.of != "seconds" and not before.value:
        return untold
    days = days_to_show(before, change * before.value, days=(spec.window.until - spec.window.since).days)
    why = "" if days else f"a change by {worth.share_of(change)} is less than the before itself is uncertain by."
    return Prospect(bucket, counts, worth.value_of(spec, before.value), change, days, why, outcome.is_own)
