"""Operation folders, frozen into releases and put to work."""

from pathlib import Path

from aboveloop.app import incident_gate
from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.app.releasing.bundle import record_bundle
from aboveloop.operation import releases
from aboveloop.operation.releases import Release


def create_release(premises: Premises, folder: Path, *, by: str, note: str) -> Release:
    """Freeze a sound folder. Raises FolderFaulty, and RuleUntested where an open incident speaks against it."""
    operation = sound(folder)
    incident_gate.check(premises, operation)
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        release = releases.create_release(tx, operation, ledger=premises.ledger, by=by, note=note, now=now)
        record_bundle(tx, release, ledger=premises.ledger, by=by, now=now)
    return release


def deploy(premises: Premises, named: str, *, by: str) -> Release:
    """Put a release to work by its name, whatever else it waits for: how a house is set up. Raises ReleaseNotFound and
    RuleUntested."""
    with premises.database.read() as reader:
        release = releases.find_release(reader, named)
    incident_gate.check(premises, premises.operation_of(release.digest))
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return releases.deploy(tx, release, ledger=premises.ledger, by=by, now=now)


def rollback(premises: Premises, *, by: str) -> Release:
    """Go back to what was at work before. Raises NothingToRollBack."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        return releases.rollback(tx, ledger=premises.ledger, by=by, now=now)
