"""Where every release stands: environments, the canary's guards, rollbacks, and how long the way to production was."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import aboveloop
from aboveloop.app.premises import Premises
from aboveloop.app.releasing import store
from aboveloop.app.releasing.evidence import weigh_canary
from aboveloop.app.releasing.rollback import GONE_AFTER, Rollback, list_rollbacks
from aboveloop.govern.promotion import gate, review
from aboveloop.govern.promotion import store as kept
from aboveloop.govern.promotion.gate import GateResult
from aboveloop.govern.promotion.guards import Weighed
from aboveloop.kit.database import Reader
from aboveloop.operation import environments, releases
from aboveloop.operation.environments import Placement
from aboveloop.operation.releases import Deployment, Release


@dataclass(frozen=True)
class Process:
    """A process that serves customers, and whether it has ready what stands in production now."""

    name: str
    serves: bool
    since: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Shadowed:
    """What the release in shadow decided: `asked` actions, and by case one that it decides `otherwise`."""

    asked: int
    otherwise: dict[str, str]


@dataclass(frozen=True)
class Status:
    """Everything at one moment. `leads` holds, by digest, the time from its first draft to production; `open_cases`,
    by digest, how many cases have not ended."""

    production: Release | None
    since: Deployment | None
    canary: Placement | None
    shadow: Placement | None
    weighed: Weighed | None
    shadowed: Shadowed | None
    gates: dict[str, GateResult]
    rollbacks: list[Rollback]
    processes: list[Process]
    leads: dict[str, timedelta]
    open_cases: dict[str, int]
    median_review: timedelta | None


def status(premises: Premises, reader: Reader) -> Status:
    now = premises.house.clock.now()
    deployments = releases.list_deployments(reader)
    found = releases.list_releases(reader)
    canary = environments.placed(reader, "canary")
    production = deployments[0].release if deployments else None
    serves = (production.digest if production else "", canary.release.digest if canary else None)
    gates = {each.digest: gate.known(reader, each.digest, aboveloop.__version__) for each in found}
    return Status(
        production=production,
        since=deployments[0] if deployments else None,
        canary=canary,
        shadow=environments.placed(reader, "shadow"),
        weighed=weigh_canary(premises, reader),
        shadowed=_shadowed(reader),
        gates={digest: result for digest, result in gates.items() if result is not None},
        rollbacks=list_rollbacks(reader, now),
        processes=[
            Process(row.process, (row.production, row.canary) == serves, row.serving_since, row.seen_at)
            for row in kept.seen_processes(reader, now - GONE_AFTER)
        ],
        leads=lead_times(found, deployments),
        open_cases=store.count_open(reader),
        median_review=review.median_time(reader),
    )


def _shadowed(reader: Reader) -> Shadowed | None:
    placed = environments.placed(reader, "shadow")
    since = environments.standing_since(reader, "shadow")
    if placed is None or since is None:
        return None
    return Shadowed(*store.shadow_decisions(reader, placed.release.digest, since))


def lead_times(found: list[Release], deployments: list[Deployment]) -> dict[str, timedelta]:
    """From the first draft to the first day in production, by digest.

    The first draft of a release is the oldest one that was made after the release before it in production was made:
    drafts that were thrown away count, because they were work.
    """
    drafts = sorted(found, key=lambda release: release.number)
    leads: dict[str, timedelta] = {}
    newest = 0
    for deployment in reversed(deployments):
        release = deployment.release
        if release.digest in leads:
            continue
        first = next((draft for draft in drafts if draft.number > newest), release)
        begun = first if first.number <= release.number else release
        leads[release.digest] = deployment.deployed_at - begun.created_at
        newest = max(newest, release.number)
    return leads
