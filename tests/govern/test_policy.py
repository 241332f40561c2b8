"""The lane of an action: what is allowed, what is still needed, what waits for a person, what is never done."""

from dataclasses import replace
from typing import Any

import pytest

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.errors import PoliciesInvalid
from aboveloop.govern.facts import Conversation, Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.policy import PACKS_KEPT, PolicyPack
from govern.corner import (
    ABOUT,
    NOBODY,
    OTHERS,
    OWNER,
    READY,
    REFUNDABLE,
    REFUNDS,
    SHOP,
    act,
    build_operation,
    known,
    refund,
)
from pace import costs_at_most

V, C = Need.VERIFICATION, Need.CONFIRMATION
STRANGER = Conversation(customer="c_2", confirmed=True)
PRIYA = Principal("person", "priya")
CANCEL = act("shop.cancel_order", order_id="LK-1")
PLACED = known("c_1", status="placed")


@pytest.mark.parametrize(
    ("conversation", "needs"),
    [(NOBODY, (V, C)), (OWNER, (C,)), (Conversation(confirmed=True), (V,)), (READY, ())],
)
def test_a_small_refund_needs_what_the_customer_has_not_given(
    pack: PolicyPack, conversation: Conversation, needs: tuple[Need, ...]
) -> None:
    decision = pack.decide(refund(5000), REFUNDABLE, conversation)
    assert (decision.lane, decision.needs, decision.approvers) == (Lane.ALLOWED, needs, ())
    assert decision.rules == ("refund-small",)
    assert decision.reason == "Up to 50 EUR within 30 days of delivery is given back at once."
    assert decision.may_perform is (needs == ())


def test_what_the_customer_was_told_wrongly_is_no_matter_of_asking_again() -> None:
    allowed = """
@id("agreed") @lane("allowed") @reason("Agreed to.")
permit (principal, action == Action::"shop.cancel_order", resource) when { context.confirmed && !context.misinformed };
@id("told-otherwise") @lane("reviewed") @approver("refund_approver") @reason("Told something else.")
permit (principal, action == Action::"shop.cancel_order", resource)
when { context.misinformed && context.approved_by.contains("refund_approver") };
"""
    pack = PolicyPack.compile(build_operation(policies={"policies/told.cedar": allowed}))
    misled = Conversation(customer="c_1", misinformed=True)

    assert pack.decide(CANCEL, PLACED, OWNER).needs == (C,)
    assert pack.decide(CANCEL, PLACED, misled).lane is Lane.REVIEWED
    assert pack.decide(CANCEL, PLACED, misled).needs == ()
    assert pack.decide(CANCEL, PLACED, misled, approved_by=frozenset({"refund_approver"})).may_perform


@pytest.mark.parametrize(("conversation", "needs"), [(NOBODY, (V, C)), (OWNER, (C,)), (READY, ())])
def test_refund_over_limit_waits_for_approval(
    pack: PolicyPack, conversation: Conversation, needs: tuple[Need, ...]
) -> None:
    decision = pack.decide(refund(5001), REFUNDABLE, conversation)
    assert (decision.lane, decision.needs, decision.approvers) == (Lane.REVIEWED, needs, ("refund_approver",))
    assert decision.rules == ("refund-approved",)
    assert decision.reason == 'A refund above 50 EUR waits for a person; "no" is an answer.'


def test_a_large_refund_waits_for_both_roles(pack: PolicyPack) -> None:
    decision = pack.decide(refund(20001), REFUNDABLE, READY)
    assert (decision.lane, decision.approvers) == (Lane.REVIEWED, ("refund_approver", "manager"))
    assert decision.rules == ("refund-large",)


def test_only_the_role_that_is_missing_is_asked(pack: PolicyPack) -> None:
    decision = pack.decide(refund(20001), REFUNDABLE, READY, approved_by=frozenset({"refund_approver"}))
    assert (decision.lane, decision.approvers) == (Lane.REVIEWED, ("manager",))


def test_an_approved_refund_is_allowed(pack: PolicyPack) -> None:
    decision = pack.decide(refund(5001), REFUNDABLE, READY, approved_by=frozenset({"refund_approver"}))
    assert decision.may_perform and decision.rules == ("refund-approved",)


def test_an_approval_does_not_replace_the_customer(pack: PolicyPack) -> None:
    decision = pack.decide(refund(5001), REFUNDABLE, OWNER, approved_by=frozenset({"refund_approver"}))
    assert (decision.lane, decision.needs) == (Lane.ALLOWED, (C,))


