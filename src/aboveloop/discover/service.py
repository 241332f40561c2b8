"""Service time against waiting time, where a log tells when activities start and when they end."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.discover.medians import medians_and_totals
from aboveloop.discover.ordering import Ordered
from aboveloop.history.logs.log import Numbers

SECOND = 1_000_000


@dataclass(frozen=True)
class Service:
    """Microseconds of each case in which something was worked on, what is done at the same time counted once; with the
    middle and the sum of each activity. The rest of a case's time is waiting."""

    busy: Numbers
    median_micros: Numbers
    total_micros: Numbers
    times: Numbers

    def as_json(self, ordered: Ordered, micros: Numbers) -> dict[str, Any]:
        spent = int(self.busy.sum())
        names = ordered.log.activities.names
        by_total = [int(code) for code in np.argsort(-self.total_micros, kind="stable") if self.times[code]]
        return {
            "share_of_time": spent / max(int(micros.sum()), 1),
            "activities": [
                {
                    "activity": names[code],
                    "times": int(self.times[code]),
                    "median_seconds": int(self.median_micros[code]) / SECOND,
                    "total_seconds": int(self.total_micros[code]) / SECOND,
                }
                for code in by_total
            ],
        }


def service(ordered: Ordered) -> Service | None:
    """None where a log tells single moments. Activities count as often as their work took some time."""
    if ordered.begun is None:
        return None
    spent = ordered.at - ordered.begun
    known = np.flatnonzero(spent > 0)
    code = ordered.activity[known]
    times = np.bincount(code, minlength=len(ordered.log.activities.names))
    middle, total = medians_and_totals(code.astype(np.int64), spent[known], times)
    return Service(_busy(ordered, ordered.begun), middle, total, times)


def _busy(ordered: Ordered, begun: Numbers) -> Numbers:
    """The length of what the intervals of each case cover together."""
    order = np.lexsort((begun, ordered.case))
    start, end, case = begun[order], ordered.at[order], ordered.case[order].astype(np.int64)
    # How far each case is covered so far: ranks of ends, for their sums with the case fit into one word.
    kinds, rank = np.unique(end, return_inverse=True)
    reached = np.maximum.accumulate(case * len(kinds) + rank)
    covered = np.append(start[:1], kinds[reached[:-1] % len(kinds)])
    is_first = np.append(True, case[1:] != case[:-1])
    covered = np.where(is_first, start, covered)
    more = np.maximum(end - np.maximum(start, covered), 0)
    found: Numbers = np.add.reduceat(more, ordered.starts[:-1])
    return found
