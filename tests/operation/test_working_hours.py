"""Working hours count the time that people are at work, whatever the zone and the season."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aboveloop.operation.models import OperationFile
from aboveloop.operation.working_hours import after_worked, worked

OFFICE = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "18:00"}
HOUR = timedelta(hours=1)


def about(hours: dict[str, Any] | None = OFFICE, zone: str = "Europe/Amsterdam") -> OperationFile:
    return OperationFile.model_validate({"name": "o", "title": "O", "timezone": zone, "working_hours": hours})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-03-03T09:00+01:00", "2026-03-03T12:00+01:00", 3),
        ("2026-03-03T17:00+01:00", "2026-03-04T09:00+01:00", 2),
        ("2026-03-06T17:00+01:00", "2026-03-09T09:00+01:00", 2),
        ("2026-03-07T00:00+01:00", "2026-03-08T23:00+01:00", 0),
        ("2026-03-03T19:00+01:00", "2026-03-04T07:00+01:00", 0),
        # Clocks go forward in the night to 29 March: five days of ten hours all the same.
        ("2026-03-27T08:00+01:00", "2026-04-03T08:00+02:00", 50),
        ("2026-03-03T12:00+01:00", "2026-03-03T09:00+01:00", 0),
    ],
)
def test_only_open_hours_count(since: str, until: str, hours: float) -> None:
    assert worked(about(), at(since), at(until)) == hours * HOUR


def test_without_working_hours_the_clock_counts() -> None:
    since = at("2026-03-07T00:00+01:00")
    assert worked(about(None), since, since + 30 * HOUR) == 30 * HOUR
    assert after_worked(about(None), since, HOUR) == since + HOUR


def test_a_zone_where_clocks_change_while_people_work_counts_real_hours() -> None:
    night = {"days": ["sun"], "from": "00:00", "until": "06:00"}
    assert worked(about(night), at("2026-03-28T12:00+01:00"), at("2026-03-29T12:00+02:00")) == 5 * HOUR


def test_a_span_of_decades_is_not_walked_day_by_day() -> None:
    since = at("1970-01-01T00:00+00:00")
    assert worked(about(), since, since + timedelta(days=20_000)) == timedelta(days=20_000)


@pytest.mark.parametrize(
    ("since", "span", "then"),
    [
        ("2026-03-03T09:00+01:00", HOUR, "2026-03-03T10:00+01:00"),
        ("2026-03-03T17:30+01:00", HOUR, "2026-03-04T08:30+01:00"),
        ("2026-03-06T17:30+01:00", HOUR, "2026-03-09T08:30+01:00"),
        ("2026-03-07T12:00+01:00", 4 * HOUR, "2026-03-09T12:00+01:00"),
        ("2026-03-03T19:00+01:00", 12 * HOUR, "2026-03-05T10:00+01:00"),
    ],
)
def test_the_instant_after_so_much_work(since: str, span: timedelta, then: str) -> None:
    assert after_worked(about(), at(since), span) == at(then)


def test_an_operation_that_never_opens_waits_by_the_clock() -> None:
    closed = about({**OFFICE, "days": []})
    since = at("2026-03-03T09:00+01:00")
    assert worked(closed, since, since + HOUR) == timedelta(0)
    assert after_worked(closed, since, HOUR) == since + HOUR
