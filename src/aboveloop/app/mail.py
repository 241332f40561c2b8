"""The mail room: takes e-mail into cases and sends answers, by folders of messages or by servers."""

import logging
import threading

import sqlalchemy as sa

from aboveloop.app.forms.post import FormPost, answered_form
from aboveloop.app.post.sending import bounced, send
from aboveloop.app.post.servers import EMAIL, Post
from aboveloop.app.post.threads import heard_before
from aboveloop.app.premises import Premises
from aboveloop.connect.email.automatic import kind_of
from aboveloop.connect.email.messages import Outgoing, Received
from aboveloop.journey import cases, store
from aboveloop.kit.errors import PermanentError, TemporaryError
from aboveloop.ledger.entries import HOUSE
from aboveloop.operation.models import Operation
from aboveloop.operation.names import FORM_CHANNEL
from aboveloop.work.intake import take_in
from aboveloop.work.triage.matching import Fired, Seen, at_the_door, is_open, plain
from aboveloop.work.triage.triage import take_in_for_people

logger = logging.getLogger(__name__)


class MailRoom:
    """Registers the channels `email` and `form` with the premises; `run` takes messages in until `stop` is set."""

    def __init__(self, premises: Premises, post: Post) -> None:
        self._premises = premises
        self._post = post
        premises.channels[EMAIL] = self
        premises.channels[FORM_CHANNEL] = FormPost(premises, post)

    def run(self, stop: threading.Event) -> None:
        """Take messages in until told to stop. A folder or server that cannot be read now is tried again."""
        inbox = self._post.inbox
        if inbox is None:
            return
        while not stop.wait(inbox.look_every_seconds):
            try:
                self.take_in_all()
            except (TemporaryError, sa.exc.DBAPIError) as error:
                logger.warning("Mail could not be taken in and it will be tried again: %s", error)

    def take_in_all(self) -> int:
        """Take in every new message; each is acknowledged only when it is committed. Returns how many."""
        inbox = self._post.inbox
        if inbox is None:
            return 0
        taken = 0
        for message in inbox.receive():
            taken += self._decide(message)
            inbox.acknowledge(message)
        return taken

    def _decide(self, message: Received) -> int:
        """Set a message aside, or take it in: by the routing rules at work, and by what is never answered."""
        operation = self._premises.current()
        fired = self._ruled(operation, message)
        if message.never_answer:
            self._hear_of(message)
        if not message.address:
            self._set_aside(message, message.never_answer or "it does not say who wrote it")
        elif fired is not None and fired.rule.to == "aside":
            self._set_aside(message, f"The routing rule “{fired.rule.called}” sets it aside.", fired.rule.rule)
        elif message.never_answer and fired is None:
            self._set_aside(message, message.never_answer)
        else:
            return self._take_in(message, operation, fired)
        return 0

    def _ruled(self, operation: Operation, message: Received) -> Fired | None:
        """The rule that decides before the message is read. Nothing of our own making is taken in by one."""
        automatic = kind_of(message.never_answer)
        if not operation.routing.rules or (message.never_answer and not automatic):
            return None
        seen = Seen(
            channel=EMAIL,
            text=plain(message.said or message.text),
            subject=plain(message.subject),
            sender=message.address,
            attachments=len(message.attachments),
            automatic=automatic,
            is_open=is_open(operation, self._premises.house.clock.now()),
        )
        return at_the_door(operation.routing, seen)

    def _hear_of(self, message: Received) -> None:
        """A report about something of ours that did not arrive: its case goes to people."""
        if message.bounce is None:
            return
        ours = f"@{self._post.address.partition('@')[2]}>"
        for foreign_id in message.bounce.of:
            if foreign_id.endswith(ours):
                bounced(self._premises, foreign_id[1 : -len(ours)], message.bounce)

    def _take_in(self, message: Received, operation: Operation, fired: Fired | None) -> int:
        """One message into its case; by a rule, one that people have. What can never be taken in is set aside, so that
        the next ones come through."""
        incoming = self._incoming(message)
        try:
            if fired is not None:
                take_in_for_people(self._premises.house, incoming, fired, operation)
            else:
                take_in(self._premises.house, incoming)
        except PermanentError as error:
            logger.error("A message cannot be taken in and was set aside: %s", error)
            self._set_aside(message, type(error).__name__)
            return 0
        return 1

    def _incoming(self, message: Received) -> cases.Incoming:
        """What goes on with a form that was sent is its visit's; the rest comes from who wrote it."""
        text, carried = message.said or message.text, len(message.attachments)
        address = answered_form(self._premises, message, self._post.address)
        if address is not None:
            return cases.Incoming(FORM_CHANNEL, address, text, foreign_id=message.foreign_id, attachments=carried)
        return cases.Incoming(
            EMAIL,
            message.address,
            text,
            foreign_id=message.foreign_id,
            subject=message.subject,
            attachments=carried,
        )

    def deliver(self, message_id: str) -> None:
        """Send one recorded message as an answer to the last one of its thread."""
        with self._premises.database.read() as reader:
            row = store.message(reader, message_id)
            if row is None:
                return
            message = cases.message_of(row)
            contact = cases.contact_of(reader, message.contact_id)
            heard = heard_before(reader, message)
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
        send(self._premises, self._post.outbox, message.case_id, outgoing)

    def _set_aside(self, message: Received, because: str, rule: str = "") -> None:
        """Bounces and automatic replies are noted and never answered: answering them makes a loop. So is what a routing
        rule sets aside."""
        with self._premises.database.write() as tx:
            self._premises.ledger.append(
                tx,
                case_id=HOUSE,
                kind="MailSetAside",
                at=self._premises.house.clock.now(),
                actor="house",
                body={"foreign_id": message.foreign_id, "because": because, **({"rule": rule} if rule else {})},
            )
