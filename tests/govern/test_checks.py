"""Before a release, every fault of the policies is named with its file and line, and policy tests are decided."""

from typing import Any

import pytest

from aboveloop.govern.checks import policy_faults, requires_confirmation, run_policy_tests
from aboveloop.govern.lanes import Lane
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from govern.corner import ABOUT, OTHERS, REFUNDS, build_operation

NOTE = 'permit (principal, action == Action::"shop.note", resource)'


def faults(text: str, **changes: Any) -> list[str]:
    return [str(fault) for fault in policy_faults(build_operation(policies={"policies/p.cedar": text}, **changes))]


def test_good_policies_have_no_faults(operation: Operation) -> None:
    assert policy_faults(operation) == []


def test_each_rule_is_found_at_its_line(operation: Operation) -> None:
    text = """// A comment; with a semicolon and a "quote

@id("one") @lane("allowed")
@reason("A text; with a semicolon, // slashes, \\"quotes\\"
and a second line.")
permit (principal, action == Action::"shop.note", resource); @id("two") @lane("allowed") permit (principal,
  action, resource); // the end
@id("three")
"""
    found = faults(text)
    assert found[0].startswith("policies/p.cedar:6: Rule two has no @reason")
    assert found[1].startswith("policies/p.cedar:8: This is not a Cedar policy: unexpected end of input")
    assert len(found) == 2


def test_an_unfinished_string_is_a_fault_and_never_another_meaning() -> None:
    assert faults(f'@id("a) @lane("allowed") {NOTE};')[0].startswith("policies/p.cedar:1: This is not a Cedar policy")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("permit (principal, action);", "This is not a Cedar policy"),
        (f'@id("x") @id("y") {NOTE};', "This is not a Cedar policy: duplicate annotation"),
        (
            '@id("t") permit (principal == ?principal, action, resource);',
            "A rule names its principal and resource itself",
        ),
        (f'@lane("allowed") @reason("R.") {NOTE};', "The rule has no @id"),
        (f'@id("") @lane("allowed") @reason("R.") {NOTE};', "The rule has no @id"),
        (f'@id("a") @lane("allowed") {NOTE};', "Rule a has no @reason"),
        (f'@id("a") @lane("allowed") @reason(" ") {NOTE};', "Rule a has no @reason"),
        (f'@id("a") @reason("R.") {NOTE};', 'Rule a has no @lane; write @lane("allowed").'),
        (
            f'@id("a") @lane("reviewed") @reason("R.") {NOTE};',
            'Rule a says @lane("reviewed"), but a permit without an @approver is allowed.',
        ),
        (
            f'@id("a") @lane("allowed") @approver("manager") @reason("R.") {NOTE} '
            'when { context.approved_by.contains("manager") };',
            'Rule a says @lane("allowed"), but a permit with an @approver is reviewed.',
        ),
        (
            '@id("a") @lane("allowed") @reason("R.") forbid (principal, action, resource);',
            'Rule a says @lane("allowed"), but a forbid is prohibited.',
        ),
        (
            f'@id("a") @lane("reviewed") @approver("manager") @reason("R.") {NOTE};',
            "Rule a names an @approver, but its condition never looks at context.approved_by.",
        ),
        (
            f'@id("a") @lane("allowed") @reason("R.") {NOTE} when {{ context.approved_by.contains("manager") }};',
            "Rule a looks for an approval by manager, which its @approver does not name.",
        ),
        (
            f'@id("a") @lane("reviewed") @approver("boss") @reason("R.") {NOTE} '
            'when { context.approved_by.contains("boss") };',
            "Rule a names the approver boss, which is no role in operation.yaml.",
        ),
        (
            f'@id("a") @lane("reviewed") @approver("clerk") @reason("R.") {NOTE} '
            'when { context.approved_by.contains("clerk") };',
            "Rule a waits for clerk, but nobody who may approve holds that role.",
        ),
        (
            f'@id("a") @lane("allowed") @aprover("manager") @reason("R.") {NOTE};',
            "warning: Rule a has @aprover, which means nothing here.",
        ),
        (
            '@id("a") @lane("allowed") @reason("R.") permit (principal, action == Action::"shop.nothing", resource);',
            "Rule a speaks of shop.nothing, which no system has.",
        ),
        (
            '@id("a") @lane("allowed") @reason("R.") permit (principal, action in Action::"touches_all", resource);',
            "Rule a speaks of touches_all, which no system has.",
        ),
        (
            f'@id("a") @lane("allowed") @reason("R.") {NOTE} when {{ context.args.wight > 1 }};',
            "Rule a does not fit the systems: attribute `args.wight` in context",
        ),
        (
            f'@id("a") @lane("allowed") @reason("R.") {NOTE} when {{ context.args.weight > 1 }};',
            "Rule a does not fit the systems: unable to guarantee safety of access to optional attribute",
        ),
        (
            '@id("a") @lane("allowed") @reason("R.") permit (principal is Robot, action, resource);',
            "Rule a does not fit the systems: unrecognized entity type `Robot`",
        ),
    ],
)
def test_a_fault_is_explained(text: str, expected: str) -> None:
    found = faults("\n" + text)
    assert len(found) == 1, found
    assert found[0].startswith(f"policies/p.cedar:2: {expected}")


