"""An explanation names the rule, the facts it looked at, and the smallest changes that would open or close the lane."""

from dataclasses import replace
from typing import Any

import pytest

from aboveloop.govern.actions import Principal
from aboveloop.govern.explaining import (
    SOMETHING_ELSE,
    Change,
    Explanation,
    Otherwise,
    changed,
    decision_in_words,
    explain,
    in_words,
    openness,
)
from aboveloop.govern.facts import Evidence
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question
from aboveloop.govern.reads import Name
from govern.corner import NOBODY, OWNER, READY, REFUNDABLE, act, build_operation, known, refund

CANCEL = 'principal, action == Action::"shop.cancel_order", resource'
REFUND = 'principal, action == Action::"shop.refund_order", resource'


def explained(pack: PolicyPack, question: Question) -> Explanation:
    """Explained, and every change tried again by itself: what is said of it must be so."""
    found = explain(pack, question)
    assert found.decision == question.answered_by(pack)
    for other in (*found.opens, *found.closes):
        asked = question
        for change in other.changes:
            asked = changed(asked, change)
        assert asked.answered_by(pack) == other.decision
    assert all(openness(each.decision) > openness(found.decision) for each in found.opens)
    assert all(openness(each.decision) < openness(found.decision) for each in found.closes)
    return found


def told(others: tuple[Otherwise, ...]) -> dict[tuple[tuple[str, Any], ...], str]:
    return {tuple((change.name, change.after) for change in each.changes): each.decision.lane.value for each in others}


def test_a_refund_just_above_the_limit_is_opened_by_an_approval_or_by_a_cent_less(pack: PolicyPack) -> None:
    found = explained(pack, Question(refund(5001), REFUNDABLE, READY))
    opens = told(found.opens)
    assert opens[("refund_approver", True),] == "allowed"
    assert opens[("amount_cents", 5000),] == "allowed"
    assert [rule.id for rule in found.rules] == ["refund-approved"]


def test_what_would_close_it_lies_at_the_boundaries(pack: PolicyPack) -> None:
    found = explained(pack, Question(refund(5000), REFUNDABLE, READY))
    closes = told(found.closes)
    assert found.opens == ()
    assert closes[("amount_cents", 5001),] == "reviewed"
    assert closes[("amount_cents", 20001),] == "reviewed"
    assert closes[("amount_cents", 90001),] == "prohibited"
    assert closes[("refundable_cents", 4999),] == "prohibited"
    assert closes[("days_since_delivery", 31),] == "reviewed"
    assert closes[("days_since_delivery", None),] == "reviewed"
    assert closes[("confirmation", False),] == closes[("verification", None),] == "allowed"


def test_everything_that_is_asked_for_together_is_one_way(pack: PolicyPack) -> None:
    found = explained(pack, Question(refund(30000), REFUNDABLE, NOBODY))
    assert found.opens[0].decision.may_perform
    names = {change.name for change in found.opens[0].changes}
    assert names == {"verification", "confirmation", "refund_approver", "manager"}


def test_where_no_single_change_helps_pairs_are_tried(pack: PolicyPack) -> None:
    asked = Question(
        act("shop.cancel_order", order_id="LK-1"), known("c_1", status="shipped"), replace(OWNER, customer="c_2")
    )
    assert [each.decision.lane for each in explained(pack, asked).opens]
    two = f"""@id("p") @lane("allowed") @reason("R.") permit ({CANCEL});
    @id("f") @lane("prohibited") @reason("F.") forbid ({CANCEL})
    when {{ context.facts.status == "shipped" }};
    @id("g") @lane("prohibited") @reason("G.") forbid ({CANCEL})
    when {{ context.args.order_id == "LK-9" }};"""
    strict = PolicyPack(build_operation(policies={"policies/p.cedar": two}))
    asked = Question(act("shop.cancel_order", order_id="LK-9"), known("c_1", status="shipped"), OWNER)
    (found,) = explained(strict, asked).opens
    assert {(change.name, change.after) for change in found.changes} == {
        ("status", SOMETHING_ELSE),
        ("order_id", SOMETHING_ELSE),
    }


