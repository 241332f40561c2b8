"""Times are read as they are written, and the order of day and month is found in the values."""

from datetime import UTC, datetime
from typing import Any

import polars
import pytest

from aboveloop.history.logs.errors import LogUnreadable
from aboveloop.history.logs.times import looks_like_time, micros
from aboveloop.kit.clock import to_micros

FEB = datetime(2016, 2, 29, 1, 16, tzinfo=UTC)


def read(*values: Any) -> tuple[list[int | None], str]:
    times = polars.Series("at", list(values))
    found, note = micros(times, [str(each) for each in values if each is not None])
    return found.to_list(), note


@pytest.mark.parametrize(
    "text",
    [
        "29/2/2016 01:16",
        "2/29/2016 1:16",
        "2016-02-29T01:16:00Z",
        "2016-02-29 02:16:00+01:00",
        "2016/02/29 01:16:00.000",
        "29.02.16 01:16",
        "29-Feb-2016 01:16",
        "Feb 29, 2016 01:16",
        "2/29/2016 01:16 AM",
        "20160229T011600",
        "1456708560",
        "1456708560000",
        "2016-02-29 01:16:00,000",
    ],
)
def test_one_instant_in_many_ways(text: str) -> None:
    assert looks_like_time(text)
    assert read(text)[0] == [to_micros(FEB)]


def test_numbers_are_read_by_their_size() -> None:
    assert read(1_456_708_560)[0] == read(1_456_708_560_000)[0] == read(1_456_708_560_000_000)[0] == [to_micros(FEB)]
    assert read(1_456_708_560.5)[0] == [to_micros(FEB) + 500_000]


def test_a_number_above_twelve_tells_day_from_month() -> None:
    found, note = read("7-1-2013 08:17:17", "13-1-2013 08:17:17")
    assert found[0] == to_micros(datetime(2013, 1, 7, 8, 17, 17, tzinfo=UTC))
    assert "the day stands before the month" in note
    found, note = read("7-1-2013 08:17:17", "7-13-2013 08:17:17")
    assert found[0] == to_micros(datetime(2013, 7, 1, 8, 17, 17, tzinfo=UTC))
    assert "the month stands before the day" in note


def test_where_no_number_tells_the_order_of_the_rows_does() -> None:
    days_of_march = [f"03/{day:02}/2016 09:00" for day in range(1, 13)]
    found, note = read("02/12/2016 09:00", *days_of_march)
    assert found[1] == to_micros(datetime(2016, 3, 1, 9, tzinfo=UTC))
    assert "no number above 12" in note


def test_what_is_no_time_is_nothing_and_a_column_without_times_is_refused() -> None:
    assert read("2016-02-29 01:16", "soon", None)[0] == [to_micros(FEB), None, None]
    with pytest.raises(LogUnreadable, match="holds no times"):
        read("soon", "later")


def test_ways_of_writing_may_mix() -> None:
    assert read("2016-02-29 01:16", "29/02/2016 01:16")[0] == [to_micros(FEB), to_micros(FEB)]
