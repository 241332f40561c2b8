"""Clocks on the wall: in the nights in which they are changed, too, it is said which instant was taken."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import polars
import pytest

from aboveloop.history.logs.errors import ZoneUnknown
from aboveloop.history.logs.times import micros
from aboveloop.history.logs.zones import Local, local_micros
from aboveloop.kit.clock import to_micros

WINTER, SUMMER = (timezone(timedelta(hours=hours)) for hours in (1, 2))


def read(*texts: str | None) -> tuple[list[int | None], Local]:
    local = Local("Europe/Rome")
    found, _ = micros(polars.Series("at", list(texts)), [each for each in texts if each], local)
    return found.to_list(), local


def test_a_time_without_a_zone_is_read_in_the_named_one_and_one_with_an_offset_is_not() -> None:
    assert read("2024-07-01 12:00", None)[0] == [to_micros(datetime(2024, 7, 1, 10, tzinfo=UTC)), None]
    assert read("2024-07-01 12:00+00:00")[0] == [to_micros(datetime(2024, 7, 1, 12, tzinfo=UTC))]


def test_an_hour_that_comes_twice_is_the_second_from_where_rows_step_back() -> None:
    found, local = read(
        "2024-10-27 01:30", "2024-10-27 02:10", "2024-10-27 02:50", "2024-10-27 02:20", "2024-10-27 03:00"
    )
    expected = [
        datetime(2024, 10, 27, 1, 30, tzinfo=SUMMER), datetime(2024, 10, 27, 2, 10, tzinfo=SUMMER),
        datetime(2024, 10, 27, 2, 50, tzinfo=SUMMER), datetime(2024, 10, 27, 2, 20, tzinfo=WINTER),
        datetime(2024, 10, 27, 3, 0, tzinfo=WINTER),
    ]  # fmt: skip
    assert found == [to_micros(each) for each in expected]
    assert (local.doubled, local.seconds) == (3, 1)
    assert any("came twice" in said for said in local.remarks())


def test_rows_that_are_in_no_order_say_nothing_of_the_second_time() -> None:
    _, local = read("2024-11-01 09:00", "2024-10-27 02:50", "2024-10-27 02:20", "2024-10-20 10:00")
    assert (local.doubled, local.seconds) == (2, 0)


def test_an_hour_that_never_was_is_read_an_hour_later() -> None:
    found, local = read("2024-03-31 02:30")
    assert found == [to_micros(datetime(2024, 3, 31, 3, 30, tzinfo=SUMMER))]
    assert any("never were" in said for said in local.remarks())


def test_what_there_is_no_zone_of_is_refused() -> None:
    for name in ("Europe/Nowhere", "", "../etc/passwd"):
        with pytest.raises(ZoneUnknown, match="Name one such as"):
            Local(name)


def test_the_wall_shows_what_was_read_from_it() -> None:
    at = np.array([to_micros(datetime(2024, 7, 1, 10, tzinfo=UTC))])
    assert local_micros(at, "Europe/Rome").tolist() == [to_micros(datetime(2024, 7, 1, 12, tzinfo=UTC))]
