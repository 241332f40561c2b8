"""Reports that somebody kept: what was said of a charter's value, when, on which evidence. Each is a ledger entry."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aboveloop.app.chartering.reporting import Report
from aboveloop.app.chartering.stage_gate import Way
from aboveloop.app.portfolio.errors import NothingToReport
from aboveloop.app.premises import Premises
from aboveloop.govern.lanes import Stage
from aboveloop.govern.people import Person, may
from aboveloop.kit.clock import from_micros
from aboveloop.kit.database import Reader
from aboveloop.ledger import store as ledger_store
from aboveloop.ledger.entries import HOUSE
from aboveloop.measure.baseline import Counted
from aboveloop.measure.intervals import Difference

KIND = "CharterReported"
Grade = Literal["as agreed", "moved", "not moved", "no worker", "baseline broken"]


@dataclass(frozen=True)
class Kept:
    """A report as it was kept. `baseline` is the digest of the baseline's file that it was held against."""

    charter: str
    at: datetime
    by: str
    grade: Grade
    verdict: str
    span: str
    baseline: str

    @property
    def is_proof(self) -> bool:
        return self.grade == "as agreed"


def grade_of(found: Report) -> Grade:
    """What the report is worth as evidence. Nothing held against a broken baseline proves anything."""
    if not found.before.stands:
        return "baseline broken"
    if found.change is None or not found.change.moved:
        return "not moved"
    if without_worker(found.ways):
        return "no worker"
    return "as agreed" if found.is_met else "moved"


def without_worker(ways: Sequence[Way]) -> str:
    """Why what moved cannot be the worker's doing; "" where one serves customers."""
    if any(way.stage is not Stage.SHADOW for way in ways):
        return ""
    return "No worker serves customers in it yet: whatever moved, moved without one."


def keep(premises: Premises, found: Report, *, by: Person, span: str) -> Kept:
    """Write the report into the ledger. `span` says over which days of which history the after was counted.

    Raises MayNot, and NothingToReport where there is no after.
    """
    may(by, "propose").demand()
    if found.after is None or found.change is None:
        raise NothingToReport("There is no after to keep yet: name its first and last day first.")
    now = premises.house.clock.now()
    body = {
        "charter": found.charter.charter,
        "grade": grade_of(found),
        "verdict": found.verdict,
        "span": span,
        "baseline": found.before.digest,
        **_numbers(found.after, found.change),
    }
    with premises.database.write() as tx:
        premises.ledger.append(tx, case_id=HOUSE, kind=KIND, at=now, actor=by.actor, body=body)
    with premises.database.read() as reader:
        return all_kept(reader)[found.charter.charter][0]


def all_kept(reader: Reader) -> dict[str, list[Kept]]:
    """Every report that was kept, by charter, the latest first."""
    conditions = ledger_store.matching({"case_id": HOUSE, "kind": KIND}, None)
    found: dict[str, list[Kept]] = {}
    for batch in ledger_store.find(reader, conditions):
        for row in batch:
            body = json.loads(row.body)
            one = Kept(
                charter=body["charter"],
                at=from_micros(row.at),
                by=row.actor,
                grade=body["grade"],
                verdict=body["verdict"],
                span=body["span"],
                baseline=body["baseline"],
            )
            found.setdefault(one.charter, []).insert(0, one)
    return found


def _numbers(after: Counted, change: Difference) -> dict[str, str | int]:
    """Numbers stand in the ledger as text: no two programs round them otherwise."""
    told = {"value": after.interval.value, "low": after.interval.low, "high": after.interval.high}
    told |= {"change": change.value, "change_low": change.low, "change_high": change.high}
    return {**{name: f"{value:.6g}" for name, value in told.items()}, "cases": after.interval.rows, "rows": after.rows}
