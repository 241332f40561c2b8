"""Operation folders, frozen into releases and put to work."""

from pathlib import Path

from aboveloop.app.inspection import sound
from aboveloop.app.premises import Premises
from aboveloop.operation import releases
from aboveloop.operation.releases import Release


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
