"""Cases: every message belongs to one, the same message once, and who holds the fence alone may change it."""

import pytest

from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case, Outgoing
from aboveloop.journey.errors import CaseNotFound, TurnSuperseded
from aboveloop.journey.ownership import Owner
from journey.conftest import Room


def test_the_first_message_opens_a_case_and_a_journey_and_stands_in_the_ledger(room: Room) -> None:
    received = room.hear("hello")
    case = room.case(received.case.id)
    assert received.is_new
    assert (case.owner, case.channel, case.release) == (Owner.WORKER, "email", "release-1")
    assert room.kinds(case.id) == ["CaseOpened", "MessageReceived"]
    with room.database.read() as reader:
        (message,) = cases.messages_of(reader, case.id, unhandled=True)
        assert (message.text, message.direction, message.author) == ("hello", "in", f"customer:{case.customer_id}")
        assert store.open_journey(reader, case.customer_id) is not None
        assert store.last_message_number(reader) == message.number


def test_what_the_customer_wrote_stands_in_the_ledger_only_under_their_key(room: Room) -> None:
    case = room.hear("my secret", foreign_id="<1@x>").case
    with room.database.read() as reader:
        entry = room.ledger.entries(reader, case.id)[-1]
    assert "secret" not in str(entry.body)
    assert "anna" not in str(entry.body)
    assert entry.personal == {"text": "my secret", "address": "anna@mail.example", "subject": None}


def test_the_same_message_handed_in_twice_is_one(room: Room) -> None:
    first = room.hear("hello", foreign_id="<1@x>")
    again = room.hear("hello", foreign_id="<1@x>")
    assert (again.message_id, again.is_new) == (first.message_id, False)
    assert room.kinds(first.case.id) == ["CaseOpened", "MessageReceived"]
    # Another customer's channel may use the same name for another message.
    assert room.hear("hello", address="ben@mail.example", foreign_id="<1@x>").is_new
    # And a channel without names of its own says the same thing twice.
    assert room.hear("hello").is_new
    assert room.hear("hello").is_new


def test_later_messages_belong_to_the_open_case(room: Room) -> None:
    first, second = room.hear("one"), room.hear("two")
    assert first.case.id == second.case.id


def test_a_message_soon_after_the_end_belongs_to_the_ended_case_and_a_later_one_to_a_new_one(room: Room) -> None:
    case = room.hear("one").case
    room.end(case)
    room.wait(days=3)
    assert room.hear("thanks").case.id == case.id
    room.wait(microseconds=1)
    assert room.hear("something else").case.id != case.id


def test_of_two_open_cases_the_one_that_asked_is_answered(room: Room) -> None:
    asked = room.hear("one").case
    with room.database.write() as tx:
        cases.change_owner(
            tx, room.ledger, asked, Owner.WAITING_ON_CUSTOMER, actor="worker:x", because="asked", now=room.now
        )
        room.wait(hours=1)
        contact = cases.contact_of(tx, asked.contact_id)
        other = cases.open_case(tx, room.ledger, contact, release="release-1", now=room.now)
    assert other.journey_id == asked.journey_id
    assert room.hear("the answer").case.id == asked.id


def test_ending_and_reopening_leave_the_row_and_the_ledger_agreed(room: Room) -> None:
    case = room.hear("one").case
    ended = room.end(case, "refused")
    assert (ended.outcome, room.case(case.id).outcome) == ("refused", "refused")
    assert room.case(case.id).resolved_at == room.now
    with room.database.write() as tx:
        reopened = cases.reopen(tx, room.ledger, cases.lock(tx, case.id), because="came back", now=room.now)
    standing = room.case(case.id)
    assert reopened == standing
    assert (standing.owner, standing.outcome, standing.resolved_at) == (Owner.WORKER, None, None)
    assert room.kinds(case.id)[2:] == ["CaseOwnerChanged", "CaseEnded", "CaseOwnerChanged", "CaseOwnerChanged"]


def test_an_ended_case_ends_its_journey_and_the_next_need_begins_another(room: Room) -> None:
    case = room.hear("one").case
    room.end(case)
    with room.database.read() as reader:
        assert store.open_journey(reader, case.customer_id) is None
    room.wait(days=4)
    assert room.hear("two").case.journey_id != case.journey_id


def test_only_the_turn_that_holds_the_fence_may_change_the_case(room: Room) -> None:
    case_id = room.hear("one").case.id
    with room.database.write() as tx:
        first = cases.begin_turn(tx, case_id, "fence_1")
    with room.database.write() as tx:
        second = cases.begin_turn(tx, case_id, "fence_2")
    with pytest.raises(TurnSuperseded, match=case_id), room.database.write() as tx:
        cases.lock_for_turn(tx, first)
    with room.database.write() as tx:
        assert cases.lock_for_turn(tx, second).id == case_id


