"""What the ledger's actions would be decided as under other policies: counted once each, from their own evidence."""

import pytest

from aboveloop.govern.lanes import Lane
from aboveloop.govern.policy import PolicyPack
from aboveloop.kit.errors import NotFound
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from aboveloop.work.erase import erase
from aboveloop.work.policy_diff import Comparison, diff_of_ledger, diff_of_tests
from aboveloop.work.policy_use import rules_of, use_of
from work.bakery import ANNA, BEN, FILES, Bakery, operation_of

REFUND = ("refund 60 EUR for CR-1002 please", ANNA, "yes")


def changed(old: str, new: str) -> Operation:
    """The bakery with one of its policies changed."""
    assert FILES["policies/all.cedar"].count(old) == 1
    return operation_of({**FILES, "policies/all.cedar": FILES["policies/all.cedar"].replace(old, new)})


@pytest.fixture(scope="module")
def generous() -> Operation:
    """Up to 100 EUR is given back at once."""
    return changed("context.args.amount_cents <= 5000 }", "context.args.amount_cents <= 10000 }")


def compared(bakery: Bakery, after: Operation) -> Comparison:
    with bakery.database.read() as reader:
        return diff_of_ledger(
            bakery.ledger.find(reader),
            bakery.pack_of(bakery.operation),
            PolicyPack.compile(after),
            operation_of=bakery.operation_of,
        )


def test_a_refund_that_waited_would_be_done_at_once(bakery: Bakery, generous: Operation) -> None:
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    found = compared(bakery, generous)
    assert list(found.lanes) == [(Lane.REVIEWED, Lane.ALLOWED)]
    tally = found.lanes[Lane.REVIEWED, Lane.ALLOWED]
    # It was decided twice, when it was asked for and when it was approved, and is one action.
    assert (tally.actions, tally.cases, tally.customers, tally.amount) == (1, {case.id}, {case.customer_id}, 6000)
    (change,) = found.changes
    assert (change.case, change.operation, change.amount) == (case.id, "till.refund_order", 6000)
    assert found.moved == 1 and found.otherwise == 0 and not found.unclear
    assert found.as_json()["lanes"] == [
        {"from": "reviewed", "to": "allowed", "actions": 1, "cases": 1, "customers": 1, "amount_minor": 6000}
    ]


def test_the_same_policies_change_nothing(bakery: Bakery) -> None:
    bakery.write(*REFUND)
    found = compared(bakery, bakery.operation)
    assert found.compared > 3 and found.moved == found.otherwise == 0 and found.changes == []


def test_another_approver_is_no_other_lane(bakery: Bakery) -> None:
    bakery.write(*REFUND)
    text = FILES["policies/all.cedar"]
    begin, end = text.index('@id("refund-large")'), text.index('@id("refund-huge")')
    other = text[:begin] + text[begin:end].replace("refund_approver", "head") + text[end:]
    found = compared(bakery, operation_of({**FILES, "policies/all.cedar": other}))
    assert (found.moved, found.otherwise) == (0, 1)
    assert found.changes[0].after.approvers == ("head",)


def test_what_was_asked_for_in_another_way_at_first_counts_where_it_moves(bakery: Bakery) -> None:
    """Asked for, it needs another role; once that one has not approved, what was allowed is reviewed."""
    case = bakery.write(*REFUND)
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    text = FILES["policies/all.cedar"]
    begin, end = text.index('@id("refund-large")'), text.index('@id("refund-huge")')
    other = text[:begin] + text[begin:end].replace("refund_approver", "head") + text[end:]
    found = compared(bakery, operation_of({**FILES, "policies/all.cedar": other}))
    assert (found.moved, found.otherwise) == (1, 0)
    assert list(found.lanes) == [(Lane.ALLOWED, Lane.REVIEWED)]


def test_erased_customers_and_lost_releases_are_counted(bakery: Bakery, generous: Operation) -> None:
    case = bakery.write(*REFUND)
    with bakery.database.write() as tx:
        erase(bakery.house, tx, bakery.case(case.id).customer_id, actor="person:hana")
    found = compared(bakery, generous)
    assert found.compared == 0 and found.unreadable > 0

    def gone(digest: str) -> Operation:
        raise NotFound("It is gone.")

    bakery.write("cancel CR-1003 please", BEN, "yes", address=BEN)
    pack = bakery.pack_of(bakery.operation)
    with bakery.database.read() as reader:
        lost = diff_of_ledger(bakery.ledger.find(reader), pack, pack, operation_of=gone)
    assert lost.compared == 0 and lost.unreadable > found.unreadable


