"""Evidence comes from the systems of record, each fact with its source; what cannot be known is said, not guessed."""

import json
from typing import Any

import pytest

from aboveloop.govern.facts import Conversation, Evidence, gather, type_fault
from aboveloop.kit.canonical import canonical
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.operation.models import Operation
from govern.corner import NOBODY, NOW, OWNER, READY, RECORDS, SHOP, Records, act, build_operation, refund


def gathered(operation: Operation, records: Records, **order: Any) -> Evidence:
    changed = {**RECORDS, "shop.get_order": {"LK-1": {**RECORDS["shop.get_order"]["LK-1"], **order}}}
    records.records = changed
    return gather(operation, refund(), records, READY, NOW)


def test_facts_carry_the_read_they_came_from(operation: Operation) -> None:
    evidence = gather(operation, refund(), Records(), READY, NOW)
    assert evidence.facts["refundable_cents"].value == 90000
    assert evidence.facts["refundable_cents"].source == "shop.get_order(order_id=LK-1)"
    assert evidence.facts["days_since_delivery"].source == "the clock, shop.get_order(order_id=LK-1)"
    assert evidence.facts["kinds"].value == ["shoes", "wear"]
    assert (evidence.owner, evidence.resource, evidence.amount) == ("c_1", "LK-1", 5000)
    assert not evidence.missing and not evidence.absent and not evidence.fault


def test_what_the_customer_did_carries_its_entry(operation: Operation) -> None:
    said = Conversation("c_1", True, {"confirmed": "the customer's answer, entry e_9", "customer": "entry e_3"})
    about = {fact.name: fact for fact in gather(operation, refund(), Records(), said, NOW).about}
    assert about["confirmed"].source == "the customer's answer, entry e_9"
    assert about["customer"].source == "entry e_3"
    assert about["amount"].value == 5000


def test_many_reads_one_record_for_each_value(operation: Operation) -> None:
    records = Records()
    gather(operation, refund(), records, READY, NOW)
    assert records.asked == [
        ("shop.get_order", {"order_id": "LK-1"}),
        ("shop.get_product", {"product_id": "boots"}),
        ("shop.get_product", {"product_id": "hat"}),
    ]


@pytest.mark.parametrize(
    ("count", "ending"), [(0, "nothing to read"), (3, "product_id=p2)"), (5, "product_id=p2) and 2 more")]
)
def test_a_source_names_a_few_reads_and_counts_the_rest(operation: Operation, count: int, ending: str) -> None:
    records = Records()
    items = [f"p{number}" for number in range(count)]
    records.records = {
        "shop.get_order": {"LK-1": {**RECORDS["shop.get_order"]["LK-1"], "items": items}},
        "shop.get_product": {item: {"kind": "shoes"} for item in items},
    }
    assert gather(operation, refund(), records, READY, NOW).facts["kinds"].source.endswith(ending)


def test_an_unknown_operation_is_a_fault_and_nothing_is_read(operation: Operation) -> None:
    records = Records()
    evidence = gather(operation, act("shop.give_away"), records, READY, NOW)
    assert evidence.fault == "There is no operation shop.give_away in The corner shop."
    assert not records.asked


@pytest.mark.parametrize(
    "args",
    [
        {"order_id": "LK-1"},
        {"order_id": "LK-1", "amount_cents": "50"},
        {"order_id": "nonsense", "amount_cents": 50},
        {"order_id": "LK-1", "amount_cents": 0},
        {"order_id": "LK-1", "amount_cents": 50, "extra": 1},
        {"order_id": "LK-1", "amount_cents": 2**63},
        {"order_id": "LK-1", "amount_cents": True},
    ],
)
def test_malformed_arguments_are_a_fault_and_nothing_is_read(operation: Operation, args: dict[str, Any]) -> None:
    records = Records()
    evidence = gather(operation, act("shop.refund_order", **args), records, READY, NOW)
    assert evidence.fault.startswith("The arguments of shop.refund_order are not right. ")
    assert not records.asked


def test_arguments_that_the_ledger_could_not_keep_are_a_fault(operation: Operation) -> None:
    evidence = gather(operation, act("shop.note", text="x", share=1e17), Records(), READY, NOW)
    assert evidence.fault == "The arguments of shop.note hold a number that could not be written down exactly."


def test_a_record_that_does_not_exist_is_null_and_its_facts_are_missing(operation: Operation) -> None:
    evidence = gather(operation, refund(order="LK-9"), Records(), READY, NOW)
    assert {"refundable_cents", "kinds", "owner"} == evidence.missing.keys()
    assert "days_since_delivery" in evidence.absent
    assert (evidence.owner, evidence.resource) == ("", "LK-9")


def test_a_fact_may_ask_whether_a_record_exists() -> None:
    spec = {**SHOP["operations"]["cancel_order"], "owner": "order == null ? '' : order.customer_id"}
    spec["facts"] = {"exists": {"type": "bool", "value": "order != null"}}
    changed = build_operation(shop={**SHOP, "operations": {**SHOP["operations"], "cancel_order": spec}}, policies={})
    evidence = gather(changed, act("shop.cancel_order", order_id="LK-9"), Records(), READY, NOW)
    assert evidence.facts["exists"].value is False
    assert not evidence.missing


def test_an_optional_fact_without_a_value_is_absent_not_missing(operation: Operation) -> None:
    evidence = gather(operation, act("shop.cancel_order", order_id="LK-2"), Records(), READY, NOW)
    assert evidence.absent == {"is_gift": "'order.gift' is null"}
    assert not evidence.missing


