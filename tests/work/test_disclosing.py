"""Disclosure: nobody talks to an AI without having been told, and it can be shown for every case."""

from datetime import UTC, datetime

import pytest

from aboveloop.ledger.entries import Entry
from aboveloop.operation.models import Operation
from aboveloop.work.disclosing import Watch, disclosures, undisclosed
from work.bakery import ANNA, ANNAS_OTHER, Bakery

CHAT, MAIL = "You are chatting with an AI assistant.", "An AI assistant wrote this."


def texts(bakery: Bakery, case) -> list[str]:  # type: ignore[no-untyped-def]
    return [message.text for message in bakery.messages(case) if message.author.startswith("worker:")]


def holds(bakery: Bakery) -> bool:
    with bakery.database.read() as reader:
        watch = Watch()
        found = list(undisclosed(bakery.ledger.find(reader), watch))
    assert watch.seen > 0, "a check that sees nothing proves nothing"
    return found == []


def test_the_first_message_says_so_and_the_ledger_says_which_text_where(bakery: Bakery) -> None:
    case = bakery.write("please cancel order CR-1001", ANNA)
    first, *others = texts(bakery, case)

    assert first.startswith(CHAT)
    assert not any(CHAT in text for text in others)
    (made,) = disclosures(bakery.entries(case))
    assert (made.text, made.channel, made.release) == (CHAT, "webchat", case.release)
    assert made.message == bakery.messages(case)[1].id
    assert holds(bakery)


def test_another_channel_is_told_in_its_own_words(bakery: Bakery) -> None:
    bakery.write("please cancel order CR-1001", ANNA, "CR-1001", "no")
    case = bakery.write("please cancel order CR-1001", ANNAS_OTHER, address=ANNAS_OTHER, channel="email")

    assert texts(bakery, case)[0].startswith(MAIL)
    assert holds(bakery)


def test_after_a_person_gave_the_case_back_it_is_said_again(bakery: Bakery) -> None:
    case = bakery.write("I want to talk to a human")
    desk = bakery.desk("tom")
    desk.take_over(case.id)
    desk.reply(case.id, "Tom here.")
    desk.hand_back(case.id)
    bakery.run_due()
    bakery.write("when are you open")

    assert sum(text.startswith(CHAT) for text in texts(bakery, case)) == 2
    assert len(disclosures(bakery.entries(case))) == 2
    assert holds(bakery)


def test_a_case_that_is_opened_again_says_it_again(bakery: Bakery) -> None:
    case = bakery.write("is there gluten in it")
    assert bakery.case(case.id).outcome == "resolved"
    bakery.write("what is in the bread, allergens")

    assert len(disclosures(bakery.entries(case))) == 2
    assert holds(bakery)


def test_on_a_channel_without_a_disclosure_no_worker_speaks(bakery: Bakery, crumb: Operation) -> None:
    case = bakery.write("when are you open", address="+31612345678", channel="sms")

    assert texts(bakery, case) == []
    assert case.owner.value == "waiting_on_person"
    assert disclosures(bakery.entries(case)) == ()


@pytest.mark.parametrize("kind", ["none", "elsewhere", "before_hand_back"])
def test_a_message_before_its_disclosure_is_found(kind: str) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)

    def entry(number: int, what: str, actor: str, body: dict) -> Entry:  # type: ignore[type-arg]
        return Entry(f"e{number}", "case_1", number, at, what, actor, None, None, body, {}, "", "")

    sent = {"message": "m1", "contact": "c1"}
    told = {"message": "m0", "contact": "c2" if kind == "elsewhere" else "c1", "disclosure": "abc"}
    back = {"from": "person", "to": "worker"}
    chain = [entry(3, "MessageSent", "worker:w", sent)]
    if kind != "none":
        chain.insert(0, entry(1, "MessageSent", "worker:w", told))
    if kind == "before_hand_back":
        chain.insert(1, entry(2, "CaseOwnerChanged", "person:tom", back))
    chain.append(entry(4, "MessageSent", "person:tom", sent))

    assert [found.entry for found in undisclosed(chain)] == ["e3"]
