"""What must hold when a scenario has been played: what the scenario expects, and what always must."""

from collections.abc import Iterator, Sequence
from typing import Any

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.ledger.entries import Entry
from aboveloop.operation.scenario_models import ExpectedAction, ScenarioExpectation
from aboveloop.work import store
from aboveloop.work.reconcile import reconcile

# From the laxest to the strictest.
LANES = ("allowed", "reviewed", "prohibited")
DECIDED = ("ActionDecided", "ActionRefused", "RecordRead", "ActionShadowed")


def unmet(stage: Stage, expect: ScenarioExpectation, case: Case | None) -> Iterator[str]:
    """Every way in which the end differs from what the scenario expects."""
    ends = ending_of(case)
    if ends != expect.ends:
        why = f" ({case.handed_over_because})" if case is not None and case.handed_over_because else ""
        yield f"It should end {expect.ends} and is {ends}{why}."
    with stage.database.read() as reader:
        entries = list(stage.ledger.find(reader))
        effects = {row.key: row for row in store.effects_of(reader)}
    done = [effects[entry.body["key"]] for entry in entries if entry.kind == "ActionPerformed"]
    yield from _differs(expect.performed, [(row.operation, row.args) for row in done])
    for row in effects.values():
        if row.operation in expect.never:
            yield f"{row.operation} must never happen, and was {row.state} with {row.args}."
    lanes = lanes_of(entries)
    yield from _outcomes(entries, expect)
    for operation, lane in expect.lanes.items():
        if lanes.get(operation) != lane:
            yield f"{operation} should be {lane} and was {lanes.get(operation, 'never decided')}."


def broken(stage: Stage) -> Iterator[str]:
    """What must hold after every scenario, whatever it says."""
    with stage.database.read() as reader:
        found = stage.ledger.verify(reader)
        failures = list(stage.ledger.find(reader, kind="TurnFailed"))
        proofs = list(stage.ledger.find(reader, kind="ActionPerformed"))
    if not found.ok:
        yield f"The ledger does not verify: {found.reason}"
    for failure in failures:
        yield f"A turn failed: {failure.body.get('error')}: {(failure.personal or {}).get('message')}"
    for proof in proofs:
        if proof.body.get("proved") is False:
            yield f"{proof.body['operation']} was performed, and the system of record does not show it."
    stage.troubles.clear()
    for difference in reconcile(stage.house, stage.operation).differences:
        yield f"The ledger and a system differ on {difference.operation} ({difference.key}): {difference.because}"


def ending_of(case: Case | None) -> str:
    """How a case stands: resolved, refused, handed_over or waiting."""
    if case is None:
        return "waiting"
    if case.owner is Owner.RESOLVED:
        return case.outcome or "resolved"
    if case.owner is Owner.PERSON or (case.handed_over_at is not None and case.owner is Owner.WAITING_ON_PERSON):
        return "handed_over"
    return "waiting"


def lanes_of(entries: Sequence[Entry]) -> dict[str, str]:
    """The strictest lane in which each operation was decided."""
    found: dict[str, str] = {}
    for entry in entries:
        if entry.kind in DECIDED:
            operation, lane = entry.body["operation"], entry.body["lane"]
            found[operation] = max(found.get(operation, LANES[0]), lane, key=LANES.index)
    return found


def _outcomes(entries: Sequence[Entry], expect: ScenarioExpectation) -> Iterator[str]:
    words = {True: "held", False: "broken", None: "untold"}
    found = {entry.body["outcome"]: words[entry.body["held"]] for entry in entries if entry.kind == "OutcomeChecked"}
    for name, wanted in expect.outcomes.items():
        if found.get(name) != wanted:
            yield f"The outcome {name} should be {wanted} and was {found.get(name, 'never checked')}."


def _differs(wanted: Sequence[ExpectedAction], done: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    names = [action.action for action in wanted]
    if names != [operation for operation, _ in done]:
        yield f"These writes should have been performed: {_shown(names)}; these were: {_shown([o for o, _ in done])}."
        return
    for action, (operation, args) in zip(wanted, done, strict=True):
        for name, value in action.args.items():
            if args.get(name) != value:
                yield f"{operation} should have {name} {value!r} and has {args.get(name)!r}."


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