def test_an_optional_fact_whose_record_a_system_withholds_is_missing_not_absent(operation: Operation) -> None:
    class Withheld(Records):
        def read(self, operation: str, args: Any) -> Any:
            raise PermanentError("The system said no.")

    evidence = gather(operation, refund(), Withheld(), READY, NOW)
    assert evidence.missing["days_since_delivery"] == "order could not be read: The system said no."
    assert not evidence.absent


def test_an_optional_fact_of_the_wrong_type_is_missing(operation: Operation) -> None:
    records = Records({"shop.get_order": {"LK-1": {"customer_id": "c_1", "status": "placed", "gift": "perhaps"}}})
    evidence = gather(operation, act("shop.cancel_order", order_id="LK-1"), records, READY, NOW)
    assert evidence.missing == {"is_gift": "the value is not of type bool"}


def test_a_fact_of_the_wrong_type_is_missing_without_repeating_the_value(operation: Operation) -> None:
    evidence = gathered(operation, Records(), paid_cents=4990.5, refunded_cents=0.0)
    assert "refundable_cents" in evidence.missing
    assert "4990" not in evidence.missing["refundable_cents"]


@pytest.mark.parametrize("error", [PermanentError("The shop forbids it."), PermanentError("It talks nonsense.")])
def test_a_record_that_cannot_be_read_leaves_its_facts_missing(operation: Operation, error: PermanentError) -> None:
    evidence = gather(operation, refund(), Records(failing={"shop.get_product": error}), READY, NOW)
    assert evidence.missing == {"kinds": f"products could not be read: {error}"}


def test_a_list_that_is_none_leaves_its_records_unread(operation: Operation) -> None:
    spec = {**SHOP["operations"]["refund_order"]}
    spec["records"] = {**spec["records"], "products": {"read": "get_product", "many": "order.status"}}
    changed = build_operation(shop={**SHOP, "operations": {**SHOP["operations"], "refund_order": spec}})
    evidence = gather(changed, refund(), Records(), READY, NOW)
    assert evidence.missing["kinds"].startswith("products could not be read: 'order.status' gives no list")


def test_trouble_that_may_pass_is_not_turned_into_evidence(operation: Operation) -> None:
    records = Records(failing={"shop.get_order": TemporaryError("The shop is down.")})
    with pytest.raises(TemporaryError, match=r"The shop is down\."):
        gather(operation, refund(), records, READY, NOW)


@pytest.mark.parametrize(("owner", "known"), [(17, "17"), ("c_7", "c_7"), (True, ""), (None, ""), (1.5, ""), ([], "")])
def test_an_owner_is_a_text_or_a_number_of_the_system(operation: Operation, owner: object, known: str) -> None:
    evidence = gathered(operation, Records(), customer_id=owner)
    assert evidence.owner == known
    assert ("owner" in evidence.missing) == (known == "")


def test_an_amount_that_is_no_whole_number_is_missing() -> None:
    spec = {**SHOP["operations"]["refund_order"], "amount": "order.status"}
    changed = build_operation(shop={**SHOP, "operations": {**SHOP["operations"], "refund_order": spec}})
    evidence = gather(changed, refund(), Records(), READY, NOW)
    assert evidence.amount is None and "amount" in evidence.missing


def test_an_operation_that_declares_nothing_needs_nothing(operation: Operation) -> None:
    evidence = gather(operation, act("shop.subscribe", email="a@b.example"), Records(), NOBODY, NOW)
    assert (evidence.owner, evidence.resource, evidence.amount) == ("", "", None)
    assert [fact.name for fact in evidence.about] == ["customer", "confirmed"]


def test_a_fact_that_reads_nothing_says_so() -> None:
    spec = {**SHOP["operations"]["subscribe"], "facts": {"open": {"type": "bool", "value": "true"}}}
    changed = build_operation(shop={**SHOP, "operations": {**SHOP["operations"], "subscribe": spec}})
    evidence = gather(changed, act("shop.subscribe", email="a"), Records(), NOBODY, NOW)
    assert evidence.facts["open"].source == "the operation itself"


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("string", "x", True),
        ("string", "half \ud800", False),
        ("string", 1, False),
        ("long", 2**53 - 1, True),
        ("long", -(2**53) + 1, True),
        ("long", 2**53, False),
        ("long", True, False),
        ("long", 5.0, False),
        ("bool", True, True),
        ("bool", 1, False),
        ("strings", [], True),
        ("strings", ["a", "b"], True),
        ("strings", ["a", 1], False),
        ("strings", "ab", False),
    ],
)
def test_types_are_taken_strictly(kind: str, value: object, fits: bool) -> None:
    assert (type_fault(kind, value) == "") is fits


def test_evidence_comes_back_from_the_ledger_as_it_was(operation: Operation) -> None:
    for action in (refund(), refund(order="LK-9"), act("shop.none")):
        evidence = gather(operation, action, Records(), OWNER, NOW)
        assert Evidence.from_body(json.loads(canonical(evidence.as_body()))) == evidence


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ("order.paid_cents - order.refunded_cents", ""),
        ("order.paid_cents + 1", "say different things"),
        ("order.nothing", "its second source cannot be told"),
    ],
)
def test_a_fact_with_a_second_source_is_believed_only_where_both_agree(other: str, why: str) -> None:
    refunds = SHOP["operations"]["refund_order"]
    fact = {**refunds["facts"]["refundable_cents"], "value": "order.paid_cents - order.refunded_cents"}
    spec = {**refunds, "facts": {**refunds["facts"], "refundable_cents": {**fact, "agrees_with": other}}}
    changed = build_operation(shop={**SHOP, "operations": {**SHOP["operations"], "refund_order": spec}})
    evidence = gather(changed, refund(), Records(), READY, NOW)
    assert ("refundable_cents" in evidence.facts) is (why == "")
    assert why in evidence.missing.get("refundable_cents", "")
    assert evidence.conflicts == (("refundable_cents",) if why else ())
