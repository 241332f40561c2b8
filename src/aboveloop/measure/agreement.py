"""How far a worker agrees with the people it works beside: shares with intervals, by kind, and what they differ in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aboveloop.understand.evaluation import Rate


@dataclass(frozen=True)
class Pair:
    """What the person did and what the worker would have done, in a case of some kinds."""

    person: str
    worker: str

    @property
    def agrees(self) -> bool:
        return self.person == self.worker


@dataclass(frozen=True)
class Agreement:
    """`rate` counts every pair alike; `macro` every kind of thing that people did alike, None without any.

    `f1` is the F1 of what people did, weighted by how often they did it. `differing` are the pairs that differ most
    often: what the person did, what the worker would have done, how often.
    """

    rate: Rate
    macro: float | None
    f1: float | None
    differing: tuple[tuple[str, str, int], ...]


# Pairs that differ are told up to here.
_TOLD = 20


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The agreement over some pairs; Wilson bounds at 95 %."""
    differing = Counter((pair.person, pair.worker) for pair in pairs if not pair.agrees)
    common = sorted(differing.items(), key=lambda item: (-item[1], item[0]))[:_TOLD]
    return Agreement(
        Rate.of_counts(sum(pair.agrees for pair in pairs), len(pairs)),
        _macro(pairs),
        _weighted_f1(pairs),
        tuple((person, worker, times) for (person, worker), times in common),
    )


def _macro(pairs: Sequence[Pair]) -> float | None:
    done = Counter(pair.person for pair in pairs)
    agreed = Counter(pair.person for pair in pairs if pair.agrees)
    return sum(agreed[each] / times for each, times in done.items()) / len(done) if done else None


def _weighted_f1(pairs: Sequence[Pair]) -> float | None:
    done = Counter(pair.person for pair in pairs)
    guessed = Counter(pair.worker for pair in pairs)
    agreed = Counter(pair.person for pair in pairs if pair.agrees)
    if not pairs:
        return None
    return sum(times * 2 * agreed[each] / (times + guessed[each]) for each, times in done.items()) / len(pairs)


def mean(shares: Iterable[float | None]) -> float | None:
    """The mean of the shares that are known: every kind counts alike, however many cases it has."""
    known = [share for share in shares if share is not None]
    return sum(known) / len(known) if known else None
