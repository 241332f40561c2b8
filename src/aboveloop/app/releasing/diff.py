"""The risk diff of two releases with its blast radius: what changes, what of it alters risk, whom it reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aboveloop.app.premises import Premises
from aboveloop.app.releasing import store
from aboveloop.govern.promotion.lane_changes import LaneChange, compare_policies
from aboveloop.kit.database import Reader
from aboveloop.kit.money import Money
from aboveloop.operation.changes.change import Change, ReviewPart
from aboveloop.operation.changes.compare import changes_between
from aboveloop.operation.changes.words import steps_with_fragments
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release

# A month shows a week's rhythm four times and is short enough to be like the coming one.
LOOK_BACK_DAYS = 28
# Comparisons are pure and cost seconds: kept for as many pairs as a person looks at in a sitting.
KEPT_DIFFS = 32


@dataclass(frozen=True)
class RiskDiff:
    """`changes` in the order in which people ask; `asked` counts the cases that both policies decided."""

    old: Release
    new: Release
    changes: tuple[Change, ...]
    lanes: tuple[LaneChange, ...]
    asked: int

    @property
    def risky(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_risky)

    @property
    def harmless(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if not change.is_risky)

    @property
    def needs_review(self) -> bool:
        return bool(self.risky)

    @property
    def parts(self) -> tuple[ReviewPart, ...]:
        """The parts of the review that some change concerns, in their order."""
        concerned = {part for change in self.risky for part in change.parts}
        return tuple(part for part in ReviewPart if part in concerned)


@dataclass(frozen=True)
class BlastRadius:
    """What the changed procedures and operations reached in the last `days`: what a wrong release would reach.

    `money` is what was moved by the changed operations; `procedures` and `actions` are those that change.
    """

    days: float
    cases: int
    of_cases: int
    customers: int
    writes: int
    money: Money
    procedures: tuple[str, ...]
    actions: tuple[str, ...]

    @property
    def cases_a_day(self) -> float:
        return self.cases / self.days if self.days else 0.0

    @property
    def money_a_day(self) -> Money:
        return Money(round(self.money.minor / self.days), self.money.currency) if self.days else self.money

    @property
    def sentence(self) -> str:
        if not self.of_cases:
            return "No cases were opened lately, so nobody can tell how many this reaches."
        span = "day" if round(self.days) == 1 else f"{self.days:.0f} days"
        return (
            f"In the last {span} {self.cases} of {self.of_cases} cases of {self.customers} customers went"
            f" through what changes: {self.cases_a_day:.1f} cases and {self.money_a_day} a day, {self.writes} writes."
        )


_kept: dict[tuple[str, str], tuple[tuple[Change, ...], tuple[LaneChange, ...], int]] = {}


def risk_diff(premises: Premises, old: Release, new: Release) -> RiskDiff:
    """Compare two releases. Raises what loading them raises."""
    key = (old.digest, new.digest)
    if key not in _kept:
        before, after = premises.operation_of(old.digest), premises.operation_of(new.digest)
        policies = compare_policies(before, after)
        changes = tuple(dict.fromkeys((*policies.changes, *changes_between(before, after))))
        while len(_kept) >= KEPT_DIFFS:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (changes, policies.lanes, policies.asked)
    return RiskDiff(old, new, *_kept[key])


def blast_radius(
    reader: Reader, operation: Operation, changes: Iterable[Change], now: datetime, *, days: int = LOOK_BACK_DAYS
) -> BlastRadius:
    """What the changes reached in the last days, or since the first case where that is later."""
    procedures, actions = reached(operation, changes)
    since = now - timedelta(days=days)
    of_cases, first = store.cases_since(reader, since)
    # Where history is short, a day is counted as one: an hour of cases says little about a day.
    span = max((now - max(first, since)) / timedelta(days=1), 1.0) if first is not None else 0.0
    cases, customers = store.cases_touched(reader, since, procedures=procedures, actions=actions)
    amounts = [amount for _, amount in store.performed_amounts(reader, since, actions)]
    return BlastRadius(
        days=span,
        cases=cases,
        of_cases=of_cases,
        customers=customers,
        writes=len(amounts),
        money=Money(sum(amounts), operation.about.currency),
        procedures=tuple(sorted(procedures)),
        actions=tuple(sorted(actions)),
    )


# What has no place of its own reaches everybody: thresholds, channels, a system's address.
EVERYWHERE = ("operation:", "channel:", "system:", "file:", "routing:")


def reached(operation: Operation, changes: Iterable[Change]) -> tuple[set[str], set[str]]:
    """The procedures that change themselves or go by an operation of a system that does, and those operations."""
    procedures: set[str] = set()
    actions: set[str] = set()
    for change in changes:
        if not change.is_risky:
            continue
        everybody = operation.procedures if change.about.startswith(EVERYWHERE) else ()
        names = change.touches or frozenset(everybody)
        actions |= {name for name in names if "." in name}
        procedures |= {name for name in names if "." not in name}
    for name, steps in steps_with_fragments(operation).items():
        if any(step.do in actions or step.look_up in actions for step in steps):
            procedures.add(name)
    return procedures, actions
