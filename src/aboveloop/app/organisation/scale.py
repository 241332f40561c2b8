"""Ready to grow: the five ways in which a pilot stays an island, each a test that passes or fails by itself.

A test that nothing can answer yet fails and says so: an unknown is no yes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from aboveloop.app.premises import Premises
from aboveloop.app.reach import reach
from aboveloop.govern.duties import held_duties
from aboveloop.govern.readiness import Missing, missing_to_go_live
from aboveloop.operation.delivery import KpiLevel
from aboveloop.operation.loading import KPI_FILE
from aboveloop.operation.models import Operation, Step

# A drift that is looked at less often is found by customers.
DRIFT_SEEN_WITHIN = timedelta(days=8)
# The entry that whatever watches for drift writes each time it has looked.
DRIFT_WATCHED = "DriftWatched"


@dataclass(frozen=True)
class ScaleTest:
    """One of the five: its name, what it asks, whether it holds, and why or why not."""

    name: str
    asks: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class Readiness:
    """The five tests and what the go-live checklist still misses."""

    tests: tuple[ScaleTest, ...]
    missing: tuple[Missing, ...]

    @property
    def is_ready(self) -> bool:
        return all(test.passed for test in self.tests) and not self.missing

    def as_json(self) -> dict[str, Any]:
        return {
            "ready": self.is_ready,
            "tests": [vars(test) for test in self.tests],
            "passed": sum(test.passed for test in self.tests),
            "missing_to_go_live": [vars(each) for each in self.missing],
        }


def examine(premises: Premises) -> Readiness:
    """Ask all of it of the operation at work and of its systems, now."""
    operation = premises.current()
    now = premises.house.clock.now()
    tests = (
        _case_tools(premises, operation),
        _completes(premises, operation),
        _drift(premises, now),
        _metrics(operation),
        _rules(operation),
    )
    return Readiness(tests, missing_to_go_live(operation))


def _case_tools(premises: Premises, operation: Operation) -> ScaleTest:
    name, asks = "case_tools", "Can the worker use the tools in which cases are settled?"
    named = {each.partition(".")[0] for each in _operations(operation)}
    if not named:
        return ScaleTest(name, asks, False, "No procedure uses any system: the worker can only talk.")
    found = [reach(premises, operation, each) for each in sorted(named) if each in operation.systems]
    silent = [each for each in found if not each.ok]
    if silent:
        return ScaleTest(name, asks, False, f"{silent[0].system} is not reached. {silent[0].sentence}")
    return ScaleTest(name, asks, True, f"{', '.join(each.system for each in found)} answered just now.")


def _completes(premises: Premises, operation: Operation) -> ScaleTest:
    name, asks = "verifies_and_completes", "Can it verify who is writing, and settle a case to its end?"
    used = set(_operations(operation))
    known = {each: operation.system_operation(each) for each in used}
    verifies = sorted(each for each, spec in known.items() if spec is not None and spec.verifies is not None)
    writes = sorted(each for each, spec in known.items() if spec is not None and spec.kind == "write")
    if not verifies:
        return ScaleTest(name, asks, False, "No procedure uses a read that proves who is writing (`verifies`).")
    if not writes:
        return ScaleTest(name, asks, False, "No procedure changes a record: it can inform, not settle.")
    with premises.database.read() as reader:
        verified = premises.ledger.count(reader, kind="CustomerVerified")
        done = premises.ledger.count(reader, kind="ActionPerformed")
    said = f"{len(verifies)} read verifies customers, {len(writes)} writes settle their cases."
    return ScaleTest(name, asks, True, f"{said} So far {verified} customers were verified and {done} writes done.")


def _drift(premises: Premises, now: datetime) -> ScaleTest:
    name, asks = "drift_watched", "Is it noticed when customers write otherwise than the model learned?"
    with premises.database.read() as reader:
        seen = premises.ledger.count(reader, kind=DRIFT_WATCHED, since=now - DRIFT_SEEN_WITHIN)
    if seen:
        return ScaleTest(
            name, asks, True, f"Drift was looked at {seen} times in the last {DRIFT_SEEN_WITHIN.days} days."
        )
    return ScaleTest(name, asks, False, f"Nothing has watched for drift in the last {DRIFT_SEEN_WITHIN.days} days.")


def _metrics(operation: Operation) -> ScaleTest:
    name, asks = "shared_metrics", "Do business and technology look at the same numbers, and does somebody own them?"
    lacks = []
    if "kpis" not in operation.about.owners:
        lacks.append("nobody owns the KPIs (`owners.kpis`)")
    if operation.about.purpose is None:
        lacks.append("nobody has said what success is (`purpose`)")
    kpis = operation.kpis.values()
    missing = [level for level in get_args(KpiLevel) if all(kpi.level != level for kpi in kpis)]
    if missing:
        lacks.append(f"no KPI is defined of the level {', '.join(missing)} ({KPI_FILE})")
    if lacks:
        return ScaleTest(name, asks, False, f"Not yet: {', '.join(lacks)}.")
    measured = sum(kpi.measure is not None for kpi in kpis)
    said = f"{len(kpis)} KPIs of four levels, each with its owner; {measured} are measured here, the others by hand."
    return ScaleTest(name, asks, True, said)


def _rules(operation: Operation) -> ScaleTest:
    name, asks = "rules", "Are there rules for disclosure, escalation and accountability?"
    lacks = []
    silent = [channel for channel, spec in operation.about.channels.items() if not spec.disclosure.strip()]
    if silent or not operation.about.channels:
        lacks.append(f"customers are not told that an AI writes ({', '.join(silent) or 'no channel is declared'})")
    if not any("take_over" in role.may for role in operation.about.roles.values()):
        lacks.append("nobody may take over a case")
    if not _escalates(operation):
        lacks.append("no procedure and no intent gives a case to people")
    vacant = [held.duty.title for held in held_duties(operation) if held.person is None]
    if vacant:
        lacks.append(f"nobody is accountable for: {', '.join(vacant)}")
    if lacks:
        return ScaleTest(name, asks, False, f"Not yet: {'; '.join(lacks)}.")
    channels = len(operation.about.channels)
    said = f"All {channels} channels disclose, cases go to people where the worker ends, every duty has a holder."
    return ScaleTest(name, asks, True, said)


def _escalates(operation: Operation) -> bool:
    by_intent = any(intent.hand_over for intent in operation.intents.values())
    return by_intent or any(step.hand_over is not None for step in _steps(operation))


def _operations(operation: Operation) -> Iterator[str]:
    """Every operation of a system that a procedure or fragment uses."""
    for step in _steps(operation):
        yield from (each for each in (step.look_up, step.do) if each is not None)


def _steps(operation: Operation) -> Iterator[Step]:
    for procedure in operation.procedures.values():
        yield from procedure.steps
    for fragment in operation.fragments.values():
        yield from fragment.steps
