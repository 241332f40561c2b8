"""Shadowing: what the release in shadow decides of the writes that are decided on live cases. It performs nothing.

It judges the same action on facts of its own, so that a changed fact shows as well as a changed rule. Only a
difference in what would happen counts: the lane, what is needed, who is asked.
"""

from aboveloop.connect.errors import SystemRefused
from aboveloop.govern.facts import gather
from aboveloop.govern.lanes import Decision
from aboveloop.kit.errors import TemporaryError
from aboveloop.operation import environments
from aboveloop.operation.models import Operation
from aboveloop.work.earned import earned_by
from aboveloop.work.house import TurnRecords
from aboveloop.work.judgement import Judgement
from aboveloop.work.turn_state import Turn


def shadow(turn: Turn, judgement: Judgement) -> None:
    """Decide the action by the release in shadow, and keep that with the turn's next commit."""
    with turn.house.database.read() as reader:
        placed = environments.placed(reader, "shadow")
    if placed is None or placed.release.digest == turn.case.release:
        return
    decision, untold = _decided(turn, judgement, turn.house.operation_of(placed.release.digest))
    body = {
        "operation": judgement.action.operation,
        "action": judgement.action.digest,
        "shadow": placed.release.digest,
        "was": _happens(judgement.decision),
        "would_be": None if decision is None else _happens(decision),
        "differs": decision is not None and _happens(decision) != _happens(judgement.decision),
        "rules": [] if decision is None else list(decision.rules),
        "reason": untold if decision is None else decision.reason,
    }
    turn.record("ShadowDecided", body, actor="house")


def _decided(turn: Turn, judgement: Judgement, operation: Operation) -> tuple[Decision | None, str]:
    """The decision; or None and why the facts could not be told. A shadow never holds up who it looks at."""
    records = TurnRecords(turn.house.systems_of(operation))
    try:
        evidence = gather(operation, judgement.action, records, judgement.conversation, turn.now)
    except (TemporaryError, SystemRefused) as error:
        return None, str(error)
    pack, action, conversation = turn.house.pack_of(operation), judgement.action, judgement.conversation
    customer = turn.case.customer_id
    earned = earned_by(turn.house.database, pack, action, conversation, customer_id=customer, now=turn.now)
    return (
        pack.decide(
            action,
            evidence,
            conversation if earned is None else earned(evidence),
            approved_by=judgement.approved_by,
            stage=judgement.stage,
        ),
        "",
    )


def _happens(decision: Decision) -> dict[str, object]:
    return {
        "lane": decision.lane.value,
        "needs": sorted(need.value for need in decision.needs),
        "approvers": sorted(decision.approvers),
        "four_eyes": decision.four_eyes,
    }