def test_an_id_is_taken_once_over_all_files() -> None:
    operation = build_operation(policies={"policies/a.cedar": REFUNDS, "policies/b.cedar": "\n" + REFUNDS})
    found = [str(fault) for fault in policy_faults(operation)]
    assert len(found) == 4
    assert found[0] == "policies/b.cedar:3: The @id refund-small is taken by the rule at policies/a.cedar:2."


def test_a_rule_for_a_group_that_is_still_empty_is_no_fault() -> None:
    scope = 'principal, action in Action::"touches_sensitive", resource'
    text = f'@id("s") @lane("prohibited") @reason("R.") forbid ({scope});'
    assert faults(text) == []


def test_a_group_is_no_action() -> None:
    text = '@id("s") @lane("allowed") @reason("R.") permit (principal, action == Action::"writes", resource);'
    assert faults(text)[0].startswith(
        "policies/p.cedar:1: Rule s does not fit the systems: unable to find an applicable"
    )


def test_a_forbid_may_wait_for_an_approval() -> None:
    text = (
        '@id("f") @lane("prohibited") @approver("manager") @reason("R.") forbid (principal, action, resource) '
        'unless { context.approved_by.containsAny(["manager"]) };'
    )
    assert faults(text) == []


def test_two_roles_need_two_people() -> None:
    text = REFUNDS
    only_max = [person for person in ABOUT["people"] if person["id"] == "max"]
    found = faults(text, about={**ABOUT, "people": only_max})
    assert found == [
        "policies/p.cedar:17: Rule refund-large needs 2 people (refund_approver, manager), "
        "but there are not as many who may approve."
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "context.confirmed",
        'context["confirmed"]',
        "context has confirmed",
        "if context has confirmed then true else false",
        "{a: [context.confirmed]}.a.contains(true)",
        "!(context.verified || context.confirmed)",
    ],
)
def test_reads_of_the_context_are_found_however_they_are_written(condition: str) -> None:
    text = f'@id("a") @lane("allowed") @reason("R.") {NOTE} when {{ {condition} }};'
    assert requires_confirmation(build_operation(policies={"policies/p.cedar": text}), "shop.note")


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ("shop.refund_order", True),
        ("shop.cancel_order", False),
        ("shop.subscribe", True),
        ("shop.get_order", False),
        ("shop.nothing", False),
    ],
)
def test_a_rule_that_looks_at_confirmation_requires_it(operation: Operation, action: str, needed: bool) -> None:
    assert requires_confirmation(operation, action) is needed


# --- policies/tests.yaml


