"""People accept, edit and reject guidance: it is written down, counted by kind, and what one press can do is done."""

import pytest

from aboveloop.app.improving.seeing import propose
from aboveloop.app.rehearsal.stage import Stage
from aboveloop.app.summaries import answers
from aboveloop.app.summaries.answers import ANSWERED, ENOUGH, Answer, Rate, edited_summary
from aboveloop.app.summaries.errors import SuggestionGone
from aboveloop.app.summaries.gathered import summary
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import Person, person_of
from aboveloop.journey import cases
from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.kit.errors import WrongUsage
from aboveloop.ledger.entries import Entry
from aboveloop.work.erase import erase
from aboveloop.work.summaries.summary import Summary
from api.open_house import ELIF, tell


def who(house: Stage, name: str) -> Person:
    return person_of(house.operation, name)


def shown(house: Stage, case: Case) -> Summary:
    with house.database.read() as reader:
        return summary(house, reader, cases.get(reader, case.id))


def chain(house: Stage, case: Case) -> list[Entry]:
    with house.database.read() as reader:
        return house.ledger.entries(reader, case.id)


def rates(house: Stage) -> dict[str, Rate]:
    with house.database.read() as reader:
        return {each.name: each for each in answers.rates(reader, house.clock.now())}


def test_an_answer_to_a_summary_stands_in_the_ledger_and_its_words_under_the_customers_key(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    given = Answer("summary", "edited", digest=shown(house, case).digest, text="Elif wants 50.01 EUR back.")
    answers.answer(house, who(house, "priya"), case.id, given)
    entry = chain(house, case)[-1]
    assert (entry.kind, entry.actor) == (ANSWERED, "person:priya")
    assert entry.body["verdict"] == "edited" and "Elif" not in str(entry.body)
    assert entry.personal == {"text": "Elif wants 50.01 EUR back."}
    assert 0.5 < entry.body["changed"] <= 1 and rates(house)["summary"].changed == entry.body["changed"]
    edited = edited_summary(chain(house, case), shown(house, case).digest)
    assert edited is not None
    assert (edited.text, edited.person, edited.is_current) == ("Elif wants 50.01 EUR back.", "person:priya", True)
    assert edited_summary(chain(house, case), "another") is not None
    with house.database.write() as tx:
        erase(house.house, tx, case.customer_id, actor="person:adaeze")
    assert edited_summary(chain(house, case), "another") is None


@pytest.mark.parametrize(
    ("after", "share"),
    [("one two three four", 0.0), ("one two three five", 0.25), ("eins zwei drei vier", 1.0), ("", 1.0)],
)
def test_an_edit_is_measured_by_the_words_that_changed(after: str, share: float) -> None:
    assert answers.changed_share("one two three four", after) == share


def test_answers_are_counted_by_what_the_case_is_about(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    answers.answer(house, who(house, "priya"), case.id, Answer("summary", "rejected"))
    with house.database.read() as reader:
        (need,) = answers.by_need(reader, house.clock.now())
    assert (need.name, need.rejected, need.many) == ("damaged_goods", 1, 1)


def test_guidance_that_people_reject_reaches_the_improvements_once(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    later = tell(house, "ben", "I want to complain about your shop")
    people = [person.id for person in house.operation.about.people if "read_personal" in who(house, person.id).may]
    said = [(about, name) for about in (case, later) for name in people][:ENOUGH]
    assert len(said) == ENOUGH
    for about, name in said[:-1]:
        answers.answer(house, who(house, name), about.id, Answer("summary", "rejected"))
    assert "guidance:summary" not in {each.key for each in propose(house)}
    answers.answer(house, who(house, said[-1][1]), said[-1][0].id, Answer("summary", "rejected"))
    (found,) = [each for each in propose(house) if each.key == "guidance:summary"]
    assert "people took 0" in found.why and found.link == "/service#guidance"
    assert "guidance:summary" not in {each.key for each in propose(house)}


def test_the_latest_answer_of_a_person_counts_and_each_person_counts(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    for name, verdict in (("priya", "rejected"), ("priya", "accepted"), ("mateo", "rejected")):
        answers.answer(house, who(house, name), case.id, Answer("summary", answers.verdict_named(verdict)))
    assert rates(house)["summary"] == Rate("summary", accepted=1, edited=0, rejected=1)
    assert rates(house)["summary"].acceptance == 0.5


def test_an_accepted_step_that_one_press_can_do_is_done_by_the_persons_own_rights(house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    assert case.owner is Owner.WAITING_ON_PERSON
    (step,) = shown(house, case).suggestions
    with pytest.raises(MayNot, match="take over"):
        answers.answer(house, who(house, "signe"), case.id, Answer(step.id, "accepted"))
    assert rates(house) == {}
    taken = answers.answer(house, who(house, "sanne"), case.id, Answer(step.id, "accepted"))
    assert taken.is_done
    assert (taken.case.owner, taken.case.person_id) == (Owner.PERSON, "sanne")
    assert rates(house)[step.kind].accepted == 1


def test_a_rejected_step_is_not_done(house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    (step,) = shown(house, case).suggestions
    taken = answers.answer(house, who(house, "sanne"), case.id, Answer(step.id, "rejected", because="She was called."))
    assert (taken.is_done, taken.case.owner) == (False, Owner.WAITING_ON_PERSON)


def test_who_may_not_read_what_is_personal_answers_nothing(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    with pytest.raises(MayNot, match="read"):
        answers.answer(house, who(house, "kofi"), case.id, Answer("summary", "accepted"))


def test_what_the_case_does_not_ask_for_any_more_is_not_answered(house: Stage) -> None:
    case = tell(house, "elif", "I want to complain about your shop")
    before = shown(house, case)
    answers.answer(house, who(house, "sanne"), case.id, Answer(before.suggestions[0].id, "accepted"))
    with pytest.raises(SuggestionGone, match="any more"):
        answers.answer(house, who(house, "mateo"), case.id, Answer(before.suggestions[0].id, "accepted"))
    with pytest.raises(SuggestionGone, match="moved on"):
        answers.answer(house, who(house, "mateo"), case.id, Answer("summary", "accepted", digest=before.digest))


def test_an_edit_needs_words_and_not_too_many(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    for text in ("  ", "x" * (answers.LONGEST + 1)):
        with pytest.raises(WrongUsage):
            answers.answer(house, who(house, "priya"), case.id, Answer("summary", "edited", text=text))
    with pytest.raises(WrongUsage, match="maybe"):
        answers.verdict_named("maybe")


def test_of_an_erased_customer_nobody_writes_anything_again(house: Stage) -> None:
    case = tell(house, "elif", *ELIF)
    with house.database.write() as tx:
        erase(house.house, tx, case.customer_id, actor="person:adaeze")
    with pytest.raises(SuggestionGone, match="erased"):
        answers.answer(house, who(house, "priya"), case.id, Answer("summary", "edited", text="Elif again."))


def test_a_kind_of_guidance_that_is_seldom_taken_is_called_weak() -> None:
    assert Rate("call", accepted=2, edited=1, rejected=7).is_weak
    assert not Rate("call", accepted=2, edited=1, rejected=6).is_weak
    assert not Rate("call", accepted=6, edited=0, rejected=4).is_weak