def test_a_role_that_no_rule_names_counts_for_nothing(pack: PolicyPack) -> None:
    decision = pack.decide(refund(5001), REFUNDABLE, READY, approved_by=frozenset({"clerk"}))
    assert decision.lane is Lane.REVIEWED


@pytest.mark.parametrize("conversation", [NOBODY, OWNER, READY, STRANGER])
def test_a_forbid_wins_and_names_its_rule(pack: PolicyPack, conversation: Conversation) -> None:
    held = frozenset({"refund_approver", "manager"})
    decision = pack.decide(refund(90001), REFUNDABLE, conversation, approved_by=held)
    assert (decision.lane, decision.needs, decision.approvers) == (Lane.PROHIBITED, (), ())
    assert (decision.rules, decision.reason) == (("refund-beyond-paid",), "Never more than was paid.")


def test_who_is_verified_as_somebody_else_cannot_verify_into_the_owner(pack: PolicyPack) -> None:
    decision = pack.decide(refund(100), REFUNDABLE, STRANGER)
    assert (decision.lane, decision.needs, decision.rules) == (Lane.PROHIBITED, (), ())
    assert decision.reason == "No rule permits shop.refund_order for a customer who does not own the record."


def test_a_record_without_owner_is_nobodys(pack: PolicyPack) -> None:
    for conversation in (NOBODY, Conversation(confirmed=True), STRANGER):
        evidence = replace(REFUNDABLE, owner="")
        assert pack.decide(refund(100), evidence, conversation).lane is Lane.PROHIBITED


def test_default_deny_is_said_in_words(pack: PolicyPack) -> None:
    decision = pack.decide(act("shop.note", text="x"), known(), NOBODY)
    assert (decision.lane, decision.rules) == (Lane.PROHIBITED, ())
    assert decision.reason == "No rule permits shop.note here."


def test_without_an_owner_anybody_verified_will_do(pack: PolicyPack) -> None:
    subscribe = act("shop.subscribe", email="a@b.example")
    assert pack.decide(subscribe, known(), STRANGER).may_perform
    assert pack.decide(subscribe, known(), NOBODY).needs == (V, C)


def test_only_what_is_really_needed_is_asked_for(pack: PolicyPack) -> None:
    decision = pack.decide(CANCEL, PLACED, NOBODY)
    assert (decision.lane, decision.needs, decision.rules) == (Lane.ALLOWED, (V,), ("cancel-own",))


def test_a_stranger_may_be_helped_by_a_manager(pack: PolicyPack) -> None:
    decision = pack.decide(CANCEL, PLACED, Conversation(customer="c_2"))
    assert (decision.lane, decision.needs, decision.approvers) == (Lane.REVIEWED, (), ("manager",))
    assert decision.rules == ("cancel-anybody",)


def test_reads_are_permitted_through_their_group(pack: PolicyPack) -> None:
    decision = pack.decide(act("shop.get_order", order_id="LK-1"), known(), NOBODY)
    assert decision.may_perform and decision.rules == ("reads",)


def test_a_forbid_for_a_group_holds_for_each_of_its_operations() -> None:
    shop = {**SHOP, "operations": {**SHOP["operations"], "get_file": {"kind": "read", "touches": ["sensitive"]}}}
    pack = PolicyPack.compile(build_operation(shop=shop))
    decision = pack.decide(act("shop.get_file"), known(), READY)
    assert (decision.lane, decision.rules) == (Lane.PROHIBITED, ("sensitive",))
    assert pack.decide(act("shop.get_order", order_id="LK-1"), known(), READY).may_perform


def test_principals_are_workers_or_people(pack: PolicyPack) -> None:
    assert pack.decide(act("shop.note", PRIYA, text="x"), known(), NOBODY).may_perform
    assert pack.decide(replace(refund(), by=PRIYA), REFUNDABLE, READY).lane is Lane.PROHIBITED


def test_an_unknown_operation_is_prohibited(pack: PolicyPack) -> None:
    decision = pack.decide(act("shop.give_away"), Evidence(), READY)
    assert decision.lane is Lane.PROHIBITED
    assert decision.reason == "There is no operation shop.give_away, so nothing permits it."
    assert pack.decide(act("shop.give_away"), Evidence(fault="No such thing."), READY).reason == "No such thing."


