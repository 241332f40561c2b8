"""Repairs: messages to customers, undos and what is due after them. Each is seen by people, then done once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from aboveloop.durable.turns import Again, Done
from aboveloop.govern.approval import Approval, State
from aboveloop.govern.approvals import Approvals
from aboveloop.govern.incidents.book import Book, Stamp
from aboveloop.govern.incidents.incident import Incident, Repair, RepairState, Step, Touched, Verdict
from aboveloop.govern.people import Person
from aboveloop.journey import cases
from aboveloop.journey import store as journey
from aboveloop.journey.cases import Case
from aboveloop.kit.database import Reader, Transaction
from aboveloop.kit.ids import new_id
from aboveloop.operation.models import Operation
from aboveloop.work import act, store
from aboveloop.work.act import Outcome
from aboveloop.work.house import House
from aboveloop.work.incidents.errand import Errand, errand
from aboveloop.work.incidents.judging import ARGS
from aboveloop.work.incidents.letters import in_words, letter
from aboveloop.work.incidents.undo import NoUndo, undo_of
from aboveloop.work.judgement import Judgement
from aboveloop.work.turn_state import Write

SAY = "house.reply_free_text"
STIMULUS = "incident"
# A system that does not answer now is asked again so much later; nobody waits on the line for a repair.
LATER_SECONDS = 30.0


class Made(NamedTuple):
    """For which incident, by whom and when a repair is proposed."""

    incident_id: str
    by: str
    at: datetime


def book_of(house: House, operation: Operation) -> Book:
    return Book(house.ledger, operation)


def propose_corrections(
    house: House, tx: Transaction, book: Book, incident: Incident, person: Person, *, text: str, operation: Operation
) -> int:
    """Draft a message to each affected customer who has none yet. Returns how many. Raises WrongUsage."""
    of_customer: dict[str, list[Touched]] = defaultdict(list)
    for each in book.touched(tx, incident.id):
        if each.is_affected:
            of_customer[each.customer_id].append(each)
    earlier = [each for each in book.repairs(tx, incident.id) if each.kind == "correction"]
    stamp = Stamp(person, house.clock.now())
    proposed = 0
    for customer_id, touched in of_customer.items():
        theirs = [each for each in earlier if each.customer_id == customer_id]
        if any(each.state is not RepairState.FAILED for each in theirs):
            continue
        args = {"text": _text(tx, operation, text, touched)} if _is_known(tx, customer_id) else {}
        key = f"correction-{incident.id}-{customer_id}-{len(theirs)}"
        made = Made(incident.id, person.id, stamp.at)
        repair = _new("correction", touched[-1], made, operation=SAY, args=args, key=key)
        proposed += _proposed(house, tx, book, repair, stamp)
    book.advance(tx, incident.id, stamp, asked=Step.CORRECT)
    return proposed


def propose_undos(
    house: House, tx: Transaction, book: Book, incident: Incident, person: Person, *, operation: Operation
) -> int:
    """Propose to take back every wrong action of which nobody has decided yet. Returns how many.

    What has no undo, or cannot be judged, is left to people: they accept it or act in the system themselves.
    """
    repairs = book.repairs(tx, incident.id)
    stamp = Stamp(person, house.clock.now())
    proposed = 0
    for each in book.touched(tx, incident.id):
        undos = [repair for repair in repairs if repair.touched_key == each.key and repair.kind == "undo"]
        if each.verdict is not Verdict.WRONG or each.accepted_by:
            continue
        if undos and undos[-1].state is RepairState.DONE:
            proposed += _due_again(house, tx, book, (incident, each, repairs), stamp)
        elif not undos or undos[-1].state is RepairState.FAILED:
            effect = _effect(tx, each.key)
            undoing = undo_of(operation, effect.operation, effect.args, effect.result, stamp.at)
            if isinstance(undoing, NoUndo):
                continue
            key = _next_key(tx, f"undo-{each.key}", undos)
            made = Made(incident.id, person.id, stamp.at)
            repair = _new("undo", each, made, operation=undoing.operation, args=dict(undoing.args), key=key)
            proposed += _proposed(house, tx, book, repair, stamp)
    book.advance(tx, incident.id, stamp, asked=Step.RECONCILE)
    return proposed


def answered(house: House, tx: Transaction, approval: Approval) -> bool:
    """People answered an approval: if a repair waits for it, it goes on. False where none does."""
    repair = _repair_for(house, tx, approval)
    if repair is None:
        return False
    _submit(house, tx, repair)
    return True


def edited_judgement(
    house: House, reader: Reader, approval: Approval, args: dict[str, Any]
) -> tuple[Judgement, Case] | None:
    """What policy says now of a repair with other arguments, and its case as that policy sees it.

    None where the approval is not of a repair.
    """
    repair = _repair_for(house, reader, approval)
    if repair is None:
        return None
    on_its_way = _errand(house, repair)
    return act.judged(on_its_way, replace(approval.action, args=args)), on_its_way.case


def _errand(house: House, repair: Repair) -> Errand:
    with house.database.read() as reader:
        incident = book_of(house, house.operation_of(house.deployed(reader))).find(reader, repair.incident_id)
    own = frozenset((each.scope, each.name) for each in incident.pauses if each.by_incident)
    return errand(house, repair.case_id, repair.by, despite=own)


def _repair_for(house: House, reader: Reader, approval: Approval) -> Repair | None:
    """The repair that waits for an approval, or for the one that was edited into it."""
    book = book_of(house, house.operation_of(house.deployed(reader)))
    approvals = Approvals(house.ledger, timedelta(0))
    repair = book.repair_of(reader, approval.id)
    while repair is None and approval.replaces is not None:
        approval = approvals.find(reader, approval.replaces)
        repair = book.repair_of(reader, approval.id)
    return repair


def run(house: House, repair_id: str) -> Done | Again:
    """One turn of a repair: ask people, do what they approved, or note that they did not. Runs again without harm."""
    with house.database.read() as reader:
        operation = house.operation_of(house.deployed(reader))
        book = book_of(house, operation)
        repair = book.repair(reader, repair_id)
    if repair is None or repair.state is not RepairState.WAITING:
        return Done()
    if repair.args:
        return _run(house, book, repair)
    gone = "The customer was erased meanwhile: there is nobody to tell and nothing to change."
    with house.database.write() as tx:
        book.settle(tx, repair, RepairState.KEPT, gone, Stamp(None, house.clock.now()))
    return Done()


def _run(house: House, book: Book, repair: Repair) -> Done | Again:
    approval = _approval(house, repair)
    now = house.clock.now()
    if approval is not None and approval.state in (State.WAITING, State.JUDGING):
        return Done()
    if approval is not None and approval.state in (State.DENIED, State.EXPIRED):
        denied = approval.state is State.DENIED
        because = next((each.because for each in approval.answers if each.verdict == State.DENIED), "")
        state = RepairState.KEPT if denied else RepairState.FAILED
        with house.database.write() as tx:
            said = because or ("It was denied." if denied else "Nobody answered in time. Propose it again.")
            book.settle(tx, repair, state, said, Stamp(None, now))
        return Done()
    if approval is not None and dict(approval.action.args) != repair.args:
        repair = replace(repair, args=dict(approval.action.args))
        with house.database.write() as tx:
            book.edited(tx, repair, repair.args)
    on_its_way = _errand(house, repair)
    return _after(on_its_way, book, repair, _performed(on_its_way, repair))


def _performed(on_its_way: Errand, repair: Repair) -> Outcome:
    if repair.kind != "correction":
        return act.perform(on_its_way, repair.operation, repair.args, repair.effect_key)
    return act.say_reviewed(
        on_its_way,
        repair.operation,
        repair.args,
        repair.effect_key,
        _telling(on_its_way, repair),
    )


def _telling(on_its_way: Errand, repair: Repair) -> Write:
    """Write the message to the customer, and have their channel deliver it."""
    house, contact = on_its_way.house, on_its_way.contact
    outgoing = cases.Outgoing(
        repair.args["text"],
        author=f"person:{repair.by}",
        contact_id=contact.id,
        decided={"incident": repair.incident_id},
    )

    def write(tx: Transaction) -> None:
        message_id = cases.tell(tx, house.ledger, on_its_way.case, outgoing, now=on_its_way.now)
        if contact.channel in house.channels:
            house.turns.submit(tx, lane=f"deliver:{contact.id}", stimulus=f"deliver:{message_id}")

    return write


def _after(on_its_way: Errand, book: Book, repair: Repair, outcome: Outcome) -> Done | Again:
    """Note how it went, in one transaction with what happened outside."""
    stamp = Stamp(None, on_its_way.now)
    match outcome:
        case act.Performed():
            on_its_way.pending.append(lambda tx: _done(on_its_way.house, tx, book, repair, stamp))
            on_its_way.commit()
        case act.AwaitsApproval(approval_id):
            on_its_way.pending.append(lambda tx: _asked(on_its_way, tx, book, repair, approval_id))
            on_its_way.commit()
        case act.Unavailable() | act.Halted():
            on_its_way.commit()
            return Again(LATER_SECONDS)
        case act.Denied(because) | act.Uncertain(because):
            on_its_way.pending.append(lambda tx: _fail(book, tx, repair, because, stamp))
            on_its_way.commit()
        case _:
            because = f"The action ended in a way that repairs do not have ({type(outcome).__name__})."
            on_its_way.pending.append(lambda tx: _fail(book, tx, repair, because, stamp))
            on_its_way.commit()
    return Done()


def _fail(book: Book, tx: Transaction, repair: Repair, because: str, stamp: Stamp) -> None:
    book.settle(tx, repair, RepairState.FAILED, because, stamp)


def _asked(on_its_way: Errand, tx: Transaction, book: Book, repair: Repair, approval_id: str) -> None:
    book.asked(tx, repair, approval_id)
    # Nobody may answer: then it fails by itself, and can be proposed anew.
    seconds = on_its_way.operation.about.approvals.expire_after_hours * 3600 + 1
    _submit(on_its_way.house, tx, repair, delay_seconds=seconds)


def _done(house: House, tx: Transaction, book: Book, repair: Repair, stamp: Stamp) -> None:
    """The repair is done; after an undo, what was right in the first place is proposed."""
    if repair.kind == "undo":
        incident = book.find(tx, repair.incident_id)
        touched = next(each for each in book.touched(tx, incident.id) if each.key == repair.touched_key)
        _propose_due(house, tx, book, (incident, touched, []), (repair.by, stamp))
    book.settle(tx, repair, RepairState.DONE, "", stamp)


def _due_again(
    house: House, tx: Transaction, book: Book, what: tuple[Incident, Touched, Sequence[Repair]], stamp: Stamp
) -> int:
    """An undo is done and what was due after it failed: propose that once more."""
    incident, touched, repairs = what
    due = [each for each in repairs if each.touched_key == touched.key and each.kind == "compensation"]
    if not due or due[-1].state is not RepairState.FAILED:
        return 0
    return _propose_due(house, tx, book, (incident, touched, due), (due[-1].by, stamp))


def _propose_due(
    house: House,
    tx: Transaction,
    book: Book,
    what: tuple[Incident, Touched, Sequence[Repair]],
    who: tuple[str, Stamp],
) -> int:
    """What policy allows of the action that was taken back, done anew; nothing where that is nothing."""
    incident, touched, earlier = what
    person_id, stamp = who
    effect = _effect(tx, touched.key)
    spec = house.operation_of(house.deployed(tx)).system_operation(touched.operation)
    if not touched.lawful_amount or spec is None or spec.amount is None:
        return 0
    args = {**effect.args, spec.amount.removeprefix(ARGS): touched.lawful_amount}
    key = _next_key(tx, f"compensation-{touched.key}", earlier)
    made = Made(incident.id, person_id, stamp.at)
    repair = _new("compensation", touched, made, operation=touched.operation, args=args, key=key)
    return _proposed(house, tx, book, repair, stamp)


def _new(
    kind: Literal["correction", "undo", "compensation"],
    touched: Touched,
    made: Made,
    *,
    operation: str,
    args: dict[str, Any],
    key: str,
) -> Repair:
    return Repair(
        id=new_id("repair"),
        incident_id=made.incident_id,
        kind=kind,
        touched_key="" if kind == "correction" else touched.key,
        case_id=touched.case_id,
        customer_id=touched.customer_id,
        operation=operation,
        args=args,
        effect_key=key,
        by=made.by,
        state=RepairState.WAITING,
        because="",
        approval_id=None,
        proposed_at=made.at,
        settled_at=None,
    )


def _proposed(house: House, tx: Transaction, book: Book, repair: Repair, stamp: Stamp) -> int:
    book.propose(tx, repair, stamp)
    _submit(house, tx, repair)
    return 1


def _submit(house: House, tx: Transaction, repair: Repair, *, delay_seconds: float = 0) -> None:
    stimulus = f"{STIMULUS}:{repair.id}"
    house.turns.submit(tx, lane=f"incident:{repair.incident_id}", stimulus=stimulus, delay_seconds=delay_seconds)


def _is_known(reader: Reader, customer_id: str) -> bool:
    """False for a customer who was erased: there is nobody to write to."""
    row = journey.customer(reader, customer_id)
    return row is not None and row.erased_at is None


def _text(reader: Reader, operation: Operation, text: str, touched: Sequence[Touched]) -> str:
    what = [in_words(operation, each.operation, _effect(reader, each.key).args) for each in touched]
    return letter(operation, text, touched, what)


def _effect(reader: Reader, key: str) -> Any:
    found = store.effect(reader, key)
    assert found is not None, "what was touched was an effect, and effects are never deleted"
    return found


def _next_key(reader: Reader, base: str, earlier: Sequence[Repair]) -> str:
    """The key of the attempt: the same again while nobody knows how it went, a new one after a clear no."""
    if not earlier:
        return base
    last = store.effect(reader, earlier[-1].effect_key)
    return f"{base}-{len(earlier)}" if last is not None and last.state == "refused" else earlier[-1].effect_key


def _approval(house: House, repair: Repair) -> Approval | None:
    """The approval that the repair waits for, as it stands now; an edited one in place of the first."""
    if repair.approval_id is None:
        return None
    approvals = Approvals(house.ledger, timedelta(0))
    with house.database.write() as tx:
        approvals.expire_due(tx, house.clock.now())
    with house.database.read() as reader:
        approval = approvals.find(reader, repair.approval_id)
        while approval.replaced_by is not None:
            approval = approvals.find(reader, approval.replaced_by)
    return approval
