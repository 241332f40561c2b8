"""Hand-over: a worker gives a case to people, people take it, speak, finish it or give it back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from aboveloop.govern import people
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.people import Person, Right
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Case
from aboveloop.journey.errors import OwnershipRefused
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Transaction
from aboveloop.kit.errors import WrongUsage
from aboveloop.kit.ids import new_id
from aboveloop.work import speak
from aboveloop.work.house import House
from aboveloop.work.memory import Memory
from aboveloop.work.outcomes import checks as outcomes
from aboveloop.work.turn_state import Turn, Write


def give(turn: Turn, because: str, *, message: str | None = "handed_over") -> None:
    """The worker gives up the case with the turn's commit, having told the customer."""
    if turn.over is not None:
        return
    turn.is_done = True
    if message is not None:
        try:
            speak.say(turn, message)
        except speak.CannotSay as error:
            turn.record("MessageWithheld", {"template": message, "because": str(error)})
    turn.withdraw_approval("A person takes the case.")
    actor, ledger, now = f"worker:{turn.worker.id}", turn.house.ledger, turn.now
    turn.over = lambda tx, case: cases.hand_over(tx, ledger, case, actor=actor, because=because, now=now)


def after_failure(house: House, case_id: str, error: Exception, *, happened: Sequence[Write] = ()) -> None:
    """The edge of a turn: record what `happened` outside and what failed, and see that a person gets the case."""
    now = house.clock.now()
    with house.database.write() as tx:
        case = cases.lock(tx, case_id)
        for write in happened:
            write(tx)
        house.ledger.note(
            tx,
            case_id=case_id,
            kind="TurnFailed",
            at=now,
            actor="house",
            body={"error": type(error).__name__},
            personal={"message": str(error)[:2000]},
            customer_id=case.customer_id,
            release=case.release,
        )
        for message in cases.messages_of(tx, case_id, unhandled=True):
            store.mark_handled(tx, message.id, now)
        if case.owner.is_with_worker:
            because = f"A turn failed ({type(error).__name__})."
            cases.hand_over(tx, house.ledger, case, actor="house", because=because, now=now)
            _withdraw_approval(tx, house, case)
            # Whatever it waited for, the worker waits no longer; what is known stays for the person to see.
            store.update_case(tx, case_id, {"memory": {**case.memory, "waiting": None, "approval": None}})


def undelivered(house: House, tx: Transaction, case_id: str, *, kind: str, message_id: str, because: str) -> None:
    """What was written to a customer did not reach them: recorded, and a person finds another way."""
    case = note_undelivered(house, tx, case_id, kind=kind, message_id=message_id, because=because)
    if case.owner is not Owner.REOPENED:
        from_outside(house, tx, case, "What was written to the customer did not reach them.")


def note_undelivered(house: House, tx: Transaction, case_id: str, *, kind: str, message_id: str, because: str) -> Case:
    """What was sent did not arrive: recorded, where the customer reads it elsewhere too."""
    case = cases.lock(tx, case_id)
    house.ledger.note(
        tx,
        case_id=case_id,
        kind=kind,
        at=house.clock.now(),
        actor="house",
        body={"message": message_id},
        personal={"because": because},
        customer_id=case.customer_id,
        release=case.release,
    )
    return case


def from_outside(house: House, tx: Transaction, case: Case, because: str) -> None:
    """Take a case, locked, from its worker for people, outside of any turn. One that people have stays as it is."""
    if case.owner.is_with_worker:
        store.fence_case(tx, case.id, new_id("fence"))
        cases.hand_over(tx, house.ledger, case, actor="house", because=because, now=house.clock.now())
        _withdraw_approval(tx, house, case)
        store.update_case(tx, case.id, {"memory": {**case.memory, "waiting": None, "approval": None}})