def test_a_fault_of_the_action_is_the_reason(pack: PolicyPack) -> None:
    decision = pack.decide(refund(), replace(REFUNDABLE, fault="The arguments are not right."), READY)
    assert (decision.lane, decision.reason) == (Lane.PROHIBITED, "The arguments are not right.")


def test_a_missing_fact_refuses_and_is_named(pack: PolicyPack) -> None:
    without = {name: fact for name, fact in REFUNDABLE.facts.items() if name != "refundable_cents"}
    expected = "refundable_cents is not known for shop.refund_order, and without it nothing is decided."
    for missing in ({}, {"refundable_cents": "the shop does not say"}):
        decision = pack.decide(refund(100), replace(REFUNDABLE, facts=without, missing=missing), READY)
        assert (decision.lane, decision.reason) == (Lane.PROHIBITED, expected)


def test_a_missing_owner_refuses(pack: PolicyPack) -> None:
    decision = pack.decide(refund(100), replace(REFUNDABLE, missing={"owner": "no such order"}), READY)
    assert decision.lane is Lane.PROHIBITED and decision.reason.startswith("owner is not known")


def test_a_fact_of_the_wrong_type_refuses(pack: PolicyPack) -> None:
    facts = {**REFUNDABLE.facts, "days_since_delivery": Fact("days_since_delivery", "3", "a test")}
    decision = pack.decide(refund(100), replace(REFUNDABLE, facts=facts), READY)
    assert decision.lane is Lane.PROHIBITED and decision.reason.startswith("days_since_delivery is not known")


def test_an_absent_optional_fact_is_seen_as_absent(pack: PolicyPack) -> None:
    facts = {name: fact for name, fact in REFUNDABLE.facts.items() if name != "days_since_delivery"}
    decision = pack.decide(refund(100), replace(REFUNDABLE, facts=facts), READY)
    assert (decision.lane, decision.approvers) == (Lane.REVIEWED, ("refund_approver",))


def test_facts_that_the_operation_does_not_declare_refuse(pack: PolicyPack) -> None:
    facts = {**REFUNDABLE.facts, "bonus": Fact("bonus", 1, "a test")}
    decision = pack.decide(refund(100), replace(REFUNDABLE, facts=facts), READY)
    assert decision.lane is Lane.PROHIBITED
    assert decision.reason == (
        "shop.refund_order is refused, because the facts do not fit the schema of the policies: "
        "nothing is allowed that cannot be judged."
    )


@pytest.mark.parametrize("cents", [2**63, -(2**63) - 1, 2**53, float("inf"), float("nan"), "50", None])
def test_numbers_that_policies_cannot_compare_refuse(pack: PolicyPack, cents: Any) -> None:
    assert pack.decide(refund(cents), REFUNDABLE, READY).lane is Lane.PROHIBITED


def test_a_whole_number_written_as_a_decimal_is_compared(pack: PolicyPack) -> None:
    assert pack.decide(refund(5000.0), REFUNDABLE, READY).may_perform  # type: ignore[arg-type]
    assert pack.decide(refund(5001.0), REFUNDABLE, READY).lane is Lane.REVIEWED  # type: ignore[arg-type]
    assert pack.decide(refund(5000.5), REFUNDABLE, READY).lane is Lane.PROHIBITED  # type: ignore[arg-type]


def test_half_a_character_refuses(pack: PolicyPack) -> None:
    half = "LK-\ud800"
    assert pack.decide(refund(), replace(REFUNDABLE, resource=half), READY).lane is Lane.PROHIBITED
    assert pack.decide(refund(note=half), REFUNDABLE, READY).lane is Lane.PROHIBITED


def test_names_are_never_read_as_cedar(pack: PolicyPack) -> None:
    evidence = replace(REFUNDABLE, resource='LK"; permit (principal, action, resource); //\n')
    action = replace(refund(), by=Principal("worker", 'x"::Person::"priya'))
    assert pack.decide(action, evidence, READY).may_perform


def test_a_rule_that_fails_refuses_and_is_named(pack: PolicyPack) -> None:
    """Cedar skips a failing forbid: note-sum would not stop the note that overflows it."""
    heavy = act("shop.note", PRIYA, text="x", weight=2**52)
    decision = pack.decide(heavy, known(), NOBODY)
    assert decision.lane is Lane.PROHIBITED
    assert decision.reason == (
        "shop.note is refused, because rule note-sum failed: nothing is allowed that cannot be judged."
    )