def test_the_facts_that_deciding_rules_looked_at_are_named_with_their_source(pack: PolicyPack) -> None:
    found = explained(pack, Question(refund(5000), REFUNDABLE, READY))
    looked = {each.name: (each.value, each.source, each.rules) for each in found.looked_at}
    assert looked == {
        Name("args", "amount_cents"): (5000, "the proposed arguments", ("refund-small",)),
        Name("facts", "days_since_delivery"): (3, "a test", ("refund-small",)),
    }


def test_what_is_not_known_is_told(pack: PolicyPack) -> None:
    evidence = replace(REFUNDABLE, facts={}, missing={"refundable_cents": "the order could not be read"})
    found = explained(pack, Question(refund(5000), evidence, READY))
    assert found.unknown == {"refundable_cents": "the order could not be read"}
    assert found.rules == () and found.looked_at == ()
    absent = replace(REFUNDABLE, facts={name: fact for name, fact in REFUNDABLE.facts.items() if "days" not in name})
    looked = {each.name.name: each for each in explained(pack, Question(refund(5000), absent, READY)).looked_at}
    assert "days_since_delivery" not in looked or looked["days_since_delivery"].source == "not known"


def test_a_missing_fact_is_supposed_at_the_values_that_rules_name(pack: PolicyPack) -> None:
    facts = {name: fact for name, fact in REFUNDABLE.facts.items() if name != "days_since_delivery"}
    evidence = replace(REFUNDABLE, facts=facts, absent={"days_since_delivery": "null"})
    opens = told(explained(pack, Question(refund(5000), evidence, READY)).opens)
    assert opens[("days_since_delivery", 29),] == "allowed"


def test_an_action_that_is_wrong_itself_is_opened_by_nothing(pack: PolicyPack) -> None:
    found = explained(pack, Question(refund(5000), Evidence(fault="It is wrong."), READY))
    assert (found.opens, found.closes) == ((), ())
    nothing = explained(pack, Question(act("shop.nothing"), Evidence(), READY))
    assert nothing.opens == () and nothing.decision.lane is Lane.PROHIBITED


def test_arguments_that_the_operation_does_not_take_are_not_proposed(pack: PolicyPack) -> None:
    # The boundary below 1 would be 0, which the schema of the argument refuses.
    found = explained(
        pack, Question(refund(5), replace(REFUNDABLE, facts=known(refundable_cents=0, kinds=[]).facts), READY)
    )
    assert ("amount_cents", 0) not in [key for keys in told(found.opens) for key in keys]


def test_a_person_and_a_stage_are_circumstances(pack: PolicyPack) -> None:
    note = explained(pack, Question(act("shop.note", text="x"), known(), NOBODY))
    assert told(note.opens)[("by", "person"),] == "allowed"
    back = explained(pack, Question(act("shop.note", Principal("person", "cleo"), text="x"), known(), NOBODY))
    assert told(back.closes)[("by", "worker"),] == "prohibited"
    assisted = explained(pack, Question(refund(5000), REFUNDABLE, READY, stage=Stage.ASSIST))
    assert assisted.decision.any_approver
    assert told(assisted.opens)[("stage", "supervised"),] == "allowed"


def test_an_operation_without_an_owner_is_opened_by_anybody_who_is_known(pack: PolicyPack) -> None:
    found = explained(
        pack, Question(act("shop.subscribe", email="a@b.example"), known(), replace(OWNER, confirmed=True))
    )
    assert found.decision.may_perform and told(found.closes)[("verification", None),] == "allowed"
    nobody = explained(
        pack, Question(act("shop.subscribe", email="a@b.example"), known(), replace(NOBODY, confirmed=True))
    )
    assert told(nobody.opens)[("verification", "test"),] == "allowed"


