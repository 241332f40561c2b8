"""Environments: where a release stands. Sandbox is every release that is made; shadow decides and performs nothing;
canary serves a share of the customers; production everybody else.

A customer is in the canary's share or is not, by a hash over the release and the customer: nobody flips from case to
case, a larger share keeps those who are in, and every canary has others to begin with.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation import releases, store
from aboveloop.operation.errors import AlreadyAtWork, NothingPlaced, ReleaseNotFound, ShareImpossible
from aboveloop.operation.releases import Release

Environment = Literal["sandbox", "shadow", "canary", "production"]
Beside = Literal["shadow", "canary"]
# Part of what is hashed, so that no other use of a customer's id falls into the same hundredths.
SHARE_DOMAIN = b"aboveloop/canary/v1\n"


@dataclass(frozen=True)
class Placement:
    """A release that stands beside production. `share` is of a hundred customers, 100 for a shadow."""

    environment: Beside
    release: Release
    share: int
    placed_by: str
    because: str
    placed_at: datetime


def placed(reader: Reader, environment: Beside) -> Placement | None:
    """What stands there now."""
    stored = store.last_placement(reader, environment)
    return None if stored is None or stored.digest is None else _placement(reader, stored)


def place(
    tx: Transaction, release: Release, environment: Beside, *, ledger: Ledger, change: "Change", share: int = 100
) -> Placement:
    """Put `release` there, instead of what stood there. Raises ShareImpossible, AlreadyAtWork and ReleaseNotFound."""
    if environment == "canary" and not 1 <= share <= 99:
        raise ShareImpossible(f"A canary takes from 1 to 99 of a hundred customers, not {share}. Say --share 10.")
    store.lock(tx)
    if store.release_by_digest(tx, release.digest) is None:
        raise ReleaseNotFound(f"There is no release {release.short}. `aboveloop release list` shows them all.")
    if releases.deployed_digest(tx) == release.digest:
        raise AlreadyAtWork(f"Release {release.name} is in production already: everybody is served by it.")
    before = store.last_placement(tx, environment)
    stored = _insert(tx, environment, release.digest, share, change)
    instead_of = before.digest if before is not None else None
    more = {"environment": environment, "share": share, "instead_of": instead_of}
    _record(tx, ledger, "ReleasePlaced", release, change, more)
    return _placement(tx, stored)


def withdraw(tx: Transaction, environment: Beside, *, ledger: Ledger, change: "Change") -> Placement:
    """Take away what stands there: new cases go to production again. Raises NothingPlaced."""
    store.lock(tx)
    standing = placed(tx, environment)
    if standing is None:
        raise NothingPlaced(f"No release stands in {environment}, so there is nothing to take back.")
    _insert(tx, environment, None, 0, change)
    more = {"environment": environment, "share": standing.share}
    _record(tx, ledger, "ReleaseWithdrawn", standing.release, change, more)
    return standing


@dataclass(frozen=True)
class Change:
    """Who changes what stands where, when and why. `by` is an actor: `person:noor` or `house`."""

    by: str
    at: datetime
    because: str = ""


def digest_for(reader: Reader, customer_id: str) -> str | None:
    """The release that this customer's next case begins on; None before the first deployment."""
    canary = store.last_placement(reader, "canary")
    if canary is not None and canary.digest is not None and is_in_share(canary.digest, customer_id, canary.share):
        return canary.digest
    return releases.deployed_digest(reader)


def standing_since(reader: Reader, environment: Beside) -> datetime | None:
    """Since when what stands there has stood there without a break, whatever its share was."""
    since, digest = None, None
    for stored in store.all_placements(reader):
        if stored.environment != environment:
            continue
        if stored.digest is None or (digest is not None and stored.digest != digest):
            break
        since, digest = stored.placed_at, stored.digest
    return since


def is_in_share(digest: str, customer_id: str, share: int) -> bool:
    """Whether the customer is among the `share` of a hundred whom the canary `digest` serves."""
    if not customer_id:
        return False
    hashed = hashlib.sha256(SHARE_DOMAIN + f"{digest}\n{customer_id}".encode()).digest()
    # The remainder of 64 bits by a hundred prefers no hundredth by more than one in 10^17.
    return int.from_bytes(hashed[:8]) % 100 < share


def _insert(
    tx: Transaction, environment: Beside, digest: str | None, share: int, change: Change
) -> store.StoredPlacement:
    values = {"environment": environment, "digest": digest, "share": share}
    store.insert_placement(tx, {**values, "placed_by": change.by, "because": change.because, "placed_at": change.at})
    stored = store.last_placement(tx, environment)
    assert stored is not None, "it was written in this transaction"
    return stored


def _placement(reader: Reader, stored: store.StoredPlacement) -> Placement:
    assert stored.digest is not None, "asked only for what stands there"
    release = releases.find_release(reader, stored.digest)
    return Placement(
        _beside(stored.environment), release, stored.share, stored.placed_by, stored.because, stored.placed_at
    )


def _beside(name: str) -> Beside:
    return "canary" if name == "canary" else "shadow"


def _record(
    tx: Transaction, ledger: Ledger, kind: str, release: Release, change: Change, more: Mapping[str, Any]
) -> None:
    body = {"digest": release.digest, "number": release.number, "because": change.because, **more}
    ledger.append(tx, case_id=HOUSE, kind=kind, at=change.at, actor=change.by, body=body, release=release.digest)
