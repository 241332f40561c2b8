"""A person says what a message was about: by right, masked, in the ledger, and gone with the person."""

import pytest

from aboveloop.app.teaching.corrections import (
    CONFIRMED,
    CORRECTED,
    Correction,
    MessageNotRead,
    Wish,
    choices_of,
    correct,
    may_correct,
    readings_of,
    standing,
)
from aboveloop.govern.errors import MayNot
from aboveloop.govern.people import person_of
from aboveloop.kit.errors import WrongUsage
from aboveloop.work.erase import erase
from aboveloop.work.timeline import told
from app.teaching.school import wrote
from work.bakery import ANNA, Bakery

ASKED = "cancel CR-1001 please, I am reached at anna@mail.example"


def say(school: Bakery, wish: Wish, by: str = "dora") -> Correction:
    return correct(school, wish, by=person_of(school.operation, by))


def all_of(school: Bakery) -> list[Correction]:
    with school.database.read() as reader:
        return standing(reader, school.ledger)


def test_a_correction_stands_in_the_ledger_of_its_case_without_what_is_personal(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    found = say(school, Wish(case, message, "refund_order"))

    entry = school.entries(case)[-1]
    assert (entry.kind, entry.actor, entry.release) == (CORRECTED, "person:dora", school.operation.digest)
    assert (entry.body["guessed"], entry.body["intent"]) == (found.guessed, "refund_order")
    assert entry.personal == {"text": "cancel CR-0000 please, I am reached at [email]"}
    assert "anna" not in str(entry.body) and not found.was_right
    assert school.verifies()


def test_saying_that_it_was_right_confirms_it(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    found = say(school, Wish(case, message, "cancel_order", drawn=True))

    assert found.was_right and found.drawn
    assert school.kinds(case)[-1] == CONFIRMED


def test_what_was_said_last_counts(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    say(school, Wish(case, message, "refund_order"))
    say(school, Wish(case, message, "track_order", also="refund_order"))
    (found,) = all_of(school)

    assert (found.intent, found.also, found.was_right) == ("track_order", "refund_order", False)
    with school.database.read() as reader:
        entries = school.ledger.entries(reader, case)
    (said,) = readings_of(entries)
    assert said.corrected == found and said.text == ASKED


def test_none_of_ours_and_messages_by_number_are_said_too(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    found = say(school, Wish(case, "1", "out_of_scope"))
    assert (found.message, found.intent) == (message, "out_of_scope")


def test_an_erased_customer_takes_what_was_said_of_their_words_along(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    say(school, Wish(case, message, "refund_order"))
    with school.database.write() as tx:
        erase(school.house, tx, school.case(case).customer_id, actor="person:hana")
    (found,) = all_of(school)

    assert found.text is None and found.intent == "refund_order"
    assert school.verifies()


def test_a_clerk_corrects_what_they_have_handled_and_nothing_else(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    cleo = person_of(school.operation, "cleo")
    assert not may_correct(cleo, school.case(case), school.entries(case))
    with pytest.raises(MayNot, match="has not handled the case"):
        correct(school, Wish(case, message, "refund_order"), by=cleo)
    school.desk("cleo").take_over(case)

    assert may_correct(cleo, school.case(case), school.entries(case))
    assert say(school, Wish(case, message, "refund_order"), by="cleo").by == "person:cleo"
    school.desk("cleo").hand_back(case)
    assert say(school, Wish(case, message, "track_order"), by="cleo").intent == "track_order", "they have handled it"


def test_who_may_not_read_what_customers_said_corrects_nothing(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    for person in ("priya", "hana"):
        with pytest.raises(MayNot):
            say(school, Wish(case, message, "refund_order"), by=person)
    assert all_of(school) == []


def test_what_does_not_exist_is_refused_with_what_does(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    with pytest.raises(WrongUsage, match=r"no intent 'repair'.*cancel_order"):
        say(school, Wish(case, message, "repair"))
    with pytest.raises(MessageNotRead, match="wrote 1 messages"):
        say(school, Wish(case, "2", "refund_order"))
    with pytest.raises(WrongUsage, match="Say what"):
        say(school, Wish(case, message, ""))
    for intent, also in (
        ("refund_order", "refund_order"),
        ("out_of_scope", "refund_order"),
        ("refund_order", "out_of_scope"),
    ):
        with pytest.raises(WrongUsage, match="two different intents"):
            say(school, Wish(case, message, intent, also))


def test_a_message_that_nobody_read_yet_cannot_be_corrected(school: Bakery) -> None:
    message = school.hand_in(ASKED)
    case = school.case_of(message)
    with pytest.raises(MessageNotRead, match="not read yet"):
        say(school, Wish(case.id, message, "refund_order"))


def test_readings_of_answers_are_told_apart(school: Bakery) -> None:
    case, _ = wrote(school, "cancel CR-1001 please")
    school.write(ANNA)
    asked = [said.asked for said in readings_of(school.entries(case))]
    assert asked == [False, True]


def test_the_timeline_tells_it_in_words(school: Bakery) -> None:
    case, message = wrote(school, ASKED)
    say(school, Wish(case, message, "refund_order", also="track_order"))
    say(school, Wish(case, message, "cancel_order"))
    words = [line.words for line in told(school.entries(case))][-2:]
    assert words == ["It was about refund order and track order, not cancel order", "It was indeed about cancel order"]


def test_the_timeline_tells_answers_from_needs_and_no_name_of_the_folder(school: Bakery) -> None:
    case, _ = wrote(school, "cancel CR-1001 please")
    school.write(ANNA)
    words = [line.words for line in told(school.entries(case))]
    need, answer = [said for said in words if "% sure" in said]
    assert need.startswith("Understood as cancel order (") and answer.startswith("Read as an answer to what was asked")
    assert "Procedure cancel order began" in words
    assert any(said.startswith("From worker to waiting on customer") for said in words)
    assert not any("_" in said for said in words if said.startswith(("Told the customer", "From ", "Procedure ")))


def test_the_choices_are_the_operation_s_intents_then_the_built_in_ones_then_none(school: Bakery) -> None:
    names = [name for name, _ in choices_of(school.operation)]
    assert names[-1] == "out_of_scope" and names.count("out_of_scope") == 1
    assert {"cancel_order", "greeting", "wants_person"} <= set(names)
