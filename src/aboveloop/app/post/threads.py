"""Threads: what a message answers, so that mail programs show both together."""

from aboveloop.journey import cases
from aboveloop.journey.cases import Message
from aboveloop.kit.database import Reader


def heard_before(reader: Reader, message: Message) -> list[Message]:
    """What came from the contact point of a message before it, in its case; the oldest first."""
    return [
        each
        for each in cases.messages_of(reader, message.case_id)
        if each.direction == "in" and each.contact_id == message.contact_id and each.number < message.number
    ]
