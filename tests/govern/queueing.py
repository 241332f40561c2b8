"""What the tests of the queue share: requests of the corner shop, and who looks at them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.approval import Approval, Review
from aboveloop.govern.facts import Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane
from aboveloop.govern.people import Person, person_of
from aboveloop.operation.models import Operation
from govern.conftest import House
from govern.corner import ABOUT, NOW, WORKER, build_operation

LATER = NOW + timedelta(minutes=10)
PEOPLE: list[dict[str, Any]] = [*ABOUT["people"], {"id": "finn", "name": "Finn Ford", "roles": ["refund_approver"]}]
# NOW is a Saturday noon in UTC; this shop is open every day.
HOURS = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "08:00", "until": "18:00"}


def shop(**approvals: Any) -> Operation:
    """The corner shop with a second refund approver and working hours."""
    about = {**ABOUT, "people": PEOPLE, "timezone": "UTC", "working_hours": HOURS, "approvals": approvals}
    return build_operation(about=about)


SHOP = shop()


def who(person_id: str) -> Person:
    return person_of(SHOP, person_id)


def asked(
    house: House,
    cents: int = 6000,
    *roles: str,
    case: str = "case_1",
    now: datetime = NOW,
    by: Principal = WORKER,
    **more: Any,
) -> Approval:
    """A refund that waits; `rule`, `order`, `customer` and `args` change it."""
    order = more.get("order", "LK-1")
    args = {"order_id": order, "amount_cents": cents, **more.get("args", {})}
    action = Action(case_id=case, operation=more.get("operation", "shop.refund_order"), args=args, by=by)
    facts = {"refundable_cents": Fact("refundable_cents", 90000, "a test")}
    evidence = Evidence(facts=facts, owner="c_1", resource=order, amount=cents)
    decision = Decision(
        Lane.REVIEWED, approvers=roles or ("refund_approver",), rules=(more.get("rule", "r"),), reason="It is a lot."
    )
    with house.database.write() as tx:
        review = Review(action, evidence, decision, more.get("customer", "cust_1"), "r1")
        return house.approvals.request(tx, review, now=now)


def found(house: House, approval: Approval) -> Approval:
    with house.database.read() as reader:
        return house.approvals.find(reader, approval.id)


def by_person(person_id: str) -> Principal:
    return Principal("person", person_id)


def lasting(house: House, hours: float) -> House:
    """The house with another time to expiry."""
    return replace(house, approvals=type(house.approvals)(house.ledger, timedelta(hours=hours)))
