"""Two readers on the same messages: is the new one better, worse, or can nobody tell?

Paired: each message is read by both, so what both read alike says nothing. McNemar's exact test on those that only one
read rightly, and a bootstrap over messages for how large the difference may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aboveloop.kit import chances

# Fewer messages than this decide nothing: a difference of ten points would pass for chance.
FEWEST_ROWS = 50
# What is worse by as little as this is not kept from customers for it alone.
TOLERANCE = 0.02
# Chance alone would call a candidate worse once in twenty times.
SIGNIFICANT = 0.05
ROUNDS = 2_000
_SEED = 5

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Paired:
    """One message read by both: its right intent, and what each said."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Moved:
    """An intent whose messages are now read otherwise: how many are read rightly that were not, and the reverse."""

    intent: str
    gained: int
    lost: int


@dataclass(frozen=True)
class Comparison:
    """What was found. `difference` is the accuracy of the new one less that of the old, `low` to `high` hold it with
    95 %; `chance` is the probability of a difference as great if both were equally good."""

    rows: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    gained: int
    lost: int
    chance: float
    moved: tuple[Moved, ...]

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "moved": [vars(each) for each in self.moved]}


@dataclass(frozen=True)
class Ruling:
    """Whether the new one may be brought further, with the reason in words."""

    ships: bool
    reason: str


def compare(paired: Sequence[Paired]) -> Comparison:
    """Compare on these messages. Nothing at all gives no difference."""
    if not paired:
        return Comparison(0, 0.0, 0.0, 0.0, -1.0, 1.0, 0, 0, 1.0, ())
    before = np.array([each.before == each.label for each in paired])
    after = np.array([each.after == each.label for each in paired])
    gained, lost = int((after & ~before).sum()), int((before & ~after).sum())
    steps = after.astype(float) - before.astype(float)
    generator = np.random.default_rng(_SEED)
    drawn = generator.integers(0, len(steps), size=(ROUNDS, len(steps)))
    low, high = np.quantile(steps[drawn].mean(axis=1), [0.025, 0.975])
    return Comparison(
        rows=len(paired),
        before=float(before.mean()),
        after=float(after.mean()),
        difference=float(steps.mean()),
        low=float(low),
        high=float(high),
        gained=gained,
        lost=lost,
        chance=_chance(gained, lost),
        moved=_moved([each.label for each in paired], before, after),
    )


def rule(found: Comparison, *, promise_before: float, promise_after: float) -> Ruling:
    """Whether what was compared may ship. `promise_...`: the share of messages that each may act on alone under one cap
    on errors."""
    if found.rows < FEWEST_ROWS:
        few = f"The frozen set has {found.rows} messages that can be compared; it takes {FEWEST_ROWS} to tell."
        return Ruling(False, few)
    said = f"{found.after:.1%} instead of {found.before:.1%} of {found.rows} frozen messages are read rightly"
    span = f"({100 * found.difference:+.1f} points, from {100 * found.low:+.1f} to {100 * found.high:+.1f})"
    if found.lost > found.gained and (found.chance < SIGNIFICANT or found.difference < -TOLERANCE):
        return Ruling(False, f"It is worse: {said} {span}.")
    if promise_after < promise_before - TOLERANCE:
        less = f"{promise_after:.0%} of the messages can be acted on alone under the same cap on errors"
        return Ruling(False, f"It promises less: {less}, not {promise_before:.0%}.")
    better = found.gained > found.lost and found.chance < SIGNIFICANT
    return Ruling(True, f"It is {'better' if better else 'not worse'}: {said} {span}.")


def _chance(gained: int, lost: int) -> float:
    """McNemar's exact test: of those that only one read rightly, each is as likely to be of either."""
    return chances.as_far_from_half(gained, of=gained + lost) if gained + lost else 1.0


def _moved(labels: Sequence[str], before: Bools, after: Bools) -> tuple[Moved, ...]:
    """By intent, those that lost most first."""
    every = np.array(labels)
    found = []
    for intent in sorted(set(labels)):
        of = every == intent
        gained, lost = int((after & ~before & of).sum()), int((before & ~after & of).sum())
        if gained or lost:
            found.append(Moved(intent, gained, lost))
    return tuple(sorted(found, key=lambda each: (each.gained - each.lost, each.intent)))
