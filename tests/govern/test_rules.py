"""What a rule looks at: by that, two suppositions are known to be one question."""

import pytest

from aboveloop.govern.actions import Action
from aboveloop.govern.facts import NOTHING_KNOWN
from aboveloop.govern.lanes import Lane
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.rules import Rule, parse_rules
from govern.corner import act, build_operation, known

CANCEL: Action = act("shop.cancel_order", order_id="LK-1")


def rule(condition: str) -> Rule:
    text = f"""
@id("one") @lane("allowed") @reason("So it is.")
permit (principal, action == Action::"shop.cancel_order", resource) when {{ {condition} }};
"""
    return parse_rules(build_operation(policies={"policies/one.cedar": text})).rules[0]


@pytest.mark.parametrize(
    ("condition", "reads", "whole"),
    [
        ('context.verified && context.facts.status == "placed"', {"verified", "facts"}, False),
        ("context has confirmed && context.confirmed", {"confirmed"}, False),
        ("context == context", set(), True),
        ("context.verified && context == context", {"verified"}, True),
        ("true", set(), False),
    ],
)
def test_a_rule_tells_what_of_the_context_it_looks_at(condition: str, reads: set[str], whole: bool) -> None:
    found = rule(condition)
    assert found.reads == reads
    assert found.reads_whole is whole


@pytest.mark.parametrize("condition", ["context.confirmed", "context.confirmed && context == context"])
def test_what_the_customer_owes_is_found_also_by_a_rule_that_compares_the_whole(condition: str) -> None:
    text = f"""
@id("one") @lane("allowed") @reason("So it is.")
permit (principal, action == Action::"shop.cancel_order", resource) when {{ {condition} }};
"""
    pack = PolicyPack(build_operation(policies={"policies/one.cedar": text}))
    decision = pack.decide(CANCEL, known("c_1", status="placed"), NOTHING_KNOWN)
    assert decision.lane is Lane.ALLOWED
    assert [str(need) for need in decision.needs] == ["confirmation"]
