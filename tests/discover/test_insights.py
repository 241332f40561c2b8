"""Trends and drivers: what changed and what goes with slow cases is found, and nothing where nothing is."""

import numpy as np

from aboveloop.discover.cases import CaseMeasures, measure
from aboveloop.discover.findings.drivers import drivers
from aboveloop.discover.findings.trends import trends
from discover.logs import log_of

WEEK = 7 * 24 * 60


def cases(seed: int, *, more_since: int | None = None, slow: str | None = None) -> tuple[CaseMeasures, tuple[str, ...]]:
    """Twenty weeks of cases that are opened and closed; from a week on more are reopened, those of a kind are slow."""
    chance = np.random.default_rng(seed)
    lines, kinds = [], []
    for number in range(1_000):
        week = number // 50
        at = int(week * WEEK + chance.integers(0, WEEK - 60))
        kinds.append(str(chance.choice(["a", "b", "c"])))
        wait = int(chance.exponential(300 if kinds[-1] == slow else 100))
        reopened = chance.random() < (0.4 if more_since is not None and week >= more_since else 0.1)
        steps = ["Open", "Closed", *(["Open", "Closed"] if reopened else [])]
        lines += [(at, f"{number:04}", step, at + place * (1 + wait)) for place, step in enumerate(steps)]
    lines.sort()
    found = measure(log_of([(case, step, minute, None) for _, case, step, minute in lines]))
    return found, tuple(kinds[int(name)] for name in found.names())


def test_the_week_is_found_from_which_on_more_cases_come_back() -> None:
    measured, _ = cases(1, more_since=12)
    (change,) = [each for each in trends(measured) if "reopenings" in each.measure]
    assert abs((int(change.week[8:]) + 31 * (int(change.week[5:7]) - 1)) - (1 + 12 * 7)) <= 14
    assert change.before < 0.2 < 0.3 < change.after
    assert change.examples


def test_in_logs_without_a_change_alarms_are_rare() -> None:
    assert sum(bool(trends(cases(seed)[0])) for seed in range(10)) <= 1


def test_the_kind_that_goes_with_slow_cases_is_found_on_later_cases() -> None:
    measured, kinds = cases(2, slow="b")
    (driver,) = drivers(measured, {"kind": kinds})
    assert (driver.outcome, driver.kind) == ("slow", "kind is b")
    assert driver.lift > 1.3
    assert driver.share.low > driver.usual


def test_where_no_kind_differs_nothing_is_said() -> None:
    assert sum(bool(drivers(*(lambda pair: (pair[0], {"kind": pair[1]}))(cases(seed)))) for seed in range(10)) <= 1
