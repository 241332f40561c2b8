"""An operation folder, looked through by every room that knows something about it. Opens no house."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import larkspur
from aboveloop.govern.checks import PolicyTestResult, policy_faults, requires_confirmation, run_policy_tests
from aboveloop.govern.schema import schema_json
from aboveloop.kit.errors import PermanentError
from aboveloop.operation.checking import check
from aboveloop.operation.faults import Fault, Place, any_serious, ordered
from aboveloop.operation.loading import Loaded, load
from aboveloop.operation.models import Operation
from aboveloop.procedures.check import check_procedures
from aboveloop.understand.prompts import prompt_faults
from aboveloop.understand.provenance import look_through as pass_gate
from aboveloop.work.privacy.surroundings import FIELDS, of_operation

# The sample company's own operation, which ships with the product.
SAMPLE_OPERATION = Path(larkspur.__file__).parent / "operation"
# Policy tests stand in a file of their own; a failed one is shown there.
POLICY_TESTS = "policies/tests.yaml"


class FolderFaulty(PermanentError):
    """The operation folder has faults and cannot be used."""


@dataclass(frozen=True)
class Report:
    """What was found in a folder. `digest` is "" where it could not be loaded."""

    faults: tuple[Fault, ...]
    operation: Operation | None

    @property
    def is_sound(self) -> bool:
        """True when nothing forbids a release; warnings do not."""
        return self.operation is not None and not any_serious(self.faults)


@dataclass(frozen=True)
class PolicyTestRun:
    """The policy tests of a folder, decided; `places` says by number where each stands."""

    results: tuple[PolicyTestResult, ...]
    places: tuple[Place, ...]

    @property
    def ok(self) -> bool:
        """True when there are tests and all of them hold."""
        return bool(self.results) and all(result.passed for result in self.results)


def policy_tests(folder: Path) -> PolicyTestRun:
    """Decide the policy tests of a folder. Raises FolderFaulty, and PoliciesInvalid where nothing can be decided."""
    loaded = loadable(folder)
    assert loaded.operation is not None, "a folder that is loadable has one"
    results = tuple(run_policy_tests(loaded.operation))
    places = tuple(loaded.places.at("policy_test", str(result.number), "test") for result in results)
    return PolicyTestRun(results, places)


def loadable(folder: Path) -> Loaded:
    """The folder, loaded, whatever else may be wrong with it. Raises FolderFaulty where it cannot be."""
    loaded = load(folder)
    if loaded.operation is None:
        serious = next(fault for fault in loaded.faults if any_serious([fault]))
        raise FolderFaulty(f"{folder} cannot be loaded: {serious} Run `aboveloop check {folder}` for all.")
    return loaded


def look_through(folder: Path) -> Report:
    """Load a folder and hold everything in it against everything else. Never raises for what stands in it."""
    loaded = load(folder)
    faults = [*check(loaded)]
    operation = loaded.operation
    if operation is not None:
        faults += _further_faults(loaded, operation)
    return Report(tuple(ordered(faults)), operation)


def sound(folder: Path) -> Operation:
    """The operation of a folder without faults. Raises FolderFaulty with the first of them."""
    report = look_through(folder)
    if report.operation is None or not report.is_sound:
        serious = [fault for fault in report.faults if any_serious([fault])]
        raise FolderFaulty(
            f"{folder} cannot be used, faults: {len(serious)}, the first at {serious[0]}"
            f" Run `aboveloop check {folder}` for all."
        )
    return report.operation


def schema(folder: Path) -> Any:
    """The Cedar schema that the folder's policies are checked against, as JSON. Raises FolderFaulty."""
    loaded = load(folder)
    if loaded.operation is None:
        raise FolderFaulty(f"{folder} cannot be loaded: {loaded.faults[0]}")
    return json.loads(schema_json(loaded.operation))


def _further_faults(loaded: Loaded, operation: Operation) -> list[Fault]:
    """What the rooms above the folder know: policies, their tests, and procedures against policies."""
    faults = policy_faults(operation)
    if any_serious(faults):
        return faults

    def needs_confirmation(action: str) -> bool:
        return requires_confirmation(operation, action)

    faults += prompt_faults(operation.files, FIELDS)
    faults += _learned_faults(loaded, operation)
    faults += _promise_faults(loaded, operation)
    faults += check_procedures(operation, loaded.places, needs_confirmation=needs_confirmation)
    for result in run_policy_tests(operation):
        if not result.passed:
            faults.append(Place(POLICY_TESTS).fault(f"Policy test {result.test!r} fails: {result.problem}"))
    return faults


def _promise_faults(loaded: Loaded, operation: Operation) -> list[Fault]:
    """A cap on wrong readings that cannot be promised with these examples: then people get every case."""
    if operation.about.reading.error_cap is None:
        return []
    # Loads what fits a reader, which takes a second: only where a cap asks for it.
    from aboveloop.app.promising import unkept  # noqa: PLC0415

    because = unkept(operation)
    if because is None:
        return []
    place = loaded.places.at("operation", "", "reading", "error_cap")
    return [place.warning(f"This cannot be promised, so people would get every case. {because}")]


def _learned_faults(loaded: Loaded, operation: Operation) -> list[Fault]:
    """What was learned passes the personal-data gate again: a folder can be edited."""
    rows = [
        {
            "text": each.text,
            "label": each.intent,
            "provenance": {
                "source": each.source,
                "basis": each.basis,
                "recorded_at": each.recorded_at.isoformat(),
                "consent": each.consent,
            },
        }
        for each in operation.learned
    ]
    report = pass_gate(rows, of_operation(operation))
    return [
        loaded.places.at("learned", str(fault.row - 1)).fault(f"This may not be learned from: {fault.because}")
        for fault in report.faults
    ]
