"""Before a pilot fails: the four reasons for which pilots brought no value elsewhere, each looked for in this one.

Nothing here is asked of anybody: each answer comes from the folder, the ledger, or what was worked beside people.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.app.shadowing import runs
from aboveloop.govern.training.courses import missing as untrained
from aboveloop.kit.database import Reader
from aboveloop.measure.counting import Scope, count
from aboveloop.operation.charters import Charter
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import Scenario
from aboveloop.procedures.check import expand

# What failed in the last weeks tells how the workflow stands what comes.
SPAN = timedelta(days=28)
# More turns that end in an error than this are no accident.
FAILURES = 0.01


@dataclass(frozen=True)
class Reason:
    """One of the four. `found` says why it may fail by it, a sentence each; nothing where nothing points there."""

    name: str
    title: str
    found: tuple[str, ...]
    page: str

    @property
    def threatens(self) -> bool:
        return bool(self.found)


def premortem(premises: Premises, reader: Reader, charter: Charter) -> tuple[Reason, ...]:
    """The four reasons, in the order in which they are usually found too late."""
    operation = premises.current()
    return tuple(
        Reason(name, title, tuple(look(premises, reader, operation, charter)), page)
        for name, title, look, page in _REASONS
    )


def as_json(found: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{**vars(each), "threatens": each.threatens} for each in found]


def _purpose(premises: Premises, reader: Reader, operation: Operation, charter: Charter) -> Iterator[str]:
    kpi = operation.kpis.get(charter.kpi or "")
    if charter.pain_point is None or charter.success is None:
        yield "Nobody has said what hurts today, or what was agreed to be a success."
    if kpi is None:
        yield "It moves no KPI of the operation."
    elif kpi.level == "model":
        yield f"{kpi.title} is a model's own measure: the business would not notice that it moved."
    if charter.readiness.business is None:
        yield "Which objective of the business it serves is not answered."


def _brittle(premises: Premises, reader: Reader, operation: Operation, charter: Charter) -> Iterator[str]:
    if not charter.procedures:
        yield "It names no procedure yet."
    for name in charter.procedures:
        yield from _untried(operation, name)
    now = premises.house.clock.now()
    failed = count(reader, "failed_turn_rate", Scope(now - SPAN, now, procedures=tuple(charter.procedures)))
    if failed is not None and failed.value is not None and failed.value > FAILURES:
        yield f"In {failed.part} of {failed.cases} cases of the last {SPAN.days} days a turn ended in an error."
    if not charter.may_fail:
        yield "Which ways of failing are acceptable is not written down: the first surprise ends it."


def _learning(premises: Premises, reader: Reader, operation: Operation, charter: Charter) -> Iterator[str]:
    if charter.learning is None:
        yield "How what is learned is captured is not written down."
    worked = _beside(reader)
    about = [each for each in worked.compared if each.worked.procedure in charter.procedures] if worked else []
    judged = {each.case_id for each in worked.verdicts} if worked else set[str]()
    open_ = [each for each in about if each.differs and each.past.case_id not in judged]
    if open_ and not any(each.past.case_id in judged for each in about):
        yield f"In {len(open_)} cases the worker did otherwise than people, and nobody has judged one of them."


def _daily(premises: Premises, reader: Reader, operation: Operation, charter: Charter) -> Iterator[str]:
    if charter.team is None or charter.team not in operation.about.functions:
        yield "No team begins with it."
    if "operations" not in charter.owners:
        yield "Nobody of the daily work answers for it (`owners.operations`)."
    worked = _beside(reader)
    if worked is None or not any(each.worked.procedure in charter.procedures for each in worked.compared):
        yield "It was never worked beside people on their own cases."
    lacking = {each.person.name for each in untrained(reader, operation)}
    if lacking:
        yield f"A course about working beside workers is not done by: {', '.join(sorted(lacking))}."


def _beside(reader: Reader) -> runs.Run | None:
    try:
        return runs.find(reader)
    except runs.RunNotFound:
        return None


def _untried(operation: Operation, name: str) -> Iterator[str]:
    """What no scenario shows of a procedure: what it does, and what it does while a system is down."""
    procedure, called = operation.procedures.get(name), name.replace("_", " ")
    if procedure is None:
        yield f"The procedure {called} is not there yet."
        return
    steps = expand(procedure, operation.fragments)
    uses = {each for step in steps for each in (step.do, step.look_up) if each is not None}
    shown = {each.shown_by for each in procedure.oversight.may_fail} if procedure.oversight is not None else set[str]()
    of = [each for each in operation.scenarios.values() if each.scenario in shown or uses & _operations(each)]
    if not of:
        yield f"No scenario shows what {called} does: customers would be the first to see it."
    elif not any(each.edge == "outage" for each in of):
        yield f"No scenario shows what {called} does while a system is down: one with the edge outage would."


def _operations(scenario: Scenario) -> set[str]:
    expect = scenario.expect
    return {*(each.action for each in expect.performed), *expect.never, *expect.lanes}


_Look = Callable[[Premises, Reader, Operation, Charter], Iterator[str]]
_REASONS: tuple[tuple[str, str, _Look, str], ...] = (
    ("purpose", "No clear purpose", _purpose, "#agreed"),
    ("brittle", "A brittle workflow", _brittle, "/releases"),
    ("learning", "Nothing is learned from the cases", _learning, "/shadow#differ"),
    ("daily", "It stands beside the daily work", _daily, "/organisation/training"),
)
