"""The mail room: takes e-mail from one folder of messages into cases and puts answers into another."""

import logging
import threading
from pathlib import Path

from aboveloop.app.premises import Premises
from aboveloop.connect.email.maildir import MaildirChannel
from aboveloop.connect.email.messages import Outgoing, Received
from aboveloop.connect.errors import MessageUnsendable
from aboveloop.journey import cases, store
from aboveloop.journey.cases import Message
from aboveloop.kit.errors import NotFound, PermanentError, TemporaryError
from aboveloop.ledger.entries import HOUSE
from aboveloop.work.intake import take_in

EMAIL = "email"
# People who write e-mail do not sit and wait: looking twice a second is quick enough and costs next to nothing.
LOOK_EVERY_SECONDS = 0.5

logger = logging.getLogger(__name__)


class MailRoom:
    """Registers the channel `email` with the premises; `run` takes messages in until `stop` is set."""

    def __init__(self, premises: Premises, folder: Path) -> None:
        operation = premises.current()
        channel = operation.about.channels.get(EMAIL)
        if channel is None or channel.address is None:
            raise NotFound(f"{operation.about.title} has no channel `email` with an address in operation.yaml.")
        self._premises = premises
        self._maildir = MaildirChannel(folder / "in", folder / "out", channel.address, name=operation.about.title)
        premises.channels[EMAIL] = self

    def run(self, stop: threading.Event) -> None:
        """Take messages in until told to stop. A folder that cannot be read now is tried again."""
        while not stop.wait(LOOK_EVERY_SECONDS):
            try:
                self.take_in_all()
            except TemporaryError as error:
                logger.warning("%s It will be tried again.", error)

    def take_in_all(self) -> int:
        """Take in every new message; each is acknowledged only when it is committed. Returns how many."""
        taken = 0
        for message in self._maildir.receive():
            if message.never_answer or not message.address:
                self._set_aside(message, message.never_answer or "it does not say who wrote it")
            else:
                taken += self._take_in(message)
            self._maildir.acknowledge(message)
        return taken

    def _take_in(self, message: Received) -> int:
        """One message into its case. What can never be taken in is set aside, so that the next ones come through."""
        try:
            take_in(
                self._premises.house,
                cases.Incoming(
                    EMAIL,
                    message.address,
                    message.said or message.text,
                    foreign_id=message.foreign_id,
                    subject=message.subject,
                ),
            )
        except PermanentError as error:
            logger.error("A message cannot be taken in and was set aside: %s", error)
            self._set_aside(message, type(error).__name__)
            return 0
        return 1

    def deliver(self, message_id: str) -> None:
        """Send one recorded message as an answer to the last one of its thread."""
        with self._premises.database.read() as reader:
            row = store.message(reader, message_id)
            if row is None:
                return
            message = cases.message_of(row)
            contact = cases.contact_of(reader, message.contact_id)
            heard = [each for each in cases.messages_of(reader, message.case_id) if _is_thread(each, message)]
        last = heard[-1] if heard else None
        subject = (last.subject if last else None) or self._premises.current().about.title
        outgoing = Outgoing(
            id=message.id,
            to=contact.address,
            subject=subject if subject.lower().startswith("re:") else f"Re: {subject}",
            text=message.text,
            at=message.at,
            in_reply_to=last.foreign_id if last else None,
            references=tuple(each.foreign_id for each in heard if each.foreign_id),
            automatic=message.author.startswith("worker:"),
        )
        try:
            self._maildir.send(outgoing)
        except MessageUnsendable as error:
            # The address came with the customer's own message; nothing will make it deliverable.
            logger.warning("Message %s cannot be sent: %s", message_id, error)

    def _set_aside(self, message: Received, because: str) -> None:
        """Bounces and automatic replies are noted and never answered: answering them makes a loop."""
        with self._premises.database.write() as tx:
            self._premises.ledger.append(
                tx,
                case_id=HOUSE,
                kind="MailSetAside",
                at=self._premises.house.clock.now(),
                actor="house",
                body={"foreign_id": message.foreign_id, "because": because},
            )


def _is_thread(each: Message, message: Message) -> bool:
    return each.direction == "in" and each.contact_id == message.contact_id and each.number < message.number
