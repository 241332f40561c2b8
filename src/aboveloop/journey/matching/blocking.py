"""Which pairs are worth a comparison: those that share something that few share.

Everybody with everybody would be five thousand million pairs of a hundred thousand customers.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from aboveloop.journey.matching.forms import house_number
from aboveloop.journey.matching.people import Entry

# What more than so many share says nothing alone ("Jan Jansen", the address of an office): a true pair among them
# shares something rarer too. Twenty make 190 pairs.
LARGEST_BLOCK = 20
# A local part as short as "info" or "jan" is nobody's own.
_SHORTEST_LOCAL = 5
_VOWELS = str.maketrans("", "", "aeiouyh")


class Pairs(NamedTuple):
    """`left[i]` < `right[i]` are places of two entries. `left_out`: groups too large to be compared."""

    left: Any
    right: Any
    left_out: int


def pairs_of(entries: Sequence[Entry]) -> Pairs:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for key in keys_of(entry):
            groups[key].append(place)
    codes, left_out, count = [], 0, len(entries)
    for members in groups.values():
        if len(members) > LARGEST_BLOCK:
            left_out += 1
        elif len(members) > 1:
            codes += [one * count + other for one, other in combinations(members, 2)]
    unique = np.unique(np.array(codes, dtype=np.int64))
    return Pairs(unique // max(count, 1), unique % max(count, 1), left_out)


def keys_of(entry: Entry) -> Iterator[str]:
    """Under what a record is filed. Each survives some slips: one of them is enough for two records to meet."""
    for email in entry.emails:
        yield f"mail {email}"
        local = email.partition("@")[0]
        if len(local) >= _SHORTEST_LOCAL:
            yield f"local {local}"
    for phone in entry.phones:
        yield f"phone {phone[-9:]}"
    for own in entry.own_ids:
        yield f"own {own}"
    for order in entry.orders:
        yield f"order {order}"
    given, family = entry.name
    sound = _sound(family)
    if given and family:
        yield f"name {given} {family}"
        yield f"born {entry.born} {given[:2]}" if entry.born else f"sounds {_sound(given)} {sound}"
    if entry.address:
        number, street = house_number(entry.address), entry.address[:5]
        yield f"lives {number} {street} {sound or given[:3]}"
        yield f"there {number} {street} {given[:3]}"


def _sound(name: str) -> str:
    """The first letter and the consonants behind it, doubled ones once."""
    rest = name[1:].translate(_VOWELS)
    once = "".join(letter for at, letter in enumerate(rest) if at == 0 or letter != rest[at - 1])
    return name[:1] + once[:4]
