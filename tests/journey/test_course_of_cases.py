"""Phases, times, stretches and repeats of a case, told by chains of entries written for the purpose."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aboveloop.journey.cases import Case
from aboveloop.journey.ownership import Owner
from aboveloop.journey.phases import phase_now, phases
from aboveloop.journey.repeats import Listening, repeats
from aboveloop.journey.stretches import human, stretches
from aboveloop.journey.times import times
from aboveloop.ledger.entries import Entry

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LISTENING = Listening(frozenset({"order"}), {"cancel": 0.4}, {"ask_order": "order"})


class Chain:
    """A chain of a case, written a minute an entry."""

    def __init__(self, case: str = "case_1", begin: datetime = START) -> None:
        self.case, self.entries, self.begin = case, list[Entry](), begin

    def add(self, kind: str, actor: str = "house", personal: dict[str, Any] | None = None, **body: Any) -> "Chain":
        number = len(self.entries)
        at = self.begin + timedelta(minutes=number)
        name = f"{self.case}_{number}"
        entry = Entry(name, self.case, number, at, kind, actor, None, None, body, personal or {}, "", "")
        self.entries.append(entry)
        return self

    def owner(self, before: str, to: str, actor: str = "worker:w") -> "Chain":
        return self.add("CaseOwnerChanged", actor, **{"from": before, "to": to})

    def said(self, message: str, *, intent: str = "other", order: str | None = None, channel: str = "chat") -> "Chain":
        found = [{"name": "order", "value": order, "confidence": 0.9}] if order is not None else []
        self.add("MessageReceived", "customer:c", message=message, channel=channel)
        reading = {"reading": {"entities": found}}
        return self.add("MessageRead", message=message, intent=intent, confidence=0.9, personal=reading)


def whole() -> Chain:
    return (
        Chain()
        .add("CaseOpened", channel="chat")
        .said("m1", intent="cancel", order="A1")
        .add("ProcedureStarted", "worker:w")
        .add("MessageSent", "worker:w", template="ask_order")
        .owner("worker", "waiting_on_customer")
        .add("ActionProposed", "worker:w")
        .owner("waiting_on_customer", "resolved")
        .add("CaseEnded", "worker:w", outcome="resolved")
    )


def test_the_four_phases_follow_each_other() -> None:
    chain = whole()
    found = phases(chain.entries, START + timedelta(hours=1))
    assert [(each.name, each.since.minute) for each in found] == [
        ("demand", 0),
        ("service", 3),
        ("resolution", 6),
        ("follow_up", 8),
    ]
    assert [each.until for each in found[:-1]] == [each.since for each in found[1:]]
    assert found[-1].until is None
    over = phases(chain.entries, START + timedelta(days=9))[-1]
    assert over.until == over.since + timedelta(days=3)


def test_an_end_that_was_none_begins_the_service_again() -> None:
    chain = whole().owner("resolved", "reopened", "house").owner("reopened", "worker", "house")
    chain.owner("worker", "resolved").add("CaseEnded", "worker:w", outcome="resolved")
    found = phases(chain.entries, START + timedelta(hours=1))
    assert [(each.name, each.round) for each in found[4:]] == [("service", 2), ("resolution", 2), ("follow_up", 2)]


def test_a_case_that_ends_before_anything_was_understood_still_has_four_phases() -> None:
    chain = Chain().add("CaseOpened").add("CaseEnded", outcome="refused")
    assert [each.name for each in phases(chain.entries, START)] == ["demand", "service", "resolution", "follow_up"]
    assert phases([], START) == []


def test_the_phase_of_a_case_is_told_by_its_row_too() -> None:
    case = Case("c", "cus", "j", "k", "chat", "r", Owner.WORKER, START, START)
    assert phase_now(case, START) == "demand"
    assert phase_now(replace(case, intent="cancel"), START) == "service"
    ended = replace(case, owner=Owner.RESOLVED, resolved_at=START)
    assert phase_now(ended, START + timedelta(days=1)) == "follow_up"
    assert phase_now(ended, START + timedelta(days=4)) is None


def test_times_run_from_the_first_word() -> None:
    found = times(whole().entries, START + timedelta(hours=1))
    assert found.first_response == timedelta(minutes=3)
    assert found.resolution == timedelta(minutes=7)
    assert (found.first_word, found.first_answer, found.ended) == ("case_1_1", "case_1_4", "case_1_8")
    again = whole().owner("resolved", "reopened", "house")
    assert times(again.entries, START).resolution is None
    silent = times(Chain().add("CaseOpened").entries, START)
    assert (silent.first_response, silent.resolution) == (None, None)


def test_a_human_stretch_has_both_ends_and_what_follows_is_returned() -> None:
    chain = Chain().add("CaseOpened").owner("worker", "waiting_on_person")
    chain.owner("waiting_on_person", "person", "person:tom").owner("person", "person", "person:ann")
    chain.owner("person", "worker", "person:ann").owner("worker", "resolved")
    found = stretches(chain.entries)
    assert [each.hands for each in found] == ["ai", "waiting", "human", "human", "returned", "ended"]
    tom, ann = human(found)
    assert (tom.person, tom.how, ann.person, ann.how) == ("tom", "taken by another", "ann", "handed back")
    assert (ann.since, ann.until) == (START + timedelta(minutes=3), START + timedelta(minutes=4))
    assert (ann.entry, ann.ended_by) == ("case_1_3", "case_1_4")
    assert times(chain.entries, START).with_people == timedelta(minutes=2)
    assert times(chain.entries, START).waited_for_people == timedelta(minutes=1)


def test_who_has_a_case_still_has_no_other_end() -> None:
    (tom,) = human(stretches(Chain().add("CaseOpened").owner("worker", "person", "person:tom").entries))
    assert (tom.until, tom.ended_by, tom.length(START + timedelta(minutes=9))) == (None, None, timedelta(minutes=8))


def test_a_value_said_again_in_another_case_is_a_repeat_and_says_whether_it_was_asked_for() -> None:
    first = Chain("case_1").add("CaseOpened").said("m1", order="A1")
    second = Chain("case_2", START + timedelta(days=2)).add("CaseOpened")
    second.add("MessageSent", "worker:w", template="ask_order").said("m2", order="A1", channel="email")
    (found,) = repeats([second.entries, first.entries], LISTENING)
    assert (found.what, found.name, found.seams, found.asked) == ("value", "order", ("case", "channel"), True)
    assert (found.first.entry, found.again.entry) == ("case_1_2", "case_2_3")


def test_a_need_said_again_after_a_hand_over_or_a_reopening_is_a_repeat() -> None:
    chain = Chain().add("CaseOpened").said("m1", intent="cancel").owner("worker", "person", "person:tom")
    chain.owner("person", "worker", "person:tom").said("m2", intent="cancel")
    assert [(each.what, each.seams, each.asked) for each in repeats([chain.entries], LISTENING)] == [
        ("need", ("hand_over",), False)
    ]
    chain = whole().owner("resolved", "reopened").said("m3", intent="cancel")
    assert [each.seams for each in repeats([chain.entries], LISTENING)] == [("reopening",)]


def test_saying_it_twice_in_one_stretch_or_after_a_month_or_unsurely_is_no_repeat() -> None:
    once = Chain().add("CaseOpened").said("m1", intent="cancel", order="A1").said("m2", intent="cancel", order="A1")
    assert repeats([once.entries], LISTENING) == []
    late = Chain("case_2", START + timedelta(days=40)).said("m9", order="A1")
    assert repeats([once.entries, late.entries], LISTENING) == []
    other = Chain("case_2", START + timedelta(days=1)).said("m9", order="B2")
    assert repeats([once.entries, other.entries], LISTENING) == []


def test_of_who_was_erased_only_the_need_is_known() -> None:
    first = Chain("case_1").said("m1", intent="cancel", order="A1")
    second = Chain("case_2", START + timedelta(days=1)).said("m2", intent="cancel", order="A1")
    erased = [replace(each, personal=None) for each in (*first.entries, *second.entries)]
    assert [each.what for each in repeats([erased], LISTENING)] == ["need"]
