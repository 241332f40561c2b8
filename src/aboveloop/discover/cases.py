"""What happened to each case, in numbers: the frame that scores, opportunities and pages stand on."""

from dataclasses import dataclass

import numpy as np

from aboveloop.discover import rework
from aboveloop.discover.endings import Endings, endings
from aboveloop.discover.ordering import Mask, Ordered, order
from aboveloop.discover.rework import OwnWords
from aboveloop.discover.service import Service, service
from aboveloop.history.logs.log import Log, Numbers


@dataclass(frozen=True)
class CaseMeasures:
    """One place for each case, in the order of their first events.

    `events` counts, `micros` is the time from the first to the last event, the others count as `discover.rework`
    says. `service` is None where a log tells single moments. `reached_end` is False for cases that are still open at
    the cut. `first` and `last` are microseconds since 1970. `own` are the log's own words that were counted instead,
    `ends` what ends a case here. `ordered` holds the events behind every number: those of case c are
    `ordered.starts[c]` up to `ordered.starts[c + 1]`.
    """

    ordered: Ordered
    events: Numbers
    micros: Numbers
    reopenings: Numbers
    reassignments: Numbers
    ping_pongs: Numbers
    self_loops: Numbers
    loops: Numbers
    reached_end: Mask
    own: OwnWords
    ends: Endings
    service: Service | None = None

    @property
    def cases(self) -> int:
        return len(self.events)

    @property
    def first(self) -> Numbers:
        return first_of(self.ordered)

    @property
    def last(self) -> Numbers:
        return self.ordered.at[self.ordered.starts[1:] - 1]

    @property
    def has_groups(self) -> bool:
        """Whether reassignments can be told at all."""
        return self.ordered.group is not None or bool(self.own.reassignment)

    def names(self) -> list[str]:
        """The ids of the cases; they are read from the source again, so that they cost nothing until then."""
        return self.ordered.log.case_names(self.ordered.first_rows)


def first_of(ordered: Ordered) -> Numbers:
    """When each case began: at its first event, or at the first start of what it ended with."""
    if ordered.begun is None:
        return ordered.at[ordered.starts[:-1]]
    found: Numbers = np.minimum.reduceat(ordered.begun, ordered.starts[:-1])
    return found


COUNTS = ("reopenings", "reassignments", "ping_pongs", "self_loops", "loops")


def measure(log: Log) -> CaseMeasures:
    """Everything that is counted of each case of a log."""
    return measure_ordered(order(log))


def measure_ordered(ordered: Ordered) -> CaseMeasures:
    own = rework.own_words(ordered)
    events = np.diff(ordered.starts)
    changed = rework.group_changes(ordered)
    again = ordered.per_case(rework.self_loops(ordered))
    given = rework.reassignments(ordered, own) if own.reassignment else changed
    return CaseMeasures(
        ordered=ordered,
        events=events,
        micros=ordered.at[ordered.starts[1:] - 1] - first_of(ordered),
        reopenings=ordered.per_case(rework.reopenings(ordered, own)),
        reassignments=ordered.per_case(given),
        ping_pongs=ordered.per_case(rework.ping_pongs(ordered, changed)),
        self_loops=again,
        # Every event but the first of its activity is one or the other.
        loops=events - rework.distinct_activities(ordered) - again,
        reached_end=(ends := endings(ordered)).reached,
        own=own,
        ends=ends,
        service=service(ordered),
    )
