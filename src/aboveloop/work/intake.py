"""Intake: a channel hands in a message; it is recorded, and a turn is sure to follow."""

from aboveloop.journey import cases
from aboveloop.work.house import House
from aboveloop.work.triage.store import note_attachments


def take_in(house: House, incoming: cases.Incoming) -> cases.Received:
    """Record a message and submit its turn, both or neither. The same message twice changes nothing."""
    now = house.clock.now()
    with house.database.write() as tx:
        received = cases.receive(
            tx, house.ledger, incoming, release=lambda customer: house.deployed(tx, customer), now=now
        )
        if received.is_new and incoming.attachments:
            note_attachments(tx, received.message_id, incoming.attachments)
        if received.is_new:
            house.turns.submit(tx, lane=received.case.id, stimulus="message")
    return received
