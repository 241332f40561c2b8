"""The gate: whether the scenarios and policy tests of a release hold, run once for each version of the software.

A release whose gate failed may exist, and stays in the sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Row

from aboveloop.govern.promotion import store
from aboveloop.kit.database import Reader, Transaction
from aboveloop.ledger.entries import HOUSE
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.releases import Release


class Verdict(StrEnum):
    HELD = "held"
    FAILED = "failed"
    # Scenarios stand ready and cannot be played here, because a system is a real one.
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class GateResult:
    """What came of it. `problems` are sentences, each naming its test or scenario; `version` is the software's."""

    verdict: Verdict
    policy_tests: int
    scenarios: int
    problems: tuple[str, ...]
    reason: str
    seconds: float
    version: str
    ran_at: datetime


@dataclass(frozen=True)
class Played:
    """What was tried: how many policy tests and scenarios, and the sentences of those that do not hold.

    `unplayable` says why scenarios could not be played at all.
    """

    policy_tests: int
    scenarios: int
    problems: Sequence[str]
    unplayable: str
    seconds: float


def result_of(played: Played, *, version: str, now: datetime) -> GateResult:
    """The verdict over what was tried."""
    if played.problems:
        verdict, reason = Verdict.FAILED, f"{len(played.problems)} of its policy tests and scenarios do not hold:"
    elif played.unplayable:
        verdict, reason = Verdict.UNPROVEN, f"its scenarios could not be played. {played.unplayable}"
    else:
        verdict, reason = Verdict.HELD, _held(played)
    return GateResult(
        verdict,
        played.policy_tests,
        played.scenarios,
        tuple(played.problems),
        reason,
        played.seconds,
        version,
        now,
    )


def record(tx: Transaction, release: Release, result: GateResult, *, ledger: Ledger, by: str) -> None:
    """Keep the result with the release, and the fact in the ledger."""
    values = {
        "digest": release.digest,
        "version": result.version,
        "verdict": result.verdict.value,
        "policy_tests": result.policy_tests,
        "scenarios": result.scenarios,
        "problems": list(result.problems),
        "reason": result.reason,
        "seconds": result.seconds,
    }
    store.save_gate(tx, {**values, "ran_at": result.ran_at})
    ledger.append(
        tx, case_id=HOUSE, kind="ReleaseGateRun", at=result.ran_at, actor=by, body=values, release=release.digest
    )


def known(reader: Reader, digest: str, version: str) -> GateResult | None:
    """What came of it under this version of the software; None where it was not run."""
    row = store.gate(reader, digest, version)
    return None if row is None else _result(row)


def _held(played: Played) -> str:
    if not played.scenarios:
        return f"{played.policy_tests} policy tests hold. There are no scenarios, so nothing was rehearsed."
    return f"{played.policy_tests} policy tests and {played.scenarios} scenarios hold."


def _result(row: Row[Any]) -> GateResult:
    return GateResult(
        Verdict(row.verdict),
        row.policy_tests,
        row.scenarios,
        tuple(row.problems),
        row.reason,
        row.seconds,
        row.version,
        row.ran_at,
    )
