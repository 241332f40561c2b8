"""The account of a case answers four questions from the ledger alone, and calls erased what was erased."""

import json
from datetime import timedelta

from aboveloop.app.desk import Desk
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.govern.people import person_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.work.account import Account, account
from aboveloop.work.answers import accountable, answers, in_words
from aboveloop.work.decision_accounts import DecisionAccount
from aboveloop.work.erase import erase
from api.open_house import ELIF, tell, waiting


def told(house: Stage, case: Case) -> Account:
    with house.database.read() as reader:
        return account(reader, house.ledger, cases.get(reader, case.id))


def in_words_of(house: Stage, shown: Account) -> str:
    return in_words(shown, answers(shown, house.operation, release_name="r1"))


def refunds(house: Stage, case: Case) -> list[DecisionAccount]:
    return [each for each in told(house, case).decisions if each.operation == "shop.refund_order"]


def desk(house: Stage, person: str) -> Desk:
    return Desk(house, person_of(house.operation, person))


def test_an_approved_refund_is_one_decision_with_all_four_answers(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    desk(house, "priya").approve(waiting(house).id, because="Seen the photo.")
    house.run_due()
    (refund,) = refunds(house, case)
    assert (refund.release, refund.by, refund.stage) == (house.operation.digest, "worker:damaged_goods", "supervised")
    assert (refund.lane, refund.rules) == ("reviewed", ("refund-above-50",))
    assert refund.reason.startswith("A refund above 50.00 EUR")
    facts = {fact.name: fact for fact in refund.facts}
    assert facts["refundable_cents"].value == 16995
    assert facts["refundable_cents"].source == "shop.get_order(order_id=LK-100007)"
    assert refund.confirmation is not None
    assert refund.approval is not None
    (answer,) = refund.approval.answers
    assert (answer.person, answer.role, answer.verdict) == ("person:priya", "refund_approver", "approved")
    assert answer.because == "Seen the photo."
    assert (refund.outcome.state, refund.outcome.proved) == ("performed", True)
    assert "the system of record shows it" in refund.outcome.words


def test_what_waits_says_that_nothing_is_done_yet(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    (refund,) = refunds(house, case)
    assert refund.outcome.state == "waiting_for_approval"
    assert "nothing is done" in refund.outcome.words


def test_a_denial_tells_who_and_why(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    desk(house, "priya").deny(waiting(house).id, because="The photo shows another boot.")
    house.run_due()
    (refund,) = refunds(house, case)
    assert refund.approval is not None
    (answer,) = refund.approval.answers
    assert (refund.outcome.state, answer.verdict, answer.person) == ("denied", "denied", "person:priya")
    assert answer.because == "The photo shows another boot."


def test_an_approval_that_nobody_answers_is_told_as_expired(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    house.advance(timedelta(hours=25))
    (refund,) = refunds(house, case)
    assert refund.outcome.state == "expired"


def test_an_edit_is_told_with_before_and_after_and_who_did_it(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    desk(house, "priya").approve(waiting(house).id, edits={"amount_cents": 5000})
    house.run_due()
    first, edited = refunds(house, case)
    assert first.outcome.state == "replaced"
    assert [(edit.name, edit.before, edit.after) for edit in edited.edits] == [("amount_cents", 5001, 5000)]
    assert edited.approval is not None
    assert {answer.verdict for answer in edited.approval.answers} == {"edited", "approved"}
    assert {answer.person for answer in edited.approval.answers} == {"person:priya"}
    assert edited.by == "worker:damaged_goods"


def test_a_prohibited_edit_is_told_as_denied_by_policy(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    desk(house, "priya").approve(waiting(house).id, edits={"amount_cents": 17_000})
    edited = refunds(house, case)[-1]
    assert edited.outcome.state == "denied"
    assert edited.approval is not None
    assert edited.approval.answers[-1].person == "house"


def test_a_refund_within_the_limit_needs_nobody(house: Stage) -> None:
    case = tell(house, "elif", *ELIF[:4], "49.99 EUR", "yes please")
    (refund,) = refunds(house, case)
    assert (refund.lane, refund.approval, refund.outcome.state) == ("allowed", None, "performed")


def test_reads_are_told_as_reads(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    reads = [each for each in told(house, case).decisions if each.is_read]
    assert {each.operation for each in reads} >= {"shop.identify_customer", "shop.get_order"}
    assert all(each.lane == "allowed" for each in reads)


def test_the_timeline_holds_every_entry_in_order_and_every_word_said(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    shown = told(house, case)
    with house.database.read() as reader:
        entries = house.ledger.entries(reader, case.id)
    assert [line.entry for line in shown.timeline] == [entry.id for entry in entries]
    assert [line.text for line in shown.timeline if line.direction == "in"] == list(ELIF)
    assert shown.readings[0].intent == "damaged_goods"


def test_who_gave_the_case_to_people_and_why_is_told(house: Stage) -> None:
    case = tell(house, "anna", "I want to talk to a person")
    assert told(house, case).handed_over_because == "The customer asked for a person."


def test_after_an_erasure_the_account_stands_without_the_person(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    with house.database.write() as tx:
        erase(house.house, tx, case.customer_id, actor="person:adaeze")
    shown = told(house, case)
    (refund,) = refunds(house, case)
    assert shown.erased
    assert refund.args is None and refund.facts_erased
    assert refund.rules == ("refund-above-50",)
    text = json.dumps(shown.as_json()) + in_words_of(house, shown)
    for personal in ("elif@customers.example", "10437", "LK-100007", "the sole came off"):
        assert personal not in text
    assert [each["args"] for each in shown.as_json()["decisions"]] == ["erased"] * len(shown.decisions)


def test_the_account_is_json_and_text(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    shown = told(house, case)
    assert json.loads(json.dumps(shown.as_json()))["case"] == case.id
    text = in_words_of(house, shown)
    assert "Which version decided?" in text and "refund-above-50" in text and "Waits for a person's approval" in text


def test_every_outcome_names_an_accountable_person_who_is_no_worker(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    told_of = answers(told(house, case), house.operation, release_name="r1")
    holders = {each["accountable"]["person"] for each in told_of["decisions"]}
    assert told_of["decisions"]
    assert holders <= {person.id for person in house.operation.about.people}
    owner = house.operation.procedures["damaged_goods"].owner or "operations"
    assert told_of["accountable"]["person"] == house.operation.about.owners[owner]


def test_the_procedures_owner_answers_for_it_else_whoever_holds_operations(house: Stage) -> None:
    about, procedure = house.operation.about, house.operation.procedures["cancel_order"]
    owned = house.operation.model_copy(
        update={"procedures": {"cancel_order": procedure.model_copy(update={"owner": "refunds"})}}
    )
    assert accountable(owned, "worker:cancel_order").person == about.owners["refunds"]
    assert accountable(owned, "worker:unheard_of").person == about.owners["operations"]
    assert accountable(owned, "person:sanne").name == "Sanne Wolters"
    nobody = owned.model_copy(update={"about": about.model_copy(update={"owners": {}})})
    found = accountable(nobody, "worker:cancel_order")
    assert found.person is None and "Name one under" in found.because


def test_the_answers_say_in_sentences_who_approved_and_what_came_of_it(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    waits = in_words_of(house, told(house, case))
    assert "Nobody answered: refund_approver was asked." in waits
    desk(house, "priya").approve(waiting(house).id, because="Seen the photo.", edits={"amount_cents": 4000})
    house.run_due()
    text = in_words_of(house, told(house, case))
    assert "edited: amount_cents from 5001 to 4000" in text
    assert "because: Seen the photo." in text
    assert "Who is accountable?     " in text
    assert "No person had to approve it" in text
