"""A queue with many of a kind in it, for the pages and the browser."""

from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Approval, Review
from aboveloop.govern.facts import Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.work.turn_state import approvals_of
from api.open_house import ELIF, tell


def queued(
    house: Stage, many: int, *, by: Principal = Principal("worker", "damaged_goods"), least: int = 6000
) -> list[Approval]:
    """So many refunds of one kind that wait, from 60 EUR up."""
    case = tell(house, "elif", ELIF[0])
    found = []
    with house.database.write() as tx:
        for number in range(many):
            cents = least + 100 * number
            args = {"order_id": "LK-100007", "amount_cents": cents, "reason": "arrived damaged"}
            # One real case carries them all; each has its own arguments, so each is an action of its own.
            action = Action(case.id, "shop.refund_order", args, by)
            facts = {"refundable_cents": Fact("refundable_cents", 90_000, "a test")}
            evidence = Evidence(facts=facts, owner="c_000005", resource="LK-100007", amount=cents)
            decision = Decision(
                Lane.REVIEWED, approvers=("refund_approver",), rules=("refund-above-50",), reason="It is a lot."
            )
            review = Review(action, evidence, decision, case.customer_id, case.release)
            found.append(approvals_of(house, house.operation).request(tx, review, now=house.clock.now()))
    return found
