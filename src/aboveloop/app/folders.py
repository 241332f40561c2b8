"""Operation folders: looked through by every room that knows something about them, then frozen into releases."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.govern.checks import policy_faults, requires_confirmation, run_policy_tests
from aboveloop.govern.schema import schema_json
from aboveloop.kit.errors import PermanentError
from aboveloop.operation import releases
from aboveloop.operation.checking import check
from aboveloop.operation.faults import Fault, Place, any_serious, ordered
from aboveloop.operation.loading import Loaded, load
from aboveloop.operation.models import Operation
from aboveloop.operation.releases import Release
from aboveloop.procedures.check import check_procedures

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
            f"{folder} has {len(serious)} faults, the first at {serious[0]} Run `aboveloop check {folder}` for all."
        )
    return report.operation


def schema(folder: Path) -> Any:
    """The Cedar schema that the folder's policies are checked against, as JSON. Raises FolderFaulty."""
    loaded = load(folder)
    if loaded.operation is None:
        raise FolderFaulty(f"{folder} cannot be loaded: {loaded.faults[0]}")
    return json.loads(schema_json(loaded.operation))


def create_release(premises: Premises, folder: Path, *, by: str, note: str) -> Release:
    """Freeze a sound folder. Raises FolderFaulty."""
    operation = sound(folder)
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return releases.create_release(tx, operation, ledger=premises.ledger, by=by, note=note, now=now)


def deploy(premises: Premises, named: str, *, by: str) -> Release:
    """Put a release to work by its name. Raises ReleaseNotFound."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        release = releases.find_release(tx, named)
        return releases.deploy(tx, release, ledger=premises.ledger, by=by, now=now)


def rollback(premises: Premises, *, by: str) -> Release:
    """Go back to what was at work before. Raises NothingToRollBack."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return releases.rollback(tx, ledger=premises.ledger, by=by, now=now)


def _further_faults(loaded: Loaded, operation: Operation) -> list[Fault]:
    """What the rooms above the folder know: policies, their tests, and procedures against policies."""
    faults = policy_faults(operation)
    if any_serious(faults):
        return faults

    def needs_confirmation(action: str) -> bool:
        return requires_confirmation(operation, action)

    faults += check_procedures(operation, loaded.places, needs_confirmation=needs_confirmation)
    for result in run_policy_tests(operation):
        if not result.passed:
            faults.append(Place(POLICY_TESTS).fault(f"Policy test {result.test!r} fails: {result.problem}"))
    return faults
