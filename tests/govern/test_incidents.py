"""An incident takes its five steps in order, by people who may, and each stands in a chain of its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aboveloop.govern.errors import MayNot, PersonUnknown, ReasonMissing
from aboveloop.govern.incidents import steps
from aboveloop.govern.incidents.book import Book, Report, Stamp
from aboveloop.govern.incidents.errors import IncidentClosed, IncidentNotFound, IncidentUnfit, StepNotYet
from aboveloop.govern.incidents.incident import (
    Incident,
    Pause,
    Repair,
    RepairState,
    Scope,
    Severity,
    Step,
    Touched,
    Verdict,
)
from aboveloop.govern.incidents.store import blank_repairs
from aboveloop.govern.people import Person, person_of
from aboveloop.kit.database import Transaction
from aboveloop.operation.models import Operation
from govern.conftest import House
from govern.corner import ABOUT, NOW, build_operation

SCOPE = Scope(release="r2", rule="refund-small", operation="shop.refund_order")


@pytest.fixture
def book(house: House, operation: Operation) -> Book:
    return Book(house.ledger, operation)


@pytest.fixture
def noor(operation: Operation) -> Person:
    return person_of(operation, "noor")


def report(**changes: Any) -> Report:
    return replace(Report("Refunds without approval", Severity.CRITICAL, SCOPE), **changes)


def touched(key: str = "k1", **changes: Any) -> Touched:
    made = Touched(key, "case_1", "cus_1", "shop.refund_order", NOW, 12000, Verdict.WRONG, "Above 50 EUR.", 5000)
    return replace(made, **changes)


def repair(incident: Incident, kind: Any = "undo", **changes: Any) -> Repair:
    made = Repair(
        id=f"repair_{kind}",
        incident_id=incident.id,
        kind=kind,
        touched_key="" if kind == "correction" else "k1",
        case_id="case_1",
        customer_id="cus_1",
        operation="shop.void_refund",
        args={"refund_id": "RF-1"},
        effect_key=f"{kind}-k1",
        by="noor",
        state=RepairState.WAITING,
        because="",
        approval_id=None,
        proposed_at=NOW,
        settled_at=None,
    )
    return replace(made, **changes)


def opened(book: Book, tx: Transaction, person: Person, **changes: Any) -> Incident:
    return book.open(tx, report(**changes), Stamp(person, NOW))


def contained(house: House, book: Book, person: Person, *found: Touched) -> Incident:
    """An incident that is stopped and contained."""
    with house.database.write() as tx:
        incident = opened(book, tx, person)
        switch = house.switches.pause(tx, "all", by=person, because="Stop.", now=NOW)
        incident = book.stopped(tx, incident, switch, Stamp(person, NOW))
        return book.contained(tx, incident, found, Stamp(person, NOW), yardstick="r1")


def test_anybody_of_the_operation_may_open_an_incident(house: House, book: Book, operation: Operation) -> None:
    with house.database.write() as tx:
        incident = opened(book, tx, person_of(operation, "cleo"), found_by="A customer called")
    assert (incident.severity, incident.commander, incident.found_by) == (
        Severity.CRITICAL,
        "cleo",
        "A customer called",
    )
    with house.database.read() as reader:
        entry = book.timeline(reader, incident.id)[0]
        assert book.all(reader, only_open=True) == book.all(reader) == [incident]
    assert (entry.kind, entry.actor, entry.body["title"]) == ("IncidentOpened", "person:cleo", report().title)


def test_roles_come_from_the_operation_and_can_be_named(house: House, noor: Person) -> None:
    book = Book(house.ledger, build_operation(about={**ABOUT, "incidents": {"security": "odd", "owner": "max"}}))
    with house.database.write() as tx:
        incident = opened(book, tx, noor, roles={"owner": "priya", "communications": ""})
    assert (incident.owner, incident.security) == ("priya", "odd")
    assert (incident.commander, incident.communications) == ("noor", "noor")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": "  "}, "what went wrong"),
        ({"scope": Scope(since=NOW)}, "name the release"),
        ({"reported_at": NOW + timedelta(seconds=1)}, "in the future"),
        ({"roles": {"hero": "noor"}}, "no role 'hero'"),
    ],
)
def test_an_incident_that_leads_nowhere_is_not_opened(
    house: House, book: Book, noor: Person, changes: dict[str, Any], why: str
) -> None:
    with house.database.write() as tx, pytest.raises(IncidentUnfit, match=why):
        opened(book, tx, noor, **changes)


def test_a_role_is_held_by_somebody_of_the_operation(house: House, book: Book, noor: Person) -> None:
    with house.database.write() as tx, pytest.raises(PersonUnknown):
        opened(book, tx, noor, roles={"commander": "nobody"})


def test_time_to_stop_and_to_contain_count_from_the_report(house: House, book: Book, noor: Person) -> None:
    reported = NOW - timedelta(minutes=9)
    with house.database.write() as tx:
        incident = opened(book, tx, noor, reported_at=reported)
        assert (incident.time_to_stop, incident.time_to_contain) == (None, None)
        for minutes in (1, 30):
            at = NOW + timedelta(minutes=minutes)
            switch = house.switches.pause(tx, "channel", name="webchat", by=noor, because="Stop.", now=at)
            incident = book.stopped(tx, incident, switch, Stamp(noor, at))
        incident = book.contained(tx, incident, [], Stamp(noor, NOW + timedelta(minutes=3)), yardstick=None)
    assert incident.time_to_stop == timedelta(minutes=10)
    assert incident.time_to_contain == timedelta(minutes=12)
    assert incident.pauses == (Pause("channel", "webchat", True),)


def test_a_pause_that_stood_before_is_not_the_incidents_own(house: House, book: Book, noor: Person) -> None:
    with house.database.write() as tx:
        house.switches.pause(tx, "all", by=noor, because="Earlier.", now=NOW - timedelta(hours=1))
        switch = house.switches.pause(tx, "all", by=noor, because="Stop.", now=NOW)
        incident = book.stopped(tx, opened(book, tx, noor), switch, Stamp(noor, NOW))
    assert incident.stopped_at == NOW
    assert incident.pauses == (Pause("all", "", False),)


@pytest.mark.parametrize("step", [Step.CONTAIN, Step.CORRECT, Step.RECONCILE, Step.REVIEW])
def test_no_step_is_taken_before_its_turn(house: House, book: Book, noor: Person, step: Step) -> None:
    with house.database.write() as tx:
        incident = opened(book, tx, noor)
        with pytest.raises(StepNotYet, match="comes before"):
            book.lock(tx, incident.id, step, noor)
        assert book.lock(tx, incident.id, Step.STOP, noor) == incident


@pytest.mark.parametrize(("person", "step"), [("cleo", Step.STOP), ("odd", Step.CONTAIN), ("priya", Step.REVIEW)])
def test_who_may_not_pause_or_release_takes_no_step(
    house: House, book: Book, operation: Operation, noor: Person, person: str, step: Step
) -> None:
    incident = contained(house, book, noor)
    with house.database.write() as tx, pytest.raises(MayNot):
        book.lock(tx, incident.id, step, person_of(operation, person))


def test_an_unknown_incident_is_not_found(house: House, book: Book, noor: Person) -> None:
    with house.database.write() as tx:
        with pytest.raises(IncidentNotFound, match="incident list"):
            book.lock(tx, "incident_x", Step.STOP, noor)
        with pytest.raises(IncidentNotFound):
            book.find(tx, "incident_x")
        assert book.repair(tx, "repair_x") is None
        assert book.repair_of(tx, "approval_x") is None


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        (SCOPE, True),
        (Scope(procedure="refund"), True),
        (Scope(procedure="cancel"), False),
        (Scope(rule="other"), False),
        (Scope(operation="shop.cancel_order"), False),
        (Scope(release="r2", since=NOW), True),
        (Scope(release="r2", since=NOW + timedelta(seconds=1)), False),
        (Scope(release="r2", until=NOW), True),
        (Scope(release="r2", until=NOW - timedelta(seconds=1)), False),
    ],
)
def test_a_scope_covers_what_all_its_parts_name(scope: Scope, covered: bool) -> None:
    rules = ["refund-small"]
    assert scope.covers(procedure="refund", rules=rules, operation="shop.refund_order", at=NOW) is covered


def test_a_scope_is_kept_whole(house: House, book: Book, noor: Person) -> None:
    scope = replace(SCOPE, since=NOW - timedelta(days=1), until=NOW)
    with house.database.write() as tx:
        assert opened(book, tx, noor, scope=scope).scope == scope


def test_correcting_is_done_when_every_affected_customer_is_settled(house: House, book: Book, noor: Person) -> None:
    right = touched("k2", customer_id="cus_2", verdict=Verdict.LAWFUL)
    incident = contained(house, book, noor, touched(), right)
    with house.database.write() as tx:
        letter = repair(incident, "correction")
        book.propose(tx, letter, Stamp(noor, NOW))
        book.advance(tx, incident.id, Stamp(noor, NOW), asked=Step.CORRECT)
        assert book.find(tx, incident.id).corrected_at is None
        assert book.settle(tx, letter, RepairState.DONE, "", Stamp(None, NOW))
        assert not book.settle(tx, letter, RepairState.DONE, "", Stamp(None, NOW))
        assert book.find(tx, incident.id).corrected_at == NOW
        assert book.find(tx, incident.id).reconciled_at is None


def test_where_nobody_is_affected_looking_is_enough(house: House, book: Book, noor: Person) -> None:
    incident = contained(house, book, noor, touched(verdict=Verdict.LAWFUL))
    with house.database.write() as tx:
        book.advance(tx, incident.id, Stamp(noor, NOW))
        assert book.find(tx, incident.id).corrected_at is None
        for step in (Step.CORRECT, Step.RECONCILE):
            book.advance(tx, incident.id, Stamp(noor, NOW), asked=step)
        found = book.find(tx, incident.id)
    assert (found.corrected_at, found.reconciled_at) == (NOW, NOW)


UNDO, PAID = ("undo", RepairState.DONE), ("compensation", RepairState.DONE)


@pytest.mark.parametrize(
    ("made", "changes", "settled"),
    [
        ([], {}, False),
        ([], {"verdict": Verdict.LAWFUL}, True),
        ([], {"accepted_by": "noor"}, True),
        ([("undo", RepairState.WAITING)], {}, False),
        ([("undo", RepairState.FAILED)], {}, False),
        ([("undo", RepairState.KEPT)], {}, True),
        ([UNDO], {}, False),
        ([UNDO], {"lawful_amount": 0}, True),
        ([UNDO], {"lawful_amount": None}, True),
        ([UNDO, ("compensation", RepairState.WAITING)], {}, False),
        ([UNDO, ("compensation", RepairState.KEPT)], {}, True),
        ([UNDO, PAID], {}, True),
        ([UNDO, PAID], {"verdict": Verdict.UNKNOWN}, False),
        ([("undo", RepairState.FAILED), ("undo", RepairState.KEPT)], {}, True),
    ],
)
def test_an_action_is_settled_when_people_have_decided_all_of_it(
    house: House, book: Book, noor: Person, made: list[tuple[str, RepairState]], changes: dict[str, Any], settled: bool
) -> None:
    with house.database.write() as tx:
        incident = opened(book, tx, noor)
    repairs = [repair(incident, kind, state=state) for kind, state in made]
    assert steps.is_reconciled([touched(**changes)], repairs) is settled


def test_the_wrong_amount_is_what_was_too_much() -> None:
    assert touched().wrong_amount == 7000
    assert touched(lawful_amount=None).wrong_amount == 12000
    assert touched(amount=None).wrong_amount is None
    assert touched(verdict=Verdict.LAWFUL).wrong_amount is None


def test_what_people_accepted_stays_accepted_when_found_again(house: House, book: Book, noor: Person) -> None:
    incident = contained(house, book, noor, touched(), touched("k2"))
    with house.database.write() as tx:
        with pytest.raises(ReasonMissing):
            book.accept(tx, incident, "k1", because=" ", stamp=Stamp(noor, NOW))
        with pytest.raises(IncidentUnfit, match="no action k9"):
            book.accept(tx, incident, "k9", because="Small.", stamp=Stamp(noor, NOW))
        for key in ("k1", "k2"):
            incident = book.accept(tx, incident, key, because="Small.", stamp=Stamp(noor, NOW))
        assert incident.reconciled_at == NOW
        book.contained(tx, incident, [touched()], Stamp(noor, NOW), yardstick="r1")
        assert [(each.key, each.accepted_by) for each in book.touched(tx, incident.id)] == [("k1", "noor")]


def test_an_incident_closes_when_all_five_steps_are_done(house: House, book: Book, noor: Person) -> None:
    incident = contained(house, book, noor)
    stamp = Stamp(noor, NOW)
    with house.database.write() as tx:
        with pytest.raises(StepNotYet, match="correct, reconcile, review not done"):
            book.close(tx, incident, stamp, lesson="Limits.", moved={})
        for step in (Step.CORRECT, Step.RECONCILE):
            book.advance(tx, incident.id, stamp, asked=step)
        book.tested(tx, incident, {"holds": True}, stamp)
        incident = book.reviewed(tx, incident, scenario={"scenario": "s"}, fixed_release="r3", stamp=stamp)
        assert all(incident.done_at(step) == NOW for step in Step)
        with pytest.raises(ReasonMissing):
            book.close(tx, incident, stamp, lesson="", moved={})
        closed = book.close(tx, incident, stamp, lesson="Limits.", moved={"moved": 2})
        assert not closed.is_open
        with pytest.raises(IncidentClosed, match="closed already"):
            book.close(tx, closed, stamp, lesson="Limits.", moved={})
        with pytest.raises(IncidentClosed, match="Open another one"):
            book.lock(tx, incident.id, Step.STOP, noor)
        assert book.all(tx, only_open=True) == []
    with house.database.read() as reader:
        kinds = [entry.kind for entry in book.timeline(reader, incident.id)]
        assert house.ledger.verify(reader).ok
    assert kinds == [
        "IncidentOpened", "IncidentStopped", "IncidentContained", "IncidentCorrected", "IncidentReconciled",
        "IncidentRuleTested", "IncidentReviewed", "IncidentClosed",
    ]  # fmt: skip


def test_a_repair_is_found_by_its_approval_and_forgets_an_erased_customer(
    house: House, book: Book, noor: Person
) -> None:
    incident = contained(house, book, noor, touched())
    with house.database.write() as tx:
        undo = repair(incident)
        book.propose(tx, undo, Stamp(noor, NOW))
        book.asked(tx, undo, "approval_1")
        book.edited(tx, undo, {"refund_id": "RF-2"})
        found = book.repair_of(tx, "approval_1")
        assert found is not None
        assert found.args == {"refund_id": "RF-2"}
        blank_repairs(tx, "cus_1")
        assert [each.args for each in book.repairs(tx, incident.id)] == [{}]
        book.settle(tx, undo, RepairState.FAILED, "No.", Stamp(None, NOW))
    kinds = house.kinds(incident.id)
    assert kinds[-2:] == ["RepairProposed", "RepairFailed"]
