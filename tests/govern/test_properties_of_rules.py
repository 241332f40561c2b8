"""What must hold of every pack: knowing less never opens a lane, and neither does forbidding more."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aboveloop.app.inspection import SAMPLE_OPERATION
from aboveloop.govern.facts import Conversation
from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.questions import Question, question_of
from aboveloop.operation.loading import load
from govern.corner import OTHERS, REFUNDS, act, build_operation, known, refund

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OPENNESS = {Lane.PROHIBITED: 0, Lane.REVIEWED: 1, Lane.ALLOWED: 2}
SOME = settings(max_examples=40, deadline=None, derandomize=True)


def openness(decision: Decision) -> tuple[int, int]:
    """More is more permissive: the lane, then how little is asked of the customer."""
    return OPENNESS[decision.lane], -len(decision.needs)


@pytest.mark.parametrize("folder", [SAMPLE_OPERATION, EXAMPLES / "retail", EXAMPLES / "airline"])
def test_in_no_pack_that_ships_does_a_missing_fact_open_a_lane(folder: Path) -> None:
    operation = load(folder).operation
    assert operation is not None
    pack = PolicyPack.compile(operation)
    tried = 0
    for test in operation.policy_tests:
        question = question_of(operation, test)
        whole = question.answered_by(pack)
        for gone in question.evidence.facts:
            facts = {name: fact for name, fact in question.evidence.facts.items() if name != gone}
            poorer = replace(question, evidence=replace(question.evidence, facts=facts)).answered_by(pack)
            assert openness(poorer) <= openness(whole), f"{test.test}, without {gone}"
            tried += 1
    assert tried > 20


days = st.none() | st.integers(-1, 40)
conversations = st.builds(Conversation, customer=st.sampled_from(["", "c_1", "c_2"]), confirmed=st.booleans())
roles = st.frozensets(st.sampled_from(["refund_approver", "manager", "clerk"]))
stages = st.sampled_from(Stage)


@st.composite
def refunds(draw: st.DrawFn) -> Question:
    amount = draw(st.sampled_from([1, 4999, 5000, 5001, 20000, 20001, 90000, 90001]))
    more = {} if (age := draw(days)) is None else {"days_since_delivery": age}
    evidence = known("c_1", refundable_cents=draw(st.sampled_from([0, 5000, 90000])), kinds=["shoes"], **more)
    return Question(refund(amount), evidence, draw(conversations), draw(roles), draw(stages))


@st.composite
def cancellations(draw: st.DrawFn) -> Question:
    more = {} if (gift := draw(st.none() | st.booleans())) is None else {"is_gift": gift}
    evidence = known("c_1", status=draw(st.sampled_from(["placed", "shipped"])), **more)
    return Question(act("shop.cancel_order", order_id="LK-1"), evidence, draw(conversations), draw(roles), draw(stages))


PACK = PolicyPack.compile(build_operation())


@SOME
@given(question=refunds() | cancellations(), place=st.integers(0, 2))
def test_knowing_less_never_opens_a_lane(question: Question, place: int) -> None:
    names = sorted(question.evidence.facts)
    gone = names[place % len(names)]
    facts = {name: fact for name, fact in question.evidence.facts.items() if name != gone}
    whole = question.answered_by(PACK)
    for evidence in (
        replace(question.evidence, facts=facts),
        replace(question.evidence, facts=facts, missing={gone: "not read"}),
        replace(question.evidence, facts=facts, absent={gone: "null"}),
    ):
        assert openness(replace(question, evidence=evidence).answered_by(PACK)) <= openness(whole)


conditions = st.sampled_from(
    [
        "true", "false", "context.verified", "!context.verified", "context.confirmed", "!context.confirmed",
        'context.stage == "assist"', 'context.owner != context.customer', "context.identified",
        'context.approved_by.contains("manager")', '!context.approved_by.contains("manager")',
        'context.approved_by.containsAny(["refund_approver", "clerk"])', "context.approved_by.isEmpty()",
    ]
)  # fmt: skip
scopes = st.sampled_from(
    [
        "principal, action, resource",
        "principal is Worker, action, resource",
        "principal is Person, action, resource",
        'principal, action in Action::"writes", resource',
        'principal, action == Action::"shop.refund_order", resource',
        'principal, action, resource == Record::"LK-1"',
    ]
)


@st.composite
def forbids(draw: st.DrawFn) -> str:
    offered = draw(st.sampled_from(["", '@approver("manager")', '@approver("refund_approver, clerk")']))
    condition = draw(conditions)
    joined = draw(st.sampled_from(["when", "unless"]))
    return f'@id("new") @lane("prohibited") @reason("N.") {offered} forbid ({draw(scopes)}) {joined} {{ {condition} }};'


@SOME
@given(question=refunds() | cancellations(), forbid=forbids())
def test_forbidding_more_never_opens_a_lane(question: Question, forbid: str) -> None:
    stricter = PolicyPack(build_operation(policies={"policies/p.cedar": f"{REFUNDS}\n{OTHERS}\n{forbid}"}))
    before, after = question.answered_by(PACK), question.answered_by(stricter)
    assert OPENNESS[after.lane] <= OPENNESS[before.lane]
    assert not after.may_perform or before.may_perform


@SOME
@given(question=refunds() | cancellations(), forbid=forbids())
def test_a_forbid_that_holds_is_never_outweighed(question: Question, forbid: str) -> None:
    """What a forbid stops with all that is held is not performed, whatever permits it."""
    always = forbid.partition(" when ")[0].partition(" unless ")[0] + ";"
    stricter = PolicyPack(build_operation(policies={"policies/p.cedar": f"{REFUNDS}\n{OTHERS}\n{always}"}))
    if stricter.rules[-1].concerns(question.action.operation, frozenset({"writes"})) and "is Person" not in always:
        assert question.answered_by(stricter).lane is Lane.PROHIBITED
