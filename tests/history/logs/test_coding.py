"""Codes and names give back the values of a column, however many there are and wherever their hashes lie."""

import numpy as np
import polars
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.history.logs.coding import BLOCK, SLOTS, Coding, coded, of_rows
from aboveloop.history.logs.log import UNKNOWN


def values_of(column: object) -> list[str]:
    return [column.names[code] for code in column.codes]  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from(("a", "b", " ", "n/a", "?", "Ä")))))
def test_every_row_has_its_value_and_what_says_nothing_is_one(values: list[str | None]) -> None:
    column = coded(polars.Series(values, dtype=polars.String))
    expected = [UNKNOWN if each is None or each in (" ", "n/a", "?") else each for each in values]
    assert values_of(column) == expected
    assert column.names == tuple(sorted(set(expected)))


def test_more_values_than_slots_are_all_told_apart() -> None:
    values = [f"value {each % (SLOTS + 9_000)}" for each in range(SLOTS + 20_000)]
    column = coded(polars.Series(values))
    assert values_of(column) == values
    assert column.codes.dtype == np.uint32


def test_values_whose_hashes_end_alike_are_told_apart() -> None:
    # Of one slot, met in batches: the second finds it taken, also when the first comes again.
    hashes = {"a": 5, "b": 5 + SLOTS, "c": 5 + 2 * SLOTS, "zero": 0}
    batches = [["a", "b", "a"], ["b", "c", "zero"], ["c", "a", "b", "zero"]]
    coding = Coding()
    for batch in batches:
        coding.add(polars.Series(batch), np.array([hashes[each] for each in batch], dtype=np.uint64))
    assert values_of(coding.whole()) == [each for batch in batches for each in batch]


def test_few_values_take_one_byte_and_rows_of_several_blocks_stay_in_order() -> None:
    values = [f"v{each * 7 % 200}" for each in range(2 * BLOCK + 3)]
    column = coded(polars.Series(values))
    assert column.codes.dtype == np.uint8
    assert values_of(column) == values


def test_some_rows_keep_the_names_that_occur_there() -> None:
    column = of_rows(coded(polars.Series(["a", "b", "c", "a"])), np.array([0, 2, 3]))
    assert (column.names, values_of(column)) == (("a", "c"), ["a", "c", "a"])
    nothing = of_rows(column, np.zeros(0, dtype=np.int64))
    assert (nothing.names, len(nothing.codes)) == ((), 0)
