"""Ids: unique and in order, whatever the clock of the machine and however many threads do."""

import re
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from aboveloop.kit import ids
from aboveloop.kit.ids import ALPHABET, new_id

SHAPE = re.compile(rf"case_[{ALPHABET}]{{22}}")


def test_an_id_names_its_kind_and_is_safe_in_a_url_and_on_the_phone() -> None:
    assert SHAPE.fullmatch(new_id("case"))
    assert not set("ilou") & set(ALPHABET)


def test_ids_of_many_threads_are_all_different_and_sorted_within_each() -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id("x") for _ in range(2_000)], range(8)))
    everything = [each for batch in batches for each in batch]
    assert len(set(everything)) == len(everything)
    for batch in batches:
        assert batch == sorted(batch)


def test_ids_go_on_in_order_when_the_machines_clock_is_set_back() -> None:
    before = new_id("x")
    # As if an hour ahead of the machine: its clock was set back by an hour since.
    ids._last += 3_600_000
    ahead = [new_id("x") for _ in range(100)]
    assert [before, *ahead] == sorted([before, *ahead])
    assert len(set(ahead)) == 100


@given(st.integers(min_value=0, max_value=2**50 - 1), st.integers(min_value=0, max_value=2**50 - 1))
def test_encoded_numbers_sort_as_the_numbers(one: int, other: int) -> None:
    assert (one < other) == (ids._encode(one, 10) < ids._encode(other, 10))
