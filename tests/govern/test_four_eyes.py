"""Under the mark `four_eyes` two people agree, and neither is who asked for it or edited it, in whatever order."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aboveloop.govern.actions import Action, Principal
from aboveloop.govern.answering import may_answer
from aboveloop.govern.approval import Approval, Review, State
from aboveloop.govern.checks import policy_faults
from aboveloop.govern.errors import AnsweredOnce, OwnRequest, RoleMissing
from aboveloop.govern.four_eyes import people_needed, places_asked, tightens
from aboveloop.govern.lanes import Decision, Lane, Stage
from aboveloop.govern.people import Person, person_of
from aboveloop.govern.policy import PolicyPack
from aboveloop.govern.store import Wanted, approvals_waiting
from aboveloop.kit.errors import AboveloopError
from aboveloop.operation.models import Operation
from govern.conftest import House
from govern.corner import ABOUT, NOW, READY, REFUNDABLE, SHOP, build_operation, refund, stakes

LATER = NOW + timedelta(minutes=10)
PEOPLE: list[dict[str, Any]] = [*ABOUT["people"], {"id": "finn", "name": "Finn Ford", "roles": ["refund_approver"]}]


def marked(*people: dict[str, Any]) -> Operation:
    """The corner shop, where every refund needs two people."""
    system = deepcopy(SHOP)
    system["operations"]["refund_order"]["four_eyes"] = True
    return build_operation(shop=system, about={**ABOUT, "people": [*people] or PEOPLE})


OPERATION = marked()
PACK = PolicyPack.compile(OPERATION)


def who(person_id: str) -> Person:
    return person_of(OPERATION, person_id)


def decided(action: Action, **more: Any) -> Decision:
    return PACK.decide(action, stakes(action), READY, **more)


def ask(house: House, action: Action) -> Approval:
    with house.database.write() as tx:
        return house.approvals.request(tx, Review(action, stakes(action), decided(action), "cust_1", "r1"), now=NOW)


def approve(house: House, approval: Approval, by: str, cents: int | None = None) -> Approval:
    """Approve; with `cents`, edit and have the edit judged, as the desk does, in one transaction."""
    args = None if cents is None else {**approval.action.args, "amount_cents": cents}
    with house.database.write() as tx:
        answered = house.approvals.approve(tx, approval.id, person=who(by), now=LATER, args=args)
        if args is None:
            return answered
        action = answered.action
        review = Review(action, stakes(action), decided(action), "cust_1", "r1")
        return house.approvals.judge(tx, answered.id, review, person=who(by), now=LATER)


def held(house: House, action: Action) -> frozenset[str]:
    with house.database.read() as reader:
        return house.approvals.held(reader, action.digest, action.case_id, LATER, by=action.by, two_people=True)


# --- what is asked


def test_what_policy_allows_at_once_waits_for_two_who_may_approve() -> None:
    decision = decided(refund(100))
    assert (decision.lane, decision.four_eyes, decision.any_approver) == (Lane.REVIEWED, True, True)
    assert set(decision.approvers) == {"refund_approver", "manager"}
    assert decision.reason.endswith("Two people must agree to this first.")


def test_what_one_role_approves_is_asked_of_two_of_its_holders() -> None:
    decision = decided(refund(6000))
    assert decision.approvers == ("refund_approver",)
    assert places_asked(decision) == ("refund_approver", "second refund_approver")


def test_two_roles_are_two_people_already() -> None:
    assert places_asked(decided(refund(30000))) == ("refund_approver", "manager")


def test_what_is_prohibited_stays_prohibited_and_what_is_not_marked_stays_as_it_was(pack: PolicyPack) -> None:
    assert decided(refund(90001)).lane is Lane.PROHIBITED
    assert pack.decide(refund(6000), REFUNDABLE, READY) == replace(decided(refund(6000)), four_eyes=False)


def test_in_stage_assist_two_must_see_it() -> None:
    decision = decided(refund(100), stage=Stage.ASSIST)
    assert decision.four_eyes and decision.any_approver


@pytest.mark.parametrize(
    ("asked", "any_approver", "four_eyes", "needed"),
    [(2, False, False, 2), (4, True, False, 1), (4, True, True, 2), (2, False, True, 2)],
)
def test_so_many_must_answer(asked: int, any_approver: bool, four_eyes: bool, needed: int) -> None:
    assert people_needed(asked, any_approver=any_approver, four_eyes=four_eyes) == needed


def test_a_role_that_only_one_person_holds_cannot_be_two_people() -> None:
    faults = [fault.message for fault in policy_faults(marked(*ABOUT["people"][:2]))]
    (told,) = [text for text in faults if "two people must agree" in text]
    assert told.startswith("Rule refund-approved is for shop.refund_order") and told.endswith("as refund_approver.")
    assert not [fault for fault in policy_faults(OPERATION) if "two people" in fault.message]


# --- who answers


def test_two_holders_of_one_role_agree(house: House) -> None:
    action = refund(6000)
    approval = ask(house, action)
    first = approve(house, approval, "priya")
    assert first.state is State.WAITING and held(house, action) == frozenset()
    with pytest.raises(AnsweredOnce):
        approve(house, approval, "priya")
    with pytest.raises(RoleMissing):
        approve(house, approval, "noor")
    assert approve(house, approval, "finn").state is State.APPROVED
    assert held(house, action) == {"refund_approver"}
    assert decided(action, approved_by=held(house, action)).may_perform


def test_any_two_who_may_approve_agree_to_what_policy_allows(house: House) -> None:
    action = refund(100)
    approval = ask(house, action)
    assert approve(house, approval, "priya").state is State.WAITING
    assert approve(house, approval, "finn").state is State.APPROVED, "both may hold the same role"
    assert decided(action, approved_by=held(house, action)).may_perform


def test_who_asked_is_none_of_the_two(house: House) -> None:
    action = replace(refund(6000), by=Principal("person", "priya"))
    approval = ask(house, refund(6000))
    approve(house, approval, "priya")
    approve(house, approval, "finn")
    assert held(house, refund(6000)) == {"refund_approver"}
    assert held(house, action) == frozenset(), "priya's own yes to a worker is none to herself"


def test_an_editor_is_none_of_the_two_however_little_is_left(house: House) -> None:
    waiting = approve(house, ask(house, refund(6000)), "priya", 5500)
    assert waiting.state is State.WAITING and waiting.approved_by == frozenset()
    assert not may_answer(who("priya"), waiting, LATER).granted
    with pytest.raises(OwnRequest, match="edited approval"):
        approve(house, waiting, "priya")
    approve(house, waiting, "finn")
    assert approve(house, waiting, "max").state is State.APPROVED


def test_what_the_editor_may_not_answer_is_not_shown_as_theirs(house: House) -> None:
    waiting = approve(house, ask(house, refund(6000)), "priya", 5500)
    with house.database.read() as reader:
        for name, theirs in (("priya", []), ("finn", [waiting.id])):
            wanted = Wanted(roles=who(name).roles, by_person=name)
            assert [row.id for row in approvals_waiting(reader, LATER, wanted)] == theirs
            assert [each.id for each in house.approvals.waiting(reader, LATER, person=who(name))] == theirs


def test_editing_back_to_what_somebody_else_proposed_hides_neither_of_them(house: House) -> None:
    first = approve(house, ask(house, refund(6000)), "priya", 5500)
    back = approve(house, approve(house, first, "finn", 5200), "max", 5500)
    assert back.digest == first.digest
    for editor in ("priya", "max"):
        with pytest.raises(OwnRequest):
            approve(house, back, editor)
    assert approve(house, back, "finn").state is State.WAITING, "finn proposed something else"


def test_what_was_agreed_by_one_under_an_older_mark_counts_for_nothing(house: House) -> None:
    action = refund(6000)
    unmarked = replace(decided(action), four_eyes=False)
    with house.database.write() as tx:
        asked = house.approvals.request(tx, Review(action, stakes(action), unmarked, "cust_1", "r1"), now=NOW)
        house.approvals.approve(tx, asked.id, person=who("priya"), now=LATER)
    assert held(house, action) == frozenset()
    assert decided(action, approved_by=held(house, action)).lane is Lane.REVIEWED


# --- what tightens


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (refund(6000), refund(5999), True),
        (refund(6000), refund(6001), False),
        (refund(6000), refund(5000, note="less"), False),
        (refund(6000), refund(6000, note="the same"), False),
        (refund(6000), refund(5000, order="LK-2"), False),
    ],
)
def test_only_a_lower_amount_alone_tightens(before: Action, after: Action, expected: bool) -> None:
    assert tightens((before.args, stakes(before)), (after.args, stakes(after))) is expected


def test_what_the_money_at_stake_does_not_tell_does_not_tighten() -> None:
    before, after = (refund(6000).args, REFUNDABLE), (refund(5000).args, REFUNDABLE)
    assert not tightens(before, after), "no amount is known"
    other = replace(stakes(refund(5000)), owner="c_2")
    assert not tightens((refund(6000).args, stakes(refund(6000))), (refund(5000).args, other))
    fewer = ({"order_id": "LK-1", "days": 3}, replace(REFUNDABLE, amount=6000))
    assert not tightens(fewer, ({"order_id": "LK-1", "days": 2}, replace(REFUNDABLE, amount=5000)))


# --- whatever happens in whatever order

NAMES = ("priya", "finn", "max", "noor")
CENTS = (5100, 5200, 5300)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(CENTS), st.sampled_from(("worker", *NAMES))),
        st.tuples(st.just("approve"), st.sampled_from(NAMES)),
        st.tuples(st.just("approve"), st.sampled_from(NAMES)),
        st.tuples(st.just("edit"), st.sampled_from(NAMES), st.sampled_from(CENTS)),
        st.tuples(st.just("use"), st.sampled_from(CENTS), st.sampled_from(("worker", *NAMES))),
    ),
    min_size=3,
    max_size=25,
)


def proposed(cents: int, by: str, case: str) -> Action:
    principal = Principal("worker", "refunds") if by == "worker" else Principal("person", by)
    return replace(refund(cents), case_id=case, by=principal)


def open_on(house: House, case: str) -> list[Approval]:
    with house.database.read() as reader:
        return [each for each in house.approvals.of_case(reader, case) if each.state is State.WAITING]


def editors_of(house: House, action: Action) -> set[str | None]:
    with house.database.read() as reader:
        same = [each for each in house.approvals.of_case(reader, action.case_id) if each.digest == action.digest]
    return {each.edited_by for each in same}


def use(house: House, action: Action) -> int:
    """Do it if it may be done, as `work.act` does: judge with what is held, then use that up."""
    counted = held(house, action)
    if not counted or not decided(action, approved_by=counted).may_perform:
        return 0
    with house.database.write() as tx:
        spent = house.approvals.use(tx, action.digest, action.case_id, by=action.by, now=LATER)
    own = editors_of(house, action) | {action.by.id}
    agreed = [{each.person_id for each in approval.answers if each.verdict == State.APPROVED} for approval in spent]
    assert any(len(people - own) >= 2 for people in agreed), "two agreed who neither asked for it nor edited it"
    return 1


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(played=moves)
def test_nothing_is_done_by_the_yes_of_its_requester_or_editor(house: House, played: list[tuple[Any, ...]]) -> None:
    case = f"case-{len(house.kinds('house'))}-{id(played)}"
    done = 0
    for kind, *rest in [("ask", 5200, "worker"), *played, ("use", 5200, "worker"), ("use", 5100, "worker")]:
        try:
            if kind == "ask":
                ask(house, proposed(rest[0], rest[1], case))
            elif kind == "use":
                done += use(house, proposed(rest[0], rest[1], case))
            elif waiting := open_on(house, case):
                approve(house, waiting[-1], rest[0], rest[1] if kind == "edit" else None)
        except AboveloopError:
            # A refusal leaves everything as it was; what matters is what may be used.
            continue
    assert done <= len(played) + 2


def test_the_property_is_not_empty(house: House) -> None:
    """The same moves do reach the end where the right people make them."""
    action = proposed(5200, "worker", "case-right")
    approval = ask(house, action)
    approve(house, approve(house, approve(house, approval, "priya", 5100), "finn", 5200), "priya")
    assert use(house, action) == 0, "priya alone is not two"
    approve(house, open_on(house, "case-right")[-1], "max")
    assert use(house, action) == 1
