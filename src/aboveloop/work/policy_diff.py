"""Policy diff: what the ledger's past actions, and the policy tests, would be decided as under other policies.

Each is decided twice from its own recorded evidence; nothing is read from any system.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aboveloop.govern.comparing import Compared, compare
from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import question_of
from aboveloop.kit.clock import iso
from aboveloop.kit.errors import PermanentError
from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from aboveloop.work.judgement import Recorded, as_recorded, holds_decision, recorded

# As many as a person reads; the counts are of all.
CHANGES_SHOWN = 200


@dataclass(frozen=True)
class Moved:
    """One past action or test that would be decided otherwise. `case` is "" for a test, `test` "" for an action."""

    operation: str
    before: Decision
    after: Decision
    case: str = ""
    action: str = ""
    at: str = ""
    test: str = ""
    amount: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "case": self.case or None,
            "action": self.action or None,
            "at": self.at or None,
            "test": self.test or None,
            "amount_minor": self.amount,
            "before": as_recorded(self.before),
            "after": as_recorded(self.after),
        }


@dataclass
class Tally:
    """How much moves from one lane to another."""

    actions: int = 0
    cases: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    amount: int = 0


@dataclass
class Comparison:
    """All that was compared. An action that was decided several times (asked for, then approved) counts once.

    `lanes` by (from, to); `otherwise` keep their lane but ask something else of the customer or of people; `unclear`
    why by how many; `unreadable` are of erased customers, or were written by a version that kept less.
    """

    compared: int = 0
    unreadable: int = 0
    otherwise: int = 0
    unclear: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lanes: dict[tuple[Lane, Lane], Tally] = field(default_factory=lambda: defaultdict(Tally))
    changes: list[Moved] = field(default_factory=list)

    @property
    def moved(self) -> int:
        """How many would come to another lane."""
        return sum(tally.actions for tally in self.lanes.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "compared": self.compared,
            "moved": self.moved,
            "otherwise": self.otherwise,
            "unclear": sum(self.unclear.values()),
            "unclear_because": dict(self.unclear),
            "unreadable": self.unreadable,
            "lanes": [
                {
                    "from": before.value,
                    "to": after.value,
                    "actions": tally.actions,
                    "cases": len(tally.cases),
                    "customers": len(tally.customers),
                    "amount_minor": tally.amount,
                }
                for (before, after), tally in sorted(self.lanes.items())
            ],
            "changes": [change.as_json() for change in self.changes],
        }


def diff_of_ledger(
    entries: Iterable[Entry],
    before: PolicyPack,
    after: PolicyPack,
    *,
    operation_of: Callable[[str], Operation],
    progress: Callable[[int], None] = lambda done: None,
) -> Comparison:
    """Compare every action that the entries tell of, in their order. Facts are those of the entry's own release."""
    found = Comparison()
    seen: set[bytes] = set()
    # Of each action that differs, the first decision that moves it to another lane, else the first that differs.
    kept: dict[bytes, tuple[Compared, Recorded]] = {}
    for done, entry in enumerate(entries, start=1):
        progress(done)
        if not holds_decision(entry):
            continue
        try:
            source = operation_of(entry.release or "")
            told = recorded(entry, source)
        except PermanentError:
            # Erased, of a version that kept less, or of a release that is gone: counted, and `audit replay` says more.
            found.unreadable += 1
            continue
        compared = compare(told.question, before, after, source=source)
        key = bytes.fromhex(told.question.action.digest)
        if key not in seen:
            seen.add(key)
            found.compared += 1
            if compared.unclear:
                found.unclear[compared.unclear] += 1
        if compared.differs and (key not in kept or (compared.moves_lane and not kept[key][0].moves_lane)):
            kept[key] = (compared, told)
    for compared, told in kept.values():
        _take(found, compared, told)
    return found


def diff_of_tests(before: PolicyPack, after: PolicyPack) -> Comparison:
    """Compare every policy test of either operation, each once."""
    found = Comparison()
    for operation, test in _tests(before.operation, after.operation):
        compared = compare(question_of(operation, test), before, after, source=None)
        found.compared += 1
        if compared.unclear:
            found.unclear[compared.unclear] += 1
        if not compared.differs:
            continue
        if compared.moves_lane:
            found.lanes[compared.before.lane, compared.after.lane].actions += 1
        else:
            found.otherwise += 1
        found.changes.append(Moved(test.action, compared.before, compared.after, test=test.test))
    return found


def _tests(before: Operation, after: Operation) -> Iterator[tuple[Operation, PolicyTest]]:
    told: set[str] = set()
    for operation in (before, after):
        for test in operation.policy_tests:
            # What is expected may have changed with the rules; the question is the same.
            text = test.model_dump_json(exclude={"expect"})
            if text not in told and test.stage in tuple(Stage):
                told.add(text)
                yield operation, test


def _take(found: Comparison, compared: Compared, told: Recorded) -> None:
    entry, action, amount = told.entry, told.question.action, told.question.evidence.amount
    if compared.moves_lane:
        tally = found.lanes[compared.before.lane, compared.after.lane]
        tally.actions += 1
        tally.cases.add(entry.case_id)
        tally.customers.add(entry.customer_id or "")
        tally.amount += amount or 0
    else:
        found.otherwise += 1
    if len(found.changes) < CHANGES_SHOWN:
        found.changes.append(
            Moved(
                action.operation,
                compared.before,
                compared.after,
                case=entry.case_id,
                action=action.digest,
                at=iso(entry.at),
                amount=amount,
            )
        )