def test_what_does_not_exist_is_said_so(room: Room) -> None:
    with room.database.write() as tx:
        with pytest.raises(CaseNotFound, match="case_none"):
            cases.get(tx, "case_none")
        with pytest.raises(CaseNotFound, match="case_none"):
            cases.begin_turn(tx, "case_none", "fence")
        with pytest.raises(CaseNotFound, match="case_none"):
            cases.lock(tx, "case_none")
        with pytest.raises(CaseNotFound, match="contact_none"):
            cases.contact_of(tx, "contact_none")


def test_a_case_that_vanished_supersedes_the_turn(room: Room) -> None:
    case = room.hear("one").case
    gone = Case(**{**vars(case), "id": "case_none", "fence": "x"})
    with pytest.raises(TurnSuperseded), room.database.write() as tx:
        cases.lock_for_turn(tx, gone)


def test_handing_over_counts_from_the_first_time_and_tells_the_latest_reason(room: Room) -> None:
    case = room.hear("one").case

    def hand_over(because: str) -> Case:
        with room.database.write() as tx:
            return cases.hand_over(
                tx, room.ledger, cases.lock(tx, case.id), actor="worker:x", because=because, now=room.now
            )

    first_at = room.now
    assert hand_over("first") == room.case(case.id)
    room.wait(hours=1)
    assert hand_over("second") == room.case(case.id)
    standing = room.case(case.id)
    assert standing.handed_over_at == first_at
    assert standing.handed_over_because == "second"


def test_handing_over_while_people_are_waited_for_stands_in_the_ledger_too(room: Room) -> None:
    case = room.hear("one").case
    with room.database.write() as tx:
        waiting = cases.change_owner(
            tx, room.ledger, case, Owner.WAITING_ON_PERSON, actor="worker:x", because="asked for approval", now=room.now
        )
        cases.hand_over(tx, room.ledger, waiting, actor="worker:x", because="the customer wants a person", now=room.now)
    with room.database.read() as reader:
        told = [str({**entry.body, **(entry.personal or {})}) for entry in room.ledger.entries(reader, case.id)]
    assert any("the customer wants a person" in each for each in told)


def test_staying_where_it_is_writes_nothing(room: Room) -> None:
    case = room.hear("one").case
    with room.database.write() as tx:
        same = cases.change_owner(
            tx, room.ledger, case, Owner.WORKER, actor="worker:x", because="nothing", now=room.now
        )
    assert same == case
    assert room.kinds(case.id) == ["CaseOpened", "MessageReceived"]


def test_an_answer_is_recorded_for_the_contact_point_that_it_is_meant_for(room: Room) -> None:
    case = room.hear("one").case
    with room.database.write() as tx:
        contact = cases.contact_of(tx, case.contact_id)
        told = cases.tell(tx, room.ledger, case, Outgoing("Hello.", "worker:x", "greeting"), now=room.now)
        elsewhere = cases.tell(
            tx, room.ledger, case, Outgoing("There.", "person:priya", contact_id=contact.id), now=room.now
        )
    with room.database.read() as reader:
        rows = {message.id: message for message in cases.messages_of(reader, case.id)}
        assert cases.messages_of(reader, case.id, unhandled=True)[0].text == "one"
        assert [row.id for row in store.messages_for_contact(reader, contact.id, rows[told].number)] == [elsewhere]
        assert [row.id for row in store.messages_after(reader, rows[told].number, limit=5)] == [elsewhere]
    assert rows[told].template == "greeting"
    assert rows[elsewhere].author == "person:priya"


def test_cases_are_listed_by_owner_and_by_customer(room: Room) -> None:
    anna = room.hear("one").case
    ben = room.hear("two", address="ben@mail.example").case
    room.end(ben)
    with room.database.read() as reader:
        assert [case.id for case in cases.list_cases(reader, owner=Owner.RESOLVED)] == [ben.id]
        assert [case.id for case in cases.list_cases(reader, customer_id=anna.customer_id)] == [anna.id]
        assert len(cases.list_cases(reader)) == 2
        assert len(cases.list_cases(reader, limit=1, offset=1)) == 1


@pytest.mark.parametrize("text", ["with \x00 in it", "half a pair \ud83d", "emoji 😀 and 汉字", ""])
def test_any_text_can_be_taken_in(room: Room, text: str) -> None:
    received = room.hear(text, foreign_id="<odd@x>")
    with room.database.read() as reader:
        (message,) = cases.messages_of(reader, received.case.id)
        entry = room.ledger.entries(reader, received.case.id)[-1]
    assert message.text.isprintable() or text == ""
    assert entry.personal is not None
    assert entry.personal["text"] == message.text