def test_a_fact_that_nobody_recorded_leaves_it_unclear(bakery: Bakery) -> None:
    bakery.write(*REFUND)
    systems = FILES["systems/till.yaml"]
    assert systems.count("order.paid_cents - order.refunded_cents") == 1
    other = operation_of(
        {**FILES, "systems/till.yaml": systems.replace("order.paid_cents - order.refunded_cents", "order.paid_cents")}
    )
    found = compared(bakery, other)
    assert found.unclear == {"refundable of till.refund_order is worked out otherwise.": 1}
    assert found.moved == 0


def with_tests(operation: Operation, *tests: dict[str, object]) -> Operation:
    made = [
        PolicyTest.model_validate({"action": "till.refund_order", "expect": {"lane": "allowed"}, **each})
        for each in tests
    ]
    return operation.model_copy(update={"policy_tests": made})


def test_policy_tests_of_both_sides_are_compared_once_each(crumb: Operation, generous: Operation) -> None:
    base = {
        "args": {"order_id": "CR-1", "amount_cents": 6000},
        "facts": {"refundable": 9000},
        "owner": "c",
        "customer": "c",
        "confirmed": True,
    }
    one, two = {"test": "sixty", **base}, {"test": "much", **base, "facts": {"refundable": 1}}
    unknown = {"test": "unknown", **base, "facts": {}}
    before = PolicyPack(with_tests(crumb, one, unknown))
    after = PolicyPack(with_tests(generous, {**one, "expect": {"lane": "reviewed"}}, two, {**one, "stage": "party"}))
    found = diff_of_tests(before, after)
    assert found.compared == 3
    assert [(change.test, change.before.lane, change.after.lane) for change in found.changes] == [
        ("sixty", Lane.REVIEWED, Lane.ALLOWED)
    ]
    assert found.unclear == {"refundable was not recorded for till.refund_order.": 1}
    assert found.changes[0].as_json()["case"] is None


def test_something_else_asked_in_a_test_is_told_too(crumb: Operation) -> None:
    base = {
        "test": "t",
        "args": {"order_id": "CR-1", "amount_cents": 6000},
        "facts": {"refundable": 9000},
        "owner": "c",
    }
    other = changed(
        "when { context.verified && context.confirmed && context.args.amount_cents <= 20000",
        "when { context.verified && context.args.amount_cents <= 20000",
    )
    found = diff_of_tests(PolicyPack(with_tests(crumb, base)), PolicyPack(with_tests(other, base)))
    assert (found.moved, found.otherwise) == (0, 1)


# --- which rules are of use


def test_rules_are_counted_in_tests_and_in_the_ledger(bakery: Bakery, crumb: Operation) -> None:
    bakery.write(*REFUND)
    operation = with_tests(
        crumb, {"test": "t", "args": {"order_id": "CR-1", "amount_cents": 9}, "facts": {"refundable": 9}, "owner": "c"}
    )
    with bakery.database.read() as reader:
        use = use_of(operation, bakery.ledger.find(reader))
        counted = rules_of(bakery.ledger.find(reader))
    found = {each.rule.id: each for each in use.rules}
    assert found["refund-small"].tests == 1 and found["refund-small"].ledger == 0
    assert found["refund-large"].tests == 0 and found["refund-large"].ledger == counted["refund-large"] == 1
    assert "refund-large" in [each.rule.id for each in use.untested]
    assert "refund-small" in [each.rule.id for each in use.unused]
    assert use.gone == {}
    assert use.as_json()["ok"] is False


def test_a_rule_of_an_earlier_release_is_gone(bakery: Bakery) -> None:
    bakery.write("when are you open")
    renamed = changed('@id("replies")', '@id("answers")')
    with bakery.database.read() as reader:
        use = use_of(renamed, bakery.ledger.find(reader))
    assert list(use.gone) == ["replies"] and use.gone["replies"] > 0


def test_a_rule_that_only_holds_back_is_not_unwith_tests(crumb: Operation) -> None:
    text = FILES["policies/all.cedar"] + (
        '@id("wait") @lane("prohibited") @approver("head") @reason("W.") forbid (principal, '
        'action == Action::"till.refund_order", resource) unless { context.approved_by.contains("head") };'
    )
    operation = operation_of({**FILES, "policies/all.cedar": text})
    test = {"test": "t", "args": {"order_id": "CR-1", "amount_cents": 9}, "facts": {"refundable": 9}, "owner": "c"}
    found = {each.rule.id: each for each in use_of(with_tests(operation, test)).rules}
    assert (found["wait"].tests, found["wait"].holds_back, found["wait"].ledger) == (0, True, None)
    assert not found["refund-huge"].holds_back
