"""Baselines: counted the same in any order, by the window, with what was left out told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aboveloop.history.events import Event
from aboveloop.kit.clock import to_micros
from aboveloop.measure.baseline import count
from aboveloop.measure.errors import BaselineEmpty
from aboveloop.operation.charters import Baseline, Measured, Window

BEGAN = datetime(2026, 1, 5, 9, tzinfo=UTC)
SPEC = Baseline(
    history="desk",
    measure=Measured(statistic="median", of="seconds", events=["solved"]),
    window=Window(since=date(2026, 1, 5), until=date(2026, 2, 2)),
    without=["merged"],
)


def history() -> list[Event]:
    """Forty cases, two a day; weekends are slow, one is open, one merged, one before the window."""
    rows: list[tuple[str, str, datetime]] = []
    for number in range(40):
        at = BEGAN + timedelta(days=number // 2)
        slow = 10 if at.weekday() >= 5 else 1
        rows += [(f"c{number}", "opened", at), (f"c{number}", "solved", at + timedelta(hours=slow))]
    rows += [("open", "opened", BEGAN), ("merged", "opened", BEGAN), ("merged", "merged", BEGAN)]
    rows += [("old", "opened", BEGAN - timedelta(days=9)), ("old", "solved", BEGAN)]
    return [Event("desk", case, what, to_micros(at), place) for place, (case, what, at) in enumerate(rows)]


def test_the_same_events_give_the_same_number_in_any_order() -> None:
    events = history()
    found, again = count(events, SPEC, ZoneInfo("UTC")), count(reversed(events), SPEC, ZoneInfo("UTC"))
    assert found == again
    assert found.interval.value == 3600 and found.interval.rows == 40
    assert found.left_out == {"not ended in the history": 1, "outside the window": 1, "with merged": 1}


def test_another_value_is_another_digest() -> None:
    events = history()
    changed = [event._replace(at=event.at + 1) if event.activity == "solved" else event for event in events]
    zone = ZoneInfo("UTC")
    assert count(events, SPEC, zone).rows != count(changed, SPEC, zone).rows


def test_shares_and_counts_are_of_all_cases() -> None:
    share = SPEC.model_copy(update={"measure": Measured(statistic="share", of="has", events=["solved"])})
    assert count(history(), share, ZoneInfo("UTC")).interval.value == pytest.approx(40 / 41)
    often = SPEC.model_copy(update={"measure": Measured(statistic="mean", of="count", events=["opened"])})
    assert count(history(), often, ZoneInfo("UTC")).interval.value == 1


def test_days_are_groups_within_their_weekday() -> None:
    daily = SPEC.model_copy(
        update={"rows": "day", "measure": Measured(statistic="mean", of="seconds", events=["solved"])}
    )
    found = count(history(), daily, ZoneInfo("UTC")).interval
    assert found.groups == 20 and found.low == pytest.approx(found.value) == pytest.approx(found.high)


def test_customers_are_groups_and_who_is_unknown_stands_alone() -> None:
    by = SPEC.model_copy(update={"rows": "customer", "customer": "customer"})
    events = [
        event._replace(attributes='{"customer":"ada"}') if event.case_id in ("c1", "c2") else event
        for event in history()
    ]
    assert count(events, by, ZoneInfo("UTC")).interval.groups == 39


def test_the_season_is_told() -> None:
    many = [
        event._replace(case_id=f"{event.case_id}-{copy}", position=event.position * 20 + copy)
        for event in history()
        for copy in range(20)
    ]
    mean = SPEC.model_copy(update={"measure": Measured(statistic="mean", of="seconds", events=["solved"])})
    found = count(many, mean, ZoneInfo("UTC"))
    assert found.season["weekday"]["Saturday"] == 36_000
    assert "changes with the weekday" in found.remarks[0]


def test_a_window_without_cases_is_no_baseline() -> None:
    empty = SPEC.model_copy(update={"window": Window(since=date(2020, 1, 1), until=date(2020, 2, 1))})
    with pytest.raises(BaselineEmpty, match="outside the window"):
        count(history(), empty, ZoneInfo("UTC"))
