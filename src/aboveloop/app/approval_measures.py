"""What review costs: how long people take, and how much of the work goes by without any of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aboveloop.app import store
from aboveloop.app.premises import Premises
from aboveloop.govern.queue.measures import Answering, Measures, Times, measure
from aboveloop.kit.clock import iso
from aboveloop.kit.database import Reader

# A month: enough to see a rhythm, little enough to be read at once.
DAYS = 30


@dataclass(frozen=True)
class ReviewCost:
    """The measures of a span, and of the writes performed in it how many needed nobody's approval."""

    measures: Measures
    performed: int
    unasked: int

    @property
    def share_unasked(self) -> float | None:
        """The share of performed writes with zero approvals; None before the first."""
        return self.unasked / self.performed if self.performed else None

    def as_json(self) -> dict[str, Any]:
        """Times in seconds; null where there is nothing to measure."""
        found = self.measures
        return {
            "since": iso(found.since),
            "asked": found.asked,
            "waiting": found.waiting,
            "ended": found.ended,
            "waiting_times": _times(found.all),
            "by_operation": {name: _times(each) for name, each in found.by_operation.items()},
            "by_role": {name: _times(each) for name, each in found.by_role.items()},
            "by_day": {name: _times(each) for name, each in found.by_day.items()},
            "by_person": {each.person_id: _answering(each) for each in found.by_person},
            "denied_as": found.denied_as,
            "performed": self.performed,
            "performed_without_approval": self.unasked,
            "share_without_approval": self.share_unasked,
        }


def review_cost(premises: Premises, reader: Reader, now: datetime, *, days: int = DAYS) -> ReviewCost:
    """What review cost in the last `days`."""
    since = now - timedelta(days=days)
    performed, unasked = store.performed_since(reader, since)
    return ReviewCost(measure(reader, premises.current().about, since, now), performed, unasked)


def _times(times: Times) -> dict[str, Any]:
    return {
        "many": times.many,
        "median_seconds": _seconds(times.median),
        "p95_seconds": _seconds(times.p95),
        "median_working_seconds": _seconds(times.median_working),
        "p95_working_seconds": _seconds(times.p95_working),
    }


def _answering(person: Answering) -> dict[str, Any]:
    return {
        "answers": person.answers,
        "approved": person.approved,
        "edited": person.edited,
        "denied": person.denied,
        "acceptance": person.acceptance,
        "median_seconds": _seconds(person.median),
        "p95_seconds": _seconds(person.p95),
        "share_under_three_seconds": person.at_a_glance,
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 3)
