"""How much each agreement weighs: Fellegi and Sunter's log-likelihood ratios, estimated from the records themselves.

For each field and level, `m` is its share among pairs that are one person and `u` among pairs that are not; its weight
is log2(m/u), in bits. `u` comes from pairs drawn by chance, `m` from expectation-maximisation over the pairs compared
(I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 1969; W. E. Winkler on the estimation). Two things are
added, for without them families and common names become one person: an agreement on a value weighs less the more
records have it, and what a household shares (family name, address, phone, a mailbox) weighs together no more than such
a household is rare.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from aboveloop.journey.matching.comparing import DIFFERS, FIELDS, NEAR, SAME

# Where we begin, and what few records are held to: the shares of (differs, near, same) among pairs of one person.
_M = {
    "given name": (0.03, 0.12, 0.85),
    "family name": (0.05, 0.10, 0.85),
    "e-mail": (0.40, 0.10, 0.50),
    "phone": (0.40, 0.0, 0.60),
    "address": (0.25, 0.15, 0.60),
    "birthday": (0.03, 0.0, 0.97),
    "own id": (0.0, 0.0, 1.0),
    "order": (0.0, 0.0, 1.0),
}
# And among pairs of two, in a company of a few thousand customers.
_U = {
    "given name": (0.978, 0.012, 0.01),
    "family name": (0.987, 0.008, 0.005),
    "e-mail": (0.9984, 0.001, 0.0006),
    "phone": (0.9995, 0.0, 0.0005),
    "address": (0.9985, 0.0005, 0.001),
    "birthday": (0.9999, 0.0, 0.0001),
    "own id": (0.9999, 0.0, 0.0001),
    "order": (0.9999, 0.0, 0.0001),
}
# So many pairs are those beginnings worth; what is estimated from thousands is hardly moved by them.
_M_WORTH, _U_WORTH = 30.0, 200.0
# One customer in fifty twice is assumed before anything is known, and so much at least always.
_FIRST_RATE, _LEAST_RATE = 0.02, 0.001
_ROUNDS = 25
# Of twenty thousand pairs of strangers one lives together, and one in ten such shares a mailbox, before we know better.
_WORTH, _FEWEST_HOMES, _FEWEST_MAILBOXES = 20_000.0, 1.0, 0.1
_HOUSEHOLD = tuple(FIELDS.index(name) for name in ("family name", "phone", "address", "e-mail"))
_LIVES, _MAIL = _HOUSEHOLD[1:3], _HOUSEHOLD[3]
_GIVEN = FIELDS.index("given name")
Numbers = Any


@dataclass(frozen=True)
class Weights:
    """`bits[field, level]`; `same[field]`: log2 of how often one person agrees with themselves; `prior`: what a pair
    weighs before anything is compared; and what a household weighs at most: one that lives together, and one that
    shares a mailbox."""

    bits: Numbers
    same: Numbers
    prior: float
    household: float
    mailbox: float

    def parts(self, levels: Numbers, shared_by: Numbers) -> Numbers:
        """What each field of each pair weighs. `shared_by`: how likely somebody else has the value on which a pair
        agrees, as log2; NaN where it is not told by value."""
        found = np.take_along_axis(self.bits[None, :, :], levels[:, :, None].astype(np.intp), axis=2)[:, :, 0]
        found = np.where(np.isnan(shared_by), found, np.maximum(self.same[None, :] - shared_by, 0.0))
        shared = found[:, _HOUSEHOLD].clip(min=0).sum(axis=1)
        most = np.where(levels[:, _MAIL] >= NEAR, self.mailbox, self.household)
        # Beyond what a household weighs, they say the same thing again.
        keep = np.where(shared > most, most / np.maximum(shared, 1e-9), 1.0)
        for place in _HOUSEHOLD:
            found[:, place] = np.where(found[:, place] > 0, found[:, place] * keep, found[:, place])
        return found

    def total(self, levels: Numbers, shared_by: Numbers) -> Numbers:
        return self.parts(levels, shared_by).sum(axis=1) + self.prior


def chance_of(bits: Numbers) -> Numbers:
    """How likely it is one person, from the sum of all bits."""
    return 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))


def estimate(levels: Numbers, shared_by: Numbers, by_chance: Numbers, records: int) -> Weights:
    """`levels` of the pairs compared, `by_chance` of pairs drawn by chance, of so many records."""
    everybody = max(records * (records - 1) / 2, 1.0)
    u = _shares(by_chance, np.ones(len(by_chance)), _U, _U_WORTH)
    m = np.array([(1.0, *_M[name]) for name in FIELDS])
    household = _household(levels, _LIVES, everybody, _FEWEST_HOMES)
    mailbox = max(_household(levels, (_MAIL,), everybody, _FEWEST_MAILBOXES), household)
    rate = _FIRST_RATE * max(records, 1) / everybody
    weights = Weights(_bits(m, u), _same(m), float(np.log2(rate)), household, mailbox)
    for _ in range(_ROUNDS if len(levels) else 0):
        chances = chance_of(weights.total(levels, shared_by))
        m = _shares(levels, chances, _M, _M_WORTH)
        rate = max(float(chances.sum()), _LEAST_RATE * records) / everybody
        new = Weights(_bits(m, u), _same(m), float(np.log2(rate)), household, mailbox)
        settled = np.abs(new.bits - weights.bits).max() < 1e-3 and abs(new.prior - weights.prior) < 1e-3
        weights = new
        if settled:
            break
    return weights


def _shares(levels: Numbers, worth: Numbers, first: dict[str, tuple[float, float, float]], strength: float) -> Numbers:
    """Of each field the share of each level among pairs in which both say something, held to the beginning."""
    found = np.ones((len(FIELDS), SAME + 1))
    for place, name in enumerate(FIELDS):
        column = levels[:, place] if len(levels) else np.zeros(0)
        counts = np.array([float(worth[column == level].sum()) for level in (DIFFERS, NEAR, SAME)])
        held = counts + strength * np.array(first[name])
        found[place, DIFFERS:] = held / held.sum()
    return found


def _same(m: Numbers) -> Numbers:
    return np.log2(np.maximum(m[:, SAME], 1e-7))


def _bits(m: Numbers, u: Numbers) -> Numbers:
    bits = np.log2(np.maximum(m, 1e-7) / np.maximum(u, 1e-7))
    bits[:, 0] = 0.0
    # A field that cannot differ or be near says nothing there.
    bits[(m < 1e-6) & (u < 1e-6)] = 0.0
    return bits


def _household(levels: Numbers, shared: tuple[int, ...], everybody: float, fewest: float) -> float:
    """The weight of living together: pairs that share one of these and go by other given names are two people, and as
    rare as they are, so much does sharing weigh."""
    shares = (levels[:, shared] == SAME).any(axis=1)
    two = int((shares & (levels[:, _GIVEN] == DIFFERS)).sum())
    return float(np.log2((everybody + _WORTH) / (two + fewest)))


def default_u(place: int) -> float:
    """How likely two people agree on a field, before anything is known."""
    return _U[FIELDS[place]][2]
