"""The same question put to two packs of policies: what differs, and what the evidence cannot tell to one of them."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from aboveloop.govern.comparing import Compared, compare
from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision, Lane, Need
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question
from govern.corner import NOBODY, READY, REFUNDABLE, REFUNDS, SHOP, act, build_operation, refund


def pack_with(policies: str = REFUNDS, **refund_order: Any) -> PolicyPack:
    """The shop with another declaration of refunds, and only these policies."""
    shop = deepcopy(SHOP)
    facts = {**shop["operations"]["refund_order"]["facts"], **refund_order.pop("facts", {})}
    shop["operations"]["refund_order"] |= {**refund_order, "facts": facts}
    return PolicyPack(build_operation(shop=shop, policies={"policies/p.cedar": policies}))


BEFORE = pack_with()
STRICTER = pack_with(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 4000"))


def test_a_lane_that_moves_is_told_with_both_decisions() -> None:
    found = compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, STRICTER, source=BEFORE.operation)
    assert (found.before.lane, found.after.lane) == (Lane.ALLOWED, Lane.REVIEWED)
    assert found.moves_lane and found.differs and found.unclear == ""


def test_what_stays_the_same_does_not_differ() -> None:
    found = compare(Question(refund(4000), REFUNDABLE, READY), BEFORE, STRICTER, source=BEFORE.operation)
    assert not found.moves_lane and not found.differs


def test_something_else_asked_in_the_same_lane_differs_without_moving() -> None:
    without_yes = pack_with(REFUNDS.replace("context.verified && context.confirmed", "context.verified", 1))
    found = compare(Question(refund(100), REFUNDABLE, NOBODY), BEFORE, without_yes, source=BEFORE.operation)
    assert found.before.needs == (Need.VERIFICATION, Need.CONFIRMATION) and found.after.needs == (Need.VERIFICATION,)
    assert found.differs and not found.moves_lane


def test_another_rule_with_the_same_outcome_is_no_difference() -> None:
    renamed = pack_with(REFUNDS.replace('@id("refund-small")', '@id("refund-tiny")'))
    found = compare(Question(refund(100), REFUNDABLE, READY), BEFORE, renamed, source=BEFORE.operation)
    assert found.before.rules != found.after.rules and not found.differs


def test_one_of_several_approvers_is_not_all_of_them() -> None:
    both = Decision(Lane.REVIEWED, (), ("a", "b"))
    assert Compared(both, replace(both, any_approver=True)).differs


@pytest.mark.parametrize(
    ("after", "because"),
    [
        (
            pack_with(facts={"is_new": {"type": "bool", "value": "order.new"}}),
            "is_new was not recorded for shop.refund_order.",
        ),
        (
            pack_with(facts={"is_new": {"type": "bool", "value": "order.new", "optional": True}}),
            "is_new was not recorded for shop.refund_order.",
        ),
        (
            pack_with(facts={"refundable_cents": {"type": "long", "value": "order.paid_cents"}}),
            "refundable_cents of shop.refund_order is worked out otherwise.",
        ),
        (pack_with(owner="order.owner_id"), "The owner or the records of shop.refund_order are read otherwise."),
    ],
)
def test_what_the_evidence_cannot_tell_is_unclear_and_never_a_difference(after: PolicyPack, because: str) -> None:
    found = compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, after, source=BEFORE.operation)
    assert found.unclear == because
    assert not found.moves_lane and not found.differs


def test_a_supposition_may_leave_out_what_is_optional() -> None:
    after = pack_with(facts={"is_new": {"type": "bool", "value": "order.new", "optional": True}})
    assert compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, after, source=None).unclear == ""
    needed = pack_with(facts={"is_new": {"type": "bool", "value": "order.new"}})
    assert compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, needed, source=None).unclear


def test_a_fact_that_was_recorded_as_missing_is_recorded() -> None:
    evidence = replace(REFUNDABLE, facts={}, missing=dict.fromkeys(REFUNDABLE.facts, "not read"))
    found = compare(Question(refund(4500), evidence, READY), BEFORE, STRICTER, source=BEFORE.operation)
    assert found.unclear == "" and found.before.lane is found.after.lane is Lane.PROHIBITED


def test_an_operation_that_one_side_does_not_have_is_refused_there() -> None:
    shop = deepcopy(SHOP)
    del shop["operations"]["refund_order"]
    text = '@id("n") @lane("allowed") @reason("R.") permit (principal, action, resource);'
    without = PolicyPack(build_operation(shop=shop, policies={"policies/p.cedar": text}))
    found = compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, without, source=BEFORE.operation)
    assert found.moves_lane and "There is no operation shop.refund_order" in found.after.reason


def test_arguments_are_checked_anew_on_either_side() -> None:
    narrower = deepcopy(SHOP["operations"]["refund_order"]["arguments"])
    narrower["amount_cents"]["maximum"] = 1000
    after = pack_with(arguments=narrower)
    found = compare(Question(refund(4500), REFUNDABLE, READY), BEFORE, after, source=BEFORE.operation)
    assert found.moves_lane and "must be at most 1000" in found.after.reason
    back = compare(
        Question(refund(4500), replace(REFUNDABLE, fault="It was too much."), READY),
        after,
        BEFORE,
        source=after.operation,
    )
    assert (back.before.lane, back.after.lane) == (Lane.PROHIBITED, Lane.ALLOWED)


def test_a_past_action_of_an_operation_that_its_release_did_not_know_is_compared_by_what_it_holds() -> None:
    unknown = act("shop.nothing")
    found = compare(Question(unknown, Evidence(fault="There is none.")), BEFORE, STRICTER, source=BEFORE.operation)
    assert not found.differs and found.unclear == ""
