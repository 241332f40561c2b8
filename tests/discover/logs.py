"""Small logs for tests: a line for each event."""

from collections.abc import Sequence

import numpy as np

from aboveloop.history.logs.log import UNKNOWN, Coded, Columns, Log

# Case, activity, minute, group.
Line = tuple[str, str, int, str | None]
MINUTE = 60_000_000


def coded(values: Sequence[str | None]) -> Coded:
    said = [UNKNOWN if each is None else each for each in values]
    names = sorted(set(said))
    return Coded(np.array([names.index(each) for each in said], dtype=np.uint8), tuple(names))


def log_of(lines: Sequence[Line], *, states: Sequence[str] | None = None, ours: bool = False) -> Log:
    ids = [line[0] for line in lines]
    keys = {each: 7_919 * (number + 1) << 40 for number, each in enumerate(sorted(set(ids)))}
    return Log(
        name="made",
        columns=Columns("case", "activity", "time", "group"),
        case_keys=np.array([keys[each] for each in ids], dtype=np.uint64),
        at=np.array([line[2] * MINUTE for line in lines], dtype=np.int64),
        activities=coded([line[1] for line in lines]),
        groups=coded([line[3] for line in lines]),
        resources=None,
        states=None if states is None else coded(states),
        case_column=lambda rows: [ids[row] for row in rows],
        ours=ours,
    )


def told(*activities: str, group: str | None = None) -> Log:
    """A log of one case with these activities, a minute apart."""
    return log_of([("c", activity, minute, group) for minute, activity in enumerate(activities)])
