"""Guards: what a canary may not make worse than production, judged by an exact test.

Each guard counts the cases of both in which something bad happened. The canary is worse when its share exceeds that of
production by more than the tolerance, and chance alone would hardly do that (Fisher's exact test, one-sided). Nothing
is said before the minimum of cases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma

from aboveloop.operation.models import Guard

WORDS: Mapping[str, str] = {
    "refused": "cases that ended with a lawful no",
    "handed_over": "cases given to a person",
    "reopened": "cases that came back after their end",
    "denied_approvals": "cases in which a person denied an approval",
    "refused_writes": "cases in which a system of record refused a write",
    "uncertain_writes": "cases with a write that nobody can tell the outcome of",
    "unproved_writes": "cases with a write that the system of record does not show",
    "failed_turns": "cases in which a worker failed",
    "differences": "cases on which the ledger and a system of record do not agree",
}


class Standing(StrEnum):
    HOLDS = "holds"
    # Worse by more than the tolerance, and by more than chance.
    BREACHED = "breached"
    # Worse by more than the tolerance, and chance could do it.
    BEYOND = "beyond"
    # Fewer cases than the guard needs.
    WAITS = "waits"


@dataclass(frozen=True)
class Count:
    """How many of so many cases."""

    bad: int
    cases: int

    @property
    def share(self) -> float:
        return self.bad / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class GuardState:
    """One guard, held against what happened. `chance` is how likely so much or more is where nothing got worse."""

    guard: Guard
    canary: Count
    production: Count
    standing: Standing
    chance: float

    @property
    def sentence(self) -> str:
        what = WORDS[self.guard.guard].capitalize()
        counts = (
            f"{what}: {self.canary.bad} of {self.canary.cases} on the canary,"
            f" {self.production.bad} of {self.production.cases} in production"
        )
        return {
            Standing.HOLDS: f"{counts}: within the tolerance of {self.guard.tolerance:.1%}.",
            Standing.BREACHED: f"{counts}: worse by more than {self.guard.tolerance:.1%}, and chance would do that in"
            f" {self.chance:.2%} of such comparisons.",
            Standing.BEYOND: f"{counts}: worse by more than {self.guard.tolerance:.1%}; chance could do that"
            f" ({self.chance:.1%}).",
            Standing.WAITS: f"{counts}: nothing is said before {self.guard.minimum_cases} cases of each.",
        }[self.standing]


def judge(guard: Guard, canary: Count, production: Count) -> GuardState:
    """Hold one guard against the counts."""
    chance = fisher_greater(canary, production)
    excess = canary.share - production.share
    if min(canary.cases, production.cases) < guard.minimum_cases:
        standing = Standing.WAITS
    elif excess <= guard.tolerance:
        standing = Standing.HOLDS
    else:
        standing = Standing.BREACHED if chance <= 1 - guard.certainty else Standing.BEYOND
    return GuardState(guard, canary, production, standing, chance)


def fisher_greater(canary: Count, production: Count) -> float:
    """The probability that so many or more of all bad cases fall on the canary by chance alone: the upper tail of the
    hypergeometric distribution (R. A. Fisher, 1935). 1 where there are no cases."""
    cases, bad = canary.cases + production.cases, canary.bad + production.bad
    every = _log_ways(cases, bad)
    likely = (
        exp(_log_ways(canary.cases, k) + _log_ways(production.cases, bad - k) - every)
        for k in range(canary.bad, min(bad, canary.cases) + 1)
    )
    return min(sum(likely), 1.0)


def _log_ways(of: int, chosen: int) -> float:
    """The logarithm of the binomial coefficient: the number itself has too many digits for many cases."""
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


@dataclass(frozen=True)
class Weighed:
    """All guards of a canary with the share that is resolved without a person, on both."""

    states: Sequence[GuardState]
    alone: Count
    alone_before: Count

    @property
    def breached(self) -> list[GuardState]:
        return [state for state in self.states if state.standing is Standing.BREACHED]

    @property
    def objections(self) -> list[str]:
        """Why this canary does not become production yet, a sentence each; empty when it may.

        More speed at the cost of trust is no improvement: a guard beyond its tolerance stops a canary that resolves
        more without a person even where chance could explain the guard.
        """
        found = [state.sentence for state in self.breached]
        waiting = [state for state in self.states if state.standing is Standing.WAITS]
        if waiting:
            fewest = min(min(state.canary.cases, state.production.cases) for state in waiting)
            wanted = max(state.guard.minimum_cases for state in waiting)
            found.append(
                f"{len(waiting)} of {len(self.states)} guards say nothing before {wanted} cases of the canary and of"
                f" production; the fewest so far are {fewest}."
            )
        if self.alone.share > self.alone_before.share:
            for state in self.states:
                if state.standing is Standing.BEYOND:
                    found.append(
                        f"{state.sentence} More is resolved without a person ({self.alone.share:.1%} instead of"
                        f" {self.alone_before.share:.1%}), and not at the cost of trust."
                    )
        return found


def weigh(
    guards: Iterable[Guard],
    canary: Mapping[str, Count],
    production: Mapping[str, Count],
    *,
    alone: Count,
    alone_before: Count,
) -> Weighed:
    """Hold every guard against the counts of its measure."""
    states = [judge(guard, canary[guard.guard], production[guard.guard]) for guard in guards]
    return Weighed(states, alone, alone_before)
