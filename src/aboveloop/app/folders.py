"""Operation folders, frozen into releases and put to work."""

from pathlib import Path

from aboveloop.app import incident_gate
from aboveloop.app.chartering import admitting
from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.app.releasing.bundle import contract_versions, record_bundle
from aboveloop.operation import releases
from aboveloop.operation.environments import Change
from aboveloop.operation.releases import Release


def create_release(premises: Premises, folder: Path, *, by: str, note: str) -> Release:
    """Freeze a sound folder. Raises FolderFaulty, and RuleUntested where an open incident speaks against it."""
    operation = sound(folder)
    incident_gate.check(premises, operation)
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        release = releases.create_release(tx, operation, ledger=premises.ledger, by=by, note=note, now=now)
        versions = contract_versions(operation)
        record_bundle(tx, release, ledger=premises.ledger, by=by, now=now, contracts=versions)
    return release


def deploy(premises: Premises, named: str, *, by: str) -> Release:
    """Put a release to work by its name, whatever else it waits for: how a house is set up. Raises ReleaseNotFound and
    RuleUntested."""
    with premises.database.read() as reader:
        release = releases.find_release(reader, named)
    incident_gate.check(premises, premises.operation_of(release.digest))
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        admitting.admit(premises, tx, release, "production", change=Change(by, now))
        return releases.deploy(tx, release, ledger=premises.ledger, by=by, now=now)


def rollback(premises: Premises, *, by: str) -> Release:
    """Go back to what was at work before. Raises NothingToRollBack."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return releases.rollback(tx, ledger=premises.ledger, by=by, now=now)
