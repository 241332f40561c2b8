"""Sending a message to a customer by mail: written down before, tried again with growing pauses, never sent twice.

A server that has taken it is never asked again. Where its yes was lost on the way, the message goes once more under the
same Message-ID, by which whoever gets it knows the copy. What is refused for good brings the case to a person.
"""

import logging
from datetime import timedelta

from aboveloop.app.post import store
from aboveloop.app.post.outboxes import Outbox
from aboveloop.app.premises import Premises
from aboveloop.connect.email.bounces import Bounce
from aboveloop.connect.email.messages import Outgoing
from aboveloop.connect.errors import MessageRefused, MessageUnsendable
from aboveloop.journey import cases
from aboveloop.journey import store as journey
from aboveloop.journey.forms.sent import BY_MAIL
from aboveloop.kit.database import Reader
from aboveloop.kit.errors import TemporaryError
from aboveloop.operation.names import FORM_CHANNEL
from aboveloop.work import hand_over

FIRST_PAUSE_SECONDS = 5.0
# Greylisting lets in after some minutes, and a server that is mended need not wait for us long.
LONGEST_PAUSE_SECONDS = 900.0
# A customer who has heard nothing for a day needs a person, not another attempt.
GIVE_UP_AFTER = timedelta(hours=24)

logger = logging.getLogger(__name__)


def pause_after(attempts: int) -> float:
    """Seconds to wait after so many attempts in vain."""
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE_SECONDS)


def send(premises: Premises, outbox: Outbox, case_id: str, outgoing: Outgoing) -> None:
    """One attempt. Raises TemporaryError, with the pause, where it is to be tried again."""
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        row = store.begin(tx, outgoing.id, case_id, now)
    if row.state != "under_way":
        return
    try:
        outbox.send(outgoing)
    except (MessageUnsendable, MessageRefused) as error:
        _give_up(premises, outgoing.id, case_id, str(error))
    except TemporaryError as error:
        if now - row.first_at >= GIVE_UP_AFTER:
            _give_up(premises, outgoing.id, case_id, f"It could not be sent for a day. {error}")
            return
        error.retry_after_seconds = pause_after(row.attempts)
        raise
    else:
        with premises.database.write() as tx:
            values = {"state": "sent", "settled_at": premises.house.clock.now()}
            store.settle(tx, outgoing.id, ("under_way",), values)


def bounced(premises: Premises, message_id: str, bounce: Bounce) -> bool:
    """A report about a message of ours: one that failed brings its case to a person. False where it is about none."""
    with premises.database.read() as reader:
        row = store.delivery(reader, message_id)
    if row is None:
        return False
    if bounce.failed:
        told = " ".join(word for word in (bounce.status, bounce.words) if word)
        _give_up(premises, message_id, row.case_id, f"It came back ({told or 'no reason given'}).", state="bounced")
    return True


def _give_up(premises: Premises, message_id: str, case_id: str, because: str, *, state: str = "refused") -> None:
    now = premises.house.clock.now()
    with premises.database.write() as tx:
        values = {"state": state, "settled_at": now}
        if not store.settle(tx, message_id, ("under_way", "sent"), values):
            return
        kind = "MailBounced" if state == "bounced" else "MailRefused"
        if _is_copy(tx, message_id):
            hand_over.note_undelivered(premises.house, tx, case_id, kind=kind, message_id=message_id, because=because)
            return
        hand_over.undelivered(premises.house, tx, case_id, kind=kind, message_id=message_id, because=because)
    logger.warning("Message %s did not reach its customer; a person looks after the case.", message_id)


def _is_copy(reader: Reader, message_id: str) -> bool:
    """Whether the customer reads the message on a page too: its loss on the way is written down, and that is all."""
    row = journey.message(reader, message_id)
    contact = None if row is None else cases.contact_of(reader, row.contact_id)
    return contact is not None and contact.channel == FORM_CHANNEL and not contact.address.startswith(BY_MAIL)
