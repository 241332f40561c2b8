"""How alike two records are, field by field, in a few levels: 0 where one of them says nothing."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler, Levenshtein

from aboveloop.journey.matching.blocking import Pairs
from aboveloop.journey.matching.forms import house_number
from aboveloop.journey.matching.people import Entry

Field = Literal["given name", "family name", "e-mail", "phone", "address", "birthday", "own id", "order"]
FIELDS: tuple[Field, ...] = (
    "given name", "family name", "e-mail", "phone", "address", "birthday", "own id", "order",
)  # fmt: skip
MISSING, DIFFERS, NEAR, SAME = 0, 1, 2, 3
# Jaro-Winkler from here on is a slip or a short form: "Jonathan" and "Johnathan", "Sofie" and "Sophie".
_NEAR_NAME, _NEAR_ADDRESS = 0.88, 0.9
# In front of the @, shorter is nobody's own.
_SHORTEST_LOCAL = 5
Numbers = Any


def levels(entries: Sequence[Entry], pairs: Pairs) -> Numbers:
    """A row for each pair, a column for each of FIELDS."""
    left = [entries[place] for place in pairs.left.tolist()]
    right = [entries[place] for place in pairs.right.tolist()]
    columns = [
        _names(left, right, lambda entry: entry.name.given, with_initials=True),
        _names(left, right, lambda entry: entry.name.family, with_initials=False),
        _emails(left, right),
        _sets(left, right, lambda entry: entry.phones, differs=DIFFERS),
        _addresses(left, right),
        _texts(left, right, lambda entry: entry.born),
        # That two have other numbers and orders is what duplicates are made of.
        _sets(left, right, lambda entry: entry.own_ids, differs=MISSING),
        _sets(left, right, lambda entry: entry.orders, differs=MISSING),
    ]
    return np.array(columns, dtype=np.int8).T


def _alike(one: list[str], other: list[str]) -> Numbers:
    if not one:
        return np.zeros(0)
    return process.cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float32)


def _names(left: list[Entry], right: list[Entry], of: Callable[[Entry], str], *, with_initials: bool) -> Numbers:
    one, other = [of(each) for each in left], [of(each) for each in right]
    alike = _alike(one, other)
    found = np.full(len(one), DIFFERS, dtype=np.int8)
    found[alike >= _NEAR_NAME] = NEAR
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        if not a or not b:
            found[place] = MISSING
        elif a == b:
            found[place] = SAME
        elif with_initials and min(len(a), len(b)) == 1 and a[0] == b[0]:
            found[place] = NEAR
    return found


def _emails(left: list[Entry], right: list[Entry]) -> Numbers:
    found = _sets(left, right, lambda entry: entry.emails, differs=DIFFERS)
    for place in np.flatnonzero(found == DIFFERS).tolist():
        found[place] = _other_mailbox(left[place], right[place])
    return found


def _other_mailbox(one: Entry, other: Entry) -> int:
    """Near is one slip, or the same made-up name at another provider. `jan.jansen` at two says the name once more."""
    for a in one.emails:
        for b in other.emails:
            local, _, domain = a.partition("@")
            second, _, elsewhere = b.partition("@")
            if local == second and Levenshtein.distance(domain, elsewhere, score_cutoff=2) <= 2:
                return NEAR
            if len(local) < _SHORTEST_LOCAL or _digits(local) != _digits(second):
                continue
            is_own = bool(_digits(local)) or not one.name.family or one.name.family not in local
            slips = Levenshtein.distance(local, second, score_cutoff=1)
            if slips == 0 or (slips == 1 and domain == elsewhere):
                return NEAR if is_own else MISSING
    return DIFFERS


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _addresses(left: list[Entry], right: list[Entry]) -> Numbers:
    one, other = [each.address for each in left], [each.address for each in right]
    alike = _alike(one, other)
    found = np.full(len(one), DIFFERS, dtype=np.int8)
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        if not a or not b:
            found[place] = MISSING
        elif a == b:
            found[place] = SAME
        elif alike[place] >= _NEAR_ADDRESS and house_number(a) == house_number(b):
            found[place] = NEAR
    return found


def _texts(left: list[Entry], right: list[Entry], of: Callable[[Entry], str]) -> Numbers:
    pairs = ((of(a), of(b)) for a, b in zip(left, right, strict=True))
    told = (MISSING if not a or not b else SAME if a == b else DIFFERS for a, b in pairs)
    return np.fromiter(told, dtype=np.int8, count=len(left))


def _sets(left: list[Entry], right: list[Entry], of: Callable[[Entry], frozenset[str]], *, differs: int) -> Numbers:
    pairs = ((of(a), of(b)) for a, b in zip(left, right, strict=True))
    told = (MISSING if not a or not b else differs if a.isdisjoint(b) else SAME for a, b in pairs)
    return np.fromiter(told, dtype=np.int8, count=len(left))
