"""Whether the radar counts what a source counted itself: reopenings and reassignments of the shared incident log.

    .venv/bin/python benches/radar_agreement.py

The log carries two counters of its own, which the radar never reads. Prints the share of cases in which they agree, and
for the rest at which events the counter rises while the shown group stays the same.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import polars

from aboveloop.discover.cases import CaseMeasures, measure
from aboveloop.history.logs.columns import Named
from aboveloop.history.logs.opening import open_file, read
from aboveloop.kit.settings import shared_folder


def agreement(name: str, found: np.ndarray, counted: np.ndarray) -> None:
    same = found == counted
    less, more = int((found < counted).sum()), int((found > counted).sum())
    print(f"{name}: agree in {same.mean():.4%} of {len(same):,} cases; {less} count less than the source, {more} more")


def explain(cases: CaseMeasures, rows: polars.DataFrame) -> None:
    """Of the events at which the source's counter of reassignments rises: what the assigned group does there."""
    ordered = cases.ordered
    counter = rows["reassignment_count"].to_numpy()[ordered.rows]
    group = rows["assignment_group"].to_numpy()[ordered.rows]
    rises = np.flatnonzero((counter[1:] != counter[:-1]) & ~ordered.is_first[1:]) + 1
    kinds = Counter(
        "the group changes"
        if group[at] != group[at - 1]
        else "no group is shown before or after"
        if group[at] == "?"
        else "the same group is shown before and after"
        for at in rises
    )
    for kind, count in kinds.most_common():
        print(f"  the counter changes and {kind}: {count:,} events")


def main() -> None:
    shared = shared_folder()
    assert shared is not None, "the shared data folder is needed: set ABOVELOOP_SHARED"
    path = Path(shared) / "data" / "event_logs" / "uci_incidents_dev.csv.gz"
    cases = measure(read(open_file(path), Named()))
    rows = polars.read_csv(path, columns=["reopen_count", "reassignment_count", "assignment_group"])
    last = cases.ordered.rows[cases.ordered.starts[1:] - 1]
    agreement("reopenings", cases.reopenings, rows["reopen_count"].to_numpy()[last])
    agreement("reassignments", cases.reassignments, rows["reassignment_count"].to_numpy()[last])
    explain(cases, rows)


if __name__ == "__main__":
    main()
