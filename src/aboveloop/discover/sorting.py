"""Sorting millions of events by case and time: packed into single words, which sort at the speed of memory.

Where a whole array would be another of its size, work is done in blocks that fit into a cache: to ask for memory and
to fill it for the first time costs as much as the work itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from aboveloop.history.logs.log import Hashes, Numbers

# How many bits a sorted number has, without its sign.
BITS = 63
WORD = 64
# Smaller than what the C library maps anew each time it is asked for.
BLOCK = 1 << 14

Rows = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Places:
    """`rows[i]` is the place in the log of event i, `starts[c]` the first event of case c and `starts[-1]` the count;
    `at` is when each event was."""

    rows: Rows
    starts: Numbers
    at: Numbers


@dataclass(frozen=True)
class _Runs:
    """Events by case, cases in the order of their hashes: `words` hold time and row of each event, `begins` and
    `lengths` where each case begins and how many events it has; `spare` is memory of the size of `words`."""

    words: Hashes
    begins: Numbers
    lengths: Numbers
    spare: Hashes
    place_bits: int
    time_bits: int

    @property
    def below(self) -> np.uint64:
        return _ones(self.place_bits)


def blocks(count: int, size: int | None = None) -> Iterator[tuple[int, int]]:
    """From 0 to `count`, in pieces of this size; of BLOCK where none is named."""
    return pairwise([*range(0, count, max(BLOCK if size is None else size, 1)), count])


def blocks_of_cases(begins: Numbers, count: int) -> Iterator[tuple[slice, int, int]]:
    """Some cases at a time: which, and from where to where their events stand."""
    for low, high in blocks(len(begins), BLOCK * len(begins) // count):
        yield slice(low, high), int(begins[low]), int(begins[high]) if high < len(begins) else count


def by_case_and_time(keys: Hashes, at: Numbers, unit: int) -> Places:
    """The order of events by case (cases in the order of their first events), then time, then row.

    `keys` are hashes of case ids, all of `at` whole multiples of `unit` after the first.
    """
    first = int(at.min())
    time_bits = ((int(at.max()) - first) // unit).bit_length()
    found = _sorted(keys, at, unit, time_bits)
    if found is not None:
        return found
    # Case, time and row are more than a word holds: by time first, then as if all were at one time.
    by_time = stable_order((at - first) // unit)
    places = _sorted(keys[by_time], np.broadcast_to(at[:1], at.shape), 1, 0)
    assert places is not None, "case and place of four thousand million events fit into a word"
    rows = by_time[places.rows]
    return Places(rows, places.starts, at[rows])


def stable_order(values: Numbers) -> Rows:
    """The order that sorts whole numbers from 0 up, equal ones as they stand; as `argsort`, many times faster.

    Number and place are packed into one word; what does not fit is sorted in passes, the lowest bits first.
    """
    place_bits = max(len(values) - 1, 1).bit_length()
    width = BITS - place_bits
    left = int(values.max(initial=0)).bit_length()
    order, shift = _pass(values if left <= width else values & ((1 << width) - 1), place_bits), width
    while left > shift:
        part = (values[order] >> shift) & ((1 << width) - 1)
        order, shift = order[_pass(part, place_bits)], shift + width
    return order


def _pass(values: Numbers, place_bits: int) -> Rows:
    packed = np.arange(len(values), dtype=np.int64)
    for low, high in blocks(len(values)):
        packed[low:high] |= values[low:high] << place_bits
    packed.sort()
    packed &= (1 << place_bits) - 1
    return packed.astype(np.uint32)


def grouped(hashes: Hashes) -> tuple[Numbers, Numbers]:
    """Where equal hashes come first, and the group of each; the lowest bits of a hash are not looked at."""
    below = _ones(max(len(hashes) - 1, 1).bit_length())
    packed = hashes & ~below
    packed |= np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    is_new = np.append(True, (packed[1:] ^ packed[:-1]) > below)
    packed &= below
    place = packed.view(np.int64)
    group = np.empty_like(place)
    group[place] = np.cumsum(is_new) - 1
    return place[is_new], group


def _sorted(keys: Hashes, at: Numbers, unit: int, time_bits: int) -> Places | None:
    """None where case, time and place do not fit into a word."""
    place_bits = max(len(keys) - 1, 1).bit_length()
    if place_bits + time_bits > WORD:
        return None
    runs = _by_case(keys, at, unit, place_bits, time_bits)
    length_bits = int(runs.lengths.max() - 1).bit_length()
    if (len(runs.begins) - 1).bit_length() + time_bits + length_bits > WORD:
        return None
    earliest = np.minimum.reduceat(runs.words, runs.begins)
    by_first = _order_of(earliest, runs)
    since = (earliest >> np.uint64(place_bits)) if time_bits else np.zeros_like(earliest)
    _sort_within(runs, by_first, since, length_bits)
    return _unpacked(runs, by_first, since, length_bits, unit, int(at.min()))


def _by_case(keys: Hashes, at: Numbers, unit: int, place_bits: int, time_bits: int) -> _Runs:
    """The upper bits of the hash and the row in one word, sorted; the lower bits come with the time, in one reading."""
    count, below = len(keys), _ones(place_bits)
    words = np.arange(count, dtype=np.uint64)
    told = np.empty_like(words)
    first = at.min()
    for low, high in blocks(count):
        words[low:high] |= keys[low:high] & ~below
        told[low:high] = (keys[low:high] & below) << np.uint64(time_bits)
        told[low:high] |= ((at[low:high] - first) // unit).view(np.uint64)
    words.sort()
    is_new = np.empty(count, dtype=np.bool_)
    is_new[0] = True
    mixed: list[int] = []
    word, rest = words[:1].copy(), None
    for low, high in blocks(count):
        here = words[low:high]
        np.greater(np.append(word, here[:-1]) ^ here, below, out=is_new[low:high])
        word = here[-1:].copy()
        rows = here & below
        read = told.take(rows.view(np.int64), mode="clip")
        here[:] = ((read & _ones(time_bits)) << np.uint64(place_bits)) | rows
        read >>= np.uint64(time_bits)
        differs = read != np.append(read[:1] if rest is None else rest, read[:-1])
        mixed += (low + np.flatnonzero(differs & ~is_new[low:high])).tolist()
        rest = read[-1:]
    is_new[0] = True
    begins = np.flatnonzero(is_new)
    if mixed:
        begins = _parted(words, is_new, begins, keys, mixed, below)
    return _Runs(words, begins, np.diff(begins, append=count), told, place_bits, time_bits)


def _parted(
    words: Hashes, is_new: npt.NDArray[np.bool_], begins: Numbers, keys: Hashes, mixed: list[int], below: np.uint64
) -> Numbers:
    """Where the hashes of two cases begin alike, all their bits are looked at: very few, or none."""
    bounds = np.append(begins, len(words))
    for run in np.unique(np.searchsorted(begins, mixed, "right") - 1):
        start, end = bounds[run], bounds[run + 1]
        full = keys[words[start:end] & below]
        inner = np.argsort(full, kind="stable")
        words[start:end], full = words[start:end][inner], full[inner]
        is_new[start + 1 : end] = full[1:] != full[:-1]
    return np.flatnonzero(is_new)


def _order_of(earliest: Hashes, runs: _Runs) -> Numbers:
    """The cases in the order of their first events: by time and row, of which no two are alike."""
    case_of = runs.spare
    case_of[earliest & runs.below] = np.arange(len(earliest), dtype=np.uint64)
    found: Numbers = case_of[np.sort(earliest) & runs.below].astype(np.int64)
    return found


def _sort_within(runs: _Runs, by_first: Numbers, since: Hashes, length_bits: int) -> None:
    """Sort `spare`: the place of the case, the time after its first event, the place of the event in its run."""
    place = np.empty(len(by_first), dtype=np.uint64)
    place[by_first] = np.arange(len(by_first), dtype=np.uint64)
    # What is the same for all events of a case; what is below zero here is not once time and place are added.
    same = place << np.uint64(min(runs.time_bits + length_bits, WORD - 1))
    same -= since << np.uint64(length_bits)
    same -= runs.begins.view(np.uint64)
    for cases, low, high in blocks_of_cases(runs.begins, len(runs.words)):
        word = np.repeat(same[cases], runs.lengths[cases])
        if runs.time_bits:
            word += (runs.words[low:high] >> np.uint64(runs.place_bits)) << np.uint64(length_bits)
        word += np.arange(low, high, dtype=np.uint64)
        runs.spare[low:high] = word
    runs.spare.sort()


def _unpacked(runs: _Runs, by_first: Numbers, since: Hashes, length_bits: int, unit: int, first: int) -> Places:
    begins, lengths, since = runs.begins[by_first], runs.lengths[by_first], since[by_first]
    starts = np.append(0, np.cumsum(lengths))
    rows = np.empty(len(runs.words), dtype=np.uint32)
    at = runs.spare.view(np.int64)
    for cases, low, high in blocks_of_cases(starts[:-1], len(rows)):
        word = runs.spare[low:high]
        place = np.repeat(begins[cases], lengths[cases])
        place += (word & _ones(length_bits)).view(np.int64)
        rows[low:high] = runs.words.take(place, mode="clip") & runs.below
        time = (word >> np.uint64(length_bits)) & _ones(runs.time_bits)
        time += np.repeat(since[cases], lengths[cases])
        time *= np.uint64(unit)
        np.add(time.view(np.int64), first, out=at[low:high])
    return Places(rows, starts, at)


def _ones(bits: int) -> np.uint64:
    return np.uint64((1 << bits) - 1)
