"""Instants are aware, stored exactly and written one way; a fixed clock moves only when told to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aboveloop.kit.clock import EPOCH, FixedClock, SystemClock, from_micros, iso, monotonic_seconds, to_micros

AWARE = st.datetimes(
    min_value=datetime(1900, 1, 1),
    max_value=datetime(2200, 1, 1),
    timezones=st.integers(min_value=-14 * 60, max_value=14 * 60).map(lambda each: timezone(timedelta(minutes=each))),
)


@given(AWARE)
def test_an_instant_survives_its_micros(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
    assert from_micros(to_micros(instant)).tzinfo is UTC


@given(st.integers(min_value=-(10**16), max_value=10**16))
def test_micros_survive_their_instant(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros


@given(AWARE, AWARE)
def test_micros_and_iso_texts_sort_as_their_instants(one: datetime, other: datetime) -> None:
    assert (one < other) == (to_micros(one) < to_micros(other))
    assert (one < other) == (iso(one) < iso(other))


@given(AWARE)
def test_an_iso_text_is_utc_and_gives_the_instant_back(instant: datetime) -> None:
    assert iso(instant).endswith("Z")
    assert len(iso(instant)) == 27
    assert datetime.fromisoformat(iso(instant)) == instant


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_micros(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        iso(datetime(2026, 1, 1))


def test_a_fixed_clock_moves_only_when_told_to() -> None:
    clock = FixedClock(datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))))
    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(seconds=5)) == clock.now() == datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)


def test_a_fixed_clock_loses_no_step_of_many_threads() -> None:
    clock = FixedClock(EPOCH)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: clock.advance(timedelta(seconds=1)), range(400)))
    assert clock.now() == EPOCH + timedelta(seconds=400)


def test_the_machines_clock_tells_utc_and_the_measuring_clock_never_goes_back() -> None:
    before = monotonic_seconds()
    assert SystemClock().now().tzinfo is UTC
    assert monotonic_seconds() >= before
