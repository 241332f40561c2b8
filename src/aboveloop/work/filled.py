"""A message that was filled in as a form, as the reader is to read it."""

from aboveloop.journey.cases import Message
from aboveloop.journey.forms import store
from aboveloop.operation.names import FORM_CHANNEL
from aboveloop.understand.readings import FieldFilled, FormFilled
from aboveloop.work.turn_state import Turn


def filled_in(turn: Turn, message: Message) -> FormFilled | None:
    """The form that the message is; None for what was written. A field whose entity the release does not know counts as
    words, and a need that it does not know is read."""
    if turn.contact.channel != FORM_CHANNEL:
        return None
    with turn.house.database.glance() as reader:
        sent = store.of_message(reader, message.id)
    if sent is None:
        return None
    known = turn.operation.about.entities
    fields = tuple(
        FieldFilled(each.label, each.shown, each.entity if each.entity in known else None, each.value)
        for each in sent.fields
    )
    need = sent.need if sent.need in turn.operation.intents else None
    return FormFilled(sent.form, sent.language, need, fields, sent.text)