def results(*tests: dict[str, Any], policies: dict[str, str] | None = None) -> list[str]:
    parsed = [PolicyTest.model_validate({"test": "a test", "action": "shop.refund_order", **test}) for test in tests]
    texts = policies or {"policies/refunds.cedar": REFUNDS, "policies/others.cedar": OTHERS}
    operation = build_operation(policy_tests=parsed, policies=texts)
    found = run_policy_tests(operation)
    assert [result.number for result in found] == list(range(len(tests)))
    assert all(result.passed is (result.problem == "") for result in found)
    return [result.problem for result in found]


GOOD: dict[str, Any] = {
    "args": {"order_id": "LK-1", "amount_cents": 5001},
    "facts": {"refundable_cents": 9000, "days_since_delivery": 3, "kinds": ["shoes"]},
    "owner": "c_1",
    "customer": "c_1",
    "confirmed": True,
    "expect": {"lane": "reviewed", "approvers": ["refund_approver"], "rules": ["refund-approved"]},
}


def test_a_test_that_holds_passes() -> None:
    assert results(GOOD, {**GOOD, "approved_by": ["refund_approver"], "expect": {"lane": "allowed"}}) == ["", ""]


def test_a_test_that_fails_says_what_differs() -> None:
    assert results({**GOOD, "confirmed": False, "expect": {"lane": "allowed", "approvers": [], "rules": ["x"]}}) == [
        'lane should be allowed, but is reviewed (A refund above 50 EUR waits for a person; "no" is an answer.); '
        "needs should be none, but is confirmation "
        '(A refund above 50 EUR waits for a person; "no" is an answer.); '
        "approvers should be none, but is refund_approver "
        '(A refund above 50 EUR waits for a person; "no" is an answer.); '
        "rules should be x, but is refund-approved "
        '(A refund above 50 EUR waits for a person; "no" is an answer.)'
    ]


def test_a_test_may_expect_a_refusal() -> None:
    malformed = {**GOOD, "args": {"order_id": "LK-1"}, "expect": {"lane": "prohibited", "rules": []}}
    without_fact = {**GOOD, "facts": {}, "expect": {"lane": "prohibited", "rules": []}}
    unknown = {**GOOD, "action": "shop.nothing", "expect": {"lane": "prohibited", "rules": []}}
    assert results(malformed, without_fact, unknown) == ["", "", ""]


def test_a_test_may_be_by_a_person_and_in_a_stage() -> None:
    note = {"action": "shop.note", "args": {"text": "x"}, "by": "person", "expect": {"lane": "allowed"}}
    assisted = {
        **GOOD,
        "args": {"order_id": "LK-1", "amount_cents": 1},
        "stage": "assist",
        "expect": {"lane": "reviewed"},
    }
    assert results(note, assisted) == ["", ""]


def test_a_stage_that_does_not_exist_is_a_problem() -> None:
    (problem,) = results({**GOOD, "stage": "party"})
    assert problem == ("stage should be shadow, assist, supervised, autonomous, but is party (party is no stage.)")


def test_a_resource_found_in_a_record_is_left_out() -> None:
    by_resource = """@id("r") @lane("allowed") @reason("R.")
    permit (principal, action == Action::"shop.refund_order", resource == Record::"LK-1");"""
    policies = {"policies/p.cedar": by_resource}
    good = {**GOOD, "expect": {"lane": "allowed"}}
    assert results(good, policies=policies) == [""]
    operation = build_operation(policies=policies)
    spec = operation.systems["shop"].operations["refund_order"].model_copy(update={"resource": "order.id"})
    operations = {**operation.systems["shop"].operations, "refund_order": spec}
    shop = operation.systems["shop"].model_copy(update={"operations": operations})
    changed = operation.model_copy(
        update={
            "systems": {"shop": shop},
            "policy_tests": [PolicyTest.model_validate({"test": "t", "action": "shop.refund_order", **good})],
        }
    )
    (result,) = run_policy_tests(changed)
    assert result.decision.lane is Lane.PROHIBITED
