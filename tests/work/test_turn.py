"""A turn: one stimulus moves one case as far as it can go; whatever interrupts it, nothing is lost or done twice."""

import pytest
import sqlalchemy as sa

from aboveloop.durable.turns import Again, Done
from aboveloop.journey import cases, store
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Database
from aboveloop.work.deliver import deliver
from work.bakery import ANNA, ANNAS_OTHER, BEN, Bakery, Crash

CANCEL = ("cancel CR-1001 please", ANNA)
REFUND = ("refund 60 EUR for CR-1002 please", ANNA)


def test_a_need_is_carried_from_the_first_message_to_its_end(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    assert (case.owner, case.outcome) == (Owner.RESOLVED, "resolved")
    assert (case.intent, case.procedure) == ("cancel_order", "cancel_order")
    assert bakery.said(case) == ["ask_email", "confirm_cancel", "cancel_done"]
    assert bakery.till.done == ["cancel_order"]
    assert bakery.unhandled(case) == []
    assert bakery.verifies()


def test_the_ledger_tells_of_the_write_in_the_order_in_which_it_came_about(bakery: Bakery) -> None:
    kinds = bakery.kinds(bakery.write(*CANCEL, "yes"))
    order = ["ActionProposed", "ActionConfirmed", "ActionDecided", "ActionPerformed", "ProcedureEnded", "CaseEnded"]
    assert [kind for kind in kinds if kind in order] == order


def test_a_case_waits_as_a_row_and_not_in_memory(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    assert case.owner is Owner.WAITING_ON_CUSTOMER
    assert case.memory["waiting"] == "confirmation"
    assert bakery.till.done == []
    with bakery.database.read() as reader:
        journey = store.open_journey(reader, case.customer_id)
    assert journey is not None and journey.phase == "decision"


def test_an_ai_is_called_one_once_on_each_contact_point(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    texts = [message.text for message in bakery.messages(case) if message.direction == "out"]
    assert ["AI assistant" in text for text in texts] == [True, False, False]


def test_the_same_message_twice_is_done_once(bakery: Bakery) -> None:
    for _ in range(2):
        bakery.hand_in(CANCEL[0], foreign_id="m1")
        bakery.run_due()
        bakery.hand_in(ANNA, foreign_id="m2")
        bakery.run_due()
        bakery.hand_in("yes", foreign_id="m3")
        bakery.run_due()
    assert bakery.till.done == ["cancel_order"]
    assert len(bakery.all_cases()) == 1


def test_the_same_turn_again_changes_nothing(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL, "yes")
    told = bakery.kinds(case)
    for stimulus in ("message", "go_on", "timer:silence", "timer:timer_unknown"):
        assert bakery.turn(case.id, stimulus) == Done()
    assert bakery.kinds(case) == told
    assert bakery.case(case.id).owner is Owner.RESOLVED


def test_two_messages_before_the_first_turn_are_heard_in_order(bakery: Bakery) -> None:
    bakery.hand_in(CANCEL[0])
    bakery.hand_in(ANNA)
    last = bakery.hand_in("yes")
    bakery.run_due()
    assert bakery.case_of(last).outcome == "resolved"
    assert bakery.till.done == ["cancel_order"]


def test_a_turn_for_a_case_that_does_not_exist_ends(bakery: Bakery) -> None:
    assert bakery.turn("case_none", "message") == Done()


@pytest.mark.parametrize("operation", ["cancel_order", "get_order"])
def test_a_crash_in_the_middle_is_finished_once_and_recorded_once(bakery: Bakery, operation: str) -> None:
    case = bakery.write(*CANCEL)

    def crash() -> None:
        raise Crash

    bakery.hand_in("yes")
    bakery.till.afterwards[operation] = crash
    with pytest.raises(Crash):
        bakery.run_due()
    assert bakery.kinds(case).count("ActionPerformed") == 0
    # Another process takes the turn over.
    assert bakery.turn(case.id, "message") == Done()
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert bakery.kinds(case).count("ActionDecided") == 1
    assert bakery.said(case) == ["ask_email", "confirm_cancel", "cancel_done"]
    assert bakery.case(case.id).outcome == "resolved"
    assert bakery.verifies()


class Mortal(Database):
    """A database whose process dies at the next few commits, before or after they are made."""

    dies_at: int = -1
    commits: int = 0

    def write(self):  # type: ignore[no-untyped-def]
        self.commits += 1
        if self.commits == self.dies_at:
            raise Crash
        return super().write()


@pytest.mark.parametrize("dies_at", range(1, 8))
def test_killed_before_any_commit_of_a_turn_it_still_happens_once(bakery: Bakery, dies_at: int) -> None:
    case = bakery.write(*REFUND[:1], ANNA)
    bakery.hand_in("yes")
    mortal = Mortal(bakery.database.url)
    mortal.dies_at = dies_at
    plain = bakery.house.database
    object.__setattr__(bakery.house, "database", mortal)
    try:
        bakery.run_due()
    except Crash:
        pass
    object.__setattr__(bakery.house, "database", plain)
    mortal.dispose()
    bakery.turn(case.id, "message")
    assert bakery.said(case) == ["ask_email", "confirm_refund", "please_wait_for_approval"]
    assert len(bakery.approvals(case)) == 1
    bakery.desk("priya").approve(bakery.approval(case).id)
    bakery.run_due()
    assert bakery.till.done == ["refund_order"]
    assert bakery.case(case.id).outcome == "resolved"


def test_a_person_takes_over_while_a_turn_is_at_work_and_what_happened_outside_still_stands(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.afterwards["cancel_order"] = lambda: bakery.desk("tom").take_over(case.id)
    bakery.write("yes")
    standing = bakery.case(case.id)
    assert (standing.owner, standing.person_id) == (Owner.PERSON, "tom")
    # The worker says nothing more; that it was done is known all the same.
    assert "cancel_done" not in bakery.said(case)
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case).count("ActionPerformed") == 1
    (effect,) = bakery.effects()
    assert effect.state == "performed"
    assert bakery.turn(case.id, "message") == Done()
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert bakery.verifies()


def test_a_person_takes_over_before_the_write_and_it_does_not_happen(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)
    bakery.till.afterwards["get_order"] = lambda: bakery.desk("tom").take_over(case.id)
    bakery.write("yes")
    assert bakery.case(case.id).person_id == "tom"
    assert bakery.till.done == []
    assert bakery.effects() == []


def test_a_turn_that_is_overtaken_by_another_process_changes_nothing(bakery: Bakery) -> None:
    case = bakery.write(CANCEL[0])

    def overtaken() -> None:
        with bakery.database.write() as tx:
            cases.begin_turn(tx, case.id, "fence_of_another")

    bakery.till.afterwards["identify"] = overtaken
    bakery.write(ANNA)
    assert bakery.said(case) == ["ask_email"]
    assert bakery.unhandled(case) == [ANNA]
    assert bakery.turn(case.id, "message") == Done()
    assert bakery.said(case) == ["ask_email", "confirm_cancel"]


@pytest.mark.parametrize("refuses", [False, True])
def test_what_an_overtaken_turn_did_is_told_by_the_next_and_not_done_again(bakery: Bakery, refuses: bool) -> None:
    case = bakery.write(*CANCEL)
    if refuses:
        bakery.till.refuses["cancel_order"] = "it is being baked"

    def overtaken() -> None:
        with bakery.database.write() as tx:
            cases.begin_turn(tx, case.id, "fence_of_another")

    bakery.till.afterwards["cancel_order"] = overtaken
    bakery.write("yes")
    assert bakery.case(case.id).outcome is None
    assert bakery.turn(case.id, "message") == Done()
    assert len(bakery.till.did("cancel_order")) == 1
    assert bakery.said(case)[-1] == ("cancel_not_possible" if refuses else "cancel_done")
    kinds = bakery.kinds(case)
    assert kinds.count("ActionRejected") == int(refuses)
    assert kinds.count("ActionPerformed") == int(not refuses)


def test_a_turn_that_falls_over_gives_the_case_to_a_person_who_reads_what_failed(bakery: Bakery) -> None:
    case = bakery.write(CANCEL[0])
    bakery.reader.breaks_on = "boom"
    case = bakery.write("boom")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "A turn failed (RuntimeError)."
    assert bakery.unhandled(case) == []
    (failed,) = [entry for entry in bakery.entries(case) if entry.kind == "TurnFailed"]
    assert failed.body == {"error": "RuntimeError"}
    assert failed.personal == {"message": "the reader fell over"}
    # The worker is silent from now on.
    bakery.write("yes")
    assert bakery.unhandled(case) == ["yes"]


def test_when_a_turn_falls_over_what_happened_outside_still_stands(bakery: Bakery) -> None:
    case = bakery.write(*CANCEL)

    def broken() -> None:
        raise RuntimeError("the till's client fell over")

    # The write is done; reading the proof of it falls over.
    bakery.till.afterwards["cancel_order"] = lambda: bakery.till.afterwards.update(get_order=broken)
    bakery.write("yes")
    case = bakery.case(case.id)
    assert case.owner is Owner.WAITING_ON_PERSON
    assert case.handed_over_because == "A turn failed (RuntimeError)."
    assert bakery.till.done == ["cancel_order"]
    assert bakery.kinds(case)[-3:] == ["ActionPerformed", "TurnFailed", "CaseOwnerChanged"]
    (effect,) = bakery.effects()
    assert effect.state == "performed"
    assert bakery.verifies()


def test_a_message_that_cannot_be_filled_gives_the_case_to_a_person_after_the_write(bakery: Bakery) -> None:
    case = bakery.write("tell me the broken words")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "cannot be filled" in (case.handed_over_because or "")
    assert bakery.said(case) == ["handed_over"]


def test_a_turn_that_falls_over_while_an_approval_waits_ends_the_wait(bakery: Bakery) -> None:
    case = bakery.write(*REFUND, "yes")
    asked = bakery.approval(case)
    bakery.reader.breaks_on = "boom"
    case = bakery.write("boom")
    assert case.owner is Owner.WAITING_ON_PERSON
    assert [each.state for each in bakery.approvals(case)] == ["expired"]
    # Nobody's late yes makes the worker act on a case that is with people.
    bakery.turn(case.id, f"approval:{asked.id}")
    bakery.write("hello?")
    assert bakery.till.done == []
    assert bakery.said(case)[-1] == "please_wait_for_approval"
    assert bakery.unhandled(case) == ["hello?"]


def test_a_database_that_is_away_for_a_moment_costs_no_case(bakery: Bakery) -> None:
    case = bakery.write(CANCEL[0])
    bakery.hand_in(ANNA)

    class Away(Database):
        times = 1

        def write(self):  # type: ignore[no-untyped-def]
            if self.times:
                self.times -= 1
                raise sa.exc.OperationalError("BEGIN", {}, Exception("deadlock detected"))
            return super().write()

    away = Away(bakery.database.url)
    plain = bakery.house.database
    object.__setattr__(bakery.house, "database", away)
    answer = bakery.turn(case.id, "message")
    object.__setattr__(bakery.house, "database", plain)
    away.dispose()
    assert isinstance(answer, Again)
    assert bakery.case(case.id).owner is Owner.WAITING_ON_CUSTOMER
    bakery.run_due()
    assert bakery.said(case) == ["ask_email", "confirm_cancel"]


def test_a_release_that_is_gone_gives_the_case_to_a_person(bakery: Bakery) -> None:
    case = bakery.write(CANCEL[0])
    with bakery.database.write() as tx:
        store.update_case(tx, case.id, {"release": "0" * 64})
    case = bakery.write(ANNA)
    assert case.owner is Owner.WAITING_ON_PERSON
    assert "ReleaseNotFound" in (case.handed_over_because or "")


def test_two_contact_points_of_one_customer_become_one(bakery: Bakery) -> None:
    mail = bakery.write(*CANCEL, "yes")
    chat = bakery.write("where is my parcel CR-1002", address=ANNAS_OTHER, channel="email")
    assert chat.customer_id != mail.customer_id
    bakery.write("cancel CR-1002 please", address=ANNAS_OTHER, channel="email")
    chat = bakery.write(ANNAS_OTHER, address=ANNAS_OTHER, channel="email")
    assert chat.customer_id == mail.customer_id
    assert {each.customer_id for each in bakery.all_cases()} == {mail.customer_id}
    assert bakery.verifies()


def test_customers_do_not_meet(bakery: Bakery) -> None:
    anna = bakery.write(*CANCEL)
    ben = bakery.write("cancel CR-1003 please", BEN, address=BEN)
    bakery.write("yes", address=BEN)
    assert anna.customer_id != ben.customer_id
    assert bakery.till.orders["CR-1001"]["status"] == "placed"
    assert bakery.till.orders["CR-1003"]["status"] == "cancelled"


def test_delivering_what_does_not_exist_ends(bakery: Bakery) -> None:
    assert bakery.turn("deliver:contact", "deliver:msg_none") == deliver(bakery.house, "msg_none") == Done()


@pytest.mark.parametrize("operation", ["refund_order", "get_order"])
def test_a_crash_after_an_approval_is_finished_by_the_next_process(bakery: Bakery, operation: str) -> None:
    case = bakery.write(*REFUND, "yes")
    approval = bakery.approval(case)
    bakery.desk("priya").approve(approval.id)

    def crash() -> None:
        raise Crash

    bakery.till.afterwards[operation] = crash
    with pytest.raises(Crash):
        bakery.run_due()
    # Another process takes the turn over: the case must not look as if it waited for people.
    assert bakery.turn(case.id, f"approval:{approval.id}") == Done()
    assert bakery.till.done == ["refund_order"]
    assert bakery.kinds(case).count("ActionPerformed") == 1
    assert bakery.case(case.id).outcome == "resolved"
    assert bakery.verifies()
