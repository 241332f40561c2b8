"""Releases: an operation frozen with all its texts, so that any decision can be replayed by its release alone.

What is deployed is what new work is done by. Every change of it stands in the ledger, in the same transaction.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation import store
from aboveloop.operation.digest import digest_of
from aboveloop.operation.errors import (
    NothingToRelease,
    NothingToRollBack,
    ReleaseDamaged,
    ReleaseNotFound,
    ReleaseUnreadable,
)
from aboveloop.operation.loading import load_files
from aboveloop.operation.models import Operation

# As many characters of a digest as people are shown: no two releases of a company will share them.
SHORT_LENGTH = 12
# Fewer characters of a digest name nothing: they are more likely a slip than a release.
SHORTEST_BEGINNING = 6
# Loaded operations kept in memory: what is deployed, what runs on, and some that replays ask for.
KEPT_OPERATIONS = 32


@dataclass(frozen=True)
class Release:
    """A frozen operation. `digest` names its content; `operation` is the name of the operation that it freezes."""

    digest: str
    number: int
    operation: str
    created_by: str
    note: str
    created_at: datetime

    @property
    def name(self) -> str:
        """`r7`: how people name it."""
        return f"r{self.number}"

    @property
    def short(self) -> str:
        """The first twelve characters of the digest."""
        return self.digest[:SHORT_LENGTH]


@dataclass(frozen=True)
class Deployment:
    """A change of what is deployed, by whom and when."""

    release: Release
    deployed_by: str
    deployed_at: datetime


def create_release(
    tx: Transaction, operation: Operation, *, ledger: Ledger, by: str, note: str, now: datetime
) -> Release:
    """Freeze `operation` from the texts that it was loaded from; the one that exists where nothing has changed.

    `by` is an actor (`person:priya`). The caller has checked the operation. Raises NothingToRelease where the texts
    are not those of the operation's digest.
    """
    if digest_of(operation.files) != operation.digest:
        raise NothingToRelease(
            f"The operation {operation.about.name} does not carry the texts it was loaded from. Load its folder again."
        )
    store.lock(tx)
    existing = store.release_by_digest(tx, operation.digest)
    if existing is not None:
        return _release(existing)
    stored = store.StoredRelease(operation.digest, store.next_number(tx), operation.about.name, by, note, now)
    store.insert_release(tx, stored, operation.files)
    release = _release(stored)
    _record(tx, ledger, "ReleaseCreated", release, by=by, now=now, more={"note": note, "files": len(operation.files)})
    return release


def list_releases(reader: Reader) -> list[Release]:
    """All releases, the newest first."""
    return [_release(stored) for stored in store.all_releases(reader)]


def find_release(reader: Reader, named: str) -> Release:
    """The release named by `r7`, by its digest or by at least six characters of it. Raises ReleaseNotFound."""
    if named[:1] == "r" and named[1:].isdecimal() and named.isascii() and len(named) < 10:
        stored = store.release_by_number(reader, int(named[1:]))
        found = [stored] if stored is not None else []
    else:
        found = store.releases_beginning(reader, named.lower()) if len(named) >= SHORTEST_BEGINNING else []
    if len(found) != 1:
        which = "Several releases begin with" if found else "There is no release"
        raise ReleaseNotFound(f"{which} {named}. `aboveloop release list` shows them all.")
    return _release(found[0])


def deploy(tx: Transaction, release: Release, *, ledger: Ledger, by: str, now: datetime, because: str = "") -> Release:
    """Make `release` the one that new work is done by. Deploying what is deployed already changes nothing."""
    store.lock(tx)
    if store.release_by_digest(tx, release.digest) is None:
        raise ReleaseNotFound(f"There is no release {release.short}. `aboveloop release list` shows them all.")
    current = store.last_deployment(tx)
    if current is not None and current.digest == release.digest:
        return release
    store.insert_deployment(
        tx, digest=release.digest, by=by, at=now, previous=current.id if current is not None else None
    )
    before = {"instead_of": current.digest if current is not None else None, "because": because}
    _record(tx, ledger, "ReleaseDeployed", release, by=by, now=now, more=before)
    return release


def rollback(tx: Transaction, *, ledger: Ledger, by: str, now: datetime, because: str = "") -> Release:
    """Return to the release that was deployed before; again, to the one before that. Raises NothingToRollBack."""
    store.lock(tx)
    current = store.last_deployment(tx)
    if current is None:
        raise NothingToRollBack("Nothing is deployed, so nothing can be rolled back. Deploy a release first.")
    target = store.deployment(tx, current.previous) if current.previous is not None else None
    if target is None:
        raise NothingToRollBack(
            f"No release was deployed before {current.digest[:SHORT_LENGTH]}. Deploy another one instead."
        )
    # What comes before the release that we return to came before it then: rolling back twice goes back twice.
    store.insert_deployment(tx, digest=target.digest, by=by, at=now, previous=target.previous)
    release = find_release(tx, target.digest)
    more = {"instead_of": current.digest, "because": because}
    _record(tx, ledger, "ReleaseRolledBack", release, by=by, now=now, more=more)
    return release


def deployed(reader: Reader) -> Release | None:
    """The release that new work is done by, or None before the first deployment."""
    current = store.last_deployment(reader)
    return None if current is None else find_release(reader, current.digest)


def deployed_digest(reader: Reader) -> str | None:
    """The digest alone of what is deployed: asked for every new case."""
    current = store.last_deployment(reader)
    return None if current is None else current.digest


def list_deployments(reader: Reader) -> list[Deployment]:
    """Every change of what is deployed, the newest first."""
    by_digest = {release.digest: release for release in list_releases(reader)}
    return [
        Deployment(by_digest[stored.digest], stored.deployed_by, stored.deployed_at)
        for stored in store.all_deployments(reader)
    ]


def load_release(reader: Reader, named: str) -> Operation:
    """The operation of a release, from its stored texts. `named` as in `find_release`.

    Its `folder` is no folder on this machine. Raises ReleaseNotFound, ReleaseDamaged where the texts were changed
    behind our back, and ReleaseUnreadable where this version of the software cannot load them.
    """
    kept = _kept.get(named)
    if kept is not None:
        return kept
    release = find_release(reader, named)
    files = frozen_files(reader, release)
    loaded = load_files(files, Path("releases") / release.short)
    if loaded.operation is None:
        raise ReleaseUnreadable(
            f"Release {release.name} ({release.short}) cannot be loaded by this version: {loaded.faults[0]}"
            " Run it with the version that made it, or create a new release."
        )
    return _kept.keep(release.digest, loaded.operation)


def frozen_files(reader: Reader, release: Release) -> dict[str, str]:
    """The texts of a release by their paths, as they were frozen. Raises ReleaseDamaged."""
    files = store.files_of_release(reader, release.digest)
    if digest_of(files) != release.digest:
        raise ReleaseDamaged(
            f"The stored texts of release {release.name} ({release.short}) are not those it was made of. Nothing runs"
            " by it any more: restore the database from a backup, or deploy another release."
        )
    return files


class _KeptOperations:
    """The operations that were loaded last, by digest. Content never changes under a digest, so none is ever stale."""

    def __init__(self) -> None:
        self._operations: dict[str, Operation] = {}
        self._lock = threading.Lock()

    def get(self, digest: str) -> Operation | None:
        return self._operations.get(digest)

    def keep(self, digest: str, operation: Operation) -> Operation:
        with self._lock:
            while len(self._operations) >= KEPT_OPERATIONS:
                self._operations.pop(next(iter(self._operations)))
            return self._operations.setdefault(digest, operation)


_kept = _KeptOperations()


def _release(stored: store.StoredRelease) -> Release:
    return Release(*stored)


def _record(
    tx: Transaction, ledger: Ledger, kind: str, release: Release, *, by: str, now: datetime, more: Mapping[str, Any]
) -> None:
    body = {"digest": release.digest, "number": release.number, "operation": release.operation, **more}
    ledger.append(tx, case_id=HOUSE, kind=kind, at=now, actor=by, body=body, release=release.digest)