def test_a_rule_that_fails_only_when_more_is_supposed_refuses_too() -> None:
    late = """@id("late") @lane("allowed") @reason("Later.") permit (principal, action == Action::"shop.note", resource)
    when { context.confirmed && context.args has weight && context.args.weight * 9000000000000000 > 0 };"""
    pack = PolicyPack.compile(build_operation(policies={"policies/late.cedar": late}))
    decision = pack.decide(act("shop.note", text="x", weight=2**52), known(), NOBODY)
    assert decision.lane is Lane.PROHIBITED and "rule late failed" in decision.reason
    assert pack.decide(act("shop.note", text="x", weight=3), known(), NOBODY).needs == (C,)


@pytest.mark.parametrize(
    ("rules", "approvers"),
    [
        (['["a", "b"]', '["c"]'], ("c",)),
        (['["c", "b", "a"]'], ("c", "b", "a")),
        (['["a", "b", "c"]', '["a", "c"]'], ("a", "c")),
        (['["a", "b"]', '["b", "c"]'], ("a", "b")),
    ],
)
def test_no_role_is_asked_in_vain(rules: list[str], approvers: tuple[str, ...]) -> None:
    text = (
        "\n".join(
            f'@id("r{number}") @lane("reviewed") @approver({roles.replace(chr(34), "")!r}) @reason("R.") permit '
            f'(principal, action == Action::"shop.note", resource) when {{ context.approved_by.containsAll({roles}) }};'
            for number, roles in enumerate(rules)
        )
        .replace("'[", '"')
        .replace("]'", '"')
    )
    pack = PolicyPack.compile(build_operation(policies={"policies/roles.cedar": text}))
    decision = pack.decide(act("shop.note", text="x"), known(), NOBODY)
    assert (decision.lane, decision.approvers) == (Lane.REVIEWED, approvers)


def test_several_rules_give_several_reasons_once(pack: PolicyPack) -> None:
    decision = pack.decide(refund(100), REFUNDABLE, READY, approved_by=frozenset({"refund_approver", "manager"}))
    assert decision.rules == ("refund-small", "refund-approved", "refund-large")
    assert decision.reason.count("Above 200 EUR two people look.") == 1


# --- stages


def test_in_assist_an_allowed_write_waits_for_anybody_who_may_approve(pack: PolicyPack) -> None:
    decision = pack.decide(refund(100), REFUNDABLE, OWNER, stage=Stage.ASSIST)
    assert (decision.lane, decision.needs) == (Lane.REVIEWED, (C,))
    assert decision.approvers == ("refund_approver", "manager") and decision.any_approver
    assert decision.rules == ("refund-small",)
    assert decision.reason.endswith("In stage assist a person sees every write first.")


def test_in_assist_one_approval_is_enough(pack: PolicyPack) -> None:
    held = frozenset({"manager"})
    assert pack.decide(refund(100), REFUNDABLE, READY, approved_by=held, stage=Stage.ASSIST).may_perform


def test_in_assist_a_role_that_may_not_approve_is_not_enough(pack: PolicyPack) -> None:
    held = frozenset({"clerk", "auditor"})
    decision = pack.decide(refund(100), REFUNDABLE, READY, approved_by=held, stage=Stage.ASSIST)
    assert decision.lane is Lane.REVIEWED


def test_in_assist_what_the_policies_review_keeps_their_approvers(pack: PolicyPack) -> None:
    decision = pack.decide(refund(5001), REFUNDABLE, READY, stage=Stage.ASSIST)
    assert decision.approvers == ("refund_approver",) and not decision.any_approver


def test_in_assist_reads_and_people_are_not_held_up(pack: PolicyPack) -> None:
    read = act("shop.get_order", order_id="LK-1")
    assert pack.decide(read, known(), NOBODY, stage=Stage.ASSIST).may_perform
    own = '@id("p") @lane("allowed") @reason("P.") permit (principal is Person, action, resource);'
    people = PolicyPack.compile(build_operation(policies={"policies/people.cedar": own}))
    assert people.decide(replace(CANCEL, by=PRIYA), PLACED, NOBODY, stage=Stage.ASSIST).may_perform


def test_in_assist_without_anybody_to_approve_nothing_is_written() -> None:
    about = {**ABOUT, "roles": {"clerk": {"may": ["reply"]}}, "people": []}
    pack = PolicyPack.compile(build_operation(about=about))
    decision = pack.decide(refund(100), REFUNDABLE, READY, stage=Stage.ASSIST)
    assert decision.lane is Lane.PROHIBITED and "no role may approve" in decision.reason