def test_a_record_whose_owner_nobody_knows_cannot_be_verified(pack: PolicyPack) -> None:
    found = explained(pack, Question(act("shop.cancel_order", order_id="LK-1"), known(status="placed"), NOBODY))
    assert all(change.kind != "verification" for each in found.opens for change in each.changes)


def test_lists_gain_and_lose_the_members_that_rules_name() -> None:
    text = f"""@id("k") @lane("allowed") @reason("K.") permit ({REFUND})
    when {{ context.facts.kinds.containsAny(["shoes", "wear"]) }};"""
    pack = PolicyPack(build_operation(policies={"policies/p.cedar": text}))
    one = explained(pack, Question(refund(1), known("c_1", refundable_cents=1, kinds=["shoes"]), READY))
    assert [change.after for each in one.closes for change in each.changes] == [[]]
    none = explained(pack, Question(refund(1), known("c_1", refundable_cents=1, kinds=["hat"]), READY))
    assert {tuple(change.after) for each in none.opens for change in each.changes} == {("hat", "shoes")}


def test_an_unknown_yes_or_no_is_tried_both_ways() -> None:
    text = f"""@id("g") @lane("allowed") @reason("G.") permit ({CANCEL})
    when {{ context.facts has is_gift && context.facts.is_gift }};"""
    pack = PolicyPack(build_operation(policies={"policies/p.cedar": text}))
    found = explained(pack, Question(act("shop.cancel_order", order_id="LK-1"), known("c_1", status="placed"), OWNER))
    assert told(found.opens) == {(("is_gift", True),): "allowed"}
    yes = explained(
        pack, Question(act("shop.cancel_order", order_id="LK-1"), known("c_1", status="placed", is_gift=True), OWNER)
    )
    assert told(yes.closes)[("is_gift", False),] == "prohibited"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("verification", "verification", "", "c_1"), "If the owner of the record had proved to be writing: "),
        (Change("verification", "verification", "c_1", None), "If nobody had proved who writes: "),
        (Change("confirmation", "confirmation", False, True), "If the customer had seen exactly this and said yes: "),
        (Change("confirmation", "confirmation", True, False), "If the customer had not said yes to this: "),
        (Change("approval", "manager", False, True), "If manager had approved exactly this: "),
        (Change("approval", "manager", True, False), "If manager had not approved exactly this: "),
        (Change("actor", "by", "worker", "person"), "If a person did it: "),
        (Change("stage", "stage", "assist", "supervised"), "If the stage were supervised: "),
        (Change("fact", "days", 3, None), "If there were no days: "),
        (Change("argument", "amount_cents", 1, 5000), "If amount were 50.00 EUR: "),
    ],
)
def test_every_change_is_said_in_words(change: Change, words: str) -> None:
    assert Otherwise((change,), Decision(Lane.ALLOWED, reason="R.")).sentence("EUR") == f"{words}allowed. R."


def test_values_are_said_as_people_read_them() -> None:
    said = [in_words("x", value, "EUR") for value in (None, True, False, ["a", "b"], [], 5, "text", "")]
    assert said == ["not known", "yes", "no", "a, b", "none", "5", "text", "empty"]


def test_decisions_are_said_with_all_that_they_ask() -> None:
    needs = (Need.VERIFICATION, Need.CONFIRMATION)
    assert decision_in_words(Decision(Lane.REVIEWED, needs, ("a", "b"), (), "R.")) == (
        "reviewed by a and b, once the customer has proved who they are and said yes to exactly this. R."
    )
    assert (
        decision_in_words(Decision(Lane.REVIEWED, (), ("a", "b"), (), "", any_approver=True)) == "reviewed by a or b."
    )
    assert decision_in_words(Decision(Lane.PROHIBITED, reason="Never.")) == "prohibited. Never."


def test_four_eyes_are_said() -> None:
    decision = Decision(Lane.REVIEWED, (), ("a",), (), "", four_eyes=True)
    assert decision_in_words(decision) == "reviewed by a (two people)."
