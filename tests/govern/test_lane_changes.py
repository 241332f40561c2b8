"""Lane changes: found by what both packs of policies decide, not by how they are written."""

from typing import Any

from aboveloop.govern.promotion.lane_changes import Comparison, compare_policies
from aboveloop.govern.promotion.rule_meaning import literals_of, meaning_of
from aboveloop.govern.rules import parse_rules
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from govern.corner import ABOUT, OTHERS, REFUNDS, SHOP, build_operation

FACTS = {"refundable_cents": 90000, "days_since_delivery": 3, "kinds": ["shoes"]}


def test_of(name: str, **given: Any) -> PolicyTest:
    values: dict[str, Any] = {
        "test": name,
        "action": "shop.refund_order",
        "args": {"order_id": "LK-1", "amount_cents": 5000},
        "facts": FACTS,
        "owner": "c_1",
        "customer": "c_1",
        "confirmed": True,
        "expect": {"lane": "allowed"},
        **given,
    }
    return PolicyTest.model_validate(values)


test_of.__test__ = False  # type: ignore[attr-defined]
TESTS = [test_of("a small refund"), test_of("a dear one", args={"order_id": "LK-1", "amount_cents": 25000})]


def shop(refunds: str = REFUNDS, others: str = OTHERS, tests: list[PolicyTest] | None = None, **more: Any) -> Operation:
    policies = {"policies/refunds.cedar": refunds, "policies/others.cedar": others}
    return build_operation(policies=policies, policy_tests=TESTS if tests is None else tests, **more)


def compared(new: Operation, old: Operation | None = None) -> Comparison:
    return compare_policies(old or shop(), new)


def test_policies_that_are_the_same_have_no_changes_and_nobody_is_asked() -> None:
    found = compared(shop())
    assert (found.changes, found.asked) == ([], 0)


def test_comments_order_and_spelling_change_nothing() -> None:
    text = REFUNDS.replace(
        "context.verified && context.confirmed && context.args.amount_cents <= 5000",
        "context.confirmed && // first\n  context.verified && context.args.amount_cents<=5000",
    ).replace('permit (principal is Worker, action == Action::"shop.refund_order", resource)',
              'permit(principal is Worker,action==Action::"shop.refund_order",resource)')  # fmt: skip
    assert text != REFUNDS
    assert compared(shop(text)).changes == []


