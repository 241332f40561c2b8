"""The tally: what became of every case of a house, counted from its records."""

from dataclasses import asdict, dataclass
from typing import Any

from aboveloop.app.premises import Premises
from aboveloop.journey import store as journey
from aboveloop.journey.ownership import Owner
from aboveloop.work import store as work

# What starts a turn and stands in the ledger: one message heard, one approval answered.
STIMULI = ("MessageRead", "ActionApproved", "ActionDenied", "ApprovalExpired")


@dataclass(frozen=True)
class Tally:
    """resolved + handed_over + refused + under_way = cases. `alone` of the resolved needed no person at all.

    `doubled` counts writes that were performed more than once for one confirmed action of a case.
    """

    cases: int
    resolved: int
    handed_over: int
    refused: int
    under_way: int
    alone: int
    doubled: int
    turns: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def tally(premises: Premises) -> Tally:
    """Count everything. One pass over grouped rows; cheap at any size that one process serves."""
    with premises.database.read() as reader:
        counts = journey.count_cases(reader)
        turns = sum(premises.ledger.count(reader, kind=kind) for kind in STIMULI)
        asked = {entry.case_id for entry in premises.ledger.find(reader, kind="ApprovalRequested")}
        doubled = work.count_doubled(reader)
        alone = len(journey.resolved_case_ids(reader) - asked)
    handed = sum(number for _, _, was_handed, number in counts if was_handed)
    kept = [(owner, outcome, number) for owner, outcome, was_handed, number in counts if not was_handed]
    return Tally(
        cases=sum(number for *_, number in counts),
        resolved=sum(number for owner, outcome, number in kept if outcome == "resolved"),
        handed_over=handed,
        refused=sum(number for owner, outcome, number in kept if outcome == "refused"),
        under_way=sum(number for owner, _, number in kept if owner != Owner.RESOLVED.value),
        alone=alone,
        doubled=doubled,
        turns=turns,
    )
