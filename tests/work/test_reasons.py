"""Why: a customer who asks is told the reason that the operation wrote, and nothing else."""

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from aboveloop.journey.cases import Case
from aboveloop.work.reasons import NOTHING_YET
from api.open_house import ELIF, tell, waiting
from work.bakery import ANNA, Bakery

WHY = "Why was that decided?"


def last(house: Stage, case: Case) -> str:
    return house.said_since(0)[-1].text


def test_before_anything_is_decided_that_is_said(house: Stage) -> None:
    case = tell(house, "elif@customers.example", "My boots LK-100007 arrived damaged", WHY)

    assert NOTHING_YET in last(house, case)


def test_what_waits_for_a_colleague_says_so_and_goes_on_waiting(house: Stage) -> None:
    case = tell(house, ELIF[1], *ELIF, WHY)

    assert "a colleague has to agree to it first" in last(house, case)
    assert "above 50.00 EUR waits for a person" in last(house, case)
    assert "person" in last(house, case)
    assert house.approvals_waiting(case.id, "shop.refund_order")


def test_after_a_denial_the_listed_reason_is_told_and_never_the_note_for_colleagues(house: Stage) -> None:
    case = tell(house, ELIF[1], *ELIF)
    desk = Desk(house, person_of(house.operation, "priya"))
    desk.deny(waiting(house).id, because="like Mrs Jansen of Utrecht last week", reason="evidence_missing")
    house.run_due()
    tell(house, ELIF[1], WHY)

    assert "decided against it. The evidence is not enough." in last(house, case)
    assert "Jansen" not in last(house, case)
    assert "context." not in last(house, case)


def test_what_was_done_names_the_rule_that_let_it_be_done(house: Stage) -> None:
    case = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please", WHY)

    assert "it was allowed. Up to 50.00 EUR is given back at once." in last(house, case)
    with house.database.read() as reader:
        kinds = [entry.kind for entry in house.ledger.entries(reader, case.id)]
    assert "ReasonTold" in kinds


def test_after_the_end_the_case_stays_ended(house: Stage) -> None:
    case = tell(house, ELIF[1], *ELIF[:4], "49 EUR", "yes please")
    if case.outcome is None:
        case = tell(house, ELIF[1], "no thanks, that was all")
    after = tell(house, ELIF[1], "why did you decide that?")

    assert after.id == case.id
    assert after.outcome == case.outcome == "resolved"


def test_an_operation_without_words_for_it_gives_the_case_to_a_person(bakery: Bakery) -> None:
    case = bakery.write("please cancel order CR-1001", ANNA, WHY)

    assert case.owner.value == "waiting_on_person"


def test_who_wants_a_person_gets_one_even_when_asking_why(house: Stage) -> None:
    case = tell(house, ELIF[1], *ELIF, "why did you refuse? I want to talk to a human being")

    assert case.owner.value == "waiting_on_person"
    assert "customer asked for a person" in (case.handed_over_because or "")