@pytest.mark.parametrize("stage", [Stage.SHADOW, Stage.SUPERVISED, Stage.AUTONOMOUS])
def test_other_stages_keep_the_lane_of_the_policies(pack: PolicyPack, stage: Stage) -> None:
    assert pack.decide(refund(100), REFUNDABLE, READY, stage=stage).may_perform
    assert pack.decide(refund(5001), REFUNDABLE, READY, stage=stage).lane is Lane.REVIEWED


def test_a_policy_may_look_at_the_stage() -> None:
    text = """@id("s") @lane("allowed") @reason("S.") permit (principal, action == Action::"shop.note", resource)
    when { context.stage == "autonomous" };"""
    pack = PolicyPack.compile(build_operation(policies={"policies/stage.cedar": text}))
    note = act("shop.note", text="x")
    assert pack.decide(note, known(), NOBODY, stage=Stage.AUTONOMOUS).may_perform
    assert pack.decide(note, known(), NOBODY).lane is Lane.PROHIBITED


# --- compiling


def test_a_pack_is_compiled_once_for_each_digest() -> None:
    assert PolicyPack.compile(build_operation()) is PolicyPack.compile(build_operation())


def test_two_operations_that_claim_one_digest_are_not_confused() -> None:
    first = build_operation()
    other = first.model_copy(update={"policies": {"policies/none.cedar": ""}})
    assert PolicyPack.compile(first).rules
    assert PolicyPack.compile(other).rules == ()
    assert PolicyPack.compile(first).rules


def test_old_packs_are_let_go() -> None:
    first = build_operation(policies={})
    pack = PolicyPack.compile(first)
    for number in range(PACKS_KEPT):
        PolicyPack.compile(first.model_copy(update={"digest": f"{number}"}))
    assert PolicyPack.compile(first) is not pack


def test_policies_with_faults_decide_nothing() -> None:
    broken = build_operation(policies={"policies/broken.cedar": "\n\npermit (principal, action);"})
    with pytest.raises(PoliciesInvalid, match=r"cannot be used.*policies/broken\.cedar:3: This is not a Cedar policy"):
        PolicyPack.compile(broken)


def test_the_rules_of_an_action_are_those_whose_scope_covers_it(pack: PolicyPack) -> None:
    assert [rule.id for rule in pack.rules_for("shop.get_order")] == ["reads"]
    assert [rule.id for rule in pack.rules_for("shop.cancel_order")] == [
        "cancel-own",
        "cancel-anybody",
        "cancel-shipped",
    ]
    assert pack.rules_for("shop.give_away") == ()


def test_a_lane_is_found_quickly_among_two_hundred_policies() -> None:
    """The promise is 0.7 ms on a quiet machine; a busy one is given ten times as long."""
    filler = "\n".join(
        f'@id("filler-{number}") @lane("allowed") @reason("Filler.") permit (principal is Worker, '
        f'action == Action::"shop.op_{number % 40}", resource) '
        f"when {{ context.verified && context.args.n <= {number} }};"
        for number in range(189)
    )
    more = {f"op_{n}": {"kind": "write", "arguments": {"n": {"type": "integer"}}} for n in range(40)}
    shop = {**SHOP, "operations": {**SHOP["operations"], **more}}
    policies = {"policies/a.cedar": REFUNDS, "policies/b.cedar": OTHERS, "policies/filler.cedar": filler}
    pack = PolicyPack.compile(build_operation(shop=shop, policies=policies))
    assert len(pack.rules) >= 200

    def decide() -> None:
        for _ in range(50):
            assert pack.decide(refund(5001), REFUNDABLE, NOBODY).lane is Lane.REVIEWED

    assert costs_at_most(0.007, decide, per=50)


def test_what_somebody_must_see_first_is_reviewed_even_where_policy_allows_it(pack: PolicyPack) -> None:
    allowed = Decision(Lane.ALLOWED, reason="Fine.")
    action = Action("case_1", "shop.note", {"text": "x"}, Principal("person", "noor"))
    seen = pack.seen_first(allowed, action, frozenset(), why="Two look.")
    assert (seen.lane, seen.any_approver, seen.reason) == (Lane.REVIEWED, True, "Fine. Two look.")
    assert pack.seen_first(allowed, action, frozenset({"manager"}), why="Two look.") == allowed
    unknown = Action("case_1", "shop.nothing", {}, Principal("person", "noor"))
    assert pack.seen_first(allowed, unknown, frozenset(), why="Two look.") == allowed
