"""Medians and sums of many groups at once."""

from typing import Any

import numpy as np

from aboveloop.discover.sorting import BITS, blocks
from aboveloop.history.logs.log import Codes, Numbers, Whole

# Where group and value fit into so many bits, they sort in half of the time.
SHORT = 32


def medians(groups: Codes | Numbers, values: Whole, sizes: Numbers, *, unit: int = 1) -> Numbers:
    """The lower median of the values (from 0 up) of each group; `sizes` counts them, 0 where a group is empty."""
    return medians_and_totals(groups, values, sizes, unit=unit)[0]


def medians_and_totals(
    groups: Codes | Numbers, values: Whole, sizes: Numbers, *, unit: int = 1
) -> tuple[Numbers, Numbers]:
    """The lower median and the sum of the values of each group. All values are whole multiples of `unit`, from 0 up.

    Group and value in one word sort fastest, where they fit.
    """
    middle, total = np.zeros(len(sizes), dtype=np.int64), np.zeros(len(sizes), dtype=np.int64)
    some = sizes > 0
    begins = (np.cumsum(sizes) - sizes)[some]
    if not len(begins):
        return middle, total
    at = begins + (sizes[some] - 1) // 2
    value_bits = (int(values.max()) // unit).bit_length()
    bits = value_bits + len(sizes).bit_length()
    if bits > BITS:
        by_group = values[np.lexsort((values, groups))]
        middle[some], total[some] = by_group[at], np.add.reduceat(by_group, begins, dtype=np.int64)
        return middle, total
    packed = _packed(groups, values, unit, value_bits, np.dtype(np.uint32 if bits <= SHORT else np.uint64))
    packed.sort()
    packed &= packed.dtype.type((1 << value_bits) - 1)
    middle[some] = packed[at]
    total[some] = np.add.reduceat(packed, begins, dtype=np.int64)
    middle *= unit
    total *= unit
    return middle, total


def _packed(groups: Codes | Numbers, values: Whole, unit: int, value_bits: int, kind: np.dtype[Any]) -> Any:
    packed: Any = groups.astype(kind)
    packed <<= kind.type(value_bits)
    for low, high in blocks(len(packed)):
        packed[low:high] |= (values[low:high] // values.dtype.type(unit)).astype(kind)
    return packed
