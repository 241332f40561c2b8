"""What must hold for every action: forbid wins, gaps refuse, approvals only help, and only their own action."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.govern.actions import Action
from aboveloop.govern.approval import Review, State
from aboveloop.govern.facts import Conversation, Evidence, Fact
from aboveloop.govern.lanes import Decision, Lane, Need, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.rules import parse_rules
from govern.conftest import House
from govern.corner import NOW, WORKER, build_operation, known, person, refund

PACK = PolicyPack.compile(build_operation())
OPENNESS = {Lane.PROHIBITED: 0, Lane.REVIEWED: 1, Lane.ALLOWED: 2}
FEW = settings(max_examples=60, deadline=None)

cents = st.sampled_from([1, 4999, 5000, 5001, 20000, 20001, 90000, 90001])
days = st.none() | st.integers(-1, 40)
conversations = st.builds(Conversation, customer=st.sampled_from(["", "c_1", "c_2"]), confirmed=st.booleans())
roles = st.frozensets(st.sampled_from(["refund_approver", "manager", "clerk", "auditor"]))
stages = st.sampled_from(Stage)


def refund_evidence(age: int | None, refundable: int = 90000) -> Evidence:
    facts: dict[str, Any] = {"refundable_cents": refundable, "kinds": ["shoes"]}
    return known("c_1", **(facts if age is None else {**facts, "days_since_delivery": age}))


def openness(decision: Decision) -> tuple[int, int]:
    """Greater is more permissive: first the lane, then how little is asked of the customer."""
    return OPENNESS[decision.lane], -len(decision.needs)


@FEW
@given(
    amount=cents,
    age=days,
    conversation=conversations,
    held=roles,
    stage=stages,
    gone=st.sampled_from(["refundable_cents", "kinds"]),
)
def test_a_missing_fact_never_makes_a_decision_more_permissive(
    amount: int, age: int | None, conversation: Conversation, held: frozenset[str], stage: Stage, gone: str
) -> None:
    evidence = refund_evidence(age)
    whole = PACK.decide(refund(amount), evidence, conversation, approved_by=held, stage=stage)
    left = {name: fact for name, fact in evidence.facts.items() if name != gone}
    for poorer in (replace(evidence, facts=left), replace(evidence, facts=left, missing={gone: "unknown"})):
        decision = PACK.decide(refund(amount), poorer, conversation, approved_by=held, stage=stage)
        assert decision.lane is Lane.PROHIBITED and gone in decision.reason
        assert openness(decision) <= openness(whole)


@FEW
@given(over=st.integers(1, 10**6), age=days, conversation=conversations, held=roles, stage=stages)
def test_forbid_wins_whatever_is_held(
    over: int, age: int | None, conversation: Conversation, held: frozenset[str], stage: Stage
) -> None:
    action = refund(1000 + over)
    decision = PACK.decide(action, refund_evidence(age, 1000), conversation, approved_by=held, stage=stage)
    assert decision == Decision(Lane.PROHIBITED, rules=("refund-beyond-paid",), reason="Never more than was paid.")


@FEW
@given(amount=cents, age=days, conversation=conversations, held=roles, more=roles, stage=stages)
def test_more_approvals_never_close_a_lane(
    amount: int, age: int | None, conversation: Conversation, held: frozenset[str], more: frozenset[str], stage: Stage
) -> None:
    evidence = refund_evidence(age)
    before = PACK.decide(refund(amount), evidence, conversation, approved_by=held, stage=stage)
    after = PACK.decide(refund(amount), evidence, conversation, approved_by=held | more, stage=stage)
    assert OPENNESS[after.lane] >= OPENNESS[before.lane]


@FEW
@given(amount=cents, age=days, conversation=conversations, held=roles, stage=stages)
def test_what_is_asked_for_is_enough_and_nothing_of_it_is_in_vain(
    amount: int, age: int | None, conversation: Conversation, held: frozenset[str], stage: Stage
) -> None:
    action, evidence = refund(amount), refund_evidence(age)
    decision = PACK.decide(action, evidence, conversation, approved_by=held, stage=stage)
    if decision.lane is Lane.PROHIBITED:
        return
    wanted = decision.approvers[:1] if decision.any_approver else decision.approvers
    everything = {*decision.needs, *wanted}
    assert PACK.decide(
        action, evidence, _given(conversation, everything), approved_by=held | set(wanted), stage=stage
    ).may_perform
    for one in everything:
        less = everything - {one}
        partly = PACK.decide(
            action, evidence, _given(conversation, less), approved_by=held | (set(wanted) & less), stage=stage
        )
        assert not partly.may_perform


def _given(conversation: Conversation, what: set[Any]) -> Conversation:
    customer = "c_1" if Need.VERIFICATION in what else conversation.customer
    return replace(conversation, customer=customer, confirmed=conversation.confirmed or Need.CONFIRMATION in what)


@FEW
@given(amount=cents, age=days, conversation=conversations, held=roles)
def test_assist_never_opens_what_the_policies_close(
    amount: int, age: int | None, conversation: Conversation, held: frozenset[str]
) -> None:
    evidence = refund_evidence(age)
    plain = PACK.decide(refund(amount), evidence, conversation, approved_by=held)
    assisted = PACK.decide(refund(amount), evidence, conversation, approved_by=held, stage=Stage.ASSIST)
    assert openness(assisted) <= openness(plain)
    assert not assisted.may_perform or held & {"refund_approver", "manager"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@FEW
@given(
    args=st.dictionaries(st.sampled_from(["order_id", "amount_cents", "note", "x"]), anything),
    facts=st.dictionaries(st.sampled_from(["refundable_cents", "kinds", "days_since_delivery", "x"]), anything),
    owner=st.text(max_size=3),
)
def test_nothing_that_is_handed_in_makes_deciding_fail(
    args: Mapping[str, Any], facts: Mapping[str, Any], owner: str
) -> None:
    action = Action("case_1", "shop.refund_order", args, WORKER)
    evidence = Evidence({name: Fact(name, value, "a test") for name, value in facts.items()}, owner=owner)
    decision = PACK.decide(action, evidence, Conversation("c_1", True))
    assert decision.reason


@given(
    first=st.tuples(st.integers(1, 50), st.sampled_from(["LK-1", "LK-2"]), st.sampled_from(["case_1", "case_2"])),
    second=st.tuples(st.integers(1, 50), st.sampled_from(["LK-1", "LK-2"]), st.sampled_from(["case_1", "case_2"])),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_approval_for_one_digest_never_lets_another_pass(
    house: House, first: tuple[int, str, str], second: tuple[int, str, str]
) -> None:
    approved, other = (replace(refund(amount, order), case_id=case_id) for amount, order, case_id in (first, second))
    decision = Decision(Lane.REVIEWED, approvers=("manager",), rules=("r",), reason="R.")
    with house.database.write() as tx:
        asked = house.approvals.request(tx, Review(approved, Evidence(), decision, "cust_1"), now=NOW)
        house.approvals.approve(tx, asked.id, person=person("noor"), now=NOW)
        assert house.approvals.held(tx, approved.digest, approved.case_id, NOW) == {"manager"}
        found = house.approvals.held(tx, other.digest, other.case_id, NOW)
        assert (found == {"manager"}) is (first == second)
        assert house.approvals.held(tx, approved.digest, "case_3", NOW) == frozenset()
        house.approvals.use(tx, approved.digest, approved.case_id, by=WORKER, now=NOW)
        assert house.approvals.held(tx, approved.digest, approved.case_id, NOW) == frozenset()
        assert house.approvals.find(tx, asked.id).state is State.USED
        assert house.approvals.expire_due(tx, NOW + timedelta(days=2)) == []


pieces = st.sampled_from(
    [
        '@id("{n}") @reason("a; b // c") permit (principal, action, resource);',
        '@id("{n}")\n@reason("line\nand \\" more;")\nforbid (principal, action, resource) // why; "\nwhen {{ true }};',
        '@id("{n}") permit (principal, action, resource) when {{ context.owner like "a/*;" }};',
    ]
)
gaps = st.sampled_from(["", "\n", "\n\n", " ", '// a comment; with "quotes\n', "\t// x\n\n"])


@FEW
@given(parts=st.lists(st.tuples(gaps, pieces), max_size=8), tail=gaps)
def test_every_policy_is_cut_out_whole_and_at_its_line(parts: list[tuple[str, str]], tail: str) -> None:
    text, lines = "", []
    for number, (gap, piece) in enumerate(parts):
        text += gap
        lines.append(text.count("\n") + 1)
        text += piece.format(n=number)
    book = parse_rules(build_operation(policies={"policies/p.cedar": text + tail}))
    assert not book.faults
    assert [rule.id for rule in book.rules] == [str(number) for number in range(len(parts))]
    assert [rule.place.line for rule in book.rules] == lines
