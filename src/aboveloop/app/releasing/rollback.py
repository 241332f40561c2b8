"""Rolling back: one command, and how long it took until every process and the next customer had the old release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.engine import Row

from aboveloop.app.premises import Premises
from aboveloop.app.releasing import store
from aboveloop.govern.promotion import store as kept
from aboveloop.kit.database import Reader, Transaction
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Change
from aboveloop.operation.releases import Release

Place = Literal["production", "canary", "shadow"]
# A process that was not seen for so long has ended or hangs: nobody waits for it.
GONE_AFTER = timedelta(seconds=45)
ROLLBACKS_SHOWN = 20


@dataclass(frozen=True)
class Rollback:
    """One rollback and how fast it was. Times are None for what has not happened yet."""

    environment: Place
    left: Release
    to: Release
    by: str
    because: str
    commanded_at: datetime
    effective_at: datetime
    first_case_at: datetime | None
    all_serving_at: datetime | None

    @property
    def seconds_to_effect(self) -> float:
        return (self.effective_at - self.commanded_at).total_seconds()

    @property
    def seconds_to_all(self) -> float | None:
        return None if self.all_serving_at is None else (self.all_serving_at - self.commanded_at).total_seconds()

    @property
    def seconds_to_first_case(self) -> float | None:
        return None if self.first_case_at is None else (self.first_case_at - self.commanded_at).total_seconds()


def roll_back(premises: Premises, *, by: str, because: str = "", place: Place | None = None) -> Rollback:
    """Take back what was promoted last, or what stands at `place`. Raises NothingToRollBack and NothingPlaced.

    It holds with the commit: every process asks for the release of each new case.
    """
    clock = premises.house.clock
    commanded = clock.now()
    change = Change(by, commanded, because)
    with premises.database.write() as tx:
        chosen = place or _last_promoted(tx)
        left, to = _taken_back(premises, tx, chosen, change)
        effective = clock.now()
        values = {"environment": chosen, "left_digest": left.digest, "to_digest": to.digest, "rolled_back_by": by}
        kept.insert_rollback(tx, {**values, "because": because, "commanded_at": commanded, "effective_at": effective})
    return Rollback(chosen, left, to, by, because, commanded, effective, None, None)


def list_rollbacks(reader: Reader, now: datetime) -> list[Rollback]:
    """The newest first."""
    by_digest = {release.digest: release for release in releases.list_releases(reader)}
    serving = kept.seen_processes(reader, now - GONE_AFTER)
    return [_told(reader, row, by_digest, serving) for row in kept.all_rollbacks(reader, limit=ROLLBACKS_SHOWN)]


def _taken_back(premises: Premises, tx: Transaction, place: Place, change: Change) -> tuple[Release, Release]:
    """What was left and what serves its customers now."""
    if place == "production":
        left = releases.deployed(tx)
        to = releases.rollback(tx, ledger=premises.ledger, by=change.by, now=change.at, because=change.because)
        assert left is not None, "a rollback without a deployment raises"
        return left, to
    withdrawn = environments.withdraw(tx, place, ledger=premises.ledger, change=change)
    production = releases.deployed(tx)
    assert production is not None, "nothing stands beside production before the first deployment"
    return withdrawn.release, production


def _last_promoted(reader: Reader) -> Place:
    """Where the latest change was made that can be taken back."""
    deployments = releases.list_deployments(reader)
    latest, place = (deployments[0].deployed_at if deployments else None), "production"
    for environment in ("shadow", "canary"):
        standing = environments.placed(reader, environment)
        if standing is not None and (latest is None or standing.placed_at >= latest):
            latest, place = standing.placed_at, environment
    return "canary" if place == "canary" else "shadow" if place == "shadow" else "production"


def _told(reader: Reader, row: Row[Any], by_digest: dict[str, Release], serving: Sequence[Row[Any]]) -> Rollback:
    place: Place = (
        "production" if row.environment == "production" else ("canary" if row.environment == "canary" else "shadow")
    )
    return Rollback(
        environment=place,
        left=by_digest[row.left_digest],
        to=by_digest[row.to_digest],
        by=row.rolled_back_by,
        because=row.because,
        commanded_at=row.commanded_at,
        effective_at=row.effective_at,
        first_case_at=store.first_case_since(reader, row.to_digest, row.effective_at),
        all_serving_at=_all_serving(row, serving),
    )


def _all_serving(row: Row[Any], serving: Sequence[Row[Any]]) -> datetime | None:
    """When the last process had what was rolled back to ready; None while one has not, or where none is seen."""
    if not serving or any(each.serving_since < row.effective_at for each in serving):
        return None
    return max((each.serving_since for each in serving), default=None)