def take_over(house: House, case_id: str, person: Person) -> Case:
    """A person takes the case: from now on the worker stays silent. Raises MayNot, OwnershipRefused."""
    _must(person, "take_over")
    now = house.clock.now()
    with house.database.write() as tx:
        case = cases.lock(tx, case_id)
        if case.owner is Owner.PERSON and case.person_id != person.id:
            raise OwnershipRefused(f"Case {case_id} is already with {case.person_id}.")
        store.fence_case(tx, case_id, new_id("fence"))
        _withdraw_approval(tx, house, case)
        if case.owner is Owner.RESOLVED:
            case = cases.reopen(tx, house.ledger, case, because="a person took it up again", now=now)
        taken = cases.change_owner(
            tx, house.ledger, case, Owner.PERSON, actor=f"person:{person.id}", because="took over", now=now
        )
        if taken.handed_over_at is None:
            # A case that a person took counts as handed over, whoever began it.
            because = f"{person.name} took it over."
            store.update_case(tx, case_id, {"handed_over_at": now, "handed_over_because": because})
            taken = replace(taken, handed_over_at=now, handed_over_because=because)
        return taken


def _withdraw_approval(tx: Transaction, house: House, case: Case) -> None:
    """What others were asked for is the person's own decision now."""
    asked = case.memory.get("approval")
    if case.memory.get("waiting") == "approval" and asked is not None:
        approvals = Approvals(house.ledger, timedelta(0))
        approvals.withdraw(tx, asked, now=house.clock.now(), because="A person takes the case.")


def reply(house: House, case_id: str, person: Person, text: str) -> str:
    """A person answers the customer in their own words. Raises MayNot, OwnershipRefused, WrongUsage."""
    _must(person, "reply")
    if not text.strip():
        raise WrongUsage("There is nothing to say: write the reply.")
    now = house.clock.now()
    with house.database.write() as tx:
        case = _of(tx, case_id, person)
        contact_id = case.contact_id
        for message in cases.messages_of(tx, case_id, unhandled=True):
            store.mark_handled(tx, message.id, now)
            # The answer goes where the customer wrote last.
            contact_id = message.contact_id
        contact = cases.contact_of(tx, contact_id)
        if contact_id != case.contact_id:
            store.update_case(tx, case_id, {"contact_id": contact.id, "channel": contact.channel})
        outgoing = cases.Outgoing(text.strip(), author=f"person:{person.id}", contact_id=contact.id)
        message_id = cases.tell(tx, house.ledger, case, outgoing, now=now)
        if contact.channel in house.channels:
            house.turns.submit(tx, lane=f"deliver:{contact.id}", stimulus=f"deliver:{message_id}")
    return message_id


def hand_back(house: House, case_id: str, person: Person, note: str = "") -> Case:
    """The person gives the case back to the worker; the moment stands in the ledger."""
    now = house.clock.now()
    with house.database.write() as tx:
        case = _of(tx, case_id, person)
        because = f"handed back: {note}" if note else "handed back"
        _forget_runs(tx, case)
        changed = cases.change_owner(
            tx, house.ledger, case, Owner.WORKER, actor=f"person:{person.id}", because=because, now=now
        )
        house.turns.submit(tx, lane=case_id, stimulus="go_on")
    return changed


def _forget_runs(tx: Transaction, case: Case) -> None:
    memory = Memory.from_json(case.memory)
    # Whoever speaks next after a person is an AI again, and says so again.
    kept = Memory(heard_at=memory.heard_at)
    store.update_case(tx, case.id, {"memory": kept.as_json()})


def finish(house: House, case_id: str, person: Person, *, outcome: str) -> Case:
    """The person ends the case: `resolved` or `refused`."""
    if outcome not in ("resolved", "refused"):
        raise WrongUsage(f"A case ends resolved or refused, not {outcome!r}.")
    now = house.clock.now()
    with house.database.write() as tx:
        case = _of(tx, case_id, person)
        for message in cases.messages_of(tx, case_id, unhandled=True):
            store.mark_handled(tx, message.id, now)
        # What the worker had under way is over too: no timer of it may begin again.
        _forget_runs(tx, case)
        ended = cases.end(tx, house.ledger, case, outcome=outcome, actor=f"person:{person.id}", now=now)
        outcomes.schedule(tx, house.operation_of(case.release), ended, now=now)
        return ended


def _of(tx: Transaction, case_id: str, person: Person) -> Case:
    """The case, locked, if it is this person's. Raises OwnershipRefused."""
    case = cases.lock(tx, case_id)
    if case.owner is not Owner.PERSON or case.person_id != person.id:
        raise OwnershipRefused(f"Case {case_id} is not with {person.id}: take it over first.")
    return case


def _must(person: Person, what: Right) -> None:
    people.may(person, what).demand()
