"""Deliver: bring a recorded message to where the customer reads it, again and again until it is there."""

from aboveloop.durable.turns import Again, Done
from aboveloop.journey import cases, store
from aboveloop.kit.errors import TemporaryError
from aboveloop.work.house import House


def deliver(house: House, message_id: str) -> Done | Again:
    """Hand one message to its channel. Delivering twice is safe: channels know a message by its id."""
    with house.database.read() as reader:
        row = store.message(reader, message_id)
        if row is None or row.delivered_at is not None:
            return Done()
        contact = cases.contact_of(reader, row.contact_id)
    channel = house.channels.get(contact.channel)
    if channel is None:
        return Done()
    try:
        channel.deliver(message_id)
    except TemporaryError as error:
        return Again(error.retry_after_seconds)
    with house.database.write() as tx:
        store.mark_delivered(tx, message_id, house.clock.now())
    return Done()