def test_a_raised_threshold_is_looser_and_found_at_its_edge() -> None:
    found = compared(shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 6000")))
    (lane,) = found.lanes
    assert (lane.action, lane.direction, lane.roles) == ("shop.refund_order", "looser", ("refund_approver",))
    assert (lane.before, lane.after) == ("waited for refund approver", "is done at once")
    assert "amount cents “5001" in lane.example and 0 < lane.cases < lane.of
    assert [change.is_risky for change in found.changes] == [True, True]
    assert "means something else" in found.rules[0].words


def test_a_lowered_threshold_is_stricter() -> None:
    (lane,) = compared(shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 4000"))).lanes
    assert lane.direction == "stricter"
    assert "now waits for" not in lane.before


def test_a_new_forbid_refuses_and_a_removed_one_lets_through() -> None:
    more = REFUNDS + (
        '@id("no-shoes") @lane("prohibited") @reason("No shoes.") forbid (principal, action == '
        'Action::"shop.refund_order", resource) when { context.facts.kinds.contains("shoes") };'
    )
    stricter = compared(shop(more))
    assert {lane.direction for lane in stricter.lanes} == {"stricter"}
    assert {lane.after for lane in stricter.lanes} == {"is refused"}
    assert "is new" in stricter.rules[0].words and stricter.rules[0].direction == "stricter"
    looser = compared(shop(), shop(more))
    assert {lane.direction for lane in looser.lanes} == {"looser"}
    assert "is gone" in looser.rules[0].words and looser.rules[0].direction == "looser"


def test_a_new_permit_is_looser_and_a_removed_one_stricter() -> None:
    more = REFUNDS + (
        '@id("all") @lane("allowed") @reason("All.") permit (principal is Worker, action == '
        'Action::"shop.refund_order", resource);'
    )
    assert compared(shop(more)).rules[0].direction == "looser"
    assert compared(shop(), shop(more)).rules[0].direction == "stricter"


def test_a_yes_that_is_no_longer_asked_for_is_told() -> None:
    others = OTHERS.replace("context.verified && context.confirmed };", "context.verified };")
    asked = test_of("subscribe", action="shop.subscribe", args={"email": "a@b.example"}, facts={}, owner="")
    (lane,) = compared(shop(others=others, tests=[asked]), shop(tests=[asked])).lanes
    assert lane.direction == "looser"
    assert lane.before == "was done at once after confirmation"
    assert lane.after == "is done at once without asking the customer more"


def test_another_role_is_neither_looser_nor_stricter() -> None:
    text = REFUNDS.replace(
        '"refund_approver")\n@reason("A refund above', '"manager")\n@reason("A refund above'
    ).replace('context.approved_by.contains("refund_approver")', 'context.approved_by.contains("manager")')
    found = compared(shop(text))
    assert "other" in {lane.direction for lane in found.lanes}


def test_a_rule_that_no_test_comes_near_is_a_change_of_risk_all_the_same() -> None:
    found = compared(shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 6000"), tests=[]), shop(tests=[]))
    assert (found.lanes, found.asked) == ((), 0)
    (rule,) = found.rules
    assert rule.is_risky and "no proof" in rule.words


def test_a_renamed_rule_and_another_reason_alter_no_risk() -> None:
    renamed = compared(shop(REFUNDS.replace('@id("refund-small")', '@id("refund-little")')))
    assert [change.is_risky for change in renamed.changes] == [False]
    assert "is called refund-little now" in renamed.changes[0].words
    retold = compared(shop(REFUNDS.replace("Never more than was paid.", "Not more than was paid.")))
    assert [change.is_risky for change in retold.changes] == [False]


def test_an_operation_that_is_judged_by_another_fact_is_asked_too() -> None:
    operations = {**SHOP["operations"]}
    refund = {**operations["refund_order"]}
    refund["facts"] = {name: fact for name, fact in refund["facts"].items() if name != "kinds"}
    found = compared(shop(shop={**SHOP, "operations": {**operations, "refund_order": refund}}))
    assert found.asked > 0 and found.lanes == ()


def test_a_fact_that_only_one_side_knows_leaves_out_the_tests_that_cannot_be_asked() -> None:
    operations = {**SHOP["operations"]}
    refund = {**operations["refund_order"]}
    refund["facts"] = {**refund["facts"], "is_vip": {"type": "bool", "value": "true"}}
    found = compared(shop(shop={**SHOP, "operations": {**operations, "refund_order": refund}}))
    assert (found.asked, found.lanes) == (0, ())


def test_a_new_operation_is_no_lane_change() -> None:
    operations = {**SHOP["operations"], "burn": {"kind": "write", "arguments": {}}}
    assert compared(shop(shop={**SHOP, "operations": operations})).lanes == ()


def test_flags_and_words_are_tried_both_ways() -> None:
    others = OTHERS.replace(
        'unless { context.facts.status == "placed" }',
        'unless { context.facts.status == "packed" || (context.facts has is_gift && context.facts.is_gift) }',
    )
    cancel = test_of(
        "cancel", action="shop.cancel_order", args={"order_id": "LK-1"}, facts={"status": "placed", "is_gift": False},
        stage="no such stage",
    )  # fmt: skip
    found = compared(shop(others=others, tests=[cancel]), shop(tests=[cancel]))
    assert {lane.direction for lane in found.lanes} == {"looser", "stricter"}


def test_no_more_is_asked_than_a_person_waits_for() -> None:
    found = compare_policies(shop(), shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 6000")), most=2)
    assert found.asked == 2


def test_what_a_test_does_not_hold_is_not_tried() -> None:
    bare = test_of("bare", facts={"refundable_cents": 90000, "kinds": []})
    found = compared(
        shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 6000"), tests=[bare]), shop(tests=[bare])
    )
    assert found.asked > 1


def test_the_values_of_a_rule_are_found_on_either_side() -> None:
    text = (
        '@id("a") permit (principal, action, resource) when { 10 < context.args.n && context.facts.flag '
        '&& context.facts.status == "x" && {"a": 3}.a == context.args.n && !(context.facts.late == true) };'
    )
    (rule,) = parse_rules(build_operation(policies={"policies/a.cedar": text})).rules
    assert set(literals_of(rule)) == {
        (("args", "n"), 10),
        (("args", "n"), True),
        (("facts", "flag"), True),
        (("facts", "status"), "x"),
        (("facts", "status"), True),
        (("facts", "late"), True),
    }


def test_or_and_and_mean_the_same_in_any_order_and_nothing_else_does() -> None:
    def meaning(condition: str) -> object:
        text = f'@id("a") @approver("x") permit (principal, action, resource) when {{ {condition} }};'
        (rule,) = parse_rules(build_operation(policies={"policies/a.cedar": text})).rules
        return meaning_of(rule)

    assert meaning("context.a || (context.b && context.c)") == meaning("(context.c && context.b) || context.a")
    assert meaning("context.a == 1 && true") != meaning("context.a == 2 && true")
    assert meaning('{"a": 1, "b": context.a}.a == 1') != meaning('{"a": 2, "b": context.a}.a == 1')
    assert meaning("[1, 2].contains(context.a)") != meaning("[2, 1].contains(context.a)")


def test_a_change_of_who_reviews_in_the_house_leaves_rules_alone() -> None:
    about = {**ABOUT, "title": "The other corner shop"}
    assert compared(shop(about=about)).changes == []


def test_a_change_is_told_in_a_sentence() -> None:
    change = compared(shop(REFUNDS.replace("amount_cents <= 5000", "amount_cents <= 6000"))).lanes[0]
    assert change.plain.startswith(f"{change.called}: what {change.before} {change.after} now; for example, ")
