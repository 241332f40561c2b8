"""Triage at work: the rule that a message meets in a turn, and mail that goes to people before it is read."""

from datetime import datetime

from aboveloop.journey import cases
from aboveloop.journey import store as journey
from aboveloop.journey.cases import Case, Incoming, Message, Received
from aboveloop.journey.ownership import Owner
from aboveloop.kit.database import Transaction
from aboveloop.ledger.ledger import Ledger
from aboveloop.operation.models import Operation
from aboveloop.operation.routing import URGENCY
from aboveloop.understand.readings import Reading
from aboveloop.work import hand_over
from aboveloop.work.house import House
from aboveloop.work.triage import store
from aboveloop.work.triage.matching import Fired, inside
from aboveloop.work.triage.seeing import customer_of, seen_of
from aboveloop.work.turn_state import Turn


def because(fired: Fired) -> str:
    """Why people get a case, in words."""
    return f"The routing rule “{fired.rule.called}” gives it to people."


def met(turn: Turn, message: Message, reading: Reading, *, answers: bool) -> Fired | None:
    """The rule that a message meets. It reads, and changes nothing."""
    routing = turn.operation.routing
    if not routing.rules:
        return None
    with turn.house.database.glance() as reader:
        customer = customer_of(reader, turn.case.customer_id, turn.case.opened_at)
        carried = store.attachments_of(reader, [message.id]).get(message.id, 0)
    seen = seen_of(
        turn.operation,
        message,
        reading,
        case=turn.case,
        address=turn.contact.address,
        channel=turn.contact.channel,
        answers=answers,
        attachments=carried,
        customer=customer,
    )
    return inside(routing, seen)


def note(turn: Turn, message: Message, fired: Fired) -> None:
    """The case stands under this rule from the turn's commit on, unless it stands under one above it."""
    operation, case, ledger, now = turn.operation, turn.case, turn.house.ledger, turn.now
    turn.pending.append(lambda tx: stand(tx, ledger, operation, case, fired, message_id=message.id, now=now))


def stand(
    tx: Transaction, ledger: Ledger, operation: Operation, case: Case, fired: Fired, *, message_id: str, now: datetime
) -> None:
    """Put a case under a rule, and write down that it is."""
    rule = fired.rule
    queue = operation.routing.queue_of(rule)
    values = {
        "case_id": case.id,
        "rule": rule.rule,
        "queue": queue,
        "urgency": URGENCY[rule.priority],
        "place": fired.place,
        "release": operation.digest,
        "at": now,
    }
    if not store.stand(tx, values):
        return
    body = {"rule": rule.rule, "to": rule.to, "queue": queue, "priority": rule.priority, "message": message_id}
    ledger.note(
        tx,
        case_id=case.id,
        kind="CaseTriaged",
        at=now,
        actor="house",
        body=body,
        customer_id=case.customer_id,
        release=operation.digest,
    )


def take_in_for_people(house: House, incoming: Incoming, fired: Fired, operation: Operation) -> Received:
    """Mail that no worker may answer becomes part of a case that people have. The same mail twice changes nothing."""
    now = house.clock.now()
    with house.database.write() as tx:
        # Who made the decision made the case too: the release at work, not a canary's.
        received = cases.receive(tx, house.ledger, incoming, release=lambda _: operation.digest, now=now)
        if not received.is_new:
            return received
        journey.mark_handled(tx, received.message_id, now)
        if incoming.attachments:
            store.note_attachments(tx, received.message_id, incoming.attachments)
        case = cases.lock(tx, received.case.id)
        if case.owner is Owner.RESOLVED:
            case = cases.reopen(tx, house.ledger, case, because="more came in", now=now)
        stand(tx, house.ledger, operation, case, fired, message_id=received.message_id, now=now)
        hand_over.from_outside(house, tx, case, because(fired))
    return received
