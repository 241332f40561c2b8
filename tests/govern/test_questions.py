"""A question holds all that a decision is made from; what is supposed needs no system of record."""

from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Lane, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question, question_of, supposed
from aboveloop.operation.models import Operation
from aboveloop.operation.scenario_models import PolicyTest
from govern.corner import READY, REFUNDABLE, act, build_operation, refund


def test_a_question_is_answered_as_the_pack_decides(pack: PolicyPack) -> None:
    asked = Question(refund(6000), REFUNDABLE, READY, frozenset({"refund_approver"}), Stage.AUTONOMOUS)
    decided = pack.decide(
        refund(6000), REFUNDABLE, READY, approved_by=frozenset({"refund_approver"}), stage=Stage.AUTONOMOUS
    )
    assert asked.answered_by(pack) == decided
    assert decided.lane is Lane.ALLOWED


def test_a_question_alone_holds_nothing(pack: PolicyPack) -> None:
    asked = Question(refund(6000), REFUNDABLE)
    assert asked.conversation.customer == "" and asked.approved_by == frozenset() and asked.stage is Stage.SUPERVISED


def test_a_test_of_the_folder_becomes_a_question(operation: Operation) -> None:
    test = PolicyTest.model_validate(
        {
            "test": "t",
            "by": "person",
            "action": "shop.refund_order",
            "args": {"order_id": "LK-1", "amount_cents": 7},
            "facts": {"refundable_cents": 9},
            "owner": "c_1",
            "customer": "c_2",
            "confirmed": True,
            "approved_by": ["manager"],
            "stage": "assist",
            "expect": {"lane": "allowed"},
        }
    )
    asked = question_of(operation, test)
    assert asked.action.by.kind == "person" and asked.stage is Stage.ASSIST
    assert (asked.evidence.owner, asked.evidence.resource, asked.evidence.amount) == ("c_1", "LK-1", 7)
    assert (asked.conversation.customer, asked.conversation.confirmed) == ("c_2", True)
    assert asked.approved_by == {"manager"} and asked.evidence.facts["refundable_cents"].value == 9


def test_what_only_a_record_tells_stays_empty(operation: Operation) -> None:
    spec = operation.systems["shop"].operations["refund_order"]
    changed = spec.model_copy(update={"resource": "order.id", "amount": "order.paid_cents"})
    operations = {**operation.systems["shop"].operations, "refund_order": changed}
    shop = operation.systems["shop"].model_copy(update={"operations": operations})
    evidence = supposed(build_operation().model_copy(update={"systems": {"shop": shop}}), refund(5), {})
    assert (evidence.resource, evidence.amount) == ("", None)


def test_an_amount_that_is_no_number_is_none(operation: Operation) -> None:
    evidence = supposed(operation, act("shop.refund_order", order_id="LK-1", amount_cents="much"), {})
    assert evidence.amount is None and "amount_cents" in evidence.fault


def test_an_operation_that_does_not_exist_is_a_fault(operation: Operation) -> None:
    evidence = supposed(operation, act("shop.nothing"), {})
    assert evidence.fault and evidence == Evidence(fault=evidence.fault)


def test_an_operation_without_money_has_no_amount(operation: Operation) -> None:
    assert supposed(operation, act("shop.note", text="x"), {}).amount is None


def test_what_must_be_seen_first_is_part_of_the_question(pack: PolicyPack) -> None:
    small = Question(refund(100), REFUNDABLE, READY, seen_first="Two look.")
    assert small.answered_by(pack).lane is Lane.REVIEWED
    asked = Question(refund(100), REFUNDABLE, seen_first="Two look.").answered_by(pack)
    assert asked.lane is Lane.ALLOWED and asked.needs
