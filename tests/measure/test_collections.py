"""The four numbers of collections: counted by hand, silent where the days are not over, bounds that hold."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from aboveloop.history.events import Event, attributes_of
from aboveloop.kit.clock import to_micros
from aboveloop.measure.collections import Asked, Collections, Line, Verdict, collections, minor_of
from aboveloop.measure.errors import CollectionsUntold

START = date(2026, 3, 1)
ZONE = ZoneInfo("UTC")
# Day from the start, invoice, what, amount.
BY_HAND = (
    (-70, "a", "invoiced", "100.00"),
    (-20, "a", "paid", "40.00"),
    (-20, "b", "invoiced", "60.00"),
    (-10, "c", "agency fee", "15.00"),
    (-10, "c", "invoiced", "30.00"),
    (-5, "d", "write-off", "20.00"),
    (3, "a", "paid", "60.00"),
    (4, "b", "paid", "30.00"),
    (5, "e", "invoiced", "120.00"),
    (8, "c", "agency fee", "5.00"),
    (70, "z", "note", ""),
)


def told(rows: object, start: date = START, **more: object) -> Collections:
    asked = Asked(start, ZONE, **more)  # type: ignore[arg-type]
    return collections(events(rows), asked)


def events(rows: object) -> Iterator[Event]:
    for place, (day, case, what, amount) in enumerate(rows):  # type: ignore[arg-type, var-annotated]
        at = datetime.combine(START, datetime.min.time(), UTC) + timedelta(days=day, hours=9)
        more = attributes_of({"Amount": amount}) if amount else "{}"
        yield Event("books", case, what, to_micros(at), place, attributes=more)


def line(found: Collections, name: str, days: int = 30) -> Line:
    window = next(each for each in found.windows if each.days == days)
    return next(each for each in window.lines if each.name == name)


def test_the_four_numbers_are_those_counted_by_hand() -> None:
    found = told(BY_HAND)
    cash, fees, lost = (line(found, name) for name in ("cash collected", "agency fees", "write-offs"))
    assert (cash.before, cash.after) == (4000, 9000) and (fees.before, fees.after) == (1500, 500)
    assert (lost.before, lost.after) == (2000, 0)
    owed = line(found, "days sales outstanding")
    # At the start a owes 60, b 60, c 30, and 90 were invoiced in 30 days; 30 days later b 30, c 30, e 120, of 120.
    assert owed.before == pytest.approx(30 * 150 / 90) and owed.after == pytest.approx(30 * 180 / 120)
    profit = found.windows[0].profit
    assert profit is not None and profit.value == 3000, "10 less for agencies, 20 less written off"
    assert found.seen == {"invoiced": 4, "paid": 3, "fee": 2, "written_off": 1} and found.cases == 5


def test_days_that_are_not_over_and_a_before_that_is_not_there_tell_nothing() -> None:
    short = told([*BY_HAND[:-1], (40, "z", "note", "")])
    assert line(short, "cash collected", 30).after == 9000
    sixty = line(short, "cash collected", 60)
    assert sixty.verdict is Verdict.UNTOLD and "the 60 days are not over" in sixty.why
    assert short.windows[1].profit is None
    early = told(BY_HAND, date(2026, 1, 1))
    assert "there is no before of 60 days" in line(early, "cash collected", 60).why
    assert "no write-offs" in line(told(BY_HAND[:5] + BY_HAND[6:]), "write-offs").why
    no_sales = [each for each in BY_HAND if each[2] != "invoiced"]
    assert "no invoices" in line(told([(-70, "q", "note", ""), *no_sales]), "days sales outstanding").why


def test_a_year_before_is_the_same_weekday() -> None:
    found = told([(-430, "z", "note", ""), *BY_HAND], a_year_before=True)
    assert found.windows[0].before[0] == date(2025, 3, 2) and found.windows[0].before[0].weekday() == START.weekday()
    assert line(found, "cash collected").before == 0 and found.remarks == ()


def test_a_history_without_payments_says_what_to_name_and_names_help() -> None:
    other = [(day, case, "geld" if what == "paid" else what, amount) for day, case, what, amount in BY_HAND]
    with pytest.raises(CollectionsUntold, match="--paid"):
        told(other)
    assert line(told(other, named={"paid": ("geld",)}), "cash collected").after == 9000
    with pytest.raises(CollectionsUntold, match="10 amounts could not be read"):
        told(BY_HAND, amount="Sum")


def test_an_amount_that_cannot_be_told_is_left_out_and_counted() -> None:
    found = told([*BY_HAND, (6, "f", "paid", "1,234")])
    assert line(found, "cash collected").after == 9000
    assert "1 amounts could not be read and are left out." in found.remarks


@pytest.mark.parametrize(
    ("text", "minor"),
    [("49.9", 4990), ("EUR 1.234,50", 123450), ("1,234.50", 123450), ("1,234,567", 123456700), ("-12", -1200),
     ("1,234", None), ("", None), ("n/a", None), ("7,", 700)],
)  # fmt: skip
def test_amounts_are_read_as_systems_write_them(text: str, minor: int | None) -> None:
    assert minor_of(text, 2) == minor


def test_where_nothing_changed_the_bounds_hold_zero_in_most_worlds_and_a_large_change_is_told() -> None:
    rng = np.random.default_rng(7)
    worlds, wrong, seen = 200, {"cash collected": 0, "days sales outstanding": 0}, 0
    for world in range(worlds + 20):
        is_faster = world >= worlds
        rows = [(-200, "z", "note", ""), (70, "z", "note", "")]
        for number, day in enumerate(rng.uniform(-180, 60, 600)):
            amount = f"{rng.lognormal(4, 0.8):.2f}"
            paid = day + rng.exponential(25)
            if is_faster and paid > 0:
                paid = max(0.0, day) + (paid - max(0.0, day)) / 4
            rows.append((day, str(number), "invoiced", amount))
            if paid < 65:
                rows.append((paid, str(number), "paid", amount))
        found = told(rows)
        if is_faster:
            seen += line(found, "days sales outstanding").verdict is Verdict.BETTER
            continue
        for name in wrong:
            change = line(found, name).change
            assert change is not None
            wrong[name] += change.moved
    assert max(wrong.values()) / worlds < 0.1, wrong
    assert seen == 20
